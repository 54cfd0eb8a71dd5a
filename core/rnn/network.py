"""Settings -> Keras model, and its weights as plain arrays under the names of ``forward.py``.

Built from Keras's stock layers. Padding (word id 0) is masked all the way: a padded step leaves
the state alone and is not pooled, so a headline's answer does not depend on the batch it is in.
"""

import keras
import numpy as np
import tensorflow as tf

from core.rnn.config import NetworkSettings, RecurrentLayer
from core.rnn.forward import weight_shapes

CELL_LAYERS = {"SimpleRNN": keras.layers.SimpleRNN, "LSTM": keras.layers.LSTM, "GRU": keras.layers.GRU}


_NOT_RECURRENT = ("embedding", "embedding_dropout", "max_mean_pooling", "dropout", "dense")


class MaxMeanPooling(keras.layers.Layer):
    """The largest and the mean value of each unit over the words that are there.

    (batch, words, units), mask (batch, words) -> (batch, 2 * units)
    """

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, states: tf.Tensor, mask: tf.Tensor | None = None) -> tf.Tensor:
        if mask is None:  # Keras hands it over by itself; the default is how it knows that we want it
            raise ValueError("MaxMeanPooling must be given a mask, as Embedding(mask_zero=True) makes it")
        there = mask[:, :, tf.newaxis]  # (batch, words, 1)
        largest = tf.reduce_max(tf.where(there, states, states.dtype.min), axis=1)  # (batch, units)
        words = tf.reduce_sum(tf.cast(there, states.dtype), axis=1)  # (batch, 1)
        mean = tf.reduce_sum(tf.where(there, states, 0.0), axis=1) / words  # (batch, units)
        return tf.concat([largest, mean], axis=1)  # (batch, 2 * units)

    def compute_mask(self, *_: object) -> None:
        return None

    def compute_output_shape(self, shape: tuple[int | None, ...], *_: object) -> tuple[int | None, ...]:
        return (shape[0], 2 * shape[-1])  # type: ignore[operator]


def _recurrent(network: NetworkSettings, layer: RecurrentLayer, *, name: str, sequences: bool) -> keras.Layer:
    kind = CELL_LAYERS[network.cell]
    inner = kind(
        layer.units,
        dropout=layer.dropout,
        recurrent_dropout=layer.recurrent_dropout,
        return_sequences=sequences,
        name=f"{name}_cell" if layer.bidirectional else name,
    )
    return keras.layers.Bidirectional(inner, name=name) if layer.bidirectional else inner


def build(network: NetworkSettings, *, words: int, categories: int, seed: int) -> keras.Model:
    """A fresh model: word ids (batch, up to sequence_length) int32 in, logits (batch, categories) out.

    Logits instead of probabilities: softmax and cross-entropy in one step keep small probabilities exact.
    ``seed`` decides the first weights and every dropout mask.
    """
    keras.utils.set_random_seed(seed)
    rows = {row.name: row for row in network.layer_table(words=words, categories=categories)}
    names = iter([name for name in rows if name not in _NOT_RECURRENT])
    ids = keras.Input((None,), dtype="int32", name="word_ids")  # (batch, words)
    x = keras.layers.Embedding(words, network.embedding_size, mask_zero=True, name="embedding")(ids)
    if network.embedding_dropout:
        x = keras.layers.Dropout(network.embedding_dropout, name="embedding_dropout")(x)
    for index, layer in enumerate(network.layers):
        sequences = index < len(network.layers) - 1 or network.pooling == "max_mean"
        x = _recurrent(network, layer, name=next(names), sequences=sequences)(x)
    if network.pooling == "max_mean":
        x = MaxMeanPooling(name="max_mean_pooling")(x)  # (batch, summary)
    x = keras.layers.Dropout(network.dropout, name="dropout")(x)
    return keras.Model(ids, keras.layers.Dense(categories, name="dense")(x))  # (batch, categories)


def _variables(model: keras.Model, network: NetworkSettings) -> dict[str, keras.Variable]:
    """The model's trainable variables under forward.py's names; Keras keeps them in the same order."""
    words, categories = model.get_layer("embedding").input_dim, model.get_layer("dense").units
    shapes = weight_shapes(network, words=words, categories=categories)
    found = dict(zip(shapes, model.trainable_variables, strict=True))
    for name, variable in found.items():
        if tuple(variable.shape) != shapes[name]:
            raise RuntimeError(f"{name} must be of shape {shapes[name]}, Keras has {tuple(variable.shape)}")
    return found


def get_weights(model: keras.Model, network: NetworkSettings) -> dict[str, np.ndarray]:
    """Copies of the weights, float32."""
    return {name: variable.numpy() for name, variable in _variables(model, network).items()}


def set_weights(model: keras.Model, network: NetworkSettings, weights: dict[str, np.ndarray]) -> None:
    for name, variable in _variables(model, network).items():
        variable.assign(weights[name])
