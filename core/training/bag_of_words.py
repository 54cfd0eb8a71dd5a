"""A classifier that sees which words stand in a text and never in what order: TF-IDF and a linear model.

It reads the same word numbers as the network, so what the two score on shuffled words can be compared. Leaves out:
pairs of words, which are a first bit of order; ``baselines.py`` counts them.

The weights are found by stochastic gradient descent. Support vectors as in ``baselines.py`` are right for as many of
the 180,768 articles (62.5 %) and take twenty times as long: without pairs, no plane parts the categories.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.model.forward import Array
from core.text.sequences import Ints, Sequences
from core.training.baselines import C

_TEXTS = 1_000_000  # looked at in all: scikit-learn's rule of thumb
_FEWEST, _MOST = 5, 100  # times each


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BagOfWords:
    """What it has learnt.

    Attributes:
        rarity: (words,) inverse document frequency.
        weights: (words, categories).
        bias: (categories,).
    """

    rarity: Array
    weights: Array
    bias: Array

    @classmethod
    def fit(cls, sequences: Sequences, y: Ints, *, words: int, categories: int, seed: int) -> "BagOfWords":
        """Learn from numbered texts.

        Args:
            y: (texts,) the right categories; at least two different ones.
            words: rows of the word table, which the numbers stay below.
            seed: of the order in which the solver visits the texts.

        Cost: one core; 10 s for 150,000 headlines in 41 categories.
        """
        # Here, for whoever only asks a bag that has learnt.
        from sklearn.feature_extraction.text import TfidfTransformer
        from sklearn.linear_model import SGDClassifier

        weigh = TfidfTransformer(sublinear_tf=True)
        model = SGDClassifier(
            loss="modified_huber",
            alpha=1 / (C * len(sequences)),
            max_iter=min(_MOST, max(_FEWEST, round(_TEXTS / len(sequences)))),
            tol=None,
            random_state=seed,
        ).fit(weigh.fit_transform(_counted(sequences, words)), y)
        rows, offsets = model.coef_, model.intercept_
        if len(rows) == 1:  # of two classes scikit-learn keeps what speaks for the second
            rows, offsets = np.concatenate([-rows, rows]), np.concatenate([-offsets, offsets])
        weights = np.zeros((words, categories), np.float32)
        bias = np.full(categories, -np.inf, np.float32)  # a category without a text is never named
        weights[:, model.classes_], bias[model.classes_] = rows.T, offsets
        return cls(rarity=weigh.idf_.astype(np.float32), weights=weights, bias=bias)

    def answers(self, sequences: Sequences) -> npt.NDArray[np.int32]:
        """The category of each text, (texts,)."""
        counted = _counted(sequences, len(self.rarity))
        counted.data = 1 + np.log(counted.data)
        weighed = counted @ sparse.diags_array(self.rarity)
        lengths = np.sqrt(weighed.multiply(weighed).sum(axis=1))  # (texts,)
        scores = weighed @ self.weights / np.maximum(lengths, 1e-12)[:, None] + self.bias
        return scores.argmax(axis=1).astype(np.int32)

    def to_arrays(self) -> dict[str, Array]:
        return {"bag/rarity": self.rarity, "bag/weights": self.weights, "bag/bias": self.bias}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> "BagOfWords":
        """The inverse of :meth:`to_arrays`; KeyError or ValueError for anything else."""
        found = cls(**{name: arrays[f"bag/{name}"] for name in ("rarity", "weights", "bias")})
        if found.weights.shape != (len(found.rarity), len(found.bias)):
            raise ValueError(
                f"bag/weights must be ({len(found.rarity)}, {len(found.bias)}), got {found.weights.shape}"
            )
        return found


def _counted(sequences: Sequences, words: int) -> sparse.csr_array:
    """How often each word stands in each text, (texts, words)."""
    counted = sparse.csr_array(
        # The solver takes indices of 32 bits alone.
        (np.ones(len(sequences.ids), np.float32), sequences.ids.copy(), sequences.offsets.astype(np.int32)),
        shape=(len(sequences), words),
    )
    counted.sum_duplicates()
    return counted
