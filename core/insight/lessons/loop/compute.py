"""The loop of a recurrent network, word by word, with a classifier's own states.

One step is done again at every word, with the same weights: it takes the word and the state that the last step left,
and leaves a new state (J. L. Elman, "Finding Structure in Time", Cognitive Science 14, 1990). Looked at is the first
layer, forward, of the first reader. Leaves out: the gates within a step, and all other layers
(``insight/activations/trace.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.model.classifier import Classifier
from core.model.forward import Array, forward
from core.text.vocabulary import OOV_ID

_LAYER = "layers/0/forward/"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Walk:
    """The loop over some words, of which there is at least one.

    Attributes:
        numbers: (words,) of the words in the word index.
        states: (1 + words, units): nothing but zeros before the first word, then the state after each.
        weights: numbers in the step, the same ones at every word.
    """

    words: tuple[str, ...]
    numbers: tuple[int, ...]
    states: Array
    weights: int

    @property
    def units(self) -> int:
        return self.states.shape[1]

    @property
    def known(self) -> tuple[bool, ...]:
        return tuple(number != OOV_ID for number in self.numbers)

    @property
    def changes(self) -> Array:
        """(words,): by how much a unit changes at each word, on average over the units."""
        found: Array = np.abs(np.diff(self.states, axis=0)).mean(axis=1)
        return found

    @property
    def widest(self) -> float:
        """The number that has the full colour: 1, or more where a state has no bounds and leaves -1 to 1."""
        return max(1.0, float(np.abs(self.states).max()))


def walk(classifier: Classifier, words: Sequence[str]) -> Walk:
    """Follow the state over ``words``, as many as the classifier reads."""
    numbers = classifier.encode(words)
    found = forward(classifier.weights, classifier.network, np.array([numbers]))
    states = found.members[0].layers[0].forward.states[0]  # (words, units)
    return Walk(
        words=tuple(words[: len(numbers)]),
        numbers=tuple(numbers),
        states=np.concatenate([np.zeros_like(states[:1]), states]),
        weights=sum(array.size for name, array in classifier.weights.items() if name.startswith(_LAYER)),
    )


def said(found: Walk) -> str:
    """Where the state changes most and least; plain text."""
    start = f"The same {found.weights:,} weights at every word."
    if len(found.words) == 1:
        return f"{start} At “{found.words[0]}” a unit changes by {found.changes[0]:.2f} on average."
    most, least = int(found.changes.argmax()), int(found.changes.argmin())
    return (
        f"{start} The state changes most at “{found.words[most]}”, by {found.changes[most]:.2f} a unit on average, and "
        f"least at “{found.words[least]}”, by {found.changes[least]:.2f}."
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Endings:
    """Two texts that begin otherwise and end alike.

    Attributes:
        shared: the words with which both end.
        apart: (1 + shared,) by how much a unit of the one's state differs from that of the other's, on average: before
            the shared words and after each of them.
    """

    shared: tuple[str, ...]
    apart: Array


def endings(
    classifier: Classifier, first: Sequence[str], second: Sequence[str], shared: Sequence[str]
) -> Endings:
    """The states of both texts side by side over the words that they share.

    Args:
        first, second: the two beginnings; either may be empty.
        shared: at least one word. Both texts together must not be longer than the classifier reads.
    """
    size = len(shared) + 1
    one, other = (walk(classifier, [*begun, *shared]).states[-size:] for begun in (first, second))
    return Endings(shared=tuple(shared), apart=np.abs(one - other).mean(axis=1))


def left(found: Endings) -> str:
    """How much of the difference before the shared words is there after them, as a share."""
    share = 100 * float(found.apart[-1] / found.apart[0])
    return f"{share:.0f}\u00a0%" if share >= 1 else "less than 1\u00a0%"


def endings_said(found: Endings) -> str:
    """What is left of the difference at the end; plain text."""
    start, end, words = float(found.apart[0]), float(found.apart[-1]), len(found.shared)
    if not start:
        return "Both begin alike, so their states are one and the same."
    alike = "the same word" if words == 1 else f"the same {words} words"
    if not end:
        return f"Before {alike} a unit differs by {start:.2f} on average, after them by nothing: it is forgotten."
    return (
        f"Before {alike} a unit differs by {start:.2f} on average, after them by {end:.3f}: {left(found)} of the "
        f"difference is still there. A network without memory has 0 from the first of "
        "them on."
    )
