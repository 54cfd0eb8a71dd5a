"""Embedding vectors before training: random numbers, with the distribution of Keras's Embedding layer.

Source: Keras documentation, ``Embedding(embeddings_initializer="uniform")`` and ``RandomUniform``: from -0.05 to 0.05.
"""

from collections.abc import Iterable

import numpy as np

from core.model.forward import Array

FARTHEST = 0.05


def random_rows(ids: Iterable[int], size: int) -> Array:
    """(ids, size) float32: the id seeds each row, so a longer row begins with the numbers of a shorter one."""
    drawn = [np.random.default_rng([1, number]).uniform(-FARTHEST, FARTHEST, size) for number in ids]
    return np.array(drawn, np.float32).reshape(len(drawn), size)
