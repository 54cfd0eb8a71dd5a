"""Captions of the charts of an evaluation, one or two sentences computed from the plotted data, and their titles.

Plain text, for the line under a chart and for screen readers; category names are not escaped. A caption states a
difference only where it is significant.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.stats import chi2_contingency

from core.insight.evaluation.calibration import Calibration
from core.insight.evaluation.confusion import ConfusedPair, row_shares
from core.insight.evaluation.cross_validation import CrossValidation
from core.insight.evaluation.near_repeats import NearRepeats
from core.insight.evaluation.own_file import OwnFile
from core.insight.evaluation.report import MIN_ARTICLES, Counts, Report
from core.insight.evaluation.slices import Slice
from core.insight.evaluation.word_order import Outcome, Reordering
from core.insight.intervals import PairedDifference, wilson_interval
from core.insight.wording import join_names, many, percent, points, shorten
from core.news.label_matching import LeftOut
from core.settings.training import ClassWeight

REORDERING_NAMES: dict[Reordering, str] = {
    "shuffled": "shuffled",
    "reversed": "reversed",
    "thinned": "a third gone",
}
_MOST_NAMED = 10  # reasons and categories that a sentence names
_MOST_MISSED = 3  # categories never predicted that a sentence names
_CALIBRATED = 0.01  # a smaller gap between confidence and accuracy counts as calibrated


def scores(report: Report) -> str:
    """The accuracy, its interval, and the majority baseline."""
    network, baseline = report.scores, report.prior_scores
    caption = (
        f"The network is right for {percent(network.accuracy)} of {network.rows:,} articles that it has "
        f"never seen (95 % interval {percent(report.low)} to {percent(report.high)}). "
    )
    if baseline.accuracy >= report.low:
        baseline_caption = f"Always naming the largest category is right for {percent(baseline.accuracy)}"
        return f"{caption}{baseline_caption}. The network is no better than that."
    return (
        f"{caption}Always naming the largest category is right for {percent(baseline.accuracy)}, "
        f"{points(network.accuracy - baseline.accuracy)} less."
    )


def folds(measured: CrossValidation) -> str:
    """The accuracy over all articles, its interval, the folds' accuracies, and what was measured."""
    caption = (
        f"Over {len(measured.each)} folds, {percent(measured.mean)} of all {measured.articles:,} articles "
        f"are right (95 % interval {percent(measured.low)} to {percent(measured.high)}). Single folds have "
        f"{percent(min(measured.each))} to {percent(max(measured.each))}. Each fold has its own network, "
        "trained on the other folds with the same settings. So this scores the settings, not the one "
        "network that was kept."
    )
    if measured.low <= measured.majority:
        caption += (
            f" Always naming the largest category is right for {percent(measured.majority)}. These "
            "numbers do not show that the network learnt more."
        )
    return caption


def folds_reason(rows: int, test_rows: int, folds: int) -> str:
    """Why a file of so many articles is worth a cross-validation: the width of both intervals at an even chance."""
    test, every = (_half_width(number) for number in (test_rows, rows))
    return (
        f"With {many(test_rows, 'test article')}, an accuracy is only known to about ±{100 * test:.0f} "
        f"points. With all {rows:,} it is ±{100 * every:.0f}. In {folds} folds, each article is tested "
        f"once: {folds} more networks learn with the same settings, each from the other folds."
    )


def _half_width(rows: int) -> float:
    """Half of the 95 % interval of an accuracy of one half, on so many articles."""
    low, high = wilson_interval(rows / 2, rows)
    return float(high - low) / 2


def own_scores(report: Report) -> str:
    """The accuracy on a file of one's own, its interval, and the file's largest category."""
    network, baseline = report.scores, report.prior_scores
    return (
        f"The network is right for {percent(network.accuracy)} of {many(network.rows, 'article')} of this file "
        f"(95 % interval {percent(report.low)} to {percent(report.high)}). Always naming the file's largest category "
        f"would be right for {percent(baseline.accuracy)}."
    )


