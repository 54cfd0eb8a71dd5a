"""Sparse one-hot vectors compared with dense embedding vectors: distances, nearest neighbours, storage.

A one-hot vector has one dimension for each word of the vocabulary, a 1 at the word's token id and 0 elsewhere. An
embedding vector is short and trained: Y. Bengio et al., "A Neural Probabilistic Language Model", JMLR 3 (2003).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.insight.lessons import random_embeddings
from core.insight.word_map.computed_map import MOST_WORDS
from core.insight.word_map.word_map import WordMap
from core.model.forward import Array
from core.model.nearest_words import nearest
from core.text.cleaning_steps import SEPARATOR
from core.text.vocabulary import FIRST_WORD_ID, Vocabulary

ONE_HOT_DISTANCE = math.hypot(1, 1)  # two one-hot vectors differ in two dimensions, by 1 each
BYTES = 4  # of a number (float32)
RANDOM_DIMENSIONS = 8  # of a random vector where there is no classifier

Neighbours = list[tuple[int, float]]  # (id, cosine), the nearest first


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordVectors:
    """An embedding matrix with its vocabulary.

    Attributes:
        vocabulary: a word's token id is its row.
        embedding: (words, size).
        learnt: False for random, untrained vectors.
    """

    vocabulary: Vocabulary
    embedding: Array
    learnt: bool

    @property
    def size(self) -> int:
        """Dimensions of a vector."""
        return int(self.embedding.shape[1])

    @classmethod
    def random(cls, vocabulary: Vocabulary, *, most: int = MOST_WORDS) -> "WordVectors":
        """Untrained vectors of the ``most`` most frequent words."""
        frequent = Vocabulary(words=vocabulary.words[:most], counts=vocabulary.counts[:most])
        return cls(
            vocabulary=frequent,
            embedding=random_embeddings.random_rows(range(len(frequent)), RANDOM_DIMENSIONS),
            learnt=False,
        )

    def known(self, words: Iterable[str]) -> list[str]:
        """Those of ``words`` that are in the vocabulary, each once, in order."""
        return [word for word in dict.fromkeys(words) if word in self.vocabulary and word != SEPARATOR]

    def token_id(self, word: str) -> int:
        return self.vocabulary.token_id(word)

    def vector(self, word: str) -> Array:
        """(size,)."""
        vector: Array = self.embedding[self.token_id(word)]
        return vector


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """Euclidean distance of two words' normalised vectors: 0 the same direction, 1.41 at right angles, 2 opposite.

    Both vectors are scaled to length 1, as one-hot vectors are, so distance and cosine are equivalent:
    ``distance ** 2 == 2 - 2 * cosine``.
    """

    word: str
    distance: float
    cosine: float


def distances(rows: WordVectors, word: str, others: Iterable[str]) -> list[Distance]:
    """Distances from ``word`` to each of the ``others``, the nearest first."""
    vector = _normalise(rows.vector(word))
    by_word = []
    for other in others:
        other_vector = _normalise(rows.vector(other))
        by_word.append(
            Distance(
                word=other,
                distance=float(np.linalg.norm(vector - other_vector)),
                cosine=float(vector @ other_vector),
            )
        )
    return sorted(by_word, key=lambda distance: distance.distance)


def comparison_words(
    words: Sequence[str], near: Sequence[str], *, first: str, second: str, most: int
) -> list[str]:
    """The words to compare ``first`` with: ``second``, the other ``words``, three nearest; ``most`` in all."""
    others = [second, *(word for word in words if word not in (first, second))]
    return list(dict.fromkeys([*others[: most - 3], *near[:3]]))


def _normalise(vector: Array) -> np.ndarray:
    vector = vector.astype(np.float64)
    return vector / max(float(np.linalg.norm(vector)), 1e-12)


def initial_neighbours(word_map: WordMap, word: int, *, most: int) -> tuple[Neighbours, bool]:
    """The nearest neighbours of a word before training, and whether by the classifier's own initial vectors.

    Where those are not stored, use random vectors of the same distribution.
    """
    stored = word_map.initial_neighbours(word, most=most)
    if stored is not None:
        return stored, True
    ids = [*range(FIRST_WORD_ID + len(word_map)), word]  # a word that is not on the map comes last
    ids = ids[:-1] if word < len(ids) - 1 else ids
    row = ids.index(word)
    near, cosines = nearest(random_embeddings.random_rows(ids, word_map.embedding.shape[1]), [row], most=most)
    return [
        (ids[neighbour], cosine) for neighbour, cosine in zip(near[0], cosines[0].tolist(), strict=True)
    ], False


def one_hot_product(embedding: Array, token_id: int) -> Array:
    """(size,): a word's one-hot vector times the embedding matrix, as a full product. Equals the word's vector."""
    one_hot = np.zeros(len(embedding), embedding.dtype)
    one_hot[token_id] = 1
    return one_hot @ embedding


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSize:
    """Numbers that some words take, as one-hot and as embedding vectors."""

    name: str
    words: int
    one_hot: int
    embedding: int


def storage_sizes(
    *, vocabulary_size: int, dimensions: int, texts: Sequence[tuple[str, int]]
) -> list[StorageSize]:
    """The storage of each (name, words) in ``texts``; the embedding matrix itself is not counted."""
    return [
        StorageSize(name=name, words=words, one_hot=words * vocabulary_size, embedding=words * dimensions)
        for name, words in texts
    ]
