"""The points of a run's learning curves so far.

The x axis is epochs, fractional inside an epoch, so batches and whole epochs share one axis. Leaves out: the charts
(``figures.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Literal

from core.training.events import Baseline, BatchEnd, Changed, EpochEnd, Event, Prepared, drop_replayed_events

Metric = Literal["accuracy", "loss"]
Points = list[tuple[float, float]]  # (epochs done, figure), in the order of x


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Loss and accuracy of a run so far.

    Attributes:
        training, validation: points over some hundred articles each, so they are noisy.
        whole: validation over the whole validation part, one point an epoch.
        learnt: training over each whole epoch.
        majority: accuracy of the majority baseline.
        linear: validation accuracy of the linear baseline; None if not requested or not computed yet.
        changes: (epochs, new learning rate) where a user changed the learning rate.
    """

    training: dict[Metric, Points]
    validation: dict[Metric, Points]
    whole: dict[Metric, Points]
    learnt: dict[Metric, Points]
    majority: float | None
    linear: float | None
    changes: Points = field(default_factory=list)


def curves(events: Iterable[Event]) -> Curves:
    """Collect the curves from a run's events; events replayed after a resumption count once."""
    so_far = Curves(
        training={"accuracy": [], "loss": []},
        validation={"accuracy": [], "loss": []},
        whole={"accuracy": [], "loss": []},
        learnt={"accuracy": [], "loss": []},
        majority=None,
        linear=None,
    )
    majority: float | None = None
    linear: float | None = None
    steps = 0
    for event in drop_replayed_events(events):
        if isinstance(event, Prepared):
            majority = event.majority
        elif isinstance(event, Baseline):
            linear = event.validation_accuracy if event.name == "linear" else linear
        elif isinstance(event, BatchEnd):
            steps = event.steps
            epochs = event.epoch - 1 + event.step / event.steps
            so_far.training["accuracy"].append((epochs, event.accuracy))
            so_far.training["loss"].append((epochs, event.loss))
            if event.validation_accuracy is not None and event.validation_loss is not None:
                so_far.validation["accuracy"].append((epochs, event.validation_accuracy))
                so_far.validation["loss"].append((epochs, event.validation_loss))
        elif isinstance(event, EpochEnd):
            for points in so_far.validation.values():
                # A point over some hundred articles gives way to the one over all of them.
                if points and points[-1][0] == event.epoch:
                    points.pop()
            so_far.whole["accuracy"].append((event.epoch, event.validation_accuracy))
            so_far.whole["loss"].append((event.epoch, event.validation_loss))
            so_far.learnt["accuracy"].append((event.epoch, event.accuracy))
            so_far.learnt["loss"].append((event.epoch, event.loss))
        elif isinstance(event, Changed):
            epochs = event.epoch - 1 + (event.step / steps if steps else 0)
            if event.learning_rate != event.rate_before:
                so_far.changes.append((epochs, event.learning_rate))
    return replace(so_far, majority=majority, linear=linear)
