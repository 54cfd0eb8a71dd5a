"""Metrics of a network's logits: cross-entropy, and scikit-learn's F1."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.metrics import f1_score

from core.model.scores import Scores


def cross_entropy(logits: NDArray[np.floating], y: NDArray[np.integer]) -> NDArray[np.float64]:
    """The loss of each row: (rows, categories), labels (rows,) -> (rows,), in nats."""
    losses: NDArray[np.float64] = -_log_probabilities(logits)[np.arange(len(y)), y]
    return losses


def score(logits: NDArray[np.floating], y: NDArray[np.integer], *, majority_label: int) -> Scores:
    """Scores of ``logits`` (rows, categories) against the labels ``y`` (rows,).

    Any numbers that rank the categories as the probabilities do serve for all but the loss, which needs logits or
    log-probabilities. Macro F1 is the mean over the categories that occur in ``y`` or are predicted.

    Args:
        majority_label: the training part's most frequent category.

    Raises:
        ValueError: there is no row.
    """
    if not len(y):
        raise ValueError("score needs at least one row")
    log_probabilities = _log_probabilities(logits)  # (rows, categories)
    predicted = log_probabilities.argmax(axis=1)  # (rows,)
    of_label = log_probabilities[np.arange(len(y)), y]  # (rows,)
    # Categories more probable than the label: (rows,)
    rank = (log_probabilities > of_label[:, None]).sum(axis=1)
    return Scores(
        rows=len(y),
        accuracy=float((predicted == y).mean()),
        top3_accuracy=float((rank < 3).mean()),
        macro_f1=float(f1_score(y, predicted, average="macro", zero_division=0)),
        loss=float(-of_label.mean()),
        majority=float((y == majority_label).mean()),
    )


def _log_probabilities(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    log_probabilities: NDArray[np.float64] = log_softmax(np.asarray(logits, dtype=np.float64), axis=1)
    return log_probabilities
