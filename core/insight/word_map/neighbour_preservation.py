"""Whether neighbours stay together on a map, and whether they share a category.

Leaves out: the neighbours of one word (``model/nearest_words.py``).
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
    """(words, neighbours): for each word of the embedding its nearest by cosine, the nearest first.

    A word is given by its position, 0 for the row FIRST_WORD_ID. Cost: words**2 * size, about a second for
    5,000 words.
    """
    ids = np.arange(FIRST_WORD_ID, len(table))
    blocks = [ids[start : start + _WORDS_TOGETHER] for start in range(0, len(ids), _WORDS_TOGETHER)]
    ids_by_block = [nearest(table, block, most=most)[0] for block in blocks]  # each (block, neighbours)
    return (np.concatenate(ids_by_block) - FIRST_WORD_ID if ids_by_block else np.zeros((0, 0))).astype(
        np.int32
    )


def shared_share(first: NeighbourIds, second: NeighbourIds) -> float:
    """Number of each word's neighbours in ``first`` that are in ``second`` too; the mean over the words."""
    if not first.size:
        return 0.0
    words = len(first)
    # One number for each pair of a word and its neighbour.
    pairs, other_pairs = ((np.arange(words)[:, None] * words + ids).ravel() for ids in (first, second))
    return len(np.intersect1d(pairs, other_pairs, assume_unique=True)) / words


def preserved_share(neighbours: NeighbourIds, points: npt.NDArray[np.floating]) -> float:
    """Number of each word's ``neighbours`` that are among its nearest points on the map; the mean over the words."""
    if not (count := neighbours.shape[1]):
        return 0.0
    from sklearn.neighbors import NearestNeighbors

    on_map = NearestNeighbors(n_neighbors=count).fit(points).kneighbors(return_distance=False)
    return shared_share(neighbours, on_map.astype(np.int32))


def same_category_share(neighbours: NeighbourIds, categories: npt.NDArray[np.int64]) -> tuple[float, float]:
    """The share of neighbours of the same category as their word, and the share expected by chance.

    Args:
        categories: (words,), negative where it is unknown; those words and neighbours are not counted.
    """
    known = categories >= 0
    pairs = known[:, None] & known[neighbours]
    same = pairs & (categories[:, None] == categories[neighbours])
    counts = np.bincount(categories[known], minlength=1)
    chance = (counts * (counts - 1)).sum() / max(known.sum() * (known.sum() - 1), 1)
    return float(same.sum() / max(pairs.sum(), 1)), float(chance)
