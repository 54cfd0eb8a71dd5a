"""Copies, contradictions and near-duplicates, against counts by hand and against comparing each with each."""

import itertools
import re
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.news.repeats import find_repeats, near_duplicates, text_hashes


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (("Rain ahead", ""), ("RAIN  AHEAD", ""), True),
        (("Rain ahead", ""), ("Rain", "ahead"), True),
        (("Rain ahead", ""), ("", "rain\nAhead"), True),
        (("Rain\tahead", ""), ("rain\nahead", ""), True),
        (("Straße", ""), ("STRASSE", ""), True),
        (("Rain ahead", ""), ("Rain ahead!", ""), False),
        (("Rain ahead", ""), ("Rainahead", ""), False),
        (("Rain", "ahead"), ("ahead", "Rain"), False),
    ],
)
def test_texts_are_the_same_but_for_case_and_white_space(
    first: tuple[str, str], second: tuple[str, str], same: bool
) -> None:
    hashes = list(text_hashes(*zip(first, second, strict=True)))
    assert (hashes[0] == hashes[1]) is same


words = st.text(alphabet="aAßé", min_size=1, max_size=3)
blanks = st.text(alphabet=" \n\t", min_size=1, max_size=3)


@given(st.lists(words, min_size=1, max_size=4), st.data())
def test_case_and_runs_of_white_space_never_count(parts: list[str], data: st.DataObject) -> None:
    spaced = "".join(part + data.draw(blanks) for part in parts[:-1]) + parts[-1]
    plain, other = text_hashes([" ".join(parts), spaced.upper()], ["", ""])
    assert plain == other


def repeats(texts: str, categories: str) -> tuple[int, list[tuple[int, ...]], int]:
    repeats = find_repeats(
        np.array([ord(text) for text in texts]), np.array([ord(name) for name in categories])
    )
    return repeats.copies, sorted(repeats.contradictions), repeats.contradicted


def test_copies_and_contradictions_by_hand() -> None:
    assert repeats("abc", "XYX") == (0, [], 0)
    assert repeats("aaba", "XXYX") == (2, [], 0)
    assert repeats("aab", "XYX") == (0, [(0, 1)], 2)
    assert repeats("abaab", "XXYYX") == (2, [(2, 0)], 3)  # most are of Y, so Y comes first
    assert repeats("aabbb", "XYZXY") == (0, [(0, 1), (3, 4, 2)], 5)
    assert repeats("a", "X") == (0, [], 0)
    assert repeats("", "") == (0, [], 0)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), min_size=1, max_size=30))
def test_repeats_against_counting_each(articles: list[tuple[int, int]]) -> None:
    repeats = find_repeats(*np.array(articles).T)
    labels = {text: {label for other, label in articles if other == text} for text, _ in articles}
    contradicting = {text for text, of_text in labels.items() if len(of_text) > 1}
    assert repeats.copies == len(articles) - len(set(articles))
    assert {articles[rows[0]][0] for rows in repeats.contradictions} == contradicting
    assert all(
        {articles[row][1] for row in rows} == labels[articles[rows[0]][0]] for rows in repeats.contradictions
    )
    assert repeats.contradicted == sum(text in contradicting for text, _ in articles)


SEVEN = "Old bank cuts debt after long summer"


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("Old bank cuts debt after long summer", True),
        ("OLD BANK cuts debt, after 12 long summer!", True),
        ("after long summer old bank cuts debt", True),
        ("Old bank cuts debt after long hot summer", True),  # one word more
        ("Old bank cuts after long summer", True),  # one word less
        ("Old bank raises debt after long summer", True),  # one word replaced
        ("Old bank raises debt after short summer", False),  # two replaced
        ("Old bank cuts debt after long hot dry summer", False),  # two more
        ("Bank", False),
        ("12 !", False),
        ("", False),
    ],
)
def test_near_duplicates_by_hand(text: str, near: bool) -> None:
    assert near_duplicates(["Rain ahead", SEVEN, ""], [text]).tolist() == [near]


def test_short_texts_must_have_the_same_words() -> None:
    given_texts = ["Team wins the cup", "球队赢得联赛冠军"]
    asked = [
        "Team wins the race",
        "the cup: team wins",
        "球队输掉联赛冠军",
        "球队赢得联赛奖杯吧",
        "冠军赢得联赛，球队",
    ]
    assert near_duplicates(given_texts, asked).tolist() == [False, True, False, False, True]
    assert near_duplicates([], ["a"]).tolist() == [False]
    assert near_duplicates(["a"], []).tolist() == []


WORDS = st.lists(st.sampled_from(["a", "b", "c", "d", "e", "f", "g", "h"]), max_size=9).map(" ".join)


@given(st.lists(WORDS, max_size=6), st.lists(WORDS, max_size=6))
def test_near_duplicates_against_comparing_each_with_each(first: list[str], second: list[str]) -> None:
    def near(first: str, second: str) -> bool:
        ours, theirs = Counter(first.split()), Counter(second.split())
        more, less = (ours - theirs).total(), (theirs - ours).total()
        if not ours or not theirs:
            return False
        if more == less == 0:
            return True
        # With a word left out of one of them, that one must be long.
        return (
            ((more, less) == (1, 0) and ours.total() >= 6)
            or ((more, less) == (0, 1) and theirs.total() >= 6)
            or ((more, less) == (1, 1) and ours.total() >= 6)
        )  # fmt: skip

    wanted = [any(near(one, other) for one in first) for other in second]
    assert near_duplicates(first, second).tolist() == wanted


def test_each_part_is_asked_against_the_other() -> None:
    sentences = [" ".join(words) for words in itertools.permutations(["ab", "cd", "ef", "gh", "ij", "kl"], 6)]
    assert near_duplicates(sentences[:1], sentences).all()
    assert not near_duplicates([re.sub("ab|cd", "xy", sentences[0])], sentences).any()
