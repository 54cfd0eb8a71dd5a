"""How far the activations of the NumPy network are from Keras's, measured once when the classifier was trained.

Leaves out: the measurement, which needs TensorFlow (``model/keras_parity.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import AnalysisError
from core.insight import artifacts

NAME = "agreement"
SCHEMA = 1
CLAIMED_TOLERANCE = 1e-5
_PREFIX = "difference/"


@dataclass(frozen=True, slots=True, kw_only=True)
class KerasParity:
    """The largest absolute differences between both implementations.

    Attributes:
        articles, words: of the input; ``words`` counts the tokens of all articles.
        random_ids: whether the token ids are random, because the articles are not stored.
        differences: of "state", of each gate, of "probabilities".
    """

    articles: int
    words: int
    random_ids: bool
    differences: Mapping[str, float]

    @property
    def largest(self) -> float:
        return max(self.differences.values())

    @property
    def largest_quantity(self) -> str:
        """The quantity with the largest difference."""
        return max(self.differences, key=self.differences.__getitem__)

    def to_arrays(self) -> artifacts.Arrays:
        """The arrays of the artifact file."""
        counts = {"articles": self.articles, "words": self.words, "drawn": self.random_ids, "schema": SCHEMA}
        return {name: np.array(value) for name, value in counts.items()} | {
            _PREFIX + name: np.array(value) for name, value in self.differences.items()
        }

    @classmethod
    def load(cls, classifier: Path) -> "KerasParity":
        """The inverse of :meth:`to_arrays`, from the classifier's folder.

        Raises:
            AnalysisError: the artifact is missing; or it is damaged, and then it is set aside.
        """
        arrays = artifacts.read(classifier, NAME)
        try:
            if int(arrays["schema"]) != SCHEMA:
                raise ValueError("it is of another version of Headline Lab")
            differences = {
                name.removeprefix(_PREFIX): float(value)
                for name, value in arrays.items()
                if name.startswith(_PREFIX)
            }
            if not differences or not all(
                np.isfinite(value) and value >= 0 for value in differences.values()
            ):
                raise ValueError("its differences are no differences")
            return cls(
                articles=int(arrays["articles"]),
                words=int(arrays["words"]),
                random_ids=bool(arrays["drawn"]),
                differences=differences,
            )
        except (KeyError, ValueError, TypeError) as error:
            raise artifacts.set_aside(classifier, NAME, AnalysisError(str(error))) from None
