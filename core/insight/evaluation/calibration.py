"""Calibration: of the predictions made with probability 70 %, are 70 % correct?

After C. Guo and others, "On Calibration of Modern Neural Networks" (2017, arxiv.org/abs/1706.04599): the reliability
diagram, the expected calibration error, and temperature scaling, which divides all logits by one number fitted on the
validation part. It changes the network's confidence and never its predicted label.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, softmax

from core.insight.intervals import Floats, wilson_interval

BINS = 10
MIN_TEMPERATURE, MAX_TEMPERATURE = 0.05, 20.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """Confidence against accuracy, in bins of equal width; empty bins are left out.

    Attributes:
        confidences: (bins,) mean probability of the predicted labels in each bin.
        accuracies: (bins,) share of them that are correct; ``low`` and ``high`` are its 95 % interval.
        counts: (bins,) predictions.
        error: the expected calibration error: the mean gap between the two, weighted by ``counts``; 0 to 1.
        loss: log loss.
        temperature: the divisor of the logits.
    """

    confidences: Floats
    accuracies: Floats
    low: Floats
    high: Floats
    counts: npt.NDArray[np.int64]
    error: float
    loss: float
    temperature: float

    @property
    def mean_confidence(self) -> float:
        return float((self.confidences * self.counts).sum() / self.counts.sum())

    @property
    def accuracy(self) -> float:
        return float((self.accuracies * self.counts).sum() / self.counts.sum())


def calibrate(
    logits: npt.NDArray[np.floating],
    y: npt.NDArray[np.integer],
    *,
    temperature: float = 1.0,
    bins: int = BINS,
) -> Calibration:
    """Compare the predicted labels' probabilities with their accuracy, bin by bin.

    Args:
        logits: (articles, categories), at least one article.
        y: (articles,) the true categories.
    """
    scaled = np.asarray(logits, np.float64) / temperature
    probabilities = softmax(scaled, axis=1)
    confidence, correct = probabilities.max(axis=1), probabilities.argmax(axis=1) == y
    # A bin includes its upper edge, as in scikit-learn's calibration_curve.
    bin_index = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], confidence)
    counts = np.bincount(bin_index, minlength=bins)
    filled = counts > 0
    hits = np.bincount(bin_index, correct, minlength=bins)[filled]
    sums = np.bincount(bin_index, confidence, minlength=bins)[filled]
    counts = counts[filled]
    low, high = wilson_interval(hits, counts)
    return Calibration(
        confidences=sums / counts,
        accuracies=hits / counts,
        low=low,
        high=high,
        counts=counts,
        error=float(np.abs(hits - sums).sum() / len(y)),
        loss=_loss(np.asarray(logits, np.float64), y, temperature),
        temperature=temperature,
    )


def fit_temperature(logits: npt.NDArray[np.floating], y: npt.NDArray[np.integer]) -> float:
    """The temperature that minimises the log loss. Fit it on the validation part.

    Above 1 the network is overconfident, below 1 underconfident. Between 0.05 and 20.
    """
    exact = np.asarray(logits, np.float64)
    optimum = minimize_scalar(
        lambda log_temperature: _loss(exact, y, float(np.exp(log_temperature))),
        bounds=(np.log(MIN_TEMPERATURE), np.log(MAX_TEMPERATURE)),
        method="bounded",
    )
    return float(np.exp(optimum.x))


def _loss(logits: npt.NDArray[np.float64], y: npt.NDArray[np.integer], temperature: float) -> float:
    scaled = logits / temperature
    return float((logsumexp(scaled, axis=1) - scaled[np.arange(len(y)), y]).mean())
