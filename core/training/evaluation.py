"""Logits and scores of the network on held-out articles, while it trains and at the end."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from core.model.scores import Scores
from core.training.metrics import cross_entropy, score
from core.training.preparation import TrainingData

BATCH_ROWS = 256  # in one forward pass; the activations' memory grows with them
ESTIMATE_ROWS = 256  # validation articles measured for one BatchEnd ...
ESTIMATES_AVERAGED = 4  # ... and how many of these measurements its figures average

Ints = npt.NDArray[np.integer]
Logits = npt.NDArray[np.float32]


class Evaluator:
    """Evaluates the network on articles of ``data``.

    Args:
        predict: ids (batch, words) -> logits (batch, categories), without dropout.
    """

    def __init__(self, data: TrainingData, predict: Callable[[npt.NDArray[np.int32]], Logits]) -> None:
        self.data, self._predict = data, predict

    def logits(self, rows: Ints) -> Logits:
        """Logits of the articles ``rows``, (rows, categories); computed in batches of similar lengths."""
        by_length = np.argsort(self.data.sequences.lengths[rows], kind="stable")
        logits = np.empty((len(rows), len(self.data.labels)), dtype=np.float32)
        for start in range(0, len(rows), BATCH_ROWS):
            batch = by_length[start : start + BATCH_ROWS]  # (batch,)
            logits[batch] = self._predict(self.data.sequences.pad(rows[batch]))  # (batch, categories)
        return logits

    def score(self, rows: Ints, logits: Logits) -> Scores:
        """Scores of ``logits`` (rows, categories) against the labels of the articles ``rows``."""
        majority = int(np.bincount(self.data.y[self.data.split.training]).argmax())
        return score(logits, self.data.y[rows], majority_label=majority)


class ValidationEstimate:
    """Estimates validation loss and accuracy within an epoch, from a few articles at a time.

    Args:
        seed: of the order in which the articles take turns. It is random, because neighbours in the file are of one
            day, and often of one story.
    """

    def __init__(self, evaluator: Evaluator, *, seed: int) -> None:
        self._evaluator = evaluator
        self._order = np.random.default_rng(seed).permutation(evaluator.data.split.validation)
        self._next = 0  # position in the order
        self._measured: list[tuple[float, float]] = []  # loss and accuracy, the last few

    def measure(self) -> tuple[float, float]:
        """Loss and accuracy over the next few articles, averaged with the last few measurements."""
        rows = self._order[self._next : self._next + ESTIMATE_ROWS]
        self._next = 0 if self._next + ESTIMATE_ROWS >= len(self._order) else self._next + ESTIMATE_ROWS
        logits = self._evaluator.logits(rows)  # (rows, categories)
        labels = self._evaluator.data.y[rows]  # (rows,)
        accuracy = float((logits.argmax(axis=1) == labels).mean())
        self._measured.append((float(cross_entropy(logits, labels).mean()), accuracy))
        del self._measured[:-ESTIMATES_AVERAGED]
        losses, accuracies = zip(*self._measured, strict=True)
        return sum(losses) / len(losses), sum(accuracies) / len(accuracies)
