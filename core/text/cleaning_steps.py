"""The cleaning steps: name, explanation and function of each, and the article's printed code with its slips.

Each step is a function from text to text. Every pattern takes time linear in the text: none backtracks
from each of n positions, so a text that is made to stall a regular expression costs no more than any
other of its length.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from types import ModuleType

from core.news.normal_form import nfc
from core.text.normalisation import JOINERS, MARKS, REST_OF_SYMBOL, TASHKEEL
from core.text.segmentation import has_segmenter, segment
from core.text.stems import stem
from core.text.stop_words import ENGLISH, stop_words

StepFunction = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: title and explanation for the page; ``printed`` describes the slip in the article's code."""

    name: str
    title: str
    explanation: str
    printed: str = ""


# In the order they run. Links come before the steps that would take them apart: the article's code looks for
# "http" only after it has removed every colon and slash.
STEPS: tuple[Step, ...] = (
    Step(
        name="mark_description",
        title="Mark the description",
        explanation=(
            "A ¶ separates headline and description, so that the network can tell them apart. If punctuation "
            "is removed, it goes too."
        ),
    ),
    Step(
        name="entities",
        title="HTML",
        explanation=(
            'Codes from web pages become the characters that they mean, and tags are removed: "Tom &amp; '
            '<b>Ann</b>" becomes "Tom & Ann".'
        ),
    ),
    Step(
        name="white_space",
        title="White space",
        explanation="Tabs, line ends and repeated spaces become one space. Invisible characters are removed.",
        printed="s+ instead of \\s+: every letter s becomes a space.",
    ),
    Step(
        name="quotes",
        title="Straight quotes",
        explanation="Curly apostrophes and quotation marks become straight, so both ways to write it's are one word.",
    ),
    Step(
        name="tashkeel",
        title="Vowel signs of Arabic",
        explanation=(
            "Removes the small signs around Arabic letters (tashkeel), and the stroke that only makes a word "
            "longer. Most texts are written without them."
        ),
    ),
    Step(
        name="links",
        title="Links",
        explanation="Removes addresses that start with http://, https:// or www.",
        printed="httpS* instead of http\\S*, and after the punctuation has gone: no link is found whole.",
    ),
    Step(
        name="users",
        title="@users",
        explanation="Removes account names: the sign @ and the letters after it.",
        printed="(?i)@[a-z0-9_]+ is whole: the name goes. But every s is a space by then: of @jason “on” stays.",
    ),
    Step(
        name="brackets",
        title="[Brackets]",
        explanation="Removes square brackets and what is between them, such as [VIDEO].",
        printed="[[^()]*] instead of \\[[^()]*\\]: only closing brackets go.",
    ),
    Step(
        name="hashtags",
        title="#hashtags",
        explanation="Removes tags: the sign # and the letters after it.",
        printed="#S* instead of #\\S*, and after the punctuation has gone: no tag is found.",
    ),
    Step(
        name="digits",
        title="Remove digits",
        explanation='Removes the digits 0 to 9, in any script: "2nd" becomes "nd".',
        printed="d+ instead of \\d+: every letter d goes, the digits stay.",
    ),
    Step(
        name="separate_digits",
        title="Keep numbers as words",
        explanation='Digits in a row become a separate word: "2nd" becomes "2 nd".',
    ),
    Step(
        name="punctuation",
        title="Remove punctuation",
        explanation='Removes everything except letters, digits and spaces: "don\'t" becomes "dont".',
        printed="[^ws] instead of [^\\w\\s]: all but the letters w and s goes, spaces too.",
    ),
    Step(
        name="separate_punctuation",
        title="Keep punctuation as words",
        explanation='Each mark becomes a word. The same mark in a row is one word: "Why??" becomes "Why ??".',
    ),
    Step(
        name="lower_case",
        title="Lower case",
        explanation='Capitals become small letters, so that "The" and "the" are one word.',
    ),
    Step(
        name="segmentation",
        title="Find the words",
        explanation=(
            "Chinese, Japanese and Thai have no spaces between words. A small model (BudouX) finds where each "
            'word ends: "选手赢得决赛" becomes "选手 赢得 决赛".'
        ),
    ),
    Step(
        name="stop_words",
        title="Stop words",
        explanation=(
            "Removes common words. In English these are the 318 words in scikit-learn's list: the, of, against "
            "and so on."
        ),
    ),
    Step(
        name="lemmas",
        title="Lemmas",
        explanation=(
            'Each word gets its noun form from a dictionary (WordNet): "women" becomes "woman". In other '
            "languages it loses its ending, by the Snowball rules."
        ),
        printed="The loop only makes a lemmatizer. It looks up nothing and keeps no word, so every text ends empty.",
    ),
)
NAMES: tuple[str, ...] = tuple(step.name for step in STEPS)

