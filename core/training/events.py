"""The events that a run reports: frozen records, written to and read from JSON.

The web server reads them from the run's ``events.jsonl``, so nothing here imports TensorFlow.
"""

import math
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from core.model.scores import Scores
from core.news.label_matching import LeftOut

Ending = Literal["epochs", "patience", "stopped"]
BaselineName = Literal["majority", "linear"]


class _Event(msgspec.Struct, frozen=True, tag=True, tag_field="event"):
    """An event's record names its class: ``{"event": "Paused", "epoch": 2, ...}``."""


class Preparing(_Event, frozen=True, kw_only=True):
    """A stage before training: reading, cleaning, encoding as token ids, building the network."""

    stage: str
    share: float  # 0 to 1 of this stage
    seconds: float  # since the run's start, as in every event


class Prepared(_Event, frozen=True, kw_only=True):
    """The stages before training are over; the sizes of data and network."""

    training_rows: int
    validation_rows: int
    test_rows: int
    categories: int
    words: int  # size of the vocabulary, padding and out-of-vocabulary included
    majority: float  # share of the most frequent category: the line to beat
    parameters: int
    seconds: float
    # Words whose embedding starts from word vectors, and their share of all occurrences of the vocabulary's words;
    # None without word vectors.
    vectors_found: int | None = None
    vectors_running: float | None = None
    # What of a test file of one's own is not scored; not there where the test part was drawn from the file.
    test_left_out: tuple[LeftOut, ...] | msgspec.UnsetType = msgspec.UNSET


class BatchEnd(_Event, frozen=True, kw_only=True):
    """The progress within an epoch, a few times a second.

    ``loss`` and ``accuracy`` are over the training articles since the last BatchEnd. The validation figures are
    estimates over a few hundred validation articles; None if this event has none.
    """

    epoch: int  # from 1
    step: int  # batches done in this epoch
    steps: int  # batches in an epoch
    rows: int  # training articles seen since the run's start
    loss: float
    accuracy: float
    validation_loss: float | None
    validation_accuracy: float | None
    rows_per_second: float
    seconds: float


class EpochEnd(_Event, frozen=True, kw_only=True):
    """The end of an epoch: training figures over the epoch, validation figures over the whole validation part."""

    epoch: int
    rows: int
    loss: float
    accuracy: float
    validation_loss: float
    validation_accuracy: float
    best: bool  # the lowest validation loss so far: these weights are kept
    learning_rate: float
    seconds: float


class Baseline(_Event, frozen=True, kw_only=True):
    """The scores of a baseline on the same parts; before Prepared, once for each name, if the run measures any."""

    name: BaselineName
    validation_accuracy: float
    test_accuracy: float
    test_macro_f1: float
    seconds: float  # for learning and scoring; not since the run's start


class Paused(_Event, frozen=True, kw_only=True, omit_defaults=True):
    """The run is paused at a checkpoint and can resume; if it was preempted, it waits and resumes by itself."""

    epoch: int
    step: int
    seconds: float
    preempted: bool = False  # by those who waited, not by its owner


class Resumed(_Event, frozen=True, kw_only=True):
    """The run resumes from a checkpoint."""

    epoch: int
    step: int
    seconds: float


class Changed(_Event, frozen=True, kw_only=True):
    """From here on the run has another learning rate or number of epochs, set while it was paused or had ended."""

    learning_rate: float  # what the schedule starts from
    rate_before: float
    epochs: int  # in all
    epoch: int  # the current epoch, as in Resumed
    step: int
    seconds: float


class Scoring(_Event, frozen=True, kw_only=True):
    """Training is over; the best weights are scored on the ``rows`` articles of the test part."""

    rows: int
    seconds: float


class Finished(_Event, frozen=True, kw_only=True):
    """The classifier is saved; ``ending`` is why training ended."""

    ending: Ending
    epochs: int  # epochs completed
    best_epoch: int  # 0: stopped before the first epoch's end
    validation_loss: float
    validation_accuracy: float
    test: Scores
    seconds: float


class Failed(_Event, frozen=True, kw_only=True):
    """The run ended without a classifier; ``reason`` is shown to the visitor as it is."""

    reason: str
    seconds: float


Event = (
    Preparing
    | Prepared
    | BatchEnd
    | EpochEnd
    | Baseline
    | Paused
    | Resumed
    | Changed
    | Scoring
    | Finished
    | Failed
)


def to_json(event: Event) -> dict[str, Any]:
    """``{"event": "EpochEnd", ...its fields}``; the inverse of :func:`from_json`."""
    record: dict[str, Any] = msgspec.to_builtins(event)
    return record


def from_json(record: Any) -> Event:
    """Read one record of ``events.jsonl``; fields of a later version are ignored.

    Raises:
        ValueError: the record names no known event, lacks a field, or has one of another type.
    """
    event: Event = msgspec.convert(record, Event)
    return event


def drop_replayed_events(events: Iterable[Event]) -> list[Event]:
    """The events that an undisturbed run would have emitted: without those that a resumed run repeats.

    A run that was killed resumes from its last checkpoint and emits again what came after it. Without a checkpoint it
    starts over: a second Prepared that no Resumed follows.
    """
    emitted: list[Event] = []
    prepared = restarted = False
    for event in events:
        if restarted or isinstance(event, Resumed):
            checkpoint = (event.epoch, event.step) if isinstance(event, Resumed) else (0, 0)
            emitted = [earlier for earlier in emitted if _position(earlier) <= checkpoint]
        restarted = prepared and isinstance(event, Prepared)
        repeated = prepared and isinstance(event, Preparing | Prepared)
        if isinstance(event, Changed):  # emitted before the checkpoint, so a run killed in between repeats it
            repeated = any(
                isinstance(earlier, Changed)
                and msgspec.structs.replace(earlier, seconds=event.seconds) == event
                for earlier in emitted
            )
        if not repeated:
            emitted.append(event)
        prepared = prepared or isinstance(event, Prepared)
    return emitted


def _position(event: Event) -> tuple[float, int]:
    """The epoch in which the run emitted this, and the batches done in it."""
    if isinstance(event, BatchEnd | Paused | Changed):
        return event.epoch, event.step
    if isinstance(event, EpochEnd):
        return event.epoch + 1, 0
    return (math.inf if isinstance(event, Scoring) else 0), 0
