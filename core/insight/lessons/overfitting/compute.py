"""Where to stop a run that overfits, and what each way of stopping costs.

Uses the losses and accuracies of a recorded run; nothing is trained again. Stopping earlier gives the same epochs up to
there, unless the learning rate follows a schedule that ends with the run. The rule: ``training/early_stopping.py``.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import cache
from typing import Literal, get_args

import msgspec

from core import paths
from core.settings.run import RunSettings
from core.training import events as training_events
from core.training.early_stopping import EarlyStop, early_stop, improved
from core.training.events import EpochEnd, Event, Prepared, drop_replayed_events

Monitored = Literal["validation loss", "training accuracy", "a misspelt name"]
MONITORED: tuple[Monitored, ...] = get_args(Monitored)
LOSS, ACCURACY, MISSPELT = MONITORED

MIN_EPOCHS = 3  # for curves with a direction


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Losses and accuracies of a run at the end of each epoch.

    Attributes:
        epochs: numbered from 1, without gaps.
        articles: number of training articles; None if the events do not contain it.
    """

    epochs: tuple[EpochEnd, ...]
    articles: int | None

    @classmethod
    def of(cls, events: Iterable[Event]) -> "History | None":
        """From a run's events; None for fewer than MIN_EPOCHS epochs."""
        emitted = drop_replayed_events(events)
        epochs = tuple(event for event in emitted if isinstance(event, EpochEnd))
        prepared = next((event for event in emitted if isinstance(event, Prepared)), None)
        if len(epochs) < MIN_EPOCHS:
            return None
        return cls(epochs=epochs, articles=prepared.training_rows if prepared else None)

    def __len__(self) -> int:
        return len(self.epochs)

    @property
    def lowest(self) -> int:
        """The epoch with the lowest validation loss, the first of several."""
        return early_stop([epoch.validation_loss for epoch in self.epochs], 0).best

    @property
    def accuracy_records(self) -> int:
        """Number of epochs whose training accuracy is higher than in all epochs before."""
        best, records = -1.0, 0
        for epoch in self.epochs:
            if improved(epoch.accuracy, best, higher=True):
                best, records = epoch.accuracy, records + 1
        return records

    def at(self, epoch: int) -> EpochEnd:
        """Losses and accuracies of an epoch, from 1."""
        return self.epochs[epoch - 1]

    def early_stop(self, monitored: Monitored, patience: int) -> EarlyStop:
        """When early stopping would stop.

        A misspelt metric does not exist. With a ``mode``, Keras 3 only warns and never stops; without one it raises an
        error after the first epoch (source of ``EarlyStopping``, checked by a test). It does not know the best epoch
        either, so the last epoch's weights remain.
        """
        if monitored == MISSPELT:
            return EarlyStop(after=len(self), best=len(self), early=False)
        if monitored == ACCURACY:
            return early_stop([epoch.accuracy for epoch in self.epochs], patience, higher=True)
        return early_stop([epoch.validation_loss for epoch in self.epochs], patience)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedRun:
    """The run in ``data/overfitting.json``, recorded by ``python -m data.make_overfitting``.

    Attributes:
        fingerprint: of its training file, the built-in sample.
    """

    history: History
    settings: RunSettings
    fingerprint: str
    made_by: str


@cache
def recorded_run() -> RecordedRun:
    """Read the recorded run, once per process.

    Raises:
        ValueError, SettingsError: the file is not what the script writes.
    """
    record = msgspec.json.decode(paths.OVERFITTING.read_bytes())
    if record.get("schema") != 1:
        raise ValueError(f"schema of {paths.OVERFITTING.name} must be 1, got {record.get('schema')!r}")
    history = History.of(map(training_events.from_json, record["events"]))
    if history is None:
        raise ValueError(f"{paths.OVERFITTING.name} must have {MIN_EPOCHS} epochs at least")
    return RecordedRun(
        history=history,
        settings=RunSettings.from_json(record["settings"]),
        fingerprint=record["fingerprint"],
        made_by=record["made_by"],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredEpoch:
    """The accuracies of one epoch, each 0 to 1.

    Attributes:
        while_learning: on the training articles as a run reports it: batch after batch, while the weights change.
        with_dropout, without_dropout: on the training articles by the weights of the epoch's end.
        validation: on the validation articles, by the same weights without dropout.
    """

    epoch: int
    while_learning: float
    with_dropout: float
    without_dropout: float
    validation: float

    def to_json(self) -> dict[str, float]:
        return asdict(self)


@cache
def measured_epochs() -> tuple[MeasuredEpoch, ...]:
    """Read ``data/training_accuracy.json``, once per process; ``python -m data.make_training_accuracy`` writes it.

    Raises:
        ValueError: the file is not what the script writes.
    """
    record = msgspec.json.decode(paths.TRAINING_ACCURACY.read_bytes())
    if record.get("schema") != 1:
        raise ValueError(f"schema of {paths.TRAINING_ACCURACY.name} must be 1, got {record.get('schema')!r}")
    return msgspec.convert(record["epochs"], tuple[MeasuredEpoch, ...])