SEPARATOR = "¶"  # the pilcrow, the sign of a new paragraph

# Steps that exclude each other: a removed character cannot also become a word.
EXCLUSIVE: tuple[tuple[str, str], ...] = (
    ("digits", "separate_digits"),
    ("punctuation", "separate_punctuation"),
)

# Control characters, soft hyphen, zero-width and direction marks, byte order mark. None is white space; inside
# a word each would make a different word that looks the same. A joiner stays where it is part of the spelling: inside a
# word of a script from Arabic to Mongolian, and inside an emoji.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]"
    rf"(?:(?<![{JOINERS}])|(?<![\u0600-\u1cff\u2190-\u2bff\ufe0f\U0001f000-\U0001faff][{JOINERS}])|(?!\S))"
)
BRACKETED = re.compile(r"\[[^\[\]]*+\]")

# A code of HTML; only with the semicolon: "Q&A" holds none.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_MOST_ENCODED = 3  # times that a text may be encoded: &amp;lt; is < encoded twice
# The tags that news feeds have; "5 < 6" and "x<y" stay. A tag holds no further < and not the mark of the description,
# so each character is read once.
TAG = re.compile(
    r"<(?:/?(?:a|abbr|article|b|big|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|figcaption|figure|font|h[1-6]|hr|i"
    r"|iframe|img|ins|li|mark|ol|p|pre|q|s|section|small|span|strike|strong|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul"
    rf"|video|wbr)(?:[\s/][^<>{SEPARATOR}]*+)?>|!--[^<>{SEPARATOR}]*+>|!\[CDATA\[)|\]\]>",
    re.IGNORECASE,
)

_STRAIGHT = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u02bc\uff07", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\uff02", '"')
)

# A digit with its marks, such as the keycap emoji; the letters are in \D already.
_NUMBER = rf"[^a-zA-Z \D][\d{MARKS}]*+"
# A punctuation mark or a symbol, an emoji with all its parts: neither letter, sign of a letter, digit nor blank.
_SYMBOL = rf"[^a-zA-Z \w\s{MARKS}{JOINERS}]{REST_OF_SYMBOL}"
_NAME = rf"\w[\w{MARKS}{JOINERS}]*+"
_FRAME = "\u20e3"
_KEYCAP = re.compile(rf"[0-9]\ufe0f?{_FRAME}")  # an emoji too, though it starts with a digit


def _replacing(pattern: str | re.Pattern[str], replacement: str) -> StepFunction:
    compiled = re.compile(pattern)
    return lambda text: compiled.sub(replacement, text)


def _separating(pattern: str) -> StepFunction:
    """Put a space on both sides of each match of group 1; a group 2 only serves the pattern.

    Faster than the equal ``sub(r" \\g<0> ")``, which in Python 3.11 calls a Python function for each match.
    """
    compiled = re.compile(pattern)

    def separate(text: str) -> str:
        parts = compiled.split(text)  # before, group 1, (group 2,) before, ..., after
        if compiled.groups == 2:
            del parts[2::3]
        return " ".join(parts)

    return separate


def remove_invisible(text: str) -> str:
    """``text`` without the characters that nobody sees; a letter and an accent that meet now become one character."""
    return nfc(_INVISIBLE.sub("", text))


def _collapse_white_space(text: str) -> str:
    return " ".join(remove_invisible(text).split())


def decode_entities(text: str) -> str:
    """``text`` with the codes of HTML as the characters that they stand for; no code spans two words."""
    for _ in range(_MOST_ENCODED):
        decoded = _ENTITY.sub(lambda code: html.unescape(code[0]), text)
        if decoded == text:
            break
        text = decoded
    return text


def has_html(text: str) -> bool:
    """Whether there may be something to decode, which few texts have."""
    return "&" in text or "<" in text or "]]>" in text


def decode_html(text: str) -> str:
    """``text`` with the codes of HTML decoded and its tags removed. A tag may span several words."""
    if "&" in text:
        text = nfc(decode_entities(text))
    return TAG.sub(" ", text) if "<" in text or "]]>" in text else text


def _remove_tashkeel(text: str) -> str:
    # A hamza or madda that stood behind a sign may now be one character with its letter.
    return text if text.isascii() or not TASHKEEL.search(text) else nfc(TASHKEEL.sub("", text))


def _straighten(text: str) -> str:
    return text.translate(_STRAIGHT)


_separate_symbols = _separating(rf"(({_SYMBOL})\2*+)")


