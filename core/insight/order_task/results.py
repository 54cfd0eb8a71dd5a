"""Recorded accuracies on "Who beat whom": four cells and two linear models, five seeds each.

``python -m data.make_order_results`` trains and measures them and writes ``data/order_results.json``. Leaves out: the
file itself (``data/make_who_beat_whom.py``), a race of the visitor's own (``insight/memory_race``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean
from typing import Any

import msgspec
import numpy as np

from core import paths
from core.insight.evaluation.word_order import Reordering
from core.settings.network import CELLS
from core.settings.run import RunSettings
from core.text.sequences import Sequences
from core.text.vocabulary import OOV_ID, Vocabulary

SCHEMA = 1
TEAMS = ("frostby", "snowick", "sunford", "palmona")  # as cleaning leaves them
EXAMPLE = "Frostby narrowly won against proud Sunford on a muddy field while rain kept falling"
CHANCE = 0.5  # two categories, equally frequent

WORDS, PAIRS, LONGER = "words", "pairs", "longer"
CELL_NAMES: tuple[str, ...] = CELLS
LEARNERS = (WORDS, PAIRS, *CELL_NAMES)  # in the order of a table
NAMES: Mapping[str, str] = {
    WORDS: "bag of words",
    PAIRS: "bag of words and pairs",
    **{cell: cell for cell in CELLS},
    LONGER: "SimpleRNN, fewer units and more epochs",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnerResult:
    """What a learner reached with one seed; shares from 0 to 1.

    Attributes:
        learner: a cell, ``WORDS``, ``PAIRS`` or ``LONGER``.
        units, epochs: of a network; None for a linear model.
        validation, accuracy: on the validation and the test articles of the seed's split.
        by_distance: on made headlines, for each of ``OrderResults.distances``.
        orders: accuracy on the test articles after each reordering.
        moved: probability that moves when the two names of a test article change places: the mean total variation
            distance.
        changed: share of the test articles whose answer changes then.
    """

    learner: str
    seed: int
    units: int | None
    epochs: int | None
    validation: float
    accuracy: float
    by_distance: tuple[float, ...]
    orders: Mapping[Reordering, float]
    moved: float
    changed: float

    def to_json(self) -> dict[str, Any]:
        record: dict[str, Any] = msgspec.to_builtins(self)
        return record | {name: round(record[name], 4) for name in ("validation", "moved", "changed")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Mean, smallest and largest value over the seeds."""

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Of at least one value."""
        return cls(mean=fmean(values), low=min(values), high=max(values))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderResults:
    """All recorded results.

    Attributes:
        settings: of the GRU with the first seed; the other cells differ in cell and units, ``longer`` in epochs too.
        distances: fillers after the second name.
        made_headlines: how many stand behind an accuracy at one distance.
        fingerprint: of the file that the learners were trained on.
    """

    settings: RunSettings
    longer: RunSettings
    distances: tuple[int, ...]
    made_headlines: int
    fingerprint: str
    results: tuple[LearnerResult, ...]

    def of(self, learner: str) -> tuple[LearnerResult, ...]:
        """The learner's results, a seed each."""
        return tuple(result for result in self.results if result.learner == learner)

    @property
    def seeds(self) -> int:
        return len({result.seed for result in self.results})

    def accuracy(self, learner: str) -> Spread:
        return Spread.of([result.accuracy for result in self.of(learner)])

    def at_distance(self, learner: str, distance: int) -> Spread:
        index = self.distances.index(distance)
        return Spread.of([result.by_distance[index] for result in self.of(learner)])

    def after(self, learner: str, reordering: Reordering) -> Spread:
        """Accuracy on reordered test articles."""
        return Spread.of([result.orders[reordering] for result in self.of(learner)])

    def moved(self, learner: str) -> Spread:
        """Probability that a swap of the two names moves."""
        return Spread.of([result.moved for result in self.of(learner)])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """``order_results.json`` as it is decoded."""

    schema: int
    settings: dict[str, Any]
    longer: dict[str, Any]
    distances: tuple[int, ...]
    made_headlines: int
    fingerprint: str
    results: tuple[LearnerResult, ...]


@cache
def order_results() -> OrderResults:
    """Read the recorded results, once per process.

    Raises:
        ValueError, SettingsError: the file is not what the script writes.
    """
    record = msgspec.json.decode(paths.ORDER_RESULTS.read_bytes(), type=_Record)
    if record.schema != SCHEMA:
        raise ValueError(f"schema of {paths.ORDER_RESULTS.name} must be {SCHEMA}, got {record.schema!r}")
    return OrderResults(
        settings=RunSettings.from_json(record.settings),
        longer=RunSettings.from_json(record.longer),
        distances=record.distances,
        made_headlines=record.made_headlines,
        fingerprint=record.fingerprint,
        results=record.results,
    )


def is_order_task(fingerprint: str) -> bool:
    """Whether a run learnt from the file of the recorded results."""
    return fingerprint == order_results().fingerprint


def name_positions(words: Sequence[str]) -> tuple[int, int] | None:
    """Where the two names stand; None unless there are exactly two."""
    positions = [position for position, word in enumerate(words) if word in TEAMS]
    return (positions[0], positions[1]) if len(positions) == 2 else None


def swap_names(texts: Sequences, vocabulary: Vocabulary) -> Sequences:
    """The texts with their two names in each other's place; each must have exactly two."""
    team_ids = [vocabulary.token_id(team) for team in TEAMS]
    if OOV_ID in team_ids:
        raise ValueError(f"the vocabulary must have the names {', '.join(TEAMS)}")
    positions = np.flatnonzero(np.isin(texts.ids, team_ids)).reshape(-1, 2)  # (texts, 2)
    if not np.array_equal(
        np.searchsorted(texts.offsets, positions, "right") - 1, np.arange(len(texts))[:, None].repeat(2, 1)
    ):
        raise ValueError("each text must have exactly two names")
    ids = texts.ids.copy()
    ids[positions] = ids[positions[:, ::-1]]
    return Sequences(ids=ids, offsets=texts.offsets)
