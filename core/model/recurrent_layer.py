"""A recurrent layer, fast on a CPU: memory, threads and TensorFlow around the compiled loops.

Equal to Keras's layers in outputs and gradients (tests/model/test_recurrent_layer.py, 1e-5), with the same weights in
the same layout; ``benchmarks/cells.py`` times both. What makes the difference:

* Small tiles of the batch, each computed to its end by one core in its own cache (``recurrent_kernels.py``).
* The backward pass is written by hand: TensorFlow would record every small operation of every timestep.
* Time is the first axis: a tile's rows of one timestep are contiguous and are multiplied without a copy.
* A tile ends with its own longest row, so padding costs next to nothing.
* Both directions and the pooling are one call: with max and mean pooling, no states leave the loop.

TensorFlow sees the layer as one operation with a gradient. Leaves out: the network around it (``keras_model.py``).
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

from core.model.recurrent_kernels import CELL_NUMBERS, OUTPUTS, SAVED, Output, backward_pass, forward_pass
from core.settings.network import GATES, Cell
from core.settings.run import THREADS

Array = NDArray[np.float32]
DirectionWeights = tuple[Array, Array, Array]  # kernel, recurrent kernel, bias as the loops take them
Result = TypeVar("Result")

# Numbers in the gates of a tile at one timestep: the tile then stays in the first caches. With a third as many every
# cell takes longer, with a third more none is more than 1 % faster (tried at 64 units).
TILE = 9216
ALIGNMENT = 64  # bytes, TensorFlow's

_pool_threads: list[int] = []  # the operating system's ids
_pool = ThreadPoolExecutor(
    THREADS - 1,
    thread_name_prefix="cells",
    initializer=lambda: _pool_threads.append(threading.get_native_id()),
)
# Only Linux tells which core a thread runs on, and lets us choose it.
_libc = ctypes.CDLL(None) if hasattr(os, "sched_setaffinity") else None
_kept_off: tuple[int, int] | None = None  # the core, and the number of threads kept off it


def _in_parallel(work: Callable[[int, int], Result], rows: int) -> list[Result]:
    """``work(first, last)`` on one share of the rows for each thread; this thread does the first share itself."""
    cuts = [rows * thread // THREADS for thread in range(THREADS + 1)]
    shares = [(first, last) for first, last in itertools.pairwise(cuts) if first < last]
    _keep_pool_off_this_core()
    futures = [_pool.submit(work, *share) for share in shares[1:]]
    return [work(*share) for share in shares[:1]] + [future.result() for future in futures]


def _keep_pool_off_this_core() -> None:
    """Keep the pool's threads off the core that this thread runs on.

    Linux starts a woken thread on the core of the one that woke it, and can take a quarter of a second to see that
    they wait for each other while a core is free: a seventh of a SimpleRNN layer's time.
    """
    global _kept_off
    if _libc is None or (_libc.sched_getcpu(), len(_pool_threads)) == _kept_off:
        return
    _kept_off = _libc.sched_getcpu(), len(_pool_threads)
    other_cores = os.sched_getaffinity(0) - {_kept_off[0]}
    with contextlib.suppress(OSError):  # a sandbox may forbid it; then Linux chooses the core
        for thread in _pool_threads if other_cores else ():
            os.sched_setaffinity(thread, other_cores)


class _Memory:
    """Arrays that a layer's forward pass saves for its backward pass, reused from batch to batch.

    Allocated anew for every batch, megabytes at a time, they would cost as much as the loops.
    """

    def __init__(self) -> None:
        self._buffers: dict[tuple[int, str], NDArray[Any]] = {}

    def array(
        self, direction: int, name: str, shape: tuple[int, ...], dtype: Any = np.float32
    ) -> NDArray[Any]:
        """An array of undefined content."""
        size = math.prod(shape)
        buffer = self._buffers.get((direction, name))
        if buffer is None or buffer.size < size:
            buffer = self._buffers[direction, name] = np.empty(size, dtype)
        return buffer[:size].reshape(shape)


_free: list[_Memory] = []
_in_use: dict[int, _Memory] = {}  # by the key that a forward pass returns
_keys = itertools.count()


def _aligned(shape: tuple[int, ...]) -> Array:
    """An array of undefined content, aligned so that TensorFlow takes it without a copy."""
    buffer = np.empty(math.prod(shape) + ALIGNMENT // 4, np.float32)
    skipped = -buffer.ctypes.data % ALIGNMENT // 4
    return buffer[skipped : skipped + buffer.size - ALIGNMENT // 4].reshape(shape)


@dataclass(frozen=True, slots=True)
class _Layer:
    """The forward and backward pass of a layer on NumPy arrays."""

    cell: Cell
    directions: int
    output: Output

    def _arguments(
        self, memory: _Memory, direction: int, out: Array, x: Array, lengths: Any, *inputs: Array
    ) -> Callable[[int, int], tuple[Any, ...]]:
        """The loops' arguments for the rows (first, last) of one direction.

        Args:
            out: the layer's output, or its gradient.
            inputs: dropout's two masks, then the weights of all directions.
        """
        keep_x, keep_h, *flat_weights = inputs
        (words, batch, _), units = x.shape, flat_weights[0].shape[1] // GATES[self.cell]
        states = (words + 1, batch, units)
        pooled = self.output == "max_mean"
        arrays = (
            memory.array(direction, "states", states),
            memory.array(direction, "cell_states", states if self.cell == "LSTM" else (1, 1, 1)),
            memory.array(direction, "saved", (words, batch, SAVED[self.cell], units)),
            memory.array(direction, "largest_at", (batch, units) if pooled else (1, 1), np.int32),
        )
        # A multiple of 16 rows: a vector register of today's processors holds up to 16 numbers.
        tile = 16 * min(max(TILE // flat_weights[0].shape[1] // 16, 1), 8)
        kind = CELL_NUMBERS[self.cell], bool(direction), OUTPUTS.index(self.output)
        weights = self._weights(flat_weights, direction)
        columns = direction, self.directions + direction
        out = out.reshape((words if self.output == "states" else 1, batch, -1, units))

        def arguments(first: int, last: int) -> tuple[Any, ...]:
            rows = first, last, tile
            return (*kind, *rows, x, lengths, keep_x, keep_h, *weights, *arrays, out, *columns)

        return arguments

    def _weights(self, flat_weights: Sequence[Array], direction: int) -> DirectionWeights:
        """Kernel, recurrent kernel and bias (2, blocks, units) of a direction; the loops ignore minGRU's second."""
        if self.cell == "minGRU":
            kernel, bias = flat_weights[2 * direction :][:2]
            recurrent = np.zeros((1, 1), np.float32)
        else:
            kernel, recurrent, bias = flat_weights[3 * direction :][:3]
        if bias.ndim == 1:
            bias = np.stack([bias, np.zeros_like(bias)])
        return kernel, recurrent, bias.reshape(2, GATES[self.cell], -1)

    def forward(self, training: bool, x: Array, lengths: Any, *inputs: Array) -> tuple[Array, np.int64]:
        """The output, and the key under which the backward pass finds the saved activations."""
        words, batch, _ = x.shape
        _, _, kernel, *_ = inputs
        units = kernel.shape[1] // GATES[self.cell]
        blocks = self.directions * (2 if self.output == "max_mean" else 1)
        out = _aligned((words, batch, blocks * units) if self.output == "states" else (batch, blocks * units))
        memory = _free.pop() if _free else _Memory()
        directions = [
            self._arguments(memory, direction, out, x, lengths, *inputs)
            for direction in range(self.directions)
        ]

        def forward_rows(first: int, last: int) -> None:
            for arguments in directions:
                forward_pass(*arguments(first, last))

        _in_parallel(forward_rows, batch)
        key = next(_keys)
        if training:
            _in_use[key] = memory
        else:
            _free.append(memory)
        return out, np.int64(key)

    def backward(self, key: int, d_out: Array, x: Array, lengths: Any, *inputs: Array) -> list[Array]:
        """The gradients of ``x`` and of the weights, in their order."""
        memory = _in_use.pop(int(key), None)
        if memory is None:
            raise RuntimeError(
                "a layer gives its gradient once, and only when it was called with training=True"
            )
        d_x = _aligned(x.shape)
        directions = [
            self._arguments(memory, direction, d_out, x, lengths, *inputs)
            for direction in range(self.directions)
        ]
        _, _, *flat_weights = inputs
        weights = [self._weights(flat_weights, direction) for direction in range(self.directions)]

        def backward_rows(first: int, last: int) -> list[DirectionWeights]:
            gradients = []
            for direction, arguments in enumerate(directions):
                d_kernel, d_recurrent, d_bias = (np.zeros_like(weight) for weight in weights[direction])
                backward_pass(*arguments(first, last), direction > 0, d_x, d_kernel, d_recurrent, d_bias)
                gradients.append((d_kernel, d_recurrent, d_bias))
            return gradients

        by_thread = _in_parallel(backward_rows, x.shape[1])
        _free.append(memory)
        flat = []
        for direction in range(self.directions):
            d_kernel, d_recurrent, d_bias = (
                sum(parts) for parts in zip(*(gradients[direction] for gradients in by_thread), strict=True)
            )
            flat += [d_kernel] if self.cell == "minGRU" else [d_kernel, d_recurrent]
            flat.append(d_bias.reshape(2, -1) if self.cell == "GRU" else d_bias[0].reshape(-1))
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
    """Run a recurrent layer over a batch; with ``training`` differentiable in ``x`` and ``weights``.

    Args:
        x: (words, batch, size) float32, each row padded at its end. Time is the first axis, as the embedding of
            transposed ids has it.
        lengths: (batch,) int32, the words of each row; the output of an empty row is 0.
        weights: for each direction kernel (size, blocks * units), recurrent kernel (units, blocks * units) and bias
            (blocks * units,), for the GRU (2, blocks * units), in Keras's layout; minGRU has no recurrent kernel.
        output: "states": the hidden state of every timestep (words, batch, directions * units), 0 at padding. "last":
            the last hidden state (batch, directions * units). "max_mean": the largest value of each unit over the
            row's words, then the mean of each (batch, 2 * directions * units).
        training: whether a gradient follows, once; the activations are kept until then.
        keep_x, keep_h: (batch, size) and (batch, units), dropout's masks of inputs and hidden states; the same at all
            timesteps, after Y. Gal and Z. Ghahramani, arXiv 1512.05287 (2016).
    """
    layer = _Layer(cell, directions, output)
    no_dropout = tf.zeros((0, 0))
    masks = [no_dropout if keep is None else keep for keep in (keep_x, keep_h)]
    units = weights[0].shape[1] // GATES[cell]
    shape = [x.shape[0], x.shape[1], directions * units]
    if output != "states":
        shape = [x.shape[1], directions * units * (2 if output == "max_mean" else 1)]

    @tf.custom_gradient
    def run(x: tf.Tensor, *weights: tf.Tensor) -> tuple[tf.Tensor, Callable[..., Any]]:
        out, key = tf.numpy_function(
            lambda *inputs: layer.forward(training, *inputs),
            [x, lengths, *masks, *weights],
            (tf.float32, tf.int64),
        )
        out.set_shape(shape)

        def gradient(d_out: tf.Tensor) -> list[tf.Tensor]:
            gradients: list[tf.Tensor] = tf.numpy_function(
                layer.backward,
                [key, d_out, x, lengths, *masks, *weights],
                [tf.float32] * (1 + len(weights)),
            )
            for value, variable in zip(gradients, (x, *weights), strict=True):
                value.set_shape(variable.shape)
            return gradients

        return out, gradient

    return run(x, *weights)


