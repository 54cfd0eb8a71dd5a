"""Settings -> Keras model, and its weights as plain arrays under the names of ``forward.py``.

The recurrent layers are ours (``recurrent_layer.py``), the others Keras's. Padding (word id 0) is masked, so a
headline's logits do not depend on the batch that it is in.
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


def embedding_lookup(embedding: tf.Tensor, ids: tf.Tensor) -> tf.Tensor:
    """The rows of ``embedding`` (rows, size) at ``ids`` (...): (..., size).

    Each row is gathered once, however often its id occurs, so the sparse gradient has no row twice.
    """
    rows, positions = tf.unique(tf.reshape(ids, (-1,)))  # (different ids,), (ids,)
    embedded = tf.gather(tf.gather(embedding, rows), positions)  # (ids, size)
    return tf.reshape(embedded, tf.concat([tf.shape(ids), tf.shape(embedding)[1:]], axis=0))


class BagOfWordsBranch(keras.layers.Layer):
    """Logits from words and bigrams without word order, see :func:`core.model.forward.bag_of_words_logits`.

    (batch, words) int32 -> (batch, categories). Dropout drops whole words and whole bigrams.
    """

    def __init__(self, words: int, bigram_buckets: int, categories: int, *, dropout: float) -> None:
        super().__init__(name="votes")
        self.words, self.bigram_buckets = words, bigram_buckets
        self.kernel = self.add_weight(
            name="table", shape=(words + bigram_buckets, categories), initializer="zeros"
        )
        self.dropout = keras.layers.Dropout(dropout)

    def call(self, ids: tf.Tensor, training: bool = False) -> tf.Tensor:
        ids_64 = tf.cast(ids, tf.int64)  # (batch, words)
        first, second = ids_64[:, :-1], ids_64[:, 1:]  # (batch, words - 1)
        bigrams = self.words + bigram_rows(first, second, self.bigram_buckets)  # (batch, words - 1)
        mask = tf.cast(ids != PADDING_ID, tf.float32)  # (batch, words)
        bigram_mask = mask[:, 1:] * mask[:, :-1]  # (batch, words - 1)
        terms = tf.reduce_sum(mask, axis=1) + tf.reduce_sum(bigram_mask, axis=1)  # (batch,)
        factors = tf.concat([mask, bigram_mask], axis=1) / tf.sqrt(tf.maximum(terms, 1.0))[:, tf.newaxis]
        factors = self.dropout(factors, training=training)  # (batch, 2 * words - 1)
        # Only terms that are neither padding nor dropped are looked up, each once as in embedding_lookup.
        kept = tf.where(factors > 0)  # (kept terms, 2): text, position
        rows, columns = tf.unique(tf.gather_nd(tf.concat([ids_64, bigrams], axis=1), kept), tf.int64)
        shape = tf.stack([tf.shape(ids, tf.int64)[0], tf.size(rows, tf.int64)])  # batch, rows
        sparse_factors = tf.SparseTensor(
            tf.stack([kept[:, 0], columns], axis=1), tf.gather_nd(factors, kept), shape
        )
        weights = tf.gather(self.kernel.value, rows)  # (rows, categories)
        return tf.sparse.sparse_dense_matmul(sparse_factors, weights)  # (batch, categories)


class EnsembleMember(keras.layers.Layer):
    """Word embedding, recurrent layers, dense layer: ids (batch, words) int32 -> logits (batch, categories)."""

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
        embedding = self.embedding.embeddings.value  # (vocabulary, embedding_size)
        x = embedding_lookup(embedding, tf.transpose(ids))  # (words, batch, embedding_size)
        x = self.embedding_dropout(x, training=training)  # (words, batch, embedding_size)
        for layer in self.recurrent:
            # (words, batch, units or 2 units); of the last layer the pooled summary, (batch, pooled_size)
            x = layer(x, lengths, training=training)
        x = self.dropout(x, training=training)  # (batch, pooled_size)
        return self.dense(x)  # (batch, categories)


class Network(keras.Model):
    """An ensemble of one or more members: ids (batch, words) int32, padded with 0 at the end -> logits.

    Logits (batch, categories) and not probabilities: softmax and cross-entropy in one operation keep small
    probabilities exact.
    """

    def __init__(self, settings: NetworkSettings, *, words: int, categories: int) -> None:
        super().__init__(name="network")
        self.members = [
            EnsembleMember(settings, words=words, categories=categories)
            for _ in range(settings.ensemble_size)
        ]
        self.bag_of_words = (
            BagOfWordsBranch(
                words, settings.bigram_buckets, categories, dropout=settings.bag_of_words_dropout
            )
            if settings.has_bag_of_words
            else None
        )

    @property
    def embeddings(self) -> list[keras.Variable]:
        """The word embedding of each member, (words, embedding_size)."""
        return [member.embedding.embeddings for member in self.members]

    @property
    def sparse_variables(self) -> list[keras.Variable]:
        """The weights whose gradient is sparse: the word embeddings and the bag-of-words branch's kernel."""
        return [*self.embeddings, *((self.bag_of_words.kernel,) if self.bag_of_words else ())]

    def call(self, ids: tf.Tensor, training: bool = False) -> tf.Tensor:
        branch_logits = [self.bag_of_words(ids, training=training)] if self.bag_of_words else []
        return ensemble_logits([member(ids, training=training) for member in self.members], branch_logits)


