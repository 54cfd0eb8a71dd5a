"""Cleaning by the chosen steps: one text, the text after every step, a whole file.

Two implementations with equal results:

- :func:`clean` and :func:`trace` apply the steps of ``cleaning_steps.py`` one after the other to one text.
- :func:`clean_all` cleans each distinct word of a file once. A property test compares it with :func:`clean`.

Leaves out: the token ids of the words (``vocabulary.py``).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.errors import SettingsError
from core.news.normal_form import nfc
from core.news.table import join_columns
from core.text.cleaning_steps import (
    BRACKETED,
    EXCLUSIVE,
    NAMES,
    PRINTED_FUNCTIONS,
    SEPARATOR,
    STEPS,
    TAG,
    Step,
    StepFunction,
    decode_entities,
    decode_html,
    has_html,
    line_functions,
    step_functions,
    word_functions,
)
from core.text.languages import DEFAULT, LANGUAGES
from core.text.segmentation import check_segmenter, has_segmenter, installed_segmenter, same_words

__all__ = [
    "STEPS",
    "CleaningSettings",
    "Step",
    "StepTrace",
    "WordChange",
    "clean",
    "clean_all",
    "join",
    "texts_of",
    "trace",
]

_ARTICLE = tuple(name for name in NAMES if name in PRINTED_FUNCTIONS)
_JSON_KEYS = {"steps", "as_printed", "language", "keep_negations", "segmenter"}
_LIGHT = ("entities", "white_space", "quotes", "links", "separate_punctuation", "lower_case")


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningSettings:
    """The chosen steps in their fixed order, each once.

    Args:
        steps: names from ``STEPS``, in any order. The default loses little: it decodes HTML, removes links,
            makes punctuation words, and lower-cases.
        as_printed: run the article's printed code for these steps, slips included, in its order; and join
            headline and description without a space.
        language: a code of ``languages.py``, for stop words, stems and small letters.
        keep_negations: stop words leave "not" and the like; true where stop words stay, false as printed.
        segmenter: what the step "segmentation" finds words with, as ``installed_segmenter`` names it; by default that
            one. Empty without the step, which goes where blanks separate the words, and as printed.

    Raises:
        SettingsError: an unknown name or language; a removal together with its "keep as words"; ``as_printed`` with a
            "keep as words", which the article does not have.
    """

    steps: tuple[str, ...] = _LIGHT
    as_printed: bool = False
    language: str = DEFAULT
    keep_negations: bool = True
    segmenter: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.as_printed, bool):
            raise SettingsError(f"as_printed must be true or false, got {self.as_printed!r}")
        if not isinstance(self.steps, list | tuple):
            raise SettingsError(f"steps must be a list of step names, got {type(self.steps).__name__}")
        for name in self.steps:
            if not isinstance(name, str) or name not in NAMES:
                raise SettingsError(f"steps must be names out of {', '.join(NAMES)}, got {name!r}")
        for removal, separation in EXCLUSIVE:
            if removal in self.steps and separation in self.steps:
                raise SettingsError(f"steps holds both {removal!r} and {separation!r}: take one of them out")
            if self.as_printed and separation in self.steps:
                raise SettingsError(
                    f"as_printed does not go with {separation!r}: the article has no such step"
                )
        if not isinstance(self.language, str) or self.language not in LANGUAGES:
            raise SettingsError(f"language must be a code such as en, es or hi, got {self.language!r}")
        if not isinstance(self.keep_negations, bool):
            raise SettingsError(f"keep_negations must be true or false, got {self.keep_negations!r}")
        if not isinstance(self.segmenter, str):
            raise SettingsError(f"segmenter must be a name, got {self.segmenter!r}")
        segments = "segmentation" in self.steps and has_segmenter(self.language) and not self.as_printed
        segmenter = (self.segmenter or installed_segmenter()) if segments else ""
        object.__setattr__(self, "segmenter", segmenter)
        keeps = "stop_words" not in self.steps or (self.keep_negations and not self.as_printed)
        object.__setattr__(self, "keep_negations", keeps)
        chosen = tuple(name for name in NAMES if name in self.steps and (segments or name != "segmentation"))
        object.__setattr__(self, "steps", chosen)

    @classmethod
    def article(cls) -> "CleaningSettings":
        """All of the article's steps, without its slips."""
        return cls(steps=_ARTICLE)

    @classmethod
    def marked(cls) -> "CleaningSettings":
        """The default steps and a mark where the description begins."""
        return cls(steps=("mark_description", *_LIGHT))

    def in_language(self, code: str) -> "CleaningSettings":
        """These settings for texts in another language.

        In Arabic letters the vowel signs go; where no blanks separate the words, the installed segmenter finds them.
        """
        steps = self.steps
        was_arabic, is_arabic = (LANGUAGES[each].script == "Arabic" for each in (self.language, code))
        if is_arabic and not was_arabic and not self.as_printed:
            steps = (*steps, "tashkeel")
        elif was_arabic and not is_arabic:
            steps = tuple(name for name in steps if name != "tashkeel")
        if has_segmenter(code):
            steps = (*steps, "segmentation")
        return replace(self, language=code, steps=steps, segmenter="")

    def with_installed_segmenter(self) -> "CleaningSettings":
        """These settings for a new run, which learns from the words that the installed segmenter finds."""
        return self if same_words(self.segmenter) else replace(self, segmenter="")

    def in_characters(self) -> "CleaningSettings":
        """These steps for a network that reads characters: no blanks are put between words."""
        return replace(self, steps=tuple(name for name in self.steps if name != "segmentation"))

    def check(self) -> None:
        """Raise SettingsError when texts cannot be cleaned as these settings say: another segmenter is installed."""
        check_segmenter(self.segmenter)

    def to_json(self) -> dict[str, Any]:
        """The steps; the language unless it is English; whether stop words keep negations, when they do; the segmenter.

        Settings that were stored before there were languages have none of the last three, and mean what they meant.
        """
        record: dict[str, Any] = {"steps": list(self.steps), "as_printed": self.as_printed}
        if self.language != DEFAULT:
            record["language"] = self.language
        if "stop_words" in self.steps and self.keep_negations:
            record["keep_negations"] = True
        if self.segmenter:
            record["segmenter"] = self.segmenter
        return record

    @classmethod
    def from_json(cls, record: Any) -> "CleaningSettings":
        """The inverse of :meth:`to_json`. Raises SettingsError for anything else."""
        if not isinstance(record, dict):
            raise SettingsError(f"cleaning must be an object, got {type(record).__name__}")
        if unknown := sorted(str(key) for key in set(record) - _JSON_KEYS):
            raise SettingsError(
                f"cleaning has no setting {unknown[0]!r}; it has {', '.join(sorted(_JSON_KEYS))}"
            )
        if "steps" not in record:
            raise SettingsError("cleaning lacks 'steps'")
        segmenter = record.get("segmenter", "")
        if segmenter and isinstance(segmenter, str) and same_words(segmenter):
            segmenter = installed_segmenter()
        return cls(
            steps=record["steps"],
            as_printed=record.get("as_printed", False),
            language=record.get("language", DEFAULT),
            keep_negations=record.get("keep_negations", False),
            segmenter=segmenter,
        )

    def stages(self) -> list[tuple[str, StepFunction]]:
        """Name and function of each chosen step, in the order they run.

        Raises:
            SettingsError: as :meth:`check`.
        """
        self.check()
        if self.as_printed:
            return [(name, function) for name, function in PRINTED_FUNCTIONS.items() if name in self.steps]
        functions = step_functions(self.language, self.keep_negations)
        return [(name, functions[name]) for name in self.steps]


