"""The cells' steps and the loop over the timesteps, forward and backward, for one direction; compiled by Numba.

TensorFlow turns every line into an operation over the whole batch, and at these sizes the number of operations is
what costs. ``forward.py`` has the same cells over whole arrays, as the textbooks write them, and names their papers.
The backward pass is backpropagation through time: P. Werbos, Proc. IEEE 78 (1990).

The batch is cut into tiles of a few rows. One core computes a tile from its first timestep to its last: it waits for
no other core, and what it multiplies stays in its cache.

Arrays of a whole direction. Time is the first axis, so that a tile's rows of one timestep are contiguous:

* ``x`` (words, batch, size); ``states`` and the LSTM's ``cell_states`` (words + 1, batch, units); ``saved``
  (words, batch, SAVED, units). Of the words + 1 states, word t is between t and t + 1: the forward direction
  computes state t + 1 from state t, the backward direction state t from state t + 1.
* ``out`` (words or 1, batch, blocks, units), of which ``column`` and ``mean_column`` belong to this direction.

Arrays of a tile at one timestep:

* ``gates`` (rows, blocks, units): the gates before their activation function; the GRU has ``wx`` and ``hu`` apart.
  ``bias`` (2, blocks, units): only the GRU has two of them.
* ``h``, ``h_next``, ``c``, ``c_next`` (rows, units): hidden state before and after the word; ``c`` is the LSTM's cell.
* ``saved`` (rows, SAVED, units): activations that the backward pass needs.
* ``mask`` (rows,): False at padding. There the state stays, and ``d_wx`` and ``d_hu`` are 0.
* ``dh``, ``dc`` (rows, units): the gradient of the state after the word; when a function returns, that of the state
  before it, without the part that runs through ``d_hu``.

All in one file that imports nothing of ours, because Numba's cache notices changes of this file alone: a function or
constant imported from elsewhere could change and the compiled code would not. Leaves out: memory and threads
(``recurrent_layer.py``).
"""
# Numba infers the types at the first call.
# mypy: disallow-untyped-defs=False, disallow-incomplete-defs=False, disallow-untyped-calls=False

from typing import Any, Literal

import llvmlite.binding
import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils
from numba.extending import intrinsic

Output = Literal["states", "last", "max_mean"]

# Integers, which compiled code compares fastest.
CELL_NUMBERS = {"SimpleRNN": 0, "LSTM": 1, "GRU": 2, "minGRU": 3}
SIMPLE_RNN, LSTM, GRU, MIN_GRU = CELL_NUMBERS.values()
OUTPUTS: tuple[Output, ...] = ("states", "last", "max_mean")
STATES, LAST, MAX_MEAN = range(3)

# Activations (rows, units) that each cell saves for the backward pass: its gates, and the GRU's h @ U before the reset.
SAVED = {"SimpleRNN": 0, "LSTM": 4, "GRU": 4, "minGRU": 2}

# "contract" lets a product and a sum be one instruction. NaN must propagate, so nothing is assumed about it.
compiled: Any = numba.njit(nogil=True, cache=True, error_model="numpy", fastmath={"contract", "nsz"})

_ONE, _HALF = np.float32(1), np.float32(0.5)

# tanh(x) as a quotient of polynomials on [-7.9, 7.9]; outside it is 1 to the last bit of a float32. The coefficients
# are Eigen's (generic_fast_tanh_float), which TensorFlow uses too. Unlike math.tanh, it is vectorized.
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


# What keeps these loops fast (measured): a loop over units uses few arrays and indexes them with its own counter,
# never with a sum, or it is vectorized badly; and no row is sliced first, which would count a reference.


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


# --- Products ---
# Our own and not a BLAS's: with AVX2 they take two thirds of OpenBLAS's time, with AVX-512 about the same
# (``benchmarks/products.py``), and an environment variable decides which of its kernels OpenBLAS runs. A block of the
# product is summed in registers, as in K. Goto and R. van de Geijn, "Anatomy of high-performance matrix
# multiplication", ACM TOMS 34 (2008). Their copies of the matrices are left out: these are in the cache already.


