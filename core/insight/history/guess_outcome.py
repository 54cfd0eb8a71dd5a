"""How good a guess made before training was: of the accuracy, and of the hardest category.

Both are judged within the precision of the test part. A guess inside the 95 % interval of the accuracy
(``intervals.py``) counts as right; a category is harder than another only if their intervals do not overlap; categories
with few test articles are not judged. Leaves out: where the guess is stored (``runs/guess.py``).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.insight.evaluation.report import MIN_ARTICLES, Report
from core.insight.intervals import wilson_interval
from core.model.scores import Scores


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """Baseline accuracies that a file's categories give before anything is trained.

    Attributes:
        categories: their number.
        chance: accuracy of random guessing, 0 to 1.
        largest: the most frequent category.
        share: accuracy of always predicting the most frequent category, 0 to 1.
    """

    categories: int
    chance: float
    largest: str
    share: float


def merged_counts(counts: Mapping[str, int], merged: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Articles by label after merging confusable categories, most frequent first, ties by name.

    Args:
        counts: articles of each category of the file.
        merged: (category, merged label); a label of only one category of the file is not used.
    """
    into = dict(merged)
    times = Counter(into[name] for name in counts if name in into)
    articles_by_label: Counter[str] = Counter()
    for name, articles in counts.items():
        label = into.get(name)
        articles_by_label[label if label is not None and times[label] > 1 else name] += articles
    return dict(sorted(articles_by_label.items(), key=lambda item: (-item[1], item[0])))


def anchors(counts: Mapping[str, int]) -> Anchors:
    """The baselines from the articles of each category: at least one category and one article."""
    largest = max(counts, key=lambda name: counts[name])
    return Anchors(
        categories=len(counts),
        chance=1 / len(counts),
        largest=largest,
        share=counts[largest] / sum(counts.values()),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AccuracyOutcome:
    """A guessed accuracy compared with the measured one, whose 95 % interval is ``low`` to ``high``."""

    guessed: float
    accuracy: float
    low: float
    high: float
    rows: int

    @property
    def right(self) -> bool:
        """Whether the guess is inside the interval: this many test articles cannot tell it from the accuracy."""
        return self.low <= self.guessed <= self.high


def accuracy_outcome(guessed: float, scores: Scores) -> AccuracyOutcome:
    """Compare a guess, 0 to 1, with the scores of the test part."""
    low, high = wilson_interval(round(scores.accuracy * scores.rows), scores.rows)
    return AccuracyOutcome(
        guessed=guessed, accuracy=scores.accuracy, low=float(low), high=float(high), rows=scores.rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class HardestOutcome:
    """A guessed hardest category compared with the category of lowest recall.

    Attributes:
        guessed: name of the guessed category.
        categories: their number in the run.
        judged: number of categories with at least ``MIN_ARTICLES`` test articles; only they are ranked.
        hardest: names of the judged categories with the lowest recall, in the labels' order; empty if none is judged.
        least: the lowest recall, 0 to 1.
        recall: of the guessed category; None if it has no test article.
        articles: test articles of the guessed category; None if the run has no such category.
        rank: of the guessed category, 1 for the hardest; None if it is not judged.
        beyond_chance: whether the recall interval of the guessed category lies above that of the hardest.
    """

    guessed: str
    categories: int
    judged: int
    hardest: tuple[str, ...]
    least: float
    recall: float | None
    articles: int | None
    rank: int | None
    beyond_chance: bool

    @property
    def right(self) -> bool:
        """Whether the guessed category is among the hardest; where all recalls are equal, none is."""
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
    category = labels.index(guessed) if guessed in labels else None
    articles = None if category is None else int(report.articles[category])
    rank, beyond = None, False
    if category is not None and category in enough:
        rank = 1 + int((report.recall[enough] < report.recall[category]).sum())
        beyond = bool(report.recall_low[category] > report.recall_high[hardest].min())
    return HardestOutcome(
        guessed=guessed,
        categories=len(labels),
        judged=len(enough),
        hardest=tuple(labels[label] for label in hardest),
        least=least,
        recall=float(report.recall[category]) if articles else None,
        articles=articles,
        rank=rank,
        beyond_chance=beyond,
    )
