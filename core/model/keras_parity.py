"""The largest differences between the network in NumPy and in Keras, on a classifier's own weights.

SimpleRNN, LSTM and GRU run as Keras's own layers on the same token ids. What these do not return (gates, the LSTM's
cell) and what Keras does not have (minGRU) is computed from the same weights by TensorFlow's operations, written a
second time here. Leaves out: the forward pass in NumPy that is compared (``forward.py``).

Imports TensorFlow, so only the worker and a job's process may import this.
"""

from collections.abc import Iterator

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.model.forward import Weights, bigram_rows, forward, weight_prefix
from core.settings.network import GATES, NetworkSettings
from core.text.vocabulary import PADDING_ID

STATE, PROBABILITIES = "state", "probabilities"  # besides the names of the gates
# Enough to activate every unit, few enough not to delay a run: Keras takes about 2 ms for each timestep and direction.
ARTICLES, WORDS, STEPS = 128, 60, 160
_NUMBERS = 2_000_000  # at most in one layer's largest array

StatesAndGates = tuple[tf.Tensor, dict[str, tf.Tensor]]  # states and gates, each (batch, words, units)


def comparison_size(network: NetworkSettings) -> tuple[int, int]:
    """How many articles are compared at most, and how many timesteps of each; fewer for a large network."""
    loops = network.ensemble_size * sum(1 + layer.bidirectional for layer in network.layers)
    words = min(WORDS, network.sequence_length, max(4, STEPS // loops))
    widest = max(GATES[network.cell] * layer.units for layer in network.layers)
    return min(ARTICLES, max(8, _NUMBERS // (words * widest))), words


def largest_differences(
    weights: Weights, network: NetworkSettings, ids: NDArray[np.int32]
) -> dict[str, float]:
    """The largest absolute differences between NumPy and Keras: in hidden states, in each gate, in probabilities.

    Args:
        ids: (batch, words), each row padded with 0 at its end.

    Cost: about 2 ms for each timestep, direction, layer and ensemble member, and half a second at the
    first use of Keras's layers.
    """
    ours = forward(weights, network, ids)
    mask = ids != PADDING_ID  # (batch, words)
    largest: dict[str, float] = {}

    def compare(name: str, numpy_values: np.ndarray, keras_values: tf.Tensor) -> None:
        difference = float(np.abs(numpy_values - keras_values.numpy()).max(initial=0.0))
        largest[name] = max(largest.get(name, 0.0), difference)

    logits = []
    for member, trace in enumerate(ours.members):
        prefix = weight_prefix(member)
        x = tf.constant(weights[f"{prefix}embedding"][ids])  # (batch, words, embedding_size)
        for index, layer in enumerate(trace.layers):
            layer_states = []
            for direction, direction_trace in (("forward", layer.forward), ("backward", layer.backward)):
                if direction_trace is None:
                    continue
                states, gates = _states_and_gates(
                    weights, f"{prefix}layers/{index}/{direction}", network, x, mask
                )
                compare(STATE, direction_trace.states[mask], states[mask])
                for name, gate in gates.items():
                    compare(name, direction_trace.gates[name][mask], gate[mask])
                layer_states.append(states)
            x = tf.concat(layer_states, axis=-1)  # (batch, words, units or 2 units)
        summary = _summary(network, layer_states, x, mask)
        logits.append(summary @ weights[f"{prefix}dense/kernel"] + weights[f"{prefix}dense/bias"])
    mean_logits = tf.add_n(logits) / len(logits)  # (batch, categories)
    if network.has_bag_of_words:
        mean_logits += _bag_of_words_logits(weights, ids)
    compare(PROBABILITIES, ours.probabilities, tf.nn.softmax(mean_logits))
    return largest


def _states_and_gates(
    weights: Weights, prefix: str, network: NetworkSettings, x: tf.Tensor, mask: NDArray[np.bool_]
) -> StatesAndGates:
    """States and gates of one direction of one layer; the gates at padding have no meaning."""
    kernel, bias = weights[f"{prefix}/kernel"], weights[f"{prefix}/bias"]
    recurrent = weights.get(f"{prefix}/recurrent_kernel")
    backward = prefix.endswith("backward")
    if backward:  # padding stays at the end
        x = _reversed(x, mask)
    units = kernel.shape[1] // GATES[network.cell]
    if network.cell == "minGRU":
        states, gates = _min_gru(x, mask, kernel, bias)
    else:
        layer_class = {
            "SimpleRNN": keras.layers.SimpleRNN,
            "LSTM": keras.layers.LSTM,
            "GRU": keras.layers.GRU,
        }[network.cell]
        layer = layer_class(units, return_sequences=True)
        layer.build(x.shape)
        layer.set_weights([kernel, recurrent, bias])
        states = layer(x, mask=tf.constant(mask))  # (batch, words, units)
        before = tf.concat([tf.zeros_like(states[:, :1]), states[:, :-1]], axis=1)  # (batch, words, units)
        gates = {"SimpleRNN": _no_gates, "LSTM": _lstm_gates, "GRU": _gru_gates}[network.cell](
            x, before, kernel, recurrent, bias
        )
    if backward:
        states, gates = _reversed(states, mask), {name: _reversed(gate, mask) for name, gate in gates.items()}
    return states, gates


def _reversed(values: tf.Tensor, mask: NDArray[np.bool_]) -> tf.Tensor:
    """Reverse the tokens of each row; padding stays at its end."""
    return tf.reverse_sequence(values, mask.sum(axis=1), seq_axis=1, batch_axis=0)


def _no_gates(*_: tf.Tensor) -> dict[str, tf.Tensor]:
    return {}


def _lstm_gates(
    x: tf.Tensor, before: tf.Tensor, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> dict[str, tf.Tensor]:
    i, f, g, o = tf.split(x @ kernel + before @ recurrent + bias, 4, axis=-1)
    i, f, g, o = tf.sigmoid(i), tf.sigmoid(f), tf.tanh(g), tf.sigmoid(o)
    cells = list(_linear_recurrence(f, i * g))
    return {"input": i, "forget": f, "candidate": g, "output": o, "cell": tf.stack(cells, axis=1)}


def _gru_gates(
    x: tf.Tensor, before: tf.Tensor, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray
) -> dict[str, tf.Tensor]:
    xz, xr, xg = tf.split(x @ kernel + bias[0], 3, axis=-1)
    hz, hr, hg = tf.split(before @ recurrent + bias[1], 3, axis=-1)
    z, r = tf.sigmoid(xz + hz), tf.sigmoid(xr + hr)
    return {"update": z, "reset": r, "candidate": tf.tanh(xg + r * hg)}


def _min_gru(x: tf.Tensor, mask: NDArray[np.bool_], kernel: np.ndarray, bias: np.ndarray) -> StatesAndGates:
    z, g = tf.split(x @ kernel + bias, 2, axis=-1)
    z = tf.sigmoid(z)
    decay = tf.where(mask[:, :, None], 1 - z, 1.0)  # padding changes nothing
    update = tf.where(mask[:, :, None], z * g, 0.0)
    return tf.stack(list(_linear_recurrence(decay, update)), axis=1), {"update": z, "candidate": g}


def _linear_recurrence(decay: tf.Tensor, update: tf.Tensor) -> Iterator[tf.Tensor]:
    """state = decay * state + update at each timestep; yields (batch, units)."""
    state = tf.zeros_like(update[:, 0])
    for step_decay, step_update in zip(tf.unstack(decay, axis=1), tf.unstack(update, axis=1), strict=True):
        state = step_decay * state + step_update
        yield state


def _summary(
    network: NetworkSettings, layer_states: list[tf.Tensor], x: tf.Tensor, mask: NDArray[np.bool_]
) -> tf.Tensor:
    """(batch, summary_size): the last state of each direction, or max and mean pooling over timesteps."""
    if network.pooling == "last":
        lengths = mask.sum(axis=1)
        rows = np.arange(len(mask))
        # The timestep at which each direction has read the whole text.
        last = [np.maximum(lengths - 1, 0), np.zeros_like(lengths)]
        ends = [
            tf.gather_nd(states, np.stack([rows, steps], axis=1))
            for states, steps in zip(layer_states, last, strict=False)
        ]
        return tf.concat(ends, axis=-1)
    largest = keras.ops.max(tf.where(mask[:, :, None], x, x.dtype.min), axis=1)
    mean = keras.ops.average(x, axis=1, weights=_broadcast_mask(mask, x))
    return tf.concat([largest, mean], axis=-1)


def _broadcast_mask(mask: NDArray[np.bool_], x: tf.Tensor) -> tf.Tensor:
    """Broadcast the mask (batch, words) to the shape of ``x``."""
    return tf.broadcast_to(tf.cast(mask, x.dtype)[:, :, None], tf.shape(x))


def _bag_of_words_logits(weights: Weights, ids: NDArray[np.int32]) -> tf.Tensor:
    """(batch, categories): the scaled sum of the rows of each text's tokens and bigrams."""
    kernel, words = weights["votes"], len(weights["embedding"])  # (words + bigrams, categories)
    logits = []
    for row in ids:
        tokens = row[row != PADDING_ID].astype(np.int64)
        bigrams = words + bigram_rows(tokens[:-1], tokens[1:], len(kernel) - words)
        features = np.concatenate([tokens, bigrams])
        logits.append(tf.reduce_sum(tf.constant(kernel[features]), axis=0) / tf.sqrt(float(len(features))))
    return tf.stack(logits)
