"""The cost of forward passes: multiply-adds, activations and timesteps, counted one by one while they are computed."""

import numpy as np
import pytest

from core.model.cost import ACTIVATION, LEAST_ROWS, TIMESTEP, batch_rows, forward_work, multiply_adds
from core.model.forward import logits
from core.settings.memory_race import equal_budget_settings
from core.settings.network import CELLS, Cell, NetworkSettings, RecurrentLayer
from tests.model.counting import Counting, count_products, count_work
from tests.model.test_forward import network, random_weights


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("units", "bidirectional"), [((3,), False), ((5, 4), True)])
def test_multiply_adds_are_those_that_the_network_makes(
    cell: Cell, units: tuple[int, ...], bidirectional: bool
) -> None:
    net = network(cell, units=units, bidirectional=bidirectional, pooling="last", size=4)
    weights = {name: array.view(Counting) for name, array in random_weights(net).items()}
    products = count_products(lambda: logits(weights, net, np.array([[3, 1, 4, 1, 5, 9]])))
    assert multiply_adds(net, words=6, categories=5) == products > 0


def test_multiply_adds_by_hand() -> None:
    """A GRU of 64 units that reads 64 numbers: 3 * 64 * 128 = 24,576 a word; 10 words, then 64 * 41."""
    networks = {run.network.cell: run.network for run in equal_budget_settings(units=64)}
    assert multiply_adds(networks["GRU"], words=10, categories=41) == 245_760 + 2_624
    assert multiply_adds(networks["minGRU"], words=1, categories=2) == 2 * 192 * 64 + 192 * 2


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("units", "bidirectional"), [((3,), False), ((5, 4), True)])
def test_work_is_that_of_the_products_the_gates_and_the_timesteps(
    cell: Cell, units: tuple[int, ...], bidirectional: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    net = network(cell, units=units, bidirectional=bidirectional, pooling="last", size=4)
    weights = {name: array.view(Counting) for name, array in random_weights(net).items()}
    texts = LEAST_ROWS + 1
    ids = np.tile([3, 1, 4, 1, 5, 9], (texts, 1))
    dense = texts * net.ensemble_size * net.pooled_size * 5
    counted = count_work(monkeypatch, lambda: logits(weights, net, ids))
    assert forward_work(net, texts=texts, timesteps=6) == counted - dense


def test_one_text_costs_the_recurrent_product_of_eight() -> None:
    net = network("LSTM", units=(512,), bidirectional=False, size=512)
    assert forward_work(net, texts=1, timesteps=500) == 500 * (
        4 * 512 * (512 + ACTIVATION) + LEAST_ROWS * 4 * 512 * 512 + TIMESTEP
    )


def test_many_texts_are_several_batches_and_no_batch_is_smaller_than_eight() -> None:
    widest = NetworkSettings(cell="LSTM", layers=(RecurrentLayer(units=512),))
    assert batch_rows(widest, 500) == LEAST_ROWS
    assert batch_rows(widest, 40) == 48  # 4,000,000 / (40 * 2,048)
    assert batch_rows(NetworkSettings(), 15) == 256
    one, nine = (forward_work(widest, texts=texts, timesteps=500) for texts in (LEAST_ROWS, 9 * LEAST_ROWS))
    assert nine == pytest.approx(9 * one)
