"""Gates: by hand against powers, a classifier's against the reading itself, free and forced."""

import re
from typing import Any

import numpy as np
import pytest

from core.insight.activations.trace import SIGMOID_GATES, STATE
from core.insight.lessons.gates import captions, compute
from core.insight.lessons.gates.captions import ENDS
from core.insight.lessons.gates.compute import GateActivations
from core.insight.lessons.gates.figures import gate_chart, word_shares_chart
from core.insight.lessons.gates.formulas import FORMULAS
from core.model.forward import Array, Intervention, min_gru_step, sigmoid
from core.settings.network import CELLS, Cell, RecurrentLayer
from tests.insight.word_maps import tiny_classifier

WORDS = ("the", "cat", "sat", "unheard")


@pytest.mark.claim("gates", "what is left of a word is a power of the gate")
@pytest.mark.parametrize("gate", [0.0, 0.3, 0.8, 1.0])
def test_by_hand_what_is_left_is_a_power_of_the_gate(gate: float) -> None:
    shares = compute.word_shares(5, gate)
    for t in range(5):
        for word in range(5):
            taken = 1.0 if word == 0 else 1 - gate  # the first is taken in whole
            expected = taken * gate ** (t - word) if word <= t else 0.0
            assert shares[t, word] == pytest.approx(expected, abs=1e-6)
    assert shares.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-6)


@pytest.mark.claim("gates", "after how many words less than half is left")
@pytest.mark.parametrize("gate", [0.1, 0.5, 0.8, 0.93, 0.99])
def test_half_is_lost_at_the_word_that_is_said(gate: float) -> None:
    further = compute.words_to_half(gate)
    assert further
    assert gate**further < 0.5
    assert gate ** (further - 1) >= 0.5


def test_what_is_said_by_hand() -> None:
    # 0.8 ** 3 = 0.512, 0.8 ** 4 = 0.41.
    assert captions.by_hand(("a", "b", "c", "d"), 0.8) == (
        "With the gate at 0.80, 51.2\u00a0% of “a” is left after 3 more words: 0.80 to the power of 3. Less than "
        "half is left from the 4th extra word on."
    )
    assert captions.by_hand(("a", "b"), 1.0).endswith("the other words add nothing.")
    assert captions.by_hand(("a", "b"), 0.0).endswith("Each word replaces everything before it.")
    assert "1 more word:" in captions.by_hand(("a", "b"), 0.9)


@pytest.mark.claim("gates", "the bias that gives this gate")
@pytest.mark.parametrize("gate", [0.01, 0.5, 0.8, 0.99])
def test_the_bias_gives_the_gate(gate: float) -> None:
    assert sigmoid(np.array([compute.logit(gate)], np.float32)) == pytest.approx(gate, abs=1e-6)


@pytest.mark.claim("gates", "what a gate does at 0 and at 1, in each cell")
def test_the_ends_of_every_gate_of_every_cell_are_named() -> None:
    for cell in CELLS:
        gates = GateActivations.read(tiny_classifier(cell=cell), WORDS)
        assert set(gates.names) == {gate for named_cell, gate in ENDS if named_cell == cell}
        assert set(gates.names) <= SIGMOID_GATES
        for gate in gates.names:
            assert captions.meaning(cell, gate)


@pytest.mark.claim("gates", "what a gate does at 0 and at 1, in each cell")
def test_what_the_ends_mean_is_what_the_gates_do() -> None:
    """Held at the end that lets nothing new in, the state never leaves 0; at the other it does."""
    cases: tuple[tuple[Cell, str, float], ...] = (
        ("GRU", "update", 1.0),
        ("minGRU", "update", 0.0),
        ("LSTM", "input", 0.0),
    )
    for cell, gate, keeps in cases:
        classifier = tiny_classifier(cell=cell, layers=(RecurrentLayer(units=3, bidirectional=False),))
        for value in (0.0, 1.0):
            states = GateActivations.read(
                classifier, WORDS, [Intervention(gate=gate, value=value)]
            ).headline_trace.trace.states
            assert (np.abs(states).max() == 0) == (value == keeps)
            says = ENDS[cell, gate][int(value)]
            assert (says in ("keeps everything", "lets nothing in")) == (value == keeps)


