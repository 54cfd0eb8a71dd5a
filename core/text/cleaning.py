"""Cleaning a text by the steps that are switched on: one text, the text after every step, a whole file.

Two ways to the same words:

- :func:`clean` and :func:`trace` apply the steps of ``steps.py`` one after the other to one text.
- :func:`clean_all` cleans each distinct word of a file once. A property test holds the two together.

Leaves out: numbering the words (``vocabulary.py``).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from core.errors import SettingsError
from core.text.cleaning_steps import (
    BRACKETED,
    EXCLUSIVE,
    LINE_FUNCTIONS,
    NAMES,
    PRINTED_FUNCTIONS,
    SEPARATOR,
    STEP_FUNCTIONS,
    STEPS,
    WORD_FUNCTIONS,
    Step,
    StepFunction,
)

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
_LIGHT = ("white_space", "links", "separate_punctuation", "lower_case")


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningSettings:
    """The steps that are on, kept in the fixed order, each once.

    Args:
        steps: names out of ``STEPS``, in any order. By default little is lost: links go, punctuation stays as words,
            capitals become small.
        as_printed: do what the article's printed code does, slips included, with the steps that are on, in
            its order; and join headline and description without a blank.

    Raises:
        SettingsError: an unknown name; a removal together with its "keep as words"; ``as_printed`` with a
            "keep as words", which the article does not have.
    """

    steps: tuple[str, ...] = _LIGHT
    as_printed: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.as_printed, bool):
            raise SettingsError(f"as_printed must be true or false, got {self.as_printed!r}")
        if not isinstance(self.steps, list | tuple):
            raise SettingsError(f"steps must be a list of step names, got {type(self.steps).__name__}")
        for name in self.steps:
            if not isinstance(name, str) or name not in NAMES:
                raise SettingsError(f"steps must be names out of {', '.join(NAMES)}, got {name!r}")
        for removed, kept in EXCLUSIVE:
            if removed in self.steps and kept in self.steps:
                raise SettingsError(f"steps holds both {removed!r} and {kept!r}: take one of them out")
            if self.as_printed and kept in self.steps:
                raise SettingsError(f"as_printed does not go with {kept!r}: the article has no such step")
        object.__setattr__(self, "steps", tuple(name for name in NAMES if name in self.steps))

    @classmethod
    def article(cls) -> "CleaningSettings":
        """All of the article's steps, mended."""
        return cls(steps=_ARTICLE)

    @classmethod
    def marked(cls) -> "CleaningSettings":
        """As by default, and the network is told where the description begins."""
        return cls(steps=("mark_description", *_LIGHT))

    def to_json(self) -> dict[str, Any]:
        return {"steps": list(self.steps), "as_printed": self.as_printed}

    @classmethod
    def from_json(cls, record: Any) -> "CleaningSettings":
        """The inverse of :meth:`to_json`. Raises SettingsError for anything else."""
        if not isinstance(record, dict):
            raise SettingsError(f"cleaning must be an object, got {type(record).__name__}")
        if unknown := sorted(str(key) for key in set(record) - {"steps", "as_printed"}):
            raise SettingsError(f"cleaning has no setting {unknown[0]!r}; it has as_printed, steps")
        if "steps" not in record:
            raise SettingsError("cleaning lacks 'steps'")
        return cls(steps=record["steps"], as_printed=record.get("as_printed", False))

    def stages(self) -> list[tuple[str, StepFunction]]:
        """Name and function of each step that is on, in the order they run."""
        if self.as_printed:
            return [(name, doing) for name, doing in PRINTED_FUNCTIONS.items() if name in self.steps]
        return [(name, STEP_FUNCTIONS[name]) for name in self.steps]


def join(headline: str, description: str, settings: CleaningSettings) -> str:
    """One text out of an article's two, the mark between them if there is to be one.

    The article's printed code forgets even the blank.
    """
    mark = f" {SEPARATOR} " if "mark_description" in settings.steps else " "
    between = "" if settings.as_printed else mark
    return f"{headline}{between}{description}".strip()


def texts_of(table: pd.DataFrame, settings: CleaningSettings) -> list[str]:
    """:func:`join` for every row of a News table, in its order."""
    columns = zip(table["headline"].tolist(), table["short_description"].tolist(), strict=True)
    return [join(headline, description, settings) for headline, description in columns]


def clean(text: str, settings: CleaningSettings) -> str:
    """The text after every step that is on: words joined by single blanks. Time grows as its length."""
    for _, doing in settings.stages():
        text = doing(text)
    return " ".join(text.split())


