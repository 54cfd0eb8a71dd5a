"""A bag-of-words classifier, which ignores word order: TF-IDF and a linear model.

It reads the same token ids as the network, so that both can be scored on shuffled words. Leaves out: bigrams, which
are a first bit of word order; ``baselines.py`` counts them.

The weights are learnt by stochastic gradient descent. The support vector machine of ``baselines.py`` has the same
accuracy on the 180,768 articles (62.5 %) and takes twenty times as long: without bigrams, no plane separates the
categories.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from core.model.forward import Array
from core.text.sequences import Ints, Sequences
from core.training.baselines import C

_STEPS = 1_000_000  # in all, one a text: scikit-learn's rule of thumb
_FEWEST_EPOCHS, _MOST_EPOCHS = 5, 100


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BagOfWords:
    """A trained classifier.

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
        """Learn from texts as token ids.

        Args:
            y: (texts,) labels, at least two different ones.
            words: size of the vocabulary; every id is below it.
            seed: of the order in which the solver visits the texts.

        Cost: one core; 10 s for 150,000 headlines in 41 categories.
        """
        # Imported here, because predicting does without.
        from sklearn.feature_extraction.text import TfidfTransformer
        from sklearn.linear_model import SGDClassifier

        tf_idf = TfidfTransformer(sublinear_tf=True)
        model = SGDClassifier(
            loss="modified_huber",
            alpha=1 / (C * len(sequences)),
            max_iter=min(_MOST_EPOCHS, max(_FEWEST_EPOCHS, round(_STEPS / len(sequences)))),
            tol=None,
            random_state=seed,
        ).fit(tf_idf.fit_transform(_counts(sequences, words)), y)
        coefficients, intercepts = model.coef_, model.intercept_  # (categories, words), (categories,)
        if len(coefficients) == 1:  # of two categories scikit-learn keeps only the second's
            coefficients = np.concatenate([-coefficients, coefficients])
            intercepts = np.concatenate([-intercepts, intercepts])
        weights = np.zeros((words, categories), np.float32)
        bias = np.full(categories, -np.inf, np.float32)  # a category without a text is never predicted
        weights[:, model.classes_], bias[model.classes_] = coefficients.T, intercepts
        return cls(rarity=tf_idf.idf_.astype(np.float32), weights=weights, bias=bias)

    def predict(self, sequences: Sequences) -> npt.NDArray[np.int32]:
        """The predicted label of each text, (texts,)."""
        counts = _counts(sequences, len(self.rarity))  # (texts, words), sparse
        counts.data = 1 + np.log(counts.data)
        tf_idf = counts @ sparse.diags_array(self.rarity)  # (texts, words), sparse
        norms = np.sqrt(tf_idf.multiply(tf_idf).sum(axis=1))  # (texts,)
        # (texts, categories)
        scores: Array = tf_idf @ self.weights / np.maximum(norms, 1e-12)[:, None] + self.bias
        labels: npt.NDArray[np.int32] = scores.argmax(axis=1).astype(np.int32)
        return labels

    def to_arrays(self) -> dict[str, Array]:
        return {"bag/rarity": self.rarity, "bag/weights": self.weights, "bag/bias": self.bias}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, Array]) -> "BagOfWords":
        """The inverse of :meth:`to_arrays`; KeyError or ValueError for anything else."""
        bag = cls(**{name: arrays[f"bag/{name}"] for name in ("rarity", "weights", "bias")})
        if bag.weights.shape != (len(bag.rarity), len(bag.bias)):
            raise ValueError(
                f"bag/weights must be ({len(bag.rarity)}, {len(bag.bias)}), got {bag.weights.shape}"
            )
        return bag


def _counts(sequences: Sequences, words: int) -> sparse.csr_array:
    """How often each word occurs in each text, (texts, words)."""
    counts = sparse.csr_array(
        # The solver takes only 32-bit indices.
        (np.ones(len(sequences.ids), np.float32), sequences.ids.copy(), sequences.offsets.astype(np.int32)),
        shape=(len(sequences), words),
    )
    counts.sum_duplicates()
    return counts
