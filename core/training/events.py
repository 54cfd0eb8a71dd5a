"""What a training run reports while it happens: one record an event, JSON both ways.

No TensorFlow here: the web server reads these from a run's ``events.jsonl``.
"""

import math
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from core.model.scores import Scores

Ending = Literal["epochs", "patience", "stopped"]
BaselineName = Literal["majority", "linear"]


class _Event(msgspec.Struct, frozen=True, tag=True, tag_field="event"):
    """An event's record names its class: ``{"event": "Paused", "epoch": 2, ...}``."""


class Preparing(_Event, frozen=True, kw_only=True):
    """A stage before training: reading, cleaning, numbering words, building the network."""

    stage: str
    share: float  # 0 to 1 of this stage
    seconds: float  # since the run's start, as in every event


class Prepared(_Event, frozen=True, kw_only=True):
    """The stages before training are over; what they gave."""

    training_rows: int
    validation_rows: int
    test_rows: int
    categories: int
    words: int  # rows of the embedding: the words, padding and unknown
    majority: float  # share of the most frequent category: the line to beat
    parameters: int
    seconds: float
    # Words whose row starts from a file of word vectors, and their share of the word index's running words; else None.
    vectors_found: int | None = None
    vectors_running: float | None = None


class BatchEnd(_Event, frozen=True, kw_only=True):
    """A few times a second: where the epoch stands.

    ``loss`` and ``accuracy`` are over the training articles since the last BatchEnd;
    the validation figures are over the next few hundred validation articles, and None when
    this event measured none.
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
    """An epoch is over: training figures over the epoch, validation figures over the whole validation part."""

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
    """What a simpler method scores on the same parts, before Prepared, if the run was asked for it; once a name."""

    name: BaselineName
    validation_accuracy: float
    test_accuracy: float
    test_macro_f1: float
    seconds: float  # that it took by itself, learning and scoring; not since the run's start


class Paused(_Event, frozen=True, kw_only=True):
    """The run stands still at a checkpoint and can be continued."""

    epoch: int
    step: int
    seconds: float


class Resumed(_Event, frozen=True, kw_only=True):
    """The run goes on from a checkpoint."""

    epoch: int
    step: int
    seconds: float


class Changed(_Event, frozen=True, kw_only=True):
    """From here on the run learns by another plan, which somebody asked for while it stood still."""

    learning_rate: float  # what the schedule starts from
    rate_before: float
    epochs: int  # in all
    epoch: int  # where the run stands, as in Resumed
    step: int
    seconds: float


class Scoring(_Event, frozen=True, kw_only=True):
    """Training is over; the best weights are measured on the ``rows`` of the test part."""

    rows: int
    seconds: float


class Finished(_Event, frozen=True, kw_only=True):
    """The classifier is saved; ``ending`` says why training ended."""

    ending: Ending
    epochs: int  # epochs completed
    best_epoch: int  # 0: stopped before the first epoch's end
    validation_loss: float
    validation_accuracy: float
    test: Scores
    seconds: float


class Failed(_Event, frozen=True, kw_only=True):
    """The run ended without a classifier; ``reason`` is shown to the visitor as it stands."""

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
    return msgspec.convert(record, Event)


def drop_replayed_events(events: Iterable[Event]) -> list[Event]:
    """The events without those that a resumed run did over again: what an undisturbed run would have told.

    A run that was killed goes on from its last checkpoint, and tells again what came after it. Without a checkpoint it
    begins anew: a second Prepared that no Resumed follows.
    """
    found: list[Event] = []
    prepared = anew = False
    for event in events:
        if anew or isinstance(event, Resumed):
            here = (event.epoch, event.step) if isinstance(event, Resumed) else (0, 0)
            found = [one for one in found if _place(one) <= here]
        anew = prepared and isinstance(event, Prepared)
        again = prepared and isinstance(event, Preparing | Prepared)
        if isinstance(event, Changed):  # told before it was saved, and told again
            again = any(
                isinstance(one, Changed) and msgspec.structs.replace(one, seconds=event.seconds) == event
                for one in found
            )
        if not again:
            found.append(event)
        prepared = prepared or isinstance(event, Prepared)
    return found


def _place(event: Event) -> tuple[float, int]:
    """Where the run stood when it told this: the epoch, and the steps done in it."""
    if isinstance(event, BatchEnd | Paused | Changed):
        return event.epoch, event.step
    if isinstance(event, EpochEnd):
        return event.epoch + 1, 0
    return (math.inf if isinstance(event, Scoring) else 0), 0