def _register_block() -> tuple[int, int, int]:
    """Numbers in a vector register; rows and vectors of a block whose sums fit the registers.

    At least eight sums are computed at a time, since each addition waits four cycles for the one before.
    """
    settings: Any = numba.core.config
    features = settings.CPU_FEATURES or llvmlite.binding.get_host_cpu_features().flatten()
    if "+avx512f" in features:
        return 16, 8, 2
    return (8 if "+avx2" in features else 4), 4, 2


LANES, BLOCK_ROWS, BLOCK_VECTORS = _register_block()
BLOCK_COLUMNS = LANES * BLOCK_VECTORS


def _block_of(rows: int, vectors: int, *, masked: bool = False) -> Any:
    """Code for one block of a product: ``rows`` by ``vectors`` vectors; if ``masked``, only their first columns.

    Addresses and strides are in bytes.
    """
    integer, number, bit = ir.IntType(64), ir.FloatType(), ir.IntType(1)
    vector, mask_type, index = ir.VectorType(number, LANES), ir.VectorType(bit, LANES), ir.IntType(32)

    def generate(context, builder, signature, arguments):
        a, a_row, a_column, b, b_row, c, c_row, depth, accumulate, columns = arguments
        zeros, first = ir.Constant(vector, None), ir.Constant(index, 0)

        def offset(start, *steps):
            for step, times in steps:
                times = ir.Constant(integer, times) if isinstance(times, int) else times
                start = builder.add(start, builder.mul(step, times))
            return start

        def broadcast(value, kind):
            single = builder.insert_element(ir.Constant(kind, ir.Undefined), value, first)
            return builder.shuffle_vector(single, single, ir.Constant(ir.VectorType(index, LANES), None))

        def intrinsic_function(name, result, *types):
            kind = ir.FunctionType(result, types)
            return cgutils.get_or_insert_function(builder.module, kind, f"llvm.masked.{name}.v{LANES}f32.p0")

        pointer, alignment = vector.as_pointer(), ir.Constant(index, 4)
        if masked:
            counts = ir.VectorType(integer, LANES)
            lanes = ir.Constant(counts, [ir.Constant(integer, lane) for lane in range(LANES)])
            mask = builder.icmp_signed("<", lanes, broadcast(columns, counts))
            masked_load = intrinsic_function("load", vector, pointer, index, mask_type, vector)
            masked_store = intrinsic_function("store", ir.VoidType(), vector, pointer, index, mask_type)

        def load(address):
            address = builder.inttoptr(address, pointer)
            if masked:
                return builder.call(masked_load, [address, alignment, mask, zeros])
            return builder.load(address, align=4)

        def store(value, address):
            address = builder.inttoptr(address, pointer)
            if masked:
                builder.call(masked_store, [value, address, alignment, mask])
            else:
                builder.store(value, address, align=4)

        width = ir.Constant(integer, 4 * LANES)
        block = {(i, v): offset(c, (c_row, i), (width, v)) for i in range(rows) for v in range(vectors)}
        sums = {
            key: cgutils.alloca_once_value(builder, builder.select(accumulate, load(address), zeros))
            for key, address in block.items()
        }
        with cgutils.for_range(builder, depth, intp=integer) as loop:
            row = [load(offset(b, (b_row, loop.index), (width, v))) for v in range(vectors)]
            for i in range(rows):
                address = offset(a, (a_row, i), (a_column, loop.index))
                factor = builder.load(builder.inttoptr(address, number.as_pointer()), align=4)
                factor = broadcast(factor, vector)
                for v in range(vectors):
                    # "contract": product and sum are one instruction where the processor has it
                    product = builder.fmul(factor, row[v], flags=("contract",))
                    total = builder.fadd(builder.load(sums[i, v]), product, flags=("contract",))
                    builder.store(total, sums[i, v])
        for key, address in block.items():
            store(builder.load(sums[key]), address)
        return context.get_dummy_value()

    def typed(typing, a, a_row, a_column, b, b_row, c, c_row, depth, accumulate, columns):
        return numba.types.void(*[numba.types.int64] * 8, numba.types.boolean, numba.types.int64), generate

    return intrinsic(typed)


