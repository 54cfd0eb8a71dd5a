"""The largest differences between the network in NumPy and in Keras, on a classifier's own weights.

SimpleRNN, LSTM and GRU run as Keras's own layers on the same word ids. What these do not return (gates, the LSTM's
cell) and what Keras does not have (minGRU) is computed from the same weights by TensorFlow's operations, written a
second time here. Leaves out: the forward pass in NumPy that is compared (``forward.py``).

Imports TensorFlow, so only the worker and a study's process may import this.
"""

from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.model.forward import Weights, bigram_rows, forward, weight_prefix
from core.settings.network import GATES, NetworkSettings
from core.text.vocabulary import PADDING_ID

STATE, PROBABILITIES = "state", "probabilities"  # beside the gates' own names
# Enough to meet every unit, few enough for a run not to wait: Keras's loop takes about 2 ms a word and direction.
ARTICLES, WORDS, STEPS = 128, 60, 160
_NUMBERS = 2_000_000  # of one layer's largest array

Read = tuple[tf.Tensor, dict[str, tf.Tensor]]  # states and gates, each (batch, words, units)


def compared(network: NetworkSettings) -> tuple[int, int]:
    """The number of articles compared at most, and the words of each; fewer for a large network."""
    loops = network.ensemble_size * sum(1 + layer.bidirectional for layer in network.layers)
    words = min(WORDS, network.sequence_length, max(4, STEPS // loops))
    widest = max(GATES[network.cell] * layer.units for layer in network.layers)
    return min(ARTICLES, max(8, _NUMBERS // (words * widest))), words


def differences(weights: Weights, network: NetworkSettings, ids: NDArray[np.int32]) -> dict[str, float]:
    """The largest difference between NumPy and Keras: of any state, of each kind of gate, of any probability.

    Args:
        ids: (batch, words), each row padded with 0 at its end.

    Cost: about 2 ms for each word, direction, layer and ensemble member, and half a second at the first use of Keras's
    layers.
    """
    ours = forward(weights, network, ids)
    real = ids != PADDING_ID  # (batch, words)
    found: dict[str, float] = {}

    def compare(name: str, one: np.ndarray, other: tf.Tensor) -> None:
        apart = float(np.abs(one - other.numpy()).max(initial=0.0))
        found[name] = max(found.get(name, 0.0), apart)

    logits = []
    for member, trace in enumerate(ours.members):
        prefix = weight_prefix(member)
        x = tf.constant(weights[f"{prefix}embedding"][ids])  # (batch, words, embedding_size)
        for index, layer in enumerate(trace.layers):
            read = []
            for direction, one in (("forward", layer.forward), ("backward", layer.backward)):
                if one is None:
                    continue
                states, gates = _read(weights, f"{prefix}layers/{index}/{direction}", network, x, real)
                compare(STATE, one.states[real], states[real])
                for name, gate in gates.items():
                    compare(name, one.gates[name][real], gate[real])
                read.append(states)
            x = tf.concat(read, axis=-1)  # (batch, words, units or 2 units)
        summary = _summary(network, read, x, real)
        logits.append(summary @ weights[f"{prefix}dense/kernel"] + weights[f"{prefix}dense/bias"])
    answer = tf.add_n(logits) / len(logits)  # (batch, categories)
    if network.has_bag_of_words:
        answer += _votes(weights, ids)
    compare(PROBABILITIES, ours.probabilities, tf.nn.softmax(answer))
    return found


def _read(
    weights: Weights, prefix: str, network: NetworkSettings, x: tf.Tensor, real: NDArray[np.bool_]
) -> Read:
    """One direction of one layer; at padding the states are Keras's, the gates of no meaning."""
    kernel, bias = weights[f"{prefix}/kernel"], weights[f"{prefix}/bias"]
    recurrent = weights.get(f"{prefix}/recurrent_kernel")
    backward = prefix.endswith("backward")
    if backward:  # padding stays behind
        x, real = _reversed(x, real), real
    units = kernel.shape[1] // GATES[network.cell]
    if network.cell == "minGRU":
        states, gates = _min_gru(x, real, kernel, bias)
    else:
        kind = {
            "SimpleRNN": keras.layers.SimpleRNN,
            "LSTM": keras.layers.LSTM,
            "GRU": keras.layers.GRU,
        }[network.cell]
        layer = kind(units, return_sequences=True)
        layer.build(x.shape)
        layer.set_weights([kernel, recurrent, bias])
        states = layer(x, mask=tf.constant(real))  # (batch, words, units)
        before = tf.concat([tf.zeros_like(states[:, :1]), states[:, :-1]], axis=1)  # (batch, words, units)
        gates = {"SimpleRNN": _no_gates, "LSTM": _lstm_gates, "GRU": _gru_gates}[network.cell](
            x, before, kernel, recurrent, bias
        )
    if backward:
        states, gates = _reversed(states, real), {name: _reversed(one, real) for name, one in gates.items()}
    return states, gates


def _reversed(values: tf.Tensor, real: NDArray[np.bool_]) -> tf.Tensor:
    """Each row's real words in the other order, padding still behind."""
    return tf.reverse_sequence(values, real.sum(axis=1), seq_axis=1, batch_axis=0)


def _no_gates(*_: tf.Tensor) -> dict[str, tf.Tensor]:
    return {}


def _lstm_gates(
    x: tf.Tensor, before: tf.Tensor, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> dict[str, tf.Tensor]:
    i, f, g, o = tf.split(x @ kernel + before @ recurrent + bias, 4, axis=-1)
    i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
    cells = list(_carried(f, i * g))
    return {"input": i, "forget": f, "candidate": g, "output": o, "cell": tf.stack(cells, axis=1)}


def _gru_gates(
    x: tf.Tensor, before: tf.Tensor, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> dict[str, tf.Tensor]:
    xz, xr, xg = tf.split(x @ kernel + bias[0], 3, axis=-1)
    hz, hr, hg = tf.split(before @ recurrent + bias[1], 3, axis=-1)
    z, r = tf.sigmoid(xz + hz), tf.sigmoid(xr + hr)
    return {"update": z, "reset": r, "candidate": tf.tanh(xg + r * hg)}


def _min_gru(x: tf.Tensor, real: NDArray[np.bool_], kernel: np.ndarray, bias: np.ndarray) -> Read:
    z, g = tf.split(x @ kernel + bias, 2, axis=-1)
    z = tf.sigmoid(z)
    kept = tf.where(real[:, :, None], 1 - z, 1.0)  # padding changes nothing
    brought = tf.where(real[:, :, None], z * g, 0.0)
    return tf.stack(list(_carried(kept, brought)), axis=1), {"update": z, "candidate": g}


def _carried(kept: tf.Tensor, brought: tf.Tensor) -> Iterator[tf.Tensor]:
    """Word by word, what was carried times what is kept of it, and what the word brings: (batch, units) each."""
    carried = tf.zeros_like(brought[:, 0])
    for stays, comes in zip(tf.unstack(kept, axis=1), tf.unstack(brought, axis=1), strict=True):
        carried = stays * carried + comes
        yield carried


def _summary(
    network: NetworkSettings, read: list[tf.Tensor], x: tf.Tensor, real: NDArray[np.bool_]
) -> tf.Tensor:
    """(batch, summary_size): the last state of each direction, or the largest and the mean of each unit."""
    if network.pooling == "last":
        lengths = real.sum(axis=1)
        rows = np.arange(len(real))
        last = [
            np.maximum(lengths - 1, 0),
            np.zeros_like(lengths),
        ]  # where each direction has read the last word
        ends = [tf.gather_nd(one, np.stack([rows, at], axis=1)) for one, at in zip(read, last, strict=False)]
        return tf.concat(ends, axis=-1)
    largest = keras.ops.max(tf.where(real[:, :, None], x, x.dtype.min), axis=1)
    mean = keras.ops.average(x, axis=1, weights=_spread(real, x))
    return tf.concat([largest, mean], axis=-1)


def _spread(real: NDArray[np.bool_], x: tf.Tensor) -> tf.Tensor:
    """(batch, words) -> as many numbers as ``x`` has."""
    return tf.broadcast_to(tf.cast(real, x.dtype)[:, :, None], tf.shape(x))


def _votes(weights: Weights, ids: NDArray[np.int32]) -> tf.Tensor:
    """(batch, categories): text by text, the rows of its words and pairs added up."""
    table, words = weights["votes"], len(weights["embedding"])
    said = []
    for row in ids:
        text = row[row != PADDING_ID].astype(np.int64)
        pairs = words + bigram_rows(text[:-1], text[1:], len(table) - words)
        voters = np.concatenate([text, pairs])
        said.append(tf.reduce_sum(tf.constant(table[voters]), axis=0) / tf.sqrt(float(len(voters))))
    return tf.stack(said)
