"""Sentences on the cost of stopping a run, by hand and by early stopping; plain text, or Markdown where it says so."""

from collections.abc import Sequence

from core.insight.lessons.overfitting.compute import (
    MIN_EPOCHS,
    MISSPELT,
    History,
    MeasuredEpoch,
    Monitored,
    RecordedRun,
)
from core.insight.wording import percent, points
from core.settings.training import Schedule

_OVERFITS = 0.05  # gap of training and validation accuracy from which the caption speaks of overfitting


def stopping(history: History, epoch: int) -> str:
    """The cost of stopping by hand after ``epoch`` with that epoch's weights."""
    stopped, best = history.at(epoch), history.at(history.lowest)
    gap = stopped.accuracy - stopped.validation_accuracy
    gap_sentence = (
        f"It gets {percent(stopped.accuracy)} of its training headlines right and "
        f"{percent(stopped.validation_accuracy)} of unseen ones"
    )
    gap_sentence += f", a gap of {points(gap)}: it overfits." if gap > _OVERFITS else "."
    if epoch == history.lowest:
        return (
            f"Epoch {epoch} has the lowest validation loss of all, {best.validation_loss:.2f}. {gap_sentence}"
        )
    late = epoch > history.lowest
    cost = f"{stopped.validation_loss:.2f} instead of {best.validation_loss:.2f} in epoch {history.lowest}"
    apart = epoch_count(abs(epoch - history.lowest))
    distance = f"{apart} {'too late' if late else 'too early'}"
    return f"Stopped {distance}: validation loss {cost}. {gap_sentence}"


def early_stopping(history: History, monitored: Monitored, patience: int) -> str:
    """When early stopping stops the run, and its cost."""
    stop, lowest = history.early_stop(monitored, patience), history.lowest
    if monitored == MISSPELT:
        sentence = (
            "No metric has that name. If a mode is given, Keras only warns and never stops: all "
            f"{epoch_count(len(history))} are learnt"
        )
    elif stop.early:
        sentence = (
            f"Watching {monitored}, early stopping waits {epoch_count(patience)} without a better one and stops after "
            f"epoch {stop.after}"
        )
    elif patience == 0:
        sentence = f"With patience 0 this app never stops early: all {epoch_count(len(history))} are learnt"
    else:
        sentence = (
            f"{monitored.capitalize()} never goes {epoch_count(patience)} without a better one, so early stopping "
            f"never stops: all {epoch_count(len(history))} are learnt"
        )
    loss = history.at(stop.best).validation_loss
    sentence += f". The weights of epoch {stop.best} are kept, with a validation loss of {loss:.2f}"
    if stop.best != lowest:
        best = history.at(lowest).validation_loss
        return f"{sentence}. Epoch {lowest} had {best:.2f}."
    saved = len(history) - stop.after
    if saved:
        return f"{sentence}, the lowest of all. It saves {epoch_count(saved)} of {len(history)}."
    extra = stop.after - lowest
    after = f" The {epoch_count(extra)} after it are wasted." if extra else ""
    return f"{sentence}, the lowest of all.{after}"


def validation_above_training(epochs: Sequence[MeasuredEpoch]) -> str:
    """Why validation accuracy may stand above training accuracy at first, with the epoch where it does most."""
    most = max(epochs, key=lambda epoch: epoch.validation - epoch.while_learning)
    below = next(
        (
            epoch.epoch
            for position, epoch in enumerate(epochs)
            if all(later.without_dropout > later.validation for later in epochs[position:])
        ),
        None,
    )
    overtakes = (
        "" if below is None else f" From epoch {below} on, this is above validation accuracy, as expected."
    )
    return (
        f"In epoch {most.epoch} of this run training accuracy is {percent(most.while_learning)} and "
        f"validation accuracy {percent(most.validation)}. Training accuracy is counted batch after batch, "
        "while the network learns. The first batches are answered by a network that knows little. "
        "Validation headlines are answered at the epoch's end, with dropout off. Answer the training "
        f"headlines again at that moment, and {percent(most.with_dropout)} are correct, or "
        f"{percent(most.without_dropout)} with dropout off.{overtakes}"
    )


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


def recorded_run(recorded: RecordedRun, *, own_is_short: bool) -> str:
    """What the recorded run is; Markdown, for the command that made it.

    Args:
        own_is_short: whether the visitor has a run of too few epochs.
    """
    short = f" Your own run has fewer than {MIN_EPOCHS} epochs so far." if own_is_short else ""
    network = recorded.settings.network
    return (
        f"A recorded run of the built-in sample: {recorded.history.articles or 0:,} articles to learn from, "
        f"a {network.cell} of {network.layers[0].units} units, no dropout, so it overfits soon. It was made "
        f"by `{recorded.made_by}`, and the numbers belong to it.{short}"
    )


def own_run(history: History, schedule: Schedule) -> str:
    """What the visitor's own run is, and what its learning rate schedule means for stopping."""
    articles = f", {history.articles:,} articles to learn from" if history.articles else ""
    caption = f"Your own run: {epoch_count(len(history))}{articles}. The numbers belong to it."
    if schedule != "constant":
        caption += (
            " Its steps shrink towards the end. A run that is planned to stop earlier would shrink them "
            "earlier."
        )
    return caption