_block, _row = _block_of(BLOCK_ROWS, BLOCK_VECTORS), _block_of(1, BLOCK_VECTORS)
_masked_block, _masked_row = _block_of(BLOCK_ROWS, 1, masked=True), _block_of(1, 1, masked=True)


@compiled
def multiply(a, b, c, accumulate):
    """``c = a @ b``, or with ``accumulate`` ``c += a @ b``: (rows, depth), (depth, columns) -> (rows, columns).

    The rows of ``b`` and ``c`` must be contiguous, ``a`` may be transposed. Every number is summed from the first
    product to the last, so it does not depend on the block that it is in.
    """
    rows, columns, depth = c.shape[0], c.shape[1], b.shape[0]
    (a_row, a_column), b_row, c_row = a.strides, b.strides[0], c.strides[0]
    # Columns in the outer loop: the part of ``b`` that they need stays in the first cache for all rows.
    j = 0
    while j < columns:
        full_width = columns - j >= BLOCK_COLUMNS
        lanes = min(LANES, columns - j)
        a_at, b_at, c_at = a.ctypes.data, b.ctypes.data + 4 * j, c.ctypes.data + 4 * j
        i = 0
        while i < rows:
            full_height = rows - i >= BLOCK_ROWS
            if full_height and full_width:
                _block(a_at, a_row, a_column, b_at, b_row, c_at, c_row, depth, accumulate, lanes)
            elif full_width:
                _row(a_at, a_row, a_column, b_at, b_row, c_at, c_row, depth, accumulate, lanes)
            elif full_height:
                _masked_block(a_at, a_row, a_column, b_at, b_row, c_at, c_row, depth, accumulate, lanes)
            else:
                _masked_row(a_at, a_row, a_column, b_at, b_row, c_at, c_row, depth, accumulate, lanes)
            done = BLOCK_ROWS if full_height else 1
            a_at, c_at, i = a_at + done * a_row, c_at + done * c_row, i + done
        j += BLOCK_COLUMNS if full_width else LANES


# --- SimpleRNN ---


@compiled
def simple_rnn_step(gates, bias, h, h_next, mask):
    rows, units = h.shape
    for i in range(rows):
        if not mask[i]:
            copy_row(h_next, h, i)
            continue
        for j in range(units):
            h_next[i, j] = tanh(gates[i, 0, j] + bias[0, 0, j])


@compiled
def simple_rnn_gradient(dh, h_next, d_wx, mask):
    rows, units = dh.shape
    for i in range(rows):
        if not mask[i]:
            _clear_gates(d_wx, i)
            continue
        for j in range(units):
            d_wx[i, 0, j] = dh[i, j] * (_ONE - h_next[i, j] * h_next[i, j])
        clear_row(dh, i)


# --- LSTM: gates in the order i, f, g, o ---


@compiled
def lstm_step(gates, bias, h, h_next, c, c_next, saved, mask):
    rows, units = h.shape
    for i in range(rows):
        if not mask[i]:
            copy_row(c_next, c, i)
            copy_row(h_next, h, i)
            continue
        for k in (0, 1, 3):
            for j in range(units):
                saved[i, k, j] = sigmoid(gates[i, k, j] + bias[0, k, j])
        for j in range(units):
            saved[i, 2, j] = tanh(gates[i, 2, j] + bias[0, 2, j])
        for j in range(units):
            c_next[i, j] = saved[i, 1, j] * c[i, j] + saved[i, 0, j] * saved[i, 2, j]
        for j in range(units):
            h_next[i, j] = saved[i, 3, j] * tanh(c_next[i, j])


