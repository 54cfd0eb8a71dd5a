"""What holding a gate means: each sentence that says what becomes of the state, against the network with it held."""

import numpy as np
import pytest
from numpy.typing import NDArray

from core.insight.activations import captions
from core.insight.activations.interventions import InterventionEffect
from core.insight.activations.trace import LayerLocation, heatmap_names
from core.model.forward import DirectionTrace, Intervention, forward
from core.settings.network import CELLS, Cell
from tests.model.test_forward import network, random_weights

IDS = np.array([[3, 7, 10, 4, 2]], np.int32)


def held(cell: Cell, gate: str, value: float, ids: NDArray[np.int32] = IDS) -> DirectionTrace:
    net = network(cell, units=(4,), bidirectional=False)
    forward_pass = forward(random_weights(net), net, ids, [Intervention(gate=gate, value=value)])
    return LayerLocation().trace_in(forward_pass)


@pytest.mark.parametrize("cell", CELLS)
def test_only_what_the_cell_has_is_offered(cell: Cell) -> None:
    net = network(cell)
    names = heatmap_names(LayerLocation().trace_in(forward(random_weights(net), net, IDS)))
    assert {gate for gate, _ in captions.INTERVENTION_MEANINGS[cell]} <= set(names)


@pytest.mark.parametrize(
    ("cell", "gate", "value"),
    [
        (cell, gate, value)
        for cell, meanings in captions.INTERVENTION_MEANINGS.items()
        for (gate, value), meaning in meanings.items()
        if "state is 0" in meaning or "never leaves 0" in meaning or "stays at 0" in meaning
    ],
)
def test_where_it_says_that_the_state_is_0_it_is(cell: Cell, gate: str, value: float) -> None:
    assert not held(cell, gate, value).states.any()


@pytest.mark.parametrize(
    ("cell", "gate", "value"),
    [
        (cell, gate, value)
        for cell, meanings in captions.INTERVENTION_MEANINGS.items()
        for (gate, value), meaning in meanings.items()
        if not ("state is 0" in meaning or "never leaves 0" in meaning or "stays at 0" in meaning)
    ],
)
def test_where_it_does_not_say_so_it_is_not(cell: Cell, gate: str, value: float) -> None:
    assert np.abs(held(cell, gate, value).states).max() > 0.01


def test_each_word_takes_the_place_of_the_last() -> None:
    """GRU, update shut: the state is the proposal; minGRU, update open: it is that of the last word alone."""
    gru = held("GRU", "update", 0.0)
    assert np.array_equal(gru.states, gru.gates["candidate"])
    mini = held("minGRU", "update", 1.0)
    assert np.array_equal(mini.states, mini.gates["candidate"])
    assert mini.states[0, -1] == pytest.approx(
        held("minGRU", "update", 1.0, IDS[:, -1:]).states[0, -1], abs=1e-6
    )


def test_an_lstm_that_forgets_nothing_adds_up() -> None:
    trace = held("LSTM", "forget", 1.0)
    brought = trace.gates["input"] * trace.gates["candidate"]
    assert trace.gates["cell"] == pytest.approx(np.cumsum(brought, axis=1), abs=1e-6)
    empty = held("LSTM", "forget", 0.0)
    assert empty.gates["cell"] == pytest.approx(empty.gates["input"] * empty.gates["candidate"], abs=1e-6)


def test_a_proposal_without_the_past_is_that_of_a_first_word() -> None:
    trace = held("GRU", "reset", 0.0)
    assert "only the word, not the past" in captions.INTERVENTION_MEANINGS["GRU"]["reset", 0.0]
    for word in range(IDS.shape[1]):
        alone = held("GRU", "reset", 0.0, IDS[:, word : word + 1])
        assert trace.gates["candidate"][0, word] == pytest.approx(alone.gates["candidate"][0, 0], abs=1e-6)


def test_names_of_what_is_held() -> None:
    assert captions.intervention_name("LSTM", "forget", 1.0) == "forget gate open"
    assert captions.intervention_name("GRU", "update", 0.0) == "update gate replaces everything (0)"
    assert captions.intervention_name("minGRU", "update", 0.0) == "update gate keeps everything (0)"
    assert captions.intervention_name("GRU", "state", 0.0) == "state at 0"
    intervention = Intervention(gate="update", value=0.0, unit=2, layer=1, backward=True, member=0)
    assert (
        captions.intervention_scope(intervention, ensemble_size=1, layers=1, bidirectional=False) == "unit 3"
    )
    assert (
        captions.intervention_scope(intervention, ensemble_size=2, layers=2, bidirectional=True)
        == "unit 3, layer 2, backward, network 1"
    )


def test_an_answer_beside_the_free_one() -> None:
    moved = InterventionEffect.between([0.5, 0.3, 0.2], [0.1, 0.3, 0.6])
    assert moved.ranking == ((2, 0.2, 0.6), (0, 0.5, 0.1), (1, 0.3, 0.3))
    assert (moved.free_label, moved.forced_label) == (0, 2)
    assert moved.largest_change in ((2, 0.2, 0.6), (0, 0.5, 0.1))


def test_what_it_does_to_the_answer() -> None:
    names = ("A", "B", "C")
    assert captions.intervention(InterventionEffect.between([0.5, 0.3, 0.2], [0.1, 0.3, 0.6]), names) == (
        "The answer changes from A to C with 60.0\u00a0%. A now has 10.0\u00a0%, before 50.0\u00a0%."
    )
    assert captions.intervention(InterventionEffect.between([0.5, 0.3, 0.2], [0.9, 0.1, 0.0]), names) == (
        "The answer stays A, now with 90.0\u00a0%, before 50.0\u00a0%."
    )
    assert captions.intervention(InterventionEffect.between([0.5, 0.3, 0.2], [0.45, 0.4, 0.15]), names) == (
        "The answer stays A, now with 45.0\u00a0%, before 50.0\u00a0%. The largest change is B, from 30.0\u00a0% "
        "to 40.0\u00a0%."
    )
    for held in ([0.5, 0.3, 0.2], [0.5004, 0.2998, 0.1998]):
        assert captions.intervention(InterventionEffect.between([0.5, 0.3, 0.2], held), names) == (
            "The answer stays A. No probability changes by a tenth of a percent."
        )
