"""How good the answers are: scikit-learn's metrics over a network's logits."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.metrics import f1_score

from core.model.scores import Scores


def score(logits: NDArray[np.floating], y: NDArray[np.integer], *, majority_label: int) -> Scores:
    """Scores of ``logits`` (rows, categories) against the true labels ``y`` (rows,).

    Any scores that fall where probabilities fall serve for all but the loss, which needs logits or
    log-probabilities. Macro F1 is the mean over the categories that occur in ``y`` or are answered.
    ``majority_label`` is the training part's most frequent category.
    """
    if not len(y):
        raise ValueError("score needs at least one row")
    chance = log_softmax(np.asarray(logits, dtype=np.float64), axis=1)  # (rows, categories)
    answers = chance.argmax(axis=1)
    # Rank of the truth: how many categories are held more likely.
    true = chance[np.arange(len(y)), y]
    rank = (chance > true[:, None]).sum(axis=1)
    return Scores(
        rows=len(y),
        accuracy=float((answers == y).mean()),
        top3_accuracy=float((rank < 3).mean()),
        macro_f1=float(f1_score(y, answers, average="macro", zero_division=0)),
        loss=float(-true.mean()),
        majority=float((y == majority_label).mean()),
    )
