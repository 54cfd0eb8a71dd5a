"""Sentences on the distances of words, by one-hot and by embedding vectors.

Plain text, or Markdown where it says so.
"""

import math
from collections.abc import Sequence

from core.insight.lessons.random_embeddings import FARTHEST
from core.insight.lessons.vectors.compute import (
    BYTES,
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
    by_rows = "By the learnt rows" if learnt else "By random rows that have learnt nothing,"
    if len(by_word) == 1:
        return f"{start} {by_rows} “{first.word}” is {first.distance:.2f} from it."
    return (
        f"{start} {by_rows} “{first.word}” is nearest among those in the chart ({first.distance:.2f}) and "
        f"“{last.word}” farthest ({last.distance:.2f})."
    )


def distance_title(word: str, second: str, pair: Distance | None, *, learnt: bool) -> str:
    """The title of the chart of the distances; ``pair``: that of the two words, None if it is not drawn."""
    if pair is None:
        return f"From “{word}”: one-hot {ONE_HOT_DISTANCE:.2f} to all"
    kind = "learnt" if learnt else "at random"
    return f"“{word}” and “{second}”: {pair.distance:.2f} {kind}, {ONE_HOT_DISTANCE:.2f} one-hot"


def arrows_title(pair: Distance) -> str:
    """The title of the chart of arrows."""
    return f"{_degrees(pair.cosine):.0f}° between them, 90° one-hot"


def arrows(word: str, pair: Distance, *, learnt: bool) -> str:
    """The angle between two words, and what it means."""
    kind = "learnt" if learnt else "random"
    return (
        f"The {kind} vectors of “{word}” and “{pair.word}” have a cosine of {pair.cosine:.2f}: an angle of "
        f"{_degrees(pair.cosine):.0f}°. Two one-hot vectors always have an angle of 90° and a cosine of 0."
    )


def _degrees(cosine: float) -> float:
    return math.degrees(math.acos(max(-1.0, min(1.0, cosine))))


def vectors_title(vectors: WordVectors) -> str:
    return f"{len(vectors.vocabulary):,} numbers with a single 1, or {vectors.size:,} numbers"


def rows(vectors: WordVectors, token_name: str, initial_vectors: InitialVectors | None) -> str:
    """What both rows of a word hold; ``initial_vectors``: the pretrained ones that training began with, if any."""
    vocabulary_size = len(vectors.vocabulary)
    origin = "which training has set" if vectors.learnt else "drawn at random"
    if initial_vectors and initial_vectors.frozen:
        origin = f"those of {initial_vectors.name} where it has the {token_name}, else set by training"
    return (
        f"In the one-hot row, {vocabulary_size - 1:,} of {vocabulary_size:,} numbers are 0. The short row "
        f"has {vectors.size:,} numbers, {origin}: green above 0, purple below."
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
            f"Before training the rows are {at_random}. These are drawn again, because the first rows of "
            "this classifier were not kept. Which words are near is luck."
        )
    if pretrained is not None:
        stays = ", and those stay as they are" if frozen else ""
        return (
            f"Before training, the rows of words in {pretrained} come from there{stays}. The others are "
            f"{at_random}."
        )
    return f"Before training the rows are {at_random}. Which words are near is luck."


def embedding(token_name: str, *, is_own: bool, ensemble_size: int) -> str:
    """Whose embedding the chapter uses: the visitor's own classifier's or the starter's."""
    caption = "The rows are those of your own classifier" if is_own else "The rows are the starter's"
    if token_name == "character":
        caption += ", one for each character"
    caption += "."
    if ensemble_size > 1:
        caption += f" It has {ensemble_size} networks with an embedding each. These rows are from the first."
    return caption


def choices(token_name: str, *, known: int, unknown: int) -> str:
    """How many distinct tokens of the sentence are out-of-vocabulary, and whether there are too few to choose from."""
    caption = ""
    if unknown:
        caption += (
            f" {unknown:,} of your {token_name}s {'is' if unknown == 1 else 'are'} not in its vocabulary."
        )
    if known < 2:
        caption += " So you can choose from these words."
    return caption


def neighbours(token_name: str, origin: str) -> str:
    """What training does to neighbours; ``origin``: where the vectors came from, Markdown already."""
    return (
        f"With one-hot rows there is no nearest {token_name}: every cosine is 0. {origin} Training moves "
        f"{token_name}s together that help with the same categories."
    )


def one_hot_product(vectors: WordVectors, token_id: int, *, difference: float, drawn_columns: int) -> str:
    """How the product is computed; ``difference``: the largest one between the product and the word's vector."""
    exact = difference == 0
    product = (
        "The product is exactly that row."
        if exact
        else f"Product and row differ by {difference:g}, from rounding."
    )
    return (
        f"Each row is multiplied by its one-hot number, and all are added: {len(vectors.embedding) - 1:,} "
        f"rows times 0, one row times 1. {product} So the layer multiplies nothing and takes row "
        f"{token_id:,} directly. The first {drawn_columns} of {vectors.size} numbers are shown."
    )


def storage(token_name: str, dimensions: int) -> str:
    """What one more token in the vocabulary takes."""
    return (
        f"{BYTES} bytes per number. Each extra {token_name} makes every one-hot row one number longer. A "
        f"learnt row keeps its {dimensions:,} numbers, and the table gets one more row."
    )
