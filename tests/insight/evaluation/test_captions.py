"""Sentences under the charts, of data whose story is known."""

import numpy as np
import pytest

from core.insight.evaluation import captions
from core.insight.evaluation.calibration import calibrate
from core.insight.evaluation.confusion import confused_pair
from core.insight.evaluation.near_repeats import count_near_repeats
from core.insight.evaluation.report import Report, evaluate
from core.insight.evaluation.slices import Slice
from core.insight.intervals import PairedDifference, wilson_interval
from tests.insight.held_out_parts import part_predicted_as

NB = "\u00a0"


def report(confusion: list[list[int]], training: list[int] | None = None) -> Report:
    y = [own for own, row in enumerate(confusion) for named, many in enumerate(row) for _ in range(many)]
    answers = [named for row in confusion for named, many in enumerate(row) for _ in range(many)]
    counts = np.array(training or [sum(row) for row in confusion])
    return evaluate(part_predicted_as(y, answers, categories=len(confusion)), counts)


def test_a_network_that_learnt_something() -> None:
    caption = captions.scores(report([[45, 5], [10, 40]]))
    assert caption.startswith(
        f"The network is right for 85.0{NB}% of 100 articles that it has never seen (95 % interval "
    )
    assert caption.endswith(f"Always naming the largest category is right for 50.0{NB}%, 35.0 points less.")


def test_a_network_that_learnt_nothing() -> None:
    assert "The network is no better than that" in captions.scores(report([[60, 0], [40, 0]]))


def test_best_and_least_found() -> None:
    caption = captions.categories(report([[90, 10], [20, 20]]), ["LARGE", "SMALL"])
    assert caption == (
        f"Found most often: LARGE, 90.0{NB}% of its 100 articles. Found least often: SMALL, 50.0{NB}% of 40."
    )
    assert "too few to compare" in captions.categories(report([[5, 0], [0, 5]]), ["A", "B"])


def test_categories_found_alike_have_no_best_and_no_least() -> None:
    alike = report([[20, 0], [0, 30]])
    assert captions.categories(alike, ["A", "B"]) == (
        f"All categories with 20 articles or more are found equally often: 100.0{NB}% of their articles."
    )
    assert captions.categories_title(alike, np.array([0, 1])) == "100 % of each category found"
    with_small = report([[20, 0, 0], [0, 30, 0], [1, 0, 1]])
    assert captions.categories_title(with_small, np.array([0, 1, 2])) == "100 % found at best, 100 % at worst"


def test_large_categories_are_found_more_often() -> None:
    rows = np.diag([90, 90, 90, 10, 10, 10])
    rows[np.arange(6), (np.arange(6) + 1) % 6] = [10, 10, 10, 20, 20, 20]
    caption = captions.categories(report(rows.tolist()), list("ABCDEF"))
    assert (
        "Articles in the larger half of the categories are found more often than in the smaller half, by 56.7 "
        "points." in caption
    )


def test_never_named() -> None:
    assert "1 category is never named at all." in captions.categories(report([[50, 0], [30, 0]]), ["A", "B"])


@pytest.mark.parametrize(
    ("near", "caption"),
    [
        ([False] * 4, "No test article nearly repeats an article that the network learnt from."),
        (
            [True, False, False, False],
            f"1 of 4 test articles (25.0{NB}%) nearly repeats an article that the network learnt from. On the others "
            f"it is right for 66.7{NB}%.",
        ),
        (
            [True, True, True, False],
            f"3 of 4 test articles (75.0{NB}%) nearly repeat an article that the network learnt from. On the others "
            f"it is right for 0.0{NB}%.",
        ),
        (
            [True] * 4,
            f"4 of 4 test articles (100.0{NB}%) nearly repeat an article that the network learnt from. So the scores "
            "say little about new articles.",
        ),
    ],
)
def test_near_repeats(near: list[bool], caption: str) -> None:
    """Of four articles the last is predicted wrongly."""
    test = part_predicted_as([0, 0, 1, 1], [0, 0, 1, 0], categories=2)
    assert captions.near_repeats(count_near_repeats(test, np.array(near))) == caption


def test_class_weights_are_suggested_where_a_category_is_never_predicted() -> None:
    missed = report([[50, 0], [30, 0]])
    assert captions.class_weights(missed, ["A", "B"], "none").startswith(
        "The network got no article in “B” right. This often happens to small categories"
    )
    assert captions.class_weights(missed, ["A", "B"], "balanced") == ""
    assert captions.class_weights(report([[50, 0], [29, 1]]), ["A", "B"], "none") == ""


def test_at_most_three_categories_never_predicted_are_named() -> None:
    rows = np.zeros((6, 6), int)
    rows[:, 0] = [50, 9, 8, 7, 6, 5]
    assert captions.class_weights(report(rows.tolist()), list("ABCDEF"), "none").startswith(
        "The network got no article in “B”, “C”, “D” and 2 more right."
    )
    assert "in “B”, “C” and “D” right." in captions.class_weights(
        report(rows[:4, :4].tolist()), list("ABCD"), "none"
    )


