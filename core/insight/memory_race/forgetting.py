"""How far back a cell remembers: one telling word, moved away from the end by words that tell little.

The word stands first, n other words follow, and then the network answers. What is left of the word in that answer is
told by two figures for each n. One is what the word adds to the probability of its category: that after the text, less
that after the same text with an unknown word in the word's place, for the others say something too. The other is the
gradient from the answer back to the word's vector, which is what training has to learn from. That it can vanish with
the distance was shown by S. Hochreiter (1991) and by Y. Bengio, P. Simard and P. Frasconi, "Learning Long-Term
Dependencies with Gradient Descent Is Difficult", IEEE Transactions on Neural Networks 5 (1994).

The gradient is that of the category's logit, not of its probability: softmax is flat where the network is sure, so the
probability's gradient would be small right behind the word, where nothing is forgotten.

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
MIN_EFFECT = (
    0.01  # that a word adds: less is no speaking for a category, and its half would be lost in the fillers'
)
ORDERS = 8  # texts of them that a figure is the mean of: which word stands last moves an answer as well


@dataclass(frozen=True, slots=True, kw_only=True)
class TellingWord:
    """A word that by itself tells every one of some classifiers the same category.

    Attributes:
        number: of the word in the word index.
        label: position of the category among the labels.
        probability: of the category after this word alone, in the classifier that is least sure.
    """

    word: str
    token_id: int
    label: int
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forgetting:
    """What is left of a word at each distance.

    Attributes:
        probabilities: (distances,) of the word's category, with 0, 1, 2, ... words behind it.
        without: (distances,) the same with an unknown word in its place.
        gradients: (distances,) Euclidean norm of d logit / d the word's vector.
    """

    probabilities: Array
    without: Array
    gradients: npt.NDArray[np.float64]

    @property
    def effect(self) -> Array:
        """(distances,): what the word adds to the probability."""
        return self.probabilities - self.without


def supports_forgetting(network: NetworkSettings) -> bool:
    """Whether the distance from the end is what the answer depends on: read from left to right, by one reader."""
    one_way = not any(layer.bidirectional for layer in network.layers)
    return (
        one_way and network.pooling == "last" and network.ensemble_size == 1 and not network.has_bag_of_words
    )


def measure_forgetting(
    classifier: Classifier, word: int, label: int, fillers: Sequence[Sequence[int]]
) -> Forgetting:
    """Move ``word`` away by 0 to all of the fillers.

    Args:
        fillers: word numbers, in one order or in several, all of one length; the figures are the mean of all orders.

    Raises:
        ValueError: the network reads from both ends, or its answer does not rest on the last state.

    Cost: each text is read once, for what stands in a state does not depend on what follows; the way back is walked
    from each distance, all of them one batch: about words² / 2 steps back a text, 5 ms for 40 words and 100 units.
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
        """Of the category, were the text to end at each word: (words,)."""
        logits = trace.layers[-1].states @ weights["dense/kernel"] + weights["dense/bias"]
        return softmax(logits)[:, :, label].mean(axis=0)

    real = np.tri(words, dtype=bool)  # row n: the word and n fillers, then padding
    trace, norms = read(word), np.zeros(words)
    for order in range(orders):
        ends = _ending_at_each_word(trace, order)
        back = embedding_gradients(weights, "", network, ends, real, np.full(words, label))[:, 0]
        # In double precision: the squares of small numbers would be none.
        norms += np.linalg.norm(back.astype(np.float64), axis=1) / orders  # (words,)
    return Forgetting(
        probabilities=probabilities(trace), without=probabilities(read(OOV_ID)), gradients=norms
    )


