"""One step of one unit, as the textbooks write it, with the numbers that were in it.

Each line is a formula in letters and the same in numbers; the weights' products are computed here once more, in double
precision, from what the trace has: so a reader who adds them up comes to what the network has. The letters are those
of ``model/forward.py``; W x is what the word gives this number, U h what the state before gives it. Leaves out: all the
other units of that step (``inside.py``).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.insight.activations.trace import STATE, HeadlineTrace, LayerLocation
from core.insight.wording import percent
from core.model.forward import Intervention, Weights, weight_prefix
from core.settings.network import GATES, NetworkSettings

# Letters as they are read; where one is a keyword or needs a mark, that mark.
LETTERS = {
    "Wx": "W·x",
    "Uh": "U·h₋₁",
    "b": "b",
    "bh": "b′",
    "h_before": "h₋₁",
    "c_before": "c₋₁",
}
_SYMBOLS = {
    "input": "i", "forget": "f", "candidate": "g", "output": "o", "cell": "c",
    "update": "z", "reset": "r", STATE: "h",
}  # fmt: skip
# The blocks of weights, side by side as Keras has them.
BLOCKS = {
    "SimpleRNN": (STATE,),
    "LSTM": ("input", "forget", "candidate", "output"),
    "GRU": ("update", "reset", "candidate"),
    "minGRU": ("update", "candidate"),
}
# Each cell's lines in the order of their computing. {Wx} stands for a number of that line's own block.
FORMULAS: Mapping[str, Mapping[str, str]] = {
    "SimpleRNN": {STATE: "tanh({Wx} + {Uh} + {b})"},
    "LSTM": {
        "input": "sigmoid({Wx} + {Uh} + {b})",
        "forget": "sigmoid({Wx} + {Uh} + {b})",
        "candidate": "tanh({Wx} + {Uh} + {b})",
        "output": "sigmoid({Wx} + {Uh} + {b})",
        "cell": "{f} · {c_before} + {i} · {g}",
        STATE: "{o} · tanh({c})",
    },
    "GRU": {
        "update": "sigmoid({Wx} + {b} + {Uh} + {bh})",
        "reset": "sigmoid({Wx} + {b} + {Uh} + {bh})",
        "candidate": "tanh({Wx} + {b} + {r} · ({Uh} + {bh}))",
        STATE: "{z} · {h_before} + (1 − {z}) · {g}",
    },
    "minGRU": {
        "update": "sigmoid({Wx} + {b})",
        "candidate": "{Wx} + {b}",
        STATE: "(1 − {z}) · {h_before} + {z} · {g}",
    },
}

Numbers = Mapping[str, float]
_FIRST = re.compile(r"(?<=\()\((−[0-9.]+)\)(?= \+|\))|^\((−[0-9.]+)\)(?= \+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """One equation.

    Attributes:
        name: what it computes, as the trace names it.
        formula: with a letter in braces for each number: "sigmoid({Wx} + {Uh} + {b})".
        numbers: by these letters.
        value: what the network has.
        held: whether it is held there, whatever the formula gives.
        meaning: what the line says, in words, or that it is held; plain text.
    """

    name: str
    formula: str
    numbers: Numbers
    value: float
    forced: bool
    meaning: str

    @property
    def symbol(self) -> str:
        return _SYMBOLS[self.name]

    @property
    def symbolic(self) -> str:
        """The formula: "sigmoid(W·x + U·h + b)"."""
        return self.formula.format(**{one: LETTERS.get(one, one) for one in self.numbers})

    def substituted(self, digits: int = 3) -> str:
        """The formula with its numbers; negative ones in brackets, unless they come first."""
        written = self.formula.format(**{name: _written(one, digits) for name, one in self.numbers.items()})
        return _FIRST.sub(lambda found: found[1] or found[2], written)

    def text(self, digits: int = 3) -> str:
        """The whole line: "f = sigmoid(W·x + U·h₋₁ + b) = sigmoid(0.310 + 0.820 + 1.000) = 0.894"."""
        if self.forced:
            return f"{self.symbol} = {self.value:g}, held"
        value = f"{self.value:.{digits}f}".replace("-", "−")
        return f"{self.symbol} = {self.symbolic} = {self.substituted(digits)} = {value}"


def equations(
    weights: Weights,
    network: NetworkSettings,
    headline_trace: HeadlineTrace,
    *,
    timestep: int,
    unit: int,
    interventions: Sequence[Intervention] = (),
) -> tuple[Equation, ...]:
    """The lines of one unit at one word.

    Args:
        inside: what was read with ``held`` held.
        word, unit: from 0.

    Raises:
        IndexError: there is no such word or unit.
    """
    place, trace, cell = headline_trace.location, headline_trace.trace, network.cell
    _, words, units = trace.states.shape
    if not (0 <= timestep < words and 0 <= unit < units):
        raise IndexError(f"word must be below {words} and unit below {units}, got {timestep} and {unit}")
    prefix = f"{weight_prefix(place.member)}layers/{place.layer}/{place.direction}"
    x = headline_trace.inputs[timestep].astype(np.float64)
    before = timestep + 1 if place.backward else timestep - 1
    h = _at(trace.states[0], before)  # (units,)
    kernel, bias = weights[f"{prefix}/kernel"], np.atleast_2d(weights[f"{prefix}/bias"])
    recurrent = weights.get(f"{prefix}/recurrent_kernel")
    known = {
        "h_before": float(h[unit]),
        "h": float(trace.states[0, timestep, unit]),
    } | {_SYMBOLS[name]: float(gate[0, timestep, unit]) for name, gate in trace.gates.items()}
    if cell == "LSTM":
        known["c_before"] = float(_at(trace.gates["cell"][0], before)[unit])
    lines = []
    for name, formula in FORMULAS[cell].items():
        own = dict(known)
        if name in BLOCKS[cell]:
            column = BLOCKS[cell].index(name) * (kernel.shape[1] // GATES[cell]) + unit
            own |= {"Wx": float(x @ kernel[:, column]), "b": float(bias[0, column])}
            if recurrent is not None:
                own["Uh"] = float(h @ recurrent[:, column])
            if cell == "GRU":
                own["bh"] = float(bias[1, column])
        is_held = any(_holds(one, name, place, unit) for one in interventions)
        lines.append(
            Equation(
                name=name,
                formula=formula,
                numbers={letter: value for letter, value in own.items() if f"{{{letter}}}" in formula},
                value=known[_SYMBOLS[name]],
                forced=is_held,
                meaning=f"Held at {known[_SYMBOLS[name]]:g}, whatever word and past say."
                if is_held
                else _MEANINGS[cell, name](known),
            )
        )
    return tuple(lines)


def _at(carried: np.ndarray, word: int) -> np.ndarray:
    """(units,) after that word; nothing before the first that was read."""
    there = 0 <= word < len(carried)
    return carried[word].astype(np.float64) if there else np.zeros(carried.shape[1])


def _holds(one: Intervention, name: str, place: LayerLocation, unit: int) -> bool:
    return (
        one.gate == name
        and (one.layer, one.backward) == (place.layer, place.backward)
        and one.member in (None, place.member)
        and one.unit in (None, unit)
    )


def _written(number: float, digits: int) -> str:
    shown = f"{number:.{digits}f}"
    return f"(−{shown[1:]})" if shown.startswith("-") else shown


# --- What each line says ---


def _short(number: float) -> str:
    return f"{round(number, 2) + 0.0:.2f}".replace("-", "−")  # + 0.0: no minus before a zero


_MEANINGS: Mapping[tuple[str, str], Callable[[Numbers], str]] = {
    ("SimpleRNN", STATE): lambda n: (
        f"What the word gives and what the state before gives are added and squeezed between −1 and 1: the state goes "
        f"from {_short(n['h_before'])} to {_short(n['h'])}."
    ),
    ("LSTM", "input"): lambda n: f"Of what the word proposes {percent(n['i'])} is let in.",
    ("LSTM", "forget"): lambda n: f"Of what the cell held {percent(n['f'])} is kept.",
    ("LSTM", "candidate"): lambda n: f"The word proposes {_short(n['g'])} for this number.",
    ("LSTM", "output"): lambda n: f"Of the cell {percent(n['o'])} is shown.",
    ("LSTM", "cell"): lambda n: (
        f"What is kept and what is let in are added: the cell goes from {_short(n['c_before'])} to {_short(n['c'])}."
    ),
    ("LSTM", STATE): lambda n: (
        f"The cell is squeezed between −1 and 1 and shown through the gate: the state goes from "
        f"{_short(n['h_before'])} to {_short(n['h'])}."
    ),
    ("GRU", "update"): lambda n: (
        f"Of the state before {percent(n['z'])} stays; the other {percent(1 - n['z'])} comes from the proposal."
    ),
    ("GRU", "reset"): lambda n: f"Of what the past gives {percent(n['r'])} counts in the proposal.",
    ("GRU", "candidate"): lambda n: f"The word proposes {_short(n['g'])} for this number.",
    ("GRU", STATE): lambda n: (
        f"Old state and proposal are mixed: the state goes from {_short(n['h_before'])} to {_short(n['h'])}."
    ),
    ("minGRU", "update"): lambda n: (
        f"Of what the word proposes {percent(n['z'])} comes in; the state before has no say in it."
    ),
    ("minGRU", "candidate"): lambda n: f"The word proposes {_short(n['g'])}, whatever the state before was.",
    ("minGRU", STATE): lambda n: (
        f"Old state and proposal are mixed: the state goes from {_short(n['h_before'])} to {_short(n['h'])}."
    ),
}
