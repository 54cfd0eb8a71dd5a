"""The cells' steps and the loop over the words, forward and back, for one direction of a layer; compiled by Numba.

TensorFlow, left to itself, would turn every line into an operation over the whole batch, and at these sizes it is the
number of operations that costs. The textbook's form of the same cells, over whole arrays, is ``forward.py``, which
names the sources. The way back is backpropagation through time: P. Werbos, Proc. IEEE 78 (1990).

The batch is cut into tiles of a few rows. A tile is read from its first word to its last by one core: no waiting for
the other, and what it multiplies stays in that core's cache. ``np.dot`` is OpenBLAS's sgemm here too.

Of a whole direction:

* ``x`` (batch, words, size), ``states`` and for the LSTM's c ``memories`` (tiles, words + 1, rows, units), ``kept``
  (tiles, words, rows, KEPT, units). In the row of words + 1 states, word t stands between t and t + 1: read forward
  it makes state t + 1 of state t, read in reverse state t of state t + 1.
* ``answer`` (batch, words or 1, blocks, units), of which ``column`` and ``mean_column`` are this direction's.

Of a tile at one word:

* ``wx``, ``hu`` (rows, blocks, units): the word's and the state's part of the gates, not yet squashed; ``bias``
  (2, blocks, units): what is added to each. Only the GRU's has two parts. minGRU's gates do not see the state.
* ``h``, ``h_next``, ``c``, ``c_next`` (rows, units): the state before and after the word. Only the LSTM has a ``c``.
* ``kept`` (rows, KEPT, units): what the way back needs of the way forward.
* ``here`` (rows,): False where a row has no word left: its state stays, and ``d_wx`` and ``d_hu`` are 0.
* ``dh``, ``dc`` (rows, units): the gradient of the state after the word; when a function is done, that of the state
  before it, but for the part that runs through ``d_hu``.

One file, and nothing imported into it, because Numba's cache notices a change of this file alone: a step or a number
taken from elsewhere could change and the compiled loops would not. Leaves out: memory and threads (``cells.py``).
"""
# Numba finds the types at the first call.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from typing import Any, Literal

import numba
import numpy as np

Output = Literal["states", "last", "max_mean"]

# Numbers, as compiled code compares them quickest.
CELL_NUMBERS = {"SimpleRNN": 0, "LSTM": 1, "GRU": 2, "minGRU": 3}
SIMPLE_RNN, LSTM, GRU, MIN_GRU = CELL_NUMBERS.values()
OUTPUTS: tuple[Output, ...] = ("states", "last", "max_mean")
STATES, LAST, MAX_MEAN = range(3)

# Arrays of (rows, units) that each cell keeps for the way back: its gates, and the GRU the past that r lets through.
KEPT = {"SimpleRNN": 0, "LSTM": 4, "GRU": 4, "minGRU": 2}

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


# --- The loop over the words ---


@compiled
def _gather(x, lengths, keep_x, start, t, xt, here):
    """Word ``t`` of the tile's rows into ``xt`` (rows, size), and which rows have such a word into ``here``."""
    rows, size = xt.shape
    for i in range(rows):
        row = start + i
        here[i] = row < len(x) and t < lengths[row]
        if not here[i]:
            clear_row(xt, i)
        elif len(keep_x):
            for j in range(size):
                xt[i, j] = x[row, t, j] * keep_x[row, j]
        else:
            for j in range(size):
                xt[i, j] = x[row, t, j]


@compiled
def _scatter_add(d_x, d_xt, keep_x, start, t, here):
    """The way back of ``_gather``."""
    rows, size = d_xt.shape
    for i in range(rows):
        row = start + i
        if not here[i]:
            continue
        if len(keep_x):
            for j in range(size):
                d_x[row, t, j] += d_xt[i, j] * keep_x[row, j]
        else:
            for j in range(size):
                d_x[row, t, j] += d_xt[i, j]


@compiled
def _dropped(h, keep_h, start, room):
    """The state as the recurrent kernel sees it: ``h``, or in ``room`` what dropout leaves of it."""
    if not len(keep_h):
        return h
    rows, units = h.shape
    for i in range(rows):
        if start + i < len(keep_h):
            for j in range(units):
                room[i, j] = h[i, j] * keep_h[start + i, j]
        else:
            clear_row(room, i)
    return room


