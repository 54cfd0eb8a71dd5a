"""The loop over the words, forward and back, for one direction of a recurrent layer; compiled by Numba.

The batch is cut into tiles of a few rows. A tile is read from its first word to its last by one core: no waiting for
the other, and what it multiplies stays in that core's cache. ``np.dot`` is OpenBLAS's sgemm here too.

Shapes: x (batch, words, size); states and memories (tiles, words + 1, rows, units), the latter for the LSTM's c; kept
(tiles, words, rows, KEPT, units); answer (batch, words or 1, blocks, units), of which ``column`` and ``mean_column``
are this direction's. In the row of words + 1 states, word t stands between t and t + 1: read forward it makes state
t + 1 of state t, read in reverse state t of state t + 1.

Leaves out: what a cell does at a word (``cells.py``), memory and threads (``recurrence.py``).
"""
# Numba finds the types at the first call.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False

from typing import Literal

import numpy as np

from core.rnn import cells
from core.rnn.cells import compiled
from core.rnn.config import CELLS

Output = Literal["states", "last", "max_mean"]
OUTPUTS: tuple[Output, ...] = ("states", "last", "max_mean")

# Numbers, as compiled code compares them quickest.
STATES, LAST, MAX_MEAN = range(3)
SIMPLE_RNN, LSTM, GRU, MIN_GRU = (CELLS.index(cell) for cell in ("SimpleRNN", "LSTM", "GRU", "minGRU"))


@compiled
def _gather(x, lengths, keep_x, start, t, xt, here):
    """Word ``t`` of the tile's rows into ``xt`` (rows, size), and which rows have such a word into ``here``."""
    rows, size = xt.shape
    for i in range(rows):
        row = start + i
        here[i] = row < len(x) and t < lengths[row]
        if not here[i]:
            cells.clear_row(xt, i)
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
            cells.clear_row(room, i)
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
                cells.simple_rnn_step(gates_x, gates_h, bias, h, h_next, here)
            elif cell == LSTM:
                c, c_next = memories[tile, before], memories[tile, after]
                cells.lstm_step(gates_x, gates_h, bias, h, h_next, c, c_next, kept[tile, t], here)
            elif cell == GRU:
                cells.gru_step(gates_x, gates_h, bias, h, h_next, kept[tile, t], here)
            else:
                cells.min_gru_step(gates_x, bias, h, h_next, kept[tile, t], here)
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
                cells.simple_rnn_gradient(dh, h_next, d_gates_x, here)
            elif cell == LSTM:
                c, c_next = memories[tile, before], memories[tile, after]
                cells.lstm_gradient(dh, dc, c, c_next, kept[tile, t], d_gates_x, here)
            elif cell == GRU:
                cells.gru_gradient(dh, h, kept[tile, t], d_gates_x, d_gates_h, here)
            else:
                cells.min_gru_gradient(dh, h, kept[tile, t], d_gates_x, here)

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
