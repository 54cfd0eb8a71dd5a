"""The matrix products of a tile on one core: those of ``core/model/recurrent_kernels.py`` against the BLAS
that SciPy brings.

``python -m benchmarks.products [--rows 32] [--units 64] [--rounds 15] [--json]``. The three of a GRU of ``units`` units
that reads as many numbers: forward, the way back to the words, and the gradient of the weights, which adds up. Both
sides are called from compiled code, the BLAS through Numba's ``np.dot``, which has to add in a step of its own; they
take turns. OpenBLAS chooses its code by the processor or by the variable ``OPENBLAS_CORETYPE``: ``Haswell`` is
what a processor without AVX-512 gets, and ``NUMBA_CPU_NAME=haswell NUMBA_CPU_FEATURES=+avx,+avx2,+fma`` is the same
for our side.
"""

import argparse
import json
import statistics
import time
from typing import Any

import numpy as np
import threadpoolctl

from core.model.recurrent_kernels import LANES, compiled, multiply

OPERATIONS = 2e8  # of a turn


@compiled
def _ours(a, b, c, adds, times):  # type: ignore[no-untyped-def]
    for _ in range(times):
        multiply(a, b, c, adds)


@compiled
def _blas(a, b, c, adds, times):  # type: ignore[no-untyped-def]
    for _ in range(times):
        if adds:
            c += np.dot(a, b)
        else:
            np.dot(a, b, c)


def measure(rows: int, units: int, rounds: int) -> list[dict[str, Any]]:
    """A row for each product: operations a second of both sides, medians."""
    random = np.random.default_rng(1)

    def some(high: int, wide: int) -> np.ndarray:
        return random.normal(size=(high, wide)).astype(np.float32)

    cases = {
        "forward": (some(rows, units), some(units, 3 * units), False),
        "to the words": (some(rows, 3 * units), some(3 * units, units), False),
        "weights": (some(rows, units).T, some(rows, 3 * units), True),
    }
    found = []
    for name, (a, b, adds) in cases.items():
        c = np.zeros((a.shape[0], b.shape[1]), np.float32)
        operations = 2 * a.shape[0] * a.shape[1] * b.shape[1]
        times = int(OPERATIONS / operations) + 1
        reached: dict[str, list[float]] = {"ours": [], "blas": []}
        for turn in range(rounds + 1):
            for side, work in (("ours", _ours), ("blas", _blas)):
                began = time.perf_counter()
                work(a, b, c, adds, times)
                if turn:  # the first one compiles
                    reached[side].append(times * operations / (time.perf_counter() - began))
        ours, blas = (statistics.median(reached[side]) for side in ("ours", "blas"))
        found.append(
            {
                "product": name,
                "ours_gflops": round(ours / 1e9, 1),
                "blas_gflops": round(blas / 1e9, 1),
                "ratio": round(ours / blas, 2),
            }
        )
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="A tile's matrix products: ours against the BLAS.")
    parser.add_argument("--rows", type=int, default=32)
    parser.add_argument("--units", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    given = parser.parse_args()
    with threadpoolctl.threadpool_limits(limits=1, user_api="blas"):
        rows = measure(given.rows, given.units, max(1, given.rounds))
        libraries = threadpoolctl.threadpool_info()
    code = sorted({str(one["architecture"]) for one in libraries if one.get("architecture")})
    print(f"{'product':<14}{'ours':>10}{'BLAS':>10}{'ratio':>8}   GFLOP/s on one core")
    for row in rows:
        print(f"{row['product']:<14}{row['ours_gflops']:>10}{row['blas_gflops']:>10}{row['ratio']:>8}")
    print(f"ours: {LANES} numbers a register; OpenBLAS's code: {', '.join(code)}")
    if given.json:
        print(json.dumps({"lanes": LANES, "openblas": code, "rows": rows}))


if __name__ == "__main__":
    main()
