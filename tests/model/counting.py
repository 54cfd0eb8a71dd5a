"""Forward passes with every multiply-add, gate and timestep counted."""

from collections.abc import Callable

import numpy as np
import pytest

from core.model import forward
from core.model.cost import ACTIVATION, TIMESTEP
from core.model.forward import ApplyInterventions, Array, Gates, State
from core.settings.network import CELLS, Cell


class Counting(np.ndarray):
    """An array that counts the multiply-adds of every matrix product that it takes part in."""

    count = 0

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: object, **kwargs: object) -> object:
        plain = [np.asarray(array) for array in inputs]
        if ufunc is np.matmul:
            Counting.count += plain[0].size * plain[1].shape[-1]  # (..., m, k) and (k, n)
        if isinstance(out := kwargs.get("out"), tuple):
            kwargs["out"] = tuple(np.asarray(array) for array in out)
        return getattr(ufunc, method)(*plain, **kwargs).view(Counting)


def count_products(compute: Callable[[], object]) -> int:
    """The multiply-adds of the products with Counting arrays."""
    Counting.count = 0
    compute()
    return Counting.count


def count_work(monkeypatch: pytest.MonkeyPatch, compute: Callable[[], object]) -> float:
    """The products, the numbers of all gates and the timesteps, as ``core/model/cost.py`` weighs them."""
    gate_numbers: list[int] = []

    def counted(cell: Cell) -> forward.Step:
        step = forward.STEPS[cell]

        def count(
            wx: Array, state: State, u: Array, bias_h: Array, intervene: ApplyInterventions
        ) -> tuple[State, Gates]:
            gate_numbers.append(len(state[0]) * wx.shape[1])
            return step(wx, state, u, bias_h, intervene)

        return count

    with monkeypatch.context() as patch:
        for cell in CELLS:
            patch.setitem(forward.STEPS, cell, counted(cell))
        products = count_products(compute)
    return products + ACTIVATION * sum(gate_numbers) + TIMESTEP * len(gate_numbers)
