"""Figures of an evaluation against scikit-learn's, against other formulas, and worked by hand."""

import numpy as np
import pytest
from scipy.special import softmax
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    log_loss,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)

from core.insight.evaluation.calibration import calibrate, fit_temperature
from core.insight.evaluation.confusion import (
    cell_articles,
    confused_pair,
    confused_pairs,
    distinguishing_words,
    most_confident_mistakes,
    most_frequent,
    order_by_similarity,
)
from core.insight.evaluation.report import evaluate
from core.insight.evaluation.slices import by_length, by_unknown, by_year
from core.insight.intervals import paired_difference, wilson_interval
from core.text.cleaning_steps import SEPARATOR
from core.text.vocabulary import Vocabulary
from tests.insight.held_out_parts import held_out_part, part_predicted_as, random_held_out


@pytest.mark.parametrize("categories", [2, 7, 41])
def test_scores_are_scikit_learns(categories: int) -> None:
    held_out = random_held_out(categories, articles=600)
    test, report = held_out.test, evaluate(held_out.test, held_out.training_counts)
    y, answers, chance = test.y, test.logits.argmax(axis=1), softmax(test.logits.astype(float), axis=1)
    labels = list(range(categories))
    assert report.scores.accuracy == pytest.approx(accuracy_score(y, answers))
    assert report.scores.macro_f1 == pytest.approx(f1_score(y, answers, average="macro"))
    assert report.scores.loss == pytest.approx(log_loss(y, chance, labels=labels), abs=1e-6)
    if categories > 3:
        assert report.scores.top3_accuracy == pytest.approx(
            top_k_accuracy_score(y, chance, k=3, labels=labels)
        )
    assert report.confusion.tolist() == confusion_matrix(y, answers, labels=labels).tolist()
    precision, recall, f1, support = precision_recall_fscore_support(
        y, answers, labels=labels, zero_division=0
    )
    assert report.articles.tolist() == support.tolist()
    assert np.nan_to_num(report.precision) == pytest.approx(precision)
    assert np.nan_to_num(report.recall) == pytest.approx(recall)
    assert report.f1 == pytest.approx(f1)
    shares = np.tile(held_out.training_counts / held_out.training_counts.sum(), (len(y), 1))
    assert report.prior_scores.loss == pytest.approx(log_loss(y, shares, labels=labels), abs=1e-6)
    assert report.prior_scores.accuracy == pytest.approx((y == held_out.training_counts.argmax()).mean())


def test_a_category_that_is_never_named_and_one_without_articles() -> None:
    test = part_predicted_as([0, 0, 1], [0, 2, 0], categories=3)
    report = evaluate(test, np.array([5, 3, 0]))
    assert report.recall[:2].tolist() == [0.5, 0.0]
    assert np.isnan(report.recall[2])
    assert report.precision[0] == 0.5
    assert np.isnan(report.precision[1])
    assert report.f1.tolist() == [0.5, 0.0, 0.0]
    assert (report.recall_low[2], report.recall_high[2]) == (0.0, 1.0)
    assert np.isfinite(report.prior_scores.loss)


def test_never_predicted_are_the_categories_with_articles_and_no_right_answer_the_largest_first() -> None:
    """0 is right once; 1 and 4 are never named; 2 has no article; 3 is named, but for articles of others."""
    y = [0, 0, 1, 3, 3, 4, 4, 4]
    predictions = [0, 3, 0, 0, 0, 3, 0, 0]
    report = evaluate(part_predicted_as(y, predictions, categories=5), np.array([5, 3, 0, 4, 6]))
    assert report.never_predicted.tolist() == [4, 3, 1]


