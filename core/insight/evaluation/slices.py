"""On which articles a classifier fails: accuracy by length, by year, by words that it does not know."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.insight.evaluation.held_out import HeldOutPart
from core.insight.intervals import wilson_interval

LENGTHS = 6  # slices by length at most
MOST_UNKNOWN = 5  # from so many unknown words on, one slice


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Some of the articles: how many, how often right, and the 95 % interval of that."""

    name: str
    articles: int
    accuracy: float
    low: float
    high: float


def by_length(part: HeldOutPart, *, sequence_length: int) -> tuple[Slice, ...]:
    """Short to long, of about as many articles each; those that reach ``cut``, where reading ends, by themselves.

    Length is in words read, the mark before the description included.
    """
    whole = part.lengths[part.lengths < sequence_length]
    ends = np.empty(0, int)
    if len(whole):
        ends = np.unique(np.quantile(whole, np.linspace(0, 1, LENGTHS)[1:], method="higher"))
    starts = [int(whole.min()) if len(whole) else 0, *(int(end) + 1 for end in ends[:-1])]
    names = [
        f"{start}" if start == end else f"{start} to {end}" for start, end in zip(starts, ends, strict=False)
    ]
    place = np.searchsorted(ends, part.lengths)  # after the last where it is cut
    return _slices(part, place, [*names, f"{sequence_length} or more"])


def by_year(part: HeldOutPart) -> tuple[Slice, ...]:
    """Year by year; articles without a date are left out."""
    years = np.unique(part.years[part.years > 0])
    place = np.where(part.years > 0, np.searchsorted(years, part.years), -1)
    return _slices(part, place, [str(year) for year in years])


def by_unknown(part: HeldOutPart) -> tuple[Slice, ...]:
    """By how many of the words read are not in the word index."""
    names = [*map(str, range(MOST_UNKNOWN)), f"{MOST_UNKNOWN} or more"]
    return _slices(part, np.minimum(part.unknown, MOST_UNKNOWN), names)


def _slices(part: HeldOutPart, place: npt.NDArray[np.integer], names: Sequence[str]) -> tuple[Slice, ...]:
    """One for each name that has articles; ``place`` (articles,) is a name's position, or -1 for none."""
    right = part.logits.argmax(axis=1) == part.y
    rows = np.bincount(place[place >= 0], minlength=len(names))
    hits = np.bincount(place[(place >= 0) & right], minlength=len(names))
    low, high = wilson_interval(hits, rows)
    return tuple(
        Slice(name=name, articles=int(n), accuracy=float(k / n), low=float(bottom), high=float(top))
        for name, n, k, bottom, top in zip(names, rows, hits, low, high, strict=True)
        if n
    )
