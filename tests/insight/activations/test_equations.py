"""Each line of a step, evaluated again from what is printed, gives the number that the network has."""

import math
import re
from collections.abc import Sequence

import numpy as np
import pytest

from core.insight.activations import captions
from core.insight.activations.equations import equations
from core.insight.activations.trace import HeadlineTrace, LayerLocation
from core.model.forward import Forward, Intervention, Weights, forward
from core.settings.network import CELLS, Cell, NetworkSettings
from tests.model.test_forward import network, random_weights


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def evaluated(printed: str) -> float:
    """The value of an equation as it is printed: school's signs are Python's, and nothing else may stand in it."""
    source = printed.replace("−", "-").replace("·", "*")
    assert re.fullmatch(r"(?:sigmoid|tanh|[-+*() .0-9])+", source), source
    return float(eval(source, {"__builtins__": {}}, {"sigmoid": logistic, "tanh": math.tanh}))


def read(
    cell: Cell, *, held: Sequence[Intervention] = (), ensemble_size: int = 1
) -> tuple[NetworkSettings, Weights, Forward]:
    from dataclasses import replace

    net = replace(network(cell, units=(5, 4), bidirectional=True), ensemble_size=ensemble_size)
    weights = random_weights(net)
    forward_pass = forward(weights, net, np.array([[3, 1, 7, 10, 4]], np.int32), held)
    return net, weights, forward_pass


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layer", [0, 1])
@pytest.mark.parametrize("backward", [False, True])
def test_every_line_printed_gives_what_the_trace_has(cell: Cell, layer: int, backward: bool) -> None:
    net, weights, forward_pass = read(cell, ensemble_size=2)
    location = LayerLocation(member=1, layer=layer, backward=backward)
    trace = location.trace_in(forward_pass)
    for word in range(5):
        for unit in range(4):
            lines = equations(
                weights, net, HeadlineTrace.of(forward_pass, location), timestep=word, unit=unit
            )
            assert [line.name for line in lines] == [*trace.gates, "state"]
            for line in lines:
                has = (trace.gates | {"state": trace.states})[line.name][0, word, unit]
                assert line.value == has
                assert evaluated(line.substituted(digits=7)) == pytest.approx(has, abs=1e-5)
                assert "((−" not in line.substituted()
                assert line.text(3).endswith(f" = {has:.3f}".replace("-", "−"))
                assert line.text(3).startswith(f"{line.symbol} = ")


def test_the_first_word_finds_nothing_before_it() -> None:
    net, weights, forward_pass = read("LSTM")
    for backward, first, second in ((False, 0, 1), (True, 4, 3)):
        location = LayerLocation(backward=backward)
        lines = {
            line.name: line
            for line in equations(
                weights, net, HeadlineTrace.of(forward_pass, location), timestep=first, unit=2
            )
        }
        assert lines["input"].numbers["Uh"] == lines["cell"].numbers["c_before"] == 0
        then = {
            line.name: line
            for line in equations(
                weights, net, HeadlineTrace.of(forward_pass, location), timestep=second, unit=2
            )
        }
        assert then["cell"].numbers["c_before"] == lines["cell"].value


def test_letters_and_numbers_of_a_step_worked_by_hand() -> None:
    """One unit, one number a word: z = sigmoid(2 * 0.5 + 1), g = 3 * 0.5 - 1, h = z * g; no past."""
    net = network("minGRU", units=(1,), bidirectional=False, size=1)
    weights = random_weights(net, categories=2)
    weights["embedding"] = np.array([[9.0], [0.5]], np.float32)
    weights["layers/0/forward/kernel"] = np.array([[2.0, 3.0]], np.float32)
    weights["layers/0/forward/bias"] = np.array([1.0, -1.0], np.float32)
    forward_pass = forward(weights, net, np.array([[1]], np.int32))
    gate, proposal, state = equations(
        weights, net, HeadlineTrace.of(forward_pass, LayerLocation()), timestep=0, unit=0
    )
    assert gate.text() == "z = sigmoid(W·x + b) = sigmoid(1.000 + 1.000) = 0.881"
    assert proposal.text() == "g = W·x + b = 1.500 + (−1.000) = 0.500"
    assert state.text() == "h = (1 − z) · h₋₁ + z · g = (1 − 0.881) · 0.000 + 0.881 · 0.500 = 0.440"
    assert (
        captions.equation(gate)
        == "88.1\u00a0% of what the word proposes comes in. The old state has no part in this."
    )
    assert captions.equation(state).endswith("from 0.00 to 0.44.")