@compiled
def lstm_gradient(dh, dc, c, c_next, saved, d_wx, mask):
    rows, units = dh.shape
    for i in range(rows):
        if not mask[i]:
            _clear_gates(d_wx, i)
            continue
        for j in range(units):
            tanh_c, o = tanh(c_next[i, j]), saved[i, 3, j]
            d_wx[i, 3, j] = dh[i, j] * tanh_c * o * (_ONE - o)
            dc[i, j] += dh[i, j] * o * (_ONE - tanh_c * tanh_c)
        for j in range(units):
            gate = saved[i, 0, j]
            d_wx[i, 0, j] = dc[i, j] * saved[i, 2, j] * gate * (_ONE - gate)
        for j in range(units):
            f = saved[i, 1, j]
            d_wx[i, 1, j] = dc[i, j] * c[i, j] * f * (_ONE - f)
        for j in range(units):
            g = saved[i, 2, j]
            d_wx[i, 2, j] = dc[i, j] * saved[i, 0, j] * (_ONE - g * g)
        for j in range(units):
            dc[i, j] *= saved[i, 1, j]
        clear_row(dh, i)


# --- GRU: gates in the order z, r, g; saved[:, 3] is h @ U before the reset gate ---
# No loop reads one block of an array and writes another: it would not be vectorized.


@compiled
def gru_step(wx, hu, bias, h, h_next, saved, mask):
    rows, units = h.shape
    for i in range(rows):
        if not mask[i]:
            copy_row(h_next, h, i)
            continue
        for k in (0, 1):
            for j in range(units):
                saved[i, k, j] = sigmoid(wx[i, k, j] + hu[i, k, j] + (bias[0, k, j] + bias[1, k, j]))
        for j in range(units):
            saved[i, 3, j] = hu[i, 2, j] + bias[1, 2, j]
        for j in range(units):  # h_next is first the candidate, then the mix
            h_next[i, j] = tanh(wx[i, 2, j] + bias[0, 2, j] + saved[i, 1, j] * saved[i, 3, j])
        for j in range(units):
            saved[i, 2, j] = h_next[i, j]
        for j in range(units):
            h_next[i, j] += saved[i, 0, j] * (h[i, j] - h_next[i, j])


@compiled
def gru_gradient(dh, h, saved, d_wx, d_hu, mask):
    rows, units = dh.shape
    for i in range(rows):
        if not mask[i]:
            _clear_gates(d_wx, i)
            _clear_gates(d_hu, i)
            continue
        for j in range(units):  # the candidate's gradient, until r is applied to it below
            z, g = saved[i, 0, j], saved[i, 2, j]
            d_hu[i, 2, j] = dh[i, j] * (_ONE - z) * (_ONE - g * g)
        for j in range(units):
            z = saved[i, 0, j]
            d_wx[i, 0, j] = dh[i, j] * (h[i, j] - saved[i, 2, j]) * z * (_ONE - z)
        for j in range(units):
            r = saved[i, 1, j]
            d_wx[i, 1, j] = d_hu[i, 2, j] * saved[i, 3, j] * r * (_ONE - r)
        for j in range(units):
            d_wx[i, 2, j] = d_hu[i, 2, j]
        for k in (0, 1):
            for j in range(units):
                d_hu[i, k, j] = d_wx[i, k, j]
        for j in range(units):
            d_hu[i, 2, j] *= saved[i, 1, j]
        for j in range(units):
            dh[i, j] *= saved[i, 0, j]


# --- minGRU: gates in the order z, g ---


@compiled
def min_gru_step(gates, bias, h, h_next, saved, mask):
    rows, units = h.shape
    for i in range(rows):
        if not mask[i]:
            copy_row(h_next, h, i)
            continue
        for j in range(units):
            saved[i, 0, j] = sigmoid(gates[i, 0, j] + bias[0, 0, j])
        for j in range(units):
            saved[i, 1, j] = gates[i, 1, j] + bias[0, 1, j]
        for j in range(units):
            h_next[i, j] = h[i, j] + saved[i, 0, j] * (saved[i, 1, j] - h[i, j])