def near_repeats(counted: NearRepeats) -> str:
    """How many test articles nearly repeat a training article, and how often the network is right for the others."""
    if not counted.near:
        return "No test article nearly repeats an article that the network learnt from."
    caption = (
        f"{counted.near:,} of {many(counted.articles, 'test article')} ({percent(counted.near / counted.articles)}) "
        f"nearly {'repeats' if counted.near == 1 else 'repeat'} an article that the network learnt from"
    )
    if counted.near == counted.articles:
        return f"{caption}. So the scores say little about new articles."
    return f"{caption}. On the others it is right for {percent(counted.accuracy)}."


def own_file(own: OwnFile) -> str:
    """How many rows were given, scored and left out, and why."""
    return accounting(own.rows_scored, own.left_out)


def accounting(scored: int, left_out: Sequence[LeftOut]) -> str:
    """How many rows of a test file were given, scored and left out, and why."""
    rows_left_out = sum(group.rows for group in left_out)
    caption = f"{many(scored + rows_left_out, 'row')} given, {scored:,} scored"
    if not left_out:
        return f"{caption}."
    reasons = [
        f"{group.rows:,} of category {shorten(group.category, 60)!r}, which the network does not know"
        if group.category
        else f"{group.rows:,} that could not be read ({group.reason})"
        for group in left_out[:_MOST_NAMED]
    ]
    if rest := sum(group.rows for group in left_out[_MOST_NAMED:]):
        reasons.append(f"{rest:,} for other reasons")
    return f"{caption}, {rows_left_out:,} left out: {'; '.join(reasons)}."


def respelled(own: OwnFile) -> str:
    """Which categories are spelt otherwise than the labels; empty where none is."""
    pairs = [f"{shorten(name, 60)!r} as {shorten(label, 60)!r}" for name, label in own.respelled]
    return f"Read {join_names(pairs, most=_MOST_NAMED)}." if pairs else ""


def class_weights(report: Report, labels: Sequence[str], class_weight: ClassWeight) -> str:
    """Which categories are never predicted, and what class weights do; empty where there is none or weights are set."""
    if class_weight != "none" or not len(report.never_predicted):
        return ""
    names = [f"“{shorten(labels[category], 60)}”" for category in report.never_predicted]
    return (
        f"The network got no article in {join_names(names, most=_MOST_MISSED)} right. This often happens to "
        "small categories: a network that never names them is still right most of the time. Class weights "
        "make their articles count more in training. Then the network names them too, but it misses large "
        "categories a little more often."
    )


