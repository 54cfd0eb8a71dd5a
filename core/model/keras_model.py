"""Settings -> Keras model, and its weights as plain arrays under the names of ``forward.py``.

The recurrent layers are ours (``cells.py``), the others Keras's. Padding (word id 0) is never read, so a
headline's answer does not depend on the batch that it is in.
"""

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from core.model.forward import bigram_rows, weight_shapes
from core.model.recurrent_layer import Recurrent
from core.settings.network import NetworkSettings
from core.text.vocabulary import FIRST_WORD_ID, PADDING_ID
from core.text.word_vectors import WordVectors


def embedding_lookup(table: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
    """Row ``ids`` of ``table`` (rows, size), each fetched once, however often it is asked for: (..., size).

    So the table's gradient has no row twice, and each row its whole gradient.
    """
    rows, place = tf.unique(tf.reshape(ids, (-1,)))  # (different ids,), (ids,)
    found = tf.gather(tf.gather(table, rows), place)  # (ids, size)
    return tf.reshape(found, tf.concat([tf.shape(ids), tf.shape(table)[1:]], axis=0))


class BagOfWordsBranch(keras.layers.Layer):
    """What words and pairs say for the categories by themselves, see :func:`core.model.forward.votes`.

    (batch, words) int32 -> (batch, categories). Dropout hides whole words and whole pairs.
    """

    def __init__(self, words: int, bigram_buckets: int, categories: int, *, dropout: float) -> None:
        super().__init__(name="votes")
        self.words, self.bigram_buckets = words, bigram_buckets
        self.table = self.add_weight(
            name="table", shape=(words + bigram_buckets, categories), initializer="zeros"
        )
        self.dropout = keras.layers.Dropout(dropout)

    def call(self, ids: tf.Tensor, training: bool = False) -> tf.Tensor:
        wide = tf.cast(ids, tf.int64)
        pairs = self.words + bigram_rows(wide[:, :-1], wide[:, 1:], self.bigram_buckets)  # (batch, words - 1)
        real = tf.cast(ids != PADDING_ID, tf.float32)  # (batch, words)
        both = real[:, 1:] * real[:, :-1]  # (batch, words - 1)
        voters = tf.reduce_sum(real, axis=1) + tf.reduce_sum(both, axis=1)  # (batch,)
        loudness = tf.concat([real, both], axis=1) / tf.sqrt(tf.maximum(voters, 1.0))[:, tf.newaxis]
        loudness = self.dropout(loudness, training=training)  # (batch, 2 * words - 1)
        # Only who is heard is looked up, each once as in embedding_lookup.
        heard = tf.where(loudness > 0)  # (heard, 2): text, place
        rows, place = tf.unique(tf.gather_nd(tf.concat([wide, pairs], axis=1), heard), tf.int64)
        speech = tf.SparseTensor(
            tf.stack([heard[:, 0], place], axis=1),
            tf.gather_nd(loudness, heard),
            tf.stack([tf.shape(ids, tf.int64)[0], tf.size(rows, tf.int64)]),
        )  # (batch, rows)
        said = tf.gather(self.table.value, rows)  # (rows, categories)
        return tf.sparse.sparse_dense_matmul(speech, said)  # (batch, categories)


class EnsembleMember(keras.layers.Layer):
    """A word table, the recurrent layers and the dense one: ids (batch, words) int32 -> logits (batch, categories)."""

    def __init__(self, settings: NetworkSettings, *, words: int, categories: int) -> None:
        super().__init__()
        self.embedding = keras.layers.Embedding(words, settings.embedding_size)
        self.embedding.build()
        self.embedding_dropout = keras.layers.Dropout(settings.embedding_dropout)
        *lower, top = settings.layers
        self.recurrent = [
            Recurrent(
                settings.cell,
                layer.units,
                bidirectional=layer.bidirectional,
                output=settings.pooling if layer is top else "states",
                dropout=layer.dropout,
                recurrent_dropout=layer.recurrent_dropout,
            )
            for layer in (*lower, top)
        ]
        self.dropout = keras.layers.Dropout(settings.dropout)
        self.dense = keras.layers.Dense(categories)

    def call(self, ids: tf.Tensor, training: bool = False) -> tf.Tensor:
        lengths = tf.math.count_nonzero(ids, axis=1, dtype=tf.int32)  # (batch,)
        x = embedding_lookup(
            self.embedding.embeddings.value, tf.transpose(ids)
        )  # (words, batch, embedding_size)
        x = self.embedding_dropout(x, training=training)  # (words, batch, embedding_size)
        for layer in self.recurrent:
            # (words, batch, units or 2 units), of the last: the summary, (batch, summary_size)
            x = layer(x, lengths, training=training)
        x = self.dropout(x, training=training)  # (batch, summary_size)
        return self.dense(x)  # (batch, categories)


class Network(keras.Model):
    """Word ids (batch, words) int32, each row filled up with 0 at its end -> logits (batch, categories).

    Logits instead of probabilities: softmax and cross-entropy in one step keep small probabilities exact.
    """

    def __init__(self, settings: NetworkSettings, *, words: int, categories: int) -> None:
        super().__init__(name="network")
        self.members = [
            EnsembleMember(settings, words=words, categories=categories)
            for _ in range(settings.ensemble_size)
        ]
        self.votes = (
            BagOfWordsBranch(
                words, settings.bigram_buckets, categories, dropout=settings.bag_of_words_dropout
            )
            if settings.has_bag_of_words
            else None
        )

    @property
    def embeddings(self) -> list[keras.Variable]:
        """Each reader's word table."""
        return [member.embedding.embeddings for member in self.members]

    @property
    def tables(self) -> list[keras.Variable]:
        """The weights of which a batch uses few rows: the word tables, and that of the votes."""
        return [*self.embeddings, *((self.votes.table,) if self.votes else ())]

    def call(self, ids: tf.Tensor, training: bool = False) -> tf.Tensor:
        votes = [self.votes(ids, training=training)] if self.votes else []
        return ensemble_probabilities([member(ids, training=training) for member in self.members], votes)


def ensemble_probabilities(said: list[tf.Tensor], votes: list[tf.Tensor]) -> tf.Tensor:
    """The logits of all together: the mean of the readers', and where words and pairs vote, their votes."""
    return tf.add_n([tf.add_n(said) / len(said), *votes])


def build(network: NetworkSettings, *, words: int, categories: int, seed: int) -> Network:
    """A fresh model. ``seed`` decides the first weights and every dropout mask."""
    keras.utils.set_random_seed(seed)
    model = Network(network, words=words, categories=categories)
    model(tf.ones((1, 1), tf.int32))  # makes the weights
    return model


def initialise_embeddings(model: Network, vectors: WordVectors) -> NDArray[np.bool_]:
    """Start every member's word embedding from word vectors, and return which rows they have: (words,).

    The other words, padding and out-of-vocabulary keep the start that they have.

    Args:
        vectors: of the model's vocabulary, in its order.
    """
    rows = np.zeros(model.embeddings[0].shape[0], np.bool_)  # (words,)
    rows[FIRST_WORD_ID:] = vectors.matched.found
    for embedding in model.embeddings:
        values = embedding.numpy()  # (words, embedding_size)
        values[rows] = vectors.values[vectors.matched.found]
        embedding.assign(values)
    return rows


def _variables(model: Network, network: NetworkSettings) -> dict[str, keras.Variable]:
    """The model's trainable variables under forward.py's names; Keras keeps them in the same order."""
    words, categories = model.members[0].embedding.input_dim, model.members[0].dense.units
    shapes = weight_shapes(network, words=words, categories=categories)
    found = dict(zip(shapes, model.trainable_variables, strict=True))
    for name, variable in found.items():
        if tuple(variable.shape) != shapes[name]:
            raise RuntimeError(f"{name} must be of shape {shapes[name]}, Keras has {tuple(variable.shape)}")
    return found


def get_weights(model: Network, network: NetworkSettings) -> dict[str, np.ndarray]:
    """Copies of the weights, float32."""
    return {name: variable.numpy() for name, variable in _variables(model, network).items()}


def set_weights(model: Network, network: NetworkSettings, weights: dict[str, np.ndarray]) -> None:
    for name, variable in _variables(model, network).items():
        variable.assign(weights[name])
