"""How far a share that was counted may lie from the true one: 95 % intervals.

Wilson's interval for one share (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
Journal of the American Statistical Association 22, 1927): it stays between 0 and 1, and is wide where little was
counted, also at 0 of 5. For a change between two answers to the same articles, that of A. Agresti and Y. Min ("Simple
improved confidence intervals for comparing matched proportions", Statistics in Medicine 24, 2005): half an article more
in each cell of the table of both answers, without which four articles that all turn one way would look like a proof.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Z = NormalDist().inv_cdf(0.975)  # 1.96: standard deviations to either side that hold 95 %

Floats = npt.NDArray[np.float64]


def wilson_interval(successes: npt.ArrayLike, trials: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Lower and upper end of the share ``right / rows``, elementwise; 0 and 1 where nothing was counted."""
    k, n = np.asarray(successes, float), np.asarray(trials, float)
    some = np.maximum(n, 1)
    share = k / some
    middle = (share + Z**2 / (2 * some)) / (1 + Z**2 / some)
    half = Z / (1 + Z**2 / some) * np.sqrt(share * (1 - share) / some + Z**2 / (4 * some**2))
    low, high = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDifference:
    """Accuracy of two answers to the same articles, and what lies between; ``low`` to ``high`` holds it at 95 %."""

    before: float
    after: float
    low: float
    high: float

    @property
    def difference(self) -> float:
        return self.after - self.before

    @property
    def is_significant(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def paired_difference(before: npt.ArrayLike, after: npt.ArrayLike) -> PairedDifference:
    """The change of accuracy from ``before`` to ``after``, (articles,) bool each, article by article.

    Paired: the spread is that of the differences of the single articles, which is smaller than that of two samples.
    """
    one, other = np.asarray(before, float), np.asarray(after, float)
    if one.shape != other.shape or not len(one):
        raise ValueError(f"before and after must be of the same articles, got {one.shape} and {other.shape}")
    if np.array_equal(one, other):  # a bag of words and its words in another order, say: no matter of chance
        return PairedDifference(before=float(one.mean()), after=float(one.mean()), low=0.0, high=0.0)
    gained, lost, rows = (other > one).sum() + 0.5, (other < one).sum() + 0.5, len(one) + 2
    middle = (gained - lost) / rows
    half = Z * np.sqrt(gained + lost - (gained - lost) ** 2 / rows) / rows
    return PairedDifference(
        before=float(one.mean()),
        after=float(other.mean()),
        low=max(-1.0, float(middle - half)),
        high=min(1.0, float(middle + half)),
    )
