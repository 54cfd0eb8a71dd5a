"""Whether a network's probabilities can be believed: of the answers given with 70 %, are 70 % right?

After C. Guo and others, "On Calibration of Modern Neural Networks" (2017, arxiv.org/abs/1706.04599): the reliability
diagram, the expected calibration error, and temperature scaling, which divides all logits by one number fitted on the
validation part. It changes how sure the network is and never what it answers.
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
    """What the network claims and what comes true, in bins of equal width; empty bins are left out.

    Attributes:
        claimed: (bins,) mean probability of the answers of each bin.
        right: (bins,) share of them that are right; ``low`` and ``high`` its 95 % interval.
        rows: (bins,) answers.
        error: the expected calibration error: the mean gap between the two, each bin by its answers; 0 to 1.
        loss: log loss.
        temperature: by which the logits were divided.
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
    """Compare the probability of each answer with how often such answers are right.

    Args:
        logits: (articles, categories), at least one article.
        y: (articles,) the right categories.
    """
    scaled = np.asarray(logits, np.float64) / temperature
    chance = softmax(scaled, axis=1)
    claimed, right = chance.max(axis=1), chance.argmax(axis=1) == y
    # A bin holds its upper edge, as scikit-learn's calibration_curve has it.
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], claimed)
    rows = np.bincount(place, minlength=bins)
    some = rows > 0
    hits = np.bincount(place, right, minlength=bins)[some]
    sums = np.bincount(place, claimed, minlength=bins)[some]
    rows = rows[some]
    low, high = wilson_interval(hits, rows)
    return Calibration(
        confidences=sums / rows,
        accuracies=hits / rows,
        low=low,
        high=high,
        counts=rows,
        error=float(np.abs(hits - sums).sum() / len(y)),
        loss=_loss(np.asarray(logits, np.float64), y, temperature),
        temperature=temperature,
    )


def fit_temperature(logits: npt.NDArray[np.floating], y: npt.NDArray[np.integer]) -> float:
    """The number to divide the logits by so that their log loss is least. Fit it on the validation part.

    Above 1 the network was too sure, below 1 not sure enough. Between 0.05 and 20.
    """
    exact = np.asarray(logits, np.float64)
    found = minimize_scalar(
        lambda power: _loss(exact, y, float(np.exp(power))),
        bounds=(np.log(MIN_TEMPERATURE), np.log(MAX_TEMPERATURE)),
        method="bounded",
    )
    return float(np.exp(found.x))


def _loss(logits: npt.NDArray[np.float64], y: npt.NDArray[np.integer], temperature: float) -> float:
    scaled = logits / temperature
    return float((logsumexp(scaled, axis=1) - scaled[np.arange(len(y)), y]).mean())
