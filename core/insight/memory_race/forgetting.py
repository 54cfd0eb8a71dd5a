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
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.insight.wording import join_names, percent, points
from core.model.backward import embedding_gradients
from core.model.classifier import Classifier
from core.model.forward import Array, DirectionTrace, LayerTrace, MemberTrace, forward_embedded, softmax
from core.settings.network import Cell, NetworkSettings
from core.settings.run import MAPPED_WORDS
from core.text.cleaning_steps import SEPARATOR
from core.text.sequences import Sequences
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID

FREQUENT = 200  # words that a filler is chosen from
FILLERS = 10  # different ones
MIN_EFFECT = 0.01  # of a word on the probability: half of less would be lost in the effect of the fillers
ORDERS = 8  # of the fillers, averaged: the last word of a text influences the prediction too


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingWord:
    """A word after which alone several classifiers predict the same category.

    Attributes:
        token_id: of the word in the vocabulary.
        label: of the category, as a position in the labels.
        probability: of the category after this word alone: the lowest over the classifiers.
    """

    word: str
    token_id: int
    label: int
    probability: float


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


# --- Choice of words ---


def single_word_probabilities(classifier: Classifier, words: npt.NDArray[np.integer]) -> Array:
    """Predicted probabilities of texts of one word each, (words, categories)."""
    ids = np.asarray(words, np.int32)
    return classifier.probabilities_of(Sequences(ids=ids, offsets=np.arange(len(ids) + 1)))


def telling_words(classifiers: Sequence[Classifier]) -> tuple[TellingWord, ...]:
    """For each category the word with the highest probability in all classifiers, the highest first.

    Only words after which every classifier predicts that category; if there is none, the single best word.

    Args:
        classifiers: with the same vocabulary and labels.
    """
    first = classifiers[0]
    token_ids = np.arange(FIRST_WORD_ID, min(len(first.vocabulary), FIRST_WORD_ID + MAPPED_WORDS))
    token_ids = token_ids[
        [first.vocabulary.words[token_id - FIRST_WORD_ID] != SEPARATOR for token_id in token_ids]
    ]
    if not len(token_ids):
        return ()
    probabilities = np.stack(
        [single_word_probabilities(classifier, token_ids) for classifier in classifiers]
    )  # (classifiers, words, categories)
    least = probabilities.min(axis=0)  # (words, categories)
    agreed = (probabilities.argmax(axis=2) == probabilities[0].argmax(axis=1)).all(axis=0)  # (words,)
    label = np.where(agreed, probabilities[0].argmax(axis=1), -1)
    choices = []
    for category in range(least.shape[1]):
        candidates = np.flatnonzero(label == category)
        if len(candidates):
            choices.append((int(candidates[least[candidates, category].argmax()]), category))
    if not choices:
        word, category = np.unravel_index(least.argmax(), least.shape)
        choices = [(int(word), int(category))]
    choices.sort(key=lambda classifier: -least[classifier])
    return tuple(
        TellingWord(
            word=first.vocabulary.words[token_ids[word] - FIRST_WORD_ID],
            token_id=int(token_ids[word]),
            label=category,
            probability=float(least[word, category]),
        )
        for word, category in choices
    )


def telling_word(classifiers: Sequence[Classifier], word: str) -> TellingWord | None:
    """A chosen word and its most probable category in all classifiers; None if it is out of vocabulary."""
    first = classifiers[0]
    token_id = first.vocabulary.token_id(word)
    if token_id == OOV_ID:
        return None
    least = np.stack(
        [single_word_probabilities(classifier, np.array([token_id]))[0] for classifier in classifiers]
    ).min(axis=0)  # (categories,)
    label = int(least.argmax())
    return TellingWord(word=word, token_id=token_id, label=label, probability=float(least[label]))


def uninformative_words(classifiers: Sequence[Classifier], most: int = FILLERS) -> tuple[str, ...]:
    """Frequent words that hardly influence the prediction, the least informative first.

    Of the FREQUENT most frequent alphabetic words, those whose prediction is nearest to the mean prediction over these
    words: by total variation distance (half the sum of the differences), at its largest over the classifiers.
    """
    vocabulary = classifiers[0].vocabulary
    frequent = [word for word in vocabulary.words[:FREQUENT] if word.isalpha()]
    if not frequent:
        return ()
    token_ids = np.array(vocabulary.encode(frequent))
    distances = np.zeros(len(frequent))
    for classifier in classifiers:
        probabilities = single_word_probabilities(classifier, token_ids)  # (words, categories)
        distances = np.maximum(distances, np.abs(probabilities - probabilities.mean(axis=0)).sum(axis=1) / 2)
    return tuple(frequent[position] for position in np.argsort(distances, kind="stable")[:most])


