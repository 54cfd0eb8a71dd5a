"""The same networks in Keras's own layers, to compare ours with."""

import keras
import numpy as np
import tensorflow as tf

from core.settings.network import NetworkSettings
from tests.present import present


@keras.saving.register_keras_serializable()  # Bidirectional makes its second layer from the first's config
class MinGRUCell(keras.layers.Layer):
    """Feng and others (2024), equation by equation, differentiated by TensorFlow; Keras has none."""

    def __init__(self, units: int, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.units = self.state_size = units

    def get_config(self) -> dict[str, object]:
        return {**super().get_config(), "units": self.units}

    def build(self, shape: tuple[int | None, ...]) -> None:
        self.kernel = self.add_weight(shape=(shape[-1], 2 * self.units), name="kernel")
        self.bias = self.add_weight(shape=(2 * self.units,), name="bias")

    def call(self, x: tf.Tensor, states: list[tf.Tensor]) -> tuple[tf.Tensor, list[tf.Tensor]]:
        gate, candidate = tf.split(x @ self.kernel + self.bias, 2, axis=1)
        gate = tf.sigmoid(gate)
        h = (1 - gate) * states[0] + gate * candidate
        return h, [h]


def stock_layer(cell: str, units: int, **kwargs: object) -> keras.Layer:
    if cell == "minGRU":
        return keras.layers.RNN(MinGRUCell(units), **kwargs)
    return getattr(keras.layers, cell)(units, **kwargs)


class MaxMeanPooling(keras.layers.Layer):
    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, states: tf.Tensor, mask: tf.Tensor | None = None) -> tf.Tensor:
        assert mask is not None
        there = mask[:, :, tf.newaxis]
        largest = tf.reduce_max(tf.where(there, states, states.dtype.min), axis=1)
        words = tf.reduce_sum(tf.cast(there, states.dtype), axis=1)
        return tf.concat([largest, tf.reduce_sum(tf.where(there, states, 0.0), axis=1) / words], axis=1)

    def compute_output_shape(self, shape: tuple[int | None, ...], *_: object) -> tuple[int | None, ...]:
        return (shape[0], 2 * present(shape[-1]))


def stock_network(network: NetworkSettings, *, words: int, categories: int) -> keras.Model:
    """Without dropout; its layers in the order of ``layer_table``, its weights in that of ``weight_shapes``."""
    ids = keras.Input((network.sequence_length,), dtype="int32")
    x = keras.layers.Embedding(words, network.embedding_size, mask_zero=True)(ids)
    if network.embedding_dropout:
        x = keras.layers.Dropout(0.0, name="embedding_dropout")(x)
    for layer in network.layers:
        sequences = layer is not network.layers[-1] or network.pooling == "max_mean"
        inner = stock_layer(network.cell, layer.units, return_sequences=sequences)
        x = (keras.layers.Bidirectional(inner) if layer.bidirectional else inner)(x)
    if network.pooling == "max_mean":
        x = MaxMeanPooling(name="max_mean_pooling")(x)
    x = keras.layers.Dropout(0.0, name="dropout")(x)
    return keras.Model(ids, keras.layers.Dense(categories, name="dense")(x))


def set_stock_weights(model: keras.Model, weights: dict[str, np.ndarray]) -> None:
    for variable, value in zip(model.trainable_variables, weights.values(), strict=True):
        variable.assign(value)
