"""The network's forward pass in NumPy, as the textbooks write it: every hidden state and every gate can be looked at.

At each timestep t a recurrent layer computes its hidden state h(t) from the previous one h(t-1) and the input x(t):

* SimpleRNN: J. L. Elman, "Finding Structure in Time", Cognitive Science 14 (1990).
* LSTM: S. Hochreiter and J. Schmidhuber, "Long Short-Term Memory", Neural Computation 9 (1997), with the
  forget gate of F. Gers, J. Schmidhuber and F. Cummins (2000).
* minGRU: L. Feng et al., "Were RNNs All We Needed?" (2024): a GRU whose gate and candidate depend on the input alone,
  so all of them can be computed before the first timestep.
* GRU: K. Cho et al., "Learning Phrase Representations using RNN Encoder-Decoder" (2014), in the variant
  that Keras calls ``reset_after``: the reset gate is applied after the state's product with U, not before, and that
  product has a bias of its own.

Both directions: M. Schuster and K. Paliwal, "Bidirectional Recurrent Neural Networks" (1997).

Equal to Keras within 1e-5 (tests/model/test_forward.py). Leaves out: training, and so gradients and dropout, which
does nothing at prediction (``keras_model.py``, ``train_step.py``).
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
# A gate's name and its value (batch, units) -> its value after the interventions
ApplyInterventions = Callable[[str, Array], Array]

# --- The weights: their names and shapes, one list for NumPy, Keras and the stored file ---


def weight_shapes(network: NetworkSettings, *, words: int, categories: int) -> dict[str, tuple[int, ...]]:
    """Name and shape of every weight of the network, member by member of the ensemble, in the order of the layers.

    Args:
        words: size of the vocabulary, padding and out-of-vocabulary included.
        categories: number of labels.

    The layout is Keras's: the gates' blocks are side by side, LSTM i, f, c, o and GRU z, r, h; the GRU's two biases
    (of the input and of the hidden state) are two rows.
    """
    shapes_of_member = _member_shapes(network, words, categories)
    shapes = {
        weight_prefix(member) + name: shape
        for member in range(network.ensemble_size)
        for name, shape in shapes_of_member.items()
    }
    if network.has_bag_of_words:
        shapes["votes"] = (words + network.bigram_buckets, categories)
    return shapes


def weight_prefix(member: int) -> str:
    """What the names of an ensemble member's weights begin with; nothing for the first."""
    return f"readers/{member}/" if member else ""


def _member_shapes(network: NetworkSettings, words: int, categories: int) -> dict[str, tuple[int, ...]]:
    size = network.embedding_size
    shapes: dict[str, tuple[int, ...]] = {"embedding": (words, size)}
    for index, layer in enumerate(network.layers):
        width = GATES[network.cell] * layer.units
        directions = ("forward", "backward") if layer.bidirectional else ("forward",)
        for direction in directions:
            prefix = f"layers/{index}/{direction}"
            shapes[f"{prefix}/kernel"] = (size, width)
            if network.cell != "minGRU":  # its gates ignore the hidden state
                shapes[f"{prefix}/recurrent_kernel"] = (layer.units, width)
            shapes[f"{prefix}/bias"] = (2, width) if network.cell == "GRU" else (width,)
        size = layer.units * len(directions)
    shapes["dense/kernel"] = (network.pooled_size, categories)
    shapes["dense/bias"] = (categories,)
    return shapes


# --- The trace: everything that the forward pass computed ---


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionTrace:
    """One direction of one layer, timestep by timestep.

    ``gates`` has for the LSTM input, forget, candidate, output and cell; for the GRU update, reset and candidate; for
    the minGRU update and candidate; for the SimpleRNN nothing. Gates are from 0 to 1, candidates from -1 to 1; the
    LSTM's cell and the minGRU's candidate have no bounds. At padding, ``states`` repeats the state before it and
    ``gates`` is 0.
    """

    states: Array  # (batch, words, units): h after each word
    last: Array  # (batch, units): h after the last timestep of this direction
    gates: Gates  # each (batch, words, units)


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerTrace:
    """One recurrent layer; ``backward`` is None if it has one direction."""

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
    """One member of the ensemble, from the word embeddings to its own logits."""

    embedded: Array  # (batch, words, embedding_size)
    layers: tuple[LayerTrace, ...]
    summary: Array  # (batch, pooled_size): the input of the dense layer
    logits: Array  # (batch, categories)


@dataclass(frozen=True, slots=True, kw_only=True)
class Forward:
    """Everything computed between the word ids and the probabilities."""

    mask: NDArray[np.bool_]  # (batch, words): False at padding
    members: tuple[MemberTrace, ...]
    logits: Array  # (batch, categories): the mean of the members', plus the bag-of-words branch's
    probabilities: Array  # (batch, categories): each row sums to 1


