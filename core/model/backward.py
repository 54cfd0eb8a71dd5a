"""The backward pass in NumPy: the gradient of a logit with respect to the word embeddings.

Backpropagation through time (P. Werbos, "Backpropagation Through Time: What It Does and How to Do It", Proceedings of
the IEEE 78, 1990): the timesteps of ``forward.py`` in reverse, each with the derivative of what it computed, from the
hidden states and gates that the forward pass kept.

Equal to TensorFlow's gradients within 1e-5 (tests/model/test_backward.py). Leaves out: the gradients of the weights,
which only training needs.
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
    mask: NDArray[np.bool_],
    labels: NDArray[np.integer],
) -> Array:
    """The gradient of one logit of an ensemble member with respect to each word's embedding.

    Args:
        trace: of :func:`core.model.forward.forward_embedded`, with gates.
        mask: (batch, words), False at padding.
        labels: (batch,), whose logit is differentiated.

    Returns:
        (batch, words, embedding_size); 0 at padding.
    """
    d_summary = weights[f"{prefix}dense/kernel"][:, labels].T  # (batch, pooled_size): d logit / d summary
    d_states = np.zeros_like(trace.layers[-1].states)  # (batch, words, units or 2 units): d logit / d states
    d_last = np.zeros_like(trace.layers[-1].last)  # (batch, units or 2 units)
    if network.pooling == "last":
        d_last = d_summary
    else:
        d_states = _max_mean_backward(trace.layers[-1].states, mask, d_summary)
    for index in reversed(range(len(network.layers))):
        x = trace.layers[index - 1].states if index else trace.embedded  # (batch, words, size)
        d_states = _layer_backward(
            weights, f"{prefix}layers/{index}", network.cell, trace.layers[index], x, mask, d_states, d_last
        )
        d_last = np.zeros_like(trace.layers[index - 1].last)
    return d_states


def _max_mean_backward(states: Array, mask: NDArray[np.bool_], d_summary: Array) -> Array:
    """Backward pass of max and mean pooling: (batch, 2 units) -> (batch, words, units)."""
    units = states.shape[2]
    word_mask = mask[:, :, None]  # (batch, words, 1)
    words = np.maximum(mask.sum(axis=1), 1)[:, None, None]  # (batch, 1, 1)
    # The mean's gradient is shared by all words: (batch, words, units).
    d_states = word_mask * d_summary[:, None, units:] / words.astype(np.float32)
    # The maximum's gradient is added to the word that has it: (batch, 1, units).
    largest = np.where(word_mask, states, np.float32(-np.inf)).argmax(axis=1)[:, None]
    of_largest = np.take_along_axis(d_states, largest, axis=1) + d_summary[:, None, :units]
    np.put_along_axis(d_states, largest, of_largest, axis=1)
    masked: Array = d_states * word_mask
    return masked


def _layer_backward(
    weights: Weights,
    prefix: str,
    cell: Cell,
    layer: LayerTrace,
    x: Array,
    mask: NDArray[np.bool_],
    d_states: Array,
    d_last: Array,
) -> Array:
    """One layer of one or two directions: d logit / d states and d logit / d last -> d logit / d x."""
    if layer.backward is None:
        return _direction_backward(
            weights, f"{prefix}/forward", cell, layer.forward, x, mask, d_states, d_last
        )
    units = layer.forward.last.shape[1]
    of_forward = d_states[:, :, :units], d_last[:, :units]
    of_backward = d_states[:, :, units:], d_last[:, units:]
    return _direction_backward(
        weights, f"{prefix}/forward", cell, layer.forward, x, mask, *of_forward
    ) + _direction_backward(weights, f"{prefix}/backward", cell, layer.backward, x, mask, *of_backward)


def _direction_backward(
    weights: Weights,
    prefix: str,
    cell: Cell,
    trace: DirectionTrace,
    x: Array,  # (batch, words, size)
    mask: NDArray[np.bool_],  # (batch, words)
    d_states: Array,  # (batch, words, units): d logit / d h(t), from the layer above or the pooling
    d_last: Array,  # (batch, units): d logit / d h after the last timestep of this direction
) -> Array:
    """Carry the gradient of the hidden state back from timestep to timestep; at padding it stays as it is."""
    kernel, bias = weights[f"{prefix}/kernel"], weights[f"{prefix}/bias"]
    recurrent = weights.get(f"{prefix}/recurrent_kernel", np.zeros((0, 0), np.float32))
    bias_h = bias[1] if cell == "GRU" else np.zeros_like(bias)
    batch, words, units = trace.states.shape
    step_back = STEPS_BACK[cell]
    dwx = np.zeros((batch, words, GATES[cell] * units), np.float32)
    dh = d_last.astype(np.float32, copy=True)  # (batch, units)
    dc = np.zeros_like(dh)  # the LSTM's cell; the others have none
    backward = prefix.endswith("backward")
    for t in range(words) if backward else reversed(range(words)):
        before = t + 1 if backward else t - 1  # the previous timestep of this direction
        first = not 0 <= before < words
        h_before = np.zeros((batch, units), np.float32) if first else trace.states[:, before]
        gates = {name: values[:, t] for name, values in trace.gates.items()}
        if cell == "LSTM":
            gates["cell before"] = _cell_before(trace, mask, before)
        mask_t = mask[:, t, None]  # (batch, 1)
        dh = dh + d_states[:, t]  # (batch, units)
        dwx_t, dh_before, dc_before = step_back(
            dh, dc, trace.states[:, t], h_before, gates, recurrent, bias_h
        )
        dwx[:, t] = np.where(mask_t, dwx_t, 0)
        dh, dc = np.where(mask_t, dh_before, dh), np.where(mask_t, dc_before, dc)
    return dwx @ kernel.T  # (batch, words, size)


def _cell_before(trace: DirectionTrace, mask: NDArray[np.bool_], before: int) -> Array:
    """The LSTM's cell after the previous timestep, (batch, units); 0 at padding, as in the trace.

    Padding is after the words: forward no word follows it, backward it comes first, when the cell is still 0.
    """
    cells = trace.gates["cell"]
    if not 0 <= before < cells.shape[1]:
        return np.zeros_like(cells[:, 0])
    return cells[:, before]


# --- The four cells: one timestep backward each ---
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
    tanh_c = np.tanh(gates["cell"])
    dc = dc + dh * o * (1 - tanh_c * tanh_c)  # h = o tanh(c)
    do = dh * tanh_c * o * (1 - o)  # sigmoid' = sigmoid (1 - sigmoid)
    di = dc * g * i * (1 - i)  # c = f c(t-1) + i g
    df = dc * gates["cell before"] * f * (1 - f)
    dg = dc * i * (1 - g * g)
    da = np.concatenate([di, df, dg, do], axis=1)  # (batch, 4 units)
    return da, da @ u.T, dc * f


def gru_back(
    dh: Array, dc: Array, h: Array, h_before: Array, gates: Gates, u: Array, bias_h: Array
) -> tuple[Array, Array, Array]:
    z, r, g = gates["update"], gates["reset"], gates["candidate"]
    units = h.shape[1]
    hg = h_before @ u[:, 2 * units :] + bias_h[2 * units :]  # what the reset gate multiplies
    dz = dh * (h_before - g) * z * (1 - z)  # h = z h(t-1) + (1 - z) g
    dg = dh * (1 - z) * (1 - g * g)  # g = tanh(xg + r hg)
    dr = dg * hg * r * (1 - r)
    dhu = np.concatenate([dz, dr, dg * r], axis=1)  # (batch, 3 units), d logit / d (h(t-1) u + bias_h)
    dh_before: Array = (dh * z + dhu @ u.T).astype(np.float32, copy=False)  # (batch, units)
    return np.concatenate([dz, dr, dg], axis=1), dh_before, dc


def min_gru_back(
    dh: Array, dc: Array, h: Array, h_before: Array, gates: Gates, u: Array, bias_h: Array
) -> tuple[Array, Array, Array]:
    z, g = gates["update"], gates["candidate"]
    dz = dh * (g - h_before) * z * (1 - z)  # h = (1 - z) h(t-1) + z g
    return np.concatenate([dz, dh * z], axis=1), dh * (1 - z), dc


STEPS_BACK: dict[Cell, StepBack] = {
    "SimpleRNN": simple_rnn_back,
    "LSTM": lstm_back,
    "GRU": gru_back,
    "minGRU": min_gru_back,
}
