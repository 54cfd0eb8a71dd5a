"""Timesteps of a SimpleRNN by hand: h(t) = tanh(W x(t) + U h(t-1) + b).

Two units read three words, whose embeddings have three numbers. J. L. Elman, "Finding Structure in Time", Cognitive
Science 14, 1990. The numbers are made up, with one decimal, so each can be worked out on
paper. W and U are written as in textbooks, a row for each unit; Keras stores both transposed.
Leaves out: training (``lessons/learning``), and layers of any size (``core/model/forward.py``).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

W: Floats = np.array([[0.5, -1.0, 0.3], [0.8, 0.2, -0.6]])  # (units, embedding size): the kernel
U: Floats = np.array([[0.6, 0.1], [-0.3, 0.9]])  # (units, units): the recurrent kernel
B: Floats = np.array([0.1, -0.2])  # (units,): the bias
# Each word's embedding, in the order in which they are read.
EMBEDDINGS: dict[str, Floats] = {
    "dog": np.array([1.0, 0.5, -0.4]),
    "bites": np.array([-0.5, 1.0, 0.2]),
    "man": np.array([0.8, -0.6, 0.5]),
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Step:
    """One timestep; all arrays but x are (units,).

    Attributes:
        x: (embedding size,): the word's embedding.
        before: h(t-1); zeros at the first word.
        total: W x + U h(t-1) + b, which tanh bends.
        after: h(t).
    """

    word: str
    x: Floats
    before: Floats
    total: Floats
    after: Floats


def read_words() -> tuple[Step, ...]:
    """The timesteps over all words of ``EMBEDDINGS``."""
    steps, h = [], np.zeros(len(B))
    for word, x in EMBEDDINGS.items():
        total = W @ x + U @ h + B  # (units,)
        steps.append(Step(word=word, x=x, before=h, total=total, after=np.tanh(total)))
        h = steps[-1].after
    return tuple(steps)
