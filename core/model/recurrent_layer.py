"""A recurrent layer, fast on a CPU: memory, threads and TensorFlow around the compiled loops of ``loops.py``.

Equal to Keras's layers in outputs and gradients (tests/model/test_recurrent_layer.py, 1e-5), with the same
weights in the
same layout; ``benchmarks/cells.py`` times both. What makes the difference:

* Small tiles of the batch, each read to its end by one core out of its own cache (``loops.py``).
* The way back is written by hand: TensorFlow would record every small operation of every word.
* The words come first: a tile's rows at one word lie side by side, and are multiplied where they lie.
* A tile is read to its own longest row, so padding costs next to nothing.
* Both directions, and the largest and mean value of the states, are one call: no states leave the loop for pooling.

TensorFlow sees the layer as one operation with a gradient. Leaves out: the network around it (``network.py``).
"""

import contextlib
import ctypes
import itertools
import math
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.model.recurrent_kernels import CELL_NUMBERS, KEPT, OUTPUTS, Output, read, read_back
from core.settings.network import GATES, Cell
from core.settings.run import THREADS

Array = NDArray[np.float32]
Direction = tuple[Array, Array, Array]  # kernel, recurrent kernel, bias as the loops read them
Result = TypeVar("Result")

# Numbers in the gates of a tile at one word: its rows then stay in the first caches. With a third as many every cell
# takes longer, with a third more none is more than a hundredth sooner (tried at 64 units).
TILE = 9216
ALIGNMENT = 64  # bytes, TensorFlow's

_helpers: list[int] = []  # the system's numbers of the threads below
_pool = ThreadPoolExecutor(
    THREADS - 1,
    thread_name_prefix="cells",
    initializer=lambda: _helpers.append(threading.get_native_id()),
)
# Linux alone lets a thread say where it stands, and another be told where not to.
_system = ctypes.CDLL(None) if hasattr(os, "sched_setaffinity") else None
_kept_off: tuple[int, int] | None = None  # the core, and how many threads there were


