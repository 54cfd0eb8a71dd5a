"""Results of a memory race: each cell's cost and accuracy, and which differences are beyond chance.

Leaves out: the sentences on them (``captions.py``), how far back a cell remembers (``forgetting.py``).
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.insight.history.learning_curves import Points, curves
from core.insight.intervals import PairedDifference, paired_difference
from core.model.cost import multiply_adds
from core.model.scores import Scores
from core.settings.memory_race import layer_parameters
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

Bools = npt.NDArray[np.bool_]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The finished cells compared with the best of them, on the same test articles.

    Attributes:
        articles: number of test articles; 0 if no cell has finished.
        accuracies: on them, of every cell with a classifier, the stopped ones too.
        order: the finished cells, the highest accuracy first.
        level: the others of ``order`` whose difference from the first is not significant.
        behind: the others of ``order`` that are significantly worse, each with its difference from the first.
        stopped: the cells that a user stopped, which trained less and are not compared.
        majority: share of the largest category; None while unknown.
    """

    articles: int
    accuracies: Mapping[Cell, float]
    order: tuple[Cell, ...]
    level: tuple[Cell, ...]
    behind: Mapping[Cell, PairedDifference]
    stopped: tuple[Cell, ...]
    majority: float | None


def compare(results: Sequence[Result], right: Mapping[Cell, Bools]) -> Comparison:
    """Which cell is best on the test articles, and which are behind it beyond chance.

    Args:
        right: for each finished cell, (articles,) whether its prediction is correct; the same articles for all.

    A paired comparison with the best cell at 95 % (``intervals.paired_difference``). It does not cover the variance of
    training over seeds.
    """
    accuracies = {cell: float(correct.mean()) for cell, correct in right.items()}
    finished = {entry.cell: entry for entry in results if entry.cell in right and not entry.stopped}
    order = tuple(sorted(finished, key=lambda cell: -accuracies[cell]))
    differences = {cell: paired_difference(right[cell], right[order[0]]) for cell in order[1:]}
    test = finished[order[0]].test if order else None
    return Comparison(
        articles=len(right[order[0]]) if order else 0,
        accuracies=accuracies,
        order=order,
        level=tuple(cell for cell, difference in differences.items() if not difference.is_significant),
        behind={cell: difference for cell, difference in differences.items() if difference.is_significant},
        stopped=tuple(entry.cell for entry in results if entry.cell in right and entry.stopped),
        majority=test.majority if test else None,
    )


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
