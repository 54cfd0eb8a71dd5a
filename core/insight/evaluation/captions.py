"""What a chart of an evaluation says, in one or two sentences that are computed from what it shows.

Plain text, for the line under a chart and for who cannot see it; category names stand in it as they are. A difference
is called one only where the intervals leave no doubt.
"""

from collections.abc import Sequence

import numpy as np
from scipy.stats import chi2_contingency

from core.insight.evaluation.calibration import Calibration
from core.insight.evaluation.confusion import ConfusedPair, row_shares
from core.insight.evaluation.report import Counts, Report
from core.insight.evaluation.slices import Slice
from core.insight.intervals import PairedDifference, wilson_interval
from core.insight.wording import percent, points

MIN_ARTICLES = (
    20  # articles of a category that is called the best or the least found: of fewer, chance speaks
)
_CALIBRATED = 0.01  # a gap between claimed and right that is none


def scores(report: Report) -> str:
    """The accuracy, its interval, and what needs no network."""
    found, plain = report.scores, report.prior_scores
    said = (
        f"The network is right for {percent(found.accuracy)} of {found.rows:,} articles that it never saw "
        f"(95 % interval {percent(report.low)} to {percent(report.high)}). "
    )
    if plain.accuracy >= report.low:
        plain_said = f"Always naming the largest category is right for {percent(plain.accuracy)}"
        return f"{said}{plain_said}: more than that it has not learnt."
    return (
        f"{said}Always naming the largest category is right for {percent(plain.accuracy)}, "
        f"{points(found.accuracy - plain.accuracy)} less."
    )


