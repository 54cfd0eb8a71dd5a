"""Scores of a classifier on held-out articles: overall and per category.

Scores are scikit-learn's (``training/metrics.py``). Leaves out: confusions (``confusion.py``), calibration
(``calibration.py``) and slices of the articles (``slices.py``).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.insight.evaluation.held_out import HeldOutPart
from core.insight.intervals import Floats, wilson_interval
from core.model.scores import Scores
from core.training.metrics import score

Counts = npt.NDArray[np.int64]
MIN_ARTICLES = 20  # articles of a category that is ranked: with fewer, recall is mostly noise


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Report:
    """An evaluation of one part.

    Attributes:
        scores: the network's.
        prior_scores: those of a baseline whose probabilities are the training part's shares of the categories, for
            every article.
        low, high: 95 % interval of the accuracy.
        confusion: (categories, categories), articles by true category (row) and predicted category (column).
        recall: (categories,) share of a category's articles that are predicted as it; NaN where it has none.
        recall_low, recall_high: its 95 % interval, Wilson's.
        precision: (categories,) share of the articles predicted as it that are of it; NaN where it is never predicted.
        f1: (categories,) their harmonic mean; 0 where either is missing.
    """

    scores: Scores
    prior_scores: Scores
    low: float
    high: float
    confusion: Counts
    recall: Floats
    recall_low: Floats
    recall_high: Floats
    precision: Floats
    f1: Floats

    @property
    def articles(self) -> Counts:
        """Articles of each category, (categories,)."""
        articles: Counts = self.confusion.sum(axis=1)
        return articles

    @property
    def predicted(self) -> Counts:
        """How often each category is predicted, (categories,)."""
        predicted: Counts = self.confusion.sum(axis=0)
        return predicted

    @property
    def never_predicted(self) -> npt.NDArray[np.int64]:
        """Categories that have articles, none of which is predicted as it; the one with most articles first."""
        articles = self.articles
        missed = np.flatnonzero((articles > 0) & (self.confusion.diagonal() == 0))
        largest_first: npt.NDArray[np.int64] = missed[np.argsort(-articles[missed], kind="stable")]
        return largest_first


def evaluate(part: HeldOutPart, training_counts: Counts) -> Report:
    """Evaluate the predictions of ``part``. Cost: some passes over its logits.

    Args:
        part: at least one article.
        training_counts: (categories,) articles of each category in the training part.
    """
    categories = part.logits.shape[1]
    predictions = part.logits.argmax(axis=1)
    counted = np.bincount(part.y * np.int64(categories) + predictions, minlength=categories**2)
    confusion = counted.reshape(categories, categories).astype(np.int64)
    correct, articles, predicted = confusion.diagonal(), confusion.sum(axis=1), confusion.sum(axis=0)
    # A category without training articles has no share; half an article keeps its logarithm finite.
    prior_logits = np.log(np.maximum(training_counts, 0.5) / max(int(training_counts.sum()), 1))
    majority = int(training_counts.argmax())
    low, high = wilson_interval(correct.sum(), len(part))
    recall_low, recall_high = wilson_interval(correct, articles)
    with np.errstate(invalid="ignore"):
        return Report(
            scores=score(part.logits, part.y, majority_label=majority),
            prior_scores=score(
                np.broadcast_to(prior_logits, part.logits.shape), part.y, majority_label=majority
            ),
            low=float(low),
            high=float(high),
            confusion=confusion,
            recall=correct / articles,
            recall_low=recall_low,
            recall_high=recall_high,
            precision=correct / predicted,
            f1=2 * correct / np.maximum(articles + predicted, 1),
        )
