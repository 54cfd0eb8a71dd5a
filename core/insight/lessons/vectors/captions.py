"""Sentences on the distances of words, by one-hot and by embedding vectors; plain text."""

from collections.abc import Sequence

from core.insight.lessons.random_embeddings import FARTHEST
from core.insight.lessons.vectors.compute import (
    ONE_HOT_DISTANCE,
    Distance,
    WordVectors,
)
from core.settings.run import InitialVectors


def distances(word: str, by_word: Sequence[Distance], *, learnt: bool) -> str:
    """The nearest and the farthest of some words, the nearest first in ``by_word``."""
    start = f"One-hot, every other word is {ONE_HOT_DISTANCE:.2f} from “{word}”."
    if not by_word:
        return start
    first, last = by_word[0], by_word[-1]
    rows = "By the learnt rows" if learnt else "By rows drawn at random, which nothing was learnt for,"
    if len(by_word) == 1:
        return f"{start} {rows} “{first.word}” is {first.distance:.2f} from it."
    return (
        f"{start} {rows} “{first.word}” is nearest of those drawn ({first.distance:.2f}) and “{last.word}” farthest "
        f"({last.distance:.2f})."
    )


def distance_title(word: str, second: str, pair: Distance | None, *, learnt: bool) -> str:
    """The title of the chart of the distances; ``pair``: that of the two words, None if it is not drawn."""
    if pair is None:
        return f"From “{word}”: one-hot {ONE_HOT_DISTANCE:.2f} to all"
    kind = "learnt" if learnt else "at random"
    return f"“{word}” and “{second}”: {pair.distance:.2f} {kind}, {ONE_HOT_DISTANCE:.2f} one-hot"


def vectors_title(rows: WordVectors) -> str:
    return f"{len(rows.vocabulary):,} numbers with a single 1, or {rows.size:,} numbers"


def rows(vectors: WordVectors, token_name: str, initial_vectors: InitialVectors | None) -> str:
    """What both rows of a word hold; ``initial_vectors``: the pretrained ones that training began with, if any."""
    vocabulary_size = len(vectors.vocabulary)
    origin = "which training has set" if vectors.learnt else "drawn at random"
    if initial_vectors and initial_vectors.frozen:
        origin = f"those of {initial_vectors.name} where it has the {token_name}, else set by training"
    return (
        f"One-hot, {vocabulary_size - 1:,} of a {token_name}'s {vocabulary_size:,} numbers are 0. "
        f"The short row has {vectors.size:,} numbers, {origin}: green above 0, purple below."
    )


def before_training(*, stored: bool, pretrained: str | None, frozen: bool) -> str:
    """Where the vectors came from before training; Markdown.

    Args:
        stored: whether the classifier's own initial vectors are stored.
        pretrained: name of the pretrained vectors that training began with, Markdown already; None: random ones.
        frozen: whether the pretrained vectors were not trained.
    """
    at_random = f"random numbers from -{FARTHEST} to {FARTHEST}"
    if not stored:
        return (
            f"Before training the rows are {at_random}, drawn anew here, since this classifier's own first rows were "
            "not kept: who is near is chance."
        )
    if pretrained is not None:
        stays = ", and those stay as they are" if frozen else ""
        return (
            f"Before training the rows of the words that {pretrained} has are taken from "
            f"it{stays}; the others are {at_random}."
        )
    return f"Before training the rows are {at_random}: who is near is chance."
