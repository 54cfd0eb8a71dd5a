"""From token ids to batches: labels, the seeded split, batches of texts of similar length.

All functions are pure: the same arguments give the same arrays, which an exact resume of a run relies on.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.text.sequences import Ints

# Each purpose has its own stream of random numbers. Epochs count from 1, so [seed, epoch] never equals
# [seed, 0, purpose].
SAMPLE_STREAM, SPLIT_STREAM, FOLDS_STREAM = 1, 2, 4  # 3 is that of snapshots.py

_BATCHES_SORTED_TOGETHER = 50  # enough for little padding, few enough to mix the articles well


def encode_labels(categories: pd.Series) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    """Categories to labels.

    Args:
        categories: (articles,), dtype ``category``, none missing.

    Returns:
        the categories that occur, in alphabetical order, and each article's label: the position of its category among
        them, (articles,) int32.
    """
    labels = sorted(categories.unique())
    return tuple(labels), categories.cat.set_categories(labels).cat.codes.to_numpy(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Split:
    """The training, validation and test part: positions of articles, disjoint, together all, each sorted."""

    training: npt.NDArray[np.int64]
    validation: npt.NDArray[np.int64]
    test: npt.NDArray[np.int64]


def split(y: Ints, *, validation_share: float, test_share: float, seed: int) -> Split:
    """Draw the three parts, stratified: each holds every category in its proportion.

    Each part has its share of all articles to within one, and of each category to within two. scikit-learn's
    ``train_test_split(stratify=...)`` refuses a category of one article and a part smaller than the number of
    categories; here every category keeps at least one article in the training part, and a category of one article is
    in that part alone.

    Args:
        y: (articles,) labels.
        validation_share, test_share: of all articles, 0 to 1, together below 1.
        seed: the same seed draws the same parts.
    """
    y = np.asarray(y)
    random = np.random.default_rng([seed, 0, SPLIT_STREAM])
    order = random.permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]  # category by category, shuffled within each
    sizes = np.bincount(y, minlength=1)
    open_rows = order[sizes[y[order]] > 1]
    # Every (1/share)-th article of those ordered by category: each category gives its proportion.
    mask = _evenly(len(open_rows), test_share * len(y), start=random.random())
    test, open_rows = open_rows[mask], open_rows[~mask]
    mask = _evenly(len(open_rows), validation_share * len(y), start=random.random())
    validation = open_rows[mask]
    # A tiny category may have no article left to train on: take one back.
    held_out = np.concatenate([validation, test])
    untrained = np.flatnonzero((sizes > 0) & (np.bincount(y[held_out], minlength=len(sizes)) == sizes))
    taken_back = [held_out[np.flatnonzero(y[held_out] == category)[0]] for category in untrained]
    validation, test = (np.sort(part[~np.isin(part, taken_back)]) for part in (validation, test))
    training = np.setdiff1d(np.arange(len(y)), np.concatenate([validation, test]), assume_unique=True)
    return Split(training=training, validation=validation, test=test)


def fold_splits(y: Ints, *, folds: int, validation_share: float, seed: int) -> list[Split]:
    """The splits of a stratified k-fold cross-validation: every article is in the test part of exactly one.

    The test parts are equal to within one article, and hold equally many of each category to within one, as those of
    scikit-learn's ``StratifiedKFold`` do; that warns of a category with fewer articles than folds, and here it is in
    as many test parts as it has articles. The one article of a category is tested by a network that has never met
    its category. What a test part leaves is split into training and validation part by :func:`split`.

    Args:
        y: (articles,) labels.
        folds: from 2 to as many as there are articles.
        validation_share: of the articles outside a test part, 0 to 1.
        seed: the same seed draws the same folds.
    """
    y = np.asarray(y)
    if not 2 <= folds <= len(y):
        raise ValueError(f"folds must be from 2 to the number of articles, {len(y)}, got {folds}")
    random = np.random.default_rng([seed, 0, FOLDS_STREAM])
    order = random.permutation(len(y))
    order = order[np.argsort(y[order], kind="stable")]  # category by category, shuffled within each
    splits = []
    for first in range(folds):
        test = np.sort(order[first::folds])
        rest = np.setdiff1d(np.arange(len(y)), test, assume_unique=True)
        parts = split(y[rest], validation_share=validation_share, test_share=0.0, seed=seed)
        splits.append(
            replace(parts, training=rest[parts.training], validation=rest[parts.validation], test=test)
        )
    return splits


def balanced_weights(y: Ints, *, categories: int) -> npt.NDArray[np.float32]:
    """The weight of each category in the loss, (categories,): articles / (categories * articles of the category).

    scikit-learn's ``class_weight="balanced"``: every category weighs the same in all, and the articles' mean weight is
    1. G. King and L. Zeng, "Logistic Regression in Rare Events Data", 2001. A category without an article has weight 0
    and is not counted.

    Args:
        y: (articles,) labels of the training part.
    """
    sizes = np.bincount(y, minlength=categories)  # (categories,)
    weights = np.zeros(categories, np.float32)
    weights[sizes > 0] = len(y) / (np.count_nonzero(sizes) * sizes[sizes > 0])
    return weights


def _evenly(count: int, size: float, *, start: float) -> npt.NDArray[np.bool_]:
    """A mask of ``size`` of ``count`` positions, evenly spaced; ``start``, 0 to 1, decides how they are rounded."""
    share = min(size / count, 1.0) if count else 0.0
    passed = np.floor(start + share * np.arange(count + 1))
    mask: npt.NDArray[np.bool_] = np.diff(passed) > 0
    return mask


def epoch_batches(lengths: Ints, batch_size: int, *, seed: int, epoch: int) -> list[npt.NDArray[np.int64]]:
    """The batches of one epoch: every article once, in a random order, texts of similar length together.

    The articles are shuffled, sorted by length within large chunks, cut into batches, and the batches shuffled:
    little is wasted on padding, and each epoch has other batches.

    Args:
        lengths: (articles,) tokens of each text.
        batch_size: articles in a batch; the last of a chunk may have fewer.
        seed, epoch: the same pair gives the same batches.

    Returns:
        positions in ``lengths``, one array a batch.
    """
    if batch_size < 1:
        raise ValueError(f"batch_size must be at least 1, got {batch_size}")
    lengths = np.asarray(lengths)
    random = np.random.default_rng([seed, epoch])
    order = random.permutation(len(lengths))
    batches = []
    chunk = batch_size * _BATCHES_SORTED_TOGETHER
    for start in range(0, len(order), chunk):
        by_length = order[start : start + chunk]
        by_length = by_length[np.argsort(lengths[by_length], kind="stable")]
        batches += [by_length[first : first + batch_size] for first in range(0, len(by_length), batch_size)]
    return [batches[index] for index in random.permutation(len(batches))]
