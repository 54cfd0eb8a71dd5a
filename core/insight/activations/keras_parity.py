"""How far the activations of the NumPy network are from Keras's, measured once when the classifier was trained.

Leaves out: the measurement, which needs TensorFlow (``model/keras_parity.py``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.activations.trace import NAMES
from core.settings.network import Cell

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


def caption(parity: KerasParity, *, cell: Cell, token_name: str = "word", intervened: bool = False) -> str:
    """How far the page's numbers are from Keras's; plain text.

    Args:
        cell: of the network. Keras has no minGRU: its reference is made of TensorFlow operations.
        token_name: "word", or "character" where these are the tokens.
        intervened: whether the page shows activations with an intervention.
    """
    texts = f"texts of {token_name}s drawn at random" if parity.random_ids else "validation articles"
    whose = "TensorFlow's" if cell == "minGRU" else "Keras's"
    numbers = "With nothing held these numbers" if intervened else "These numbers"
    measured = (
        f"the largest difference measured for this classifier: {scientific(parity.largest)} "
        f"({_quantity_name(parity.largest_quantity)}), "
        f"over {parity.words:,} {token_name}s of {parity.articles:,} {texts}."
    )
    if parity.largest < CLAIMED_TOLERANCE:
        return f"{numbers} equal {whose} to {scientific(CLAIMED_TOLERANCE)}; {measured}"
    return f"{numbers} are {whose} up to rounding, which in this network grows from word to word; {measured}"


def _quantity_name(what: str) -> str:
    if what == "probabilities":
        return "of a probability"
    name = NAMES.get(what, what)
    return f"of {'an' if name[0] in 'aeiou' else 'a'} {name}"


def scientific(number: float) -> str:
    """4.3e-7 -> "4.3 × 10⁻⁷"; 0 -> "0"."""
    if not number:
        return "0"
    digits, power = f"{number:.1e}".split("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if digits == "1.0" else f"{digits} × 10{raised}"
