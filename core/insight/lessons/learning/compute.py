"""A tiny network on ten headlines, small enough to draw every parameter: its whole training, step by step.

A word is a point in a plane (an embedding of dimension 2). A headline is the mean of its words, as in the dense network
of the chapter on word order. A dense layer and softmax make two probabilities of it. Optimizers are those of Keras with
its default settings. Gradients: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.2.2.2.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Optimizer = Literal["SGD", "RMSprop", "Adam"]
OPTIMIZERS: tuple[Optimizer, ...] = ("SGD", "RMSprop", "Adam")

CATEGORIES = ("SPORTS", "FOOD")
HEADLINES = (
    ("striker scores late goal", 0),
    ("keeper saves cup final", 0),
    ("late goal wins cup", 0),
    ("striker and keeper argue", 0),
    ("team wins final", 0),
    ("chef bakes lemon cake", 1),
    ("lemon soup wins prize", 1),
    ("late soup for chef", 1),
    ("team bakes cake", 1),
    ("chef and baker argue", 1),
)
WORDS = tuple(dict.fromkeys(word for text, _ in HEADLINES for word in text.split()))
_COUNTS = np.array([[text.split().count(word) for word in WORDS] for text, _ in HEADLINES], dtype=float)
MEANS = _COUNTS / _COUNTS.sum(
    axis=1, keepdims=True
)  # (headlines, words): times the embedding, the mean of the words
LABELS = np.array([label for _, label in HEADLINES])
DIMENSIONS = 2
EPSILON = 1e-7  # of RMSprop and Adam in Keras
RHO, BETA_1, BETA_2 = 0.9, 0.9, 0.999


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What training changes; shapes: (words, 2), (2, 2), (2,)."""

    embedding: Array
    kernel: Array
    bias: Array

    def probabilities(self) -> Array:
        """(headlines, 2), each row adds up to 1."""
        logits = MEANS @ self.embedding @ self.kernel + self.bias
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares: Array = exponentials / exponentials.sum(axis=1, keepdims=True)
        return shares

    def loss(self) -> float:
        """Mean cross-entropy of all headlines."""
        correct = self.probabilities()[np.arange(len(LABELS)), LABELS]
        return float(-np.log(correct).mean())

    def accuracy(self) -> float:
        return float((self.probabilities().argmax(axis=1) == LABELS).mean())

    def gradients(self, batch: npt.NDArray[np.intp]) -> tuple[Array, Array, Array]:
        """Of the mean loss of the headlines of ``batch``, in the order of the attributes."""
        errors = self.probabilities()[batch]  # (batch, 2)
        errors[np.arange(len(batch)), LABELS[batch]] -= 1
        errors /= len(batch)
        means = MEANS[batch]  # (batch, words)
        return (
            means.T @ errors @ self.kernel.T,  # (words, 2)
            (means @ self.embedding).T @ errors,  # (2, 2)
            errors.sum(axis=0),  # (2,)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """The parameters before the first step and after each; the losses and accuracies are of all headlines."""

    moments: tuple[Parameters, ...]
    losses: tuple[float, ...]
    accuracies: tuple[float, ...]


def initial_parameters(seed: int) -> Parameters:
    """Small random numbers, as a network has them before training."""
    rng = np.random.default_rng(seed)
    return Parameters(
        embedding=rng.uniform(-0.5, 0.5, (len(WORDS), DIMENSIONS)),
        kernel=rng.uniform(-0.5, 0.5, (DIMENSIONS, len(CATEGORIES))),
        bias=np.zeros(len(CATEGORIES)),
    )


def train(optimizer: Optimizer, learning_rate: float, *, batch_size: int, steps: int, seed: int) -> Training:
    """Train the network; the headlines of an epoch are shuffled. Cost: steps times some matrix products of ten rows."""
    rng = np.random.default_rng(seed)
    parameters = initial_parameters(seed)
    moments, order = [parameters], np.empty(0, np.intp)
    first = [np.zeros_like(values) for values in _arrays(parameters)]  # mean gradient
    second = [np.zeros_like(values) for values in _arrays(parameters)]  # mean squared gradient
    for step in range(1, steps + 1):
        if len(order) < batch_size:
            order = rng.permutation(len(HEADLINES))
        batch, order = order[:batch_size], order[batch_size:]
        changed = []
        for index, (values, gradient) in enumerate(
            zip(_arrays(parameters), parameters.gradients(batch), strict=True)
        ):
            if optimizer == "SGD":
                change = gradient
            elif optimizer == "RMSprop":
                second[index] = RHO * second[index] + (1 - RHO) * gradient**2
                change = gradient / np.sqrt(second[index] + EPSILON)
            else:
                first[index] = BETA_1 * first[index] + (1 - BETA_1) * gradient
                second[index] = BETA_2 * second[index] + (1 - BETA_2) * gradient**2
                correction = math.sqrt(1 - BETA_2**step) / (1 - BETA_1**step)
                change = correction * first[index] / (np.sqrt(second[index]) + EPSILON)
            changed.append(values - learning_rate * change)
        parameters = Parameters(embedding=changed[0], kernel=changed[1], bias=changed[2])
        moments.append(parameters)
    return Training(
        moments=tuple(moments),
        losses=tuple(moment.loss() for moment in moments),
        accuracies=tuple(moment.accuracy() for moment in moments),
    )


def _arrays(parameters: Parameters) -> tuple[Array, Array, Array]:
    return parameters.embedding, parameters.kernel, parameters.bias


def boundary(parameters: Parameters, reach: float) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """Two points of the line on which both categories have 50 %, ``reach`` from its middle; None: there is no line.

    Softmax of two logits is 50 % where they are equal: x (k1 - k0) + y (k1 - k0) + b1 - b0 = 0.
    """
    normal = parameters.kernel[:, 1] - parameters.kernel[:, 0]  # (2,)
    length = float(np.hypot(*normal))
    if length < 1e-12:
        return None
    middle = -float(parameters.bias[1] - parameters.bias[0]) * normal / length**2
    along = reach * np.array([-normal[1], normal[0]]) / length
    start, end = middle - along, middle + along
    return (float(start[0]), float(start[1])), (float(end[0]), float(end[1]))


def neuron(weights: tuple[float, float], bias: float, inputs: tuple[float, float]) -> float:
    """tanh(w1 x1 + w2 x2 + b)."""
    return math.tanh(weights[0] * inputs[0] + weights[1] * inputs[1] + bias)


@dataclass(frozen=True, slots=True, kw_only=True)
class Descent:
    """Steps of one weight against the gradient; one loss and one gradient for each weight."""

    weights: tuple[float, ...]
    losses: tuple[float, ...]
    gradients: tuple[float, ...]


def one_weight_loss(weight: float) -> tuple[float, float]:
    """(loss, its gradient) of a network with one weight.

    It reads one number, 1 for a text of FOOD and -1 for a text of SPORTS, and gives FOOD the probability
    sigmoid(weight times that number). One of five texts has the wrong label, so no weight makes the loss 0:
    loss = 0.8 ln(1 + e^-w) + 0.2 ln(1 + e^w), least at w = ln 4.
    """
    probability = 1 / (1 + math.exp(-weight))
    loss = -0.8 * math.log(probability) - 0.2 * math.log(1 - probability)
    return loss, probability - 0.8


def descend(start: float, learning_rate: float, steps: int) -> Descent:
    """Repeat w - learning_rate * gradient, from ``start``; stops at weights beyond 30, where the loss is a line."""
    weights = [start]
    for _ in range(steps):
        following = weights[-1] - learning_rate * one_weight_loss(weights[-1])[1]
        weights.append(max(-30.0, min(30.0, following)))
    losses, gradients = zip(*map(one_weight_loss, weights), strict=True)
    return Descent(weights=tuple(weights), losses=losses, gradients=gradients)