@compiled
def min_gru_gradient(dh, h, saved, d_wx, mask):
    rows, units = dh.shape
    for i in range(rows):
        if not mask[i]:
            _clear_gates(d_wx, i)
            continue
        for j in range(units):
            z = saved[i, 0, j]
            d_wx[i, 0, j] = dh[i, j] * (saved[i, 1, j] - h[i, j]) * z * (_ONE - z)
        for j in range(units):
            d_wx[i, 1, j] = dh[i, j] * saved[i, 0, j]
        for j in range(units):
            dh[i, j] *= _ONE - saved[i, 0, j]


# --- The loop over the timesteps ---


@compiled
def _fill_mask(lengths, start, t, mask):
    """Set ``mask`` where a row of the tile that begins at ``start`` has a word ``t``; return whether all have one."""
    no_padding = True
    for i in range(len(mask)):
        mask[i] = t < lengths[start + i]
        no_padding = no_padding and mask[i]
    return no_padding


@compiled
def _with_dropout(values, keep, start, mask, no_padding, buffer):
    """Inputs or hidden states after dropout, (rows, size): ``values``, or a copy in ``buffer``.

    Padding is 0 in the copy, since ``values`` may hold anything there.

    Args:
        keep: (batch, size), what dropout multiplies by; (0, 0) without dropout.
    """
    if no_padding and not len(keep):
        return values
    for i in range(len(values)):
        if not mask[i]:
            clear_row(buffer, i)
        elif len(keep):
            for j in range(values.shape[1]):
                buffer[i, j] = values[i, j] * keep[start + i, j]
        else:
            copy_row(buffer, values, i)
    return buffer


@compiled
def _input_gradient(d_gates, weights_t, keep, start, buffer, total, accumulate):
    """Gradient of the values before dropout: set ``total`` (rows, size) to it, or with ``accumulate`` add it.

    Args:
        d_gates: (rows, blocks * units), of the gates.
        weights_t: (blocks * units, size), what multiplied the values, transposed.
        keep: as of :func:`_with_dropout`.
    """
    if not len(keep):
        multiply(d_gates, weights_t, total, accumulate)
        return
    multiply(d_gates, weights_t, buffer, False)
    for i in range(len(buffer)):
        for j in range(buffer.shape[1]):
            before = total[i, j] if accumulate else np.float32(0)
            total[i, j] = before + buffer[i, j] * keep[start + i, j]


@compiled
def _add_rows(total, part):
    """Add all rows of ``part`` (rows, blocks, units) to ``total`` (blocks, units)."""
    for i in range(part.shape[0]):
        for block in range(part.shape[1]):
            for j in range(part.shape[2]):
                total[block, j] += part[i, block, j]


@compiled
def _write_output(output, h_next, lengths, mask, start, t, largest_at, out, column, mean_column):
    """Add word ``t``'s state to the layer's output: all states, or each unit's largest and mean."""
    rows, units = h_next.shape
    for i in range(rows):
        row = start + i
        if output == STATES:
            if mask[i]:
                for j in range(units):
                    out[t, row, column, j] = h_next[i, j]
            else:
                for j in range(units):
                    out[t, row, column, j] = 0
            continue
        if not mask[i]:
            continue
        share = np.float32(1 / lengths[row])
        for j in range(units):
            out[0, row, mean_column, j] += h_next[i, j] * share
        for j in range(units):
            if h_next[i, j] > out[0, row, column, j]:
                largest_at[row, j] = t
        for j in range(units):
            out[0, row, column, j] = max(out[0, row, column, j], h_next[i, j])