def _ending_at_each_word(trace: MemberTrace, order: int) -> MemberTrace:
    """One text of a trace as a batch that shares its states: row n is to end at word n, the rest is no more read."""

    def shared(array: Array) -> Array:
        one = array[order]  # (words, ...)
        return np.broadcast_to(one, (len(one), *one.shape))

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
    """So many words out of ``fillers``, each as often as any other, in ORDERS random orders; of one word one order."""
    if len(fillers) < 2:
        return [list(fillers) * length]
    random = np.random.default_rng(seed)
    rounds = -(-length // len(fillers))
    return [
        [int(word) for _ in range(rounds) for word in random.permutation(fillers)][:length]
        for _ in range(ORDERS)
    ]


def half_life(values: npt.ArrayLike) -> int | None:
    """The least distance from which on less than half is left of what there is at distance 0; None: never.

    What comes back has not been lost, so it counts from where it stays below. Where there is nothing at distance 0,
    that is 0.
    """
    left = np.asarray(values)
    kept = np.flatnonzero((2 * left >= left[0]) & (left > 0))
    after = int(kept[-1]) + 1 if len(kept) and left[0] > 0 else 0
    return after if after < len(left) else None


# --- Which words ---


def single_word_probabilities(classifier: Classifier, words: npt.NDArray[np.integer]) -> Array:
    """The answers to texts of one word each, (words, categories)."""
    ids = np.asarray(words, np.int32)
    return classifier.probabilities_of(Sequences(ids=ids, offsets=np.arange(len(ids) + 1)))


def telling_words(classifiers: Sequence[Classifier]) -> tuple[TellingWord, ...]:
    """Of each category the word that tells it best to all of them, the surest first.

    Only words after which each classifier answers that category; where there is none, the one word that comes nearest.

    Args:
        classifiers: of one word index and the same labels.
    """
    first = classifiers[0]
    numbers = np.arange(FIRST_WORD_ID, min(len(first.vocabulary), FIRST_WORD_ID + MAPPED_WORDS))
    numbers = numbers[[first.vocabulary.words[number - FIRST_WORD_ID] != SEPARATOR for number in numbers]]
    if not len(numbers):
        return ()
    answers = np.stack(
        [single_word_probabilities(one, numbers) for one in classifiers]
    )  # (classifiers, words, categories)
    least = answers.min(axis=0)  # (words, categories)
    agreed = (answers.argmax(axis=2) == answers[0].argmax(axis=1)).all(axis=0)  # (words,)
    label = np.where(agreed, answers[0].argmax(axis=1), -1)
    found = []
    for category in range(least.shape[1]):
        named = np.flatnonzero(label == category)
        if len(named):
            found.append((int(named[least[named, category].argmax()]), category))
    if not found:
        word, category = np.unravel_index(least.argmax(), least.shape)
        found = [(int(word), int(category))]
    found.sort(key=lambda one: -least[one])
    return tuple(
        TellingWord(
            word=first.vocabulary.words[numbers[word] - FIRST_WORD_ID],
            token_id=int(numbers[word]),
            label=category,
            probability=float(least[word, category]),
        )
        for word, category in found
    )


def telling_word(classifiers: Sequence[Classifier], word: str) -> TellingWord | None:
    """A word that somebody chose, and the category that it tells best to all of them; None for an unknown word."""
    first = classifiers[0]
    number = first.vocabulary.token_id(word)
    if number == OOV_ID:
        return None
    least = np.stack([single_word_probabilities(one, np.array([number]))[0] for one in classifiers]).min(
        axis=0
    )  # (categories,)
    label = int(least.argmax())
    return TellingWord(word=word, token_id=number, label=label, probability=float(least[label]))


def uninformative_words(classifiers: Sequence[Classifier], most: int = FILLERS) -> tuple[str, ...]:
    """The frequent words that tell least, the quietest first: after one alone each answers nearly as after any.

    Of the 200 most frequent words without signs, those whose answers lie nearest to the mean answer to all of these,
    by total variation (half the sum of the differences), in the classifier where they lie farthest.
    """
    vocabulary = classifiers[0].vocabulary
    frequent = [word for word in vocabulary.words[:FREQUENT] if word.isalpha()]
    if not frequent:
        return ()
    numbers = np.array(vocabulary.encode(frequent))
    off = np.zeros(len(frequent))
    for one in classifiers:
        answers = single_word_probabilities(one, numbers)  # (words, categories)
        off = np.maximum(off, np.abs(answers - answers.mean(axis=0)).sum(axis=1) / 2)
    return tuple(frequent[place] for place in np.argsort(off, kind="stable")[:most])


# --- In words ---


def probability_caption(results: Mapping[Cell, Forgetting], word: str, category: str) -> str:
    """What becomes of that which the word adds to the probability; plain text."""
    adding = _there(results, back=False)
    if not adding:
        return f"“{word}” does not speak for {category}: it adds less than a point, too little to follow."
    near = [float(values[0]) for values in adding.values()]
    adds = points(near[0]) if len(near) == 1 else f"{100 * min(near):.1f} to {points(max(near))}"
    others = [cell for cell in results if cell not in adding]
    nothing = f", in {join_names(others)} less than one" if others else ""
    return (
        f"With nothing behind it, “{word}” adds {adds} to the probability of {category}{nothing}. "
        f"{_halves(adding, 'that')}"
    )


def gradient_caption(results: Mapping[Cell, Forgetting]) -> str:
    """What becomes of the gradient; plain text."""
    last = _farthest(results)
    there = _there(results, back=True)
    if not there:
        return "No cell has a gradient back to the word, not even with nothing behind it."
    left = [f"{cell} {_share(float(values[-1] / values[0]))}" for cell, values in there.items()]
    said = _halves(there, "the gradient")
    if not last:
        return said
    return f"{said} After {_words(last)} there is left of it: {', '.join(left)}."


def forgetting_title(results: Mapping[Cell, Forgetting], *, gradient: bool = False) -> str:
    """A chart's title: who loses half first, and after how many words; plain text, short enough for a phone."""
    there = _there(results, back=gradient)
    what = "the gradient" if gradient else "it"
    if not there:
        return (
            "No cell has a gradient to lose" if gradient else "No cell hears enough of the word to forget it"
        )
    gone = {cell: half_life(values) for cell, values in there.items()}
    lost = {cell: after for cell, after in gone.items() if after is not None}
    if not lost:
        return f"No cell loses half of {what} within {_words(_farthest(results))}"
    soonest = min(lost.values())
    first = [cell for cell, after in lost.items() if after == soonest]
    if gradient:
        return f"{join_names(first)}: half the gradient after {_words(soonest)}"
    return (
        f"{join_names(first)} {'forgets' if len(first) == 1 else 'forget'} half of it after {_words(soonest)}"
    )


def _there(found: Mapping[Cell, Forgetting], *, back: bool) -> dict[Cell, npt.NDArray[np.floating]]:
    """What the word adds, or its gradient, in the cells where there is some at distance 0: only that can be lost."""
    if back:
        return {cell: one.gradients for cell, one in found.items() if one.gradients[0] > 0}
    return {cell: one.effect for cell, one in found.items() if one.effect[0] >= MIN_EFFECT}


def _halves(values: Mapping[Cell, npt.NDArray[np.floating]], what: str) -> str:
    """After how many words each has lost half."""
    gone = {cell: half_life(one) for cell, one in values.items()}
    lost = sorted((after, cell) for cell, after in gone.items() if after is not None)
    kept = [cell for cell, after in gone.items() if after is None]
    last = max(len(one) for one in values.values()) - 1
    said = ""
    if lost:
        each = ", ".join(
            f"{cell} after {_words(after) if place == 0 else after}"
            for place, (after, cell) in enumerate(lost)
        )
        said = f"Half of {what} is gone in {each}."
    if kept:
        keep = "keeps" if len(kept) == 1 else "keep"
        said += f"{' ' if lost else ''}{join_names(kept)} {keep} more than half of {'it' if lost else what} over all "
        said += f"{_words(last)}."
    return said


def _farthest(found: Mapping[Cell, Forgetting]) -> int:
    return max(len(one.gradients) for one in found.values()) - 1


def _words(number: int) -> str:
    return f"{number} word{'s' * (number != 1)}"


def _share(left: float) -> str:
    """0.25 -> "25.0 %", 0.00004 -> "1 part in 25,000", to two digits; what is more than all is a multiple."""
    if left >= 1.5:
        return f"{left:.1f} times as much"
    if left >= 0.001:
        return percent(left)
    return f"1 part in {float(f'{1 / left:.2g}'):,.0f}" if left > 1e-9 else "less than 1 part in a billion"
