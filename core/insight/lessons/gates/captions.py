"""Sentences on gates: what a gate does at its ends, a gate worked by hand, a unit's gate over the words; plain text."""

from collections.abc import Mapping, Sequence

from core.insight.activations.captions import (
    MEANINGS,
    NAMES,
    UPDATE_GATE_ENDS,
    UPDATE_GATE_MEANINGS,
    quoted_word,
)
from core.insight.activations.trace import STATE
from core.insight.lessons.gates.compute import GateActivations, logit, word_shares, words_to_half
from core.insight.lessons.gates.formulas import FORMULAS
from core.insight.wording import ordinal, percent
from core.settings.network import Cell, NetworkSettings
from core.text.cleaning_steps import SEPARATOR

# (cell, gate) -> (at 0, at 1): what a gate does at its ends, in a few words.
ENDS: Mapping[tuple[Cell, str], tuple[str, str]] = {
    ("GRU", "update"): (UPDATE_GATE_ENDS["GRU", 0.0], UPDATE_GATE_ENDS["GRU", 1.0]),
    ("GRU", "reset"): ("does not use the past", "uses all of the past"),
    ("LSTM", "input"): ("lets nothing in", "lets all in"),
    ("LSTM", "forget"): ("forgets all", "keeps all"),
    ("LSTM", "output"): ("shows nothing", "shows all"),
    ("minGRU", "update"): (UPDATE_GATE_ENDS["minGRU", 0.0], UPDATE_GATE_ENDS["minGRU", 1.0]),
}


def by_hand(words: Sequence[str], gate: float) -> str:
    """How much of the first of at least two words remains at the end."""
    left, further = float(word_shares(len(words), gate)[-1, 0]), len(words) - 1
    start = (
        f"With the gate at {gate:.2f}, {percent(left)} of “{words[0]}” is left after {further} more "
        f"word{'s' * (further != 1)}: {gate:.2f} to the power of {further}."
    )
    half = words_to_half(gate)
    if half is None:
        return f"{start} Nothing is ever lost, and the other words add nothing."
    if gate == 0:
        return f"{start} Each word replaces everything before it."
    return f"{start} Less than half is left from the {ordinal(half)} extra word on."


def formulas(cell: Cell) -> str:
    """The cell's formulas as a list, each with its name; Markdown."""
    names = NAMES | {"cell": "carry", STATE: "hidden state"}
    return "\n".join(f"- {names[name]}: ${formula}$" for name, formula in FORMULAS[cell])


def meaning(cell: Cell, gate: str) -> str:
    """What a gate does."""
    return UPDATE_GATE_MEANINGS[cell] if gate == "update" else MEANINGS[gate]


def unit_gate(gates: GateActivations, gate: str, unit: int) -> str:
    """Where one unit's gate is largest and smallest."""
    values = gates.values(gate)[:, unit].astype(float)
    max_position, min_position = int(values.argmax()), int(values.argmin())
    name = f"Unit {unit + 1}'s {NAMES[gate]}"
    low, high = ENDS[gates.classifier.network.cell, gate]
    ends = f"At 0 it {low}, at 1 it {high}."
    if max_position == min_position:
        return f"{name} is {values[0]:.2f} at {quoted_word(gates.words, 0)}. {ends}"
    mean = f" The grey line is the average of all {gates.units} units." if gates.units > 1 else ""
    return (
        f"{name} is largest at {quoted_word(gates.words, max_position)} ({values[max_position]:.2f}) and smallest at "
        f"{quoted_word(gates.words, min_position)} ({values[min_position]:.2f}). {ends}{mean}"
    )


def shares_title(first_word: str, share: float) -> str:
    """The title of the chart worked by hand; ``share`` of the first word remains at the end."""
    return f"{percent(share)} of “{first_word}” is left at the end"


def gate_title(gates: GateActivations, gate: str, unit: int) -> str:
    values = gates.values(gate)[:, unit].astype(float)
    return f"Unit {unit + 1}: {NAMES[gate]} from {values.min():.2f} to {values.max():.2f}"


def inspected_layer(network: NetworkSettings, words: Sequence[str]) -> str:
    """Which layer and ensemble member the gates belong to, and what else reads the ``words``."""
    layer_order = f", the first of {len(network.layers)} layers" if len(network.layers) > 1 else ""
    caption = f"Shown: the layer that reads forward{layer_order}"
    caption += f", in the first of {network.ensemble_size} networks." if network.ensemble_size > 1 else "."
    if network.layers[0].bidirectional:
        caption += " “All units” includes the layer that reads from the end."
    if network.has_bag_of_words:
        caption += " Words and pairs also vote directly. That part of the answer does not change."
    if SEPARATOR in words:
        caption += f" {SEPARATOR} separates a headline and its description."
    return caption


def equation(gate: float) -> str:
    """How the next state of a GRU's unit is computed with this gate."""
    return f"new state = {gate:.2f} × old state + {1 - gate:.2f} × proposal"


def computed_gate(gate: float) -> str:
    """How a network computes a gate; with the bias that gives this one, if there is one."""
    bias = "" if gate in (0.0, 1.0) else f" A bias of {logit(gate):+.1f} alone gives {gate:.2f}."
    return (
        "A network computes its gates. Each is a sum, squashed between 0 and 1. The word and the state are "
        f"part of that sum, so a real gate moves at every word. This one does not move.{bias}"
    )
