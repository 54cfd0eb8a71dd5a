"""Sentences on the recorded results of "Who beat whom"; plain text."""

from core.insight.order_task.results import (
    CHANCE,
    LONGER,
    NAMES,
    PAIRS,
    WORDS,
    OrderResults,
    Spread,
)
from core.insight.wording import join_names, many, percent, points

FAR = 25  # words after the second name, at which the learners are compared
_NEAR_CHANCE = 0.1  # a mean within this of CHANCE has learnt nothing that counts
_SOLVED = 0.9

TASK = (
    "“Who beat whom” has 6,400 invented headlines of matches. The category is the side that won. Which team stands "
    "first and the verb decide together, and 2 to 30 more words follow."
)

NO_TELLING_WORD = (
    "In “Who beat whom” no single word tells the category: the verb and the order of the two names decide "
    "together. So these two charts say nothing about memory in that file. The chart below does: it "
    "moves both names away from the end."
)


def spread(values: Spread) -> str:
    """The mean, and in brackets the lowest and the highest unless all are equal: "99.1 % (98.0 % to 100.0 %)"."""
    if percent(values.low) == percent(values.high):
        return percent(values.mean)
    return f"{percent(values.mean)} ({percent(values.low)} to {percent(values.high)})"


def by_distance_title(results: OrderResults) -> str:
    """What the chart of accuracy by distance shows, at ``FAR`` words."""
    at_chance, solved = _outcomes(results)
    if at_chance and solved:
        return f"{join_names(at_chance)} at chance, {join_names(solved)} right"
    return f"Accuracy with up to {results.distances[-1]} words after the second name"


def by_distance(results: OrderResults) -> str:
    """Accuracy at ``FAR`` words, each cell's with its spread."""
    cells = ", ".join(
        f"{NAMES[learner]} {spread(results.at_distance(learner, FAR))}"
        for learner in (*_cells(results), WORDS)
    )
    return (
        f"Right answers with {FAR} words after the second name: {cells}. Each line is the mean of {results.seeds} "
        f"seeds; the bars reach from the lowest to the highest. Each point is measured on {results.made_headlines} "
        "new headlines."
    )


def longer(results: OrderResults) -> str:
    """That the SimpleRNN does learn the task with fewer units and more epochs, in how many seeds."""
    longer_results, usual = results.of(LONGER), results.of("SimpleRNN")
    learnt = sum(result.accuracy >= _SOLVED for result in longer_results)
    return (
        "In the chart, the SimpleRNN finds no rule at all: near or far, it guesses. "
        f"It has {usual[0].units} units and learns for {usual[0].epochs} epochs, as many as the others. "
        f"With {longer_results[0].units} units and {longer_results[0].epochs} epochs, {learnt} of "
        f"{many(results.seeds, 'seed')} do learn the task. "
        "So a SimpleRNN can remember that far. Here it took fewer units and twice the epochs."
    )


def accuracies(results: OrderResults, learner: str) -> str:
    """Test accuracy of a cell beside a bag of words."""
    return (
        f"Over {many(results.seeds, 'seed')}, the {NAMES[learner]} is right for "
        f"{spread(results.accuracy(learner))} of the test articles of “Who beat whom”, a {NAMES[WORDS]} for "
        f"{spread(results.accuracy(WORDS))}. "
        f"Guessing is right for {percent(CHANCE)}."
    )


def order_effect(results: OrderResults, learner: str) -> str:
    """What a swap of the two names moves in a cell and in a bag of words; the spread unless all seeds are equal."""
    moved = results.moved(learner)
    low, high = points(moved.low), points(moved.high)
    over_seeds = "" if low == high else f": {100 * moved.low:.1f} to {high}"
    return (
        f"Over all test articles, a swap of the two names moves the {NAMES[learner]} by {points(moved.mean)}. "
        f"That is the mean of {many(results.seeds, 'seed')}{over_seeds}. "
        f"A {NAMES[WORDS]} moves by {points(results.moved(WORDS).mean)}."
    )


def own_differs(results: OrderResults, *, cell: str, news_name: str, categories: int, accuracy: float) -> str:
    """How a classifier of the visitor's own differs from the recorded networks."""
    recorded = cell if cell in _cells(results) else "GRU"
    return (
        f"Your own {cell} reads here. It learnt from {news_name}, has {categories} categories and is right for "
        f"{percent(accuracy)} of its test articles. So its figures differ from the recorded ones: the "
        f"{recorded} on “Who beat whom” is right for {spread(results.accuracy(recorded))}."
    )


def reordered(results: OrderResults, learner: str) -> str:
    """Accuracy as it is, shuffled and reversed, with the spread over the seeds."""
    return (
        f"{NAMES[learner]}: {spread(results.accuracy(learner))} as it is, "
        f"{spread(results.after(learner, 'shuffled'))} shuffled, {spread(results.after(learner, 'reversed'))} reversed"
    )


def _cells(results: OrderResults) -> list[str]:
    return [learner for learner in NAMES if learner not in (WORDS, PAIRS, LONGER) and results.of(learner)]


def _outcomes(results: OrderResults) -> tuple[list[str], list[str]]:
    """The cells that are at chance, and those that have learnt the task, at ``FAR`` words in the mean."""
    means = {cell: results.at_distance(cell, FAR).mean for cell in _cells(results)}
    at_chance = [cell for cell, mean in means.items() if abs(mean - CHANCE) <= _NEAR_CHANCE]
    return at_chance, [cell for cell, mean in means.items() if mean >= _SOLVED]
