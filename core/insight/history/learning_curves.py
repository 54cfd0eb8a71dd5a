"""Learning curves of a run so far: their points, and captions computed from them.

The x axis is epochs, fractional inside an epoch, so batches and whole epochs share one axis. Leaves out: the charts
(``figures.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from core.insight.wording import percent, points
from core.training.events import Baseline, BatchEnd, Changed, EpochEnd, Event, Prepared, drop_replayed_events

Metric = Literal["accuracy", "loss"]
Points = list[tuple[float, float]]  # (epochs done, figure), in the order of x

# Smaller differences do not count: of accuracies, and of a loss as a share of it.
_LEAST, _LEAST_SHARE = 0.01, 0.01
_BY_HEART = 0.05  # gap of training and validation accuracy from which the caption speaks of overfitting


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


def finding_title(curves: Curves, metric: Metric) -> str:
    """The chart's title: the curve's finding so far."""
    now = curves.whole[metric] or curves.validation[metric] or curves.training[metric]
    if not now:
        return "Accuracy: the first articles are on their way" if metric == "accuracy" else "Loss"
    latest = max(curves.validation[metric][-1:] + curves.whole[metric][-1:] or now[-1:])
    if metric == "accuracy":
        after = "1 epoch" if latest[0] == 1 else f"{latest[0]:.1f}".removesuffix(".0") + " epochs"
        return f"Unseen articles: {100 * latest[1]:.1f} % right after {after}"
    whole, training = curves.whole["loss"], curves.training["loss"]
    lowest = min(whole, key=lambda point: point[1], default=None)
    if lowest and whole[-1][1] > lowest[1] and training and training[-1][1] < lowest[1]:
        return f"Loss rises since epoch {lowest[0]:g}: learning by heart"
    return f"Loss on unseen articles: {latest[1]:.2f}"


def caption(curves: Curves, metric: Metric) -> str:
    """The caption of one metric's curves so far; plain text."""
    return _accuracy_caption(curves) if metric == "accuracy" else _loss_caption(curves)


def _accuracy_caption(curves: Curves) -> str:
    whole = curves.whole["accuracy"]
    points_so_far = whole or curves.validation["accuracy"]
    if not points_so_far:
        return "The first articles are on their way; nothing can be said yet."
    epoch, accuracy = points_so_far[-1]
    text = f"It is right for {percent(accuracy)} of unseen articles"
    if curves.majority is None:
        return f"{text}."
    ahead = accuracy - curves.majority
    if ahead < _LEAST:
        return (
            f"{text}, no more than always naming the largest category would be ({percent(curves.majority)}): "
            f"{'so far ' if epoch < 1 else ''}it tells nothing apart."
        )
    text += f", {points(ahead)} more than always naming the largest category"
    if curves.linear is not None:
        lead = accuracy - curves.linear
        text += (
            f" and {points(lead)} {'more' if lead > 0 else 'less'} than the linear model"
            if abs(lead) >= _LEAST / 10
            else " and as often as the linear model"
        )
    text += "."
    if whole and (gap := curves.learnt["accuracy"][-1][1] - accuracy) > _BY_HEART:
        learnt = curves.learnt["accuracy"][-1][1]
        text += f" Of its training articles it gets {percent(learnt)}: the {points(gap)} between are learnt by heart."
    return text


def _loss_caption(curves: Curves) -> str:
    """Whether validation loss falls, rests or rises since its minimum, and what training loss does meanwhile."""
    whole, learnt = curves.whole["loss"], curves.learnt["loss"]
    if not whole:
        if not curves.training["loss"]:
            return "The first articles are on their way; nothing can be said yet."
        return (
            "The first epoch is under way; what the loss does from epoch to epoch is told after the second."
        )
    if len(whole) == 1:
        return f"After the first epoch the loss on unseen articles is {whole[-1][1]:.2f}; one epoch tells no direction."
    lowest = min(range(len(whole)), key=lambda index: whole[index][1])
    since = len(whole) - 1 - lowest
    epochs = f"{since} epoch{'s' * (since != 1)}"
    if since:
        after = [loss for _, loss in whole[lowest:]]
        rising = all(later > earlier for earlier, later in pairwise(after))
        falls = learnt[-1][1] < learnt[lowest][1]
        selected = f"The weights of epoch {whole[lowest][0]:g} are kept."
        if rising and falls:
            return (
                f"Validation loss has risen for {epochs} while training loss falls: it is learning the training "
                f"headlines by heart. {selected}"
            )
        if rising:
            return (
                f"Validation loss has risen for {epochs}, and training loss does not fall either: the steps are too "
                f"long. A smaller learning rate may help. {selected}"
            )
        return f"Validation loss has not been lower than {whole[lowest][1]:.2f} for {epochs}. {selected}"
    fell = whole[-2][1] - whole[-1][1]
    text = f"Validation loss fell from {whole[-2][1]:.2f} to {whole[-1][1]:.2f} in the last epoch"
    if fell < _LEAST_SHARE * whole[-2][1]:
        return f"Validation loss hardly falls any more ({whole[-1][1]:.2f}): more epochs would change little."
    return f"{text}: more epochs may make it lower still."