@pytest.mark.claim("gates", "Keras's GRU keeps the whole state at an update gate of 1 and replaces it at 0")
@pytest.mark.slow
@pytest.mark.parametrize(("bias", "end"), [(30.0, "keeps everything"), (-30.0, "replaces everything")])
def test_keras_update_gate_at_its_ends(bias: float, end: str) -> None:
    import keras

    x = np.random.default_rng(1).normal(size=(1, 5, 3)).astype(np.float32)
    layer = keras.layers.GRU(4, return_sequences=True)
    layer(x)
    kernel, recurrent, biases = layer.get_weights()
    biases[0, :4] = bias  # of the update gate, the first of Keras's three blocks
    layer.set_weights([kernel, recurrent, biases])
    old = np.full((1, 4), 0.5, np.float32)
    states = np.asarray(layer(x, initial_state=old))[0]
    assert ENDS["GRU", "update"][int(bias > 0)] == end
    assert np.allclose(states, 0.5, atol=1e-6) == (end == "keeps everything")
    # Where everything is replaced the old state is in the proposal alone; with a reset gate at 0 nothing of it is left.
    biases[0, 4:8] = -30.0
    layer.set_weights([kernel, recurrent, biases])
    from_nothing = np.asarray(layer(x))[0]
    reset = np.asarray(layer(x, initial_state=old))[0]
    assert np.allclose(reset, from_nothing, atol=1e-6) == (end == "replaces everything")


def test_one_units_gate_in_words_and_in_the_picture() -> None:
    gates = GateActivations.read(tiny_classifier(), WORDS)
    values = gates.values("update")
    assert values.shape == (4, 3)
    unit = gates.most_variable_unit("update")
    spread = values.max(axis=0) - values.min(axis=0)
    assert spread[unit] == spread.max()
    caption = captions.unit_gate(gates, "update", unit)
    word_of_maximum = WORDS[int(values[:, unit].argmax())]
    assert caption.startswith(
        f"Unit {unit + 1}'s update gate is largest at “{word_of_maximum}” ({values[:, unit].max():.2f})"
    )
    assert "At 0 it replaces everything, at 1 it keeps everything." in caption
    figure = gate_chart(gates, "update", unit)
    assert figure.data[0].y == pytest.approx(values[:, unit])
    assert figure.data[1].y == pytest.approx(values.mean(axis=1))
    assert list(figure.layout.xaxis.ticktext) == list(WORDS)
    one_word_caption = captions.unit_gate(GateActivations.read(tiny_classifier(), ("cat",)), "update", 0)
    assert "update gate is" in one_word_caption
    assert "largest" not in one_word_caption


@pytest.mark.claim("gates", "the answer with a gate forced")
def test_the_answer_free_and_forced_is_the_classifiers() -> None:
    classifier = tiny_classifier()
    free = GateActivations.read(classifier, WORDS)
    (prediction,) = classifier.predict([" ".join(WORDS)])
    forced = GateActivations.read(classifier, WORDS, [Intervention(gate="update", value=1.0)])
    effect = free.effect(forced)
    for label, before, _ in effect.ranking:
        assert before == pytest.approx(dict(prediction.ranking)[classifier.labels[label]], abs=1e-5)
    assert any(abs(before - after) > 1e-4 for _, before, after in effect.ranking)


def test_the_picture_by_hand_is_stacked_to_the_whole() -> None:
    words = ["<script>", "b", "c"]
    figure = word_shares_chart(words, compute.word_shares(3, 0.5))
    first, between, latest = (list(trace.y) for trace in figure.data)
    assert first == pytest.approx([1, 0.5, 0.25])
    assert between == pytest.approx([0, 0, 0.25])
    assert latest == pytest.approx([0, 0.5, 0.5])
    assert figure.layout.title.text == "25.0\u00a0% of “&lt;script&gt;” is left at the end"
    assert "<script>" not in figure.to_json()


# --- The formulas of the cells ---

PYTHON = {
    r"\tilde{c}_t": "c_candidate",
    r"\tilde{h}_t": "h_candidate",
    "h_{t-1}": "h_before",
    "c_{t-1}": "c_before",
    r"\sigma": "sigmoid",
    r"\tanh": "tanh",
    r"\odot": "*",
}


def evaluated(cell: Cell, values: dict[str, Any]) -> dict[str, Any]:
    """The formulas as they stand in the chapter, computed line by line; ``values``: x_t, weights, the states before."""
    values = values | {"sigmoid": sigmoid, "tanh": np.tanh}
    for _, formula in FORMULAS[cell]:
        for latex, python in PYTHON.items():
            formula = formula.replace(latex, python)
        symbol, right = re.sub(r"([WU]_\w) (\w+)", r"(\2 @ \1)", formula).split(" = ")
        values[symbol] = eval(right, {}, values)
    return values