@compiled
def _add(total, part):
    """Add matrix ``part`` to ``total``, both of the same shape."""
    for i in range(total.shape[0]):
        for j in range(total.shape[1]):
            total[i, j] += part[i, j]


@compiled
def _add_rows(total, k, part):
    """Add all rows of ``part`` (rows, blocks, units) to ``total[k]`` (blocks, units)."""
    for i in range(part.shape[0]):
        for block in range(part.shape[1]):
            for j in range(part.shape[2]):
                total[k, block, j] += part[i, block, j]


@compiled
def _tell(output, h_next, lengths, here, start, t, largest_at, answer, column, mean_column):
    """Put word ``t``'s state where the layer's answer is made of it."""
    rows, units = h_next.shape
    for i in range(rows):
        row = start + i
        if not here[i]:
            continue
        if output == STATES:
            for j in range(units):
                answer[row, t, column, j] = h_next[i, j]
            continue
        share = np.float32(1 / lengths[row])
        for j in range(units):
            answer[row, 0, mean_column, j] += h_next[i, j] * share
        for j in range(units):
            if h_next[i, j] > answer[row, 0, column, j]:
                largest_at[row, j] = t
        for j in range(units):
            answer[row, 0, column, j] = max(answer[row, 0, column, j], h_next[i, j])


@compiled
def _tell_back(output, dh, lengths, here, start, t, largest_at, d_answer, column, mean_column):
    """The way back of ``_tell``: add to ``dh``."""
    rows, units = dh.shape
    for i in range(rows):
        row = start + i
        if not here[i]:
            continue
        if output == STATES:
            for j in range(units):
                dh[i, j] += d_answer[row, t, column, j]
            continue
        share = np.float32(1 / lengths[row])
        for j in range(units):
            dh[i, j] += d_answer[row, 0, mean_column, j] * share
        for j in range(units):
            if largest_at[row, j] == t:
                dh[i, j] += d_answer[row, 0, column, j]


@compiled
def _longest(lengths, start, rows):
    longest = 0
    for row in range(start, min(start + rows, len(lengths))):
        longest = max(longest, lengths[row])
    return longest


@compiled
def read(
    cell, reverse, output, first, last,
    x, lengths, keep_x, keep_h, kernel, recurrent, bias,
    states, memories, kept, largest_at, answer, column, mean_column,
):  # fmt: skip
    """Forward; fills ``states``, ``memories``, ``kept``, ``largest_at`` and its columns of ``answer``."""
    rows, units, size, wide = states.shape[2], states.shape[3], x.shape[2], kernel.shape[1]
    xt, room = np.empty((rows, size), np.float32), np.empty((rows, units), np.float32)
    wx, hu = np.empty((rows, wide), np.float32), np.empty((rows, wide), np.float32)
    gates_x, gates_h = wx.reshape(rows, -1, units), hu.reshape(rows, -1, units)
    here = np.empty(rows, np.bool_)
    for tile in range(first, last):
        start = tile * rows
        steps = _longest(lengths, start, rows)
        begin, end = (steps, 0) if reverse else (0, steps)
        states[tile, begin] = 0
        if cell == LSTM:
            memories[tile, begin] = 0
        if output == MAX_MEAN:
            for row in range(start, min(start + rows, len(x))):
                answer[row, 0, column] = -np.inf if lengths[row] else 0
        for step in range(steps):
            t = steps - 1 - step if reverse else step
            before, after = (t + 1, t) if reverse else (t, t + 1)
            h, h_next = states[tile, before], states[tile, after]
            _gather(x, lengths, keep_x, start, t, xt, here)
            np.dot(xt, kernel, wx)
            if cell != MIN_GRU:
                np.dot(_dropped(h, keep_h, start, room), recurrent, hu)
            if cell == SIMPLE_RNN:
                simple_rnn_step(gates_x, gates_h, bias, h, h_next, here)
            elif cell == LSTM:
                c, c_next = memories[tile, before], memories[tile, after]
                lstm_step(gates_x, gates_h, bias, h, h_next, c, c_next, kept[tile, t], here)
            elif cell == GRU:
                gru_step(gates_x, gates_h, bias, h, h_next, kept[tile, t], here)
            else:
                min_gru_step(gates_x, bias, h, h_next, kept[tile, t], here)
            if output != LAST:
                _tell(output, h_next, lengths, here, start, t, largest_at, answer, column, mean_column)
        if output == LAST:
            for i in range(min(rows, len(x) - start)):
                answer[start + i, 0, column] = states[tile, end, i]


