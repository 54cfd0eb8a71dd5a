"""The way back through the network, in NumPy: how an answer moves when the vectors of the words move.

Backpropagation through time (P. Werbos, "Backpropagation Through Time: What It Does and How to Do It", Proceedings of
the IEEE 78, 1990): the steps of ``forward.py`` in reverse, each with the derivative of what it computed, from the
states and gates that the way there has kept.

Equal to TensorFlow's gradients within 1e-5 (tests/model/test_backward.py). Leaves out: the gradients of the weights;
those are the training's.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.model.forward import Array, DirectionTrace, LayerTrace, MemberTrace, Weights
from core.settings.network import GATES, Cell, NetworkSettings


def embedding_gradients(
    weights: Weights,
    prefix: str,
    network: NetworkSettings,
    trace: MemberTrace,
    real: NDArray[np.bool_],
    labels: NDArray[np.integer],
) -> Array:
    """By how much one logit of a reader grows with each number of each word's vector.

    Args:
        trace: of :func:`core.model.forward.read_embedded`, gates kept.
        real: (batch, words), False at padding.
        labels: (batch,) the logit that is asked for.

    Returns:
        (batch, words, embedding_size); 0 at padding.
    """
    summary = weights[f"{prefix}dense/kernel"][:, labels].T  # (batch, summary_size): d logit / d summary
    above = np.zeros_like(trace.layers[-1].states)  # (batch, words, units or 2 units): d logit / d states
    last = np.zeros_like(trace.layers[-1].last)  # (batch, units or 2 units)
    if network.pooling == "last":
        last = summary
    else:
        above = _max_mean_back(trace.layers[-1].states, real, summary)
    for index in reversed(range(len(network.layers))):
        x = trace.layers[index - 1].states if index else trace.embedded  # (batch, words, size)
        above = _layer_back(
            weights, f"{prefix}layers/{index}", network.cell, trace.layers[index], x, real, above, last
        )
        last = np.zeros_like(trace.layers[index - 1].last)
    return above


def _max_mean_back(states: Array, real: NDArray[np.bool_], summary: Array) -> Array:
    """Largest and mean value of each unit, backwards: (batch, 2 units) -> (batch, words, units)."""
    units = states.shape[2]
    here = real[:, :, None]  # (batch, words, 1)
    words = np.maximum(real.sum(axis=1), 1)[:, None, None]  # (batch, 1, 1)
    back = (
        here * summary[:, None, units:] / words.astype(np.float32)
    )  # (batch, words, units): each word's share
    largest = np.where(here, states, np.float32(-np.inf)).argmax(axis=1)[
        :, None
    ]  # (batch, 1, units): which word
    of_largest = np.take_along_axis(back, largest, axis=1) + summary[:, None, :units]
    np.put_along_axis(back, largest, of_largest, axis=1)
    return back * here


def _layer_back(
    weights: Weights,
    prefix: str,
    cell: Cell,
    layer: LayerTrace,
    x: Array,
    real: NDArray[np.bool_],
    above: Array,
    last: Array,
) -> Array:
    """One layer of one or two directions: d logit / d states and d last -> d logit / d x, (batch, words, size)."""
    if layer.backward is None:
        return _read_back(weights, f"{prefix}/forward", cell, layer.forward, x, real, above, last)
    units = layer.forward.last.shape[1]
    there = above[:, :, :units], last[:, :units]
    back = above[:, :, units:], last[:, units:]
    return _read_back(weights, f"{prefix}/forward", cell, layer.forward, x, real, *there) + _read_back(
        weights, f"{prefix}/backward", cell, layer.backward, x, real, *back
    )


def _read_back(
    weights: Weights,
    prefix: str,
    cell: Cell,
    trace: DirectionTrace,
    x: Array,  # (batch, words, size)
    real: NDArray[np.bool_],  # (batch, words)
    above: Array,  # (batch, words, units): d logit / d h(t), through whatever looks at the states
    last: Array,  # (batch, units): d logit / d the state when the reading is over
) -> Array:
    """Carry the derivative of the state from word to word, against the reading; padding leaves it as it is."""
    kernel, bias = weights[f"{prefix}/kernel"], weights[f"{prefix}/bias"]
    recurrent = weights.get(f"{prefix}/recurrent_kernel", np.zeros((0, 0), np.float32))
    bias_h = bias[1] if cell == "GRU" else np.zeros_like(bias)
    batch, words, units = trace.states.shape
    back = STEPS_BACK[cell]
    dwx = np.zeros((batch, words, GATES[cell] * units), np.float32)
    dh = last.astype(np.float32, copy=True)  # (batch, units)
    dc = np.zeros_like(dh)  # the LSTM's cell; the others have none
    backward = prefix.endswith("backward")
    for t in range(words) if backward else reversed(range(words)):
        before = t + 1 if backward else t - 1  # the word that was read before
        none = not 0 <= before < words
        h_before = np.zeros((batch, units), np.float32) if none else trace.states[:, before]
        gates = {name: values[:, t] for name, values in trace.gates.items()}
        if cell == "LSTM":
            gates["cell before"] = _cell_before(trace, real, before)
        here = real[:, t, None]  # (batch, 1)
        dh = dh + above[:, t]
        step, dh_before, dc_before = back(dh, dc, trace.states[:, t], h_before, gates, recurrent, bias_h)
        dwx[:, t] = np.where(here, step, 0)
        dh, dc = np.where(here, dh_before, dh), np.where(here, dc_before, dc)
    return dwx @ kernel.T  # (batch, words, size)


def _cell_before(trace: DirectionTrace, real: NDArray[np.bool_], before: int) -> Array:
    """The LSTM's cell after the word read before, (batch, units); at padding, which has none, the trace holds 0.

    Padding stands behind the words: going forward no real word follows it, going backward it is read first, when the
    cell is still 0.
    """
    cells = trace.gates["cell"]
    if not 0 <= before < cells.shape[1]:
        return np.zeros_like(cells[:, 0])
    return cells[:, before]


# --- The four cells: one step back each ---
# dh: (batch, units), d logit / d h(t); dc the same for the LSTM's cell. Each returns d logit / d wx(t),
# (batch, blocks * units), d / d h(t-1) and d / d c(t-1), each (batch, units).

Gates = dict[str, Array]
StepBack = Callable[[Array, Array, Array, Array, Gates, Array, Array], tuple[Array, Array, Array]]


def simple_rnn_back(
    dh: Array, dc: Array, h: Array, h_before: Array, gates: Gates, u: Array, bias_h: Array
) -> tuple[Array, Array, Array]:
    da = dh * (1 - h * h)  # tanh' = 1 - tanh^2
    return da, da @ u.T, dc


def lstm_back(
    dh: Array, dc: Array, h: Array, h_before: Array, gates: Gates, u: Array, bias_h: Array
) -> tuple[Array, Array, Array]:
    i, f, g, o = gates["input"], gates["forget"], gates["candidate"], gates["output"]
    shown = np.tanh(gates["cell"])
    dc = dc + dh * o * (1 - shown * shown)  # h = o tanh(c)
    do = dh * shown * o * (1 - o)  # sigmoid' = sigmoid (1 - sigmoid)
    di = dc * g * i * (1 - i)  # c = f c' + i g
    df = dc * gates["cell before"] * f * (1 - f)
    dg = dc * i * (1 - g * g)
    da = np.concatenate([di, df, dg, do], axis=1)  # (batch, 4 units)
    return da, da @ u.T, dc * f


def gru_back(
    dh: Array, dc: Array, h: Array, h_before: Array, gates: Gates, u: Array, bias_h: Array
) -> tuple[Array, Array, Array]:
    z, r, g = gates["update"], gates["reset"], gates["candidate"]
    units = h.shape[1]
    hg = h_before @ u[:, 2 * units :] + bias_h[2 * units :]  # the past, as the proposal would see it
    dz = dh * (h_before - g) * z * (1 - z)  # h = z h' + (1 - z) g
    dg = dh * (1 - z) * (1 - g * g)  # g = tanh(xg + r hg)
    dr = dg * hg * r * (1 - r)
    of_past = np.concatenate([dz, dr, dg * r], axis=1)  # (batch, 3 units)
    past: Array = (dh * z + of_past @ u.T).astype(np.float32, copy=False)
    return np.concatenate([dz, dr, dg], axis=1), past, dc


def min_gru_back(
    dh: Array, dc: Array, h: Array, h_before: Array, gates: Gates, u: Array, bias_h: Array
) -> tuple[Array, Array, Array]:
    z, g = gates["update"], gates["candidate"]
    dz = dh * (g - h_before) * z * (1 - z)  # h = (1 - z) h' + z g
    return np.concatenate([dz, dh * z], axis=1), dh * (1 - z), dc


STEPS_BACK: dict[Cell, StepBack] = {
    "SimpleRNN": simple_rnn_back,
    "LSTM": lstm_back,
    "GRU": gru_back,
    "minGRU": min_gru_back,
}