# --- The network ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention:
    """A gate set to a fixed value at every timestep, in place of what the network computes.

    Attributes:
        gate: as the trace names it, or "state": the hidden state.
        value: 1 opens a gate, 0 shuts it.
        unit: which number of the gate; None for all.
        layer: 0 for the first.
        backward: the direction of the layer.
        member: of the ensemble, 0 for the first; None for all.
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
    """The forward pass over a batch, with every hidden state and gate.

    Args:
        weights: as :func:`weight_shapes` lists them, float32.
        ids: (batch, words) word ids, 0 for padding, usually after the words. A row of padding alone has a summary of
            zeros.
        interventions: applied in this order.

    Raises:
        ValueError: ``ids`` are not whole numbers of two dimensions.

    Cost: about batch * words multiplications for each weight of the recurrent layers; the traces take batch * words *
    units * 4 bytes for each state and gate.
    """
    return _forward(weights, network, ids, keep_gates=True, interventions=interventions)


def logits(weights: Weights, network: NetworkSettings, ids: NDArray[np.integer]) -> Array:
    """The logits alone, (batch, categories): the same forward pass, without keeping the gates."""
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
    mask = ids != PADDING_ID  # (batch, words)
    members = tuple(
        _member(
            weights,
            weight_prefix(member),
            network,
            ids,
            mask,
            keep_gates=keep_gates,
            interventions=[each for each in interventions if each.member in (None, member)],
        )
        for member in range(network.ensemble_size)
    )
    logits: Array = np.mean([trace.logits for trace in members], axis=0)  # (batch, categories)
    if network.has_bag_of_words:
        logits = logits + bag_of_words_logits(weights, ids)  # (batch, categories)
    return Forward(mask=mask, members=members, logits=logits, probabilities=softmax(logits))


def _member(
    weights: Weights,
    prefix: str,
    network: NetworkSettings,
    ids: NDArray[np.integer],
    mask: NDArray[np.bool_],
    *,
    keep_gates: bool,
    interventions: Sequence[Intervention],
) -> MemberTrace:
    """One member of the ensemble; most networks have one."""
    embedded = weights[f"{prefix}embedding"][ids]  # (batch, words, embedding_size)
    return forward_embedded(
        weights, prefix, network, embedded, mask, keep_gates=keep_gates, interventions=interventions
    )


def forward_embedded(
    weights: Weights,
    prefix: str,
    network: NetworkSettings,
    embedded: Array,
    mask: NDArray[np.bool_],
    *,
    keep_gates: bool = True,
    interventions: Sequence[Intervention] = (),
) -> MemberTrace:
    """The forward pass of one ensemble member from its word embeddings on.

    Args:
        prefix: of the member's weights, see :func:`weight_prefix`.
        embedded: (batch, words, embedding_size).
        mask: (batch, words), False at padding.
        keep_gates: whether the trace has them.
    """
    x, layers = embedded, []
    for index in range(len(network.layers)):
        of_layer = [each for each in interventions if each.layer == index]
        layer = _layer(
            weights, f"{prefix}layers/{index}", network, index, x, mask, of_layer, keep_gates=keep_gates
        )
        layers.append(layer)
        x = layer.states  # (batch, words, units or 2 units): the input of the next layer

    # (batch, units or 2 units), twice that for max and mean
    summary = layers[-1].last if network.pooling == "last" else max_mean(x, mask)
    kernel, bias = weights[f"{prefix}dense/kernel"], weights[f"{prefix}dense/bias"]
    logits = summary @ kernel + bias  # (batch, categories)
    return MemberTrace(embedded=embedded, layers=tuple(layers), summary=summary, logits=logits)


def _layer(
    weights: Weights,
    prefix: str,
    network: NetworkSettings,
    index: int,
    x: Array,
    mask: NDArray[np.bool_],
    interventions: Sequence[Intervention],
    *,
    keep_gates: bool,
) -> LayerTrace:
    """One layer of the stack in its one or two directions, each with weights of its own."""

    def run(direction: str) -> DirectionTrace:
        intervene = _intervene([e for e in interventions if e.backward == (direction == "backward")])
        return _direction(
            weights, f"{prefix}/{direction}", network.cell, x, mask, intervene, keep_gates=keep_gates
        )

    bidirectional = network.layers[index].bidirectional
    return LayerTrace(forward=run("forward"), backward=run("backward") if bidirectional else None)


def _direction(
    weights: Weights,
    prefix: str,
    cell: Cell,
    x: Array,  # (batch, words, size)
    mask: NDArray[np.bool_],  # (batch, words)
    intervene: ApplyInterventions,
    *,
    keep_gates: bool,
) -> DirectionTrace:
    """One direction of a layer over all timesteps; at padding the hidden state stays as it is."""
    kernel, bias = weights[f"{prefix}/kernel"], weights[f"{prefix}/bias"]
    recurrent = weights.get(f"{prefix}/recurrent_kernel", _NO_KERNEL)
    bias_x, bias_h = bias if cell == "GRU" else (bias, np.zeros_like(bias))
    (batch, words, size), units = x.shape, kernel.shape[1] // GATES[cell]

    # The input's part of every gate needs no hidden state, so one product computes it for all timesteps.
    wx = x.reshape(-1, size) @ kernel + bias_x  # (batch * words, blocks * units)
    wx = wx.reshape(batch, words, kernel.shape[1])  # (batch, words, blocks * units)

    step = STEPS[cell]
    state: State = tuple(np.zeros((batch, units), np.float32) for _ in range(2 if cell == "LSTM" else 1))
    states = np.empty((batch, words, units), np.float32)
    gates: Gates = {}
    no_padding = mask.all(axis=0).reshape(-1)  # (words,)
    for t in reversed(range(words)) if prefix.endswith("backward") else range(words):
        next_state, opened = step(wx[:, t], state, recurrent, bias_h, intervene)  # each (batch, units)
        mask_t = mask[:, t, None]  # (batch, 1)
        if no_padding[t]:
            state = next_state
        else:
            state = tuple(
                np.where(mask_t, after, before) for after, before in zip(next_state, state, strict=True)
            )
        states[:, t] = state[0]
        if keep_gates:
            gates = gates or {name: np.zeros_like(states) for name in opened}
            for name, value in opened.items():
                gates[name][:, t] = value * mask_t
    return DirectionTrace(states=states, last=state[0], gates=gates)


def _intervene(interventions: Sequence[Intervention]) -> ApplyInterventions:
    """What sets the gates of ``interventions`` and leaves the others as they are."""
    if not interventions:
        return lambda gate, value: value

    def intervene(gate: str, value: Array) -> Array:
        for each in interventions:
            if each.gate == gate:
                value = value.copy()
                value[:, slice(None) if each.unit is None else each.unit] = each.value
        return value

    return intervene


# --- The four cells: one timestep each ---
# wx: (batch, blocks * units), the input's part W x(t) + b;  u: (units, blocks * units), the recurrent kernel;
# intervene: sets the gate of an intervention, and changes nothing otherwise.


def simple_rnn_step(
    wx: Array, state: State, u: Array, bias_h: Array, intervene: ApplyInterventions
) -> tuple[State, Gates]:
    """Elman (1990): h(t) = tanh(W x(t) + U h(t-1) + b)."""
    (h,) = state  # (batch, units)
    h = intervene("state", np.tanh(wx + h @ u))  # (batch, units)
    return (h,), {}


def lstm_step(
    wx: Array, state: State, u: Array, bias_h: Array, intervene: ApplyInterventions
) -> tuple[State, Gates]:
    """Hochreiter and Schmidhuber (1997): gates write to a cell c, keep it and read it."""
    h, c = state  # (batch, units) each
    i, f, g, o = _blocks(wx + h @ u, 4)  # (batch, 4 units) -> 4 times (batch, units)
    i = intervene("input", sigmoid(i))  # how much of the candidate is added to the cell
    f = intervene("forget", sigmoid(f))  # how much of the cell is kept
    g = intervene("candidate", np.tanh(g))  # the candidate
    o = intervene("output", sigmoid(o))  # how much of the cell the hidden state has
    c = intervene("cell", f * c + i * g)  # (batch, units)
    h = intervene("state", o * np.tanh(c))  # (batch, units)
    return (h, c), {"input": i, "forget": f, "candidate": g, "output": o, "cell": c}


def gru_step(
    wx: Array, state: State, u: Array, bias_h: Array, intervene: ApplyInterventions
) -> tuple[State, Gates]:
    """Cho et al. (2014), Keras's ``reset_after``: one gate resets the past, one mixes past and candidate."""
    (h,) = state  # (batch, units)
    xz, xr, xg = _blocks(wx, 3)  # (batch, 3 units) -> 3 times (batch, units)
    hz, hr, hg = _blocks(h @ u + bias_h, 3)  # (batch, 3 units) -> 3 times (batch, units)
    z = intervene("update", sigmoid(xz + hz))  # how much of the previous state stays
    r = intervene("reset", sigmoid(xr + hr))  # how much of the previous state the candidate sees
    g = intervene("candidate", np.tanh(xg + r * hg))  # the candidate; reset after the product with u
    h = intervene("state", z * h + (1 - z) * g)  # (batch, units)
    return (h,), {"update": z, "reset": r, "candidate": g}


