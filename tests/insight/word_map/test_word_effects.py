"""What a word does to the answers: by hand where only votes speak, and by taking it out one text at a time."""

import math
from functools import partial
from typing import Any

import numpy as np
import pytest

from core.insight.word_map.word_effects import NOT_MEASURED, WordEffects, measure_word_effects, remove_words
from core.model.classifier import Classifier
from core.text.sequences import Sequences
from tests.classifiers import small_classifier

tiny_classifier = partial(small_classifier, vocabulary_size=12)


def texts(found: Sequences) -> list[list[int]]:
    return [found.ids[a:b].tolist() for a, b in zip(found.offsets[:-1], found.offsets[1:], strict=True)]


def test_without_closes_up_and_leaves_one_unknown() -> None:
    sequences = Sequences.from_lists([[2, 3, 2, 4], [5, 5], [], [3]])
    assert texts(remove_words(sequences, np.array([2, 5, 9, 9], np.int32))) == [[3, 4], [1], [], [3]]
    assert sequences.ids.tolist() == [2, 3, 2, 4, 5, 5, 3]  # as it was
    assert texts(remove_words(Sequences.from_lists([]), np.array([], np.int32))) == []


def test_by_hand_where_words_vote() -> None:
    """Only votes: the sum of the words' rows over the square root of how many words and pairs there are."""
    random = tiny_classifier(tokenization="words and pairs", bigram_buckets=1_000)
    votes = np.zeros_like(random.weights["votes"])
    votes[2], votes[3], votes[4] = (1, 0, 0), (0, 2, 0), (0, 0, 3)
    silent = {name: np.zeros_like(array) for name, array in random.weights.items()}
    classifier = Classifier(
        cleaning=random.cleaning,
        network=random.network,
        vocabulary=random.vocabulary,
        labels=random.labels,
        weights=silent | {"votes": votes},
        card=random.card,
    )
    found = measure_word_effects(classifier, Sequences.from_lists([[2, 3, 4], [4]]), words=4)
    of_three, of_two, alone = 1 / math.sqrt(5), 1 / math.sqrt(3), 1.0
    assert found.means[0] == pytest.approx([of_three, 2 * (of_three - of_two), 3 * (of_three - of_two)])
    assert found.means[1] == pytest.approx([of_three - of_two, 2 * of_three, 3 * (of_three - of_two)])
    # Word 4: the mean of a text with two others and of one that it stood in alone.
    both = [(of_three - of_two) / 2, (of_three - of_two), (3 * of_three + 3 * alone) / 2]
    assert found.means[2] == pytest.approx(both)
    assert found.texts.tolist() == [1, 1, 2, 0]
    assert found.categories.tolist() == [0, 1, 2, NOT_MEASURED]
    assert found.sizes[2] == pytest.approx(both[2] - sum(both) / 3)
    assert found.sizes[3] == 0


@pytest.mark.parametrize("network", [{}, {"ensemble_size": 2}, {"cell": "LSTM"}])
def test_as_taking_words_out_one_text_at_a_time(network: dict[str, Any]) -> None:
    classifier, rng = tiny_classifier(**network), np.random.default_rng(4)
    rows = [rng.integers(1, 12, rng.integers(1, 9)).tolist() for _ in range(30)]
    shares: list[float] = []
    found = measure_word_effects(
        classifier, Sequences.from_lists(rows), words=10, most=99, progress=shares.append
    )
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    for position, word in enumerate(range(2, 12)):
        changes = []
        for row in rows:
            if word in row:
                rest = [one for one in row if one != word] or [1]
                before, after = (classifier.logits_of(Sequences.from_lists([one]))[0] for one in (row, rest))
                changes.append(before - after)
        assert found.texts[position] == len(changes)
        assert found.means[position] == pytest.approx(np.mean(changes, axis=0), abs=1e-5)


def test_at_most_so_many_texts_and_the_same_ones_again() -> None:
    classifier = tiny_classifier()
    rows = Sequences.from_lists([[2, word] for word in range(3, 12)] * 2)
    found, again = (measure_word_effects(classifier, rows, words=10, most=3) for _ in range(2))
    assert found.texts.tolist() == [3] + [2] * 9
    assert np.array_equal(found.means, again.means)
    other = measure_word_effects(classifier, rows, words=10, most=3, seed=9)
    assert not np.array_equal(found.means[0], other.means[0])
    assert np.array_equal(found.means[1:], other.means[1:])  # of these all texts are taken


def test_nothing_to_measure_on() -> None:
    nothing = measure_word_effects(tiny_classifier(), Sequences.from_lists([]), words=10)
    assert not nothing.texts.any()
    assert set(WordEffects.unmeasured(5, 3).categories.tolist()) == {NOT_MEASURED}
