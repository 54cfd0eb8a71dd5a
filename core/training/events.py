"""What a training run reports while it happens: one record an event, JSON both ways.

No TensorFlow here: the web server reads these from a run's ``events.jsonl``.
"""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal

from core.model.scores import Scores

Ending = Literal["epochs", "patience", "stopped"]
BaselineName = Literal["majority", "linear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparing:
    """A stage before training: reading, cleaning, numbering words, building the network."""

    stage: str
    share: float  # 0 to 1 of this stage
    seconds: float  # since the run's start, as in every event


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEnd:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class EpochEnd:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What a simpler method scores on the same parts, before Prepared, if the run was asked for it; once a name."""

    name: BaselineName
    validation_accuracy: float
    test_accuracy: float
    test_macro_f1: float
    seconds: float  # that it took by itself, learning and scoring; not since the run's start


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    """The run stands still at a checkpoint and can be continued."""

    epoch: int
    step: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The run goes on from a checkpoint."""

    epoch: int
    step: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """From here on the run learns by another plan, which somebody asked for while it stood still."""

    learning_rate: float  # what the schedule starts from
    rate_before: float
    epochs: int  # in all
    epoch: int  # where the run stands, as in Resumed
    step: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scoring:
    """Training is over; the best weights are measured on the ``rows`` of the test part."""

    rows: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The classifier is saved; ``ending`` says why training ended."""

    ending: Ending
    epochs: int  # epochs completed
    best_epoch: int  # 0: stopped before the first epoch's end
    validation_loss: float
    validation_accuracy: float
    test: Scores
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
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
_KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Preparing,
        Prepared,
        BatchEnd,
        EpochEnd,
        Baseline,
        Paused,
        Resumed,
        Changed,
        Scoring,
        Finished,
        Failed,
    )
}


def to_json(event: Event) -> dict[str, Any]:
    """``{"event": "EpochEnd", ...its fields}``; the inverse of :func:`from_json`."""
    return {"event": type(event).__name__, **asdict(event)}


def from_json(record: dict[str, Any]) -> Event:
    """Read one record of ``events.jsonl``; fields of a later version are passed over.

    Raises:
        ValueError: the record names no known event or lacks a field.
    """
    name = record.get("event") if isinstance(record, dict) else record
    kind = _KINDS.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"event must be one of {sorted(_KINDS)}, got {name!r}")
    values = _known(kind, record)
    try:
        if isinstance(values.get("test"), dict):
            values["test"] = Scores(**_known(Scores, values["test"]))
        return kind(**values)
    except TypeError as error:
        raise ValueError(f"{kind.__name__}: {error}") from None


def told_once(events: Iterable[Event]) -> list[Event]:
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
                isinstance(one, Changed) and replace(one, seconds=event.seconds) == event for one in found
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


def _known(kind: type, record: dict[str, Any]) -> dict[str, Any]:
    """The fields of ``record`` that ``kind`` has."""
    names = {field.name for field in fields(kind)}
    return {key: value for key, value in record.items() if key in names}