Status = Literal["kept", "changed", "removed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WordChange:
    """What a step makes of a word: ``after`` is empty when it goes, several words when it is taken apart."""

    before: str
    after: str

    @property
    def status(self) -> Status:
        if not self.after:
            return "removed"
        return "kept" if self.after == self.before else "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTrace:
    """A step, the whole text after it, and what it made of each word of the text before it."""

    step: Step
    text: str
    changes: tuple[WordChange, ...]


_BY_NAME = {step.name: step for step in STEPS}


def trace(text: str, settings: CleaningSettings) -> tuple[StepTrace, ...]:
    """The text after every step that is on, in the order they run; the last one's words are ``clean``'s.

    For the eye: applies every step to every word by itself as well, many times the cost of ``clean``.
    """
    rows = []
    for name, doing in settings.stages():
        if name == "brackets" and not settings.as_printed:
            changes = tuple(_bracket_changes(text))
        else:
            changes = tuple(
                WordChange(before=word, after=" ".join(doing(word).split())) for word in text.split()
            )
        text = doing(text)
        rows.append(StepTrace(step=_BY_NAME[name], text=text, changes=changes))
    return tuple(rows)


def _bracket_changes(text: str) -> Iterable[WordChange]:
    """Brackets reach over several words: what is left of each of them."""
    gone = bytearray(len(text))
    for found in BRACKETED.finditer(text):
        gone[found.start() : found.end()] = b"\1" * len(found[0])
    for word in re.finditer(r"\S+", text):
        left = "".join(" " if gone[at] else text[at] for at in range(word.start(), word.end()))
        yield WordChange(before=word[0], after=" ".join(left.split()))


# Texts cleaned between two calls of ``progress``: about a second. Fewer would meet the same words more often.
_CHUNK = 60_000


def clean_all(
    texts: Sequence[str], settings: CleaningSettings, progress: Callable[[float], None] | None = None
) -> list[str]:
    """``[clean(text, settings) for text in texts]``, several times as fast.

    Args:
        progress: called with the share that is done, 0 to 1, after every 60,000 texts.

    Every step but "brackets" looks at one word at a time, so each distinct word is cleaned once. Arrow
    takes the texts apart, numbers the words, and puts the cleaned ones together again. Memory: one
    dictionary of the distinct raw words, given back at the end.
    """
    known: dict[str, str] = {}
    cleaned: list[str] = []
    for start in range(0, len(texts), _CHUNK):
        chunk = texts[start : start + _CHUNK]
        try:
            if settings.as_printed:  # its punctuation step eats the blanks between the words
                cleaned += [clean(text, settings) for text in chunk]
            else:
                cleaned += _clean_chunk(chunk, settings, known)
        except UnicodeEncodeError:  # a lone surrogate, which Arrow does not hold
            cleaned += [clean(text, settings) for text in chunk]
        if progress:
            progress(len(cleaned) / len(texts))
    return cleaned


def _clean_chunk(texts: Sequence[str], settings: CleaningSettings, known: dict[str, str]) -> list[str]:
    """Clean the texts by way of their words; ``known`` holds what became of the words met so far."""
    words = pc.utf8_split_whitespace(pa.array(texts, pa.large_string()))  # (texts,) lists of words
    codes = words.flatten().dictionary_encode()
    different = codes.dictionary.to_pylist()
    new = list(set(different).difference(known)) if known else different
    known.update(zip(new, _clean_words(new, settings), strict=True))
    after = pa.array(map(known.__getitem__, different), pa.large_string())  # (different words,)
    numbers = codes.indices.to_numpy()  # (words,)
    stays = pc.not_equal(after, "").to_numpy(zero_copy_only=False)[numbers]  # (words,)
    ends = np.concatenate(([0], np.cumsum(stays)))[words.offsets.to_numpy()]  # (texts + 1,)
    kept = after.take(pa.array(numbers[stays]))
    lists = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), kept)
    cleaned: list[str] = pc.binary_join(lists, pa.scalar(" ", pa.large_string())).to_pylist()
    if "brackets" in settings.steps:  # they may reach over several words
        for row, text in enumerate(texts):
            if "[" in text:
                cleaned[row] = clean(text, settings)
    return cleaned


def _clean_words(words: list[str], settings: CleaningSettings) -> list[str]:
    """Many words at once, one a line: no pattern but that of brackets reaches over a line's end."""
    lines = "\n".join(words)
    for name in settings.steps:
        if name not in WORD_FUNCTIONS and name != "brackets":
            lines = LINE_FUNCTIONS[name](lines)
    of_words = [of_word for name, of_word in WORD_FUNCTIONS.items() if name in settings.steps]
    seen: dict[str, str] = {}  # "The", "the," and "the" are one line by now
    cleaned = []
    for line in lines.split("\n") if words else ():
        after = seen.get(line)
        if after is None:
            parts = line.split()
            for of_word in of_words:
                parts = [left for part in parts if (left := of_word(part))]
            after = seen[line] = " ".join(parts)
        cleaned.append(after)
    return cleaned
