"""The work of explanations: as much as they do, counted while they are computed; and what is refused."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

from core.insight.prediction import attribution
from core.insight.prediction.attribution import MOST_PIECES, PIECES, attribute_words, read_along
from core.insight.prediction.captions import refusal
from core.insight.prediction.cost import (
    MOST_WORK,
    SMALL_WORK,
    flip_work,
    integrated_gradients_work,
    leave_one_out_work,
    pieces_within,
    prediction_work,
    read_along_work,
    substitution_work,
)
from core.insight.prediction.counterfactuals import smallest_flip, substitution_counterfactuals
from core.model import cost
from core.model.classifier import Classifier
from core.settings.network import CELLS, Cell, NetworkSettings, RecurrentLayer
from core.settings.presets import PRESETS
from tests.insight.prediction.test_attribution import KNOWN, made
from tests.model.counting import Counting, count_work

WORDS = (*KNOWN, "zebra")  # seven, of eight that the network reads
LARGEST = NetworkSettings(
    sequence_length=500,
    embedding_size=512,
    cell="LSTM",
    layers=(RecurrentLayer(units=512),) * 4,
    ensemble_size=8,
)
DEEP = NetworkSettings(
    sequence_length=500, embedding_size=512, cell="LSTM", layers=(RecurrentLayer(units=512),) * 2
)
Compute = Callable[[Classifier], object]


def counting(cell: Cell, units: Sequence[int], *, bidirectional: bool) -> Classifier:
    classifier = made(cell, units=units, bidirectional=bidirectional, ensemble_size=2)
    weights = {name: array.view(Counting) for name, array in classifier.weights.items()}
    return replace(classifier, weights=weights)


def dense(network: NetworkSettings, texts: int) -> int:
    """The products of the dense layer, which the work leaves out."""
    return network.ensemble_size * texts * network.pooled_size * 3


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("from_right", [False, True])
@pytest.mark.parametrize(
    ("units", "bidirectional"), [((5,), False), ((5,), True), ((5, 4), False), ((5, 4), True)]
)
def test_the_work_of_reading_along_is_what_it_does(
    cell: Cell,
    from_right: bool,
    units: tuple[int, ...],
    bidirectional: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cost, "LEAST_ROWS", 1)  # a product of few rows is counted as it is
    classifier = counting(cell, units, bidirectional=bidirectional)
    counted = count_work(monkeypatch, lambda: read_along(classifier, WORDS, from_right=from_right))
    network = classifier.network
    whole = (
        1 if len(units) == 1 or not (bidirectional or from_right) else 0
    )  # its own answer is not asked for
    expected = read_along_work(network, len(WORDS), from_right=from_right)
    assert expected == counted - dense(network, len(WORDS) + whole)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    ("compute", "work_of", "texts"),
    [
        (lambda classifier: classifier.predict([" ".join(WORDS)]), prediction_work, 1),
        (
            lambda classifier: attribute_words(classifier, WORDS, label=0, method="leave-one-out"),
            leave_one_out_work,
            len(WORDS) + 1,
        ),
    ],
)
def test_the_work_of_other_explanations_is_what_they_do(
    cell: Cell, compute: Compute, work_of: Any, texts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "LEAST_ROWS", 1)
    classifier = counting(cell, (5, 4), bidirectional=True)
    counted = count_work(monkeypatch, lambda: compute(classifier))
    network = classifier.network
    assert work_of(network, len(WORDS)) == counted - dense(network, texts)


@pytest.mark.parametrize(
    ("compute", "work_of"),
    [
        (lambda classifier: substitution_counterfactuals(classifier, WORDS, 1), substitution_work),
        (lambda classifier: smallest_flip(classifier, WORDS), flip_work),
    ],
)
def test_no_search_for_another_word_does_more_than_its_work(
    compute: Compute, work_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As much where every position has all its neighbours; here an unknown word has none, and no change flips."""
    monkeypatch.setattr(cost, "LEAST_ROWS", 1)
    classifier = counting("GRU", (5, 4), bidirectional=True)
    silent = {name: array * ("dense" not in name) for name, array in classifier.weights.items()}
    classifier = replace(classifier, weights=silent)
    counted = count_work(monkeypatch, lambda: compute(classifier))
    work = work_of(classifier.network, len(WORDS), vocabulary=len(classifier.vocabulary))
    assert 0.75 * work < counted < work