@compiled
def _add_output_gradient(output, dh, lengths, mask, start, t, largest_at, d_out, column, mean_column):
    """Add to ``dh`` what the gradient of :func:`_write_output` sends to word ``t``'s state."""
    rows, units = dh.shape
    for i in range(rows):
        row = start + i
        if not mask[i]:
            continue
        if output == STATES:
            for j in range(units):
                dh[i, j] += d_out[t, row, column, j]
            continue
        share = np.float32(1 / lengths[row])
        for j in range(units):
            dh[i, j] += d_out[0, row, mean_column, j] * share
        for j in range(units):
            if largest_at[row, j] == t:
                dh[i, j] += d_out[0, row, column, j]


@compiled
def forward_pass(
    cell, reverse, output, first, last, tile,
    x, lengths, keep_x, keep_h, kernel, recurrent, bias,
    states, cell_states, saved, largest_at, out, column, mean_column,
):  # fmt: skip
    """The forward pass of rows ``first`` to ``last``, ``tile`` rows at a time.

    Fills ``states``, ``cell_states``, ``saved``, ``largest_at`` and this direction's columns of ``out``.
    """
    size, width, units = x.shape[2], kernel.shape[1], states.shape[2]
    for start in range(first, last, tile):
        stop = min(start + tile, last)
        rows = stop - start
        steps = lengths[start:stop].max()
        buffer_x, buffer_h = np.empty((rows, size), np.float32), np.empty((rows, units), np.float32)
        wx, hu = np.empty((rows, width), np.float32), np.empty((rows, width), np.float32)
        gates_x, gates_h = wx.reshape(rows, -1, units), hu.reshape(rows, -1, units)
        mask = np.empty(rows, np.bool_)
        begin, end = (steps, 0) if reverse else (0, steps)
        states[begin, start:stop] = 0
        if cell == LSTM:
            cell_states[begin, start:stop] = 0
        if output == STATES:
            out[steps:, start:stop, column] = 0
        else:
            out[0, start:stop, column] = 0
        if output == MAX_MEAN:
            out[0, start:stop, mean_column] = 0
            for row in range(start, stop):
                if lengths[row]:
                    out[0, row, column] = -np.inf
        for step in range(steps):
            t = steps - 1 - step if reverse else step
            before, after = (t + 1, t) if reverse else (t, t + 1)
            h, h_next = states[before, start:stop], states[after, start:stop]
            no_padding = _fill_mask(lengths, start, t, mask)
            x_in = _with_dropout(x[t, start:stop], keep_x, start, mask, no_padding, buffer_x)
            multiply(x_in, kernel, wx, False)
            if cell != MIN_GRU:
                h_in = _with_dropout(h, keep_h, start, mask, True, buffer_h)
                multiply(h_in, recurrent, hu if cell == GRU else wx, cell != GRU)
            if cell == SIMPLE_RNN:
                simple_rnn_step(gates_x, bias, h, h_next, mask)
            elif cell == LSTM:
                c, c_next = cell_states[before, start:stop], cell_states[after, start:stop]
                lstm_step(gates_x, bias, h, h_next, c, c_next, saved[t, start:stop], mask)
            elif cell == GRU:
                gru_step(gates_x, gates_h, bias, h, h_next, saved[t, start:stop], mask)
            else:
                min_gru_step(gates_x, bias, h, h_next, saved[t, start:stop], mask)
            if output != LAST:
                _write_output(output, h_next, lengths, mask, start, t, largest_at, out, column, mean_column)
        if output == LAST:
            out[0, start:stop, column] = states[end, start:stop]


