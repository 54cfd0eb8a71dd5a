"""The steps of cleaning: their names, what each is for and does, and what the article's slips make of it.

Each step is a function from text to text. Every pattern reads its text once: none can start at
each of n places and read on to the end each time, so that a text made to stall a regular
expression costs no more than any other of its length.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType

StepFunction = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: its title and what it does, for people; ``printed`` is the slip in the article's code."""

    name: str
    title: str
    explanation: str
    printed: str = ""


# In the order they run. Links come before whatever would take them apart: the article looks for "http"
# after it has removed every colon and slash.
STEPS: tuple[Step, ...] = (
    Step(
        name="mark_description",
        title="Mark the description",
        explanation="A ¶ stands between headline and description, so that the network can tell them apart. "
        "Where punctuation is removed, it goes too.",
    ),
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
        printed="httpS* instead of http\\S*, and after the punctuation has gone: no link is found whole.",
    ),
    Step(
        name="users",
        title="@users",
        explanation="Names of accounts go: the sign @ and the letters after it.",
        printed="@S* instead of @\\S*: only the sign goes, the name stays.",
    ),
    Step(
        name="brackets",
        title="[Brackets]",
        explanation="Square brackets go with what stands between them, such as [VIDEO].",
        printed="[[^()]*] instead of \\[[^()]*\\]: only closing brackets go.",
    ),
    Step(
        name="hashtags",
        title="#hashtags",
        explanation="Tags go: the sign # and the letters after it.",
        printed="#S* instead of #\\S*, and after the punctuation has gone: no tag is found.",
    ),
    Step(
        name="digits",
        title="Remove digits",
        explanation='The figures 0 to 9 of any script go: "2nd" becomes "nd".',
        printed="d+ instead of \\d+: every letter d goes, the digits stay.",
    ),
    Step(
        name="separate_digits",
        title="Keep numbers as words",
        explanation='A run of digits becomes a word of its own: "2nd" becomes "2 nd".',
    ),
    Step(
        name="punctuation",
        title="Remove punctuation",
        explanation='Whatever is neither letter, digit nor blank goes: "don\'t" becomes "dont".',
        printed="[^ws] instead of [^\\w\\s]: all but the letters w and s goes, blanks too.",
    ),
    Step(
        name="separate_punctuation",
        title="Keep punctuation as words",
        explanation='Each mark becomes a word, a run of the same mark one word: "Why??" becomes "Why ??".',
    ),
    Step(
        name="lower_case",
        title="Lower case",
        explanation='Capitals become small letters, so that "The" and "the" are one word.',
    ),
    Step(
        name="stop_words",
        title="Stop words",
        explanation="The 318 common words of scikit-learn's English list go: the, of, is, against and so on.",
    ),
    Step(
        name="lemmas",
        title="Lemmas",
        explanation='A word takes the noun form that a dictionary (WordNet) lists: "women" becomes "woman".',
        printed="The lemma is looked up but never added to the sentence: every text ends empty.",
    ),
)
NAMES: tuple[str, ...] = tuple(step.name for step in STEPS)

SEPARATOR = "¶"  # the sign of a new paragraph

# Both of a pair cannot be meant: what has gone cannot be a word of its own.
EXCLUSIVE: tuple[tuple[str, str], ...] = (
    ("digits", "separate_digits"),
    ("punctuation", "separate_punctuation"),
)

# Control characters, soft hyphen, zero-width and direction marks, byte order mark; none of them is white
# space, and all of them would sit unseen inside a word and make it another word.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
)
BRACKETED = re.compile(r"\[[^\[\]]*+\]")


def _replacing(pattern: str | re.Pattern[str], replacement: str) -> StepFunction:
    compiled = re.compile(pattern)
    return lambda text: compiled.sub(replacement, text)


def _parting(pattern: str) -> StepFunction:
    """A blank on both sides of what the pattern's group 1 finds; a group 2 only serves the pattern.

    As ``sub(r" \\g<0> ")`` would, which in Python 3.11 calls a Python function for each find.
    """
    compiled = re.compile(pattern)

    def part(text: str) -> str:
        parts = compiled.split(text)  # before, group 1, (group 2,) before, ..., after
        if compiled.groups == 2:
            del parts[2::3]
        return " ".join(parts)

    return part


remove_invisible = _replacing(_UNSEEN, "")


def _collapsed(text: str) -> str:
    return " ".join(remove_invisible(text).split())


@cache
def _lexicon() -> ModuleType:
    """Imported by the first step that needs it: scikit-learn and NLTK take seconds."""
    return import_module("core.text.lexicon")


def _unless_stop_word(word: str) -> str:
    return "" if word.lower() in _lexicon().STOP_WORDS else word


def _lemma(word: str) -> str:
    return str(_lexicon().lemma(word))


# What becomes of a word at the steps that look whole words up, the last two; "" when it goes.
WORD_FUNCTIONS: dict[str, StepFunction] = {"stop_words": _unless_stop_word, "lemmas": _lemma}


def _word_by_word(of_word: StepFunction) -> StepFunction:
    return lambda text: " ".join(filter(None, map(of_word, text.split())))


# Each pattern opens with a set of characters: Python then searches for the set before it tries to match, which is
# some three times as fast as r"\d+" or a flag for both cases. The letters in the negated sets are in \w and \D
# anyway; named, they are passed over at the first look.
# What goes as a whole leaves a blank, so that no two words fuse; digits and marks inside a word leave
# nothing, as in the article.
STEP_FUNCTIONS: dict[str, StepFunction] = {
    "mark_description": str,  # the mark is set where the two texts are joined; text by text nothing is left to do
    "white_space": _collapsed,
    "links": _replacing(r"[hHwW](?:[tT][tT][pP][sS]?://|[wW]{2}\.)\S+", " "),
    "users": _replacing(r"@\w+", " "),
    "brackets": _replacing(BRACKETED, " "),
    "hashtags": _replacing(r"#\w+", " "),
    "digits": _replacing(r"[^a-zA-Z \D]\d*+", ""),
    "separate_digits": _parting(r"([^a-zA-Z \D]\d*+)"),
    "punctuation": _replacing(r"[^a-zA-Z \w\s][^\w\s]*+", ""),
    "separate_punctuation": _parting(r"(([^a-zA-Z \w\s])\2*+)"),
    "lower_case": str.lower,
    **{name: _word_by_word(of_word) for name, of_word in WORD_FUNCTIONS.items()},
}

# The same for many words, one a line, but for what would lose the line ends.
LINE_FUNCTIONS: dict[str, StepFunction] = STEP_FUNCTIONS | {"white_space": remove_invisible}

# The article's steps in the article's order, with its patterns as printed: their backslashes lost.
PRINTED_FUNCTIONS: dict[str, StepFunction] = {
    "white_space": _replacing("s+", " "),
    "users": _replacing("@S*", ""),
    # "[[^()]*]" as Python reads it: any of the characters [ ^ ( ), then ]. The look behind changes no match,
    # it only keeps a long run of them without ] from being read again from each of its characters.
    "brackets": _replacing(r"(?<![\[^()])[\[^()]*+\]", ""),
    "digits": _replacing("d+", ""),
    "punctuation": _replacing("[^ws]+", ""),
    "links": _replacing("httpS*", ""),
    "hashtags": _replacing("#S*", ""),
    "lower_case": str.lower,
    "stop_words": STEP_FUNCTIONS["stop_words"],
    "lemmas": lambda text: "",
}