@pytest.mark.parametrize("cell", CELLS)
def test_what_is_held_is_said_and_the_other_lines_still_add_up(cell: Cell) -> None:
    gate = {"SimpleRNN": "state", "LSTM": "forget", "GRU": "update", "minGRU": "update"}[cell]
    held = [Intervention(gate=gate, value=0.0, unit=1, layer=1, backward=True)]
    net, weights, forward_pass = read(cell, held=held)
    location = LayerLocation(layer=1, backward=True)
    for unit in range(4):
        for line in equations(
            weights, net, HeadlineTrace.of(forward_pass, location), timestep=2, unit=unit, interventions=held
        ):
            assert line.forced == (line.name == gate and unit == 1)
            if line.forced:
                assert line.text() == f"{line.symbol} = 0, held"
                assert captions.equation(line) == "Forced to 0. Word and past have no effect."
            else:
                assert "Held" not in captions.equation(line)
                assert evaluated(line.substituted(7)) == pytest.approx(line.value, abs=1e-5)
    elsewhere = equations(
        weights,
        net,
        HeadlineTrace.of(forward_pass, LayerLocation(layer=1)),
        timestep=2,
        unit=1,
        interventions=held,
    )
    assert not any(line.forced for line in elsewhere)


@pytest.mark.parametrize(
    ("cell", "name", "says"),
    [
        ("LSTM", "input", "{:.1f}\u00a0% of what the word proposes comes in."),
        ("LSTM", "forget", "{:.1f}\u00a0% of what the cell held is kept."),
        ("LSTM", "output", "{:.1f}\u00a0% of the cell is shown."),
        (
            "GRU",
            "update",
            "{:.1f}\u00a0% of the old state stays. The other {:.1f}\u00a0% comes from the proposal.",
        ),
        ("GRU", "reset", "{:.1f}\u00a0% of the past counts in the proposal."),
        (
            "minGRU",
            "update",
            "{:.1f}\u00a0% of what the word proposes comes in. The old state has no part in this.",
        ),
    ],
)
def test_each_gate_says_its_own_number(cell: Cell, name: str, says: str) -> None:
    net, weights, forward_pass = read(cell)
    inside = HeadlineTrace.of(forward_pass, LayerLocation())
    (line,) = [line for line in equations(weights, net, inside, timestep=2, unit=3) if line.name == name]
    has = float(LayerLocation().trace_in(forward_pass).gates[name][0, 2, 3])
    assert abs(has - 0.5) > 0.01  # so that open and shut are not mistaken for one another
    assert captions.equation(line) == says.format(100 * has, 100 * (1 - has))


def test_what_is_held_in_one_reader_is_not_held_in_the_other() -> None:
    held = [Intervention(gate="update", value=0.0, member=1)]
    net, weights, forward_pass = read("GRU", held=held, ensemble_size=2)
    for member in (0, 1):
        lines = equations(
            weights,
            net,
            HeadlineTrace.of(forward_pass, LayerLocation(member=member)),
            timestep=0,
            unit=0,
            interventions=held,
        )
        assert lines[0].forced == (member == 1)


def test_there_is_no_step_beyond_the_words_and_units() -> None:
    net = network("GRU")
    weights = random_weights(net)
    inside = HeadlineTrace.of(forward(weights, net, np.array([[3]], np.int32)), LayerLocation())
    for word, unit in ((1, 0), (0, 3), (-1, 0), (0, -1)):
        with pytest.raises(IndexError):
            equations(weights, net, inside, timestep=word, unit=unit)
    for ids in ([[3, 0]], [[3], [4]]):
        with pytest.raises(ValueError, match="one headline without padding"):
            HeadlineTrace.of(forward(weights, net, np.array(ids, np.int32)), LayerLocation())
