"""What is taken for what: the order in which a confusion matrix reads, the articles of a cell, the closest pairs.

Leaves out: the matrix itself (``evaluation.py``).
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
from core.text.lexicon import STOP_WORDS
from core.text.vocabulary import FIRST_WORD_ID, Vocabulary

MIN_MISTAKES = 3  # of a pair that is called confused: fewer may be chance
_MIN_Z_SCORE = 2.0  # standard deviations from which a word is said to tell two categories apart


def row_shares(confusion: Counts) -> npt.NDArray[np.float64]:
    """Each row as shares of its category's articles; zeros where it has none."""
    return confusion / np.maximum(confusion.sum(axis=1, keepdims=True), 1)


def most_frequent(confusion: Counts, most: int) -> npt.NDArray[np.int64]:
    """Positions of the ``most`` categories with the most articles, rising."""
    return np.sort(np.argsort(-confusion.sum(axis=1), kind="stable")[:most])


def order_by_similarity(confusion: Counts) -> npt.NDArray[np.int64]:
    """The categories in an order in which those that are taken for one another stand side by side.

    Hierarchical clustering by mean similarity, its leaves turned so that neighbours are as alike as the tree allows
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
    alike = (shares + shares.T) / 2
    distance = 1 - alike
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), method="average", optimal_ordering=True)
    return leaves_list(tree).astype(np.int64)


def cell_articles(
    part: HeldOutPart, own: int, predicted: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """The articles of category ``own`` that are called ``named``, and how sure the network is, the surest first."""
    rows = np.flatnonzero((part.y == own) & (part.logits.argmax(axis=1) == predicted))
    sure = softmax(part.logits[rows].astype(np.float64), axis=1)[:, predicted]
    surest = np.argsort(-sure, kind="stable")
    return rows[surest], sure[surest]


def most_confident_mistakes(
    part: HeldOutPart, most: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """At most so many articles that got another category's name, and how sure the network is, the surest first."""
    answers = part.logits.argmax(axis=1)
    rows = np.flatnonzero(answers != part.y)
    sure = softmax(part.logits[rows].astype(np.float64), axis=1).max(axis=1)
    surest = np.argsort(-sure, kind="stable")[:most]
    return rows[surest], sure[surest]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusedPair:
    """Two categories that are taken for one another.

    Attributes:
        first, second: positions in the labels; ``first`` has more articles.
        first_as_second, second_as_first: how many of the one get the other's name.
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
        """Of the articles of both, those that get the other's name."""
        return self.mistakes / (self.first_articles + self.second_articles)


def confused_pair(confusion: Counts, one: int, other: int) -> ConfusedPair:
    """The pair of two categories."""
    articles = confusion.sum(axis=1)
    first, second = (one, other) if articles[one] >= articles[other] else (other, one)
    return ConfusedPair(
        first=int(first),
        second=int(second),
        first_as_second=int(confusion[first, second]),
        second_as_first=int(confusion[second, first]),
        first_articles=int(articles[first]),
        second_articles=int(articles[second]),
    )


def confused_pairs(confusion: Counts, *, most: int = 12) -> list[ConfusedPair]:
    """The pairs with the largest share of articles that get the other's name, at least three; largest first."""
    both = np.triu(confusion + confusion.T, k=1)
    found = [
        confused_pair(confusion, int(one), int(other)) for one, other in np.argwhere(both >= MIN_MISTAKES)
    ]
    return sorted(found, key=lambda found: (-found.share, found.first, found.second))[:most]


def distinguishing_words(
    parts: Sequence[HeldOutPart], vocabulary: Vocabulary, one: int, other: int, *, most: int = 10
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words that tell category ``one`` from ``other``, and the other way round, most telling first.

    By the log-odds of ``text/confusable_categories.py``, over the articles of both in ``parts``; parts without
    their words give none.
    Signs and stop words are passed over: "how" may well tell two categories apart, but nobody sees by what.
    """
    counts, sizes = np.zeros((2, len(vocabulary))), np.zeros((2, 1))
    for part in parts:
        if part.sequences is None:
            continue
        for place, category in enumerate((one, other)):
            some = part.sequences.take(np.flatnonzero(part.y == category))
            text = np.repeat(np.arange(len(some)), some.lengths)
            # Each word once a text.
            ids = np.unique(text * np.int64(len(vocabulary)) + some.ids) % len(vocabulary)
            counts[place] += np.bincount(ids, minlength=len(vocabulary))
            sizes[place] += len(some)
    counts[:, :FIRST_WORD_ID] = 0
    if SEPARATOR in vocabulary:
        counts[:, vocabulary.token_id(SEPARATOR)] = 0
    if not sizes.all():
        return (), ()
    total = counts.sum(axis=0)
    seen = np.flatnonzero((total > 0) & (total < sizes.sum()))  # one in every text tells nothing
    telling = log_odds_z_scores(counts[:, seen], sizes)
    names = vocabulary.decode(seen)
    best = [
        [
            names[at]
            for at in np.argsort(-row, kind="stable")
            if row[at] >= _MIN_Z_SCORE and any(map(str.isalnum, names[at])) and names[at] not in STOP_WORDS
        ]
        for row in telling
    ]
    return tuple(best[0][:most]), tuple(best[1][:most])
