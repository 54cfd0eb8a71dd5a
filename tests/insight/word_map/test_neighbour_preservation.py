"""Neighbours of all words against scikit-learn's; what is kept and who is alike, by hand."""

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from core.insight.word_map import neighbour_preservation
from core.insight.word_map.neighbour_preservation import (
    all_neighbours,
    preserved_share,
    same_category_share,
    shared_share,
)


@pytest.mark.parametrize("words", [5, 40, 120])
def test_nearest_are_scikit_learns(words: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbour_preservation, "_WORDS_TOGETHER", 50)
    table = np.random.default_rng(1).normal(size=(2 + words, 8)).astype(np.float32)
    most = min(10, words - 1)
    theirs = NearestNeighbors(n_neighbors=most, metric="cosine").fit(table[2:])
    assert np.array_equal(all_neighbours(table), theirs.kneighbors(return_distance=False))


@pytest.mark.parametrize(("rows", "shape"), [(2, (0, 0)), (3, (1, 0)), (4, (2, 1))])
def test_a_table_of_few_words(rows: int, shape: tuple[int, int]) -> None:
    neighbours = all_neighbours(np.ones((rows, 3), np.float32))
    assert neighbours.shape == shape
    assert preserved_share(neighbours, np.zeros((shape[0], 2))) == float(rows == 4)
    assert shared_share(neighbours, neighbours) == float(rows == 4)


def test_kept_and_shared_by_hand() -> None:
    points = np.array([[0.0, 0], [1, 0], [3, 0], [10, 0]])
    on_map = np.array([[1], [0], [1], [2]], np.int32)
    assert preserved_share(on_map, points) == 1
    assert preserved_share(np.array([[1], [2], [1], [0]], np.int32), points) == 0.5
    first, second = np.array([[1, 2], [0, 2], [0, 1]], np.int32), np.array([[2, 1], [2, 0], [1, 0]], np.int32)
    assert shared_share(first, second) == 2
    assert shared_share(first[:, :1], second[:, :1]) == 0


def test_alike_by_hand() -> None:
    nearest = np.array([[1, 2], [0, 2], [0, 3], [0, 1]], np.int32)
    categories = np.array([0, 0, 1, -1])
    # Pairs of known words: 0-1 yes, 0-2 no, 1-0 yes, 1-2 no, 2-0 no. By chance: 2 of the 6 ordered pairs.
    assert same_category_share(nearest, categories) == pytest.approx((2 / 5, 2 / 6))
    assert same_category_share(nearest, np.full(4, -1)) == (0, 0)
    assert same_category_share(np.zeros((1, 0), np.int32), np.array([0])) == (0, 0)
