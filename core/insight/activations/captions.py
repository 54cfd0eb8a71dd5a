"""Texts of the activations: names and meanings of gates and interventions, captions computed from the numbers.

Plain text; a page escapes it.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from core.insight.activations.equations import Equation, Numbers
from core.insight.activations.interventions import InterventionEffect
from core.insight.activations.keras_parity import CLAIMED_TOLERANCE, KerasParity
from core.insight.activations.top_activating import MIN_OCCURRENCES, TopActivating
from core.insight.activations.trace import SIGMOID_GATES, STATE, Heatmap, state_changes
from core.insight.wording import percent, superscript
from core.model.forward import Intervention
from core.settings.network import Cell
from core.text.vocabulary import FIRST_WORD_ID

NAMES = {
    STATE: "state",
    "cell": "cell",
    "input": "input gate",
    "forget": "forget gate",
    "output": "output gate",
    "update": "update gate",
    "reset": "reset gate",
    "candidate": "candidate",
}


MEANINGS = {
    STATE: "What the layer passes on after each word: one number per unit.",
    "cell": "The memory of the LSTM. Gates decide what it keeps, what comes in and what it shows as the state.",
    "input": "How much of what a word proposes gets into the cell: 0 nothing, 1 everything.",
    "forget": "How much of the cell is kept at each word: 0 nothing, 1 everything. A large number forgets little.",
    "output": "How much of the cell is shown as the state: 0 nothing, 1 everything.",
    "reset": "How much of the past a word's proposal uses: 0 nothing, 1 everything.",
    "candidate": "What each word proposes, before the gates decide how much of it comes in.",
}


UPDATE_GATE_MEANINGS = {
    "GRU": (
        "How much of the old state stays at each word: 1 keeps everything, 0 replaces everything with the "
        "proposal."
    ),
    "minGRU": (
        "How much of what a word proposes comes in: 1 replaces everything with it, 0 keeps everything. In a "
        "GRU it is the other way round."
    ),
}


def heatmap(picture: Heatmap, words: Sequence[str], *, backward: bool, token_name: str = "word") -> str:
    """What the picture shows; plain text.

    Args:
        words: one for each row of the heatmap, at least one.
        token_name: "word", or "character" where these are the tokens.
    """
    values = picture.values.astype(np.float64)
    units = values.shape[1]
    if values.min() == values.max():
        numbers = f"All {units} numbers" if units > 1 else "The one number"
        value = f"{values.flat[0]:.3g}".replace("-", "−")
        return f"{numbers} of the {NAMES[picture.name]} {'are' if units > 1 else 'is'} {value} at every {token_name}."
    if picture.name == STATE:
        return _state_caption(values, words, backward=backward, piece=token_name)
    if picture.name in SIGMOID_GATES:
        return _gate_caption(NAMES[picture.name], values.mean(axis=1), words, token_name)
    position, unit = np.unravel_index(np.abs(values).argmax(), values.shape)
    return (
        f"In the {NAMES[picture.name]}, the number farthest from 0 is {signed(values[position, unit])}: "
        f"unit {unit + 1} at {quoted_word(words, int(position), token_name)}. The average distance from 0 "
        f"is {np.abs(values).mean():.2f}."
    )


def _state_caption(values: np.ndarray, words: Sequence[str], *, backward: bool, piece: str) -> str:
    changes = state_changes(values, backward=backward)
    largest = int(changes.argmax())
    side = "Reading from the end, " if backward else ""
    over = f" (a distance over all {values.shape[1]} numbers)" if values.shape[1] > 1 else ""
    if len(words) == 1:
        return f"{side}{quoted_word(words, 0, piece)} moves the state by {changes[0]:.2f}."
    return (
        f"{side}{quoted_word(words, largest, piece)} moves the state most: by {changes[largest]:.2f}. The "
        f"average {piece} moves it by {changes.mean():.2f}{over}."
    )


def _gate_caption(title: str, openness: np.ndarray, words: Sequence[str], piece: str) -> str:
    text = f"On average the {title} is {percent(float(openness.mean()))} open"
    most, least = int(openness.argmax()), int(openness.argmin())
    if most == least:
        return f"{text}."
    return (
        f"{text}: most at {quoted_word(words, most, piece)} ({percent(float(openness[most]))}), least at "
        f"{quoted_word(words, least, piece)} ({percent(float(openness[least]))})."
    )


def signed(number: float) -> str:
    """0.5 -> "+0.50", -1 -> "−1.00"; a number that rounds to 0 has no sign."""
    text = f"{number:+.2f}"
    return "0.00" if text in ("+0.00", "-0.00") else text.replace("-", "−")


def quoted_word(words: Sequence[str], position: int, token_name: str = "word") -> str:
    """The word in quotes, with its position where it occurs twice."""
    suffix = f" ({token_name} {position + 1})" if words.count(words[position]) > 1 else ""
    return f"“{words[position]}”{suffix}"


# Forcing the state to 0 means the same in every cell but the LSTM.
_NO_STATE = "The state is 0 after every word. Neither the next step nor the answer sees anything."


# cell -> (gate, value) -> meaning, in the order of the page's list.
INTERVENTION_MEANINGS: Mapping[Cell, Mapping[tuple[str, float], str]] = {
    "SimpleRNN": {(STATE, 0.0): _NO_STATE},
    "LSTM": {
        ("forget", 1.0): "The cell forgets nothing. It adds up what all the words bring.",
        (
            "forget",
            0.0,
        ): "At each word the cell forgets everything before. It only holds what the last word brought.",
        ("input", 1.0): "Everything that a word proposes gets into the cell.",
        ("input", 0.0): "Nothing gets into the cell. It stays at 0, and so does the state.",
        ("output", 1.0): "The whole cell is shown as the state.",
        ("output", 0.0): "The cell remembers, but it never shows anything. The state is 0.",
        ("cell", 0.0): "The cell is emptied at every word. Nothing is remembered, and the state is 0.",
        (
            STATE,
            0.0,
        ): (
            "The state is 0 after every word. Gates and answer see nothing of the past, but the cell still has "
            "it."
        ),
    },
    "GRU": {
        ("update", 1.0): "The old state stays and nothing new comes in. The state never leaves 0.",
        ("update", 0.0): "Nothing of the old state stays. Each word's proposal replaces it completely.",
        ("reset", 1.0): "Each word's proposal uses all of the past.",
        ("reset", 0.0): "Each word's proposal uses only the word, not the past.",
        (STATE, 0.0): _NO_STATE,
    },
    "minGRU": {
        ("update", 1.0): "Each word's proposal comes in completely, and nothing of the old state stays.",
        ("update", 0.0): "Nothing that the words propose comes in. The state never leaves 0.",
        (STATE, 0.0): _NO_STATE,
    },
}


def intervention(effect: InterventionEffect, labels: Sequence[str]) -> str:
    """What the intervention does to the prediction; plain text."""
    probabilities = {label: (free, forced) for label, free, forced in effect.ranking}
    free, forced = probabilities[effect.free_label]
    if effect.free_label != effect.forced_label:
        return (
            f"The answer changes from {labels[effect.free_label]} to {labels[effect.forced_label]} with "
            f"{percent(probabilities[effect.forced_label][1])}. {labels[effect.free_label]} now has "
            f"{percent(forced)}, before {percent(free)}."
        )
    label, before, after = effect.largest_change
    if percent(before) == percent(after):
        return (
            f"The answer stays {labels[effect.free_label]}. No probability changes by a tenth of a percent."
        )
    text = f"The answer stays {labels[effect.free_label]}, now with {percent(forced)}, before {percent(free)}"
    if label == effect.free_label:
        return f"{text}."
    return f"{text}. The largest change is {labels[label]}, from {percent(before)} to {percent(after)}."


# (cell, value) -> what an update gate held at this value does; Keras's GRU and the minGRU count it in opposite ways.
UPDATE_GATE_ENDS: Mapping[tuple[Cell, float], str] = {
    ("GRU", 0.0): "replaces everything",
    ("GRU", 1.0): "keeps everything",
    ("minGRU", 0.0): "keeps everything",
    ("minGRU", 1.0): "replaces everything",
}


def intervention_name(cell: Cell, gate: str, value: float) -> str:
    """The name in a list: "forget gate open", "state at 0", "update gate keeps everything (1)"."""
    if gate == "update":
        return f"{NAMES[gate]} {UPDATE_GATE_ENDS[cell, value]} ({value:g})"
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
        parts.append("every network" if intervention.member is None else f"network {intervention.member + 1}")
    return ", ".join(parts)


def keras_parity(
    parity: KerasParity, *, cell: Cell, token_name: str = "word", intervened: bool = False
) -> str:
    """How far the page's numbers are from Keras's; plain text.

    Args:
        cell: of the network. Keras has no minGRU: its reference is made of TensorFlow operations.
        token_name: "word", or "character" where these are the tokens.
        intervened: whether the page shows activations with an intervention.
    """
    texts = f"texts of {token_name}s drawn at random" if parity.random_ids else "validation articles"
    whose = "TensorFlow's" if cell == "minGRU" else "Keras's"
    numbers = "With nothing forced, these numbers" if intervened else "These numbers"
    measured = (
        f"the largest difference measured for this classifier: {scientific(parity.largest)} "
        f"({_quantity_name(parity.largest_quantity)}), "
        f"over {parity.words:,} {token_name}s of {parity.articles:,} {texts}."
    )
    if parity.largest < CLAIMED_TOLERANCE:
        return f"{numbers} equal {whose} to {scientific(CLAIMED_TOLERANCE)}; {measured}"
    return f"{numbers} are {whose} up to rounding, which in this network grows from word to word; {measured}"


def _quantity_name(what: str) -> str:
    if what == "probabilities":
        return "of a probability"
    name = NAMES.get(what, what)
    return f"of {'an' if name[0] in 'aeiou' else 'a'} {name}"


def scientific(number: float) -> str:
    """4.3e-7 -> "4.3 × 10⁻⁷"; 0 -> "0"."""
    if not number:
        return "0"
    digits, power = f"{number:.1e}".split("e")
    raised = f"10{superscript(int(power))}"
    return raised if digits == "1.0" else f"{digits} × {raised}"


def unit(
    high: TopActivating, low: TopActivating, unit: int, words: Sequence[str], *, token_name: str = "word"
) -> str:
    """The words after which a unit is highest and lowest; plain text.

    Args:
        words: of the vocabulary.
        token_name: "word", or "character" where these are the tokens.
    """
    if not high.words.size:
        return (
            f"No {token_name} occurs {MIN_OCCURRENCES} times in the test part, so there is no average of "
            "what the unit does after it."
        )
    ends = [(words[end.words[unit, 0] - FIRST_WORD_ID], float(end.means[unit, 0])) for end in (high, low)]
    texts = [f"after “{word}”, {signed(mean)} on average" for word, mean in ends]
    return (
        f"Among {token_name}s that are frequent in the test articles, unit {unit + 1} is highest {texts[0]} "
        f"and lowest {texts[1]}."
    )


def _short(number: float) -> str:
    return f"{round(number, 2) + 0.0:.2f}".replace("-", "−")  # + 0.0: no minus before a zero


_EQUATION_MEANINGS: Mapping[tuple[str, str], Callable[[Numbers], str]] = {
    ("SimpleRNN", STATE): lambda n: (
        "The part from the word and the part from the old state are added. The sum is squeezed between −1 "
        f"and 1. The state goes from {_short(n['h_before'])} to {_short(n['h'])}."
    ),
    ("LSTM", "input"): lambda n: f"{percent(n['i'])} of what the word proposes comes in.",
    ("LSTM", "forget"): lambda n: f"{percent(n['f'])} of what the cell held is kept.",
    ("LSTM", "candidate"): lambda n: f"The word proposes {_short(n['g'])} for this number.",
    ("LSTM", "output"): lambda n: f"{percent(n['o'])} of the cell is shown.",
    ("LSTM", "cell"): lambda n: (
        f"What is kept and what comes in are added. The cell goes from {_short(n['c_before'])} to "
        f"{_short(n['c'])}."
    ),
    ("LSTM", STATE): lambda n: (
        "The cell is squeezed between −1 and 1 and shown through the gate. The state goes from "
        f"{_short(n['h_before'])} to {_short(n['h'])}."
    ),
    ("GRU", "update"): lambda n: (
        f"{percent(n['z'])} of the old state stays. The other {percent(1 - n['z'])} comes from the proposal."
    ),
    ("GRU", "reset"): lambda n: f"{percent(n['r'])} of the past counts in the proposal.",
    ("GRU", "candidate"): lambda n: f"The word proposes {_short(n['g'])} for this number.",
    ("GRU", STATE): lambda n: (
        f"Old state and proposal are mixed. The state goes from {_short(n['h_before'])} to {_short(n['h'])}."
    ),
    ("minGRU", "update"): lambda n: (
        f"{percent(n['z'])} of what the word proposes comes in. The old state has no part in this."
    ),
    ("minGRU", "candidate"): lambda n: f"The word proposes {_short(n['g'])}. The old state does not matter.",
    ("minGRU", STATE): lambda n: (
        f"Old state and proposal are mixed. The state goes from {_short(n['h_before'])} to {_short(n['h'])}."
    ),
}


def equation(line: Equation) -> str:
    """What one equation says, in words."""
    if line.forced:
        return f"Forced to {line.value:g}. Word and past have no effect."
    return _EQUATION_MEANINGS[line.cell, line.name](line.activations)
