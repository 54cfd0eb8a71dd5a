"""How good a guess was that was made before training: of the accuracy, and of the hardest category.

Both are judged as the test part allows. A guess inside the 95 % interval of the accuracy (``intervals.py``) is as good
as right; a category is called harder than another only where the intervals of the two leave no doubt; and of categories
with a handful of test articles nothing is said. Leaves out: where the guess is kept (``runs/guess.py``).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.insight.evaluation.captions import MIN_ARTICLES
from core.insight.evaluation.report import Report
from core.insight.intervals import wilson_interval
from core.insight.wording import percent, points
from core.model.scores import Scores

_MOST_NAMED = 3  # of categories that are equally hard, so many are named


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """What can be known of the accuracy before anything is trained, from a file's articles alone.

    Attributes:
        categories: how many there are.
        chance: share right of who names any of them blindly, 0 to 1.
        largest: the most frequent one.
        share: share right of who always names that one, 0 to 1.
    """

    categories: int
    chance: float
    largest: str
    share: float


def learnt_as(counts: Mapping[str, int], merged: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Articles by the name that a run learns them under, most frequent first, ties by name.

    Args:
        counts: articles of each category of the file.
        merged: (category, the name it gets); a name that one category would have alone is not given.
    """
    into = dict(merged)
    times = Counter(into[name] for name in counts if name in into)
    found: Counter[str] = Counter()
    for name, articles in counts.items():
        given = into.get(name)
        found[given if given is not None and times[given] > 1 else name] += articles
    return dict(sorted(found.items(), key=lambda one: (-one[1], one[0])))


def anchors(counts: Mapping[str, int]) -> Anchors:
    """From the articles of each category: at least one category, and one article."""
    largest = max(counts, key=lambda name: counts[name])
    return Anchors(
        categories=len(counts),
        chance=1 / len(counts),
        largest=largest,
        share=counts[largest] / sum(counts.values()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyOutcome:
    """A guessed accuracy beside the measured one, which the test part places between ``low`` and ``high``."""

    guessed: float
    accuracy: float
    low: float
    high: float
    rows: int

    @property
    def right(self) -> bool:
        """Whether the guess lies inside the interval: no measurement on so few articles can tell it from right."""
        return self.low <= self.guessed <= self.high


def accuracy_outcome(guessed: float, scores: Scores) -> AccuracyOutcome:
    """Args: guessed: 0 to 1. scores: of the test part."""
    low, high = wilson_interval(round(scores.accuracy * scores.rows), scores.rows)
    return AccuracyOutcome(
        guessed=guessed, accuracy=scores.accuracy, low=float(low), high=float(high), rows=scores.rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HardestOutcome:
    """A category guessed to be the hardest beside the one that is.

    Attributes:
        guessed: its name.
        categories: of the run.
        judged: those with at least ``FEWEST`` test articles; only they have a place in the order.
        hardest: of those, all that share the smallest part found, in the labels' order; empty when none is judged.
        least: that part, 0 to 1.
        found: part of the guessed category's test articles that is found; None where it has none.
        articles: its test articles; None where the run knows no such category.
        place: 1 for the hardest, as many as are harder and one; None where it is not judged.
        beyond_chance: whether the guessed one is found more often than the hardest beyond doubt.
    """

    guessed: str
    categories: int
    judged: int
    hardest: tuple[str, ...]
    least: float
    found: float | None
    articles: int | None
    place: int | None
    beyond_chance: bool

    @property
    def right(self) -> bool:
        """Whether it is among the hardest; where all are found alike, none is the hardest."""
        return self.guessed in self.hardest and len(self.hardest) < self.judged


def hardest_outcome(guessed: str, report: Report, labels: Sequence[str]) -> HardestOutcome:
    """Compare by recall on the test part.

    Args:
        report: of the test part.
        labels: (categories,) names, as ``report`` counts them.
    """
    enough = np.flatnonzero(report.articles >= MIN_ARTICLES)
    least = float(report.recall[enough].min()) if len(enough) else 0.0
    hardest = enough[report.recall[enough] == least]  # equal fractions are equal floats
    at = labels.index(guessed) if guessed in labels else None
    articles = None if at is None else int(report.articles[at])
    place, beyond = None, False
    if at is not None and at in enough:
        place = 1 + int((report.recall[enough] < report.recall[at]).sum())
        beyond = bool(report.recall_low[at] > report.recall_high[hardest].min())
    return HardestOutcome(
        guessed=guessed,
        categories=len(labels),
        judged=len(enough),
        hardest=tuple(labels[one] for one in hardest),
        least=least,
        found=float(report.recall[at]) if articles else None,
        articles=articles,
        place=place,
        beyond_chance=beyond,
    )


def accuracy_in_words(outcome: AccuracyOutcome) -> str:
    """How far the guess was off, and between what the test places the accuracy; plain text."""
    off = outcome.guessed - outcome.accuracy
    judged = "As good as right" if outcome.right else f"{points(off)} too {'high' if off > 0 else 'low'}"
    return (
        f"{judged}: the test on {outcome.rows:,} articles places the accuracy between {percent(outcome.low)} and "
        f"{percent(outcome.high)} (95 % interval)."
    )


def hardest_in_words(outcome: HardestOutcome) -> str:
    """Which category is the hardest, and where the guessed one stands; plain text."""
    if outcome.judged < 2:
        return f"No two categories have {MIN_ARTICLES} test articles, too few to say which is the hardest."
    count = (
        f" Only the {outcome.judged:,} of {outcome.categories:,} categories with at least {MIN_ARTICLES} test articles "
        "count."
        if outcome.judged < outcome.categories
        else ""
    )
    if len(outcome.hardest) == outcome.judged:
        said = f"Of each of {outcome.judged:,} categories {percent(outcome.least)} is found: none is the hardest."
        return f"{said}{count}"
    names, share = _listed(outcome.hardest), percent(outcome.least)
    if outcome.right:
        return f"Right: {share} of the articles of {names} are found, less than of any other category.{count}"
    one = len(outcome.hardest) == 1
    said = f"Hardest {'is' if one else 'are'} {names}: {share} of {'its' if one else 'their'} articles are found."
    return f"{said} {_own_place(outcome)}{count}"


def hardest_named(outcome: HardestOutcome) -> str:
    """The hardest, or the few of them that are, as one reads them; plain text."""
    if outcome.judged < 2:
        return "too few articles to tell"
    return _listed(outcome.hardest) if len(outcome.hardest) < outcome.judged else "none"


def _own_place(outcome: HardestOutcome) -> str:
    name = outcome.guessed
    if outcome.articles is None:
        return f"{name} is no category of this run."
    if not outcome.articles:
        return f"{name} has no test article, so nothing is known of it."
    if outcome.place is None or outcome.found is None:
        articles = f"{outcome.articles} test article{'s' * (outcome.articles != 1)}"
        return f"{name} has {articles}, too few to judge it."
    place = "easiest" if outcome.place == outcome.judged else f"{_ordinal(outcome.place)} hardest"
    said = f"{name} is the {place} of {outcome.judged:,}, with {percent(outcome.found)}"
    if outcome.beyond_chance:
        return f"{said}."
    return f"{said}; with so few test articles that order may be chance, and your guess as good."


def _ordinal(number: int) -> str:
    """2 -> "2nd", 12 -> "12th"."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{ending}"


def _listed(names: Sequence[str]) -> str:
    """One or more names as a list in a sentence: "A", "A and B", "A, B, C and 4 more"."""
    shown = list(names[:_MOST_NAMED])
    if len(names) > _MOST_NAMED:
        shown.append(f"{len(names) - _MOST_NAMED:,} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
