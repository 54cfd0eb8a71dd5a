"""Which words lie nearest to a word in the learnt word table, by the cosine of the angle between their vectors."""

import numpy as np
import numpy.typing as npt

from core.model.forward import Array
from core.text.vocabulary import FIRST_WORD_ID


def nearest(
    table: Array, ids: npt.ArrayLike, *, most: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
    """The nearest words of each of ``ids``, itself, padding and unknown left out.

    Args:
        table: (words, embedding_size), the rows of padding and unknown first.
        ids: (some,) words.
        most: of them at most.

    Returns:
        (some, most) ids and (some, most) cosines from -1 to 1, falling; fewer columns where there are fewer words. A
        row of zeros is at right angles to all.

    Cost: some * words * embedding_size multiplications.
    """
    ids = np.asarray(ids, np.int64)
    unit = table / np.maximum(np.linalg.norm(table, axis=1, keepdims=True), 1e-12)  # (words, size)
    cosines = unit[ids] @ unit.T  # (some, words)
    cosines[:, :FIRST_WORD_ID] = -np.inf
    cosines[np.arange(len(ids)), ids] = -np.inf
    own = ids >= FIRST_WORD_ID  # padding and unknown are left out anyway
    most = min(most, max(0, table.shape[0] - FIRST_WORD_ID - int(own.any())))
    found = np.argpartition(-cosines, max(most - 1, 0), axis=1)[:, :most]  # (some, most), in no order
    near = np.take_along_axis(cosines, found, axis=1)
    order = np.lexsort((found, -near), axis=1)  # ties by frequency
    return np.take_along_axis(found, order, axis=1), np.take_along_axis(near, order, axis=1)
