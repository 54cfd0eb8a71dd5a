"""Accuracy on slices of the articles: by length, by year, by number of out-of-vocabulary words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.insight.evaluation.held_out import HeldOutPart
from core.insight.intervals import wilson_interval

LENGTHS = 6  # slices by length at most
MOST_UNKNOWN = 5  # this many or more unknown words form one slice


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """Some of the articles: how many, the accuracy on them, and its 95 % interval."""

    name: str
    articles: int
    accuracy: float
    low: float
    high: float


def by_length(part: HeldOutPart, *, sequence_length: int) -> tuple[Slice, ...]:
    """Quantile bins of the length, short to long; articles that reach ``sequence_length`` form a slice of their own.

    Length counts the tokens read, the separator included.
    """
    below = part.lengths[part.lengths < sequence_length]
    ends = np.empty(0, int)
    if len(below):
        ends = np.unique(np.quantile(below, np.linspace(0, 1, LENGTHS)[1:], method="higher"))
    starts = [int(below.min()) if len(below) else 0, *(int(end) + 1 for end in ends[:-1])]
    names = [
        f"{start}" if start == end else f"{start} to {end}" for start, end in zip(starts, ends, strict=False)
    ]
    slice_index = np.searchsorted(ends, part.lengths)  # past the last bin where the text is truncated
    return _slices(part, slice_index, [*names, f"{sequence_length} or more"])


def by_year(part: HeldOutPart) -> tuple[Slice, ...]:
    """Year by year; articles without a date are left out."""
    years = np.unique(part.years[part.years > 0])
    slice_index = np.where(part.years > 0, np.searchsorted(years, part.years), -1)
    return _slices(part, slice_index, [str(year) for year in years])


def by_unknown(part: HeldOutPart) -> tuple[Slice, ...]:
    """By how many of the tokens read are out of vocabulary."""
    names = [*map(str, range(MOST_UNKNOWN)), f"{MOST_UNKNOWN} or more"]
    return _slices(part, np.minimum(part.unknown, MOST_UNKNOWN), names)


def _slices(
    part: HeldOutPart, slice_index: npt.NDArray[np.integer], names: Sequence[str]
) -> tuple[Slice, ...]:
    """One slice for each name that has articles; ``slice_index`` (articles,) is a name's position, or -1 for none."""
    correct = part.logits.argmax(axis=1) == part.y
    rows = np.bincount(slice_index[slice_index >= 0], minlength=len(names))
    hits = np.bincount(slice_index[(slice_index >= 0) & correct], minlength=len(names))
    low, high = wilson_interval(hits, rows)
    return tuple(
        Slice(name=name, articles=int(n), accuracy=float(k / n), low=float(bottom), high=float(top))
        for name, n, k, bottom, top in zip(names, rows, hits, low, high, strict=True)
        if n
    )