# --- Captions ---


def probability_caption(results: Mapping[Cell, Forgetting], word: str, category: str) -> str:
    """How the word's effect on the probability falls with the distance; plain text."""
    effects = _measurable(results, gradient=False)
    if not effects:
        return f"“{word}” does not speak for {category}: it adds less than a point, too little to follow."
    initial = [float(values[0]) for values in effects.values()]
    adds = points(initial[0]) if len(initial) == 1 else f"{100 * min(initial):.1f} to {points(max(initial))}"
    others = [cell for cell in results if cell not in effects]
    nothing = f", in {join_names(others)} less than one" if others else ""
    return (
        f"With nothing behind it, “{word}” adds {adds} to the probability of {category}{nothing}. "
        f"{_half_life_text(effects, 'that')}"
    )


def gradient_caption(results: Mapping[Cell, Forgetting]) -> str:
    """How the gradient falls with the distance; plain text."""
    last = _farthest(results)
    gradients = _measurable(results, gradient=True)
    if not gradients:
        return "No cell has a gradient back to the word, not even with nothing behind it."
    shares = [f"{cell} {_share(float(values[-1] / values[0]))}" for cell, values in gradients.items()]
    text = _half_life_text(gradients, "the gradient")
    if not last:
        return text
    return f"{text} After {_words(last)} there is left of it: {', '.join(shares)}."


def forgetting_title(results: Mapping[Cell, Forgetting], *, gradient: bool = False) -> str:
    """A chart's title: which cell loses half first, after how many words; plain text, short enough for a phone."""
    influences = _measurable(results, gradient=gradient)
    subject = "the gradient" if gradient else "it"
    if not influences:
        return (
            "No cell has a gradient to lose" if gradient else "No cell hears enough of the word to forget it"
        )
    half_lives = {cell: half_life(values) for cell, values in influences.items()}
    lost = {cell: after for cell, after in half_lives.items() if after is not None}
    if not lost:
        return f"No cell loses half of {subject} within {_words(_farthest(results))}"
    soonest = min(lost.values())
    first = [cell for cell, after in lost.items() if after == soonest]
    if gradient:
        return f"{join_names(first)}: half the gradient after {_words(soonest)}"
    return (
        f"{join_names(first)} {'forgets' if len(first) == 1 else 'forget'} half of it after {_words(soonest)}"
    )


def _measurable(
    results: Mapping[Cell, Forgetting], *, gradient: bool
) -> dict[Cell, npt.NDArray[np.floating]]:
    """The effect or the gradient of the cells in which it is not negligible at distance 0."""
    if gradient:
        return {cell: result.gradients for cell, result in results.items() if result.gradients[0] > 0}
    return {cell: result.effect for cell, result in results.items() if result.effect[0] >= MIN_EFFECT}


def _half_life_text(values: Mapping[Cell, npt.NDArray[np.floating]], subject: str) -> str:
    """The half-life of each cell, as text."""
    half_lives = {cell: half_life(influence) for cell, influence in values.items()}
    lost = sorted((after, cell) for cell, after in half_lives.items() if after is not None)
    keeping = [cell for cell, after in half_lives.items() if after is None]
    last = max(len(influence) for influence in values.values()) - 1
    text = ""
    if lost:
        each = ", ".join(
            f"{cell} after {_words(after) if position == 0 else after}"
            for position, (after, cell) in enumerate(lost)
        )
        text = f"Half of {subject} is gone in {each}."
    if keeping:
        keep = "keeps" if len(keeping) == 1 else "keep"
        text += (
            f"{' ' if lost else ''}{join_names(keeping)} {keep} more than half of "
            f"{'it' if lost else subject} over all "
        )
        text += f"{_words(last)}."
    return text


def _farthest(results: Mapping[Cell, Forgetting]) -> int:
    return max(len(result.gradients) for result in results.values()) - 1


def _words(number: int) -> str:
    return f"{number} word{'s' * (number != 1)}"


def _share(left: float) -> str:
    """0.25 -> "25.0 %", 0.00004 -> "1 part in 25,000", to two digits; from 1.5 on a multiple."""
    if left >= 1.5:
        return f"{left:.1f} times as much"
    if left >= 0.001:
        return percent(left)
    return f"1 part in {float(f'{1 / left:.2g}'):,.0f}" if left > 1e-9 else "less than 1 part in a billion"
