"""The product of small matrices inside the loops, against NumPy's in double precision."""

import os
import platform
import subprocess
import sys

import numpy as np
import pytest

from core.model.recurrent_kernels import BLOCK_COLUMNS, BLOCK_ROWS, LANES, multiply
from core.paths import ROOT

ROWS = (1, BLOCK_ROWS - 1, BLOCK_ROWS, 2 * BLOCK_ROWS + 3)
COLUMNS = (1, LANES - 1, LANES, BLOCK_COLUMNS - 1, BLOCK_COLUMNS, BLOCK_COLUMNS + LANES + 3)
UNTOUCHED = np.float32(-7)


def _some(*shape: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("adds", [False, True])
@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("rows", ROWS)
def test_product_and_nothing_beside_it(rows: int, columns: int, adds: bool) -> None:
    for depth in (1, 2, 33):
        a, b = _some(rows, depth), _some(depth, columns, seed=2)
        room = np.full((rows + 1, columns + LANES), UNTOUCHED)
        answer = room[:rows, :columns]
        before = _some(rows, columns, seed=3)
        answer[:] = before if adds else np.nan  # what stands there counts only where it adds
        multiply(a, b, answer, adds)
        expected = a.astype(float) @ b + (before if adds else 0)
        np.testing.assert_allclose(answer, expected, rtol=1e-5, atol=1e-5)
        assert (room[rows:] == UNTOUCHED).all()
        assert (room[:, columns:] == UNTOUCHED).all()


def test_turned_matrix() -> None:
    a, b = _some(9, 2 * BLOCK_ROWS + 1), _some(9, 3 * LANES, seed=2)
    answer = np.empty((a.shape[1], b.shape[1]), np.float32)
    multiply(a.T, b, answer, False)
    np.testing.assert_allclose(answer, a.T.astype(float) @ b, rtol=1e-5, atol=1e-5)


def test_a_row_is_the_same_in_whichever_block_it_stands() -> None:
    a, b = _some(3 * BLOCK_ROWS, 40), _some(40, 2 * BLOCK_COLUMNS + 5, seed=2)
    whole, alone = np.empty((len(a), b.shape[1]), np.float32), np.empty((1, b.shape[1]), np.float32)
    multiply(a, b, whole, False)
    for row in range(len(a)):
        multiply(a[row : row + 1], b, alone, False)
        assert (alone == whole[row]).all()


def test_what_is_not_a_number_comes_through_and_stays_in_its_row() -> None:
    a, b = _some(2 * BLOCK_ROWS, 5), _some(5, BLOCK_COLUMNS + 1, seed=2)
    a[BLOCK_ROWS, 2] = np.nan
    answer = np.empty((len(a), b.shape[1]), np.float32)
    multiply(a, b, answer, False)
    broken = np.isnan(answer)
    assert broken[BLOCK_ROWS].all()
    assert broken.sum() == b.shape[1]


@pytest.mark.slow
@pytest.mark.skipif(
    platform.machine() not in ("x86_64", "AMD64"), reason="pretends to be other x86 processors"
)
@pytest.mark.parametrize(
    ("name", "features", "lanes"), [("haswell", "+avx,+avx2,+fma", 8), ("nehalem", "+sse4.2", 4)]
)
def test_older_processors(name: str, features: str, lanes: int) -> None:
    """Compiled for a processor without AVX-512, and for one with SSE alone."""
    code = (
        "import sys, pytest; from core.model.recurrent_kernels import LANES; "
        f"assert LANES == {lanes}, LANES; "
        f"sys.exit(pytest.main(['-m', 'not slow', '-p', 'no:cacheprovider', {__file__!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"NUMBA_CPU_NAME": name, "NUMBA_CPU_FEATURES": features},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
