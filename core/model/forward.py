"""The network in NumPy, as the textbooks write it: every state and every gate in the open.

Word by word, a recurrent layer makes its next state h(t) from its last state h(t-1) and the word x(t):

* SimpleRNN: J. L. Elman, "Finding Structure in Time", Cognitive Science 14 (1990).
* LSTM: S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9 (1997), with the
  forget gate of F. Gers, J. Schmidhuber and F. Cummins (2000).
* minGRU: L. Feng et al., "Were RNNs All We Needed?" (2024): a GRU whose gate and proposal see the word alone, so
  all of them can be known before the first step.
* GRU: K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder" (2014), in the variant
  that Keras calls ``reset_after``: the reset gate works on the state after its product with U, not before,
  which gives that product a bias of its own.

Both directions: M. Schuster and K. Paliwal, "Bidirectional Recurrent Neural Networks" (1997).

Equal to Keras within 1e-5 (tests/model/test_forward.py). Leaves out: learning, and so gradients and dropout,
which does nothing at prediction; those are Keras's (``network.py``, ``training.py``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.settings.network import GATES, Cell, NetworkSettings
from core.text.vocabulary import PADDING_ID

Array = NDArray[np.float32]
Weights = Mapping[str, Array]
State = tuple[Array, ...]  # (h,) or, for the LSTM, (h, c); each (batch, units)
Gates = dict[str, Array]  # name -> (batch, units) at one word, (batch, words, units) in a trace
ApplyInterventions = Callable[
    [str, Array], Array
]  # a gate's name and its value (batch, units) -> the value that counts

# --- The weights: their names and shapes, one list for NumPy, Keras and the stored file ---


def weight_shapes(network: NetworkSettings, *, words: int, categories: int) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight of the network, reader by reader, in the order of the layers.

    The first reader's names stand alone, those of the others begin with :func:`prefix_of` it.

    Args:
        words: rows of the word table, padding and unknown included.
        categories: labels to tell apart.

    The layout is Keras's: the blocks of the gates stand side by side, LSTM i, f, c, o and GRU z, r, h; the
    GRU's two biases (word's part, state's part) are two rows.
    """
    one = _reader_shapes(network, words, categories)
    shapes = {
        weight_prefix(member) + name: shape
        for member in range(network.ensemble_size)
        for name, shape in one.items()
    }
    if network.has_bag_of_words:
        shapes["votes"] = (words + network.bigram_buckets, categories)
    return shapes


def weight_prefix(member: int) -> str:
    """What the names of a reader's weights begin with."""
    return f"readers/{member}/" if member else ""


def _reader_shapes(network: NetworkSettings, words: int, categories: int) -> dict[str, tuple[int, ...]]:
    size = network.embedding_size
    shapes: dict[str, tuple[int, ...]] = {"embedding": (words, size)}
    for index, layer in enumerate(network.layers):
        wide = GATES[network.cell] * layer.units
        directions = ("forward", "backward") if layer.bidirectional else ("forward",)
        for direction in directions:
            prefix = f"layers/{index}/{direction}"
            shapes[f"{prefix}/kernel"] = (size, wide)
            if network.cell != "minGRU":  # its gates do not look back
                shapes[f"{prefix}/recurrent_kernel"] = (layer.units, wide)
            shapes[f"{prefix}/bias"] = (2, wide) if network.cell == "GRU" else (wide,)
        size = layer.units * len(directions)
    shapes["dense/kernel"] = (network.pooled_size, categories)
    shapes["dense/bias"] = (categories,)
    return shapes


# --- What the network did ---


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionTrace:
    """One direction of one layer, word by word.

    ``gates`` has for the LSTM input, forget, candidate, output and cell; for the GRU update, reset and
    candidate; for the minGRU update and candidate; for the SimpleRNN nothing. Gates run from 0 to 1, candidates
    from -1 to 1; the LSTM's cell and the minGRU's candidate have no bounds. At padding, ``states`` repeats the
    state before it and ``gates`` is 0.
    """

    states: Array  # (batch, words, units): h after each word
    last: Array  # (batch, units): h when the reading is over
    gates: Gates  # each (batch, words, units)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTrace:
    """One recurrent layer; ``backward`` is None where it reads in one direction."""

    forward: DirectionTrace
    backward: DirectionTrace | None

    @property
    def states(self) -> Array:
        """(batch, words, units), or (batch, words, 2 units): forward and backward state side by side."""
        if self.backward is None:
            return self.forward.states
        return np.concatenate([self.forward.states, self.backward.states], axis=-1)

    @property
    def last(self) -> Array:
        """(batch, units), or (batch, 2 units): after the last word forward, after the first word backward."""
        if self.backward is None:
            return self.forward.last
        return np.concatenate([self.forward.last, self.backward.last], axis=-1)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberTrace:
    """One reader, from the word ids to what it says by itself."""

    embedded: Array  # (batch, words, embedding_size)
    layers: tuple[LayerTrace, ...]
    summary: Array  # (batch, summary_size): what the dense layer sees
    logits: Array  # (batch, categories)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """All that happened between the word ids and the answer."""

    mask: NDArray[np.bool_]  # (batch, words): False at padding
    members: tuple[MemberTrace, ...]
    logits: Array  # (batch, categories): the mean of the readers', and the votes
    probabilities: Array  # (batch, categories): each row sums to 1


