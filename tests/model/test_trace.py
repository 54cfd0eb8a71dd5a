"""Every state and gate at every word, as the network is and with a gate held, against TensorFlow.

The cells are written once more here, in TensorFlow's own operations and in the order of Keras's documentation; that
Keras's layers give the same states is checked too, where nothing is held.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from core.model.forward import Array, Intervention, Weights, forward
from core.settings.network import CELLS, Cell, NetworkSettings
from tests.model.test_forward import network, random_ids, random_weights
from tests.present import present

Direction = tuple[Any, dict[str, Any], Any]  # TensorFlow's states, gates and last state, which carry no types
GATES = {
    "SimpleRNN": ("state",),
    "LSTM": ("input", "forget", "candidate", "output", "cell", "state"),
    "GRU": ("update", "reset", "candidate", "state"),
    "minGRU": ("update", "candidate", "state"),
}


def held(name: str, value: Any, interventions: Sequence[Intervention]) -> Any:
    """The value, its units replaced by those that are held: by a mask, as one does it in TensorFlow."""
    import tensorflow as tf

    for one in interventions:
        if one.gate == name:
            mask = np.zeros(value.shape[1], np.float32)
            mask[slice(None) if one.unit is None else one.unit] = 1
            value = value * (1 - mask) + one.value * mask
    return tf.convert_to_tensor(value)


def tensorflow_step(
    cell: Cell,
    x: Any,
    state: tuple[Any, ...],
    kernel: Array,
    u: Array | None,
    bias: Array,
    interventions: Sequence[Intervention],
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    import tensorflow as tf

    def hold(name: str, value: Any) -> Any:
        return held(name, value, interventions)

    if cell == "SimpleRNN":
        (h,) = state
        return (hold("state", tf.tanh(x @ kernel + bias + h @ u)),), {}
    if cell == "LSTM":
        h, c = state
        i, f, g, o = tf.split(x @ kernel + h @ u + bias, 4, axis=1)
        i, f, o = (hold(n, tf.sigmoid(v)) for n, v in (("input", i), ("forget", f), ("output", o)))
        g = hold("candidate", tf.tanh(g))
        c = hold("cell", f * c + i * g)
        h = hold("state", o * tf.tanh(c))
        return (h, c), {"input": i, "forget": f, "candidate": g, "output": o, "cell": c}
    if cell == "GRU":
        (h,) = state
        xz, xr, xh = tf.split(x @ kernel + bias[0], 3, axis=1)
        hz, hr, hh = tf.split(h @ u + bias[1], 3, axis=1)
        z, r = hold("update", tf.sigmoid(xz + hz)), hold("reset", tf.sigmoid(xr + hr))
        g = hold("candidate", tf.tanh(xh + r * hh))
        return (hold("state", z * h + (1 - z) * g),), {"update": z, "reset": r, "candidate": g}
    (h,) = state
    z, g = tf.split(x @ kernel + bias, 2, axis=1)
    z, g = hold("update", tf.sigmoid(z)), hold("candidate", g)
    return (hold("state", (1 - z) * h + z * g),), {"update": z, "candidate": g}


def tensorflow_direction(
    cell: Cell, x: Any, weights: Weights, prefix: str, interventions: Sequence[Intervention]
) -> Direction:
    """States and gates at every word, without padding: (batch, words, units) each; and the last state."""
    import tensorflow as tf

    kernel, bias = weights[f"{prefix}/kernel"], weights[f"{prefix}/bias"]
    u = weights.get(f"{prefix}/recurrent_kernel")
    units = kernel.shape[1] // {"SimpleRNN": 1, "LSTM": 4, "GRU": 3, "minGRU": 2}[cell]
    state = tuple(tf.zeros((x.shape[0], units)) for _ in range(2 if cell == "LSTM" else 1))
    order = list(range(x.shape[1]))
    if prefix.endswith("backward"):
        order.reverse()
    states: dict[int, Any] = {}
    gates: dict[str, dict[int, Any]] = {}
    for t in order:
        state, opened = tensorflow_step(cell, x[:, t], state, kernel, u, bias, interventions)
        states[t] = state[0]
        for name, value in opened.items():
            gates.setdefault(name, {})[t] = value
    at = range(x.shape[1])
    return (
        tf.stack([states[t] for t in at], axis=1),
        {name: tf.stack([values[t] for t in at], axis=1) for name, values in gates.items()},
        state[0],
    )


def tensorflow_network(
    net: NetworkSettings,
    weights: Weights,
    ids: NDArray[np.integer],
    interventions: Sequence[Intervention] = (),
) -> tuple[list[list[Direction]], Any]:
    """Layer by layer the states and gates of each direction, and the logits."""
    import tensorflow as tf

    x, layers = tf.constant(weights["embedding"][ids]), []
    for index, layer in enumerate(net.layers):
        read = []
        for direction in ("forward", "backward") if layer.bidirectional else ("forward",):
            of = [
                one
                for one in interventions
                if one.layer == index and one.backward == (direction == "backward")
            ]
            read.append(tensorflow_direction(net.cell, x, weights, f"layers/{index}/{direction}", of))
        layers.append(read)
        x = tf.concat([states for states, _, _ in read], axis=-1)
    last = tf.concat([one for _, _, one in layers[-1]], axis=-1)
    pooled = tf.concat([tf.reduce_max(x, axis=1), tf.reduce_mean(x, axis=1)], axis=-1)
    summary = last if net.pooling == "last" else pooled
    return layers, summary @ weights["dense/kernel"] + weights["dense/bias"]


def compared(
    net: NetworkSettings,
    weights: Weights,
    ids: NDArray[np.integer],
    interventions: Sequence[Intervention] = (),
) -> float:
    """The largest difference between ours and TensorFlow's, of any state, gate or logit."""
    layers, logits = tensorflow_network(net, weights, ids, interventions)
    (ours,) = forward(weights, net, ids, interventions).members
    found = [np.abs(ours.logits - logits.numpy()).max()]
    for layer, read in zip(ours.layers, layers, strict=True):
        for direction, (states, gates, last) in zip((layer.forward, layer.backward), read, strict=False):
            direction = present(direction)
            found.append(np.abs(direction.states - states.numpy()).max())
            found.append(np.abs(direction.last - last.numpy()).max())
            assert direction.gates.keys() == gates.keys()
            found += [np.abs(direction.gates[name] - gates[name].numpy()).max() for name in gates]
    return float(max(found))


