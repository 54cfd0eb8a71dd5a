"""One gate worked by hand, and the gate activations of a classifier at each word of a sentence.

By hand: a GRU whose update gate is forced to one value, by the network's own ``gru_step`` (``model/forward.py``). The
candidate of word i is forced to the one-hot vector i, so the state after a word is the share of each word in it. Leaves
out: interventions on several gates, and all other layers (the Inside page).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.insight.activations.interventions import InterventionEffect
from core.insight.activations.trace import (
    SIGMOID_GATES,
    HeadlineTrace,
    LayerLocation,
    heatmap_names,
)
from core.model.classifier import Classifier
from core.model.forward import ApplyInterventions, Array, Intervention, gru_step

# --- By hand ---


def word_shares(words: int, gate: float) -> Array:
    """The share of each word in the state, (words, words): row t, column i is word i's share after word t.

    The first word enters completely, because no state precedes it; then the update gate is ``gate``. Each row sums to
    1; the first word's share after word t is ``gate`` to the power of t.
    """
    no_input = np.zeros((1, 3 * words), np.float32)
    state, no_weights = np.zeros((1, words), np.float32), np.zeros((words, 3 * words), np.float32)
    shares = np.zeros((words, words), np.float32)
    for t in range(words):
        # (1, words): this word, and nothing of the others
        proposal = np.eye(words, dtype=np.float32)[t : t + 1]
        (state,), _ = gru_step(
            no_input, (state,), no_weights, no_input[0], _forced(gate if t else 0.0, proposal)
        )
        shares[t] = state[0]
    return shares


def _forced(gate: float, proposal: Array) -> ApplyInterventions:
    """Force the update gate and the candidate; leave the reset gate as it is."""

    def apply(name: str, value: Array) -> Array:
        if name == "update":
            return np.full_like(value, gate)
        return proposal if name == "candidate" else value

    return apply


def logit(gate: float) -> float:
    """The logit of ``gate``, 0 < gate < 1: the inverse of the sigmoid."""
    return float(np.log(gate / (1 - gate)))


def words_to_half(gate: float) -> int | None:
    """After how many further words less than half of the first word is left; None: never."""
    if gate >= 1:
        return None
    # With a gate of 0.5 exactly half is left after one word, which is not less than half.
    return 1 if gate < 0.5 else int(np.floor(np.log(0.5) / np.log(gate))) + 1


# --- Gates of a classifier ---


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GateActivations:
    """Gate activations of the first layer's forward direction for one sentence.

    Attributes:
        words: of the sentence.
        headline_trace: every state and gate.
    """

    classifier: Classifier
    words: tuple[str, ...]
    headline_trace: HeadlineTrace

    @classmethod
    def read(
        cls, classifier: Classifier, words: Sequence[str], interventions: Sequence[Intervention] = ()
    ) -> "GateActivations":
        """Run a forward pass over at least one word, with interventions or without."""
        return cls(
            classifier=classifier,
            words=tuple(words),
            headline_trace=HeadlineTrace.read(classifier, words, LayerLocation(), interventions),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The gates of this cell; () for the SimpleRNN, which has none."""
        return tuple(name for name in heatmap_names(self.headline_trace.trace) if name in SIGMOID_GATES)

    @property
    def units(self) -> int:
        return int(self.headline_trace.trace.states.shape[-1])

    def values(self, gate: str) -> Array:
        """(timesteps, units), from 0 to 1."""
        values: Array = self.headline_trace.trace.gates[gate][0]
        return values

    def most_variable_unit(self, gate: str) -> int:
        """The unit with the widest range of this gate over the words; the first of several."""
        values = self.values(gate)
        return int((values.max(axis=0) - values.min(axis=0)).argmax())

    def effect(self, forced: "GateActivations") -> InterventionEffect:
        """Compare this prediction with that of an intervention."""
        return InterventionEffect.between(
            self.headline_trace.probabilities.tolist(), forced.headline_trace.probabilities.tolist()
        )