def categories(report: Report, labels: Sequence[str]) -> str:
    """The category found best, the one found least, and whether frequent ones are found more often."""
    articles = report.articles
    enough = np.flatnonzero(articles >= MIN_ARTICLES)
    if len(enough) < 2:
        return f"No two categories have {MIN_ARTICLES} articles here, too few to compare them."
    best, least = (
        int(enough[report.recall[enough].argmax()]),
        int(enough[report.recall[enough].argmin()]),
    )
    said = (
        f"Best found is {labels[best]}, {percent(report.recall[best])} of its {articles[best]:,} articles; least "
        f"{labels[least]}, {percent(report.recall[least])} of {articles[least]:,}."
    )
    never = int(((report.predicted == 0) & (articles > 0)).sum())
    if never:
        said += f" {never} {'category is' if never == 1 else 'categories are'} never named at all."
    half = np.argsort(-articles[enough], kind="stable")
    large, small = enough[half[: len(half) // 2]], enough[half[-(len(half) // 2) :]]
    if len(enough) >= 6:
        found = [(report.recall[some] * articles[some]).sum() for some in (large, small)]
        low, high = wilson_interval(found, [articles[large].sum(), articles[small].sum()])
        if low[0] > high[1] or low[1] > high[0]:
            more = "more" if low[0] > high[1] else "less"
            shares = [one / articles[some].sum() for one, some in zip(found, (large, small), strict=True)]
            said += (
                f" Articles of the larger half of the categories are found {more} often than those of the smaller "
                f"half, by {points(shares[0] - shares[1])}."
            )
    return said


def confusion(counts: Counts, labels: Sequence[str]) -> str:
    """How many categories are most often named rightly, and the largest share that goes to one other."""
    articles = counts.sum(axis=1)
    there = np.flatnonzero(articles)
    own = int((counts.argmax(axis=1)[there] == there).sum())
    said = f"{own} of {len(there)} categories get their own name most often."
    shares = row_shares(counts) * (articles >= MIN_ARTICLES)[:, None]
    np.fill_diagonal(shares, 0)
    row, column = np.unravel_index(shares.argmax(), shares.shape)
    if shares[row, column] > 0:
        said += (
            f" The largest share that gets one wrong name: {counts[row, column]:,} of {articles[row]:,} articles of "
            f"{labels[row]} ({percent(shares[row, column])}) are called {labels[column]}."
        )
    return said


def calibration(found: Calibration) -> str:
    """Whether the network is too sure, not sure enough, or neither."""
    claimed, right = found.mean_confidence, found.accuracy
    said = f"On average the network claims {percent(claimed)} and is right for {percent(right)}: "
    if abs(claimed - right) < _CALIBRATED:
        said += "as sure as it should be."
    elif claimed > right:
        said += f"too sure, by {points(claimed - right)}."
    else:
        said += f"not sure enough, by {points(claimed - right)}."
    return f"{said} Over all bins the mean gap is {points(found.error)}."


def slices(found: Sequence[Slice], phrase: str) -> str:
    """The worst and the best slice, and whether more than chance lies between.

    Args:
        what: what a slice's name counts, as in "with 3 unknown words": "with {} unknown words".
    """
    if len(found) < 2:
        return "All articles are of one kind here, so there is nothing to compare."
    worst, best = (pick(found, key=lambda one: one.accuracy) for pick in (min, max))
    said = (
        f"Right most often {phrase.format(best.name)} ({percent(best.accuracy)} of {best.articles:,} articles), least "
        f"often {phrase.format(worst.name)} ({percent(worst.accuracy)} of {worst.articles:,})."
    )
    # Of many slices one is always best: whether they differ is asked of all of them at once.
    right = np.array([round(one.accuracy * one.articles) for one in found])
    wrong = np.array([one.articles for one in found]) - right
    if right.any() and wrong.any() and chi2_contingency([right, wrong]).pvalue < 0.05:
        return f"{said} So much lies between them that it is more than chance."
    return f"{said} That they differ may be chance."


def pair(found: ConfusedPair, labels: Sequence[str]) -> str:
    """How often each of two categories gets the other's name."""
    first, second = labels[found.first], labels[found.second]
    return (
        f"{found.first_as_second:,} of {found.first_articles:,} articles of {first} are called {second}, and "
        f"{found.second_as_first:,} of {found.second_articles:,} of {second} are called {first}: "
        f"{percent(found.share)} of both together."
    )


def merged(found: PairedDifference, name: str) -> str:
    """What training with two categories as one brought."""
    said = (
        f"Judged with {name} as one category, the network that learnt them apart is right for {percent(found.before)}, "
        f"the one that learnt them as one for {percent(found.after)}."
    )
    if not found.is_significant:
        return (
            f"{said} The difference may be chance: learning them apart cost the network nothing that shows."
        )
    better = "as one" if found.difference > 0 else "apart"
    gain = f"{points(found.difference)} (95 % interval {interval(found)} points)"
    return f"{said} Learning them {better} is better by {gain}."


def word_order(network: PairedDifference, bag: PairedDifference | None, change: str) -> str:
    """What a change of the words' order does to the network, and to a bag of words.

    Args:
        done: what was done, as in "With the words shuffled".
    """
    after, before = percent(network.after), percent(network.before)
    said = f"With {change} the network is right for {after} instead of {before}: {_lost(network)}"
    if bag is None:
        return said
    if bag.low == bag.high == 0:  # not one article is answered otherwise
        return f"{said} A bag of words does not notice: it counts words and sees no order ({percent(bag.before)})."
    return f"{said} The bag of words goes from {percent(bag.before)} to {percent(bag.after)}: {_lost(bag)}"


def _lost(found: PairedDifference) -> str:
    if not found.is_significant:
        return f"no more than chance could do (95 % interval {interval(found)} points)."
    verb = "loses" if found.difference < 0 else "gains"
    return f"it {verb} {points(found.difference)} (95 % interval {interval(found)} points)."


def interval(found: PairedDifference) -> str:
    """The interval of a change in points: "-2.1 to -1.3"."""
    return f"{100 * found.low:+.1f} to {100 * found.high:+.1f}"
