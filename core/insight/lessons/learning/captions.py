"""Sentences of the chapter on learning; plain text."""

from itertools import pairwise

from core.insight.lessons.learning.compute import HEADLINES, Descent, Training
from core.insight.wording import many

_SLOW = 1.0  # up to this learning rate, three times as large a one jumps over nothing: the curvature is 1/4 at most


def neuron(weights: tuple[float, float], bias: float, inputs: tuple[float, float], output: float) -> str:
    """The equation of the neuron with its numbers."""
    total = weights[0] * inputs[0] + weights[1] * inputs[1] + bias
    return (
        f"w1·x1 + w2·x2 + b = {_term(weights[0])}·{_term(inputs[0])} + {_term(weights[1])}·{_term(inputs[1])} + "
        f"{_term(bias)} = {total:.2f}\ntanh({total:.2f}) = {output:.2f}"
    )


def descent_title(descent: Descent) -> str:
    return (
        f"Loss {descent.losses[0]:.2f} → {descent.losses[-1]:.2f} in {many(len(descent.weights) - 1, 'step')}"
    )


def descent(descent: Descent, learning_rate: float) -> str:
    """The first step with its numbers, and where the last one ends."""
    start, gradient = descent.weights[0], descent.gradients[0]
    text = (
        f"At w = {start:.2f} the gradient is {gradient:.2f}. One step: {start:.2f} - {learning_rate:g} · "
        f"{_term(gradient, 2)} = {descent.weights[1]:.2f}."
    )
    if descent.losses[-1] > descent.losses[0] + 1e-9:
        return f"{text} After the last step the loss is higher than at the start. The learning rate is too large."
    if abs(descent.gradients[-1]) < 0.01:
        return f"{text} After the last step the gradient is nearly 0. This is the lowest point."
    if any(before * after < 0 for before, after in pairwise(descent.gradients)):
        return (
            f"{text} On the way a step jumped over the lowest point. With a smaller learning rate, the weight comes "
            "down more evenly."
        )
    faster = " So would a larger learning rate." if learning_rate <= _SLOW else ""
    return f"{text} After the last step the loss is still falling. More steps would lower it further.{faster}"


def moment(step: int) -> str:
    """The name of a moment of the training."""
    return "Before training" if not step else f"After step {step}"


def score(training: Training, step: int) -> str:
    """Loss and correct headlines at a moment."""
    correct = round(training.accuracies[step] * len(HEADLINES))
    return f"loss {training.losses[step]:.2f}, {correct} of {len(HEADLINES)} headlines correct"


def development(training: Training) -> str:
    """What the whole training did to the loss, and whether all headlines are told apart."""
    first, last = training.losses[0], training.losses[-1]
    steps, n_headlines = len(training.losses) - 1, len(HEADLINES)
    n_correct = round(training.accuracies[-1] * n_headlines)
    end = f"In the end {n_correct} of {n_headlines} headlines are correct."
    if n_correct == n_headlines:
        since = 1 + max(
            (step for step, accuracy in enumerate(training.accuracies) if accuracy < 1), default=-1
        )
        end = f"From step {since} on all {n_headlines} headlines are correct."
    return f"In {many(steps, 'step')} the loss goes from {first:.2f} to {last:.2f}. {end}"


def _term(value: float, digits: int = 1) -> str:
    """A number in a sum or product: a negative one in brackets."""
    return f"{value:.{digits}f}" if value >= 0 else f"({value:.{digits}f})"