@compiled
def backward_pass(
    cell, reverse, output, first, last, tile,
    x, lengths, keep_x, keep_h, kernel, recurrent, bias,
    states, cell_states, saved, largest_at, d_out, column, mean_column,
    accumulate, d_x, d_kernel, d_recurrent, d_bias,
):  # fmt: skip
    """Backpropagation through time over the same rows.

    Adds to the gradients of the weights. Fills its rows of ``d_x``, or with ``accumulate`` adds to them.
    """
    size, width, units = x.shape[2], kernel.shape[1], states.shape[2]
    kernel_t, recurrent_t = kernel.T.copy(), recurrent.T.copy()
    for start in range(first, last, tile):
        stop = min(start + tile, last)
        rows = stop - start
        steps = lengths[start:stop].max()
        buffer_x, buffer_h = np.empty((rows, size), np.float32), np.empty((rows, units), np.float32)
        dh, dc = np.zeros((rows, units), np.float32), np.zeros((rows, units), np.float32)
        d_wx, d_hu = np.empty((rows, width), np.float32), np.empty((rows, width), np.float32)
        d_gates_x, d_gates_h = d_wx.reshape(rows, -1, units), d_hu.reshape(rows, -1, units)
        mask = np.empty(rows, np.bool_)
        if output == LAST:
            dh[:] = d_out[0, start:stop, column]
        if not accumulate:
            d_x[steps:, start:stop] = 0
        for step in range(steps):
            t = step if reverse else steps - 1 - step
            before, after = (t + 1, t) if reverse else (t, t + 1)
            h, h_next = states[before, start:stop], states[after, start:stop]
            no_padding = _fill_mask(lengths, start, t, mask)
            if output != LAST:
                _add_output_gradient(
                    output, dh, lengths, mask, start, t, largest_at, d_out, column, mean_column
                )
            if cell == SIMPLE_RNN:
                simple_rnn_gradient(dh, h_next, d_gates_x, mask)
            elif cell == LSTM:
                c, c_next = cell_states[before, start:stop], cell_states[after, start:stop]
                lstm_gradient(dh, dc, c, c_next, saved[t, start:stop], d_gates_x, mask)
            elif cell == GRU:
                gru_gradient(dh, h, saved[t, start:stop], d_gates_x, d_gates_h, mask)
            else:
                min_gru_gradient(dh, h, saved[t, start:stop], d_gates_x, mask)

            x_in = _with_dropout(x[t, start:stop], keep_x, start, mask, no_padding, buffer_x)
            multiply(x_in.T, d_wx, d_kernel, True)
            _add_rows(d_bias[0], d_gates_x)
            _input_gradient(d_wx, kernel_t, keep_x, start, buffer_x, d_x[t, start:stop], accumulate)
            if cell == MIN_GRU:
                continue
            part = d_hu if cell == GRU else d_wx
            h_in = _with_dropout(h, keep_h, start, mask, True, buffer_h)
            multiply(h_in.T, part, d_recurrent, True)
            _input_gradient(part, recurrent_t, keep_h, start, buffer_h, dh, True)
            if cell == GRU:
                _add_rows(d_bias[1], d_gates_h)


def compile_loops() -> None:
    """Compile both loops into the cache beside this file, so that no run waits for it; takes 20 s, once.

    ``make`` calls it. Without it the first run compiles; if the folder cannot be written, Numba keeps its cache in
    the user's home.
    """
    zero = np.zeros((1, 1, 1, 1), np.float32)
    zeros = {axes: zero.reshape((1,) * axes) for axes in range(2, 5)}
    inputs = (zeros[3], np.ones(1, np.int32), zeros[2], zeros[2], *_gru_weights())
    saved = (np.zeros((2, 1, 1), np.float32), zeros[3], np.zeros((1, 1, 4, 1), np.float32))
    columns = (np.zeros((1, 1), np.int32), zeros[4], 0, 1)
    forward_pass(GRU, False, STATES, 0, 1, 1, *inputs, *saved, *columns)
    backward_pass(GRU, False, STATES, 0, 1, 1, *inputs, *saved, *columns, False, zeros[3], *_gru_weights())


def _gru_weights() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Kernel, recurrent kernel and bias of one unit with one input."""
    return np.zeros((1, 3), np.float32), np.zeros((1, 3), np.float32), np.zeros((2, 3, 1), np.float32)
