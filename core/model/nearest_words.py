"""The nearest neighbours of a word among the learnt embeddings, by cosine similarity."""

import numpy as np
import numpy.typing as npt

from core.model.forward import Array
from core.text.vocabulary import FIRST_WORD_ID

_NUMBERS = 8_000_000  # cosines in memory: 32 MB, and as many again while they are sorted


def nearest(
    embedding: Array, ids: npt.ArrayLike, *, most: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The nearest words of each of ``ids``, without itself, padding and out-of-vocabulary.

    Args:
        embedding: (words, embedding_size), the rows of padding and out-of-vocabulary first.
        ids: (n,) words.
        most: neighbours of each at most.

    Returns:
        (n, most) ids and (n, most) cosines from -1 to 1, falling; fewer columns if there are fewer words. The cosine
        with an embedding of zeros is 0.

    Cost: n * words * embedding_size multiplications; at most _NUMBERS cosines are in memory at once.
    """
    ids = np.asarray(ids, np.int64)
    is_word = ids >= FIRST_WORD_ID  # padding and unknown are left out anyway
    most = min(most, max(0, embedding.shape[0] - FIRST_WORD_ID - int(is_word.any())))
    squares: Array = np.einsum("ws,ws->w", embedding, embedding)  # (words,)
    norms = np.maximum(np.sqrt(squares), np.float32(1e-12))  # (words,)
    size = max(1, _NUMBERS // len(embedding))
    blocks = [
        _nearest(embedding, norms, ids[start : start + size], most)
        for start in range(0, max(len(ids), 1), size)
    ]
    return np.concatenate([near for near, _ in blocks]), np.concatenate([cosines for _, cosines in blocks])


def _nearest(
    embedding: Array, norms: Array, ids: npt.NDArray[np.int64], most: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    cosines: Array = embedding[ids] @ embedding.T  # (n, words)
    cosines /= norms
    cosines /= norms[ids, None]
    cosines[:, :FIRST_WORD_ID] = -np.inf
    cosines[np.arange(len(ids)), ids] = -np.inf
    neighbours = np.argpartition(-cosines, max(most - 1, 0), axis=1)[:, :most]  # (n, most), unordered
    near = np.take_along_axis(cosines, neighbours, axis=1)
    order = np.lexsort((neighbours, -near), axis=1)  # ties by frequency
    return np.take_along_axis(neighbours, order, axis=1), np.take_along_axis(near, order, axis=1)