# --- The network ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """A gate that is held at a value at every word, whatever the network would make of it.

    Attributes:
        gate: as the trace names it, or "state": what the layer carries from word to word.
        value: 1 holds a gate open, 0 shut.
        unit: which number of the gate; None for all.
        layer: 0 for the first.
        backward: the direction of the layer.
        reader: 0 for the first; None for all.
    """

    gate: str
    value: float
    unit: int | None = None
    layer: int = 0
    backward: bool = False
    member: int | None = None


def forward(
    weights: Weights,
    network: NetworkSettings,
    ids: NDArray[np.integer],
    interventions: Sequence[Intervention] = (),
) -> Forward:
    """Read a batch of headlines and keep every state and gate.

    Args:
        weights: as :func:`weight_shapes` lists them, float32.
        ids: (batch, words) word ids, 0 for padding, usually behind the words. A row of padding alone has a
            summary of zeros.
        interventions: what is held instead of computed, the later ones last.

    Cost: about batch * words multiplications for each weight of the recurrent layers; the traces take
    batch * words * units * 4 bytes for each state and gate.
    """
    return _forward(weights, network, ids, keep_gates=True, interventions=interventions)


def logits(weights: Weights, network: NetworkSettings, ids: NDArray[np.integer]) -> Array:
    """The answers alone, (batch, categories), before softmax: the same reading with the gates forgotten."""
    return _forward(weights, network, ids, keep_gates=False).logits


def _forward(
    weights: Weights,
    network: NetworkSettings,
    ids: NDArray[np.integer],
    *,
    keep_gates: bool,
    interventions: Sequence[Intervention] = (),
) -> Forward:
    if ids.ndim != 2 or not np.issubdtype(ids.dtype, np.integer):
        raise ValueError(f"ids must be whole numbers of shape (batch, words), got {ids.dtype} {ids.shape}")
    real = ids != PADDING_ID  # (batch, words)
    members = tuple(
        _reader(
            weights,
            weight_prefix(member),
            network,
            ids,
            real,
            keep_gates=keep_gates,
            interventions=[one for one in interventions if one.member in (None, member)],
        )
        for member in range(network.ensemble_size)
    )
    logits: Array = np.mean([member.logits for member in members], axis=0)  # (batch, categories)
    if network.has_bag_of_words:
        logits = logits + bag_of_words_logits(weights, ids)  # (batch, categories)
    return Forward(mask=real, members=members, logits=logits, probabilities=softmax(logits))


def _reader(
    weights: Weights,
    prefix: str,
    network: NetworkSettings,
    ids: NDArray[np.integer],
    real: NDArray[np.bool_],
    *,
    keep_gates: bool,
    interventions: Sequence[Intervention],
) -> MemberTrace:
    """One network of those side by side; most networks are one alone."""
    embedded = weights[f"{prefix}embedding"][ids]  # (batch, words, embedding_size)
    return forward_embedded(
        weights, prefix, network, embedded, real, keep_gates=keep_gates, interventions=interventions
    )


def forward_embedded(
    weights: Weights,
    prefix: str,
    network: NetworkSettings,
    embedded: Array,
    real: NDArray[np.bool_],
    *,
    keep_gates: bool = True,
    interventions: Sequence[Intervention] = (),
) -> MemberTrace:
    """What one reader makes of words given as vectors, (batch, words, embedding_size); ``real`` is (batch, words)."""
    x, layers = embedded, []
    for index in range(len(network.layers)):
        held = [one for one in interventions if one.layer == index]
        layer = _layer(
            weights, f"{prefix}layers/{index}", network, index, x, real, held, keep_gates=keep_gates
        )
        layers.append(layer)
        x = layer.states  # (batch, words, units or 2 units): what the next layer reads in the words' place

    # (batch, units or 2 units), or twice that for largest and mean
    summary = layers[-1].last if network.pooling == "last" else max_mean(x, real)
    logits = (
        summary @ weights[f"{prefix}dense/kernel"] + weights[f"{prefix}dense/bias"]
    )  # (batch, categories)
    return MemberTrace(embedded=embedded, layers=tuple(layers), summary=summary, logits=logits)


def _layer(
    weights: Weights,
    prefix: str,
    network: NetworkSettings,
    index: int,
    x: Array,
    real: NDArray[np.bool_],
    held: Sequence[Intervention],
    *,
    keep_gates: bool,
) -> LayerTrace:
    """One layer of the stack in its one or two directions, each with weights of its own."""

    def read(direction: str) -> DirectionTrace:
        hold = _hold([one for one in held if one.backward == (direction == "backward")])
        return _read(weights, f"{prefix}/{direction}", network.cell, x, real, hold, keep_gates=keep_gates)

    bidirectional = network.layers[index].bidirectional
    return LayerTrace(forward=read("forward"), backward=read("backward") if bidirectional else None)


def _read(
    weights: Weights,
    prefix: str,
    cell: Cell,
    x: Array,  # (batch, words, size)
    real: NDArray[np.bool_],  # (batch, words)
    hold: ApplyInterventions,
    *,
    keep_gates: bool,
) -> DirectionTrace:
    """Carry a state from word to word, forth or back; padding leaves the state as it is."""
    kernel, bias = weights[f"{prefix}/kernel"], weights[f"{prefix}/bias"]
    recurrent = weights.get(f"{prefix}/recurrent_kernel", _NOTHING)
    bias_x, bias_h = bias if cell == "GRU" else (bias, np.zeros_like(bias))
    (batch, words, size), units = x.shape, kernel.shape[1] // GATES[cell]

    # The word's part of every gate needs no state, so it is one product for all words at once.
    wx = x.reshape(-1, size) @ kernel + bias_x  # (batch * words, blocks * units)
    wx = wx.reshape(batch, words, kernel.shape[1])  # (batch, words, blocks * units)

    step = STEPS[cell]
    state: State = tuple(np.zeros((batch, units), np.float32) for _ in range(2 if cell == "LSTM" else 1))
    states = np.empty((batch, words, units), np.float32)
    gates: Gates = {}
    nobody_pads = real.all(axis=0).reshape(-1)  # (words,)
    for t in reversed(range(words)) if prefix.endswith("backward") else range(words):
        new, opened = step(wx[:, t], state, recurrent, bias_h, hold)  # each (batch, units)
        here = real[:, t, None]  # (batch, 1)
        if nobody_pads[t]:
            state = new
        else:
            state = tuple(np.where(here, after, before) for after, before in zip(new, state, strict=True))
        states[:, t] = state[0]
        if keep_gates:
            for name, value in opened.items():
                gates.setdefault(name, np.zeros_like(states))[:, t] = value * here
    return DirectionTrace(states=states, last=state[0], gates=gates)


def _hold(interventions: Sequence[Intervention]) -> ApplyInterventions:
    """Each gate as it is, but for those that are held."""
    if not interventions:
        return lambda gate, value: value

    def hold(gate: str, value: Array) -> Array:
        for one in interventions:
            if one.gate == gate:
                value = value.copy()
                value[:, slice(None) if one.unit is None else one.unit] = one.value
        return value

    return hold


# --- The four cells: one step each ---
# wx: (batch, blocks * units), the word's part W x(t) + b;  u: (units, blocks * units), the recurrent kernel;
# hold: lets a gate be forced, and changes nothing otherwise.


def simple_rnn_step(
    wx: Array, state: State, u: Array, bias_h: Array, hold: ApplyInterventions
) -> tuple[State, Gates]:
    """Elman (1990): the state is squashed word plus squashed past."""
    (h,) = state  # (batch, units)
    h = hold("state", np.tanh(wx + h @ u))  # (batch, units)
    return (h,), {}


def lstm_step(
    wx: Array, state: State, u: Array, bias_h: Array, hold: ApplyInterventions
) -> tuple[State, Gates]:
    """Hochreiter and Schmidhuber (1997): a cell c that gates add to, keep and show."""
    h, c = state  # (batch, units) each
    i, f, g, o = _blocks(wx + h @ u, 4)  # (batch, 4 units) -> 4 times (batch, units)
    i = hold("input", sigmoid(i))  # how much of the new is let in
    f = hold("forget", sigmoid(f))  # how much of the old is kept
    g = hold("candidate", np.tanh(g))  # the new: what the word proposes
    o = hold("output", sigmoid(o))  # how much of the cell is shown
    c = hold("cell", f * c + i * g)  # (batch, units)
    h = hold("state", o * np.tanh(c))  # (batch, units)
    return (h, c), {"input": i, "forget": f, "candidate": g, "output": o, "cell": c}


def gru_step(
    wx: Array, state: State, u: Array, bias_h: Array, hold: ApplyInterventions
) -> tuple[State, Gates]:
    """Cho et al. (2014), Keras's ``reset_after``: one gate forgets the past, one mixes past and proposal."""
    (h,) = state  # (batch, units)
    xz, xr, xg = _blocks(wx, 3)  # (batch, 3 units) -> 3 times (batch, units)
    hz, hr, hg = _blocks(h @ u + bias_h, 3)  # (batch, 3 units) -> 3 times (batch, units)
    z = hold("update", sigmoid(xz + hz))  # how much of the past stays
    r = hold("reset", sigmoid(xr + hr))  # how much of the past the proposal sees
    g = hold("candidate", np.tanh(xg + r * hg))  # the proposal; reset after the product with u
    h = hold("state", z * h + (1 - z) * g)  # (batch, units)
    return (h,), {"update": z, "reset": r, "candidate": g}


