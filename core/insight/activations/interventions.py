"""Interventions on a recurrent cell: a gate forced open or shut, or a state forced to 0, and what each means.

Leaves out: the forward pass with an intervention (``model/forward.py: Intervention``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.insight.activations.trace import NAMES, SIGMOID_GATES, STATE
from core.insight.wording import percent
from core.model.forward import Intervention
from core.settings.network import Cell

# Forcing the state to 0 means the same in every cell but the LSTM.
_NO_STATE = "The state is 0 after every word: neither the next step nor the answer sees anything of it."

# cell -> (gate, value) -> meaning, in the order of the page's list.
MEANINGS: Mapping[Cell, Mapping[tuple[str, float], str]] = {
    "SimpleRNN": {(STATE, 0.0): _NO_STATE},
    "LSTM": {
        ("forget", 1.0): "The cell forgets nothing: it adds up what all the words bring.",
        (
            "forget",
            0.0,
        ): "The cell forgets all that it held before each word: it holds the last word's part alone.",
        ("input", 1.0): "All that a word proposes goes into the cell.",
        ("input", 0.0): "Nothing comes into the cell: it stays at 0, and the state with it.",
        ("output", 1.0): "The whole cell is shown as state.",
        ("output", 0.0): "The cell remembers, but nothing of it is ever shown: the state is 0.",
        ("cell", 0.0): "The cell is emptied at every word: nothing is remembered, and the state is 0.",
        (
            STATE,
            0.0,
        ): "The state is 0 after every word: gates and answer see nothing of the past, though the cell still "
        "has it.",
    },
    "GRU": {
        ("update", 1.0): "All of the old state stays and nothing new comes in: the state never leaves 0.",
        ("update", 0.0): "Nothing of the old state stays: each word's proposal takes its place whole.",
        ("reset", 1.0): "Each word's proposal is made with all of the past.",
        ("reset", 0.0): "Each word's proposal is made without the past, from the word alone.",
        (STATE, 0.0): _NO_STATE,
    },
    "minGRU": {
        ("update", 1.0): "All of each word's proposal comes in and nothing of the old state stays.",
        ("update", 0.0): "Nothing of what the words propose comes in: the state never leaves 0.",
        (STATE, 0.0): _NO_STATE,
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class InterventionEffect:
    """A prediction with an intervention, compared with the prediction without it.

    Attributes:
        ranking: (label id, probability without, probability with the intervention), by the larger of the two.
    """

    ranking: tuple[tuple[int, float, float], ...]

    @classmethod
    def between(cls, free: list[float], forced: list[float]) -> "InterventionEffect":
        """Compare the probabilities of all labels, without and with the intervention."""
        order = sorted(range(len(free)), key=lambda label: -max(free[label], forced[label]))
        return cls(ranking=tuple((label, free[label], forced[label]) for label in order))

    @property
    def free_label(self) -> int:
        """The predicted label without the intervention."""
        return max(self.ranking, key=lambda row: row[1])[0]

    @property
    def forced_label(self) -> int:
        """The predicted label with the intervention."""
        return max(self.ranking, key=lambda row: row[2])[0]

    @property
    def largest_change(self) -> tuple[int, float, float]:
        """The label whose probability changes most."""
        return max(self.ranking, key=lambda row: abs(row[2] - row[1]))


def caption(effect: InterventionEffect, labels: Sequence[str]) -> str:
    """What the intervention does to the prediction; plain text."""
    probabilities = {label: (free, forced) for label, free, forced in effect.ranking}
    free, forced = probabilities[effect.free_label]
    if effect.free_label != effect.forced_label:
        return (
            f"The answer turns from {labels[effect.free_label]}, which has {percent(forced)} where it had "
            f"{percent(free)}, to "
            f"{labels[effect.forced_label]} with {percent(probabilities[effect.forced_label][1])}."
        )
    label, before, after = effect.largest_change
    if percent(before) == percent(after):
        return f"The answer stays {labels[effect.free_label]}; no probability moves by a tenth of a percent."
    text = (
        f"The answer stays {labels[effect.free_label]}, with {percent(forced)} where it had {percent(free)}"
    )
    if label == effect.free_label:
        return f"{text}."
    return f"{text}; most moves {labels[label]}, from {percent(before)} to {percent(after)}."


def intervention_name(gate: str, value: float) -> str:
    """The intervention's name in a list: "forget gate open", "state at 0"."""
    return (
        f"{NAMES[gate]} {'open' if value else 'shut'}"
        if gate in SIGMOID_GATES
        else f"{NAMES[gate]} at {value:g}"
    )


def intervention_scope(
    intervention: Intervention, *, ensemble_size: int, layers: int, bidirectional: bool
) -> str:
    """The units that are forced, as far as there is a choice: "unit 3, layer 2, backward"."""
    parts = ["all units" if intervention.unit is None else f"unit {intervention.unit + 1}"]
    if layers > 1:
        parts.append(f"layer {intervention.layer + 1}")
    if bidirectional:
        parts.append("backward" if intervention.backward else "forward")
    if ensemble_size > 1:
        parts.append("every reader" if intervention.member is None else f"reader {intervention.member + 1}")
    return ", ".join(parts)