def categories(report: Report, labels: Sequence[str]) -> str:
    """The categories of the best and the worst recall, and whether frequent categories have a better one."""
    articles = report.articles
    enough = np.flatnonzero(articles >= MIN_ARTICLES)
    if len(enough) < 2:
        return f"No two categories have {MIN_ARTICLES} articles here, too few to compare them."
    best, least = (
        int(enough[report.recall[enough].argmax()]),
        int(enough[report.recall[enough].argmin()]),
    )
    caption = (
        (
            f"Found most often: {labels[best]}, {percent(report.recall[best])} of its {articles[best]:,} "
            f"articles. Found least often: {labels[least]}, {percent(report.recall[least])} of "
            f"{articles[least]:,}."
        )
        if report.recall[best] > report.recall[least]
        else (
            f"All categories with {MIN_ARTICLES} articles or more are found equally often: "
            f"{percent(report.recall[best])} of their articles."
        )
    )
    never = int(((report.predicted == 0) & (articles > 0)).sum())
    if never:
        caption += f" {never} {'category is' if never == 1 else 'categories are'} never named at all."
    by_size = np.argsort(-articles[enough], kind="stable")
    large, small = enough[by_size[: len(by_size) // 2]], enough[by_size[-(len(by_size) // 2) :]]
    if len(enough) >= 6:
        hits = [(report.recall[half] * articles[half]).sum() for half in (large, small)]
        low, high = wilson_interval(hits, [articles[large].sum(), articles[small].sum()])
        if low[0] > high[1] or low[1] > high[0]:
            more = "more" if low[0] > high[1] else "less"
            shares = [count / articles[half].sum() for count, half in zip(hits, (large, small), strict=True)]
            caption += (
                f" Articles in the larger half of the categories are found {more} often than in the smaller "
                f"half, by {points(shares[0] - shares[1])}."
            )
    return caption


def categories_title(report: Report, categories: npt.NDArray[np.integer]) -> str:
    """The best and the worst recall of ``categories``, positions in the labels by falling recall."""
    # With fewer articles, recall is mostly noise.
    recall = report.recall[categories[report.articles[categories] >= MIN_ARTICLES]]
    if len(recall) < 2:
        return "How many articles of each category are found"
    if recall[0] == recall[-1] and len(recall) == len(categories):
        return f"{100 * recall[0]:.0f} % of each category found"
    return f"{100 * recall[0]:.0f} % found at best, {100 * recall[-1]:.0f} % at worst"


def confusion(counts: Counts, labels: Sequence[str]) -> str:
    """How many categories are mostly predicted correctly, and the largest confusion."""
    articles = counts.sum(axis=1)
    present = np.flatnonzero(articles)
    own = int((counts.argmax(axis=1)[present] == present).sum())
    caption = f"For {own} of {len(present)} categories, the correct name is the most frequent answer."
    shares = row_shares(counts) * (articles >= MIN_ARTICLES)[:, None]
    np.fill_diagonal(shares, 0)
    row, column = np.unravel_index(shares.argmax(), shares.shape)
    if shares[row, column] > 0:
        caption += (
            f" The most frequent confusion: {counts[row, column]:,} of {articles[row]:,} articles in "
            f"{labels[row]} ({percent(shares[row, column])}) are called {labels[column]}."
        )
    return caption


def calibration(measured: Calibration) -> str:
    """Whether the network is overconfident, underconfident or calibrated."""
    confidence, accuracy = measured.mean_confidence, measured.accuracy
    caption = f"On average the network claims {percent(confidence)} and is right for {percent(accuracy)}: "
    if abs(confidence - accuracy) < _CALIBRATED:
        caption += "as sure as it should be."
    elif confidence > accuracy:
        caption += f"too sure, by {points(confidence - accuracy)}."
    else:
        caption += f"not sure enough, by {points(confidence - accuracy)}."
    return f"{caption} Over all bins the mean gap is {points(measured.error)}."


def calibration_title(measured: Calibration) -> str:
    """Whether the network is overconfident, and the expected calibration error."""
    gap = measured.mean_confidence - measured.accuracy
    finding = (
        "Claims match results" if abs(gap) < _CALIBRATED else "Too sure" if gap > 0 else "Not sure enough"
    )
    return f"{finding}: mean gap {100 * measured.error:.1f} points"


def confidence_title(measured: Calibration) -> str:
    """The share of predictions of a probability above 0.9."""
    sure = float(measured.counts[measured.confidences > 0.9].sum() / int(measured.counts.sum()))
    return f"{100 * sure:.1f} % of answers claim over 90 %"


def slices(measured: Sequence[Slice], phrase: str) -> str:
    """The worst and the best slice, and whether the slices differ significantly.

    Args:
        phrase: what a slice's name counts, as in "with 3 unknown words": "with {} unknown words".
    """
    if len(measured) < 2:
        return "All articles here are in one group, so there is nothing to compare."
    worst, best = (pick(measured, key=lambda slice_: slice_.accuracy) for pick in (min, max))
    caption = (
        f"It is right most often {phrase.format(best.name)} ({percent(best.accuracy)} of {best.articles:,} "
        f"articles). It is right least often {phrase.format(worst.name)} ({percent(worst.accuracy)} of "
        f"{worst.articles:,})."
    )
    # Of many slices one is always best, so one chi-squared test compares all of them at once.
    correct = np.array([round(slice_.accuracy * slice_.articles) for slice_ in measured])
    wrong = np.array([slice_.articles for slice_ in measured]) - correct
    if correct.any() and wrong.any() and chi2_contingency([correct, wrong]).pvalue < 0.05:
        return f"{caption} A difference this large is not just luck."
    return f"{caption} The difference could be luck."


def slices_title(measured: Sequence[Slice], phrase: str) -> str:
    """The accuracy on the worst slice; ``phrase`` as :func:`slices` has it."""
    worst = min(measured, key=lambda slice_: slice_.accuracy)
    return f"Worst {phrase.format(slice_name(worst))}: {100 * worst.accuracy:.1f} %"


def slice_name(slice_: Slice) -> str:
    """A slice's name, shortened: "19–26", "40+"."""
    return slice_.name.replace(" to ", "–").replace(" or more", "+")


def pair(confused: ConfusedPair, labels: Sequence[str]) -> str:
    """How often each of two categories is predicted as the other."""
    first, second = labels[confused.first], labels[confused.second]
    return (
        f"{confused.first_as_second:,} of {confused.first_articles:,} articles in {first} are called "
        f"{second}, and {confused.second_as_first:,} of {confused.second_articles:,} in {second} are called "
        f"{first}: {percent(confused.share)} of both together."
    )


def merged(difference: PairedDifference, name: str) -> str:
    """The effect of training with two categories merged."""
    caption = (
        f"Count {name} as one category. Then the network that learnt them apart is right for "
        f"{percent(difference.before)}. The one that learnt them as one is right for "
        f"{percent(difference.after)}."
    )
    if not difference.is_significant:
        return f"{caption} The difference could be luck. Learning them apart made no clear difference."
    better = "as one" if difference.difference > 0 else "apart"
    gain = f"{points(difference.difference)} (95 % interval {interval(difference)} points)"
    return f"{caption} Learning them {better} is better by {gain}."


def word_order(network: PairedDifference, bag: PairedDifference | None, change: str) -> str:
    """The effect of reordering the words on the network and on a bag of words.

    Args:
        change: the noun phrase in "With the words shuffled".
    """
    after, before = percent(network.after), percent(network.before)
    caption = (
        f"With {change}, the network is right for {after} instead of {before}: {_difference_caption(network)}"
    )
    if bag is None:
        return caption
    if bag.low == bag.high == 0:  # no prediction changes
        return (
            f"{caption} A bag of words does not notice ({percent(bag.before)}). It counts words and sees no "
            "order."
        )
    bag_change = f"The bag of words goes from {percent(bag.before)} to {percent(bag.after)}"
    return f"{caption} {bag_change}: {_difference_caption(bag)}"


def word_order_title(outcomes: Sequence[Outcome]) -> str:
    """The reordering that costs the network most."""
    worst = min(outcomes, key=lambda outcome: outcome.network.difference)
    change = signed_points(worst.network.difference)
    return f"{REORDERING_NAMES[worst.reordering].capitalize()}: {change} points for the network"


def signed_points(change: float) -> str:
    """A difference of two shares in points, with its sign: "-2.1"; "0" for none."""
    return f"{100 * change:+.1f}" if change else "0"


def _difference_caption(difference: PairedDifference) -> str:
    if not difference.is_significant:
        return f"a difference this small could be luck (95 % interval {interval(difference)} points)."
    verb = "loses" if difference.difference < 0 else "gains"
    return f"it {verb} {points(difference.difference)} (95 % interval {interval(difference)} points)."


def interval(difference: PairedDifference) -> str:
    """The interval of a difference in points: "-2.1 to -1.3"."""
    return f"{100 * difference.low:+.1f} to {100 * difference.high:+.1f}"