def test_confusion_names_the_largest_share_of_enough_articles() -> None:
    counts = np.array([[80, 20, 0], [30, 20, 0], [0, 3, 1]])
    assert captions.confusion(counts, ["A", "B", "C"]) == (
        "For 1 of 3 categories, the correct name is the most frequent answer. The most frequent confusion: "
        f"30 of 50 articles in B (60.0{NB}%) are called A."
    )
    assert captions.confusion(np.diag([30, 30]), ["A", "B"]) == (
        "For 2 of 2 categories, the correct name is the most frequent answer."
    )


@pytest.mark.parametrize(
    ("right", "caption"),
    [
        (60, "too sure, by 20.0 points"),
        (80, "as sure as it should be"),
        (95, "not sure enough, by 15.0 points"),
    ],
)
def test_calibration(right: int, caption: str) -> None:
    """A hundred answers that all claim 80 %."""
    logits = np.tile([np.log(4), 0.0], (100, 1))
    found = calibrate(logits, np.array([0] * right + [1] * (100 - right)))
    assert f"claims 80.0{NB}% and is right for {right}.0{NB}%: {caption}" in captions.calibration(found)


def one_slice(name: str, right: int, rows: int) -> Slice:
    low, high = wilson_interval(right, rows)
    return Slice(name=name, articles=rows, accuracy=right / rows, low=float(low), high=float(high))


def test_slices_say_whether_it_is_more_than_chance() -> None:
    good, near, bad = one_slice("0", 90, 100), one_slice("1", 8, 10), one_slice("2", 25, 50)
    caption = captions.slices((good, near, bad), "with {} unknown words")
    assert caption == (
        f"It is right most often with 0 unknown words (90.0{NB}% of 100 articles). It is right least often with 2 "
        f"unknown words (50.0{NB}% of 50). A difference this large is not just luck."
    )
    assert captions.slices((good, near), "in {}").endswith("The difference could be luck.")
    assert captions.slices((one_slice("0", 9, 9), one_slice("1", 5, 5)), "in {}").endswith("could be luck.")
    assert "nothing to compare" in captions.slices((good,), "in {}")


def test_the_best_and_the_worst_of_many_that_are_alike_are_no_finding() -> None:
    """22 years with the same true accuracy: false alarms in about one of twenty draws, not in one of three."""
    rng = np.random.default_rng(1)
    alarms = sum(
        "not just luck"
        in captions.slices([one_slice(str(n), int(rng.binomial(227, 0.66)), 227) for n in range(22)], "in {}")
        for _ in range(300)
    )
    assert alarms < 30


def test_halves_of_the_categories_that_are_alike_are_no_finding() -> None:
    rng = np.random.default_rng(2)
    false_alarms = 0
    for _ in range(200):
        found = rng.binomial(25, 0.6, 6)
        rows = np.diag(found)
        rows[np.arange(6), (np.arange(6) + 1) % 6] = 25 - found
        false_alarms += "larger half" in captions.categories(report(rows.tolist()), list("ABCDEF"))
    assert false_alarms < 10


def test_a_pair() -> None:
    found = confused_pair(np.array([[90, 10], [8, 32]]), 0, 1)
    assert captions.pair(found, ["A", "B"]) == (
        f"10 of 100 articles in A are called B, and 8 of 40 in B are called A: 12.9{NB}% of both together."
    )


def test_order_with_and_without_a_bag() -> None:
    lost = PairedDifference(before=0.66, after=0.6, low=-0.07, high=-0.05)
    still = PairedDifference(before=0.6, after=0.6, low=0.0, high=0.0)
    caption = captions.word_order(lost, still, "the words shuffled")
    assert caption.startswith(
        f"With the words shuffled, the network is right for 60.0{NB}% instead of 66.0{NB}%: it loses 6.0 points "
        "(95 % interval -7.0 to -5.0 points)."
    )
    assert caption.endswith(f"A bag of words does not notice (60.0{NB}%). It counts words and sees no order.")
    as_many = PairedDifference(before=0.6, after=0.6, low=-0.015, high=0.015)  # others than before
    assert "does not notice" not in captions.word_order(lost, as_many, "a third of the words gone")
    chance = PairedDifference(before=0.66, after=0.65, low=-0.02, high=0.001)
    assert captions.word_order(chance, None, "the words reversed").endswith(
        "a difference this small could be luck (95 % interval -2.0 to +0.1 points)."
    )
    assert "The bag of words goes from" in captions.word_order(lost, lost, "a third of the words gone")


def test_merged() -> None:
    better = PairedDifference(before=0.6, after=0.63, low=0.01, high=0.05)
    assert "Learning them as one is better by 3.0 points" in captions.merged(better, "A + B")
    same = PairedDifference(before=0.6, after=0.603, low=-0.01, high=0.016)
    assert "could be luck" in captions.merged(same, "A + B")
