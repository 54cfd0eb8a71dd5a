"""Sentences on the distances of words, by one-hot and by embedding vectors; plain text."""

from collections.abc import Sequence

from core.insight.lessons.vectors.compute import (
    ONE_HOT_DISTANCE,
    Distance,
)


def caption(word: str, distances: Sequence[Distance], *, learnt: bool) -> str:
    """The caption of the distances; plain text."""
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
