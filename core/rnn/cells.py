"""The four cells for training: one word forward, and the same word backward, row by row and unit by unit.

Numba compiles these loops for the processor at hand. TensorFlow, left to itself, would turn every line into an
operation over the whole batch, and at these sizes it is the number of operations that costs.

The textbook's form of the same cells, over whole arrays, is ``forward.py``, which names the sources; minGRU is of
L. Feng and others, "Were RNNs All We Needed?", arXiv 2410.01201 (2024). The way back is backpropagation through
time: P. Werbos, Proc. IEEE 78 (1990).

Every function works on a tile: some rows of the batch at one word. Names:

* ``wx``, ``hu`` (rows, blocks, units): the word's and the state's part of the gates, not yet squashed; ``bias``
  (2, blocks, units): what is added to each. Only the GRU's has two parts. minGRU's gates do not see the state.
* ``h``, ``h_next``, ``c``, ``c_next`` (rows, units): the state before and after the word. Only the LSTM has a ``c``.
* ``kept`` (rows, KEPT, units): what the way back needs of the way forward.
* ``here`` (rows,): False where a row has no word left: its state stays, and ``d_wx`` and ``d_hu`` are 0.
* ``dh``, ``dc`` (rows, units): the gradient of the state after the word; when a function is done, that of the state
  before it, but for the part that runs through ``d_hu``.

Leaves out: the products with the kernels and the loop over the words (``loops.py``).
"""
# Numba finds the types at the first call.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from typing import Any

import numba
import numpy as np

from core.rnn.config import Cell

# Arrays of (rows, units) that each cell keeps for the way back: its gates, and the GRU the past that r lets through.
KEPT: dict[Cell, int] = {"SimpleRNN": 0, "LSTM": 4, "GRU": 4, "minGRU": 2}

# "contract" lets a product and a sum be one instruction; nothing is assumed about NaN, which must come through.
compiled: Any = numba.njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract", "nsz"})

_ONE, _HALF = np.float32(1), np.float32(0.5)

# tanh(x) as a quotient of polynomials on [-7.9, 7.9], outside of which it is 1 to the last bit of a float32;
# the coefficients are Eigen's (generic_fast_tanh_float), which TensorFlow uses too. Unlike math.tanh, it is vectorized.
_LIMIT = np.float32(7.90531110763549805)
_P1, _P3, _P5, _P7, _P9, _P11, _P13 = (
    np.float32(value)
    for value in (
        4.89352455891786e-03,
        6.37261928875436e-04,
        1.48572235717979e-05,
        5.12229709037114e-08,
        -8.60467152213735e-11,
        2.00018790482477e-13,
        -2.76076847742355e-16,
    )
)
_Q0, _Q2, _Q4, _Q6 = (
    np.float32(value)
    for value in (4.89352518554385e-03, 2.26843463243900e-03, 1.18534705686654e-04, 1.19825839466702e-06)
)


@compiled
def tanh(x):
    x = _LIMIT if x > _LIMIT else x
    x = -_LIMIT if x < -_LIMIT else x
    y = x * x
    p = x * (_P1 + y * (_P3 + y * (_P5 + y * (_P7 + y * (_P9 + y * (_P11 + y * _P13))))))
    q = _Q0 + y * (_Q2 + y * (_Q4 + y * _Q6))
    return p / q


@compiled
def sigmoid(x):
    return _HALF * tanh(_HALF * x) + _HALF


# What keeps these loops fast (measured): a loop over units has few arrays and indexes them with its own counter, never
# with a sum, or it is not vectorized well; and no row is taken out of an array first, which would count a reference.


@compiled
def copy_row(target, source, i):
    for j in range(target.shape[1]):
        target[i, j] = source[i, j]


@compiled
def clear_row(target, i):
    for j in range(target.shape[1]):
        target[i, j] = 0


@compiled
def _clear_gates(target, i):
    for k in range(target.shape[1]):
        for j in range(target.shape[2]):
            target[i, k, j] = 0


# --- SimpleRNN ---


@compiled
def simple_rnn_step(wx, hu, bias, h, h_next, here):
    rows, units = h.shape
    for i in range(rows):
        if not here[i]:
            copy_row(h_next, h, i)
            continue
        for j in range(units):
            h_next[i, j] = tanh(wx[i, 0, j] + hu[i, 0, j] + bias[0, 0, j])


@compiled
def simple_rnn_gradient(dh, h_next, d_wx, here):
    rows, units = dh.shape
    for i in range(rows):
        if not here[i]:
            _clear_gates(d_wx, i)
            continue
        for j in range(units):
            d_wx[i, 0, j] = dh[i, j] * (_ONE - h_next[i, j] * h_next[i, j])
        clear_row(dh, i)


# --- LSTM: i, f, g, o stand in this order ---


