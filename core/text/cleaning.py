"""Cleaning as named steps in one fixed order: what each does, the text after each, a whole file at once.

Two ways to the same text:

- :func:`clean` and :func:`trace` apply the steps one after the other to one text.
- :func:`clean_all` uses that every step but "brackets" looks at one word at a time: it cleans each
  distinct word of the file once. Equal to ``clean`` for every text (a property test).

Every pattern reads its text once: no pattern can start again from each of n places and read on to the
end, so a text made to stall a regular expression costs no more than any other of its length.

Leaves out: where stop words and lemmas come from (``lexicon.py``), numbering words (``vocabulary.py``).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from core.errors import SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One named step: its title and what it does, for people; ``printed`` is the fault in the article's code."""

    name: str
    title: str
    explanation: str
    printed: str = ""


# In the order they run. Links come before whatever would take them apart: the article looks for
# "http://" after it has removed every colon and slash.
STEPS: tuple[Step, ...] = (
    Step(
        name="white_space",
        title="White space",
        explanation="Tabs, line ends and runs of blanks become one blank; characters that nobody sees go.",
        printed="s+ instead of \\s+: every letter s becomes a blank.",
    ),
    Step(
        name="links",
        title="Links",
        explanation="Addresses that start with http://, https:// or www. go.",
        printed="httpS* instead of http\\S*, and only after the punctuation has gone: no link is found whole.",
    ),
    Step(
        name="users",
        title="@users",
        explanation="Names of accounts go: the sign @ and the letters after it.",
        printed="@S* instead of @\\S*: only the sign goes, the name stays.",
    ),
    Step(
        name="brackets",
        title="Text in [brackets]",
        explanation="Square brackets go with what stands between them, such as [VIDEO].",
        printed="[[^()]*] instead of \\[[^()]*\\]: only closing brackets go.",
    ),
    Step(
        name="hashtags",
        title="#hashtags",
        explanation="Tags go: the sign # and the letters after it.",
        printed="#S* instead of #\\S*, and only after the punctuation has gone: no tag is found.",
    ),
    Step(
        name="digits",
        title="Digits go",
        explanation='The figures 0 to 9 go, of any script: "2nd" becomes "nd".',
        printed="d+ instead of \\d+: every letter d goes, the digits stay.",
    ),
    Step(
        name="separate_digits",
        title="Numbers as words",
        explanation='Digits stay, and a run of them is a word of its own: "2nd" becomes "2 nd".',
    ),
    Step(
        name="punctuation",
        title="Punctuation goes",
        explanation='Whatever is neither letter, digit nor blank goes; "don\'t" becomes "dont".',
        printed="[^ws] instead of [^\\w\\s]: all but the letters w and s goes, blanks too.",
    ),
    Step(
        name="separate_punctuation",
        title="Punctuation as words",
        explanation='Marks stay, each a word of its own: "Why?" becomes "Why ?"; a run of one mark is one word.',
    ),
    Step(
        name="lower_case",
        title="Lower case",
        explanation='Capitals become small letters, so that "The" and "the" are one word.',
    ),
    Step(
        name="stop_words",
        title="Stop words",
        explanation="The 318 most common English words of scikit-learn's list go: the, of, is, against, ...",
    ),
    Step(
        name="lemmas",
        title="Lemmas",
        explanation='A noun takes the form that a dictionary lists: "women" becomes "woman" (WordNet).',
        printed="The lemma is looked up but never added to the sentence: every text ends empty.",
    ),
)
STEP_NAMES: tuple[str, ...] = tuple(step.name for step in STEPS)
# Both of a pair cannot be meant: what has gone cannot be a word of its own.
EXCLUSIVE: tuple[tuple[str, str], ...] = (
    ("digits", "separate_digits"),
    ("punctuation", "separate_punctuation"),
)
_ARTICLE = tuple(name for name in STEP_NAMES if not name.startswith("separate_"))
_LIGHT = ("white_space", "links", "separate_punctuation", "lower_case")
# As the article runs them.
_PRINTED_ORDER = (
    *("white_space", "users", "brackets", "digits", "punctuation"),
    *("links", "hashtags", "lower_case", "stop_words", "lemmas"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningSettings:
    """The steps that are on, always in the fixed order, each once.

    Args:
        steps: names out of ``STEP_NAMES``, in any order. Default: those of :meth:`light`.
        as_printed: do what the article's printed code does, faults included, with the steps that are on,
            and join headline and description without a space.

    Raises:
        SettingsError: an unknown name; a removal together with its "as words" step; ``as_printed`` with an
            "as words" step, which the article does not have.
    """

    steps: tuple[str, ...] = _LIGHT
    as_printed: bool = False

    def __post_init__(self) -> None:
        if not isinstance(self.as_printed, bool):
            raise SettingsError(f"as_printed must be true or false, got {self.as_printed!r}")
        if not isinstance(self.steps, list | tuple):
            raise SettingsError(f"steps must be a list of step names, got {type(self.steps).__name__}")
        for name in self.steps:
            if not isinstance(name, str) or name not in STEP_NAMES:
                raise SettingsError(f"steps has no step {name!r}; it has {', '.join(STEP_NAMES)}")
        for removed, kept in EXCLUSIVE:
            if removed in self.steps and kept in self.steps:
                raise SettingsError(f"steps holds both {removed!r} and {kept!r}; take one of them out")
            if self.as_printed and kept in self.steps:
                raise SettingsError(f"as_printed does not go with {kept!r}: the article has no such step")
        object.__setattr__(self, "steps", tuple(name for name in STEP_NAMES if name in self.steps))

    @classmethod
    def article(cls) -> "CleaningSettings":
        """All of the article's steps, mended."""
        return cls(steps=_ARTICLE)

    @classmethod
    def light(cls) -> "CleaningSettings":
        """Little is lost: links go, punctuation stays as words, capitals become small."""
        return cls(steps=_LIGHT)

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


# Control characters, soft hyphen, zero-width and direction marks, byte order mark; none of them is white space.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+"
)


def _replacing(pattern: str | re.Pattern[str], replacement: str) -> Callable[[str], str]:
    compiled = re.compile(pattern)
    return lambda text: compiled.sub(replacement, text)


def _collapsed(text: str) -> str:
    return " ".join(_UNSEEN.sub("", text).split())


def _without_stop_words(text: str) -> str:
    from core.text.lexicon import STOP_WORDS  # here: scikit-learn and NLTK take a second to import

    return " ".join(word for word in text.split() if word.lower() not in STOP_WORDS)


def _lemmatized(text: str) -> str:
    from core.text.lexicon import lemma

    return " ".join(map(lemma, text.split()))


# What goes as a whole leaves a blank, so that no two words fuse; digits and marks inside a word leave nothing,
# as in the article.
_DOING: dict[str, Callable[[str], str]] = {
    "white_space": _collapsed,
    "links": _replacing(r"(?i:https?://|www\.)\S+", " "),
    "users": _replacing(r"@\w+", " "),
    "brackets": _replacing(r"\[[^\[\]]*+\]", " "),
    "hashtags": _replacing(r"#\w+", " "),
    "digits": _replacing(r"\d+", ""),
    "separate_digits": _replacing(r"\d+", r" \g<0> "),
    "punctuation": _replacing(r"[^\w\s]+", ""),
    "separate_punctuation": _replacing(r"([^\w\s])\1*+", r" \g<0> "),
    "lower_case": str.lower,
    "stop_words": _without_stop_words,
    "lemmas": _lemmatized,
}

# The article's patterns as printed, their backslashes lost.
_DOING_PRINTED: dict[str, Callable[[str], str]] = {
    "white_space": _replacing("s+", " "),
    "users": _replacing("@S*", ""),
    "brackets": _replacing("[\\[^()]*+]", ""),  # "[[^()]*]" as Python reads it: any of [ ^ ( ), then ]
    "digits": _replacing("d+", ""),
    "punctuation": _replacing("[^ws]+", ""),
    "links": _replacing("httpS*", ""),
    "hashtags": _replacing("#S*", ""),
    "lower_case": str.lower,
    "stop_words": _without_stop_words,
    "lemmas": lambda text: "",
}


def _stages(settings: CleaningSettings) -> list[tuple[str, Callable[[str], str]]]:
    """Names and functions of the steps that are on, in the order they run."""
    if settings.as_printed:
        return [(name, _DOING_PRINTED[name]) for name in _PRINTED_ORDER if name in settings.steps]
    return [(name, _DOING[name]) for name in settings.steps]


def clean(text: str, settings: CleaningSettings) -> str:
    """The text after every step that is on: words joined by single blanks. Time grows with its length."""
    for _, apply in _stages(settings):
        text = apply(text)
    return " ".join(text.split())