def min_gru_step(
    wx: Array, state: State, u: Array, bias_h: Array, intervene: ApplyInterventions
) -> tuple[State, Gates]:
    """Feng et al. (2024): gate and candidate depend on the input alone, not on the hidden state."""
    (h,) = state  # (batch, units)
    z, g = _blocks(wx, 2)  # (batch, 2 units) -> 2 times (batch, units)
    z = intervene("update", sigmoid(z))  # how much of the candidate is taken
    g = intervene("candidate", g)
    h = intervene("state", (1 - z) * h + z * g)  # (batch, units)
    return (h,), {"update": z, "candidate": g}


Step = Callable[[Array, State, Array, Array, ApplyInterventions], tuple[State, Gates]]
STEPS: dict[Cell, Step] = {
    "SimpleRNN": simple_rnn_step,
    "LSTM": lstm_step,
    "GRU": gru_step,
    "minGRU": min_gru_step,
}
_NO_KERNEL: Array = np.zeros((0, 0), np.float32)


def _blocks(side_by_side: Array, count: int) -> list[Array]:
    """(batch, count * units) -> ``count`` views of (batch, units)."""
    units = side_by_side.shape[1] // count
    return [side_by_side[:, k * units : (k + 1) * units] for k in range(count)]


# --- Activations, pooling, the bag-of-words branch, softmax ---


