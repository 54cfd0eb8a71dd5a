"""Counterfactuals: how other words would change the prediction, and the smallest change that flips the label.

A word is removed, or replaced by a near one in the learnt embedding: near for the network, which need not agree with a
dictionary. Leaves out: attributions of the words as they are (``attribution.py``).
"""

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from core.model.classifier import Classifier
from core.model.forward import softmax
from core.model.nearest_words import nearest
from core.text.cleaning_steps import SEPARATOR
from core.text.sequences import Sequences
from core.text.vocabulary import FIRST_WORD_ID

NEAREST = 8  # replacements tried for each word
# For two changes at once: replacements tried at each position, and positions.
_NEAREST_OF_TWO, _POSITIONS_OF_TWO = 4, 6
MOST_PAIRS = math.comb(_POSITIONS_OF_TWO, 2) * (_NEAREST_OF_TWO + 1) ** 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """A position and the word put there; ``word`` is None where the old one is removed.

    ``similarity`` is the cosine between the old and the new word's embeddings, 0 for a removal.
    """

    position: int
    word: str | None
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """A text with one or two words changed, and its prediction.

    Attributes:
        words: as changed.
        label, probability: the prediction for them.
        original_label_probability: probability, after the change, of the unchanged text's label.
    """

    substitutions: tuple[Substitution, ...]
    words: tuple[str, ...]
    label: str
    probability: float
    original_label_probability: float


def substitution_counterfactuals(
    classifier: Classifier, words: Sequence[str], position: int, *, most: int = NEAREST
) -> list[Counterfactual]:
    """Counterfactuals of one position: each of the nearest words, most similar first; last, the removal."""
    if not 0 <= position < len(words):
        raise ValueError(f"position must be from 0 to {len(words) - 1}, got {position}")
    (swaps,) = _candidates(classifier, words, most, [position])
    _, changes = _predict_each(classifier, tuple(words), [(swap,) for swap in swaps])
    return changes


def smallest_flip(
    classifier: Classifier, words: Sequence[str], progress: Callable[[float], None] = lambda share: None
) -> tuple[Counterfactual | None, int]:
    """The change of fewest words that flips the label, and how many changes were tried.

    First each word alone, removed or replaced by its nearest; then two at once, at the most important positions. Among
    changes of as many words it is the most similar one; a removal has similarity 0. None where no tried change flips
    the label. ``progress`` is called with the share done, 0 to 1, of either search.

    Cost: forward passes over NEAREST + 1 texts for each word, and then over MOST_PAIRS texts (``cost.py``).
    """
    words = tuple(words)
    if not words:
        return None, 0
    candidates = _candidates(classifier, words, NEAREST, range(len(words)))
    singles = [(swap,) for swaps in candidates for swap in swaps]
    label, changes = _predict_each(classifier, words, singles, progress)
    if flips := [change for change in changes if change.label != label]:
        return max(flips, key=_total_similarity), len(singles)
    # Where one change lowers the original label's probability most, a second may flip it.
    lowest = np.ones(len(words))
    for change in changes:
        position = change.substitutions[0].position
        lowest[position] = min(lowest[position], change.original_label_probability)
    positions = sorted(np.argsort(lowest, kind="stable")[:_POSITIONS_OF_TWO].tolist())
    # The nearest few, and the removal, which is the last candidate of a position.
    few = {
        position: [*candidates[position][:-1][:_NEAREST_OF_TWO], candidates[position][-1]]
        for position in positions
        if candidates[position]
    }
    pairs = [
        pair
        for first, second in itertools.combinations(few, 2)
        for pair in itertools.product(few[first], few[second])
    ]
    _, changes = _predict_each(classifier, words, pairs, progress)
    flips = [change for change in changes if change.label != label]
    return max(flips, key=_total_similarity, default=None), len(singles) + len(pairs)


def _total_similarity(change: Counterfactual) -> tuple[float, float]:
    return sum(swap.similarity for swap in change.substitutions), change.probability


def _candidates(
    classifier: Classifier, words: Sequence[str], most: int, positions: Sequence[int]
) -> list[list[Substitution]]:
    """For each position its nearest words, most similar first, and the removal; none for the separator."""
    ids = np.array(classifier.vocabulary.encode([words[position] for position in positions]), np.int64)
    near, cosines = nearest(classifier.weights["embedding"], ids, most=most)
    candidates = []
    for row, position in enumerate(positions):
        word, swaps = words[position], []
        # An out-of-vocabulary word has no embedding of its own.
        if ids[row] >= FIRST_WORD_ID and word != SEPARATOR:
            swaps = [
                Substitution(position=position, word=near_word, similarity=float(similarity))
                for near_word, similarity in zip(
                    classifier.vocabulary.decode(near[row].tolist()), cosines[row], strict=True
                )
                if near_word != SEPARATOR
            ]
        candidates.append(
            [] if word == SEPARATOR else [*swaps, Substitution(position=position, word=None, similarity=0.0)]
        )
    return candidates


def _predict_each(
    classifier: Classifier,
    words: tuple[str, ...],
    changed: Sequence[tuple[Substitution, ...]],
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[str, list[Counterfactual]]:
    """The label of the unchanged text, and the counterfactual of every change."""
    texts = [_substitute(words, swaps) for swaps in changed]
    ids = Sequences.from_lists([classifier.encode(text) for text in (words, *texts)])
    probabilities = softmax(classifier.logits_of(ids, progress))  # (1 + changes, categories)
    original = int(probabilities[0].argmax())
    return classifier.labels[original], [
        Counterfactual(
            substitutions=swaps,
            words=text,
            label=classifier.labels[int(prediction.argmax())],
            probability=float(prediction.max()),
            original_label_probability=float(prediction[original]),
        )
        for swaps, text, prediction in zip(changed, texts, probabilities[1:], strict=True)
    ]


def _substitute(words: tuple[str, ...], swaps: Sequence[Substitution]) -> tuple[str, ...]:
    replacements = {swap.position: swap.word for swap in swaps}
    return tuple(
        word for position, old in enumerate(words) if (word := replacements.get(position, old)) is not None
    )
