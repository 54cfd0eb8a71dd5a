"""Other orders of the same words, and what a bag of words makes of them: nothing."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import make_pipeline

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.evaluation.word_order import (
    REORDERINGS,
    load_outcomes,
    measure_word_order,
    outcomes_from_arrays,
    reorder_sequences,
)
from core.settings.network import NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings
from core.text.sequences import Sequences
from core.training.bag_of_words import BagOfWords
from core.training.baselines import C
from tests.classifiers import random_classifier
from tests.insight.held_out_parts import held_out_part

MARK = 2
TEXTS = st.lists(st.lists(st.integers(1, 9), max_size=12), min_size=1, max_size=8)


def rows(sequences: Sequences) -> list[list[int]]:
    return [
        sequences.ids[start:end].tolist()
        for start, end in zip(sequences.offsets[:-1], sequences.offsets[1:], strict=True)
    ]


def stretches(text: list[int]) -> list[list[int]]:
    """A text cut at its marks."""
    found: list[list[int]] = [[]]
    for word in text:
        if word == MARK:
            found.append([])
        else:
            found[-1].append(word)
    return found


@given(TEXTS)
def test_reversed_is_reversed_on_either_side_of_the_mark(texts: list[list[int]]) -> None:
    reordered = rows(reorder_sequences(Sequences.from_lists(texts), "reversed", separator=MARK))
    assert [stretches(text) for text in reordered] == [
        [stretch[::-1] for stretch in stretches(text)] for text in texts
    ]


@given(TEXTS)
def test_shuffled_keeps_every_word_on_its_side(texts: list[list[int]]) -> None:
    reordered = rows(reorder_sequences(Sequences.from_lists(texts), "shuffled", separator=MARK))
    assert [list(map(sorted, stretches(text))) for text in reordered] == [
        list(map(sorted, stretches(text))) for text in texts
    ]


@given(TEXTS)
def test_thinned_loses_a_third_of_the_words_and_no_mark(texts: list[list[int]]) -> None:
    reordered = rows(reorder_sequences(Sequences.from_lists(texts), "thinned", separator=MARK))
    for before, after in zip(texts, reordered, strict=True):
        words = len(before) - before.count(MARK)
        assert len(after) == len(before) - words // 3
        assert after.count(MARK) == before.count(MARK)
        left = iter(before)
        assert all(word in left for word in after)  # in their old order


def test_a_shuffle_is_one_that_can_be_repeated_and_every_order_comes_up() -> None:
    texts = Sequences.from_lists([[3, 4, 5]] * 600)
    one = rows(reorder_sequences(texts, "shuffled", separator=MARK))
    assert one == rows(reorder_sequences(texts, "shuffled", separator=MARK))
    counts = np.unique(one, axis=0, return_counts=True)[1]
    assert len(counts) == 6
    assert counts.min() > 60


@pytest.mark.parametrize("categories", [2, 3])
def test_the_bag_of_words_is_scikit_learns(categories: int) -> None:
    rng = np.random.default_rng(5)
    y = rng.integers(0, categories, 300)
    texts = [[*rng.integers(1, 30, 6).tolist(), 30 + label] for label in y]
    sequences = Sequences.from_lists(texts)
    bag = BagOfWords.fit(sequences, y, words=40, categories=categories, seed=1)
    count = TfidfVectorizer(tokenizer=str.split, token_pattern=None, lowercase=False, sublinear_tf=True)
    words = [" ".join(map(str, text)) for text in texts]
    model = SGDClassifier(loss="modified_huber", alpha=1 / (C * 300), max_iter=100, tol=None, random_state=1)
    peer = make_pipeline(count, model).fit(words, y)
    assert bag.predict(sequences).tolist() == peer.predict(words).tolist()
    again = BagOfWords.from_arrays(bag.to_arrays())
    assert again.predict(sequences).tolist() == bag.predict(sequences).tolist()
    with pytest.raises(ValueError, match="bag/weights must be"):
        BagOfWords.from_arrays(bag.to_arrays() | {"bag/bias": np.zeros(9, np.float32)})


def test_a_category_without_a_text_is_never_named() -> None:
    bag = BagOfWords.fit(
        Sequences.from_lists([[2], [3]] * 5), np.array([0, 2] * 5), words=4, categories=3, seed=1
    )
    assert bag.predict(Sequences.from_lists([[2], [3], [1]])).tolist()[:2] == [0, 2]
    assert np.isneginf(bag.bias[1])


def test_network_and_bag_are_measured_on_the_same_articles() -> None:
    network = NetworkSettings(
        vocabulary_size=20, sequence_length=8, embedding_size=4, layers=(RecurrentLayer(units=3),)
    )
    classifier = random_classifier(network, labels=("A", "B", "C"), cleaning=CleaningSettings(), known=("¶",))
    rng = np.random.default_rng(6)
    texts = [[*rng.integers(3, 20, 4).tolist(), MARK, *rng.integers(3, 20, 3).tolist()] for _ in range(60)]
    y = rng.integers(0, 3, 60)
    sequences = Sequences.from_lists(texts)
    test = held_out_part(y, classifier.logits_of(sequences), texts=texts)
    bag = BagOfWords.fit(sequences, y, words=20, categories=3, seed=1)
    shares: list[float] = []
    arrays = measure_word_order(classifier, test, bag, lambda stage, share: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1)
    found = {one.reordering: one for one in outcomes_from_arrays(arrays)}
    assert tuple(found) == REORDERINGS
    for way in ("shuffled", "reversed"):
        bagged = found[way].bag
        assert bagged
        assert (bagged.difference, bagged.low, bagged.high) == (0, 0, 0)
    after = classifier.logits_of(reorder_sequences(sequences, "shuffled", separator=MARK)).argmax(axis=1) == y
    assert found["shuffled"].network.after == pytest.approx(after.mean())
    assert outcomes_from_arrays(measure_word_order(classifier, test, None))[0].bag is None


def test_a_study_of_other_articles_is_set_aside(tmp_path: Path) -> None:
    (tmp_path / "classifier.json").write_text("{}")
    answers = {f"network/{way}": np.ones(3, bool) for way in ("before", *REORDERINGS)}
    for arrays, rows in ((answers, 4), ({"network/before": np.ones(3, bool)}, 3)):
        artifacts.write(tmp_path, "order", arrays)
        with pytest.raises(AnalysisError, match="set aside"):
            load_outcomes(tmp_path, rows)
        assert not artifacts.artifact_path(tmp_path, "order").exists()
    artifacts.write(tmp_path, "order", answers)
    assert [one.network.difference for one in load_outcomes(tmp_path, 3)] == [0, 0, 0]
