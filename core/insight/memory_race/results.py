"""Results of a memory race: each cell's cost and accuracy, computed from the runs' events.

Leaves out: whether the differences are beyond chance (``captions.py: verdict``), how far back a cell remembers
(``forgetting.py``).
"""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from core.insight.history.learning_curves import Points, curves
from core.model.scores import Scores
from core.settings.memory_race import layer_parameters, multiply_adds
from core.settings.network import Cell
from core.settings.run import RunSettings
from core.training.events import (
    BatchEnd,
    EpochEnd,
    Event,
    Finished,
    Prepared,
    Resumed,
    Scoring,
    drop_replayed_events,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The result of one cell; None for what is not known yet.

    Attributes:
        layer_parameters: of the recurrent layer; ``parameters`` counts the whole network.
        validation: accuracy over the whole validation part: of the selected weights, or of the last epoch meanwhile.
        test: scores of the selected weights.
        stopped: whether a user stopped it before its last epoch, so it is not comparable.
        seconds: of training from the first batch to the last, with validation, without preparation and resumption.
        multiply_adds: of one prediction for a text of mean length.
        rate: articles a second in training: the median of the run's events.
        curve: validation accuracy by epochs: over the whole validation part from the end of epoch 1 on, before that a
            moving mean over some hundred articles.
    """

    cell: Cell
    units: int
    layer_parameters: int
    parameters: int | None
    multiply_adds: float | None
    validation: float | None
    test: Scores | None
    stopped: bool
    seconds: float | None
    rate: float | None
    curve: Points


def result(settings: RunSettings, events: Sequence[Event], *, words: float | None = None) -> Result:
    """The result so far of a run with one recurrent layer, from its events.

    Args:
        words: mean length of a test article; None while unknown.
    """
    once, learning_curves = drop_replayed_events(events), curves(events)
    latest = {type(event): event for event in once}  # the last of each kind
    prepared, scoring, finished = latest.get(Prepared), latest.get(Scoring), latest.get(Finished)
    epoch = latest.get(EpochEnd)
    rates = [event.rows_per_second for event in once if isinstance(event, BatchEnd)]
    return Result(
        cell=settings.network.cell,
        units=settings.network.layers[0].units,
        layer_parameters=layer_parameters(settings.network),
        parameters=prepared.parameters if isinstance(prepared, Prepared) else None,
        multiply_adds=multiply_adds(settings.network, words=words, categories=prepared.categories)
        if words is not None and isinstance(prepared, Prepared)
        else None,
        validation=finished.validation_accuracy
        if isinstance(finished, Finished)
        else epoch.validation_accuracy
        if isinstance(epoch, EpochEnd)
        else None,
        test=finished.test if isinstance(finished, Finished) else None,
        stopped=isinstance(finished, Finished) and finished.ending == "stopped",
        seconds=scoring.seconds - _preparation_seconds(events)
        if isinstance(scoring, Scoring) and isinstance(prepared, Prepared)
        else None,
        # The first event includes the time in which TensorFlow builds its graph.
        rate=statistics.median(rates[1:] or rates) if rates else None,
        # After epoch 1 the moving mean would lag behind the points of the whole validation part.
        curve=[point for point in learning_curves.validation["accuracy"] if point[0] < 1]
        + learning_curves.whole["accuracy"],
    )


def _preparation_seconds(events: Sequence[Event]) -> float:
    """Seconds of the run's clock that its processes spent on preparation."""
    processes: list[tuple[int, int, float]] = []  # epoch and step from which each went on, and its seconds
    for event in events:
        if isinstance(event, Prepared):
            before, processes = processes, [(0, 0, event.seconds)]
        elif isinstance(event, Resumed) and processes:
            position = event.epoch, event.step
            # The clock does not contain a process that wrote no checkpoint after its start.
            processes = [
                *(process for process in before if process[:2] < position),
                (*position, processes[-1][2]),
            ]
    return sum(seconds for _, _, seconds in processes)


def relative_spread(figures: Sequence[float]) -> float:
    """Difference of the largest and the smallest figure, as a share of the smallest."""
    return max(figures) / min(figures) - 1
