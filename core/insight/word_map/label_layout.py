"""Where names stand on a word map: which words are named, and positions at which no name lies on another.

Positions and sizes of labels are shares of the axes' lengths. Leaves out: the drawing (``figures.py``).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from core.insight.word_map.word_map import WordMap

NAMED_WORDS = 24  # labelled on the map while none is searched
MOST_LETTERS = 20  # of a word's label
LETTER_WIDTH, LINE_HEIGHT = 0.014, 0.05
_BINS = 10  # along an axis, to find where a category's words are densest

Points = npt.NDArray[np.floating]
Label = tuple[tuple[float, float], float]  # a label's middle and half its width


def strongest_words(word_map: WordMap, categories: Sequence[int]) -> list[int]:
    """Positions of the words that support the categories most, each category in turn; without any, the farthest out."""
    if not categories:
        farthest: list[int] = np.argsort(-np.linalg.norm(word_map.points, axis=1), kind="stable").tolist()
        return farthest[: 4 * NAMED_WORDS]
    strongest = []
    for category in categories:
        words = np.flatnonzero(word_map.categories == category)
        order = np.argsort(-word_map.effect_sizes[words], kind="stable")
        strongest.append(words[order][:NAMED_WORDS].tolist())
    turns = (words[turn] for turn in range(NAMED_WORDS) for words in strongest if turn < len(words))
    return [word for word, _ in zip(turns, range(4 * NAMED_WORDS), strict=False)]


def axis_ranges(points: Points, selected: Sequence[int] | None) -> tuple[np.ndarray, np.ndarray]:
    """Lower and upper ends of the axes, (dimensions,) each, around all points or the ``selected`` ones."""
    within = points[list(selected)] if selected else points
    if not len(within):
        return np.full(2, -1.0), np.full(2, 1.0)
    low, high = within.min(axis=0), within.max(axis=0)
    margin = (
        np.maximum((0.06 if selected is None else 0.3) * (high - low), 0.005 * np.ptp(points, axis=0)) + 1e-6
    )
    return low - margin, high + margin


def words_with_room(
    word_map: WordMap,
    points: Points,
    words: Sequence[int],
    low: np.ndarray,
    high: np.ndarray,
    labels: Sequence[Label],
) -> list[int]:
    """Those of ``words`` whose labels overlap none of ``labels`` and no earlier word's."""
    occupied, with_room = list(labels), []
    for word in words:
        x, y = (points[word] - low) / (high - low)
        y += LINE_HEIGHT / 2  # a word's name stands above its point
        half_width = LETTER_WIDTH * min(len(word_map.words[word]), MOST_LETTERS) / 2
        if _is_free((x, y), half_width, occupied):
            occupied.append(((x, y), half_width))
            with_room.append(word)
    return with_room


def _is_free(middle: tuple[float, float], half_width: float, labels: Sequence[Label]) -> bool:
    return all(
        abs(middle[0] - x) > half_width + half or abs(middle[1] - y) > LINE_HEIGHT for (x, y), half in labels
    )


def densest_point(word_map: WordMap, points: Points, category: int) -> Points:
    """(dimensions,): where the words that support a category most stand together."""
    own = points[word_map.categories == category]
    weights = word_map.effect_sizes[word_map.categories == category] ** 2  # strong words count more
    counts, edges = np.histogramdd(
        own,
        bins=_BINS,
        weights=weights if weights.any() else None,
        range=list(zip(points.min(0), points.max(0) + 1e-6, strict=True)),
    )
    fullest = np.unravel_index(counts.argmax(), counts.shape)
    within = np.ones(len(own), bool)
    for axis, bin_index in enumerate(fullest):
        within &= (own[:, axis] >= edges[axis][bin_index]) & (own[:, axis] <= edges[axis][bin_index + 1])
    middle: Points = own[within].mean(axis=0)
    return middle


def category_labels(
    names: Sequence[str], points: Sequence[Points], low: np.ndarray, high: np.ndarray
) -> list[Label]:
    """The categories' names, each as near to its point of ``points`` as the earlier ones leave room."""
    labels: list[Label] = []
    for name, point in zip(names, points, strict=True):
        x, y = (point - low) / (high - low)
        half_width = 1.3 * LETTER_WIDTH * len(name) / 2
        x = float(np.clip(x, half_width, max(1 - half_width, half_width)))
        shifts = (sign * step * LINE_HEIGHT for step in range(20) for sign in (1, -1))
        free = (
            y + shift
            for shift in shifts
            if 0 < y + shift < 1 and _is_free((x, y + shift), half_width, labels)
        )
        labels.append(((x, float(next(free, y))), half_width))
    return labels
