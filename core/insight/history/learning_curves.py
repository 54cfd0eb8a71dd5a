"""What a run has told of its learning so far: the points of its curves, and what they say in words.

The x axis is epochs, fractional inside an epoch, so that the figures of a batch and of a whole epoch stand on one axis.
Leaves out: how they are drawn (``figures/training.py``).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Literal

from core.insight.wording import percent, points
from core.training.events import Baseline, BatchEnd, Changed, EpochEnd, Event, Prepared, drop_replayed_events

Metric = Literal["accuracy", "loss"]
Points = list[tuple[float, float]]  # (epochs done, figure), in the order of x

# Less than this is no difference: of accuracies, and of a loss as a share of it.
_LEAST, _LEAST_SHARE = 0.01, 0.01
_BY_HEART = 0.05  # by so much training is ahead of validation before it is said


@dataclass(frozen=True, slots=True, kw_only=True)
class Curves:
    """Loss and accuracy of a run so far.

    ``whole`` holds the validation figures over the whole validation part, one an epoch; the other points are over some
    hundred articles and waver. ``learnt`` holds the training figures over each whole epoch. ``linear`` is the linear
    model's validation accuracy, None when the run was not asked for it or has not got it yet. ``changes`` are the
    places where somebody asked for another learning rate, and that rate.
    """

    training: dict[Metric, Points]
    validation: dict[Metric, Points]
    whole: dict[Metric, Points]
    learnt: dict[Metric, Points]
    majority: float | None
    linear: float | None
    changes: Points = field(default_factory=list)


def curves(events: Iterable[Event]) -> Curves:
    """Collect the curves, of what an undisturbed run would have told."""
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


def finding(found: Curves, metric: Metric) -> str:
    """The chart's title: what the curve says so far."""
    now = found.whole[metric] or found.validation[metric] or found.training[metric]
    if not now:
        return "Accuracy: the first articles are on their way" if metric == "accuracy" else "Loss"
    latest = max(found.validation[metric][-1:] + found.whole[metric][-1:] or now[-1:])
    if metric == "accuracy":
        after = "1 epoch" if latest[0] == 1 else f"{latest[0]:.1f}".removesuffix(".0") + " epochs"
        return f"Unseen articles: {100 * latest[1]:.1f} % right after {after}"
    whole, training = found.whole["loss"], found.training["loss"]
    lowest = min(whole, key=lambda point: point[1], default=None)
    if lowest and whole[-1][1] > lowest[1] and training and training[-1][1] < lowest[1]:
        return f"Loss rises since epoch {lowest[0]:g}: learning by heart"
    return f"Loss on unseen articles: {latest[1]:.2f}"


def in_words(found: Curves, metric: Metric) -> str:
    """What the curves of one metric say so far; plain text."""
    return _accuracy_in_words(found) if metric == "accuracy" else _loss_in_words(found)


def _accuracy_in_words(found: Curves) -> str:
    whole = found.whole["accuracy"]
    seen = whole or found.validation["accuracy"]
    if not seen:
        return "The first articles are on their way; nothing can be said yet."
    epoch, accuracy = seen[-1]
    said = f"It is right for {percent(accuracy)} of unseen articles"
    if found.majority is None:
        return f"{said}."
    ahead = accuracy - found.majority
    if ahead < _LEAST:
        return (
            f"{said}, no more than always naming the largest category would be ({percent(found.majority)}): "
            f"{'so far ' if epoch < 1 else ''}it tells nothing apart."
        )
    said += f", {points(ahead)} more than always naming the largest category"
    if found.linear is not None:
        beside = accuracy - found.linear
        said += (
            f" and {points(beside)} {'more' if beside > 0 else 'less'} than the linear model"
            if abs(beside) >= _LEAST / 10
            else " and as often as the linear model"
        )
    said += "."
    if whole and (gap := found.learnt["accuracy"][-1][1] - accuracy) > _BY_HEART:
        learnt = found.learnt["accuracy"][-1][1]
        said += f" Of its training articles it gets {percent(learnt)}: the {points(gap)} between are learnt by heart."
    return said


def _loss_in_words(found: Curves) -> str:
    """Falling, at rest, or rising since its lowest; and what training does meanwhile."""
    whole, learnt = found.whole["loss"], found.learnt["loss"]
    if not whole:
        if not found.training["loss"]:
            return "The first articles are on their way; nothing can be said yet."
        return (
            "The first epoch is under way; what the loss does from epoch to epoch is told after the second."
        )
    if len(whole) == 1:
        return f"After the first epoch the loss on unseen articles is {whole[-1][1]:.2f}; one epoch tells no direction."
    lowest = min(range(len(whole)), key=lambda place: whole[place][1])
    since = len(whole) - 1 - lowest
    epochs = f"{since} epoch{'s' * (since != 1)}"
    if since:
        after = [loss for _, loss in whole[lowest:]]
        rising = all(later > earlier for earlier, later in pairwise(after))
        falls = learnt[-1][1] < learnt[lowest][1]
        kept = f"The weights of epoch {whole[lowest][0]:g} are kept."
        if rising and falls:
            return (
                f"Validation loss has risen for {epochs} while training loss falls: it is learning the training "
                f"headlines by heart. {kept}"
            )
        if rising:
            return (
                f"Validation loss has risen for {epochs}, and training loss does not fall either: the steps are too "
                f"long. A smaller learning rate may help. {kept}"
            )
        return f"Validation loss has not been lower than {whole[lowest][1]:.2f} for {epochs}. {kept}"
    fell = whole[-2][1] - whole[-1][1]
    said = f"Validation loss fell from {whole[-2][1]:.2f} to {whole[-1][1]:.2f} in the last epoch"
    if fell < _LEAST_SHARE * whole[-2][1]:
        return f"Validation loss hardly falls any more ({whole[-1][1]:.2f}): more epochs would change little."
    return f"{said}: more epochs may make it lower still."