class Recurrent(keras.layers.Layer):
    """A recurrent layer of one or two directions, its weights named and initialised as Keras's.

    (words, batch, size), lengths (batch,) -> as ``output`` says, see :func:`recur`.

    Dropout drops the same numbers at all timesteps of a text and, unlike Keras's recurrent dropout, in all gates.
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
        self.cell, self.units, self.output_kind = cell, units, output
        self.directions: Literal[1, 2] = 2 if bidirectional else 1
        self.dropout, self.recurrent_dropout = dropout, recurrent_dropout
        self.seeds = keras.random.SeedGenerator()

    def build(self, x_shape: tuple[int | None, ...], lengths_shape: tuple[int | None, ...]) -> None:
        width = GATES[self.cell] * self.units
        for direction in ("forward", "backward")[: self.directions]:
            self.add_weight(
                name=f"{direction}_kernel", shape=(x_shape[-1], width), initializer="glorot_uniform"
            )
            if self.cell != "minGRU":
                self.add_weight(
                    name=f"{direction}_recurrent_kernel", shape=(self.units, width), initializer="orthogonal"
                )
            bias_shape = (2, width) if self.cell == "GRU" else (width,)
            self.add_weight(name=f"{direction}_bias", shape=bias_shape, initializer=self._initial_bias)

    def _initial_bias(self, shape: tuple[int, ...], dtype: Any = None) -> tf.Tensor:
        """As in Keras: zeros, and 1 for the LSTM's forget gate, which so starts by remembering."""
        by_gate = tf.reshape(tf.one_hot([1] if self.cell == "LSTM" else [-1], GATES[self.cell]), (-1,))
        return tf.zeros(shape, dtype) + tf.repeat(by_gate, self.units)

    def call(self, x: tf.Tensor, lengths: tf.Tensor, training: bool = False) -> tf.Tensor:
        batch = tf.shape(x)[1]
        return recur(
            self.cell,
            x,
            lengths,
            [weight.value for weight in self.trainable_weights],
            directions=self.directions,
            output=self.output_kind,
            training=training,
            keep_x=self._dropout_mask(self.dropout, batch, x.shape[2]) if training else None,
            keep_h=self._dropout_mask(self.recurrent_dropout, batch, self.units) if training else None,
        )

    def _dropout_mask(self, rate: float, batch: tf.Tensor, size: int) -> tf.Tensor | None:
        """(batch, size): 0 for a share of ``rate``, else 1 / (1 - rate); None without dropout."""
        return keras.random.dropout(tf.ones((batch, size)), rate, seed=self.seeds) if rate else None