def _together(work: Callable[[int, int], Result], rows: int) -> list[Result]:
    """``work`` on a part of the rows for each thread, the first part here: to wake a thread takes time."""
    cuts = [rows * place // THREADS for place in range(THREADS + 1)]
    parts = [(first, last) for first, last in itertools.pairwise(cuts) if first < last]
    _elsewhere()
    others = [_pool.submit(work, *part) for part in parts[1:]]
    return [work(*part) for part in parts[:1]] + [other.result() for other in others]


def _elsewhere() -> None:
    """Keep the pool's threads off the core that this thread is on.

    A thread just woken is put beside the one that woke it, and it can take Linux a quarter of a second to see that
    they wait for each other while a core is free: a seventh of a SimpleRNN layer's time.
    """
    global _kept_off
    if _system is None or (_system.sched_getcpu(), len(_helpers)) == _kept_off:
        return
    _kept_off = _system.sched_getcpu(), len(_helpers)
    others = os.sched_getaffinity(0) - {_kept_off[0]}
    with contextlib.suppress(OSError):  # a sandbox may forbid it; then they stand where Linux puts them
        for thread in _helpers if others else ():
            os.sched_setaffinity(thread, others)


class _Memory:
    """Arrays that a layer's way forward leaves for its way back, used again from batch to batch.

    Asked for anew at every batch, megabytes at a time, they would cost as much as the loops.
    """

    def __init__(self) -> None:
        self._rooms: dict[tuple[int, str], NDArray[Any]] = {}

    def array(
        self, direction: int, name: str, shape: tuple[int, ...], dtype: Any = np.float32
    ) -> NDArray[Any]:
        """An array of any content."""
        size = math.prod(shape)
        room = self._rooms.get((direction, name))
        if room is None or room.size < size:
            room = self._rooms[direction, name] = np.empty(size, dtype)
        return room[:size].reshape(shape)


_free: list[_Memory] = []
_in_use: dict[int, _Memory] = {}
_numbers = itertools.count()


def _aligned(shape: tuple[int, ...]) -> Array:
    """An array of any content that TensorFlow takes as it stands; one that begins elsewhere, it copies."""
    room = np.empty(math.prod(shape) + ALIGNMENT // 4, np.float32)
    skipped = -room.ctypes.data % ALIGNMENT // 4
    return room[skipped : skipped + room.size - ALIGNMENT // 4].reshape(shape)


@dataclass(frozen=True, slots=True)
class _Layer:
    """What stays the same from batch to batch."""

    cell: Cell
    directions: int
    output: Output

    def _call(
        self, memory: _Memory, direction: int, answer: Array, x: Array, lengths: Any, *given: Array
    ) -> Callable[..., tuple[Any, ...]]:
        """The loops' arguments for one direction; ``given`` are dropout's two masks, then all directions' weights."""
        keep_x, keep_h, *weights = given
        (words, batch, _), units = x.shape, weights[0].shape[1] // GATES[self.cell]
        states = (words + 1, batch, units)
        pooled = self.output == "max_mean"
        arrays = (
            memory.array(direction, "states", states),
            memory.array(direction, "memories", states if self.cell == "LSTM" else (1, 1, 1)),
            memory.array(direction, "kept", (words, batch, KEPT[self.cell], units)),
            memory.array(direction, "largest_at", (batch, units) if pooled else (1, 1), np.int32),
        )
        # Multiples of 16 rows, which a processor of today does at once.
        tile = 16 * min(max(TILE // weights[0].shape[1] // 16, 1), 8)
        kind = CELL_NUMBERS[self.cell], bool(direction), OUTPUTS.index(self.output)
        one = self._weights(weights, direction)
        columns = direction, self.directions + direction
        shape = (words if self.output == "states" else 1, batch, -1, units)
        answer = answer.reshape(shape)

        def arguments(first: int, last: int) -> tuple[Any, ...]:
            rows = first, last, tile
            return (*kind, *rows, x, lengths, keep_x, keep_h, *one, *arrays, answer, *columns)

        return arguments

    def _weights(self, weights: Sequence[Array], direction: int) -> Direction:
        """Kernel, recurrent kernel and bias (2, blocks, units) of a direction; minGRU's second one is not read."""
        if self.cell == "minGRU":
            kernel, bias = weights[2 * direction :][:2]
            recurrent = np.zeros((1, 1), np.float32)
        else:
            kernel, recurrent, bias = weights[3 * direction :][:3]
        if bias.ndim == 1:
            bias = np.stack([bias, np.zeros_like(bias)])
        return kernel, recurrent, bias.reshape(2, GATES[self.cell], -1)

    def forward(self, keep_gradient: bool, x: Array, lengths: Any, *given: Array) -> tuple[Array, np.int64]:
        """The answer, and the number under which the way back finds what it needs."""
        words, batch, _ = x.shape
        _, _, kernel, *_ = given
        units = kernel.shape[1] // GATES[self.cell]
        blocks = self.directions * (2 if self.output == "max_mean" else 1)
        answer = _aligned(
            (words, batch, blocks * units) if self.output == "states" else (batch, blocks * units)
        )
        memory = _free.pop() if _free else _Memory()
        calls = [
            self._call(memory, direction, answer, x, lengths, *given) for direction in range(self.directions)
        ]

        def part(first: int, last: int) -> None:
            for arguments in calls:
                read(*arguments(first, last))

        _together(part, batch)
        number = next(_numbers)
        if keep_gradient:
            _in_use[number] = memory
        else:
            _free.append(memory)
        return answer, np.int64(number)

    def backward(self, number: int, d_answer: Array, x: Array, lengths: Any, *given: Array) -> list[Array]:
        """The gradients of ``x`` and of the weights, in their order."""
        memory = _in_use.pop(int(number), None)
        if memory is None:
            raise RuntimeError(
                "a layer gives its gradient once, and only when it was called with training=True"
            )
        d_x = _aligned(x.shape)
        calls = [
            self._call(memory, direction, d_answer, x, lengths, *given)
            for direction in range(self.directions)
        ]
        _, _, *flat_weights = given
        weights = [self._weights(flat_weights, direction) for direction in range(self.directions)]

        def part(first: int, last: int) -> list[Direction]:
            gradients = []
            for direction, arguments in enumerate(calls):
                kernel, recurrent, bias = (np.zeros_like(weight) for weight in weights[direction])
                read_back(*arguments(first, last), direction > 0, d_x, kernel, recurrent, bias)
                gradients.append((kernel, recurrent, bias))
            return gradients

        found = _together(part, x.shape[1])
        _free.append(memory)
        flat = []
        for direction in range(self.directions):
            kernel, recurrent, bias = (
                sum(one) for one in zip(*(gradients[direction] for gradients in found), strict=True)
            )
            flat += [kernel] if self.cell == "minGRU" else [kernel, recurrent]
            flat.append(bias.reshape(2, -1) if self.cell == "GRU" else bias[0].reshape(-1))
        return [d_x, *flat]


def recur(
    cell: Cell,
    x: tf.Tensor,
    lengths: tf.Tensor,
    weights: list[tf.Tensor],
    *,
    directions: Literal[1, 2] = 1,
    output: Output = "states",
    training: bool = False,
    keep_x: tf.Tensor | None = None,
    keep_h: tf.Tensor | None = None,
) -> tf.Tensor:
    """Read a batch in one direction or both; with ``training`` differentiable in ``x`` and ``weights``.

    Args:
        x: (words, batch, size) float32, each row filled up at its end. The words come first, as an embedding of
            transposed ids gives them.
        lengths: (batch,) int32, the words of each row; a row of none gives zeros.
        weights: for each direction kernel (size, blocks * units), recurrent kernel (units, blocks * units) and bias
            (blocks * units,), for the GRU (2, blocks * units), in Keras's layout; minGRU has no recurrent kernel.
        output: the state after every word (words, batch, directions * units), 0 beyond a row's end; the last
            (batch, directions * units); or for each unit its largest and, after those of all units, its mean
            value over the row's words (batch, 2 * directions * units).
        training: whether a gradient will be asked for, once; the states are kept until then.
        keep_x, keep_h: (batch, size) and (batch, units), what dropout multiplies the words and the state by; the
            same at all words, after Y. Gal and Z. Ghahramani, arXiv 1512.05287 (2016).
    """
    layer = _Layer(cell, directions, output)
    nothing = tf.zeros((0, 0))
    masks = [nothing if keep is None else keep for keep in (keep_x, keep_h)]
    units = weights[0].shape[1] // GATES[cell]
    shape = [x.shape[0], x.shape[1], directions * units]
    if output != "states":
        shape = [x.shape[1], directions * units * (2 if output == "max_mean" else 1)]

    @tf.custom_gradient
    def read(x: tf.Tensor, *weights: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Any]]:
        answer, number = tf.numpy_function(
            lambda *given: layer.forward(training, *given),
            [x, lengths, *masks, *weights],
            (tf.float32, tf.int64),
        )
        answer.set_shape(shape)

        def gradient(d_answer: tf.Tensor) -> list[tf.Tensor]:
            found = tf.numpy_function(
                layer.backward,
                [number, d_answer, x, lengths, *masks, *weights],
                [tf.float32] * (1 + len(weights)),
            )
            for value, like in zip(found, (x, *weights), strict=True):
                value.set_shape(like.shape)
            return found

        return answer, gradient

    return read(x, *weights)


class Recurrent(keras.layers.Layer):
    """The layer of one or two directions with its weights, named and first filled as Keras's own.

    (words, batch, size), lengths (batch,) -> as ``output`` says, see :func:`recur`.

    Dropout hides the same numbers at all words of a text and, unlike Keras's recurrent dropout, at all gates.
    """

    def __init__(
        self,
        cell: Cell,
        units: int,
        *,
        bidirectional: bool,
        output: Output,
        dropout: float,
        recurrent_dropout: float,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.cell, self.units, self.told = cell, units, output
        self.directions: Literal[1, 2] = 2 if bidirectional else 1
        self.dropout, self.recurrent_dropout = dropout, recurrent_dropout
        self.seeds = keras.random.SeedGenerator()

    def build(self, x_shape: tuple[int | None, ...], lengths_shape: tuple[int | None, ...]) -> None:
        wide = GATES[self.cell] * self.units
        for direction in ("forward", "backward")[: self.directions]:
            self.add_weight(
                name=f"{direction}_kernel", shape=(x_shape[-1], wide), initializer="glorot_uniform"
            )
            if self.cell != "minGRU":
                self.add_weight(
                    name=f"{direction}_recurrent_kernel", shape=(self.units, wide), initializer="orthogonal"
                )
            biases = (2, wide) if self.cell == "GRU" else (wide,)
            self.add_weight(name=f"{direction}_bias", shape=biases, initializer=self._first_bias)

    def _first_bias(self, shape: tuple[int, ...], dtype: Any = None) -> tf.Tensor:
        """As in Keras: zeros, but for the LSTM's forget gate, which starts open: at first it remembers."""
        gates = tf.reshape(tf.one_hot([1] if self.cell == "LSTM" else [-1], GATES[self.cell]), (-1,))
        return tf.zeros(shape, dtype) + tf.repeat(gates, self.units)

    def call(self, x: tf.Tensor, lengths: tf.Tensor, training: bool = False) -> tf.Tensor:
        batch = tf.shape(x)[1]
        return recur(
            self.cell,
            x,
            lengths,
            [weight.value for weight in self.trainable_weights],
            directions=self.directions,
            output=self.told,
            training=training,
            keep_x=self._keep(self.dropout, batch, x.shape[2]) if training else None,
            keep_h=self._keep(self.recurrent_dropout, batch, self.units) if training else None,
        )

    def _keep(self, rate: float, batch: tf.Tensor, size: int) -> tf.Tensor | None:
        """(batch, size): 0 for a share of ``rate``, else what makes up for it."""
        return keras.random.dropout(tf.ones((batch, size)), rate, seed=self.seeds) if rate else None