def test_integrated_gradients_do_no_more_than_their_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attribution, "TOLERANCE", 0.0)  # never reached, so that all pieces are halved
    classifier = counting("GRU", (5, 4), bidirectional=True)
    for pieces in (PIECES, 20, 50):
        attribute = partial(attribute_words, classifier, WORDS, label=1, most_pieces=pieces)
        counted = count_work(monkeypatch, attribute)
        assert 0.3 < counted / integrated_gradients_work(classifier.network, len(WORDS), pieces) < 1


def test_integrated_gradients_end_with_the_pieces_that_they_may_have() -> None:
    classifier = made(units=(5,), bidirectional=True)
    few, many = (attribute_words(classifier, KNOWN, label=2, most_pieces=most) for most in (PIECES, 200))
    assert abs(many.completeness_gap) < abs(few.completeness_gap)


def test_pieces_within_a_work() -> None:
    network = PRESETS["quick"].network
    work = integrated_gradients_work(network, 12, 100)
    assert pieces_within(network, 12, work) == 100
    assert pieces_within(network, 12, 0.999 * work) == 99
    assert pieces_within(network, 12, 0) == PIECES
    assert pieces_within(network, 1, 1e18) == MOST_PIECES


@pytest.mark.parametrize("preset", PRESETS)
def test_a_usual_headline_is_explained_while_the_page_is_drawn(preset: str) -> None:
    network = PRESETS[preset].network
    works = [
        read_along_work(network, 15),
        read_along_work(network, 15, from_right=True),
        leave_one_out_work(network, 15),
        integrated_gradients_work(network, 15, PIECES),
        substitution_work(network, 15, vocabulary=network.vocabulary_size),
    ]
    assert max(works) < SMALL_WORK


# --- Refusals ---


def test_a_minute_of_work_is_done_and_more_is_refused_with_what_to_shorten() -> None:
    def work_of(words: int) -> float:
        return read_along_work(DEEP, words)

    sentence = refusal(DEEP, "Reading {} one by one", work_of, 500)
    fitting = next(words for words in reversed(range(500)) if work_of(words) <= MOST_WORK)
    assert sentence == (
        "Reading 500 words one by one through this network would take about 2 minutes. "
        f"Shorten the headline to {fitting} words."
    )
    assert refusal(DEEP, "Reading {}", work_of, fitting) is None
    assert refusal(DEEP, "Reading {}", work_of, fitting + 1) is not None


def test_what_no_shortening_helps_is_said() -> None:
    sentence = refusal(DEEP, "Weighing {}", lambda words: 2 * MOST_WORK, 500)
    assert sentence == (
        "Weighing 500 words through this network would take about 2 minutes. "
        "Choose a classifier with a smaller network."
    )


def test_of_characters_it_speaks_as_such() -> None:
    network = NetworkSettings(tokenization="characters")
    assert refusal(network, "Reading {}", lambda words: words * MOST_WORK, 3) == (
        "Reading 3 characters through this network would take about 3 minutes. "
        "Shorten the headline to 1 character."
    )


def test_the_largest_network_reads_the_longest_headline_within_a_minute_and_is_not_read_along() -> None:
    """The issue's case: a read-along of 2,000 characters took 304 s."""
    assert SMALL_WORK < prediction_work(LARGEST, 500) < MOST_WORK < read_along_work(LARGEST, 500)
    one_way = replace(LARGEST, layers=(RecurrentLayer(units=512, bidirectional=False),) * 4)
    assert read_along_work(one_way, 500) < MOST_WORK
    assert np.isfinite(flip_work(LARGEST, 500, vocabulary=400_000))
