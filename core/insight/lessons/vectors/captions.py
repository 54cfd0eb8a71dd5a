"""Sentences on the distances of words, by one-hot and by embedding vectors; plain text."""

from collections.abc import Sequence

from core.insight.lessons.vectors.compute import (
    ONE_HOT_DISTANCE,
    Distance,
    WordVectors,
)


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
