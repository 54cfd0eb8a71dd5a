"""Labels, the split, padding and batches: worked examples and properties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.sequences import Sequences
from core.training.batches import balanced_weights, encode_labels, epoch_batches, fold_splits, split

THREE = Sequences.from_lists([[5, 6, 7], [8], [2, 3]])

rows = st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=7), min_size=1, max_size=20)


def test_padding_fills_and_cuts_at_the_end() -> None:
    assert THREE.pad(np.array([0, 1, 2])).tolist() == [[5, 6, 7], [8, 0, 0], [2, 3, 0]]
    assert THREE.pad(np.array([2, 1])).tolist() == [[2, 3], [8, 0]]
    assert THREE.pad(np.array([0, 1]), 2).tolist() == [[5, 6], [8, 0]]
    assert THREE.pad(np.array([1]), 4).tolist() == [[8, 0, 0, 0]]
    assert THREE.pad(np.array([0])).dtype == np.int32
    assert THREE.pad(np.array([], dtype=int)).shape == (0, 0)


def test_taking_texts_keeps_their_order_and_may_repeat_one() -> None:
    taken = THREE.take(np.array([2, 0, 2]))
    assert taken.ids.tolist() == [2, 3, 5, 6, 7, 2, 3]
    assert taken.offsets.tolist() == [0, 2, 5, 7]
    assert len(taken) == 3
    assert taken.lengths.tolist() == [2, 3, 2]
    assert len(THREE.take(np.array([], dtype=int))) == 0


@given(rows, st.none() | st.integers(1, 9), st.lists(st.integers(0, 999), min_size=1, max_size=5))
def test_padding_equals_the_loop_that_one_would_write(
    texts: list[list[int]], length: int | None, draws: list[int]
) -> None:
    chosen = [number % len(texts) for number in draws]
    columns = max(len(texts[row]) for row in chosen) if length is None else length
    expected = [(texts[row] + [0] * columns)[:columns] for row in chosen]
    sequences = Sequences.from_lists(texts)
    assert sequences.pad(np.array(chosen), length).tolist() == expected
    assert sequences.take(np.array(chosen)).pad(np.arange(len(chosen)), length).tolist() == expected


def test_labels_are_alphabetical() -> None:
    labels, y = encode_labels(pd.Series(["TECH", "ARTS", "TECH", "SPORT"], dtype="category"))
    assert labels == ("ARTS", "SPORT", "TECH")
    assert y.tolist() == [2, 0, 2, 1]
    assert y.dtype == np.int32


def test_labels_are_alphabetical_and_occur_whatever_the_columns_categories_are() -> None:
    stored = pd.Series(
        pd.Categorical(["TECH", "ARTS", "TECH"], categories=["TECH", "WORLD", "ARTS", "MONEY"])
    )
    labels, y = encode_labels(stored)
    assert labels == ("ARTS", "TECH")
    assert y.tolist() == [1, 0, 1]


@given(
    st.lists(st.integers(0, 8), min_size=1, max_size=300),
    st.floats(0.01, 0.5),
    st.floats(0.01, 0.3),
    st.integers(0, 2**31 - 1),
)
def test_the_parts_are_disjoint_together_all_and_in_proportion(
    categories: list[int], test_share: float, validation_share: float, seed: int
) -> None:
    y = np.array(categories, dtype=np.int32)
    parts = split(y, validation_share=validation_share, test_share=test_share, seed=seed)
    together = np.concatenate([parts.training, parts.validation, parts.test])
    assert sorted(together.tolist()) == list(range(len(y)))
    for part in (parts.training, parts.validation, parts.test):
        assert part.tolist() == sorted(part.tolist())
    assert set(y[parts.training]) == set(categories)  # every category has something to learn from
    sizes = np.bincount(y)
    singles = int((sizes == 1).sum())
    for part, share in ((parts.test, test_share), (parts.validation, validation_share)):
        taken = np.bincount(y[part], minlength=len(sizes))
        # Articles that a single category may not give are taken from the others.
        assert np.all(np.abs(taken - sizes * share)[sizes > 1] <= 2 + singles)


def test_a_category_of_one_or_two_articles_is_learnt_from() -> None:
    y = np.array([0] * 50 + [1] + [2, 2], dtype=np.int32)
    for seed in range(50):
        parts = split(y, validation_share=0.3, test_share=0.5, seed=seed)
        assert 50 in parts.training
        assert {51, 52} & set(parts.training.tolist())


def test_the_parts_of_a_large_file_have_their_shares_to_the_article() -> None:
    y = np.repeat(np.arange(10), 800).astype(np.int32)
    parts = split(y, validation_share=0.1, test_share=0.2, seed=7)
    assert (len(parts.training), len(parts.validation), len(parts.test)) == (5600, 800, 1600)
    assert np.bincount(y[parts.test]).tolist() == [160] * 10
    assert np.abs(np.bincount(y[parts.validation]) - 80).max() <= 1


def test_the_seed_alone_decides_the_split() -> None:
    y = np.arange(400) % 3
    first, same, other = (split(y, validation_share=0.1, test_share=0.2, seed=seed) for seed in (1, 1, 2))
    assert first.test.tolist() == same.test.tolist()
    assert first.test.tolist() != other.test.tolist()


@given(st.lists(st.integers(1, 60), max_size=400), st.integers(1, 40), st.integers(0, 99), st.integers(1, 9))
def test_an_epoch_sees_every_article_once(lengths: list[int], batch_size: int, seed: int, epoch: int) -> None:
    sizes = np.array(lengths, dtype=np.int64)
    batches = epoch_batches(sizes, batch_size, seed=seed, epoch=epoch)
    assert sorted(place for batch in batches for place in batch.tolist()) == list(range(len(lengths)))
    assert all(1 <= len(batch) <= batch_size for batch in batches)
    again = epoch_batches(sizes, batch_size, seed=seed, epoch=epoch)
    assert [batch.tolist() for batch in again] == [batch.tolist() for batch in batches]


def test_epochs_differ_and_batches_hold_texts_of_like_lengths() -> None:
    lengths = np.random.default_rng(0).integers(1, 60, size=10_000)
    first = epoch_batches(lengths, 64, seed=1, epoch=1)
    second = epoch_batches(lengths, 64, seed=1, epoch=2)
    assert [batch.tolist() for batch in first] != [batch.tolist() for batch in second]
    columns = sum(len(batch) * lengths[batch].max() for batch in first)
    assert columns < 1.1 * lengths.sum()  # in random batches of 64 it is close to 2
    longest = [lengths[batch].max() for batch in first]
    assert longest != sorted(longest)  # the batches themselves are shuffled


def test_a_batch_needs_an_article() -> None:
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        epoch_batches(np.array([1]), 0, seed=1, epoch=1)


@given(st.lists(st.integers(0, 5), min_size=1, max_size=60))
def test_balanced_weights_are_scikit_learns(labels: list[int]) -> None:
    from sklearn.utils.class_weight import compute_class_weight

    y = np.array(labels)
    classes = np.unique(y)
    weights = balanced_weights(y, categories=6)
    np.testing.assert_allclose(
        weights[classes], compute_class_weight("balanced", classes=classes, y=y), rtol=1e-6
    )
    assert weights[np.setdiff1d(np.arange(6), classes)].sum() == 0


@given(
    st.lists(st.integers(0, 5), min_size=10, max_size=120),
    st.integers(2, 10),
    st.floats(0.01, 0.6),
    st.integers(0, 99),
)
def test_folds_test_every_article_once_and_are_stratified(
    labels: list[int], folds: int, validation_share: float, seed: int
) -> None:
    y = np.array(labels)
    splits = fold_splits(y, folds=folds, validation_share=validation_share, seed=seed)
    assert len(splits) == folds
    assert sorted(np.concatenate([parts.test for parts in splits]).tolist()) == list(range(len(y)))
    assert {len(parts.test) for parts in splits} <= {len(y) // folds, -(-len(y) // folds)}
    for category in set(labels):
        sizes = [int((y[parts.test] == category).sum()) for parts in splits]
        assert max(sizes) - min(sizes) <= 1
    for parts in splits:
        together = np.concatenate([parts.training, parts.validation, parts.test])
        assert sorted(together.tolist()) == list(range(len(y)))
        rest = np.concatenate([parts.training, parts.validation])
        assert set(y[parts.training]) == set(y[rest])
        assert abs(len(parts.validation) - validation_share * len(rest)) <= 1 + len(set(labels))


def test_the_seed_draws_the_folds() -> None:
    y = np.arange(60) % 3
    first, same, other = (
        [parts.test.tolist() for parts in fold_splits(y, folds=5, validation_share=0.1, seed=seed)]
        for seed in (1, 1, 2)
    )
    assert first == same != other


@pytest.mark.parametrize("folds", [0, 1, 7])
def test_fewer_than_two_folds_and_more_than_articles_are_a_mistake_of_ours(folds: int) -> None:
    with pytest.raises(ValueError, match="folds must be from 2 to the number of articles, 6"):
        fold_splits(np.zeros(6, int), folds=folds, validation_share=0.1, seed=1)
