"""How far back a cell remembers: one informative word, moved away from the end by uninformative filler words.

The word comes first, n fillers follow, then the network predicts. Two numbers for each n measure the word's influence.
The first is its effect on the probability of its category: the probability after the text, minus the probability after
the same text with an out-of-vocabulary word in its position, because the fillers matter too. The second is the gradient
from the prediction back to the word's embedding, from which training learns. S. Hochreiter (1991) and Y. Bengio, P.
Simard and P. Frasconi, "Learning Long-Term Dependencies with Gradient Descent Is Difficult", IEEE Transactions on
Neural Networks 5 (1994), showed that it can vanish with the distance.

The gradient is that of the category's logit. Softmax is flat where the network is sure, so the gradient of the
probability would be small right after the word, where nothing is forgotten yet.

Equal to TensorFlow's gradients within 1e-5 (tests/insight/memory_race/test_forgetting.py).
Leaves out: the choice of the words (``word_choice.py``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.model.backward import embedding_gradients
from core.model.classifier import Classifier
from core.model.cost import forward_work
from core.model.forward import Array, DirectionTrace, LayerTrace, MemberTrace, forward_embedded, softmax
from core.settings.network import Cell, NetworkSettings
from core.text.vocabulary import OOV_ID

MIN_EFFECT = 0.01  # of a word on the probability: half of less would be lost in the effect of the fillers
ORDERS = 8  # of the fillers, averaged: the last word of a text influences the prediction too


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forgetting:
    """A word's influence at each distance.

    Attributes:
        probabilities: (distances,) of the word's category, with 0, 1, 2, ... fillers after it.
        without: (distances,) the same with an out-of-vocabulary word in its position.
        gradients: (distances,) Euclidean norm of d logit / d the word's vector.
    """

    probabilities: Array
    without: Array
    gradients: npt.NDArray[np.float64]

    @property
    def effect(self) -> Array:
        """(distances,): how much the word adds to the probability."""
        return self.probabilities - self.without


def supports_forgetting(network: NetworkSettings) -> bool:
    """Whether the prediction depends on the distance from the end: one forward network, last state, no bag of words."""
    one_way = not any(layer.bidirectional for layer in network.layers)
    return (
        one_way and network.pooling == "last" and network.ensemble_size == 1 and not network.has_bag_of_words
    )


def measure_forgetting(
    classifier: Classifier, word: int, label: int, fillers: Sequence[Sequence[int]]
) -> Forgetting:
    """Measure the word's influence with 0 to all of the fillers after it.

    Args:
        fillers: token ids in one or several orders of the same length; the result is the mean over the orders.

    Raises:
        ValueError: the network is bidirectional, or does not predict from its last state.

    Cost: one forward pass a text, because a state does not depend on later words. Backpropagation through time starts
    at each distance, as one batch: about words² / 2 steps back a text, 5 ms for 40 words and 100 units.
    """
    network, weights = classifier.network, classifier.weights
    if not supports_forgetting(network):
        raise ValueError("network must read in one direction and answer from its last state")
    behind = np.asarray(fillers, np.int32).reshape(len(fillers), -1)  # (orders, words - 1)
    orders, words = len(behind), behind.shape[1] + 1

    def read(first: int) -> MemberTrace:
        ids = np.concatenate([np.full((orders, 1), first, np.int32), behind], axis=1)  # (orders, words)
        return forward_embedded(weights, "", network, weights["embedding"][ids], np.ones(ids.shape, bool))

    def probabilities(trace: MemberTrace) -> Array:
        """Of the category, if the text ended at each word: (words,)."""
        logits = trace.layers[-1].states @ weights["dense/kernel"] + weights["dense/bias"]
        of_label: Array = softmax(logits)[:, :, label].mean(axis=0)
        return of_label

    mask = np.tri(words, dtype=bool)  # row n: the word and n fillers, then padding
    trace, norms = read(word), np.zeros(words)
    for order in range(orders):
        ends = _ending_at_each_word(trace, order)
        back = embedding_gradients(weights, "", network, ends, mask, np.full(words, label))[:, 0]
        # In double precision, because the squares of small numbers underflow in single precision.
        norms += np.linalg.norm(back.astype(np.float64), axis=1) / orders  # (words,)
    return Forgetting(
        probabilities=probabilities(trace), without=probabilities(read(OOV_ID)), gradients=norms
    )


def forgetting_work(network: NetworkSettings, *, orders: int, words: int) -> float:
    """Work of :func:`measure_forgetting` with ``words`` - 1 fillers, in multiply-adds (``core/model/cost.py``).

    Of each order the steps back from every distance, with twice the products of the steps forward.
    """
    return 2 * orders * forward_work(network, texts=words, timesteps=words) + 2 * forward_work(
        network, texts=orders, timesteps=words
    )


def _ending_at_each_word(trace: MemberTrace, order: int) -> MemberTrace:
    """One text of a trace as a batch that shares its states: row n ends at word n, the rest is masked."""

    def shared(array: Array) -> Array:
        row = array[order]  # (words, ...)
        return np.broadcast_to(row, (len(row), *row.shape))

    layers = tuple(
        LayerTrace(
            forward=DirectionTrace(
                states=shared(layer.forward.states),
                last=layer.forward.states[order],  # (words, units)
                gates={name: shared(gate) for name, gate in layer.forward.gates.items()},
            ),
            backward=None,
        )
        for layer in trace.layers
    )
    last = layers[-1].forward.last
    return MemberTrace(embedded=shared(trace.embedded), layers=layers, summary=last, logits=last[:, :0])


def filler_orders(fillers: Sequence[int], length: int, *, seed: int = 1) -> list[list[int]]:
    """``length`` words of ``fillers``, equally frequent, in ORDERS random orders; one order if there is one word."""
    if len(fillers) < 2:
        return [list(fillers) * length]
    random = np.random.default_rng(seed)
    rounds = -(-length // len(fillers))
    return [
        [int(word) for _ in range(rounds) for word in random.permutation(fillers)][:length]
        for _ in range(ORDERS)
    ]


def half_life(values: npt.ArrayLike) -> int | None:
    """The smallest distance from which on the value stays below half of that at distance 0; None if there is none.

    0 where the value at distance 0 is not positive.
    """
    remaining = np.asarray(values)
    above = np.flatnonzero((2 * remaining >= remaining[0]) & (remaining > 0))
    after = int(above[-1]) + 1 if len(above) and remaining[0] > 0 else 0
    return after if after < len(remaining) else None


def measurable_influences(
    results: Mapping[Cell, Forgetting], *, gradient: bool
) -> dict[Cell, npt.NDArray[np.floating]]:
    """The effect or the gradient of the cells in which it is not negligible at distance 0."""
    if gradient:
        return {cell: result.gradients for cell, result in results.items() if result.gradients[0] > 0}
    return {cell: result.effect for cell, result in results.items() if result.effect[0] >= MIN_EFFECT}


def farthest_distance(results: Mapping[Cell, Forgetting]) -> int:
    """The largest number of fillers after the word that was measured."""
    return max(len(result.gradients) for result in results.values()) - 1
