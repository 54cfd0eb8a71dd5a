"""What the network has in it while it reads one headline: for each picture its numbers and a sentence about them.

A picture has a row for each word and a column for each unit: the state, or one gate, of one direction of one layer of
one reader. Leaves out: one unit at one word (``equations.py``), what excites a unit elsewhere (``units.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.insight.wording import percent
from core.model.forward import Array, DirectionTrace, Forward
from core.settings.network import NetworkSettings

STATE = "state"
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
SIGMOID_GATES = frozenset({"input", "forget", "output", "update", "reset"})  # run from 0, shut, to 1, open
MEANINGS = {
    STATE: "What the layer hands on after each word: one number a unit.",
    "cell": "The LSTM's memory. Gates decide what is kept in it, what comes in and what is shown as state.",
    "input": "How much of what a word proposes is let into the cell: 0 nothing, 1 all.",
    "forget": "How much of the cell is kept at each word: 0 nothing, 1 all. A large number forgets little.",
    "output": "How much of the cell is shown as state: 0 nothing, 1 all.",
    "reset": "How much of the past a word's proposal is made with: 0 none of it, 1 all.",
    "candidate": "What each word proposes, before the gates decide how much of it comes in.",
}
UPDATE_GATE_MEANINGS = {
    "GRU": "How much of the old state stays at each word: 0 nothing, 1 all. The rest comes from the proposal.",
    "minGRU": "How much of what a word proposes comes in: 0 nothing, 1 all. The rest of the state stays.",
}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LayerLocation:
    """One direction of one layer of one reader."""

    member: int = 0
    layer: int = 0
    backward: bool = False

    @property
    def direction(self) -> str:
        return "backward" if self.backward else "forward"

    def trace_in(self, forward_pass: Forward) -> DirectionTrace:
        """What happened there."""
        layer = forward_pass.members[self.member].layers[self.layer]
        trace = layer.backward if self.backward else layer.forward
        if trace is None:
            raise ValueError(f"layer must read backward, layer {self.layer} reads forward alone")
        return trace


def layer_locations(network: NetworkSettings) -> list[LayerLocation]:
    """All there are, reader by reader."""
    return [
        LayerLocation(member=member, layer=index, backward=backward)
        for member in range(network.ensemble_size)
        for index, layer in enumerate(network.layers)
        for backward in ((False, True) if layer.bidirectional else (False,))
    ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeadlineTrace:
    """What happened at one place while one headline was read.

    Attributes:
        trace: of a batch of one.
        read: (words, size), what the layer read: the words' vectors, or the states of the layer below.
        probabilities: (categories,), the whole network's answer.
    """

    location: LayerLocation
    trace: DirectionTrace
    inputs: Array
    probabilities: Array

    @classmethod
    def of(cls, forward_pass: Forward, location: LayerLocation) -> "HeadlineTrace":
        """Of the first headline of a batch, which must have no padding; the rest may be forgotten."""
        if len(forward_pass.mask) != 1 or not forward_pass.mask.all():
            raise ValueError(f"found must be of one headline without padding, got {forward_pass.mask.shape}")
        member = forward_pass.members[location.member]
        below = member.layers[location.layer - 1].states if location.layer else member.embedded
        return cls(
            location=location,
            trace=location.trace_in(forward_pass),
            inputs=below[0],
            probabilities=forward_pass.probabilities[0],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heatmap:
    """One heatmap.

    Attributes:
        name: as the trace has it: "state", "forget" ...
        values: (words, units).
        low, high: ends of the colour scale; -high to high, or 0 to 1 for what is a share.
    """

    name: str
    values: Array
    low: float
    high: float

    @property
    def title(self) -> str:
        return NAMES[self.name]


def heatmap_names(trace: DirectionTrace) -> tuple[str, ...]:
    """The pictures that there are of this cell, the state first."""
    return (STATE, *(name for name in NAMES if name in trace.gates))


def heatmap(trace: DirectionTrace, name: str) -> Heatmap:
    """Of the first headline of the batch.

    A state or candidate without bounds gets a scale as wide as its largest number, in halves.
    """
    values = (trace.states if name == STATE else trace.gates[name])[0]  # (words, units)
    if name in SIGMOID_GATES:
        return Heatmap(name=name, values=values, low=0.0, high=1.0)
    largest = float(np.abs(values).max(initial=0.0))
    high = max(1.0, float(np.ceil(2 * largest) / 2)) if largest > 1.0 + 1e-6 else 1.0
    return Heatmap(name=name, values=values, low=-high, high=high)


def units_by_strength(values: Array) -> list[int]:
    """The units by the largest number that they reach, whatever its sign: (words, units) -> units."""
    return np.argsort(-np.abs(values).max(axis=0, initial=0.0), kind="stable").tolist()


# --- In words ---


def caption(picture: Heatmap, words: Sequence[str], *, backward: bool, token_name: str = "word") -> str:
    """What the picture shows; plain text.

    Args:
        words: as many as the picture has rows, at least one.
        piece: what one of them is called: "character" where the network reads those.
    """
    values = picture.values.astype(np.float64)
    units = values.shape[1]
    if values.min() == values.max():
        numbers = f"All {units} numbers" if units > 1 else "The one number"
        value = f"{values.flat[0]:.3g}".replace("-", "−")
        return (
            f"{numbers} of the {picture.title} {'are' if units > 1 else 'is'} {value} at every {token_name}."
        )
    if picture.name == STATE:
        return _of_state(values, words, backward=backward, piece=token_name)
    if picture.name in SIGMOID_GATES:
        return _of_gate(picture.title, values.mean(axis=1), words, token_name)
    place, unit = np.unravel_index(np.abs(values).argmax(), values.shape)
    return (
        f"Of the numbers of the {picture.title} the farthest from 0 is {signed(values[place, unit])}, of unit "
        f"{unit + 1} "
        f"at {quoted_word(words, int(place), token_name)}; on average they are {np.abs(values).mean():.2f} away "
        f"from it."
    )


def _of_state(values: np.ndarray, words: Sequence[str], *, backward: bool, piece: str) -> str:
    moved = state_changes(values, backward=backward)
    most = int(moved.argmax())
    side = "Read from the end, " if backward else ""
    over = f" (a distance over all {values.shape[1]} numbers)" if values.shape[1] > 1 else ""
    if len(words) == 1:
        return f"{side}{quoted_word(words, 0, piece)} moves the state by {moved[0]:.2f}."
    return (
        f"{side}{quoted_word(words, most, piece)} moves the state most: by {moved[most]:.2f}, where a {piece} "
        f"moves it by "
        f"{moved.mean():.2f} on average{over}."
    )


def state_changes(states: np.ndarray, *, backward: bool) -> np.ndarray:
    """How far each word moves the state, (words,): from nothing at the word that is read first."""
    read = states[::-1] if backward else states
    steps = np.linalg.norm(np.diff(read, axis=0, prepend=np.zeros_like(read[:1])), axis=1)
    return steps[::-1] if backward else steps


def _of_gate(title: str, openness: np.ndarray, words: Sequence[str], piece: str) -> str:
    said = f"On average the {title} is {percent(float(openness.mean()))} open"
    most, least = int(openness.argmax()), int(openness.argmin())
    if most == least:
        return f"{said}."
    return (
        f"{said}: most at {quoted_word(words, most, piece)} ({percent(float(openness[most]))}), least at "
        f"{quoted_word(words, least, piece)} ({percent(float(openness[least]))})."
    )


def signed(number: float) -> str:
    """0.5 -> "+0.50", -1 -> "−1.00"; what is rounded to 0 has no sign."""
    shown = f"{number:+.2f}"
    return "0.00" if shown in ("+0.00", "-0.00") else shown.replace("-", "−")


def quoted_word(words: Sequence[str], position: int, token_name: str = "word") -> str:
    """The word, and which it is where it stands there twice."""
    again = f" ({token_name} {position + 1})" if words.count(words[position]) > 1 else ""
    return f"“{words[position]}”{again}"