def whole_ids(batch: int = 3, words: int = 7) -> NDArray[np.int32]:
    return np.random.default_rng(3).integers(1, 11, (batch, words)).astype(np.int32)


@pytest.mark.claim("all", "our numbers are those of Keras")
@pytest.mark.slow
@pytest.mark.parametrize(("cell", "bidirectional"), list(itertools.product(CELLS, [False, True])))
def test_every_state_and_gate_is_tensorflows(cell: Cell, bidirectional: bool) -> None:
    net = network(cell, units=(5, 4), bidirectional=bidirectional)
    assert compared(net, random_weights(net), whole_ids()) < 1e-5


@pytest.mark.claim("gates", "the answer with a gate forced")
@pytest.mark.slow
@pytest.mark.parametrize(("cell", "gate"), [(cell, gate) for cell, gates in GATES.items() for gate in gates])
def test_a_gate_that_is_held_does_what_it_does_in_tensorflow(cell: Cell, gate: str) -> None:
    net = network(cell, units=(5, 4), bidirectional=True)
    weights, ids = random_weights(net), whole_ids()
    for one in (
        Intervention(gate=gate, value=0.0),
        Intervention(gate=gate, value=1.0, unit=2),
        Intervention(gate=gate, value=1.0, layer=1, backward=True),
    ):
        assert compared(net, weights, ids, [one]) < 1e-5
        moved = forward(weights, net, ids, [one]).logits - forward(weights, net, ids).logits
        assert np.abs(moved).max() > 1e-4  # it does something


@pytest.mark.claim("all", "our numbers are those of Keras")
@pytest.mark.slow
@pytest.mark.parametrize("cell", CELLS)
def test_keras_has_the_same_states(cell: Cell) -> None:
    from tests.model.stock import stock_layer

    net = network(cell, units=(5,), bidirectional=False)
    weights, ids = random_weights(net), random_ids()
    layer = stock_layer(cell, 5, return_sequences=True)
    x, mask = weights["embedding"][ids], ids != 0
    layer(x, mask=mask)
    layer.set_weights([weights[name] for name in weights if name.startswith("layers/0/")])
    ours = forward(weights, net, ids).members[0].layers[0].forward.states
    assert np.abs(ours - np.asarray(layer(x, mask=mask)))[mask].max() < 1e-5


def test_a_state_held_at_zero_forgets_what_came_before() -> None:
    """Reading forward, the answer from the last state is that to the last word alone."""
    net = network("SimpleRNN", units=(3,), bidirectional=False, pooling="last")
    weights = random_weights(net)
    held_at_0 = Intervention(gate="state", value=0.0)
    assert forward(weights, net, np.array([[5, 6, 7]]), [held_at_0]).logits == pytest.approx(
        weights["dense/bias"][None], abs=1e-6
    )


def test_of_two_readers_one_can_be_held() -> None:
    from dataclasses import replace

    net = replace(network("GRU"), ensemble_size=2)
    weights, ids = random_weights(net), random_ids()
    free = forward(weights, net, ids)
    one = forward(weights, net, ids, [Intervention(gate="update", value=1.0, member=1)])
    assert np.array_equal(one.members[0].logits, free.members[0].logits)
    assert np.abs(one.members[1].logits - free.members[1].logits).max() > 1e-4
    both = forward(weights, net, ids, [Intervention(gate="update", value=1.0)])
    assert np.array_equal(both.members[1].logits, one.members[1].logits)
    assert not np.array_equal(both.members[0].logits, free.members[0].logits)