@pytest.mark.parametrize(("right", "rows"), [(0, 5), (5, 5), (1, 2), (50, 100), (11_905, 18_076)])
def test_the_interval_is_wilsons(right: int, rows: int) -> None:
    low, high = wilson_interval(right, rows)
    expected = binomtest(right, rows).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_a_change_is_paired() -> None:
    # By hand: of 4 articles two are lost and one gained; with half an article more in each of four cells, 2.5 and 1.5
    # of 6: the middle is -1/6, the variance of the sum 4 - 1/6.
    found = paired_difference([True, True, True, False], [True, False, False, True])
    assert (found.before, found.after, found.difference) == (0.75, 0.5, -0.25)
    half = 1.959964 * np.sqrt(4 - 1 / 6) / 6
    assert (found.low, found.high) == pytest.approx((-1 / 6 - half, -1 / 6 + half), abs=1e-6)
    assert not found.is_significant
    assert paired_difference([True] * 9, [True] * 9).high == 0
    with pytest.raises(ValueError, match="the same articles"):
        paired_difference([True], [True, False])


@pytest.mark.parametrize(
    ("gained", "lost"), [(2, 0), (4, 0), (8, 0), (0, 9), (12, 8), (30, 10), (400, 300), (60, 55)]
)
def test_beyond_chance_is_what_the_exact_test_says(gained: int, lost: int) -> None:
    """McNemar's, of the articles that turned, where it leaves no doubt."""
    before = np.repeat([False, True, True], [gained, lost, 1_000])
    after = np.repeat([True, False, True], [gained, lost, 1_000])
    exact = binomtest(gained, gained + lost).pvalue
    assert exact < 0.03 or exact > 0.1
    assert paired_difference(before, after).is_significant == (exact < 0.05)


def test_the_interval_of_a_change_holds_it() -> None:
    """Of 2,000 draws whose true change is 2 points, 95 of 100 intervals hold it, give or take."""
    rng = np.random.default_rng(3)
    held = 0
    for _ in range(2_000):
        turned = rng.choice([-1, 0, 1], 400, p=[0.03, 0.92, 0.05])
        found = paired_difference(turned < 0, turned > 0)
        held += found.low <= 0.02 <= found.high
    assert 0.93 < held / 2_000 < 0.98


def test_those_that_are_taken_for_one_another_stand_side_by_side() -> None:
    confusion = np.diag([20] * 6)
    for one, other in ((0, 3), (1, 4), (2, 5)):  # three twins, interleaved
        confusion[one, other] = confusion[other, one] = 10
    places = {category: place for place, category in enumerate(order_by_similarity(confusion).tolist())}
    assert sorted(places) == list(range(6))
    assert all(abs(places[one] - places[other]) == 1 for one, other in ((0, 3), (1, 4), (2, 5)))
    assert order_by_similarity(np.diag([3, 4])).tolist() == [0, 1]
    assert sorted(order_by_similarity(np.zeros((5, 5), int)).tolist()) == list(range(5))


def test_the_most_frequent_categories() -> None:
    assert most_frequent(np.diag([3, 9, 1, 9]), 2).tolist() == [1, 3]


def test_a_cells_articles_the_surest_first() -> None:
    test = held_out_part([0, 0, 0, 1, 0], [[0, 1], [0, 5], [3, 0], [0, 9], [0, 2]])
    rows, sure = cell_articles(test, 0, 1)
    assert rows.tolist() == [1, 4, 0]
    assert sure == pytest.approx([1 / (1 + np.exp(-step)) for step in (5, 2, 1)])
    assert cell_articles(test, 1, 0)[0].tolist() == []
    assert most_confident_mistakes(test, 2)[0].tolist() == [1, 4]


def test_pairs_by_the_share_that_gets_the_others_name() -> None:
    confusion = np.array([[90, 10, 0], [8, 32, 0], [4, 1, 5]])
    (first, second) = confused_pairs(confusion)
    # 18 of 140, and 4 of 110; the one mistake between 1 and 2 is no pair.
    assert (first.first, first.second, first.first_as_second, first.second_as_first) == (0, 1, 10, 8)
    assert first.share == pytest.approx(18 / 140)
    assert (second.first, second.second, second.mistakes) == (0, 2, 4)
    assert confused_pair(confusion, 1, 0) == first


