"""Project embeddings to two or three dimensions: PCA, which is linear, and t-SNE, which preserves neighbours.

* PCA: K. Pearson, "On lines and planes of closest fit" (1901). New axes in the directions of the
  largest variance; distances on the plot are projections of the true ones.
* t-SNE: L. van der Maaten and G. Hinton, "Visualizing Data using t-SNE", JMLR 9 (2008), by scikit-learn. Neighbours
  stay neighbours; the distance between two groups means nothing.

Leaves out: which rows (``word_map.py``).
"""

import contextlib
import io
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

INITIAL_ROWS = "first_rows"  # the artifact of the embedding before training
ITERATIONS = 500  # 750 preserve no more neighbours and take 1.5 times as long
_PERPLEXITY = 30.0
_ANGLE = 0.8  # Barnes-Hut approximation of far points; 0.5 takes longer and preserves no more neighbours
_REDUCED = 30  # dimensions of t-SNE's input, reduced by PCA
_FEWEST = 5  # rows; fewer have no neighbourhoods to keep
_ROWS_FOR_TWO = 1_000
_ITERATION = re.compile(r"Iteration (\d+)")

Floats = npt.NDArray[np.floating]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Axes:
    """The principal components of some rows.

    Attributes:
        center: (size,) the mean of the rows.
        directions: (dimensions, size), at right angles, each of length 1; zeros where the rows have no more.
        shares: (dimensions,) the share of the variance along each, in descending order.
    """

    center: npt.NDArray[np.float64]
    directions: npt.NDArray[np.float64]
    shares: npt.NDArray[np.float64]

    def project(self, rows: Floats) -> npt.NDArray[np.float64]:
        """(rows, size) -> (rows, dimensions)."""
        return (rows - self.center) @ self.directions.T


def pca(rows: Floats, dimensions: int) -> Axes:
    """The first principal components of ``rows`` (rows, size), and the share of variance that each explains.

    The largest number of each direction is positive, so that the same rows always make the same picture.
    Cost: rows * size**2.
    """
    count, size = rows.shape
    center = rows.mean(axis=0, dtype=np.float64) if count else np.zeros(size)
    apart = rows - center  # (rows, size)
    variances, vectors = np.linalg.eigh(apart.T @ apart)  # rising
    variances, vectors = np.maximum(variances[::-1], 0), vectors[:, ::-1].T
    most = min(dimensions, size, max(count - 1, 0))
    shares, directions = np.zeros(dimensions), np.zeros((dimensions, size))
    if (total := variances.sum()) > 0:
        shares[:most] = variances[:most] / total
        largest = np.abs(vectors[:most]).argmax(axis=1)
        signs = np.where(vectors[np.arange(most), largest] < 0, -1, 1)
        directions[:most] = vectors[:most] * signs[:, None]
    return Axes(center=center, directions=directions, shares=shares)


def unit_rows(rows: Floats) -> npt.NDArray[np.float32]:
    """Each row scaled to length 1, so that distances rank as cosines do; a row of zeros stays zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def tsne(
    rows: Floats, *, seed: int = 1, progress: Callable[[float], None] | None = None
) -> npt.NDArray[np.float32]:
    """Coordinates (rows, 2) in which rows of similar direction are neighbours; PCA's for fewer than five rows.

    Cost: about 5 s for 5,000 rows on two idle cores (``benchmarks.word_map``).
    """
    unit = unit_rows(rows)
    start = pca(unit, 2).project(unit)  # (rows, 2)
    if len(rows) < _FEWEST:
        return start.astype(np.float32)
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    # As scikit-learn's own start by PCA; the jitter parts rows that are equal.
    start /= max(float(start[:, 0].std()), 1e-12) * 1e4
    start += np.random.default_rng(seed).normal(0, 1e-6, start.shape)
    reduced = pca(unit, min(_REDUCED, unit.shape[1]))
    method = TSNE(
        n_components=2,
        perplexity=min(_PERPLEXITY, (len(rows) - 1) / 3),
        max_iter=ITERATIONS,
        angle=_ANGLE,
        init=start.astype(np.float32),
        random_state=seed,
        verbose=2,
    )
    output = _Iterations(progress or (lambda share: None))
    # With few rows a step is over before a second thread starts.
    threads = threadpool_limits(1 if len(rows) < _ROWS_FOR_TWO else 2, user_api="openmp")
    with threads, contextlib.redirect_stdout(output):
        points: npt.NDArray[np.float32] = method.fit_transform(
            reduced.project(unit).astype(np.float32)
        ).astype(np.float32)
        return points


class _Iterations(io.StringIO):
    """Parses scikit-learn's progress output and reports the share done."""

    def __init__(self, report: Callable[[float], None]) -> None:
        super().__init__()
        self._report = report

    def write(self, text: str) -> int:
        if match := _ITERATION.search(text):
            self._report(int(match[1]) / ITERATIONS)
        return len(text)