def join(headline: str, description: str, settings: CleaningSettings) -> str:
    """Headline and description as one text, with the separator of ``settings`` between them; composed as in a file."""
    return f"{nfc(headline).strip()}{_separator(settings)}{nfc(description).strip()}".strip()


def texts_of(table: pd.DataFrame, settings: CleaningSettings) -> list[str]:
    """:func:`join` for every row of a News table, in its order. The column ``text`` has the join by a space already."""
    separator = _separator(settings)
    texts: list[str]
    if separator == " ":
        texts = table["text"].tolist()
    else:
        columns = pa.array(table["headline"]), pa.array(table["short_description"])
        texts = join_columns(*columns, separator).to_pylist()
    return texts


def _separator(settings: CleaningSettings) -> str:
    """A space, or the mark of the description between two; the article's printed code omits even the space."""
    if settings.as_printed:
        return ""
    return f" {SEPARATOR} " if "mark_description" in settings.steps else " "


def clean(text: str, settings: CleaningSettings) -> str:
    """The text after all chosen steps: words separated by single spaces. Time grows linearly with its length."""
    text = nfc(text)
    for _, function in settings.stages():
        text = function(text)
    return " ".join(text.split())


Status = Literal["kept", "changed", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordChange:
    """A word before and after a step: ``after`` is empty for a removed word, several words for a split one."""

    before: str
    after: str

    @property
    def status(self) -> Status:
        if not self.after:
            return "removed"
        return "kept" if self.after == self.before else "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTrace:
    """A step, the whole text after it, and the change of each word of the text before it."""

    step: Step
    text: str
    changes: tuple[WordChange, ...]


_BY_NAME = {step.name: step for step in STEPS}


def trace(text: str, settings: CleaningSettings) -> tuple[StepTrace, ...]:
    """The text after each chosen step, in the order they run; the last text has the words of ``clean``.

    For display: also applies every step to every single word, at many times the cost of ``clean``.
    """
    rows = []
    text = nfc(text)
    for name, function in settings.stages():
        if name == "brackets" and not settings.as_printed:
            changes = tuple(_changes(text.split(), BRACKETED))
        elif name == "entities":
            changes = tuple(_changes(text.split(), TAG, decode_entities))
        else:
            changes = tuple(
                WordChange(before=word, after=" ".join(function(word).split())) for word in text.split()
            )
        text = function(text)
        rows.append(StepTrace(step=_BY_NAME[name], text=text, changes=changes))
    return tuple(rows)


def _changes(words: list[str], removed: re.Pattern[str], decode: StepFunction = str) -> Iterable[WordChange]:
    """Each word's change by a step that decodes words and then removes the matches, which may span several words."""
    decoded = [nfc(decode(word)) for word in words]
    text = " ".join(decoded)
    mask = bytearray(len(text))  # of the characters that go
    for match in removed.finditer(text):
        mask[match.start() : match.end()] = b"\1" * len(match[0])
    start = 0
    for word, after in zip(words, decoded, strict=True):
        end = start + len(after)
        rest = "".join(" " if mask[i] else text[i] for i in range(start, end))
        yield WordChange(before=word, after=" ".join(rest.split()))
        start = end + 1


# Texts cleaned between two calls of ``progress``: about a second. Smaller chunks share fewer distinct words.
_CHUNK = 60_000


def clean_all(
    texts: Sequence[str], settings: CleaningSettings, progress: Callable[[float], None] | None = None
) -> list[str]:
    """``[clean(text, settings) for text in texts]``, several times as fast.

    Args:
        progress: called with the share of cleaned texts, 0 to 1, after every 60,000 texts.

    Every step except "brackets" works word by word, so each distinct word is cleaned once. Arrow splits the
    texts, encodes the words as codes, and joins the cleaned words again. Memory: one dictionary of the
    distinct raw words, freed at the end.

    Raises:
        SettingsError: as :meth:`CleaningSettings.check`.
    """
    settings.check()
    cleaned_words: dict[str, str] = {}
    cleaned: list[str] = []
    for start in range(0, len(texts), _CHUNK):
        chunk = texts[start : start + _CHUNK]
        if "entities" in settings.steps and not settings.as_printed:
            chunk = [decode_html(nfc(text)) if has_html(text) else text for text in chunk]
        try:
            if settings.as_printed:  # its punctuation step removes the spaces between the words
                cleaned += [clean(text, settings) for text in chunk]
            else:
                cleaned += _clean_chunk(chunk, settings, cleaned_words)
        except UnicodeEncodeError:  # a lone surrogate, which Arrow cannot store
            cleaned += [clean(text, settings) for text in chunk]
        if progress:
            progress(len(cleaned) / len(texts))
    return cleaned


def _clean_chunk(
    texts: Sequence[str], settings: CleaningSettings, cleaned_words: dict[str, str]
) -> list[str]:
    """Clean the texts word by word; ``cleaned_words`` maps the raw words of earlier chunks, and gains the new ones."""
    words = pc.utf8_split_whitespace(pa.array(texts, pa.large_string()))  # (texts,) lists of words
    encoded = words.flatten().dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    new = list(set(distinct).difference(cleaned_words)) if cleaned_words else distinct
    cleaned_words.update(zip(new, _clean_words(new, settings), strict=True))
    after = pa.array(map(cleaned_words.__getitem__, distinct), pa.large_string())  # (distinct words,)
    codes = encoded.indices.to_numpy()  # (words,)
    mask = pc.not_equal(after, "").to_numpy(zero_copy_only=False)[codes]  # (words,), false for removed words
    offsets = np.concatenate(([0], np.cumsum(mask)))[words.offsets.to_numpy()]  # (texts + 1,)
    remaining = after.take(pa.array(codes[mask]))
    lists = pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), remaining)
    cleaned: list[str] = pc.binary_join(lists, pa.scalar(" ", pa.large_string())).to_pylist()
    if "brackets" in settings.steps:  # brackets may span several words
        for row, text in enumerate(texts):
            if "[" in text:
                cleaned[row] = clean(text, settings)
    return cleaned


def _clean_words(words: list[str], settings: CleaningSettings) -> list[str]:
    """Clean many words at once, one per line: no pattern except that of brackets matches across lines."""
    lines = nfc("\n".join(words))
    by_word = word_functions(settings.language, settings.keep_negations)
    by_line = line_functions(settings.language)
    for name in settings.steps:
        if name not in by_word and name != "brackets":
            lines = by_line[name](lines)
    functions = [function for name, function in by_word.items() if name in settings.steps]
    cache: dict[str, str] = {}  # "The", "the," and "the" may be the same line now
    cleaned = []
    for line in lines.split("\n") if words else ():
        after = cache.get(line)
        if after is None:
            parts = line.split()
            for function in functions:
                parts = [result for part in parts if (result := function(part))]
            after = cache[line] = " ".join(parts)
        cleaned.append(after)
    return cleaned
