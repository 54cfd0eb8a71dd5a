"""How far a share that was counted may lie from the true one: 95 % intervals.

Wilson's interval for one share (E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference",
Journal of the American Statistical Association 22, 1927): it stays between 0 and 1, and is wide where little was
counted, also at 0 of 5. For a change between two answers to the same articles, the interval of the mean difference.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Z = NormalDist().inv_cdf(0.975)  # 1.96: standard deviations to either side that hold 95 %

Floats = npt.NDArray[np.float64]


def wilson(right: npt.ArrayLike, rows: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Lower and upper end of the share ``right / rows``, elementwise; 0 and 1 where nothing was counted."""
    k, n = np.asarray(right, float), np.asarray(rows, float)
    some = np.maximum(n, 1)
    share = k / some
    middle = (share + Z**2 / (2 * some)) / (1 + Z**2 / some)
    half = Z / (1 + Z**2 / some) * np.sqrt(share * (1 - share) / some + Z**2 / (4 * some**2))
    low, high = np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)
    return np.where(n > 0, low, 0.0), np.where(n > 0, high, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Accuracy of two answers to the same articles, and what lies between; ``low`` to ``high`` holds it at 95 %."""

    before: float
    after: float
    low: float
    high: float

    @property
    def change(self) -> float:
        return self.after - self.before

    @property
    def beyond_chance(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def change(before: npt.ArrayLike, after: npt.ArrayLike) -> Change:
    """The change of accuracy from ``before`` to ``after``, (articles,) bool each, article by article.

    Paired: the spread is that of the differences of the single articles, which is smaller than that of two samples.
    """
    one, other = np.asarray(before, float), np.asarray(after, float)
    if one.shape != other.shape or not len(one):
        raise ValueError(f"before and after must be of the same articles, got {one.shape} and {other.shape}")
    differences = other - one
    half = Z * differences.std(ddof=1) / np.sqrt(len(one)) if len(one) > 1 else 1.0
    middle = float(differences.mean())
    return Change(
        before=float(one.mean()),
        after=float(other.mean()),
        low=middle - float(half),
        high=middle + float(half),
    )
