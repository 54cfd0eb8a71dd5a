"""What came out of a memory race: what each cell cost, how often it is right, and whether that tells them apart.

All of it from the runs' events and from their answers to the same test articles, article by article. Leaves out: how
far a cell remembers (``distance.py``).
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
    """One cell of a race; None for what is not known yet.

    Attributes:
        layer_parameters: of the recurrent layer; ``parameters`` are of the whole network.
        validation: accuracy over the whole validation part: of the weights kept, before the end of the last epoch.
        test: of the weights kept.
        stopped: whether somebody ended it before it had seen every epoch, so that it learnt less than the others.
        seconds: from the first batch to the last, validation included; without reading the file and starting up, also
            where it went on after its process was lost.
        multiply_adds: of the answer to one text of mean length.
        rate: articles a second while it learns: the median of what the run told.
        curve: validation accuracy, by epochs done: over the whole validation part from the first epoch's end on, before
            that over some hundred articles, the mean of some measurements.
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
    """How a run of one recurrent layer stands, by what it has told so far.

    Args:
        words: read of a test article, in the mean; None where that is not known yet.
    """
    told, found = drop_replayed_events(events), curves(events)
    of = {type(event): event for event in told}  # the last of each kind
    prepared, scoring, finished = of.get(Prepared), of.get(Scoring), of.get(Finished)
    epoch = of.get(EpochEnd)
    rates = [event.rows_per_second for event in told if isinstance(event, BatchEnd)]
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
        seconds=scoring.seconds - _getting_ready(events)
        if isinstance(scoring, Scoring) and isinstance(prepared, Prepared)
        else None,
        # The first report has TensorFlow's building of the graph in it.
        rate=statistics.median(rates[1:] or rates) if rates else None,
        # Later on a mean of earlier measurements would stand below the whole part's points, and lag behind.
        curve=[point for point in found.validation["accuracy"] if point[0] < 1] + found.whole["accuracy"],
    )


def _getting_ready(events: Sequence[Event]) -> float:
    """Seconds of the run's clock that its processes took to read the file and start up."""
    processes: list[tuple[int, int, float]] = []  # epoch and step from which each went on, and its seconds
    for event in events:
        if isinstance(event, Prepared):
            before, processes = processes, [(0, 0, event.seconds)]
        elif isinstance(event, Resumed) and processes:
            here = event.epoch, event.step
            # One that left no checkpoint later than where it began is not on the clock that went on.
            processes = [*(one for one in before if one[:2] < here), (*here, processes[-1][2])]
    return sum(seconds for _, _, seconds in processes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a race shows: a chart's title, and a sentence or some; plain text."""

    title: str
    text: str


def interim_verdict(results: Sequence[Result], running: Sequence[Cell]) -> Verdict:
    """While it runs: who learns, and what those before it have reached."""
    now = {one.cell: one for one in results}
    learning = next((cell for cell in running if now[cell].curve), running[0] if running else None)
    begun = any(one.curve for one in results)
    title = (
        f"{learning} gets ready"
        if learning
        else f"The {'next' if begun else 'first'} cell waits for its turn"
    )
    if learning and (curve := now[learning].curve):
        title = f"{learning} learns: {percent(curve[-1][1])} of unseen headlines right so far"
    done = [one for one in results if one.test]
    if not done:
        return Verdict(title=title, text="The cells learn one after the other, from the same batches.")
    reached = ", ".join(f"{one.cell} {percent(one.test.accuracy)}" for one in done if one.test)
    return Verdict(
        title=title, text=f"On the test articles so far: {reached}. Who is ahead is told at the end."
    )


def verdict(results: Sequence[Result], right: Mapping[Cell, Bools]) -> Verdict:
    """Who is ahead on the test articles, and of whom that cannot be said.

    Args:
        right: for each cell that has finished, (articles,) whether its answer is right; the same articles for all.

    Each is compared with the best article by article, at 95 % (``intervals.change``). The training's own chance, which
    another seed would show, is not in it, and that is said. One that was stopped has learnt less, and is not compared.
    """
    done = {one.cell: one for one in results if one.cell in right and not one.stopped}
    stopped = [
        f"{one.cell} was stopped before its last epoch: {percent(float(right[one.cell].mean()))}, not compared."
        for one in results
        if one.cell in right and one.stopped
    ]
    if not done:
        said = " ".join(["None of the runs has come to its end.", *stopped])
        return Verdict(title="No cell has finished", text=said)
    order = sorted(done, key=lambda cell: -float(right[cell].mean()))
    best, *others = order
    rows, share = len(right[best]), {cell: percent(float(right[cell].mean())) for cell in order}
    test = done[best].test
    beside = f" Always naming the largest category is right for {percent(test.majority)}." if test else ""
    beside = " ".join([beside, *stopped])
    if not others:
        said = f"{best} is right for {share[best]} of {rows:,} test articles; no other cell has finished."
        return Verdict(title=f"{best} alone has finished: {share[best]}", text=said + beside)
    compared = {cell: paired_difference(right[cell], right[best]) for cell in others}
    level = [cell for cell in others if not compared[cell].is_significant]
    behind = [cell for cell in others if compared[cell].is_significant]
    said = f"{best} is right for {share[best]} of {rows:,} test articles. "
    if level:
        near = join_names([f"{cell} ({share[cell]})" for cell in level])
        said += f"{near} {'is' if len(level) == 1 else 'are'} so near that chance may be the difference. "
    if behind:
        far = join_names(
            [
                f"{cell} ({share[cell]}) by {points(compared[cell].difference)} "
                f"(95 % interval {interval(compared[cell])})"
                for cell in behind
            ]
        )
        said += f"Behind: {far}. "
    said += "That is one seed: another begins with other weights and articles, and may order them otherwise."
    if not behind:
        title = f"No cell is ahead: {share[order[-1]]} to {share[best]}, within chance"
    elif not level:
        title = f"{best} is ahead on the test articles: {share[best]}"
    else:
        verb = "is" if len(behind) == 1 else "are"
        title = f"{join_names([best, *level])} are level; {join_names(behind)} {verb} behind"
    return Verdict(title=title, text=said + beside)


def relative_spread(figures: Sequence[float]) -> float:
    """By how much the largest is above the smallest, as a share of the smallest."""
    return max(figures) / min(figures) - 1
