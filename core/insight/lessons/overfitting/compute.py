"""Where to stop a run that overfits, and what each way of stopping costs.

Uses the losses and accuracies of a recorded run; nothing is trained again. Stopping earlier gives the same epochs up to
there, unless the learning rate follows a schedule that ends with the run. The rule: ``training/early_stopping.py``.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import msgspec

from core import paths
from core.insight.wording import percent, points
from core.settings.run import RunSettings
from core.training import events as told
from core.training.early_stopping import EarlyStop, early_stop, improved
from core.training.events import EpochEnd, Event, Prepared, drop_replayed_events

Monitored = Literal["validation loss", "training accuracy", "a misspelt name"]
MONITORED: tuple[Monitored, ...] = get_args(Monitored)
LOSS, ACCURACY, MISSPELT = MONITORED

MIN_EPOCHS = 3  # for curves with a direction
_BY_HEART = 0.05  # gap of training and validation accuracy from which the caption speaks of overfitting


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
        once = drop_replayed_events(events)
        epochs = tuple(event for event in once if isinstance(event, EpochEnd))
        prepared = next((event for event in once if isinstance(event, Prepared)), None)
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
        best, found = -1.0, 0
        for epoch in self.epochs:
            if improved(epoch.accuracy, best, higher=True):
                best, found = epoch.accuracy, found + 1
        return found

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
            return early_stop([one.accuracy for one in self.epochs], patience, higher=True)
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
    history = History.of(map(told.from_json, record["events"]))
    if history is None:
        raise ValueError(f"{paths.OVERFITTING.name} must have {MIN_EPOCHS} epochs at least")
    return RecordedRun(
        history=history,
        settings=RunSettings.from_json(record["settings"]),
        fingerprint=record["fingerprint"],
        made_by=record["made_by"],
    )


# --- Captions ---


def stopping_caption(history: History, epoch: int) -> str:
    """The cost of stopping by hand after ``epoch`` with that epoch's weights; plain text."""
    here, best = history.at(epoch), history.at(history.lowest)
    gap = here.accuracy - here.validation_accuracy
    gap_sentence = (
        f"It gets {percent(here.accuracy)} of its training headlines right and {percent(here.validation_accuracy)} of "
        f"unseen ones"
    )
    gap_sentence += f": {points(gap)} are learnt by heart." if gap > _BY_HEART else "."
    if epoch == history.lowest:
        return (
            f"Epoch {epoch} has the lowest validation loss of all, {best.validation_loss:.2f}. {gap_sentence}"
        )
    late = epoch > history.lowest
    cost = f"{here.validation_loss:.2f} instead of {best.validation_loss:.2f} in epoch {history.lowest}"
    apart = epoch_count(abs(epoch - history.lowest))
    way = f"{apart} {'too late' if late else 'too early'}"
    return f"Stopped {way}: validation loss {cost}. {gap_sentence}"


def early_stopping_caption(history: History, monitored: Monitored, patience: int) -> str:
    """When early stopping stops the run, and its cost; plain text."""
    stop, lowest = history.early_stop(monitored, patience), history.lowest
    kept = history.at(stop.best)
    if monitored == MISSPELT:
        said = (
            "No figure has that name. Where a mode is given, Keras only warns and never stops: all "
            f"{epoch_count(len(history))} are learnt"
        )
    elif stop.early:
        said = (
            f"Watching {monitored}, early stopping waits {epoch_count(patience)} without a better one and stops after "
            f"epoch {stop.after}"
        )
    elif patience == 0:
        said = f"With patience 0 this app never stops early: all {epoch_count(len(history))} are learnt"
    else:
        said = (
            f"{monitored.capitalize()} never goes {epoch_count(patience)} without a better one, so early "
            f"stopping never "
            f"stops: all {epoch_count(len(history))} are learnt"
        )
    said += (
        f"; the weights of epoch {stop.best} are kept, with a validation loss of {kept.validation_loss:.2f}"
    )
    if stop.best != lowest:
        best = history.at(lowest).validation_loss
        return f"{said} where epoch {lowest} had {best:.2f}."
    saved = len(history) - stop.after
    if saved:
        return f"{said}, the lowest of all. It saves {epoch_count(saved)} of {len(history)}."
    extra = stop.after - lowest
    after = f" The {epoch_count(extra)} after it are learnt for nothing." if extra else ""
    return f"{said}, the lowest of all.{after}"


def epoch_count(number: int) -> str:
    """1 -> "1 epoch"."""
    return f"{number} epoch{'s' * (number != 1)}"


def title(history: History, epoch: int) -> str:
    """The chart's title: its finding."""
    lowest = history.lowest
    if epoch > lowest:
        rise = history.at(epoch).validation_loss - history.at(lowest).validation_loss
        return f"{rise:.2f} more loss than in epoch {lowest}"
    if epoch == lowest:
        return f"Epoch {epoch}: the lowest validation loss"
    return f"Epoch {epoch}: lowest only in epoch {lowest}"
