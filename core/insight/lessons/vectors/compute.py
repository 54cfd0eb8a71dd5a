"""One-hot rows against learnt ones: how far apart words are, who is near, how many numbers they take.

A one-hot row has a 0 for every word of the index and a single 1 at its own word's number. A learnt one is short, and
training has moved it: Y. Bengio et al., "A Neural Probabilistic Language Model", JMLR 3 (2003).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from core.insight.lessons import random_embeddings
from core.insight.word_map.word_map import MOST_WORDS, WordMap
from core.model.forward import Array
from core.model.nearest_words import nearest
from core.text.cleaning_steps import SEPARATOR
from core.text.vocabulary import FIRST_WORD_ID, Vocabulary

ONE_HOT_DISTANCE = math.hypot(1, 1)  # two one-hot rows differ in two places, by 1 each
BYTES = 4  # of a number, as networks hold them (float32)
RANDOM_DIMENSIONS = 8  # numbers of a row where there is no classifier to take them from

Neighbours = list[tuple[int, float]]  # (id, cosine), the nearest first


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordVectors:
    """A word table to look at.

    Attributes:
        vocabulary: its words; a word's number is its row.
        table: (words, size).
        learnt: False for numbers drawn at random, which nobody trained.
    """

    vocabulary: Vocabulary
    embedding: Array
    learnt: bool

    @property
    def size(self) -> int:
        """Numbers in a row."""
        return self.embedding.shape[1]

    @classmethod
    def random(cls, vocabulary: Vocabulary, *, most: int = MOST_WORDS) -> "WordVectors":
        """Rows that nothing was learnt for, of the ``most`` most frequent words."""
        kept = Vocabulary(words=vocabulary.words[:most], counts=vocabulary.counts[:most])
        return cls(
            vocabulary=kept,
            embedding=random_embeddings.random_rows(range(len(kept)), RANDOM_DIMENSIONS),
            learnt=False,
        )

    def known(self, words: Iterable[str]) -> list[str]:
        """Those of ``words`` that have a row of their own, each once, in order."""
        return [word for word in dict.fromkeys(words) if word in self.vocabulary and word != SEPARATOR]

    def token_id(self, word: str) -> int:
        return self.vocabulary.token_id(word)

    def vector(self, word: str) -> Array:
        """(size,)."""
        return self.embedding[self.token_id(word)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How far a word is from another by their rows: 0 the same direction, 1.41 at right angles, 2 opposite.

    Both rows are made 1 long first, as one-hot rows are; so the distance and the cosine say the same:
    ``distance ** 2 == 2 - 2 * cosine``.
    """

    word: str
    distance: float
    cosine: float


def distances(rows: WordVectors, word: str, others: Iterable[str]) -> list[Distance]:
    """From ``word`` to each of the ``others``, the nearest first."""
    own = _unit(rows.vector(word))
    found = []
    for other in others:
        row = _unit(rows.vector(other))
        found.append(Distance(word=other, distance=float(np.linalg.norm(own - row)), cosine=float(own @ row)))
    return sorted(found, key=lambda one: one.distance)


def comparison_words(
    words: Sequence[str], near: Sequence[str], *, first: str, second: str, most: int
) -> list[str]:
    """Whom ``first`` is compared with: ``second``, the other ``words``, three of its nearest; ``most`` in all."""
    others = [second, *(word for word in words if word not in (first, second))]
    return list(dict.fromkeys([*others[: most - 3], *near[:3]]))


def _unit(row: Array) -> np.ndarray:
    row = row.astype(np.float64)
    return row / max(float(np.linalg.norm(row)), 1e-12)


def initial_neighbours(word_map: WordMap, word: int, *, most: int) -> tuple[Neighbours, bool]:
    """The nearest of a word before anything was learnt, and whether by the classifier's own first rows.

    Where those were not kept, rows are drawn anew, as they were.
    """
    kept = word_map.initial_neighbours(word, most=most)
    if kept is not None:
        return kept, True
    ids = [*range(FIRST_WORD_ID + len(word_map)), word]  # the word stands at the end, whichever it is
    ids = ids[:-1] if word < len(ids) - 1 else ids
    place = ids.index(word)
    near, cosines = nearest(
        random_embeddings.random_rows(ids, word_map.embedding.shape[1]), [place], most=most
    )
    return [(ids[one], cosine) for one, cosine in zip(near[0], cosines[0].tolist(), strict=True)], False


def one_hot_product(embedding: Array, token_id: int) -> Array:
    """(size,): the one-hot row of a word, times the table, all multiplications done. It is the word's row."""
    one_hot = np.zeros(len(embedding), embedding.dtype)
    one_hot[token_id] = 1
    return one_hot @ embedding


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageSize:
    """Numbers that some words take, as one-hot rows and as short ones."""

    name: str
    words: int
    one_hot: int
    embedding: int


def storage_sizes(
    *, vocabulary_size: int, dimensions: int, texts: Sequence[tuple[str, int]]
) -> list[StorageSize]:
    """For each (what, words): ``index`` numbers a word one-hot, ``size`` learnt; the table is not counted in."""
    return [
        StorageSize(name=what, words=words, one_hot=words * vocabulary_size, embedding=words * dimensions)
        for what, words in texts
    ]


def caption(word: str, distances: Sequence[Distance], *, learnt: bool) -> str:
    """What the distances show; plain text."""
    start = f"One-hot, every other word is {ONE_HOT_DISTANCE:.2f} from “{word}”."
    if not distances:
        return start
    first, last = distances[0], distances[-1]
    by = "By the learnt rows" if learnt else "By rows drawn at random, which nothing was learnt for,"
    if len(distances) == 1:
        return f"{start} {by} “{first.word}” is {first.distance:.2f} from it."
    return (
        f"{start} {by} “{first.word}” is nearest of those drawn ({first.distance:.2f}) and “{last.word}” farthest "
        f"({last.distance:.2f})."
    )
