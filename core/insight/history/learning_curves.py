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
    found = Curves(
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
            at = event.epoch - 1 + event.step / event.steps
            found.training["accuracy"].append((at, event.accuracy))
            found.training["loss"].append((at, event.loss))
            if event.validation_accuracy is not None and event.validation_loss is not None:
                found.validation["accuracy"].append((at, event.validation_accuracy))
                found.validation["loss"].append((at, event.validation_loss))
        elif isinstance(event, EpochEnd):
            for (
                points_so_far
            ) in found.validation.values():  # some hundred articles where now all have been measured
                if points_so_far and points_so_far[-1][0] == event.epoch:
                    points_so_far.pop()
            found.whole["accuracy"].append((event.epoch, event.validation_accuracy))
            found.whole["loss"].append((event.epoch, event.validation_loss))
            found.learnt["accuracy"].append((event.epoch, event.accuracy))
            found.learnt["loss"].append((event.epoch, event.loss))
        elif isinstance(event, Changed):
            at = event.epoch - 1 + (event.step / steps if steps else 0)
            if event.learning_rate != event.rate_before:
                found.changes.append((at, event.learning_rate))
    return replace(found, majority=majority, linear=linear)
