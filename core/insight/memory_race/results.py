"""Results of a memory race: each cell's cost and accuracy, and whether the differences are beyond chance.

Computed from the runs' events and their predictions for the same test articles. Leaves out: how far back a cell
remembers (``forgetting.py``).
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.insight.evaluation.captions import interval
from core.insight.history.learning_curves import Points, curves
from core.insight.intervals import paired_difference
from core.insight.wording import join_names, percent, points
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome of a race: a chart's title and a text of one or more sentences; plain text."""

    title: str
    text: str


def interim_verdict(results: Sequence[Result], running: Sequence[Cell]) -> Verdict:
    """The verdict during the race: which cell trains, and the accuracy of the finished ones."""
    by_cell = {entry.cell: entry for entry in results}
    learning = next((cell for cell in running if by_cell[cell].curve), running[0] if running else None)
    begun = any(entry.curve for entry in results)
    title = (
        f"{learning} gets ready"
        if learning
        else f"The {'next' if begun else 'first'} cell waits for its turn"
    )
    if learning and (curve := by_cell[learning].curve):
        title = f"{learning} learns: {percent(curve[-1][1])} of unseen headlines right so far"
    done = [entry for entry in results if entry.test]
    if not done:
        return Verdict(title=title, text="The cells learn one after the other, from the same batches.")
    reached = ", ".join(f"{entry.cell} {percent(entry.test.accuracy)}" for entry in done if entry.test)
    return Verdict(
        title=title, text=f"On the test articles so far: {reached}. Who is ahead is told at the end."
    )


def verdict(results: Sequence[Result], right: Mapping[Cell, Bools]) -> Verdict:
    """Which cell is ahead on the test articles, and which differences are within chance.

    Args:
        right: for each finished cell, (articles,) whether its prediction is correct; the same articles for all.

    A paired comparison with the best cell at 95 % (``intervals.paired_difference``). It does not cover the variance of
    training over seeds, which the text says. A stopped cell trained less and is not compared.
    """
    done = {entry.cell: entry for entry in results if entry.cell in right and not entry.stopped}
    stopped = [
        f"{entry.cell} was stopped before its last epoch: {percent(float(right[entry.cell].mean()))}, not compared."
        for entry in results
        if entry.cell in right and entry.stopped
    ]
    if not done:
        text = " ".join(["None of the runs has come to its end.", *stopped])
        return Verdict(title="No cell has finished", text=text)
    order = sorted(done, key=lambda cell: -float(right[cell].mean()))
    best, *others = order
    rows, share = len(right[best]), {cell: percent(float(right[cell].mean())) for cell in order}
    test = done[best].test
    baseline = f" Always naming the largest category is right for {percent(test.majority)}." if test else ""
    baseline = " ".join([baseline, *stopped])
    if not others:
        text = f"{best} is right for {share[best]} of {rows:,} test articles; no other cell has finished."
        return Verdict(title=f"{best} alone has finished: {share[best]}", text=text + baseline)
    compared = {cell: paired_difference(right[cell], right[best]) for cell in others}
    level = [cell for cell in others if not compared[cell].is_significant]
    behind = [cell for cell in others if compared[cell].is_significant]
    text = f"{best} is right for {share[best]} of {rows:,} test articles. "
    if level:
        names = join_names([f"{cell} ({share[cell]})" for cell in level])
        text += f"{names} {'is' if len(level) == 1 else 'are'} so near that chance may be the difference. "
    if behind:
        far = join_names(
            [
                f"{cell} ({share[cell]}) by {points(compared[cell].difference)} "
                f"(95 % interval {interval(compared[cell])})"
                for cell in behind
            ]
        )
        text += f"Behind: {far}. "
    text += "That is one seed: another begins with other weights and articles, and may order them otherwise."
    if not behind:
        title = f"No cell is ahead: {share[order[-1]]} to {share[best]}, within chance"
    elif not level:
        title = f"{best} is ahead on the test articles: {share[best]}"
    else:
        title = (
            f"{join_names([best, *level])} are level; {join_names(behind)} "
            f"{'is' if len(behind) == 1 else 'are'} behind"
        )
    return Verdict(title=title, text=text + baseline)


def relative_spread(figures: Sequence[float]) -> float:
    """Difference of the largest and the smallest figure, as a share of the smallest."""
    return max(figures) / min(figures) - 1
