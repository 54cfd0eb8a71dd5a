"""The vocabulary: worked examples, properties, damage on reading."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ClassifierError
from core.text.vocabulary import OOV_ID, PADDING_ID, Vocabulary, count_words

TEXTS = ["the cat sat", "the dog sat", "a cat and the dog", ""]

texts = st.lists(st.lists(st.text("abcé", min_size=1, max_size=3), max_size=6).map(" ".join), max_size=12)


def test_most_frequent_words_come_first_and_ties_are_alphabetical() -> None:
    vocabulary = Vocabulary.fit(TEXTS, size=100)
    assert vocabulary.words == ("the", "cat", "dog", "sat", "a", "and")
    assert vocabulary.counts == (3, 2, 2, 2, 1, 1)
    assert len(vocabulary) == 8  # padding and out-of-vocabulary are rows too
    assert vocabulary.token_id("the") == 2
    assert vocabulary.token_id("and") == 7


def test_the_size_counts_padding_and_unknown() -> None:
    vocabulary = Vocabulary.fit(TEXTS, size=4)
    assert vocabulary.words == ("the", "cat")
    assert len(vocabulary) == 4
    assert vocabulary.encode(["the", "dog", "saw", "the", "cat"]) == [2, OOV_ID, OOV_ID, 2, 3]
    assert "dog" not in vocabulary
    assert len(Vocabulary.fit(TEXTS, size=2)) == 2
    with pytest.raises(ValueError, match="size must be at least 2"):
        Vocabulary.fit(TEXTS, size=1)


def test_the_numbers_are_those_of_keras_text_vectorization() -> None:
    # keras.layers.TextVectorization(output_sequence_length=3) adapted on these texts puts "" at 0 and
    # "[UNK]" at 1; its own documentation's example: ["foo", "bar", "baz"] -> vocabulary ["", "[UNK]", ...].
    vocabulary = Vocabulary.fit(["foo foo foo", "bar bar", "baz"], size=10)
    assert vocabulary.encode(["foo", "qux", "bar"]) == [2, 1, 3]
    assert vocabulary.decode([2, 1, 3, 0]) == ["foo", "[UNK]", "bar", ""]


@pytest.mark.parametrize("number", [-1, 5, 10**9])
def test_a_number_outside_the_index_cannot_be_decoded(number: int) -> None:
    with pytest.raises(ValueError, match="ids must be from 0 to 4"):
        Vocabulary.fit(["a b c"], size=9).decode([number])


@given(texts)
def test_known_words_survive_the_round_trip(some: list[str]) -> None:
    vocabulary = Vocabulary.fit(some, size=10_000)
    for text in some:
        assert vocabulary.decode(vocabulary.encode(text.split())) == text.split()
    again = Vocabulary.from_json(json.loads(json.dumps(vocabulary.to_json())))
    assert again == vocabulary
    assert [again.token_id(word) for word in vocabulary.words] == list(range(2, len(vocabulary)))


@given(texts, st.integers(2, 12), st.none() | st.integers(1, 6))
def test_all_texts_at_once_equal_one_by_one(some: list[str], size: int, length: int | None) -> None:
    vocabulary = Vocabulary.fit(some[::2], size=size)
    ids, offsets = vocabulary.encode_texts(some, length=length)
    assert ids.dtype == np.int32
    assert offsets.dtype == np.int64
    assert len(offsets) == len(some) + 1
    for row, text in enumerate(some):
        expected = vocabulary.encode(text.split()[:length]) or [OOV_ID]
        assert ids[offsets[row] : offsets[row + 1]].tolist() == expected
    assert PADDING_ID not in ids


def test_an_empty_text_is_unknown_even_when_a_word_is_spelt_like_the_unknown_word() -> None:
    vocabulary = Vocabulary.fit(["[UNK] seen"], size=9)
    ids, offsets = vocabulary.encode_texts(["", "[UNK]", "   "])
    assert ids.tolist() == [OOV_ID, 2, OOV_ID]
    assert offsets.tolist() == [0, 1, 2, 3]


def test_counting_takes_every_kind_of_white_space() -> None:
    assert count_words(["a  b\ta", "\n", "b\u2028a"]) == {"a": 3, "b": 2}


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (None, "another version"),
        ([], "another version"),
        ({"schema": 2, "words": [], "counts": []}, "another version"),
        ({"schema": 1, "words": ["a"]}, "same length"),
        ({"schema": 1, "words": ["a"], "counts": []}, "same length"),
        ({"schema": 1, "words": "a", "counts": [1]}, "lists"),
        ({"schema": 1, "words": [1], "counts": [1]}, "word 0 is not a word"),
        ({"schema": 1, "words": [""], "counts": [1]}, "word 0 is not a word"),
        ({"schema": 1, "words": ["a", "b c"], "counts": [1, 1]}, "word 1 is not a word"),
        ({"schema": 1, "words": ["a"], "counts": [0]}, "count 0"),
        ({"schema": 1, "words": ["a"], "counts": [True]}, "count 0"),
        ({"schema": 1, "words": ["a", "b"], "counts": [1, 2]}, "count 1"),
        ({"schema": 1, "words": ["a", "a"], "counts": [2, 1]}, "twice"),
    ],
)
def test_a_damaged_word_index_is_refused_with_a_sentence(damage: object, message: str) -> None:
    with pytest.raises(ClassifierError, match=message):
        Vocabulary.from_json(damage)


def test_words_and_counts_that_do_not_fit_together_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="parallel"):
        Vocabulary(words=("a",), counts=())
    with pytest.raises(ValueError, match="different"):
        Vocabulary(words=("a", "a"), counts=(1, 1))
