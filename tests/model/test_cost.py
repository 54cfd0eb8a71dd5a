"""The cost of forward passes: multiply-adds counted one by one while they are computed; the size of batches."""

from typing import Any

import numpy as np
import pytest

from core.model.cost import LEAST_ROWS, batch_rows, multiply_adds
from core.model.forward import logits
from core.settings.memory_race import equal_budget_settings
from core.settings.network import CELLS, Cell, NetworkSettings, RecurrentLayer
from tests.model.test_forward import network, random_weights


class Counting(np.ndarray):
    """An array that counts the multiply-adds of every matrix product that it takes part in."""

    count = 0

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **kwargs: Any) -> Any:
        plain = [np.asarray(array) for array in inputs]
        if ufunc is np.matmul:
            (m, k), (_, n) = plain[0].shape, plain[1].shape
            Counting.count += m * k * n
        kwargs = {name: value for name, value in kwargs.items() if name != "out"}
        return getattr(ufunc, method)(*plain, **kwargs).view(Counting)


@pytest.fixture(autouse=True)
def count_from_zero() -> None:
    Counting.count = 0


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("units", "bidirectional"), [((3,), False), ((5, 4), True)])
def test_multiply_adds_are_those_that_the_network_makes(
    cell: Cell, units: tuple[int, ...], bidirectional: bool
) -> None:
    net = network(cell, units=units, bidirectional=bidirectional, pooling="last", size=4)
    weights = {name: array.view(Counting) for name, array in random_weights(net).items()}
    logits(weights, net, np.array([[3, 1, 4, 1, 5, 9]]))
    assert multiply_adds(net, words=6, categories=5) == Counting.count > 0


def test_multiply_adds_by_hand() -> None:
    """A GRU of 64 units that reads 64 numbers: 3 * 64 * 128 = 24,576 a word; 10 words, then 64 * 41."""
    networks = {run.network.cell: run.network for run in equal_budget_settings(units=64)}
    assert multiply_adds(networks["GRU"], words=10, categories=41) == 245_760 + 2_624
    assert multiply_adds(networks["minGRU"], words=1, categories=2) == 2 * 192 * 64 + 192 * 2


def test_many_texts_are_several_batches_and_none_is_smaller_than_eight() -> None:
    widest = NetworkSettings(cell="LSTM", layers=(RecurrentLayer(units=512),))
    assert batch_rows(widest, 500) == LEAST_ROWS
    assert batch_rows(widest, 40) == 48  # 4,000,000 / (40 * 2,048)
    assert batch_rows(NetworkSettings(), 15) == 256