def test_words_that_tell_two_categories_apart() -> None:
    vocabulary = Vocabulary(words=(SEPARATOR, "the", "goal", "vote", "rare", "?"), counts=(9, 8, 7, 6, 5, 4))
    mark, the, goal, vote, rare, sign = range(2, 8)
    sport, power = [the, goal, mark, the, sign], [vote, mark, 1]
    texts = [sport] * 20 + [power] * 20 + [[rare]] * 20
    test = held_out_part([0] * 20 + [1] * 20 + [2] * 20, np.zeros((60, 3)), texts=texts)
    assert distinguishing_words((test,), vocabulary, 0, 1) == (("goal",), ("vote",))
    assert distinguishing_words((test,), vocabulary, 1, 0) == (("vote",), ("goal",))
    assert distinguishing_words((test,), vocabulary, 0, 1, language="de") == (("the", "goal"), ("vote",))
    assert distinguishing_words((), vocabulary, 0, 1) == ((), ())


def test_calibration_is_scikit_learns_for_two_categories() -> None:
    rng = np.random.default_rng(3)
    logits = rng.normal(0, 2, (2_000, 2))
    y = (rng.random(2_000) < softmax(logits, axis=1)[:, 1]).astype(int)
    found = calibrate(logits, y)
    chance = softmax(logits, axis=1)
    claimed, right = chance.max(axis=1), chance.argmax(axis=1) == y
    expected_right, expected_claimed = calibration_curve(right, claimed, n_bins=10)
    assert found.accuracies == pytest.approx(expected_right)
    assert found.confidences == pytest.approx(expected_claimed)
    by_bins = [
        abs(right[some].mean() - claimed[some].mean()) * some.mean()
        for low in np.arange(0, 1, 0.1)
        if (some := (claimed > low) & (claimed <= low + 0.1)).any()
    ]
    assert found.error == pytest.approx(sum(by_bins))
    assert found.mean_confidence == pytest.approx(claimed.mean())
    assert found.accuracy == pytest.approx(right.mean())
    assert found.error < 0.04  # drawn from the very probabilities


@pytest.mark.parametrize("true", [0.5, 1.0, 2.5])
def test_the_temperature_that_the_answers_were_heated_by_is_found(true: float) -> None:
    rng = np.random.default_rng(4)
    cool = rng.normal(0, 2, (20_000, 5))
    y = (softmax(cool, axis=1).cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    found = fit_temperature(cool * true, y)
    assert found == pytest.approx(true, rel=0.05)
    scaled = calibrate(cool * true, y, temperature=found)
    assert scaled.error < 0.02
    assert scaled.loss <= calibrate(cool * true, y).loss
    # No other temperature has less loss.
    assert scaled.loss < min(calibrate(cool * true, y, temperature=found * by).loss for by in (0.9, 1.1))


def test_slices_by_hand() -> None:
    texts = [[2] * length for length in (1, 2, 3, 4, 5, 6, 9, 9)]
    test = held_out_part(
        [0] * 8,
        [[1, 0]] * 6 + [[0, 1]] * 2,
        texts=texts,
        unknown=[0, 0, 1, 1, 7, 5, 0, 0],
        years=[0, 2012, 2012, 2014, 2014, 2014, 0, 2012],
    )
    lengths = by_length(test, sequence_length=9)
    assert sum(one.articles for one in lengths) == 8
    assert (lengths[-1].name, lengths[-1].articles, lengths[-1].accuracy) == ("9 or more", 2, 0.0)
    assert all(one.accuracy == 1 for one in lengths[:-1])
    assert lengths[0].name.startswith("1")
    years = by_year(test)
    assert [(one.name, one.articles, one.accuracy) for one in years] == [
        ("2012", 3, pytest.approx(2 / 3)), ("2014", 3, 1.0),
    ]  # fmt: skip
    assert (years[0].low, years[0].high) == pytest.approx(tuple(map(float, wilson_interval(2, 3))))
    assert [(one.name, one.articles) for one in by_unknown(test)] == [("0", 4), ("1", 2), ("5 or more", 2)]


def test_slices_where_there_is_one_kind_of_article() -> None:
    test = held_out_part([0, 1], [[1, 0], [1, 0]], texts=[[2, 2], [2, 2]])
    assert [(one.name, one.articles) for one in by_length(test, sequence_length=2)] == [("2 or more", 2)]
    assert [(one.name, one.articles) for one in by_length(test, sequence_length=5)] == [("2", 2)]
    assert by_year(test) == ()
