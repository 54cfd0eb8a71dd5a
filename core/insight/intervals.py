"""95 % confidence intervals for proportions and for paired differences of proportions.

Wilson's interval for one share (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
Journal of the American Statistical Association 22, 1927): it stays between 0 and 1 and is wide for small
samples, also at 0 of 5. The interval for a difference between two predictions of the same articles is that of
A. Agresti and Y. Min ("Simple improved confidence intervals for comparing matched proportions", Statistics in
Medicine 24, 2005): it adds half an article to each cell of the 2 x 2 table, so that four articles that all change one
way prove nothing.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Z = NormalDist().inv_cdf(0.975)  # 1.96: standard deviations to either side that hold 95 %

Floats = npt.NDArray[np.float64]


def wilson_interval(successes: npt.ArrayLike, trials: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Lower and upper end of the proportion ``successes / trials``, elementwise; 0 and 1 without trials."""
    k, n = np.asarray(successes, float), np.asarray(trials, float)
    safe_n = np.maximum(n, 1)
    share = k / safe_n
    middle = (share + Z**2 / (2 * safe_n)) / (1 + Z**2 / safe_n)
    half = Z / (1 + Z**2 / safe_n) * np.sqrt(share * (1 - share) / safe_n + Z**2 / (4 * safe_n**2))
    low, high = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDifference:
    """Accuracies of two predictions of the same articles; ``low`` to ``high`` is the difference's 95 % interval."""

    before: float
    after: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        return self.after - self.before

    @property
    def is_significant(self) -> bool:
        """Whether the interval excludes zero."""
        return self.low > 0 or self.high < 0


def paired_difference(before: npt.ArrayLike, after: npt.ArrayLike) -> PairedDifference:
    """The change of accuracy from ``before`` to ``after``, (articles,) bool each, article by article.

    Pairing uses the variance of the per-article differences, which is smaller than that of two independent samples.
    """
    first, second = np.asarray(before, float), np.asarray(after, float)
    if first.shape != second.shape or not len(first):
        raise ValueError(
            f"before and after must be of the same articles, got {first.shape} and {second.shape}"
        )
    if np.array_equal(first, second):  # as for a bag of words after reordering: the difference is exactly 0
        return PairedDifference(before=float(first.mean()), after=float(first.mean()), low=0.0, high=0.0)
    gained, lost, rows = (second > first).sum() + 0.5, (second < first).sum() + 0.5, len(first) + 2
    middle = (gained - lost) / rows
    half = Z * np.sqrt(gained + lost - (gained - lost) ** 2 / rows) / rows
    return PairedDifference(
        before=float(first.mean()),
        after=float(second.mean()),
        low=max(-1.0, float(middle - half)),
        high=min(1.0, float(middle + half)),
    )
