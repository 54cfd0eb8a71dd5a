"""Nearest words against scikit-learn; changed texts against answers to them; a flip that is known to be there."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.neighbors import NearestNeighbors

from core.insight.prediction.counterfactuals import smallest_flip, substitution_counterfactuals
from core.model import nearest_words
from core.model.nearest_words import nearest
from core.text.cleaning_steps import SEPARATOR
from tests.insight.prediction.test_attribution import by_hand, made

# --- Nearest words ---


def test_nearest_are_scikit_learns() -> None:
    table = np.random.default_rng(0).normal(size=(40, 7)).astype(np.float32)
    ids = [2, 17, 39]
    found, cosines = nearest(table, ids, most=5)
    fitted = NearestNeighbors(n_neighbors=6, metric="cosine").fit(table[2:])
    distances, places = fitted.kneighbors(table[ids])
    assert found.tolist() == (places[:, 1:] + 2).tolist()
    assert cosines == pytest.approx(1 - distances[:, 1:], abs=1e-5)


def test_words_are_compared_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    table = np.random.default_rng(0).normal(size=(40, 7)).astype(np.float32)
    ids = np.arange(2, 40)
    at_once = nearest(table, ids, most=5)
    monkeypatch.setattr(nearest_words, "_NUMBERS", 3 * len(table))
    for whole, blocks in zip(at_once, nearest(table, ids, most=5), strict=True):
        assert blocks == pytest.approx(whole, abs=1e-6)


def test_neither_padding_nor_unknown_nor_the_word_itself_is_near() -> None:
    table = np.ones((5, 3), np.float32)
    found, cosines = nearest(table, [3], most=10)
    assert found.tolist() == [[2, 4]]
    assert cosines == pytest.approx(np.ones((1, 2)))
    assert nearest(table, [1], most=10)[0].tolist() == [[2, 3, 4]]


@pytest.mark.parametrize("rows", [2, 3])
def test_a_table_with_hardly_a_word(rows: int) -> None:
    found, cosines = nearest(np.ones((rows, 3), np.float32), [rows - 1], most=4)
    assert found.shape == cosines.shape == (1, 0)


def test_a_row_of_zeros_is_near_nothing() -> None:
    table = np.array([[0, 0], [0, 0], [0, 0], [1, 0]], np.float32)
    assert nearest(table, [2], most=1)[1].tolist() == [[0.0]]


# --- Another word ---


def test_each_substitute_is_answered_as_its_text_is() -> None:
    classifier = made()
    words = ("the", "cat", "sat", "on", "a", "mat")
    (before,) = classifier.predict([" ".join(words)])
    found = substitution_counterfactuals(classifier, words, 1, most=4)
    ids, cosines = nearest(classifier.weights["embedding"], [classifier.vocabulary.token_id("cat")], most=4)
    assert [change.substitutions[0].word for change in found] == [
        *classifier.vocabulary.decode(ids[0].tolist()),
        None,
    ]
    assert [change.substitutions[0].similarity for change in found[:-1]] == pytest.approx(cosines[0].tolist())
    for change in found:
        (answer,) = classifier.predict([" ".join(change.words)])
        assert change.label == answer.label
        assert change.probability == pytest.approx(answer.probability, abs=1e-5)
        assert change.original_label_probability == pytest.approx(
            dict(answer.ranking)[before.label], abs=1e-5
        )
    assert found[-1].words == ("the", "sat", "on", "a", "mat")


def test_an_unknown_word_can_only_be_taken_away() -> None:
    (change,) = substitution_counterfactuals(made(), ("the", "zebra"), 1)
    assert change.words == ("the",)


def test_the_mark_stays() -> None:
    assert substitution_counterfactuals(made(), ("the", SEPARATOR), 1) == []
    assert substitution_counterfactuals(by_hand(), ("good",), 0)[-1].substitutions[0].word is None


def test_a_position_beyond_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="position must be from 0 to 1"):
        substitution_counterfactuals(made(), ("the", "cat"), 2)


def test_the_smallest_change_that_flips_by_hand() -> None:
    """ "good" and "bad" are opposite: in the place of the last word the other turns the answer."""
    change, tried = smallest_flip(by_hand(), ("good", "good"))
    assert change
    assert change.words == ("good", "bad")
    assert change.substitutions[0].similarity == pytest.approx(-1)
    assert change.label == "AGAINST"
    assert tried == 4  # each of two words taken away, or replaced by the only other


def test_two_words_where_one_does_not_do() -> None:
    """The state keeps so much that the last two words must change."""
    classifier = by_hand()
    weights = dict(classifier.weights)
    weights["layers/0/forward/recurrent_kernel"] = np.array([[4.0]], np.float32)
    weights["embedding"] = np.array([[0.0], [0.0], [1.0], [-1.5]], np.float32)
    classifier = replace(classifier, weights=weights)
    words = ("good", "good")
    change, tried = smallest_flip(classifier, words)
    assert change
    assert [swap.position for swap in change.substitutions] == [0]  # the first alone decides here
    assert change.words == ("bad", "good")
    weights["embedding"] = np.array([[0.0], [0.0], [1.0], [-0.01]], np.float32)
    weights["layers/0/forward/recurrent_kernel"] = np.array([[0.5]], np.float32)
    change, tried = smallest_flip(replace(classifier, weights=weights), words)
    assert change
    assert change.words == ("bad",)  # one takes the place of its opposite, the other goes
    assert change.label == "AGAINST"
    assert tried > 4


def test_nothing_flips_where_there_is_one_answer() -> None:
    classifier = by_hand()
    weights = dict(classifier.weights) | {"dense/bias": np.array([9.0, 0.0], np.float32)}
    change, tried = smallest_flip(replace(classifier, weights=weights), ("good", "bad"))
    assert change is None
    assert tried == 4 + 4
    assert smallest_flip(classifier, ()) == (None, 0)