def ensemble_logits(member_logits: list[tf.Tensor], branch_logits: list[tf.Tensor]) -> tf.Tensor:
    """The network's logits, (batch, categories): the mean of the members', plus the bag-of-words branch's.

    Args:
        member_logits: one or more, each (batch, categories).
        branch_logits: one, or none without the branch.
    """
    return tf.add_n([tf.add_n(member_logits) / len(member_logits), *branch_logits])


def build(network: NetworkSettings, *, words: int, categories: int, seed: int) -> Network:
    """A new model. ``seed`` decides the initial weights and every dropout mask.

    Args:
        words: size of the vocabulary, padding and out-of-vocabulary included.
        categories: number of labels.
    """
    keras.utils.set_random_seed(seed)
    model = Network(network, words=words, categories=categories)
    model(tf.ones((1, 1), tf.int32))  # creates the weights
    return model


def initialise_embeddings(model: Network, vectors: WordVectors) -> NDArray[np.bool_]:
    """Start every member's word embedding from word vectors, and return which rows they have: (words,).

    The other words, padding and out-of-vocabulary keep the start that they have.

    Args:
        vectors: of the model's vocabulary, in its order.
    """
    rows = np.zeros(model.embeddings[0].shape[0], np.bool_)  # (words,)
    rows[FIRST_WORD_ID:] = vectors.match.has_vector
    for embedding in model.embeddings:
        values = embedding.numpy()  # (words, embedding_size)
        values[rows] = vectors.values[vectors.match.has_vector]
        embedding.assign(values)
    return rows


def _variables(model: Network, network: NetworkSettings) -> dict[str, keras.Variable]:
    """The model's trainable variables under forward.py's names; Keras keeps them in the same order."""
    words, categories = model.members[0].embedding.input_dim, model.members[0].dense.units
    shapes = weight_shapes(network, words=words, categories=categories)
    variables = dict(zip(shapes, model.trainable_variables, strict=True))
    for name, variable in variables.items():
        if tuple(variable.shape) != shapes[name]:
            raise RuntimeError(f"{name} must be of shape {shapes[name]}, Keras has {tuple(variable.shape)}")
    return variables


def get_weights(model: Network, network: NetworkSettings) -> dict[str, np.ndarray]:
    """Copies of the weights, float32."""
    return {name: variable.numpy() for name, variable in _variables(model, network).items()}


def set_weights(model: Network, network: NetworkSettings, weights: dict[str, np.ndarray]) -> None:
    """Assign ``weights``, as :func:`get_weights` returns them."""
    for name, variable in _variables(model, network).items():
        variable.assign(weights[name])
