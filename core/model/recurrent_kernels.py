"""The cells' steps and the loop over the words, forward and back, for one direction of a layer; compiled by Numba.

TensorFlow, left to itself, would turn every line into an operation over the whole batch, and at these sizes it is the
number of operations that costs. The textbook's form of the same cells, over whole arrays, is ``forward.py``, which
names the sources. The way back is backpropagation through time: P. Werbos, Proc. IEEE 78 (1990).

The batch is cut into tiles of a few rows. A tile is read from its first word to its last by one core: no waiting for
the other, and what it multiplies stays in that core's cache.

Of a whole direction; words come first, so that a tile's rows at one word lie side by side and need no copying:

* ``x`` (words, batch, size), ``states`` and for the LSTM's c ``memories`` (words + 1, batch, units), ``kept``
  (words, batch, KEPT, units). In the row of words + 1 states, word t stands between t and t + 1: read forward
  it makes state t + 1 of state t, read in reverse state t of state t + 1.
* ``answer`` (words or 1, batch, blocks, units), of which ``column`` and ``mean_column`` are this direction's.

Of a tile at one word:

* ``gates`` (rows, blocks, units): what the word and the state say to them, not yet squashed; of the GRU ``wx`` and
  ``hu`` apart. ``bias`` (2, blocks, units): what is added to each, only the GRU's has two parts.
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

import llvmlite.binding
import numba
import numpy as np
from llvmlite import ir
from numba.core import cgutils
from numba.extending import intrinsic

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


# --- Products ---
# Made here and not asked of a BLAS: with AVX2 these take two thirds of OpenBLAS's time, with AVX-512 about the same
# (``benchmarks/products.py``), and which of its codes OpenBLAS takes hangs on an environment variable. A block of the
# answer is summed in registers, as in K. Goto and R. van de Geijn, "Anatomy of high-performance matrix
# multiplication", ACM TOMS 34 (2008), whose copies of the matrices are left out: these are in the cache already.


def _register_block() -> tuple[int, int, int]:
    """Numbers a vector register holds; rows and vectors of a block whose sums the registers can hold.

    At least eight sums must be under way at a time, since each addition waits four cycles for the one before.
    """
    settings: Any = numba.core.config
    features = settings.CPU_FEATURES or llvmlite.binding.get_host_cpu_features().flatten()
    if "+avx512f" in features:
        return 16, 8, 2
    return (8 if "+avx2" in features else 4), 4, 2


LANES, BLOCK_ROWS, BLOCK_VECTORS = _register_block()
BLOCK_COLUMNS = LANES * BLOCK_VECTORS


def _block_of(rows: int, vectors: int, *, masked: bool = False) -> Any:
    """What compiles to one block of the answer: ``rows`` by ``vectors`` vectors, where ``masked`` their first columns.

    Addresses, and distances between rows and between columns, are in bytes.
    """
    integer, number, bit = ir.IntType(64), ir.FloatType(), ir.IntType(1)
    vector, flags, place = ir.VectorType(number, LANES), ir.VectorType(bit, LANES), ir.IntType(32)

    def generate(context, builder, signature, given):
        a, a_row, a_column, b, b_row, c, c_row, depth, adds, columns = given
        nothing, first = ir.Constant(vector, None), ir.Constant(place, 0)

        def at(start, *steps):
            for step, times in steps:
                times = ir.Constant(integer, times) if isinstance(times, int) else times
                start = builder.add(start, builder.mul(step, times))
            return start

        def repeated(value, kind):
            some = builder.insert_element(ir.Constant(kind, ir.Undefined), value, first)
            return builder.shuffle_vector(some, some, ir.Constant(ir.VectorType(place, LANES), None))

        def function(name, answer, *arguments):
            kind = ir.FunctionType(answer, arguments)
            return cgutils.get_or_insert_function(builder.module, kind, f"llvm.masked.{name}.v{LANES}f32.p0")

        pointer, alignment = vector.as_pointer(), ir.Constant(place, 4)
        if masked:
            counts = ir.VectorType(integer, LANES)
            lanes = ir.Constant(counts, [ir.Constant(integer, lane) for lane in range(LANES)])
            shown = builder.icmp_signed("<", lanes, repeated(columns, counts))
            masked_load = function("load", vector, pointer, place, flags, vector)
            masked_store = function("store", ir.VoidType(), vector, pointer, place, flags)

        def load(address):
            address = builder.inttoptr(address, pointer)
            if masked:
                return builder.call(masked_load, [address, alignment, shown, nothing])
            return builder.load(address, align=4)

        def store(value, address):
            address = builder.inttoptr(address, pointer)
            if masked:
                builder.call(masked_store, [value, address, alignment, shown])
            else:
                builder.store(value, address, align=4)

        width = ir.Constant(integer, 4 * LANES)
        block = {(i, v): at(c, (c_row, i), (width, v)) for i in range(rows) for v in range(vectors)}
        sums = {
            key: cgutils.alloca_once_value(builder, builder.select(adds, load(address), nothing))
            for key, address in block.items()
        }
        with cgutils.for_range(builder, depth, intp=integer) as loop:
            row = [load(at(b, (b_row, loop.index), (width, v))) for v in range(vectors)]
            for i in range(rows):
                address = at(a, (a_row, i), (a_column, loop.index))
                one = builder.load(builder.inttoptr(address, number.as_pointer()), align=4)
                one = repeated(one, vector)
                for v in range(vectors):
                    # "contract": product and sum are one instruction where the processor has it
                    product = builder.fmul(one, row[v], flags=("contract",))
                    total = builder.fadd(builder.load(sums[i, v]), product, flags=("contract",))
                    builder.store(total, sums[i, v])
        for key, address in block.items():
            store(builder.load(sums[key]), address)
        return context.get_dummy_value()

    def typed(typing, a, a_row, a_column, b, b_row, c, c_row, depth, adds, columns):
        return numba.types.void(*[numba.types.int64] * 8, numba.types.boolean, numba.types.int64), generate

    return intrinsic(typed)


_block, _row = _block_of(BLOCK_ROWS, BLOCK_VECTORS), _block_of(1, BLOCK_VECTORS)
_masked_block, _masked_row = _block_of(BLOCK_ROWS, 1, masked=True), _block_of(1, 1, masked=True)


@compiled
def multiply(a, b, c, adds):
    """``c = a @ b``; where it ``adds``, ``c += a @ b``. In ``b`` and ``c`` a row lies together; ``a`` may be turned.

    Every number is summed from the first product to the last, so it is the same in whichever block it stands.
    """
    rows, columns, depth = c.shape[0], c.shape[1], b.shape[0]
    (a_row, a_column), b_row, c_row = a.strides, b.strides[0], c.strides[0]
    # Columns outside: the part of ``b`` that they need stays in the first cache for all rows.
    j = 0
    while j < columns:
        wide = columns - j >= BLOCK_COLUMNS
        shown = min(LANES, columns - j)
        a_at, b_at, c_at = a.ctypes.data, b.ctypes.data + 4 * j, c.ctypes.data + 4 * j
        i = 0
        while i < rows:
            high = rows - i >= BLOCK_ROWS
            if high and wide:
                _block(a_at, a_row, a_column, b_at, b_row, c_at, c_row, depth, adds, shown)
            elif wide:
                _row(a_at, a_row, a_column, b_at, b_row, c_at, c_row, depth, adds, shown)
            elif high:
                _masked_block(a_at, a_row, a_column, b_at, b_row, c_at, c_row, depth, adds, shown)
            else:
                _masked_row(a_at, a_row, a_column, b_at, b_row, c_at, c_row, depth, adds, shown)
            done = BLOCK_ROWS if high else 1
            a_at, c_at, i = a_at + done * a_row, c_at + done * c_row, i + done
        j += BLOCK_COLUMNS if wide else LANES


# --- SimpleRNN ---


@compiled
def simple_rnn_step(gates, bias, h, h_next, here):
    rows, units = h.shape
    for i in range(rows):
        if not here[i]:
            copy_row(h_next, h, i)
            continue
        for j in range(units):
            h_next[i, j] = tanh(gates[i, 0, j] + bias[0, 0, j])


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
def lstm_step(gates, bias, h, h_next, c, c_next, kept, here):
    rows, units = h.shape
    for i in range(rows):
        if not here[i]:
            copy_row(c_next, c, i)
            copy_row(h_next, h, i)
            continue
        for k in (0, 1, 3):
            for j in range(units):
                kept[i, k, j] = sigmoid(gates[i, k, j] + bias[0, k, j])
        for j in range(units):
            kept[i, 2, j] = tanh(gates[i, 2, j] + bias[0, 2, j])
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
# No loop writes a block of an array of which it reads another: it would not be vectorized.


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
        for j in range(units):  # h_next is first the candidate, then what z makes of it
            h_next[i, j] = tanh(wx[i, 2, j] + bias[0, 2, j] + kept[i, 1, j] * kept[i, 3, j])
        for j in range(units):
            kept[i, 2, j] = h_next[i, j]
        for j in range(units):
            h_next[i, j] += kept[i, 0, j] * (h[i, j] - h_next[i, j])


@compiled
def gru_gradient(dh, h, kept, d_wx, d_hu, here):
    rows, units = dh.shape
    for i in range(rows):
        if not here[i]:
            _clear_gates(d_wx, i)
            _clear_gates(d_hu, i)
            continue
        for j in range(units):  # the candidate's gradient, until r is applied to it below
            z, g = kept[i, 0, j], kept[i, 2, j]
            d_hu[i, 2, j] = dh[i, j] * (_ONE - z) * (_ONE - g * g)
        for j in range(units):
            z = kept[i, 0, j]
            d_wx[i, 0, j] = dh[i, j] * (h[i, j] - kept[i, 2, j]) * z * (_ONE - z)
        for j in range(units):
            r = kept[i, 1, j]
            d_wx[i, 1, j] = d_hu[i, 2, j] * kept[i, 3, j] * r * (_ONE - r)
        for j in range(units):
            d_wx[i, 2, j] = d_hu[i, 2, j]
        for k in (0, 1):
            for j in range(units):
                d_hu[i, k, j] = d_wx[i, k, j]
        for j in range(units):
            d_hu[i, 2, j] *= kept[i, 1, j]
        for j in range(units):
            dh[i, j] *= kept[i, 0, j]


# --- minGRU: z, g stand in this order ---


@compiled
def min_gru_step(gates, bias, h, h_next, kept, here):
    rows, units = h.shape
    for i in range(rows):
        if not here[i]:
            copy_row(h_next, h, i)
            continue
        for j in range(units):
            kept[i, 0, j] = sigmoid(gates[i, 0, j] + bias[0, 0, j])
        for j in range(units):
            kept[i, 1, j] = gates[i, 1, j] + bias[0, 1, j]
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
def _mark(lengths, start, t, here):
    """Which rows of the tile that begins at ``start`` have a word ``t``, into ``here``; whether all have."""
    everywhere = True
    for i in range(len(here)):
        here[i] = t < lengths[start + i]
        everywhere = everywhere and here[i]
    return everywhere


@compiled
def _seen(given, keep, start, here, everywhere, room):
    """Words or states as a kernel sees them, (rows, numbers): ``given``, or a copy in ``room``.

    A copy where dropout hides numbers, and of words where rows have ended: what stands there may be anything.
    """
    if everywhere and not len(keep):
        return given
    for i in range(len(given)):
        if not here[i]:
            clear_row(room, i)
        elif len(keep):
            for j in range(given.shape[1]):
                room[i, j] = given[i, j] * keep[start + i, j]
        else:
            copy_row(room, given, i)
    return room


@compiled
def _back(d_gates, to, keep, start, room, total, adds):
    """The way back of ``_seen`` and its product: ``d_gates @ to`` becomes ``total`` or, where it ``adds``, a part."""
    if not len(keep):
        multiply(d_gates, to, total, adds)
        return
    multiply(d_gates, to, room, False)
    for i in range(len(room)):
        for j in range(room.shape[1]):
            before = total[i, j] if adds else np.float32(0)
            total[i, j] = before + room[i, j] * keep[start + i, j]


@compiled
def _add_rows(total, part):
    """Add all rows of ``part`` (rows, blocks, units) to ``total`` (blocks, units)."""
    for i in range(part.shape[0]):
        for block in range(part.shape[1]):
            for j in range(part.shape[2]):
                total[block, j] += part[i, block, j]


@compiled
def _tell(output, h_next, lengths, here, start, t, largest_at, answer, column, mean_column):
    """Put word ``t``'s state where the layer's answer is made of it."""
    rows, units = h_next.shape
    for i in range(rows):
        row = start + i
        if output == STATES:
            if here[i]:
                for j in range(units):
                    answer[t, row, column, j] = h_next[i, j]
            else:
                for j in range(units):
                    answer[t, row, column, j] = 0
            continue
        if not here[i]:
            continue
        share = np.float32(1 / lengths[row])
        for j in range(units):
            answer[0, row, mean_column, j] += h_next[i, j] * share
        for j in range(units):
            if h_next[i, j] > answer[0, row, column, j]:
                largest_at[row, j] = t
        for j in range(units):
            answer[0, row, column, j] = max(answer[0, row, column, j], h_next[i, j])


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
                dh[i, j] += d_answer[t, row, column, j]
            continue
        share = np.float32(1 / lengths[row])
        for j in range(units):
            dh[i, j] += d_answer[0, row, mean_column, j] * share
        for j in range(units):
            if largest_at[row, j] == t:
                dh[i, j] += d_answer[0, row, column, j]


@compiled
def read(
    cell, reverse, output, first, last, tile,
    x, lengths, keep_x, keep_h, kernel, recurrent, bias,
    states, memories, kept, largest_at, answer, column, mean_column,
):  # fmt: skip
    """Rows ``first`` to ``last`` forward, ``tile`` at a time.

    Fills ``states``, ``memories``, ``kept``, ``largest_at`` and its columns of ``answer``.
    """
    size, wide, units = x.shape[2], kernel.shape[1], states.shape[2]
    for start in range(first, last, tile):
        stop = min(start + tile, last)
        rows = stop - start
        steps = lengths[start:stop].max()
        room_x, room_h = np.empty((rows, size), np.float32), np.empty((rows, units), np.float32)
        wx, hu = np.empty((rows, wide), np.float32), np.empty((rows, wide), np.float32)
        gates_x, gates_h = wx.reshape(rows, -1, units), hu.reshape(rows, -1, units)
        here = np.empty(rows, np.bool_)
        begin, end = (steps, 0) if reverse else (0, steps)
        states[begin, start:stop] = 0
        if cell == LSTM:
            memories[begin, start:stop] = 0
        if output == STATES:
            answer[steps:, start:stop, column] = 0
        else:
            answer[0, start:stop, column] = 0
        if output == MAX_MEAN:
            answer[0, start:stop, mean_column] = 0
            for row in range(start, stop):
                if lengths[row]:
                    answer[0, row, column] = -np.inf
        for step in range(steps):
            t = steps - 1 - step if reverse else step
            before, after = (t + 1, t) if reverse else (t, t + 1)
            h, h_next = states[before, start:stop], states[after, start:stop]
            everywhere = _mark(lengths, start, t, here)
            xt = _seen(x[t, start:stop], keep_x, start, here, everywhere, room_x)
            multiply(xt, kernel, wx, False)
            if cell != MIN_GRU:
                seen_h = _seen(h, keep_h, start, here, True, room_h)
                multiply(seen_h, recurrent, hu if cell == GRU else wx, cell != GRU)
            if cell == SIMPLE_RNN:
                simple_rnn_step(gates_x, bias, h, h_next, here)
            elif cell == LSTM:
                c, c_next = memories[before, start:stop], memories[after, start:stop]
                lstm_step(gates_x, bias, h, h_next, c, c_next, kept[t, start:stop], here)
            elif cell == GRU:
                gru_step(gates_x, gates_h, bias, h, h_next, kept[t, start:stop], here)
            else:
                min_gru_step(gates_x, bias, h, h_next, kept[t, start:stop], here)
            if output != LAST:
                _tell(output, h_next, lengths, here, start, t, largest_at, answer, column, mean_column)
        if output == LAST:
            answer[0, start:stop, column] = states[end, start:stop]


@compiled
def read_back(
    cell, reverse, output, first, last, tile,
    x, lengths, keep_x, keep_h, kernel, recurrent, bias,
    states, memories, kept, largest_at, d_answer, column, mean_column,
    adds, d_x, d_kernel, d_recurrent, d_bias,
):  # fmt: skip
    """Backward; adds to the gradients of the weights, fills its rows of ``d_x`` or, where it ``adds``, adds to them."""
    size, wide, units = x.shape[2], kernel.shape[1], states.shape[2]
    to_word, to_state = kernel.T.copy(), recurrent.T.copy()
    for start in range(first, last, tile):
        stop = min(start + tile, last)
        rows = stop - start
        steps = lengths[start:stop].max()
        room_x, room_h = np.empty((rows, size), np.float32), np.empty((rows, units), np.float32)
        dh, dc = np.zeros((rows, units), np.float32), np.zeros((rows, units), np.float32)
        d_wx, d_hu = np.empty((rows, wide), np.float32), np.empty((rows, wide), np.float32)
        d_gates_x, d_gates_h = d_wx.reshape(rows, -1, units), d_hu.reshape(rows, -1, units)
        here = np.empty(rows, np.bool_)
        if output == LAST:
            dh[:] = d_answer[0, start:stop, column]
        if not adds:
            d_x[steps:, start:stop] = 0
        for step in range(steps):
            t = step if reverse else steps - 1 - step
            before, after = (t + 1, t) if reverse else (t, t + 1)
            h, h_next = states[before, start:stop], states[after, start:stop]
            everywhere = _mark(lengths, start, t, here)
            if output != LAST:
                _tell_back(output, dh, lengths, here, start, t, largest_at, d_answer, column, mean_column)
            if cell == SIMPLE_RNN:
                simple_rnn_gradient(dh, h_next, d_gates_x, here)
            elif cell == LSTM:
                c, c_next = memories[before, start:stop], memories[after, start:stop]
                lstm_gradient(dh, dc, c, c_next, kept[t, start:stop], d_gates_x, here)
            elif cell == GRU:
                gru_gradient(dh, h, kept[t, start:stop], d_gates_x, d_gates_h, here)
            else:
                min_gru_gradient(dh, h, kept[t, start:stop], d_gates_x, here)

            xt = _seen(x[t, start:stop], keep_x, start, here, everywhere, room_x)
            multiply(xt.T, d_wx, d_kernel, True)
            _add_rows(d_bias[0], d_gates_x)
            _back(d_wx, to_word, keep_x, start, room_x, d_x[t, start:stop], adds)
            if cell == MIN_GRU:
                continue
            part = d_hu if cell == GRU else d_wx
            seen_h = _seen(h, keep_h, start, here, True, room_h)
            multiply(seen_h.T, part, d_recurrent, True)
            _back(part, to_state, keep_h, start, room_h, dh, True)
            if cell == GRU:
                _add_rows(d_bias[1], d_gates_h)


def compile_loops() -> None:
    """Compile both loops into the cache beside this file, so that no run waits for it; twenty seconds, once.

    ``make`` calls it. Without it the first run compiles; where the folder cannot be written, Numba keeps its cache
    in the user's home.
    """
    numbers = np.zeros((1, 1, 1, 1), np.float32)
    some = {axes: numbers.reshape((1,) * axes) for axes in range(2, 5)}
    given = (some[3], np.ones(1, np.int32), some[2], some[2], *_gru_weights())
    rest = (np.zeros((2, 1, 1), np.float32), some[3], np.zeros((1, 1, 4, 1), np.float32))
    columns = (np.zeros((1, 1), np.int32), some[4], 0, 1)
    read(GRU, False, STATES, 0, 1, 1, *given, *rest, *columns)
    read_back(GRU, False, STATES, 0, 1, 1, *given, *rest, *columns, False, some[3], *_gru_weights())


def _gru_weights() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Of one unit that reads one number."""
    return np.zeros((1, 3), np.float32), np.zeros((1, 3), np.float32), np.zeros((2, 3, 1), np.float32)
