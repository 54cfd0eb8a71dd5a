"""The memory race's networks: equal but for the cell, equal parameter budgets."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import SettingsError
from core.model.forward import weight_shapes
from core.settings.memory_race import UNITS, equal_budget_settings, with_cell
from core.settings.network import CELLS, Cell, NetworkSettings
from tests.model.test_forward import network


def sizes(net: NetworkSettings, *, words: int, categories: int) -> tuple[int, int]:
    """Parameters of the recurrent layer and of the whole, from the shapes of the weights themselves."""
    shapes = weight_shapes(net, words=words, categories=categories)
    numbers = {name: int(np.prod(shape)) for name, shape in shapes.items()}
    return sum(size for name, size in numbers.items() if name.startswith("layers/")), sum(numbers.values())


@pytest.mark.parametrize("units", UNITS)
@pytest.mark.parametrize(("words", "categories"), [(2_000, 10), (20_000, 41), (5_000, 41)])
def test_as_many_parameters_within_five_per_cent(units: int, words: int, categories: int) -> None:
    counted = [
        sizes(run.network, words=words, categories=categories) for run in equal_budget_settings(units=units)
    ]
    for some in zip(*counted, strict=True):  # of the layer, then of the whole
        assert max(some) <= 1.05 * min(some)


def test_units_by_hand() -> None:
    """64 inputs: GRU 3 * 64 * (64 + 64 + 2) = 24,960; SimpleRNN 129 * (64 + 129 + 1) = 25,026, and so on."""
    units = {run.network.cell: run.network.layers[0].units for run in equal_budget_settings(units=64)}
    assert units == {"SimpleRNN": 129, "LSTM": 53, "GRU": 64, "minGRU": 192}
    assert [sizes(run.network, words=2, categories=2)[0] for run in equal_budget_settings(units=64)] == [
        129 * (64 + 129 + 1),
        4 * 53 * (64 + 53 + 1),
        3 * 64 * (64 + 64 + 2),
        2 * 192 * (64 + 1),
    ]


@given(st.integers(1, 512), st.integers(1, 512), st.sampled_from(CELLS))
def test_no_other_number_of_units_comes_nearer(units: int, size: int, cell: Cell) -> None:
    gru = network("GRU", units=(units,), bidirectional=False, size=size)
    fitted = with_cell(gru, cell)

    def off(units: int) -> int:
        candidate = replace(fitted, layers=(replace(fitted.layers[0], units=units),))
        return abs(sizes(candidate, words=2, categories=2)[0] - sizes(gru, words=2, categories=2)[0])

    chosen = fitted.layers[0].units
    assert all(off(chosen) <= off(units) for units in (chosen - 1, chosen + 1) if 1 <= units <= 512)


def test_a_size_at_which_they_cannot_be_alike_is_refused() -> None:
    for units in (5, 124, 300):
        with pytest.raises(SettingsError, match=r"Take one from 16 to 112"):
            equal_budget_settings(units=units)


def test_they_differ_in_cell_and_units_and_in_nothing_else() -> None:
    runs = equal_budget_settings(units=32, sequence_length=30, epochs=2, articles=500, seed=7)
    assert [run.network.cell for run in runs] == list(CELLS)
    normalised = {
        replace(run, network=replace(run.network, cell="GRU", layers=runs[2].network.layers)) for run in runs
    }
    assert normalised == {runs[2]}
    for run in runs:
        (layer,) = run.network.layers
        assert (layer.bidirectional, layer.dropout, layer.recurrent_dropout) == (False, 0.0, 0.0)
        assert (run.network.pooling, run.network.tokenization, run.network.ensemble_size) == (
            "last",
            "words",
            1,
        )
        assert run.training.patience == 0
    training = runs[0].training
    assert (training.epochs, training.articles, training.seed) == (2, 500, 7)