@compiled
def read_back(
    cell, reverse, output, first, last,
    x, lengths, keep_x, keep_h, kernel, recurrent, bias,
    states, memories, kept, largest_at, d_answer, column, mean_column,
    d_x, d_kernel, d_recurrent, d_bias,
):  # fmt: skip
    """Backward; adds to ``d_x`` and to the gradients of the weights."""
    rows, units, size, wide = states.shape[2], states.shape[3], x.shape[2], kernel.shape[1]
    xt, room = np.empty((rows, size), np.float32), np.empty((rows, units), np.float32)
    dh, dc = np.empty((rows, units), np.float32), np.empty((rows, units), np.float32)
    d_wx, d_hu = np.empty((rows, wide), np.float32), np.empty((rows, wide), np.float32)
    d_gates_x, d_gates_h = d_wx.reshape(rows, -1, units), d_hu.reshape(rows, -1, units)
    d_xt, d_h = np.empty((rows, size), np.float32), np.empty((rows, units), np.float32)
    word_product, state_product = np.empty_like(d_kernel), np.empty_like(d_recurrent)
    to_word, to_state = kernel.T.copy(), recurrent.T.copy()
    here = np.empty(rows, np.bool_)
    for tile in range(first, last):
        start = tile * rows
        steps = _longest(lengths, start, rows)
        dh[:] = 0
        dc[:] = 0
        if output == LAST:
            for i in range(min(rows, len(x) - start)):
                dh[i] = d_answer[start + i, 0, column]
        for step in range(steps):
            t = step if reverse else steps - 1 - step
            before, after = (t + 1, t) if reverse else (t, t + 1)
            h, h_next = states[tile, before], states[tile, after]
            _gather(x, lengths, keep_x, start, t, xt, here)
            if output != LAST:
                _tell_back(output, dh, lengths, here, start, t, largest_at, d_answer, column, mean_column)
            if cell == SIMPLE_RNN:
                simple_rnn_gradient(dh, h_next, d_gates_x, here)
            elif cell == LSTM:
                c, c_next = memories[tile, before], memories[tile, after]
                lstm_gradient(dh, dc, c, c_next, kept[tile, t], d_gates_x, here)
            elif cell == GRU:
                gru_gradient(dh, h, kept[tile, t], d_gates_x, d_gates_h, here)
            else:
                min_gru_gradient(dh, h, kept[tile, t], d_gates_x, here)

            np.dot(xt.T, d_wx, word_product)
            _add(d_kernel, word_product)
            _add_rows(d_bias, 0, d_gates_x)
            np.dot(d_wx, to_word, d_xt)
            _scatter_add(d_x, d_xt, keep_x, start, t, here)
            if cell == MIN_GRU:
                continue
            part = d_hu if cell == GRU else d_wx
            np.dot(_dropped(h, keep_h, start, room).T, part, state_product)
            _add(d_recurrent, state_product)
            np.dot(part, to_state, d_h)
            _add(dh, _dropped(d_h, keep_h, start, room))
            if cell == GRU:
                _add_rows(d_bias, 1, d_gates_h)


def compile_loops() -> None:
    """Compile both loops into the cache beside this file, so that no run waits for it; twenty seconds, once.

    ``make`` calls it. Without it the first run compiles; where the folder cannot be written, Numba keeps its cache
    in the user's home.
    """
    numbers = np.zeros((1, 1, 1, 1, 1), np.float32)
    some = {axes: numbers.reshape((1,) * axes) for axes in range(2, 6)}
    given = (some[3], np.ones(1, np.int32), some[2], some[2], *_gru_weights())
    rest = (np.zeros((1, 2, 1, 1), np.float32), some[4], np.zeros((1, 1, 1, 4, 1), np.float32))
    columns = (np.zeros((1, 1), np.int32), some[4], 0, 1)
    read(GRU, False, STATES, 0, 1, *given, *rest, *columns)
    read_back(GRU, False, STATES, 0, 1, *given, *rest, *columns, some[3], *_gru_weights())


def _gru_weights() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of one unit that reads one number."""
    return np.zeros((1, 3), np.float32), np.zeros((1, 3), np.float32), np.zeros((2, 3, 1), np.float32)
