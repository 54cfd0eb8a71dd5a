"""Guesses beside outcomes that were worked by hand."""

import numpy as np
import pytest
from scipy.stats import binomtest

from core.insight.evaluation.report import Report, evaluate
from core.insight.history import captions
from core.insight.history.guess_outcome import accuracy_outcome, anchors, hardest_outcome, merged_counts
from core.model.scores import Scores
from tests.insight.held_out_parts import part_predicted_as

LABELS = ("ART", "BOOKS", "CRIME", "DIETS", "ECHO")


def report(*found: tuple[int, int]) -> Report:
    """Of (found, articles) of each category; what is not found gets the next category's name."""
    y = np.repeat(np.arange(len(found)), [articles for _, articles in found])
    answers = np.concatenate(
        [
            np.where(np.arange(articles) < right, at, (at + 1) % len(found))
            for at, (right, articles) in enumerate(found)
        ]
    )
    return evaluate(part_predicted_as(y, answers, categories=len(found)), np.ones(len(found), np.int64))


def scores(right: int, rows: int) -> Scores:
    return Scores(rows=rows, accuracy=right / rows, top3_accuracy=0.9, macro_f1=0.5, loss=1.0, majority=0.2)


def plain_spaces(text: str) -> str:
    return text.replace("\u00a0", " ")


# --- Before ---


def test_the_anchors_are_blind_chance_and_the_largest_categorys_share() -> None:
    found = anchors({"SPORTS": 10, "VOTES": 25, "SOUP": 5})
    assert (found.categories, found.largest) == (3, "VOTES")
    assert found.chance == pytest.approx(1 / 3)
    assert found.share == 25 / 40


def test_merged_categories_are_guessed_by_the_name_they_are_learnt_under() -> None:
    counts = {"A": 5, "B": 4, "C": 3, "D": 8}
    assert merged_counts(counts, ()) == {"D": 8, "A": 5, "B": 4, "C": 3}
    merged = (("A", "A + B"), ("B", "A + B"), ("C", "C + E"), ("E", "C + E"))
    merged_articles = merged_counts(counts, merged)  # there is no E, so C keeps its own name
    assert list(merged_articles.items()) == [("A + B", 9), ("D", 8), ("C", 3)]


# --- The accuracy ---


@pytest.mark.parametrize(("right", "rows"), [(62, 100), (5, 5), (0, 30), (11_890, 18_076)])
def test_the_interval_is_that_of_an_independent_formula(right: int, rows: int) -> None:
    found = accuracy_outcome(0.5, scores(right, rows))
    expected = binomtest(right, rows).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(
    ("guess", "words"),
    [
        # Wilson's interval of 62 of 100 is 52.2 to 70.9 %.
        (0.62, "Almost exactly right"),
        (0.53, "Almost exactly right"),
        (0.70, "Almost exactly right"),
        (0.52, "10.0 points too low"),
        (0.72, "10.0 points too high"),
        (0.0, "62.0 points too low"),
        (1.0, "38.0 points too high"),
    ],
)
def test_a_guess_inside_the_interval_is_as_good_as_right(guess: float, words: str) -> None:
    outcome = accuracy_outcome(guess, scores(62, 100))
    assert outcome.right == (words == "Almost exactly right")
    assert plain_spaces(captions.guessed_accuracy(outcome)) == (
        f"{words}. The test on 100 articles says that the accuracy is between 52.2 % and 70.9 % (95 % interval)."
    )


def test_of_many_articles_the_same_guess_is_too_low() -> None:
    assert accuracy_outcome(0.66, scores(660, 1_000)).right
    assert accuracy_outcome(0.64, scores(660, 1_000)).right  # 63.0 to 68.9 %
    assert not accuracy_outcome(0.64, scores(6_600, 10_000)).right  # 65.1 to 66.9 %


# --- The hardest category ---


def test_the_hardest_is_the_one_of_which_the_smallest_share_is_found() -> None:
    measured = report((10, 40), (12, 40), (36, 40))
    outcome = hardest_outcome("ART", measured, LABELS[:3])
    assert (outcome.right, outcome.rank, outcome.judged) == (True, 1, 3)
    assert (outcome.hardest, outcome.least, outcome.recall) == (("ART",), 0.25, 0.25)
    assert plain_spaces(captions.hardest_category(outcome)) == (
        "Right: 25.0 % of the articles in ART are found, less than in any other category."
    )
    assert captions.hardest_names(outcome) == "ART"


