"""Embedding vectors before training: random numbers, with the distribution of Keras's Embedding layer.

Source: Keras documentation, ``Embedding(embeddings_initializer="uniform")`` and ``RandomUniform``: from -0.05 to 0.05.
"""

from collections.abc import Iterable

import numpy as np

from core.model.forward import Array

FARTHEST = 0.05


def random_rows(ids: Iterable[int], size: int) -> Array:
    """(ids, size) float32: the id seeds each row, so a longer row begins with the numbers of a shorter one."""
    rows = [np.random.default_rng([1, token_id]).uniform(-FARTHEST, FARTHEST, size) for token_id in ids]
    return np.array(rows, np.float32).reshape(len(rows), size)
