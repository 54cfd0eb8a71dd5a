"""Whether neighbours stay together: on a map, and in what they tell of.

Leaves out: who the neighbours are (``neighbours.py``).
"""

import numpy as np
import numpy.typing as npt

from core.model.forward import Array
from core.model.nearest_words import nearest
from core.text.vocabulary import FIRST_WORD_ID

MOST_NEIGHBOURS = 10
_WORDS_TOGETHER = 500

NeighbourIds = npt.NDArray[np.int32]


def all_neighbours(table: Array, *, most: int = MOST_NEIGHBOURS) -> NeighbourIds:
    """(words, neighbours): for each word of the table its nearest by cosine, the nearest first.

    Words are named by their positions, 0 for the table's row FIRST_WORD. Cost: words**2 * size, about a second for
    5,000 words.
    """
    ids = np.arange(FIRST_WORD_ID, len(table))
    blocks = [ids[start : start + _WORDS_TOGETHER] for start in range(0, len(ids), _WORDS_TOGETHER)]
    found = [nearest(table, some, most=most)[0] for some in blocks]  # each (some, neighbours)
    return (np.concatenate(found) - FIRST_WORD_ID if found else np.zeros((0, 0))).astype(np.int32)


def shared_share(first: NeighbourIds, second: NeighbourIds) -> float:
    """How many of each word's neighbours in ``first`` are so in ``second`` too; the mean over the words."""
    if not first.size:
        return 0.0
    words = len(first)
    one, other = ((np.arange(words)[:, None] * words + some).ravel() for some in (first, second))
    return len(np.intersect1d(one, other, assume_unique=True)) / words


def preserved_share(neighbours: NeighbourIds, points: npt.NDArray[np.floating]) -> float:
    """How many of each word's ``neighbours`` are among as many points nearest to it on the map; the mean."""
    if not (count := neighbours.shape[1]):
        return 0.0
    from sklearn.neighbors import NearestNeighbors

    on_map = NearestNeighbors(n_neighbors=count).fit(points).kneighbors(return_distance=False)
    return shared_share(neighbours, on_map.astype(np.int32))


def same_category_share(neighbours: NeighbourIds, categories: npt.NDArray[np.int64]) -> tuple[float, float]:
    """The share of neighbours that tell of the same category as the word beside them, and the share by chance.

    Args:
        categories: (words,), negative where it is not known; those count neither as word nor as neighbour.
    """
    known = categories >= 0
    pairs = known[:, None] & known[neighbours]
    same = pairs & (categories[:, None] == categories[neighbours])
    counts = np.bincount(categories[known], minlength=1)
    chance = (counts * (counts - 1)).sum() / max(known.sum() * (known.sum() - 1), 1)
    return float(same.sum() / max(pairs.sum(), 1)), float(chance)
