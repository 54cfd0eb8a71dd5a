"""What another word would do to the answer, and the smallest change that turns it.

A word is taken away, or gives its place to one that lies near it in the learnt word table: for the network that is the
word most like it, which need not be what a dictionary says. Leaves out: what each word adds as it stands
(``explanation.py``).
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.model.classifier import Classifier
from core.model.forward import softmax
from core.model.nearest_words import nearest
from core.text.cleaning_steps import SEPARATOR
from core.text.sequences import Sequences
from core.text.vocabulary import FIRST_WORD_ID

NEAREST = 8  # words tried in the place of one
_IN_PAIRS, _PLACES = 4, 6  # where two words are changed at once: words tried in each place, and places


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """One word's place and what stands there instead; ``word`` is None where it is taken away.

    ``likeness`` is the cosine between the old and the new word's vectors, 0 where it is taken away.
    """

    position: int
    word: str | None
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterfactual:
    """A text with one or two words changed, and what is answered to it.

    Attributes:
        words: as changed.
        label, probability: of the answer to them.
        before: probability, after the change, of the label that the unchanged text had.
    """

    substitutions: tuple[Substitution, ...]
    words: tuple[str, ...]
    label: str
    probability: float
    original_label_probability: float


def substitution_counterfactuals(
    classifier: Classifier, words: Sequence[str], position: int, *, most: int = NEAREST
) -> list[Counterfactual]:
    """What the nearest words would do in the place of one, the most like it first; and, last, no word there."""
    if not 0 <= position < len(words):
        raise ValueError(f"place must be from 0 to {len(words) - 1}, got {position}")
    (swaps,) = _candidates(classifier, words, most, [position])
    _, changes = _predict_each(classifier, tuple(words), [(swap,) for swap in swaps])
    return changes


def smallest_flip(classifier: Classifier, words: Sequence[str]) -> tuple[Counterfactual | None, int]:
    """The change of fewest words that turns the label, and how many changes were tried.

    First each word alone, taken away or replaced by its nearest; then two at once, where a word counts most. Of changes
    of as many words the one that leaves the text most like itself; one word taken away is no likeness. None where
    nothing that was tried turns it.
    """
    words = tuple(words)
    if not words:
        return None, 0
    candidates = _candidates(classifier, words, NEAREST, range(len(words)))
    singles = [(swap,) for swaps in candidates for swap in swaps]
    label, changes = _predict_each(classifier, words, singles)
    if flips := [change for change in changes if change.label != label]:
        return max(flips, key=_total_similarity), len(singles)
    # Where the old answer lost most by one change, a second may turn it.
    lowest = np.ones(len(words))
    for change in changes:
        place = change.substitutions[0].position
        lowest[place] = min(lowest[place], change.original_label_probability)
    places = sorted(np.argsort(lowest, kind="stable")[:_PLACES].tolist())
    # The nearest few, and none: the last of a place's candidates.
    few = {
        place: [*candidates[place][:-1][:_IN_PAIRS], candidates[place][-1]]
        for place in places
        if candidates[place]
    }
    pairs = [
        pair
        for one, other in itertools.combinations(few, 2)
        for pair in itertools.product(few[one], few[other])
    ]
    _, changes = _predict_each(classifier, words, pairs)
    flips = [change for change in changes if change.label != label]
    return max(flips, key=_total_similarity, default=None), len(singles) + len(pairs)


def _total_similarity(change: Counterfactual) -> tuple[float, float]:
    return sum(swap.similarity for swap in change.substitutions), change.probability


def _candidates(
    classifier: Classifier, words: Sequence[str], most: int, places: Sequence[int]
) -> list[list[Substitution]]:
    """For each place the nearest words, most like first, and none. The mark stays: no reader could write another."""
    ids = np.array(classifier.vocabulary.encode([words[place] for place in places]), np.int64)
    near, cosines = nearest(classifier.weights["embedding"], ids, most=most)
    found = []
    for row, place in enumerate(places):
        word, swaps = words[place], []
        if ids[row] >= FIRST_WORD_ID and word != SEPARATOR:  # an unknown word has no vector of its own
            swaps = [
                Substitution(position=place, word=other, similarity=float(similarity))
                for other, similarity in zip(
                    classifier.vocabulary.decode(near[row].tolist()), cosines[row], strict=True
                )
                if other != SEPARATOR
            ]
        found.append(
            [] if word == SEPARATOR else [*swaps, Substitution(position=place, word=None, similarity=0.0)]
        )
    return found


def _predict_each(
    classifier: Classifier, words: tuple[str, ...], changed: Sequence[tuple[Substitution, ...]]
) -> tuple[str, list[Counterfactual]]:
    """The label of the unchanged text, and every change with its answer."""
    texts = [_substitute(words, swaps) for swaps in changed]
    ids = Sequences.from_lists([classifier.encode(text) for text in (words, *texts)])
    answers = softmax(classifier.logits_of(ids))  # (1 + changes, categories)
    before = int(answers[0].argmax())
    return classifier.labels[before], [
        Counterfactual(
            substitutions=swaps,
            words=text,
            label=classifier.labels[int(answer.argmax())],
            probability=float(answer.max()),
            original_label_probability=float(answer[before]),
        )
        for swaps, text, answer in zip(changed, texts, answers[1:], strict=True)
    ]


def _substitute(words: tuple[str, ...], swaps: Sequence[Substitution]) -> tuple[str, ...]:
    instead = {swap.position: swap.word for swap in swaps}
    return tuple(word for place, old in enumerate(words) if (word := instead.get(place, old)) is not None)
