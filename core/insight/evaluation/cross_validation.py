"""The accuracy over all articles of a file, each predicted by a network that has not seen it.

Of a file of 300 articles the test part has 60, and the 95 % interval of its accuracy is 25 points wide. In a k-fold
cross-validation all 300 are test articles once. Leaves out: the training of the networks (``runs/fold_training.py``).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.insight import artifacts
from core.insight.intervals import wilson_interval

NAME = "folds"
DEFAULT_FOLDS = 5  # of a run whose settings name none


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossValidation:
    """The accuracy of each fold and over all articles.

    ``low`` to ``high`` is Wilson's 95 % interval of the share of all articles that are right. It says how far chance in
    which articles the file holds can carry that share. It is not the t interval of the folds' accuracies: that takes
    the folds for independent, but any two of their networks share most of their training articles, and no unbiased
    estimate of the variance exists (Y. Bengio and Y. Grandvalet, "No Unbiased Estimator of the Variance of K-Fold
    Cross-Validation", Journal of Machine Learning Research 5, 2004). For the same reason Wilson's interval leaves out
    what other seeds and other training articles would change; ``spread`` gives an idea of that.

    Attributes:
        articles: in all.
        each: the accuracy of each fold.
        mean: their mean, weighted by articles: the share of all articles that are right.
        spread: the standard deviation of ``each``.
        majority: the share of all articles that are of the largest category.
    """

    articles: int
    each: tuple[float, ...]
    mean: float
    low: float
    high: float
    spread: float
    majority: float

    @classmethod
    def from_arrays(cls, arrays: artifacts.Arrays) -> "CrossValidation":
        """The inverse of :func:`to_arrays`. Raises KeyError or ValueError for other arrays."""
        fold, y, right = arrays["fold"], arrays["y"], arrays["right"]
        if fold.ndim != 1 or not fold.shape == y.shape == right.shape or right.dtype != bool:
            raise ValueError(
                f"fold, y and right must be of the same articles, got {fold.shape}, {y.shape}, {right.shape}"
            )
        numbers = np.unique(fold)
        if len(numbers) < 2 or not np.array_equal(numbers, np.arange(len(numbers))):
            raise ValueError(f"fold must hold each number from 0 to the last, got {numbers[:20].tolist()}")
        each = [float(right[fold == number].mean()) for number in numbers]
        low, high = wilson_interval(right.sum(), len(right))
        return cls(
            articles=len(right),
            each=tuple(each),
            mean=float(right.mean()),
            low=float(low),
            high=float(high),
            spread=float(np.std(each, ddof=1)),
            majority=float(np.unique(y, return_counts=True)[1].max() / len(y)),
        )


def to_arrays(
    fold: npt.NDArray[np.int32], y: npt.NDArray[np.int32], right: npt.NDArray[np.bool_]
) -> artifacts.Arrays:
    """The artifact's arrays: each article's fold, from 0, its label, and whether the fold's network named that."""
    return {"fold": fold, "y": y, "right": right}


def load(classifier: Path) -> CrossValidation:
    """The stored cross-validation of the classifier in this folder.

    Raises:
        AnalysisError: not computed yet; or damaged, and set aside.
    """
    arrays = artifacts.read(classifier, NAME)
    try:
        return CrossValidation.from_arrays(arrays)
    except (KeyError, ValueError) as error:
        raise artifacts.set_aside(classifier, NAME, error) from None
