"""Where a run stands: its counters, which a checkpoint holds, and the figures between two reports."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import RunError
from core.settings.training import RunOverrides
from core.training.early_stopping import improved, patience_exhausted
from core.training.events import Ending


@dataclass(slots=True, kw_only=True)
class Progress:
    """The counters of a run. With the variables they are all that a checkpoint holds, under these names."""

    learning_rate: float  # that the schedule starts from: the settings', until overrides change it
    epochs: int  # in all; the settings', until overrides change it
    epoch: int = 1  # that is being learnt
    step: int = 0  # batches done in this epoch
    rows: int = 0  # training articles seen since the run's start
    loss_sum: float = 0.0  # over this epoch
    correct: int = 0  # in this epoch
    epoch_rows: int = 0  # training articles seen in this epoch
    rate: float = 0.0  # learning rate of the last step
    waited: int = 0  # epochs since the best one
    best_epoch: int = 0  # 0: none yet
    best_loss: float = math.inf
    best_accuracy: float = 0.0
    seconds: float = 0.0
    finished_epochs: int = 0
    ending: Ending | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, record: Mapping[str, Any]) -> "Progress":
        """The inverse of :meth:`to_json`; TypeError for another record."""
        return cls(**record)

    def share(self, steps: int) -> float:
        """The share of all steps that is done, 0 to 1; ``steps`` is the batches of an epoch."""
        return ((self.epoch - 1) * steps + self.step) / (self.epochs * steps)

    def add_batch(self, loss_sum: float, correct: int, rows: int, *, rate: float) -> None:
        """Count a step over ``rows`` articles."""
        self.loss_sum += loss_sum
        self.correct += correct
        self.epoch_rows += rows
        self.rows += rows
        self.rate = rate
        self.step += 1

    def add_validation(self, loss: float, accuracy: float) -> bool:
        """Note the validation figures of the epoch; whether they are the best so far."""
        best = improved(loss, self.best_loss)
        if best:
            self.best_loss, self.best_accuracy, self.best_epoch = loss, accuracy, self.epoch
        self.waited = 0 if best else self.waited + 1
        return best

    def next_epoch(self, *, patience: int) -> None:
        """Go on to the next epoch, or end: after the last one, or by early stopping."""
        self.finished_epochs = self.epoch
        if self.epoch >= self.epochs:
            self.ending = "epochs"
        elif patience_exhausted(self.waited, patience):
            self.ending = "patience"
        self.epoch, self.step = self.epoch + 1, 0
        self.loss_sum, self.correct, self.epoch_rows = 0.0, 0, 0

    def change(self, overrides: RunOverrides) -> bool:
        """Apply another learning rate or number of epochs; return whether anything changes.

        A run that has ended goes on if the overrides continue after its last epoch.
        """
        rate, epochs = overrides.learning_rate or self.learning_rate, overrides.epochs or self.epochs
        more = self.ending is not None and self.finished_epochs == overrides.continue_after
        if (rate, epochs) == (self.learning_rate, self.epochs) and not more:
            return False
        if more:
            self.ending, self.waited = None, 0
        self.learning_rate, self.epochs = rate, epochs
        return True

    def require_finite(self, loss: float) -> None:
        """Raise RunError, with advice, for a loss of NaN or infinity: no later step repairs the weights."""
        if not math.isfinite(loss):
            raise RunError(
                f"The loss is not a number any more after {self.rows:,} articles: the steps are too long. "
                f"Choose a learning rate below {self.learning_rate:g}."
            )
