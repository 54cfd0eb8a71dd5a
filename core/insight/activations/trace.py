"""A network's activations while it reads one headline: heatmaps and their captions.

A heatmap has a row for each timestep and a column for each unit: the hidden state, or one gate, of one direction of one
layer of one ensemble member. Leaves out: one unit at one timestep (``equations.py``), the articles that activate a unit
most (``top_activating.py``).
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
SIGMOID_GATES = frozenset({"input", "forget", "output", "update", "reset"})  # from 0, shut, to 1, open
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
    """One direction of one layer of one ensemble member."""

    member: int = 0
    layer: int = 0
    backward: bool = False

    @property
    def direction(self) -> str:
        return "backward" if self.backward else "forward"

    def trace_in(self, forward_pass: Forward) -> DirectionTrace:
        """The activations at this location.

        Raises:
            ValueError: the layer is not bidirectional.
        """
        layer = forward_pass.members[self.member].layers[self.layer]
        trace = layer.backward if self.backward else layer.forward
        if trace is None:
            raise ValueError(f"layer must read backward, layer {self.layer} reads forward alone")
        return trace


def layer_locations(network: NetworkSettings) -> list[LayerLocation]:
    """All locations of a network, member by member."""
    return [
        LayerLocation(member=member, layer=index, backward=backward)
        for member in range(network.ensemble_size)
        for index, layer in enumerate(network.layers)
        for backward in ((False, True) if layer.bidirectional else (False,))
    ]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class HeadlineTrace:
    """The activations of one layer direction for one headline.

    Attributes:
        trace: of a batch of one.
        inputs: (timesteps, size) the layer's input: the embedding vectors, or the states of the layer below.
        probabilities: (categories,) of the whole network.
    """

    location: LayerLocation
    trace: DirectionTrace
    inputs: Array
    probabilities: Array

    @classmethod
    def of(cls, forward_pass: Forward, location: LayerLocation) -> "HeadlineTrace":
        """Take one location out of the forward pass of one headline without padding."""
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
        name: of the gate or state, as the trace has it: "state", "forget" ...
        values: (timesteps, units).
        low, high: ends of the colour scale: 0 to 1 for a gate, else -high to high.
    """

    name: str
    values: Array
    low: float
    high: float

    @property
    def title(self) -> str:
        return NAMES[self.name]


def heatmap_names(trace: DirectionTrace) -> tuple[str, ...]:
    """The heatmaps of this cell, the state first."""
    return (STATE, *(name for name in NAMES if name in trace.gates))


def heatmap(trace: DirectionTrace, name: str) -> Heatmap:
    """The heatmap of a gate or state, of the first headline of the batch.

    An unbounded state or candidate gets a scale as wide as its largest value, rounded up to a half.
    """
    values = (trace.states if name == STATE else trace.gates[name])[0]  # (words, units)
    if name in SIGMOID_GATES:
        return Heatmap(name=name, values=values, low=0.0, high=1.0)
    largest = float(np.abs(values).max(initial=0.0))
    high = max(1.0, float(np.ceil(2 * largest) / 2)) if largest > 1.0 + 1e-6 else 1.0
    return Heatmap(name=name, values=values, low=-high, high=high)


def units_by_strength(values: Array) -> list[int]:
    """Unit ids by their largest absolute activation, falling: (timesteps, units) -> units."""
    units: list[int] = np.argsort(-np.abs(values).max(axis=0, initial=0.0), kind="stable").tolist()
    return units


# --- Captions ---


def caption(picture: Heatmap, words: Sequence[str], *, backward: bool, token_name: str = "word") -> str:
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
        return (
            f"{numbers} of the {picture.title} {'are' if units > 1 else 'is'} {value} at every {token_name}."
        )
    if picture.name == STATE:
        return _state_caption(values, words, backward=backward, piece=token_name)
    if picture.name in SIGMOID_GATES:
        return _gate_caption(picture.title, values.mean(axis=1), words, token_name)
    position, unit = np.unravel_index(np.abs(values).argmax(), values.shape)
    return (
        f"Of the numbers of the {picture.title} the farthest from 0 is {signed(values[position, unit])}, of unit "
        f"{unit + 1} "
        f"at {quoted_word(words, int(position), token_name)}; on average they are {np.abs(values).mean():.2f} away "
        f"from it."
    )


def _state_caption(values: np.ndarray, words: Sequence[str], *, backward: bool, piece: str) -> str:
    changes = state_changes(values, backward=backward)
    largest = int(changes.argmax())
    side = "Read from the end, " if backward else ""
    over = f" (a distance over all {values.shape[1]} numbers)" if values.shape[1] > 1 else ""
    if len(words) == 1:
        return f"{side}{quoted_word(words, 0, piece)} moves the state by {changes[0]:.2f}."
    return (
        f"{side}{quoted_word(words, largest, piece)} moves the state most: by {changes[largest]:.2f}, where a {piece} "
        f"moves it by "
        f"{changes.mean():.2f} on average{over}."
    )


def state_changes(states: np.ndarray, *, backward: bool) -> np.ndarray:
    """Euclidean distance that each word moves the hidden state, (timesteps,); the state before the first is 0."""
    ordered = states[::-1] if backward else states
    steps = np.linalg.norm(np.diff(ordered, axis=0, prepend=np.zeros_like(ordered[:1])), axis=1)
    changes: np.ndarray = steps[::-1] if backward else steps
    return changes


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
