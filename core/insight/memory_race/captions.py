"""Texts of a memory race: the verdict, and how far back each cell remembers a word.

Plain text; a page escapes it. A verdict states a difference only where it is significant.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.insight.evaluation.captions import interval
from core.insight.memory_race.forgetting import (
    Forgetting,
    farthest_distance,
    half_life,
    measurable_influences,
)
from core.insight.memory_race.results import Comparison, Result
from core.insight.wording import join_names, many, percent, points
from core.settings.network import Cell


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
        title=title, text=f"Test accuracy so far: {reached}. You will see at the end which cell is ahead."
    )


def verdict(comparison: Comparison) -> Verdict:
    """Which cell is ahead on the test articles, and which differences are within chance.

    The text says that another seed may order the cells otherwise: the comparison covers one seed.
    """
    share = {cell: percent(accuracy) for cell, accuracy in comparison.accuracies.items()}
    stopped = [
        f"{cell} was stopped before its last epoch ({share[cell]}), so it is not compared."
        for cell in comparison.stopped
    ]
    if not comparison.order:
        text = " ".join(["None of the runs has finished.", *stopped])
        return Verdict(title="No cell has finished", text=text)
    best, *others = comparison.order
    accuracy = f"{best} is right for {share[best]} of {comparison.articles:,} test articles"
    baseline = ""
    if comparison.majority is not None:
        baseline = f" Always naming the largest category is right for {percent(comparison.majority)}."
    baseline = " ".join([baseline, *stopped])
    if not others:
        text = f"{accuracy}. No other cell has finished."
        return Verdict(title=f"{best} alone has finished: {share[best]}", text=text + baseline)
    level, behind = comparison.level, comparison.behind
    text = f"{accuracy}. "
    if level:
        names = join_names([f"{cell} ({share[cell]})" for cell in level])
        text += (
            f"{names} {'is' if len(level) == 1 else 'are'} close enough that the difference could be luck. "
        )
    if behind:
        far = join_names(
            [
                f"{cell} ({share[cell]}) by {points(difference.difference)} (95 % interval {interval(difference)})"
                for cell, difference in behind.items()
            ]
        )
        text += f"Behind: {far}. "
    text += "This is one seed. A different random start may change the ranking."
    if not behind:
        title = f"No cell is clearly ahead: {share[others[-1]]} to {share[best]}"
    elif not level:
        title = f"{best} is ahead on the test articles: {share[best]}"
    else:
        title = (
            f"{join_names([best, *level])} are level; {join_names(list(behind))} "
            f"{'is' if len(behind) == 1 else 'are'} behind"
        )
    return Verdict(title=title, text=text + baseline)


def probability(results: Mapping[Cell, Forgetting], word: str, category: str) -> str:
    """How the word's effect on the probability falls with the distance; plain text."""
    effects = measurable_influences(results, gradient=False)
    if not effects:
        return f"“{word}” does not speak for {category}. It adds less than a point, which is too little to follow."
    initial = [float(values[0]) for values in effects.values()]
    adds = points(initial[0]) if len(initial) == 1 else f"{100 * min(initial):.1f} to {points(max(initial))}"
    others = [cell for cell in results if cell not in effects]
    nothing = f", in {join_names(others)} less than one" if others else ""
    return (
        f"With nothing after it, “{word}” adds {adds} to the probability of {category}{nothing}. "
        f"{_half_life_text(effects, 'that')}"
    )


def gradient(results: Mapping[Cell, Forgetting]) -> str:
    """How the gradient falls with the distance; plain text."""
    last = farthest_distance(results)
    gradients = measurable_influences(results, gradient=True)
    if not gradients:
        return "No cell has a gradient back to the word, not even with nothing after it."
    shares = [f"{cell} {_share(float(values[-1] / values[0]))}" for cell, values in gradients.items()]
    text = _half_life_text(gradients, "the gradient")
    if not last:
        return text
    return f"{text} After {many(last, 'word')}, this much is left: {', '.join(shares)}."


def forgetting_title(results: Mapping[Cell, Forgetting], *, gradient: bool = False) -> str:
    """A chart's title: which cell loses half first, after how many words; plain text, short enough for a phone."""
    influences = measurable_influences(results, gradient=gradient)
    subject = "the gradient" if gradient else "it"
    if not influences:
        return (
            "No cell has a gradient to lose"
            if gradient
            else "No cell learns enough from the word to forget it"
        )
    half_lives = {cell: half_life(values) for cell, values in influences.items()}
    lost = {cell: after for cell, after in half_lives.items() if after is not None}
    if not lost:
        return f"No cell loses half of {subject} within {many(farthest_distance(results), 'word')}"
    soonest = min(lost.values())
    first = [cell for cell, after in lost.items() if after == soonest]
    if gradient:
        return f"{join_names(first)}: half the gradient after {many(soonest, 'word')}"
    return f"After {many(soonest, 'word')} half of its effect on {join_names(first)} is gone"


def _half_life_text(values: Mapping[Cell, npt.NDArray[np.floating]], subject: str) -> str:
    """The half-life of each cell, as text."""
    half_lives = {cell: half_life(influence) for cell, influence in values.items()}
    lost = sorted((after, cell) for cell, after in half_lives.items() if after is not None)
    keeping = [cell for cell, after in half_lives.items() if after is None]
    last = max(len(influence) for influence in values.values()) - 1
    text = ""
    if lost:
        each = ", ".join(
            f"{cell} after {many(after, 'word') if position == 0 else after}"
            for position, (after, cell) in enumerate(lost)
        )
        text = f"Half of {subject} is gone in {each}."
    if keeping:
        keep = "keeps" if len(keeping) == 1 else "keep"
        text += (
            f"{' ' if lost else ''}{join_names(keeping)} {keep} more than half of "
            f"{'it' if lost else subject} over all "
        )
        text += f"{many(last, 'word')}."
    return text


def _share(left: float) -> str:
    """0.25 -> "25.0 %", 0.00004 -> "1 part in 25,000", to two digits; from 1.5 on a multiple."""
    if left >= 1.5:
        return f"{left:.1f} times as much"
    if left >= 0.001:
        return percent(left)
    return f"1 part in {float(f'{1 / left:.2g}'):,.0f}" if left > 1e-9 else "less than 1 part in a billion"