def test_another_is_told_its_place_and_doubt_where_the_intervals_overlap() -> None:
    measured = report((10, 40), (17, 40), (36, 40))
    near, far = (hardest_outcome(name, measured, LABELS[:3]) for name in ("BOOKS", "CRIME"))
    # 10 of 40: 14.2 to 40.2 %. 17 of 40, above that, but 28.5 to 57.8 %. 36 of 40: 76.9 to 96.0 %.
    assert (near.right, near.rank, near.beyond_chance) == (False, 2, False)
    assert (far.right, far.rank, far.beyond_chance) == (False, 3, True)
    hardest = "Hardest is ART: 25.0 % of its articles are found."
    assert plain_spaces(captions.hardest_category(near)) == (
        f"{hardest} BOOKS is the 2nd hardest of 3, with 42.5 %. With few test articles this order could be luck. "
        "Your guess may be just as good."
    )
    assert (
        plain_spaces(captions.hardest_category(far)) == f"{hardest} CRIME is the easiest of 3, with 90.0 %."
    )


def test_categories_with_a_handful_of_test_articles_do_not_count() -> None:
    measured = report((10, 40), (12, 40), (36, 40), (0, 19), (0, 0))
    count = "Only the 3 of 5 categories with at least 20 test articles count."
    right = hardest_outcome("ART", measured, LABELS)
    assert right.right
    assert plain_spaces(captions.hardest_category(right)).endswith(f"any other category. {count}")
    few = hardest_outcome("DIETS", measured, LABELS)
    assert (few.right, few.rank, few.articles, few.recall) == (False, None, 19, 0.0)
    assert f"DIETS has 19 test articles, too few to judge it. {count}" in plain_spaces(
        captions.hardest_category(few)
    )
    none = hardest_outcome("ECHO", measured, LABELS)
    assert (none.articles, none.recall, none.rank) == (0, None, None)
    assert "ECHO has no test article, so it cannot be judged." in plain_spaces(
        captions.hardest_category(none)
    )
    gone = hardest_outcome("FOXES", measured, LABELS)
    assert gone.articles is None
    assert "FOXES is not a category in this run." in plain_spaces(captions.hardest_category(gone))


def test_twenty_articles_are_enough() -> None:
    outcome = hardest_outcome("DIETS", report((10, 40), (12, 40), (36, 40), (0, 20)), LABELS[:4])
    assert (outcome.right, outcome.judged) == (True, 4)


def test_those_that_share_the_smallest_share_are_all_the_hardest() -> None:
    measured = report((10, 40), (8, 32), (36, 40))  # a quarter of both
    for guess in ("ART", "BOOKS"):
        outcome = hardest_outcome(guess, measured, LABELS[:3])
        assert (outcome.right, outcome.rank, outcome.hardest) == (True, 1, ("ART", "BOOKS"))
        assert "of the articles in ART and BOOKS are found, less than" in captions.hardest_category(outcome)
    other = hardest_outcome("CRIME", measured, LABELS[:3])
    assert other.rank == 3  # two are harder
    assert plain_spaces(captions.hardest_category(other)).startswith(
        "Hardest are ART and BOOKS: 25.0 % of their articles are found."
    )


def test_where_all_are_found_alike_none_is_the_hardest() -> None:
    outcome = hardest_outcome("BOOKS", report((30, 30), (40, 40), (20, 20)), LABELS[:3])
    assert not outcome.right
    assert plain_spaces(captions.hardest_category(outcome)) == (
        "The network finds 100.0 % of every category, in all 3. None is the hardest."
    )
    assert captions.hardest_names(outcome) == "none"


def test_of_many_that_are_the_hardest_a_few_are_named() -> None:
    labels = tuple(f"C{number}" for number in range(7))
    outcome = hardest_outcome("C6", report(*[(0, 20)] * 6, (20, 20)), labels)
    assert captions.hardest_names(outcome) == "C0, C1, C2 and 3 more"
    assert outcome.rank == 7


@pytest.mark.parametrize("found", [((1, 3), (2, 3), (3, 3)), ((1, 30), (2, 3), (3, 3))], ids=["0", "1"])
def test_of_fewer_than_two_judged_nothing_is_said(found: tuple[tuple[int, int], ...]) -> None:
    outcome = hardest_outcome("ART", report(*found), LABELS[:3])
    assert outcome.judged == sum(articles >= 20 for _, articles in found)
    assert not outcome.right
    assert captions.hardest_category(outcome).startswith("No two categories have 20 test articles")
    assert captions.hardest_names(outcome) == "too few articles to tell"


@pytest.mark.parametrize(
    ("place", "name"), [(2, "2nd"), (4, "4th"), (11, "11th"), (21, "21st"), (23, "23rd")]
)
def test_places_are_written_as_a_person_writes_them(place: int, name: str) -> None:
    labels = tuple(f"C{number}" for number in range(25))
    measured = report(*[(number, 100) for number in range(25)])
    assert f"is the {name} hardest of 25" in captions.hardest_category(
        hardest_outcome(f"C{place - 1}", measured, labels)
    )