def min_gru_step(
    wx: Array, state: State, u: Array, bias_h: Array, hold: ApplyInterventions
) -> tuple[State, Gates]:
    """Feng et al. (2024): what is let in depends on the word alone, whatever has been read before."""
    (h,) = state  # (batch, units)
    z, g = _blocks(wx, 2)  # (batch, 2 units) -> 2 times (batch, units)
    z = hold("update", sigmoid(z))  # how much of the proposal comes in
    g = hold("candidate", g)
    h = hold("state", (1 - z) * h + z * g)  # (batch, units)
    return (h,), {"update": z, "candidate": g}


Step = Callable[[Array, State, Array, Array, ApplyInterventions], tuple[State, Gates]]
STEPS: dict[Cell, Step] = {
    "SimpleRNN": simple_rnn_step,
    "LSTM": lstm_step,
    "GRU": gru_step,
    "minGRU": min_gru_step,
}
_NOTHING: Array = np.zeros((0, 0), np.float32)


def _blocks(side_by_side: Array, count: int) -> list[Array]:
    """(batch, count * units) -> ``count`` views of (batch, units)."""
    units = side_by_side.shape[1] // count
    return [side_by_side[:, k * units : (k + 1) * units] for k in range(count)]


# --- The ends ---


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), written with tanh because exp overflows where tanh does not."""
    return np.float32(0.5) * np.tanh(np.float32(0.5) * x) + np.float32(0.5)


def max_mean(states: Array, real: NDArray[np.bool_]) -> Array:
    """The largest and the mean value of each unit over the real words: (batch, 2 units)."""
    words = real.sum(axis=1, keepdims=True, dtype=np.float32)  # (batch, 1)
    here = real[:, :, None]  # (batch, words, 1)
    largest = np.where(here, states, np.float32(-np.inf)).max(axis=1, initial=-np.inf)  # (batch, units)
    largest = np.where(words > 0, largest, np.float32(0))
    mean = np.where(here, states, np.float32(0)).sum(axis=1) / np.maximum(words, 1)  # (batch, units)
    return np.concatenate([largest, mean], axis=1)  # (batch, 2 units)


def bag_of_words_logits(weights: Weights, ids: NDArray[np.integer]) -> Array:
    """What words and pairs say for the categories by themselves: (batch, categories).

    The sum over a text's words and pairs of neighbouring words, divided by the square root of how many they are, so
    that a long text's votes are no louder than a short one's. The table has a row for each word, by its id, and below
    them those of the pairs: a pair's is a hash of its two word ids, the "hashing trick" of K. Weinberger et al., ICML
    2009. Beside a deep path this is the wide one of H.-T. Cheng et al., arXiv 1606.07792 (2016).
    """
    table, words = weights["votes"], len(weights["embedding"])  # (words + pair_rows, categories)
    real = ids != PADDING_ID  # (batch, words)
    both = real[:, 1:] & real[:, :-1]  # (batch, words - 1)
    wide = ids.astype(np.int64)  # a pair of rare words has a product that 32 bits do not hold
    pairs = words + bigram_rows(wide[:, :-1], wide[:, 1:], len(table) - words)  # (batch, words - 1)
    of_words = (table[ids] * real[:, :, None]).sum(axis=1)  # (batch, categories)
    of_pairs = (table[pairs] * both[:, :, None]).sum(axis=1)  # (batch, categories)
    voters = real.sum(axis=1) + both.sum(axis=1)  # (batch,)
    return (of_words + of_pairs) / np.sqrt(np.maximum(voters, 1), dtype=np.float32)[:, None]


def bigram_rows(first: Any, second: Any, rows: int) -> Any:
    """The row of each pair of word ids in a table of so many ``rows``; for NumPy and for TensorFlow.

    Two multiplications, by primes, and a remainder spread neighbouring ids over the table. Ids in 64 bits.
    """
    return (first * 1_000_003 + second * 8_191) % 2_147_483_647 % rows


def softmax(logits: Array) -> Array:
    """Positive shares that sum to 1. Taking off the largest logit first only prevents overflow."""
    shares = np.exp(logits - logits.max(axis=-1, keepdims=True))  # (batch, categories)
    return shares / shares.sum(axis=-1, keepdims=True)  # (batch, categories)