def _separate_punctuation(text: str) -> str:
    text = _separate_symbols(text)
    return _KEYCAP.sub(r" \g<0> ", text) if _FRAME in text else text


@cache
def _lexicon() -> ModuleType:
    """Import the lexicon when a step first needs it: scikit-learn and NLTK take seconds."""
    return import_module("core.text.lexicon")


def _lemma(word: str) -> str:
    return str(_lexicon().lemma(word))


def _segmentation(language: str) -> StepFunction:
    return partial(segment, language) if has_segmenter(language) else str


def _lower_turkish(text: str) -> str:
    """Turkish and Azerbaijani have two letters: I with ı, and İ with i."""
    return text.replace("I", "ı").replace("İ", "i").lower()


_LOWER: dict[str, StepFunction] = {"tr": _lower_turkish, "az": _lower_turkish}


def _drop_stop_word(language: str, keep_negations: bool, word: str) -> str:
    lower = _LOWER.get(language, str.lower)
    return "" if lower(word) in stop_words(language, keep_negations=keep_negations) else word


@cache
def word_functions(language: str, keep_negations: bool) -> dict[str, StepFunction]:
    """The last two steps, which look up whole words of a language: word -> cleaned word, "" when it is removed."""
    return {
        "stop_words": partial(_drop_stop_word, language, keep_negations),
        "lemmas": _lemma if language == ENGLISH else partial(stem, language),
    }


def _word_by_word(clean_word: StepFunction) -> StepFunction:
    return lambda text: " ".join(filter(None, map(clean_word, text.split())))


# Each pattern begins with a character set: Python searches for the set before it tries to match, about three
# times as fast as r"\d+" or a flag for both cases. \w and \D already contain the letters in the negated sets;
# naming them lets the search skip them at once.
# A removed word leaves a space, so that no two words fuse; a removed digit or mark inside a word leaves nothing,
# as in the article.
STEP_FUNCTIONS: dict[str, StepFunction] = {
    "mark_description": str,  # cleaning.join has inserted the mark already
    "entities": decode_html,
    "white_space": _collapse_white_space,
    "quotes": _straighten,
    "tashkeel": _remove_tashkeel,
    "links": _replacing(r"[hHwW](?:[tT][tT][pP][sS]?://|[wW]{2}\.)\S+", " "),
    "users": _replacing(f"@{_NAME}", " "),
    "brackets": _replacing(BRACKETED, " "),
    "hashtags": _replacing(f"#{_NAME}", " "),
    "digits": _replacing(_NUMBER, ""),
    "separate_digits": _separating(f"({_NUMBER})"),
    "punctuation": _replacing(_SYMBOL, ""),
    "separate_punctuation": _separate_punctuation,
    "lower_case": str.lower,
    "segmentation": str,  # blanks separate the words of most languages
}


def _by_language(language: str) -> dict[str, StepFunction]:
    """The steps that a language changes, other than those that look up whole words."""
    return {"lower_case": _LOWER.get(language, str.lower), "segmentation": _segmentation(language)}


@cache
def step_functions(language: str, keep_negations: bool) -> dict[str, StepFunction]:
    """The function of every step for texts in a language."""
    by_word = {
        name: _word_by_word(function) for name, function in word_functions(language, keep_negations).items()
    }
    return STEP_FUNCTIONS | _by_language(language) | by_word


@cache
def line_functions(language: str) -> dict[str, StepFunction]:
    """The steps before the last two for many words at once, one per line.

    This white-space step keeps the line ends. Tags span several words: HTML is decoded before a text is split.
    """
    return STEP_FUNCTIONS | {
        "entities": str,
        "white_space": remove_invisible,
        **_by_language(language),
    }


# The article's steps in its order, with its patterns as printed: all but that of the users lack their backslashes.
PRINTED_FUNCTIONS: dict[str, StepFunction] = {
    "white_space": _replacing("s+", " "),
    "users": _replacing("(?i)@[a-z0-9_]+", ""),
    # "[[^()]*]" as Python parses it: any number of the characters [ ^ ( ), then ]. The lookbehind changes no match;
    # it keeps a long run of these characters without ] from being scanned again from each of them.
    "brackets": _replacing(r"(?<![\[^()])[\[^()]*+\]", ""),
    "digits": _replacing("d+", ""),
    "punctuation": _replacing("[^ws]+", ""),
    "links": _replacing("httpS*", ""),
    "hashtags": _replacing("#S*", ""),
    "lower_case": str.lower,
    "stop_words": step_functions(ENGLISH, False)["stop_words"],
    "lemmas": lambda text: "",
}