@compiled
def lstm_step(wx, hu, bias, h, h_next, c, c_next, kept, here):
    rows, units = h.shape
    for i in range(rows):
        if not here[i]:
            copy_row(c_next, c, i)
            copy_row(h_next, h, i)
            continue
        for k in (0, 1, 3):
            for j in range(units):
                kept[i, k, j] = sigmoid(wx[i, k, j] + hu[i, k, j] + bias[0, k, j])
        for j in range(units):
            kept[i, 2, j] = tanh(wx[i, 2, j] + hu[i, 2, j] + bias[0, 2, j])
        for j in range(units):
            c_next[i, j] = kept[i, 1, j] * c[i, j] + kept[i, 0, j] * kept[i, 2, j]
        for j in range(units):
            h_next[i, j] = kept[i, 3, j] * tanh(c_next[i, j])


@compiled
def lstm_gradient(dh, dc, c, c_next, kept, d_wx, here):
    rows, units = dh.shape
    for i in range(rows):
        if not here[i]:
            _clear_gates(d_wx, i)
            continue
        for j in range(units):
            shown, o = tanh(c_next[i, j]), kept[i, 3, j]
            d_wx[i, 3, j] = dh[i, j] * shown * o * (_ONE - o)
            dc[i, j] += dh[i, j] * o * (_ONE - shown * shown)
        for j in range(units):
            gate = kept[i, 0, j]
            d_wx[i, 0, j] = dc[i, j] * kept[i, 2, j] * gate * (_ONE - gate)
        for j in range(units):
            f = kept[i, 1, j]
            d_wx[i, 1, j] = dc[i, j] * c[i, j] * f * (_ONE - f)
        for j in range(units):
            g = kept[i, 2, j]
            d_wx[i, 2, j] = dc[i, j] * kept[i, 0, j] * (_ONE - g * g)
        for j in range(units):
            dc[i, j] *= kept[i, 1, j]
        clear_row(dh, i)


# --- GRU: z, r, g stand in this order; kept[:, 3] is the past that r lets through ---


@compiled
def gru_step(wx, hu, bias, h, h_next, kept, here):
    rows, units = h.shape
    for i in range(rows):
        if not here[i]:
            copy_row(h_next, h, i)
            continue
        for k in (0, 1):
            for j in range(units):
                kept[i, k, j] = sigmoid(wx[i, k, j] + hu[i, k, j] + (bias[0, k, j] + bias[1, k, j]))
        for j in range(units):
            kept[i, 3, j] = hu[i, 2, j] + bias[1, 2, j]
        for j in range(units):
            kept[i, 2, j] = tanh(wx[i, 2, j] + bias[0, 2, j] + kept[i, 1, j] * kept[i, 3, j])
        for j in range(units):
            h_next[i, j] = kept[i, 2, j] + kept[i, 0, j] * (h[i, j] - kept[i, 2, j])


@compiled
def gru_gradient(dh, h, kept, d_wx, d_hu, here):
    rows, units = dh.shape
    for i in range(rows):
        if not here[i]:
            _clear_gates(d_wx, i)
            _clear_gates(d_hu, i)
            continue
        for j in range(units):
            z, g = kept[i, 0, j], kept[i, 2, j]
            d_wx[i, 2, j] = dh[i, j] * (_ONE - z) * (_ONE - g * g)
        for j in range(units):
            z = kept[i, 0, j]
            d_wx[i, 0, j] = dh[i, j] * (h[i, j] - kept[i, 2, j]) * z * (_ONE - z)
        for j in range(units):
            r = kept[i, 1, j]
            d_wx[i, 1, j] = d_wx[i, 2, j] * kept[i, 3, j] * r * (_ONE - r)
        for k in (0, 1):
            for j in range(units):
                d_hu[i, k, j] = d_wx[i, k, j]
        for j in range(units):
            d_hu[i, 2, j] = d_wx[i, 2, j] * kept[i, 1, j]
        for j in range(units):
            dh[i, j] *= kept[i, 0, j]


# --- minGRU: z, g stand in this order ---


@compiled
def min_gru_step(wx, bias, h, h_next, kept, here):
    rows, units = h.shape
    for i in range(rows):
        if not here[i]:
            copy_row(h_next, h, i)
            continue
        for j in range(units):
            kept[i, 0, j] = sigmoid(wx[i, 0, j] + bias[0, 0, j])
        for j in range(units):
            kept[i, 1, j] = wx[i, 1, j] + bias[0, 1, j]
        for j in range(units):
            h_next[i, j] = h[i, j] + kept[i, 0, j] * (kept[i, 1, j] - h[i, j])


@compiled
def min_gru_gradient(dh, h, kept, d_wx, here):
    rows, units = dh.shape
    for i in range(rows):
        if not here[i]:
            _clear_gates(d_wx, i)
            continue
        for j in range(units):
            z = kept[i, 0, j]
            d_wx[i, 0, j] = dh[i, j] * (kept[i, 1, j] - h[i, j]) * z * (_ONE - z)
        for j in range(units):
            d_wx[i, 1, j] = dh[i, j] * kept[i, 0, j]
        for j in range(units):
            dh[i, j] *= _ONE - kept[i, 0, j]
