"""A network's activations while it reads one headline: heatmaps of states and gates.

A heatmap has a row for each timestep and a column for each unit: the hidden state, or one gate, of one direction of one
layer of one ensemble member. Leaves out: one unit at one timestep (``equations.py``), the articles that activate a unit
most (``top_activating.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.model.classifier import Classifier
from core.model.forward import Array, DirectionTrace, Forward, Intervention, forward
from core.settings.network import NetworkSettings

STATE = "state"
# In the order of a page's list.
_GATES = ("cell", "input", "forget", "output", "update", "reset", "candidate")
SIGMOID_GATES = frozenset({"input", "forget", "output", "update", "reset"})  # from 0, shut, to 1, open


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
    def read(
        cls,
        classifier: Classifier,
        words: Sequence[str],
        location: LayerLocation,
        interventions: Sequence[Intervention] = (),
    ) -> "HeadlineTrace":
        """Read a headline of at least one word, with interventions or without. Cost: one forward pass."""
        ids = np.array([classifier.encode(words)])  # (1, words)
        return cls.of(forward(classifier.weights, classifier.network, ids, interventions), location)

    @classmethod
    def of(cls, forward_pass: Forward, location: LayerLocation) -> "HeadlineTrace":
        """Take one location out of the forward pass of one headline without padding."""
        if len(forward_pass.mask) != 1 or not forward_pass.mask.all():
            raise ValueError(
                f"forward_pass must be of one headline without padding, got {forward_pass.mask.shape}"
            )
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


def heatmap_names(trace: DirectionTrace) -> tuple[str, ...]:
    """The heatmaps of this cell, the state first."""
    return (STATE, *(name for name in _GATES if name in trace.gates))


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


def state_changes(states: np.ndarray, *, backward: bool) -> np.ndarray:
    """Euclidean distance that each word moves the hidden state, (timesteps,); the state before the first is 0."""
    ordered = states[::-1] if backward else states
    steps = np.linalg.norm(np.diff(ordered, axis=0, prepend=np.zeros_like(ordered[:1])), axis=1)
    changes: np.ndarray = steps[::-1] if backward else steps
    return changes
