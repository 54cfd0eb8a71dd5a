"""Read-along and contributions: worked by hand, and against answers that were asked for in another way."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.insight.prediction.attribution import (
    METHODS,
    TOLERANCE,
    Method,
    attribute_words,
    read_along,
    words_read,
)
from core.model import forward as forward_module
from core.model.backward import embedding_gradients
from core.model.classifier import Classifier
from core.model.forward import Array, forward, forward_embedded
from core.settings.network import CELLS, Cell, NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings
from tests.classifiers import random_classifier
from tests.present import present

LABELS = ("ANIMALS", "HOMES", "SPORTS")
KNOWN = ("the", "cat", "sat", "on", "a", "mat")


def made(
    cell: Cell = "GRU", *, units: Sequence[int] = (5,), bidirectional: bool = True, **more: Any
) -> Classifier:
    values: dict[str, Any] = {"vocabulary_size": 20, "sequence_length": 8, "embedding_size": 6, "cell": cell}
    layers = tuple(RecurrentLayer(units=one, bidirectional=bidirectional) for one in units)
    network = NetworkSettings(layers=layers, **values | more)
    return random_classifier(network, labels=LABELS, cleaning=CleaningSettings(), known=KNOWN)


def by_hand() -> Classifier:
    """One unit, one number a word: h = tanh(x + h'/2), logits (2 h, -2 h). "good" is 1, "bad" is -1, others 0."""
    network = NetworkSettings(
        vocabulary_size=4,
        sequence_length=8,
        embedding_size=1,
        cell="SimpleRNN",
        layers=(RecurrentLayer(units=1, bidirectional=False),),
        pooling="last",
    )
    classifier = random_classifier(
        network, labels=("FOR", "AGAINST"), cleaning=CleaningSettings(), known=("good", "bad")
    )
    weights = {
        "embedding": [[0.0], [0.0], [1.0], [-1.0]],
        "layers/0/forward/kernel": [[1.0]],
        "layers/0/forward/recurrent_kernel": [[0.5]],
        "layers/0/forward/bias": [0.0],
        "dense/kernel": [[2.0, -2.0]],
        "dense/bias": [0.0, 0.0],
    }
    return replace(classifier, weights={name: np.array(rows, np.float32) for name, rows in weights.items()})


# --- Read-along ---


def test_prefixes_by_hand() -> None:
    reading = read_along(by_hand(), ("good", "bad", "bad"))
    h, expected = 0.0, []
    for x in (1.0, -1.0, -1.0):
        h = np.tanh(x + h / 2)
        expected.append(1 / (1 + np.exp(-4 * h)))  # softmax of (2h, -2h)
    assert reading.probabilities[:, 0] == pytest.approx(expected, abs=1e-6)
    assert [row > 0.5 for row in expected] == [True, False, False]
    assert reading.settled == 1
    assert reading.label == 1


def test_from_the_right_the_last_word_comes_first() -> None:
    reading = read_along(by_hand(), ("bad", "good", "good"), from_right=True)
    first, second = np.tanh(1.0), np.tanh(1.0 + np.tanh(1.0) / 2)
    whole = np.tanh(1.0 + np.tanh(1.0 + np.tanh(-1.0) / 2) / 2)
    expected = [1 / (1 + np.exp(-4 * h)) for h in (first, second, whole)]
    assert reading.probabilities[:, 0] == pytest.approx(expected, abs=1e-6)
    assert [reading.word_position(row) for row in range(3)] == [2, 1, 0]
    assert reading.settled == 2  # the last word: it was FOR from there on


@pytest.mark.parametrize("from_right", [False, True])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("units", [(5,), (5, 4)])
def test_each_prefix_is_the_answer_to_it_alone(
    from_right: bool, bidirectional: bool, units: tuple[int, ...]
) -> None:
    classifier = made(units=units, bidirectional=bidirectional)
    words = words_read(classifier, "The cat zebra sat on a mat")
    assert words == ("the", "cat", "zebra", "sat", "on", "a", "mat")
    reading = read_along(classifier, words, from_right=from_right)
    for row in range(len(words)):
        part = words[len(words) - 1 - row :] if from_right else words[: row + 1]
        (alone,) = classifier.predict([" ".join(part)])
        found = dict(zip(LABELS, reading.probabilities[row], strict=True))
        assert found == pytest.approx(dict(alone.ranking), abs=1e-5)


def test_a_network_of_one_direction_reads_each_word_once(monkeypatch: pytest.MonkeyPatch) -> None:
    step, texts_by_timestep = forward_module.STEPS["GRU"], []

    def counted(wx: Array, *rest: Any) -> Any:
        texts_by_timestep.append(len(wx))
        return step(wx, *rest)

    monkeypatch.setitem(forward_module.STEPS, "GRU", counted)
    read_along(made(bidirectional=False), KNOWN)
    assert texts_by_timestep == [1] * len(KNOWN)


def test_settled_is_where_the_final_answer_stays() -> None:
    """Of made readings: never before an answer that was another."""
    classifier = by_hand()
    for words in itertools.product(("good", "bad", "new"), repeat=5):
        reading = read_along(classifier, words)
        named = reading.probabilities.argmax(axis=1).tolist()
        assert len(set(named[reading.settled :])) == 1
        assert reading.settled == 0 or named[reading.settled - 1] != named[-1]


@pytest.mark.parametrize("method", METHODS)
def test_no_words(method: Method) -> None:
    classifier = made()
    reading = read_along(classifier, ())
    (alone,) = classifier.predict([""])
    assert dict(zip(LABELS, reading.probabilities[0], strict=True)) == pytest.approx(
        dict(alone.ranking), abs=1e-6
    )
    assert attribute_words(classifier, (), method=method).salience.shape == (0,)


def test_words_that_are_cut_off_are_not_explained() -> None:
    assert len(words_read(made(), "the cat " * 10)) == 8


# --- Contributions ---


def test_leave_one_out_is_the_answer_without_the_word() -> None:
    classifier = made(tokenization="words and pairs", bigram_buckets=1_000)
    words = words_read(classifier, "the cat sat on a mat")
    found = attribute_words(classifier, words, label=1, method="leave-one-out")
    probability_without = present(found.probability_without)
    for place in range(len(words)):
        (without,) = classifier.predict([" ".join(words[:place] + words[place + 1 :])])
        assert probability_without[place] == pytest.approx(dict(without.ranking)["HOMES"], abs=1e-5)


def test_leave_one_out_by_hand() -> None:
    found = attribute_words(by_hand(), ("good", "good"), label=0, method="leave-one-out")
    one, both = np.tanh(1.0), np.tanh(1.0 + np.tanh(1.0) / 2)
    assert found.salience == pytest.approx([2 * (both - one)] * 2, abs=1e-5)
    alone = attribute_words(by_hand(), ("good",), label=0, method="leave-one-out")
    assert alone.salience == pytest.approx([2 * one], abs=1e-5)  # without it, one unknown word of zeros


def of_nothing(classifier: Classifier, ids: np.ndarray, label: int) -> float:
    """The logit of as many words without meaning: the whole network, its tables emptied."""
    tables = [name for name in classifier.weights if name.endswith("embedding") or name == "votes"]
    emptied = dict(classifier.weights) | {name: np.zeros_like(classifier.weights[name]) for name in tables}
    return float(forward(emptied, classifier.network, ids).logits[0, label])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("pooling", ["last", "max_mean"])
def test_integrated_gradients_sum_to_the_difference(cell: Cell, pooling: str) -> None:
    classifier = made(
        cell,
        units=(5, 4),
        pooling=pooling,
        ensemble_size=2,
        tokenization="words and pairs",
        bigram_buckets=1_000,
    )
    words = words_read(classifier, "the zebra sat on a mat")
    ids = np.array([classifier.encode(words)])
    for label in range(3):
        found = attribute_words(classifier, words, label=label)
        logit = float(forward(classifier.weights, classifier.network, ids).logits[0, label])
        assert found.salience.sum() == pytest.approx(logit - of_nothing(classifier, ids, label), abs=1e-3)
        assert abs(found.completeness_gap) < TOLERANCE
        assert np.abs(found.salience).max() > 0.01


@pytest.mark.parametrize("pooling", ["last", "max_mean"])
def test_each_words_part_is_the_integral_in_2_000_equal_steps(pooling: str) -> None:
    """The gradient at the middle of each step, as the definition says; no piece is halved."""
    classifier = made(units=(5,), pooling=pooling)
    words = words_read(classifier, "the zebra sat on a mat")
    ids = np.array(classifier.encode(words))
    along = ((np.arange(2_000) + 0.5) / 2_000).astype(np.float32)[:, None, None]
    vectors = classifier.weights["embedding"][ids]
    real = np.ones((len(along), len(ids)), np.bool_)
    trace = forward_embedded(classifier.weights, "", classifier.network, along * vectors, real)
    slopes = embedding_gradients(
        classifier.weights, "", classifier.network, trace, real, np.full(len(along), 2)
    )
    expected = (slopes.mean(axis=0) * vectors).sum(axis=1)
    assert attribute_words(classifier, words, label=2).salience == pytest.approx(expected, abs=2e-3)


def test_integrated_gradients_of_one_word_by_hand() -> None:
    """All of 2 tanh(1) - 2 tanh(0) is the one word's."""
    found = attribute_words(by_hand(), ("good",), label=0)
    assert found.salience == pytest.approx([2 * np.tanh(1.0)], abs=1e-3)


def test_a_word_that_changes_nothing_adds_nothing() -> None:
    """ "new" is unknown, its vector zeros: between two others it only lets time pass."""
    found = attribute_words(by_hand(), ("new", "good"), label=0)
    assert found.salience == pytest.approx([0.0, 2 * np.tanh(1.0)], abs=1e-3)


def test_votes_alone_by_hand() -> None:
    """With the recurrent layers silent a word adds its own vote and half of each of its pairs', by the root of five."""
    classifier = made(tokenization="words and pairs", bigram_buckets=1_000)
    weights = {
        name: array if name == "votes" else np.zeros_like(array) for name, array in classifier.weights.items()
    }
    classifier = replace(classifier, weights=weights)
    ids = classifier.encode(("the", "cat", "sat"))
    table = weights["votes"][:, 2]
    first, second = (
        table[20 + (ids[k] * 1_000_003 + ids[k + 1] * 8_191) % 2_147_483_647 % 1_000] for k in range(2)
    )
    expected = [table[ids[0]] + first / 2, table[ids[1]] + (first + second) / 2, table[ids[2]] + second / 2]
    found = attribute_words(classifier, ("the", "cat", "sat"), label=2)
    assert found.salience == pytest.approx(np.array(expected) / np.sqrt(5), abs=1e-5)


def test_by_default_it_is_the_answer_that_is_explained() -> None:
    classifier = made()
    words = words_read(classifier, "the cat sat")
    (answer,) = classifier.predict(["the cat sat"])
    assert LABELS[attribute_words(classifier, words).label] == answer.label


def test_an_unknown_method_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="method must be one of"):
        attribute_words(made(), ("the",), method="guessing")  # type: ignore[arg-type]