def blocks(letters: str, **weights: Array) -> dict[str, Any]:
    """Keras's blocks side by side, in its order of the gates: ``W=kernel`` gives W_i, W_f ..."""
    return {
        f"{name}_{letter}": block
        for name, array in weights.items()
        for letter, block in zip(letters, np.split(array, len(letters), axis=-1), strict=True)
    }


@pytest.mark.claim("gates", "the formulas under LSTM and GRU are what Keras computes")
@pytest.mark.parametrize("cell", ["LSTM", "GRU"])
def test_the_formulas_are_keras(cell: Cell) -> None:
    import keras

    random = np.random.default_rng(3)
    layer = getattr(keras.layers, cell)(4, return_state=True)
    layer.build((None, None, 3))
    kernel, recurrent, bias = (
        random.normal(size=weights.shape).astype(np.float32) for weights in layer.get_weights()
    )
    layer.set_weights([kernel, recurrent, bias])
    x, h, c = (random.normal(size=(1, size)).astype(np.float32) for size in (3, 4, 4))
    if cell == "LSTM":
        values = blocks("ifco", W=kernel, U=recurrent, b=bias)
        before = [h, c]
    else:
        # Two biases in each gate: in z and r only their sum counts, the candidate has the second within the reset.
        values = blocks("zrh", W=kernel, U=recurrent, b=bias[0], d=bias[1])
        values |= {"b_z": values["b_z"] + values["d_z"], "b_r": values["b_r"] + values["d_r"]}
        before = [h]
    computed = evaluated(cell, values | {"x_t": x, "h_before": h, "c_before": c})
    _, *states = layer(x[None], initial_state=before)
    assert computed["h_t"] == pytest.approx(np.asarray(states[0]), abs=1e-5)
    if cell == "LSTM":
        assert computed["c_t"] == pytest.approx(np.asarray(states[1]), abs=1e-5)


def test_the_formulas_of_the_min_gru_are_those_of_the_network() -> None:
    random = np.random.default_rng(3)
    kernel, bias, x, h = (
        random.normal(size=size).astype(np.float32) for size in ((3, 8), (8,), (1, 3), (1, 4))
    )
    values = blocks("zh", W=kernel, b=bias) | {"x_t": x, "h_before": h}
    (expected,), _ = min_gru_step(x @ kernel + bias, (h,), kernel, bias, lambda gate, value: value)
    assert evaluated("minGRU", values)["h_t"] == pytest.approx(expected, abs=1e-6)


def test_every_gate_that_a_cell_has_is_in_its_formulas() -> None:
    for cell in FORMULAS:
        names = [name for name, _ in FORMULAS[cell]]
        assert {name for name in names if name in SIGMOID_GATES} == {
            gate for kind, gate in ENDS if kind == cell
        }
        assert names[-1] == STATE
        assert captions.formulas(cell).count("\n- ") == len(names) - 1


@pytest.mark.claim("gates", "along the carry a step back multiplies the gradient by the forget gate")
def test_the_forget_gate_is_the_factor_along_the_carry() -> None:
    import keras
    import tensorflow as tf

    random = np.random.default_rng(4)
    layer = keras.layers.LSTM(3, return_state=True)
    layer.build((None, None, 2))
    kernel, recurrent, bias = layer.get_weights()
    # Without a way through the hidden state only the carry leads back.
    layer.set_weights([kernel, 0 * recurrent, bias])
    words = random.normal(size=(1, 5, 2)).astype(np.float32)
    carry = tf.constant(random.normal(size=(1, 3)).astype(np.float32))
    with tf.GradientTape() as tape:
        tape.watch(carry)
        _, _, last = layer(words, initial_state=[tf.zeros((1, 3)), carry])
        total = tf.reduce_sum(last)
    forget = sigmoid(words[0] @ kernel[:, 3:6] + bias[3:6])  # (words, units)
    assert np.asarray(tape.gradient(total, carry))[0] == pytest.approx(forget.prod(axis=0), rel=1e-4)


@pytest.mark.claim(
    "gates", "an LSTM has four times the weights of a SimpleRNN, a GRU a little more than three times"
)
@pytest.mark.parametrize(("units", "size"), [(32, 70), (64, 64), (4, 3)])
def test_what_the_gates_cost(units: int, size: int) -> None:
    import keras

    counts = {}
    for cell in ("SimpleRNN", "LSTM", "GRU"):
        layer = getattr(keras.layers, cell)(units)
        layer.build((None, None, size))
        counts[cell] = layer.count_params()
    assert counts["LSTM"] == 4 * counts["SimpleRNN"]
    assert 3 * counts["SimpleRNN"] < counts["GRU"] < 3.5 * counts["SimpleRNN"]
