"""Grapheme clusters and combining marks: against the regex package, which has Unicode's tables of its own."""

import re
import unicodedata

import regex
from hypothesis import given
from hypothesis import strategies as st

from core.text.ngrams import SPACE, as_characters, characters
from core.text.normalisation import MARKS, graphemes

PIECES = [
    "a",
    "é",
    "e\u0301",
    "हि",
    "स्त्री",
    "ก็",
    "\u0301",
    "\u200d",
    "\ufe0f",
    " ",
    "1\ufe0f\u20e3",
    "가",
    "\U0001f468",
]
TEXTS = st.lists(st.one_of(st.sampled_from(PIECES), st.characters(exclude_categories=["Cs"]))).map("".join)
FLAG = "\U0001f1eb\U0001f1f7"


def test_worked_by_hand() -> None:
    assert graphemes("a हिन्दी") == ["a", " ", "हि", "न्दी"]
    assert graphemes(f"{FLAG}{FLAG}\U0001f1eb!") == [FLAG, FLAG, "\U0001f1eb", "!"]
    assert characters("né à") == ["n", "é", " ", "à"]
    assert as_characters("a \U0001f44d\U0001f3fdहि b") == f"a {SPACE} \U0001f44d\U0001f3fd हि {SPACE} b"


@given(TEXTS)
def test_the_clusters_of_a_word_are_those_of_the_regex_package_and_lose_nothing(text: str) -> None:
    assert "".join(graphemes(text)) == text
    for word in text.split():
        assert graphemes(word) == regex.findall(r"\X", word)


@given(TEXTS)
def test_as_many_characters_as_clusters_whatever_stands_at_a_words_start(text: str) -> None:
    cleaned = " ".join(text.split())
    assert as_characters(cleaned).split(" ") == [
        SPACE if piece == " " else piece for piece in (characters(cleaned) or [""])
    ]


def test_the_marks_are_those_of_unicode_and_no_others() -> None:
    is_mark = re.compile(f"[{MARKS}]").match
    for code in range(0x110000):
        assert bool(is_mark(chr(code))) == (unicodedata.category(chr(code))[0] == "M"), hex(code)
