"""Reading a confusion matrix: the order of its rows, the articles of a cell, the most confused pairs.

Leaves out: the matrix itself (``report.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import softmax

from core.insight.evaluation.held_out import HeldOutPart
from core.insight.evaluation.report import Counts
from core.text.cleaning_steps import SEPARATOR
from core.text.confusable_categories import log_odds_z_scores
from core.text.stop_words import ENGLISH, stop_words
from core.text.vocabulary import FIRST_WORD_ID, Vocabulary

MIN_MISTAKES = 3  # of a confused pair: fewer may be chance
_MIN_Z_SCORE = 2.0  # standard deviations from which a word distinguishes two categories


def row_shares(confusion: Counts) -> npt.NDArray[np.float64]:
    """Each row divided by its category's number of articles; zeros where it has none."""
    shares: npt.NDArray[np.float64] = confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)
    return shares


def most_frequent(confusion: Counts, most: int) -> npt.NDArray[np.int64]:
    """Positions of the ``most`` categories with the most articles, in ascending order."""
    return np.sort(np.argsort(-confusion.sum(axis=1), kind="stable")[:most])


def order_by_similarity(confusion: Counts) -> npt.NDArray[np.int64]:
    """Order the categories so that those confused with one another are adjacent.

    Hierarchical clustering by mean similarity, its leaves turned so that neighbours are as similar as the tree allows
    (Z. Bar-Joseph and others, "Fast optimal leaf ordering for hierarchical clustering", Bioinformatics 17, 2001).
    Two categories are as similar as their row shares in each other's columns are large.
    Cost: 20 ms for 41 categories; grows with more than their square.
    """
    categories = len(confusion)
    if categories < 3:
        return np.arange(categories)
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    shares = row_shares(confusion)
    similarity = (shares + shares.T) / 2
    distance = 1 - similarity
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), method="average", optimal_ordering=True)
    leaves: Counts = leaves_list(tree).astype(np.int64)
    return leaves


def cell_articles(
    part: HeldOutPart, own: int, predicted: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The articles of category ``own`` predicted as ``predicted`` and their probabilities, the highest first."""
    rows = np.flatnonzero((part.y == own) & (part.logits.argmax(axis=1) == predicted))
    probabilities = softmax(part.logits[rows].astype(np.float64), axis=1)[:, predicted]
    order = np.argsort(-probabilities, kind="stable")
    return rows[order], probabilities[order]


def most_confident_mistakes(
    part: HeldOutPart, most: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The ``most`` misclassified articles of the highest probability, and the probabilities, in descending order."""
    answers = part.logits.argmax(axis=1)
    rows = np.flatnonzero(answers != part.y)
    probabilities = softmax(part.logits[rows].astype(np.float64), axis=1).max(axis=1)
    order = np.argsort(-probabilities, kind="stable")[:most]
    return rows[order], probabilities[order]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusedPair:
    """Two categories that are confused with one another.

    Attributes:
        first, second: positions in the labels; ``first`` has more articles.
        first_as_second, second_as_first: how many articles of the one are predicted as the other.
        first_articles, second_articles: articles of each.
    """

    first: int
    second: int
    first_as_second: int
    second_as_first: int
    first_articles: int
    second_articles: int

    @property
    def mistakes(self) -> int:
        return self.first_as_second + self.second_as_first

    @property
    def share(self) -> float:
        """Share of both categories' articles that are predicted as the other."""
        return self.mistakes / (self.first_articles + self.second_articles)


def confused_pair(confusion: Counts, category: int, other_category: int) -> ConfusedPair:
    """How two categories, given by their positions in either order, are confused."""
    articles = confusion.sum(axis=1)
    first, second = category, other_category
    if articles[first] < articles[second]:
        first, second = second, first
    return ConfusedPair(
        first=int(first),
        second=int(second),
        first_as_second=int(confusion[first, second]),
        second_as_first=int(confusion[second, first]),
        first_articles=int(articles[first]),
        second_articles=int(articles[second]),
    )


def confused_pairs(confusion: Counts, *, most: int = 12) -> list[ConfusedPair]:
    """The pairs with the largest share of confused articles, and at least MIN_MISTAKES of them; largest first."""
    both = np.triu(confusion + confusion.T, k=1)
    pairs = [
        confused_pair(confusion, int(row), int(column)) for row, column in np.argwhere(both >= MIN_MISTAKES)
    ]
    return sorted(pairs, key=lambda pair: (-pair.share, pair.first, pair.second))[:most]


def distinguishing_words(
    parts: Sequence[HeldOutPart],
    vocabulary: Vocabulary,
    first: int,
    second: int,
    *,
    most: int = 10,
    language: str = ENGLISH,
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that distinguish category ``first`` from ``second``, and vice versa, highest z-score first.

    By the log-odds of ``text/confusable_categories.py`` over both categories' articles in ``parts``; parts without
    stored words are skipped. Punctuation and the language's stop words are left out: "how" may distinguish two
    categories, but says nothing about their topics.
    """
    counts, sizes = np.zeros((2, len(vocabulary))), np.zeros((2, 1))
    for part in parts:
        if part.sequences is None:
            continue
        for row, category in enumerate((first, second)):
            sequences = part.sequences.take(np.flatnonzero(part.y == category))
            text = np.repeat(np.arange(len(sequences)), sequences.lengths)
            # Count each word once per text.
            ids = np.unique(text * np.int64(len(vocabulary)) + sequences.ids) % len(vocabulary)
            counts[row] += np.bincount(ids, minlength=len(vocabulary))
            sizes[row] += len(sequences)
    counts[:, :FIRST_WORD_ID] = 0
    if SEPARATOR in vocabulary:
        counts[:, vocabulary.token_id(SEPARATOR)] = 0
    if not sizes.all():
        return (), ()
    total = counts.sum(axis=0)
    seen = np.flatnonzero((total > 0) & (total < sizes.sum()))  # a word of every text distinguishes nothing
    z_scores = log_odds_z_scores(counts[:, seen], sizes)
    names = vocabulary.decode(seen)
    common = stop_words(language, keep_negations=False)
    best = [
        [
            names[index]
            for index in np.argsort(-row, kind="stable")
            if row[index] >= _MIN_Z_SCORE
            and any(map(str.isalnum, names[index]))
            and names[index] not in common
        ]
        for row in z_scores
    ]
    return tuple(best[0][:most]), tuple(best[1][:most])
