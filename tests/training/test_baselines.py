"""Baselines on articles small enough to answer by hand."""

from itertools import pairwise

import numpy as np
import pytest

from core.news.news import News
from core.settings.presets import PRESETS
from core.text.cleaning import clean_all, texts_of
from core.training.baselines import linear_model, majority_class
from core.training.batches import Split
from core.training.preparation import split_articles


def parts(training: int, validation: int, test: int) -> Split:
    """The first articles to learn from, the next to watch, the last to score."""
    edges = np.cumsum([0, training, validation, test])
    rows = [np.arange(*edge) for edge in pairwise(edges)]
    return Split(training=rows[0], validation=rows[1], test=rows[2])


def test_the_majority_class_is_the_training_parts_and_scored_on_the_others() -> None:
    y = np.array([1, 1, 1, 0, 2, 2, 1, 2, 1, 1, 0])
    scored = majority_class(y, parts(4, 4, 3))  # always 1; in all other articles 2 is as frequent
    assert (scored.name, scored.validation_accuracy, scored.test_accuracy) == ("majority", 1 / 4, 2 / 3)
    # F1 of 1: 2 hits, 1 wrongly named, none missed: 4 / 5. F1 of 0: nothing. Their mean:
    assert scored.test_macro_f1 == pytest.approx(0.4)
    assert scored.seconds >= 0


def test_the_linear_model_learns_from_single_words() -> None:
    words = ["goal match", "soup bread", "soup cook", "match coach"] * 10
    y = np.array([0, 1, 1, 0] * 10)
    scored = linear_model(words, y, parts(20, 10, 10), seed=1)
    assert (scored.name, scored.validation_accuracy, scored.test_accuracy) == ("linear", 1.0, 1.0)
    assert scored.test_macro_f1 == 1.0
    assert scored.seconds > 0


def test_it_knows_the_order_of_two_words_and_no_further() -> None:
    near = ["dog bites man", "man bites dog"] * 20
    y = np.array([0, 1] * 20)
    assert linear_model(near, y, parts(20, 10, 10), seed=1).test_accuracy == 1.0
    # The same words and the same pairs in both orders: "a a b a" and "a b a a".
    far = ["a a b a", "a b a a"] * 20
    assert linear_model(far, y, parts(20, 10, 10), seed=1).test_accuracy == 0.5


def test_a_word_is_what_stands_between_blanks() -> None:
    """As the network has it: signs, single letters and large letters count."""
    for one, other in (("well !", "well ?"), ("a", "b"), ("us", "US")):
        y = np.array([0, 1] * 10)
        assert linear_model([one, other] * 10, y, parts(10, 6, 4), seed=1).test_accuracy == 1.0


def test_held_out_labels_are_never_learnt_from() -> None:
    texts, y = ["goal", "soup"] * 20, np.array([0, 1] * 20)
    y[20:] = 1 - y[20:]
    scored = linear_model(texts, y, parts(20, 10, 10), seed=1)
    assert (scored.validation_accuracy, scored.test_accuracy, scored.test_macro_f1) == (0, 0, 0)


def test_texts_without_a_word_in_common_are_refused() -> None:
    y = np.array([0, 1] * 10)
    with pytest.raises(ValueError, match="no terms remain"):
        linear_model([f"word{n}" for n in range(20)], y, parts(10, 6, 4), seed=1)


@pytest.mark.long
@pytest.mark.slow
def test_on_5000_articles_of_the_real_file_the_linear_model_is_far_above_the_majority(
    real_news: News,
) -> None:
    settings = PRESETS["quick"]
    drawn = split_articles(real_news.table["category"].iloc[:5000], settings.training)
    texts = clean_all(texts_of(real_news.table.iloc[drawn.rows], settings.cleaning), settings.cleaning)
    majority = majority_class(drawn.y, drawn.split)
    linear = linear_model(texts, drawn.y, drawn.split, seed=1)
    assert linear.test_accuracy > majority.test_accuracy + 0.15
    again = linear_model(texts, drawn.y, drawn.split, seed=1)
    assert (again.validation_accuracy, again.test_macro_f1) == (
        linear.validation_accuracy,
        linear.test_macro_f1,
    )
