"""The loop of a recurrent network, timestep by timestep, with the hidden states of a classifier.

Every timestep applies the same weights to a word and the previous hidden state and gives the next hidden state (J. L.
Elman, "Finding Structure in Time", Cognitive Science 14, 1990). Shown is the forward direction of the first layer of
the first ensemble member. Leaves out: the gates within a step, and all other layers
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
class StateSequence:
    """The hidden states over at least one word.

    Attributes:
        token_ids: (words,) of the words in the vocabulary.
        states: (1 + words, units): zeros before the first word, then the hidden state after each.
        weight_count: weights of one timestep, shared by all timesteps.
    """

    words: tuple[str, ...]
    token_ids: tuple[int, ...]
    states: Array
    weight_count: int

    @property
    def units(self) -> int:
        return int(self.states.shape[1])

    @property
    def known(self) -> tuple[bool, ...]:
        return tuple(token_id != OOV_ID for token_id in self.token_ids)

    @property
    def changes(self) -> Array:
        """(words,): mean absolute change of a unit at each word."""
        changes: Array = np.abs(np.diff(self.states, axis=0)).mean(axis=1)
        return changes

    @property
    def largest(self) -> float:
        """The value of the full colour: 1, or the largest absolute state where states are unbounded."""
        return max(1.0, float(np.abs(self.states).max()))


def state_sequence(classifier: Classifier, words: Sequence[str]) -> StateSequence:
    """Compute the hidden states over ``words``, cut to the classifier's sequence length."""
    token_ids = classifier.encode(words)
    trace = forward(classifier.weights, classifier.network, np.array([token_ids]))
    states = trace.members[0].layers[0].forward.states[0]  # (words, units)
    return StateSequence(
        words=tuple(words[: len(token_ids)]),
        token_ids=tuple(token_ids),
        states=np.concatenate([np.zeros_like(states[:1]), states]),
        weight_count=sum(array.size for name, array in classifier.weights.items() if name.startswith(_LAYER)),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SharedEnding:
    """Two texts with different beginnings and the same last words.

    Attributes:
        shared: the last words of both.
        differences: (1 + shared,) mean absolute difference of the two hidden states: before the shared words and after
            each of them.
    """

    shared: tuple[str, ...]
    differences: Array


def compare_endings(
    classifier: Classifier, first: Sequence[str], second: Sequence[str], shared: Sequence[str]
) -> SharedEnding:
    """Compare the hidden states of both texts over the words that they share.

    Args:
        first, second: the two beginnings; either may be empty.
        shared: at least one word. Neither text may be longer than the classifier's sequence length.
    """
    size = len(shared) + 1
    first_states, second_states = (
        state_sequence(classifier, [*beginning, *shared]).states[-size:] for beginning in (first, second)
    )
    return SharedEnding(shared=tuple(shared), differences=np.abs(first_states - second_states).mean(axis=1))
