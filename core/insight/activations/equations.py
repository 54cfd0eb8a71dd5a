"""One step of one unit, as the textbooks write it, with the numbers that were in it.

Each equation appears in symbols and in numbers. The products W x and U h are recomputed in double precision from the
trace, so adding up the numbers gives the network's activation. The symbols are those of ``model/forward.py``: W x is
the input's contribution to the unit, U h the contribution of the previous hidden state. Leaves out: the other units of
the timestep (``trace.py``).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from core.insight.activations.trace import STATE, HeadlineTrace, LayerLocation
from core.model.forward import Intervention, Weights, weight_prefix
from core.settings.network import GATES, Cell, NetworkSettings

# How a placeholder of a formula is written, where its name is not the symbol itself.
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
# The blocks of the kernel's columns, in Keras's order.
BLOCKS = {
    "SimpleRNN": (STATE,),
    "LSTM": ("input", "forget", "candidate", "output"),
    "GRU": ("update", "reset", "candidate"),
    "minGRU": ("update", "candidate"),
}
# Each cell's equations in the order of computation. {Wx} is the product with the block of that equation.
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
        name: the gate or state that it computes, as the trace names it.
        formula: a template with one placeholder a number: "sigmoid({Wx} + {Uh} + {b})".
        numbers: the value of each placeholder.
        value: the activation in the network.
        forced: whether an intervention sets the value, whatever the formula gives.
        cell: whose equation it is.
        activations: the unit's gates and states at the timestep by their symbols, and the states before it.
    """

    name: str
    formula: str
    numbers: Numbers
    value: float
    forced: bool
    cell: Cell
    activations: Numbers

    @property
    def symbol(self) -> str:
        return _SYMBOLS[self.name]

    @property
    def symbolic(self) -> str:
        """The formula in symbols: "sigmoid(W·x + U·h + b)"."""
        return self.formula.format(
            **{placeholder: LETTERS.get(placeholder, placeholder) for placeholder in self.numbers}
        )

    def substituted(self, digits: int = 3) -> str:
        """The formula with its numbers; negative numbers are in brackets unless they come first."""
        text = self.formula.format(
            **{name: _signed_text(number, digits) for name, number in self.numbers.items()}
        )
        return _FIRST.sub(lambda match: match[1] or match[2], text)

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
    """The equations of one unit at one timestep.

    Args:
        headline_trace: the activations of a forward pass with these interventions.
        timestep, unit: from 0.

    Raises:
        IndexError: the timestep or the unit does not exist.
    """
    location, trace, cell = headline_trace.location, headline_trace.trace, network.cell
    _, words, units = trace.states.shape
    if not (0 <= timestep < words and 0 <= unit < units):
        raise IndexError(f"word must be below {words} and unit below {units}, got {timestep} and {unit}")
    prefix = f"{weight_prefix(location.member)}layers/{location.layer}/{location.direction}"
    x = headline_trace.inputs[timestep].astype(np.float64)
    previous = timestep + 1 if location.backward else timestep - 1
    h = _state_at(trace.states[0], previous)  # (units,)
    kernel, bias = weights[f"{prefix}/kernel"], np.atleast_2d(weights[f"{prefix}/bias"])
    recurrent = weights.get(f"{prefix}/recurrent_kernel")
    activations = {
        "h_before": float(h[unit]),
        "h": float(trace.states[0, timestep, unit]),
    } | {_SYMBOLS[name]: float(gate[0, timestep, unit]) for name, gate in trace.gates.items()}
    if cell == "LSTM":
        activations["c_before"] = float(_state_at(trace.gates["cell"][0], previous)[unit])
    lines = []
    for name, formula in FORMULAS[cell].items():
        numbers = dict(activations)
        if name in BLOCKS[cell]:
            column = BLOCKS[cell].index(name) * (kernel.shape[1] // GATES[cell]) + unit
            numbers |= {"Wx": float(x @ kernel[:, column]), "b": float(bias[0, column])}
            if recurrent is not None:
                numbers["Uh"] = float(h @ recurrent[:, column])
            if cell == "GRU":
                numbers["bh"] = float(bias[1, column])
        is_forced = any(_applies_to(intervention, name, location, unit) for intervention in interventions)
        lines.append(
            Equation(
                name=name,
                formula=formula,
                numbers={letter: value for letter, value in numbers.items() if f"{{{letter}}}" in formula},
                value=activations[_SYMBOLS[name]],
                forced=is_forced,
                cell=cell,
                activations=activations,
            )
        )
    return tuple(lines)


def _state_at(states: np.ndarray, timestep: int) -> np.ndarray:
    """(units,) the state after a timestep; zeros before the first."""
    exists = 0 <= timestep < len(states)
    return states[timestep].astype(np.float64) if exists else np.zeros(states.shape[1])


def _applies_to(intervention: Intervention, name: str, location: LayerLocation, unit: int) -> bool:
    return (
        intervention.gate == name
        and (intervention.layer, intervention.backward) == (location.layer, location.backward)
        and intervention.member in (None, location.member)
        and intervention.unit in (None, unit)
    )


def _signed_text(number: float, digits: int) -> str:
    text = f"{number:.{digits}f}"
    return f"(−{text[1:]})" if text.startswith("-") else text