def sigmoid(x: Array) -> Array:
    """1 / (1 + exp(-x)), written with tanh because exp overflows where tanh does not."""
    gates: Array = np.float32(0.5) * np.tanh(np.float32(0.5) * x) + np.float32(0.5)
    return gates


def max_mean(states: Array, mask: NDArray[np.bool_]) -> Array:
    """Max and mean pooling over the words: (batch, words, units), (batch, words) -> (batch, 2 units)."""
    words = mask.sum(axis=1, keepdims=True, dtype=np.float32)  # (batch, 1)
    word_mask = mask[:, :, None]  # (batch, words, 1)
    largest = np.where(word_mask, states, np.float32(-np.inf)).max(axis=1, initial=-np.inf)  # (batch, units)
    largest = np.where(words > 0, largest, np.float32(0))
    mean = np.where(word_mask, states, np.float32(0)).sum(axis=1) / np.maximum(words, 1)  # (batch, units)
    return np.concatenate([largest, mean], axis=1)  # (batch, 2 units)


def bag_of_words_logits(weights: Weights, ids: NDArray[np.integer]) -> Array:
    """Logits of the bag-of-words branch, past the recurrent layers: (batch, words) -> (batch, categories).

    The sum of the kernel's rows over a text's words and bigrams, divided by the square root of their number, so that
    the logits of a long text are no larger than those of a short one. The kernel has a row for each word, by its id,
    and then those of the bigrams: a bigram's row is a hash of its two word ids, the "hashing trick" of K. Weinberger
    et al., ICML 2009. It is the wide part of "Wide & Deep Learning", H.-T. Cheng et al., arXiv 1606.07792 (2016).
    """
    kernel, words = weights["votes"], len(weights["embedding"])  # (words + bigram_buckets, categories)
    mask = ids != PADDING_ID  # (batch, words)
    bigram_mask = mask[:, 1:] & mask[:, :-1]  # (batch, words - 1)
    ids_64 = ids.astype(np.int64)  # the hash of two rare words overflows 32 bits
    bigrams = words + bigram_rows(ids_64[:, :-1], ids_64[:, 1:], len(kernel) - words)  # (batch, words - 1)
    of_words = (kernel[ids] * mask[:, :, None]).sum(axis=1)  # (batch, categories)
    of_bigrams = (kernel[bigrams] * bigram_mask[:, :, None]).sum(axis=1)  # (batch, categories)
    terms = mask.sum(axis=1) + bigram_mask.sum(axis=1)  # (batch,)
    logits: Array = (of_words + of_bigrams) / np.sqrt(np.maximum(terms, 1), dtype=np.float32)[:, None]
    return logits  # (batch, categories)


def bigram_rows(first: Any, second: Any, rows: int) -> Any:
    """The row of each bigram among ``rows``: a hash of its two word ids; for NumPy and for TensorFlow.

    Two multiplications by primes and a remainder spread neighbouring ids over the rows. Ids must have 64 bits.
    """
    return (first * 1_000_003 + second * 8_191) % 2_147_483_647 % rows


def softmax(logits: Array) -> Array:
    """exp(logits), normalised to sum to 1. Subtracting the largest logit only prevents overflow."""
    exponentials = np.exp(logits - logits.max(axis=-1, keepdims=True))  # (batch, categories)
    probabilities: Array = exponentials / exponentials.sum(axis=-1, keepdims=True)  # (batch, categories)
    return probabilities
