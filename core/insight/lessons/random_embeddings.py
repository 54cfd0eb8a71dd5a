"""Rows of a word table before anything was learnt: numbers drawn at random, as Keras's Embedding draws them.

Source: Keras documentation, ``Embedding(embeddings_initializer="uniform")`` and ``RandomUniform``: from -0.05 to 0.05.
"""

from collections.abc import Iterable

import numpy as np

from core.model.forward import Array

FARTHEST = 0.05


def random_rows(ids: Iterable[int], size: int) -> Array:
    """(ids, size) float32: each row is drawn by its own id, so a longer row begins as the shorter one does."""
    drawn = [np.random.default_rng([1, number]).uniform(-FARTHEST, FARTHEST, size) for number in ids]
    return np.array(drawn, np.float32).reshape(len(drawn), size)
