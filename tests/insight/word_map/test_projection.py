"""PCA against scikit-learn's; t-SNE keeps groups together, says how far it is, and is not asked for the impossible."""

import numpy as np
import pytest
from sklearn.decomposition import PCA

from core.insight.word_map.projection import pca, tsne, unit_rows


@pytest.mark.parametrize("shape", [(50, 6), (6, 6), (5, 20), (300, 3)])
def test_pca_is_scikit_learns(shape: tuple[int, int]) -> None:
    rows = np.random.default_rng(1).normal(0, [1 + k for k in range(shape[1])], shape)
    theirs = PCA(3, svd_solver="full").fit(rows)
    ours = pca(rows, 3)
    assert ours.shares == pytest.approx(theirs.explained_variance_ratio_)
    assert ours.center == pytest.approx(theirs.mean_)
    signs = np.sign((ours.directions * theirs.components_).sum(axis=1))
    assert ours.directions == pytest.approx(theirs.components_ * signs[:, None], abs=1e-8)
    assert ours.project(rows) == pytest.approx(theirs.transform(rows) * signs, abs=1e-7)
    assert (np.take_along_axis(ours.directions, np.abs(ours.directions).argmax(1)[:, None], 1) > 0).all()


def test_other_rows_are_projected_on_the_same_axes() -> None:
    rows = np.array([[0.0, 0], [2, 0], [0, 1], [2, 1]])
    axes = pca(rows, 2)
    assert axes.shares == pytest.approx([0.8, 0.2])  # variances 1 and 0.25, by hand
    assert axes.project(np.array([[5.0, 0.5]])) == pytest.approx(np.array([[4.0, 0.0]]))


@pytest.mark.parametrize("rows", [np.zeros((0, 4)), np.ones((1, 4)), np.ones((3, 4)), np.ones((3, 1))])
def test_rows_that_do_not_differ_have_no_axes(rows: np.ndarray) -> None:
    axes = pca(rows, 3)
    assert axes.shares.tolist() == [0, 0, 0]
    assert np.array_equal(axes.project(rows), np.zeros((len(rows), 3)))


def test_two_words_lie_on_one_axis() -> None:
    axes = pca(np.array([[1.0, 2], [3, 2]]), 3)
    assert axes.shares == pytest.approx([1, 0, 0])
    assert axes.project(np.array([[1.0, 2], [3, 2]])) == pytest.approx(np.array([[-1, 0, 0], [1, 0, 0]]))


def test_directions_have_length_one_and_zeros_stay() -> None:
    assert unit_rows(np.array([[3.0, 4], [0, 0]])) == pytest.approx(np.array([[0.6, 0.8], [0, 0]]))


def test_tsne_parts_three_groups_and_says_how_far_it_is() -> None:
    rng = np.random.default_rng(2)
    groups = np.repeat(np.eye(3, 12) * 5, 20, axis=0)
    # Lengths differ a hundredfold: directions alone count.
    rows = (groups + rng.normal(0, 1, (60, 12))) * rng.uniform(0.1, 10, (60, 1))
    shares: list[float] = []
    points = tsne(rows, progress=shares.append)
    assert points.shape == (60, 2)
    assert shares == sorted(shares)
    assert len(shares) >= 5
    assert shares[-1] == pytest.approx(1)
    apart = np.linalg.norm(points[:, None] - points[None], axis=2) + np.diag(np.full(60, np.inf))
    assert (apart.argmin(axis=1) // 20 == np.arange(60) // 20).mean() > 0.95
    assert np.array_equal(tsne(rows), points)  # the same rows make the same map


@pytest.mark.parametrize("rows", [0, 1, 2, 4, 5, 30])
def test_few_rows_and_equal_ones_have_points_too(rows: int) -> None:
    for table in (np.random.default_rng(3).normal(size=(rows, 3)), np.ones((rows, 3)), np.zeros((rows, 1))):
        points = tsne(table)
        assert points.shape == (rows, 2)
        assert np.isfinite(points).all()
