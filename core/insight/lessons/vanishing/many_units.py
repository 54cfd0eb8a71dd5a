"""Backpropagation through time in a layer of many units: how its recurrent matrix decides what arrives.

h(t) = tanh(U h(t-1) + x(t)), so each step back multiplies the gradient by U, transposed, and by the slopes 1 - h(t)². U
is drawn at random and scaled to a chosen largest eigenvalue (its spectral radius); the words push each unit at random.
Above 1 the states of many units keep moving, and the gradient grows; a single unit comes to rest where tanh is flat. R.
Pascanu, T. Mikolov and Y. Bengio, "On the Difficulty of Training Recurrent Neural Networks", ICML 2013; H. Sompolinsky,
A. Crisanti and H. J. Sommers, "Chaos in Random Neural Networks", Physical Review Letters 61(3), 1988. Leaves out: one
unit with a weight of its own (``compute.py``).
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from core.insight.lessons.vanishing.compute import Floats

PUSH = 0.1  # standard deviation of what a word adds to a unit
_SEED = 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer:
    """A recurrent layer over some words.

    Attributes:
        matrix: (units, units) U.
        eigenvalues: (units,) of U, complex, the largest first.
        states: (words, units) h after each word.
        gradients: (words,) how much of the end's gradient arrives at each word, from the first to the last, where it is
            1: the norm of a unit's gradient, root mean square over the units of the end.
    """

    matrix: Floats
    eigenvalues: npt.NDArray[np.complex128]
    states: Floats
    gradients: Floats

    @property
    def units(self) -> int:
        return len(self.matrix)

    @property
    def first_gradient(self) -> float:
        return float(self.gradients[0])


@cache
def _unit_matrix(units: int) -> tuple[Floats, npt.NDArray[np.complex128]]:
    """A random matrix whose largest eigenvalue is 1 in size, and its eigenvalues, the largest first."""
    drawn = np.random.default_rng(_SEED).normal(size=(units, units))
    with threadpool_limits(limits=1, user_api="blas"):
        eigenvalues = np.linalg.eigvals(drawn).astype(np.complex128)
    eigenvalues = eigenvalues[np.argsort(-np.abs(eigenvalues), kind="stable")]
    largest = float(np.abs(eigenvalues[0]))
    return drawn / largest, eigenvalues / largest


def layer(units: int, largest_eigenvalue: float, words: int) -> Layer:
    """Run a layer forward over ``words`` words, then backward by the chain rule. Cost: milliseconds for 64 units."""
    if units < 1 or words < 1:
        raise ValueError(f"units and words must be at least 1, got {units} and {words}")
    base, eigenvalues = _unit_matrix(units)
    matrix = largest_eigenvalue * base  # (units, units)
    pushes = PUSH * np.random.default_rng(_SEED + 1).normal(size=(words, units))
    states, h = np.empty((words, units)), np.zeros(units)
    gradients = np.empty(words)
    back = np.eye(units)  # d h(end) / d h(t)
    with threadpool_limits(limits=1, user_api="blas"):
        for t in range(words):
            h = np.tanh(matrix @ h + pushes[t])
            states[t] = h
        for t in reversed(range(words)):
            gradients[t] = np.sqrt((back**2).sum() / units)
            back = (back * (1 - states[t] ** 2)) @ matrix  # tanh' = 1 - tanh²
    return Layer(
        matrix=matrix, eigenvalues=largest_eigenvalue * eigenvalues, states=states, gradients=gradients
    )
