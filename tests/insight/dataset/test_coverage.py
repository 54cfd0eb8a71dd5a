"""What a vocabulary size and a sequence length keep: against counting word by word."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.insight.dataset.coverage import VocabularyCoverage, measure_coverage
from core.text.vocabulary import Vocabulary
from core.training.batches import Split
from core.training.preparation import SplitArticles

TEXTS = [
    "the cat sat on the mat",  # training
    "the dog sat",  # training
    "the cat saw a bird",  # held out: saw, a, bird were never seen
    "birds sing",  # held out: nothing is known
    "",  # training
    "",  # held out
]
TRAINING, HELD_OUT = [0, 1, 4], [2, 3, 5]


def coverage_of(texts: list[str], training: list[int], held_out: list[int]) -> VocabularyCoverage:
    half = len(held_out) // 2
    parts = Split(
        training=np.array(training, dtype=np.int64),
        validation=np.array(held_out[:half], dtype=np.int64),
        test=np.array(held_out[half:], dtype=np.int64),
    )
    y = np.zeros(len(texts), dtype=np.int32)
    return measure_coverage(texts, SplitArticles(rows=np.arange(len(texts)), labels=("A",), y=y, split=parts))


@pytest.fixture
def example() -> VocabularyCoverage:
    return coverage_of(TEXTS, TRAINING, HELD_OUT)


def test_the_words_are_those_of_the_training_part(example: VocabularyCoverage) -> None:
    # the 3, sat 2, then once each and alphabetical
    assert example.vocabulary.words == ("the", "sat", "cat", "dog", "mat", "on")
    assert example.token_count == 6 + 3 + 5 + 2
    # 7 blanks: 9 words in 2 texts
    assert dict(zip(example.characters.words, example.characters.counts, strict=True))[" "] == 7
    assert "b" not in example.characters.words


def test_known_share_by_hand(example: VocabularyCoverage) -> None:
    assert example.known_shares(2) == (0, 0)
    assert example.known_shares(3) == pytest.approx((3 / 9, 1 / 7))  # the
    assert example.known_shares(4) == pytest.approx((5 / 9, 1 / 7))  # the, sat
    assert example.known_shares(5) == pytest.approx((6 / 9, 2 / 7))  # the, sat, cat
    assert example.known_shares(8) == pytest.approx((1, 2 / 7))
    assert example.known_shares(400_000) == example.known_shares(8)


def test_cut_and_unknown_texts_by_hand(example: VocabularyCoverage) -> None:
    assert [example.truncated_texts(length) for length in (1, 2, 3, 5, 6)] == [4, 3, 2, 1, 0]
    assert example.truncated_share(5) == pytest.approx(1 / 16)
    assert example.truncated_share(500) == 0
    assert example.all_unknown_texts(8, 500) == 1  # "birds sing"; the empty texts are counted apart
    assert example.all_unknown_texts(2, 500) == 4
    assert example.all_unknown_texts(4, 1) == 1  # the other three start with "the"
    assert int(example.empty.sum()) == 2


def test_how_few_words_make_up_half(example: VocabularyCoverage) -> None:
    assert example.rank_of_share(0.3) == 1
    assert example.rank_of_share(0.5) == 2
    assert example.rank_of_share(1.0) == 6


def test_search_puts_the_word_itself_first(example: VocabularyCoverage) -> None:
    words = example.vocabulary.words
    assert [words[position] for position in example.search("at", most=9)[0]] == ["sat", "cat", "mat"]
    assert [words[position] for position in example.search("cat", most=9)[0]] == ["cat"]
    assert example.search("", most=2) == ([0, 1], 6)
    assert example.search("at", most=1) == ([1], 3)
    assert example.search("(?", most=9) == ([], 0)


def test_pairs_are_counted_on_the_training_part(example: VocabularyCoverage) -> None:
    # the-cat, cat-sat, sat-on, on-the, the-mat, the-dog, dog-sat
    pairs = example.ngrams(2)
    assert len(pairs) == 7
    assert pairs.share_seen_once == 1
    assert len(example.ngrams(3)) == 5


words = st.lists(st.sampled_from("abcdefgh"), max_size=8).map(" ".join)


@given(st.lists(words, min_size=2, max_size=12), st.integers(2, 12), st.integers(1, 9))
def test_every_choice_equals_a_fresh_fit(texts: list[str], size: int, length: int) -> None:
    training, held_out = list(range(0, len(texts), 2)), list(range(1, len(texts), 2))
    measured = coverage_of(texts, training, held_out)
    fresh = Vocabulary.fit((texts[row] for row in training), size=size)
    for rows, share in (
        (training, measured.known_shares(size)[0]),
        (held_out, measured.known_shares(size)[1]),
    ):
        running = [word for row in rows for word in texts[row].split()]
        known = sum(word in fresh for word in running)
        assert share == pytest.approx(known / max(len(running), 1))
    split = [text.split() for text in texts]
    assert measured.truncated_texts(length) == sum(len(text) > length for text in split)
    lost = sum(bool(text) and not any(word in fresh for word in text[:length]) for text in split)
    assert measured.all_unknown_texts(size, length) == lost
