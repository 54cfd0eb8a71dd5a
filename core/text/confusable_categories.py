"""Confusable categories: pairs of categories with the same characteristic words.

A word is characteristic of a category when it occurs in significantly more of its articles than outside. The
score is the log-odds ratio inside against outside, with a prior from the whole file, divided by its standard
deviation (Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16, 2008, equations 16 to 22).
The similarity of two categories is the cosine of their score vectors.

Leaves out word order and lemmas: this describes the file, it is no classifier.
"""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.news.news import News
from core.text.normalisation import JOINERS, MARKS

_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{MARKS}{JOINERS}])+")  # letters with their signs
_SAMPLED_ARTICLES = 1_000  # per category, evenly spaced
_MAX_CATEGORIES = 200  # the most frequent ones; every pair of them is compared
_MIN_ARTICLES = 5  # smaller categories give only noise
_MIN_TEXTS = 4  # rarer words in the sample are ignored
# A word is too common when more than this share of the texts has it in three of four categories: "the", "you", "new".
_COMMON = 0.01
_PRIOR = 50.0  # pseudo-texts of the whole file that are added to each category


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusablePair:
    """Two categories that share their most characteristic words.

    Attributes:
        first, second: the categories; ``first`` has more articles.
        similarity: cosine of the score vectors, 0 to 1.
        words: shared words, most characteristic first.
        first_dates, second_dates: days of the category's first and last article; None without dates. Many pairs
            arise because a newspaper renamed a section: one category ends where the other begins.
    """

    first: str
    second: str
    similarity: float
    words: tuple[str, ...]
    first_dates: tuple[pd.Timestamp, pd.Timestamp] | None
    second_dates: tuple[pd.Timestamp, pd.Timestamp] | None

    @property
    def renamed(self) -> bool:
        """Whether one category ends within a month of the other's first article."""
        if not self.first_dates or not self.second_dates:
            return False
        earlier, later = sorted((self.first_dates, self.second_dates))
        return bool(abs(later[0] - earlier[1]) < pd.Timedelta(days=31))


def find_confusable_categories(
    news: News, *, min_similarity: float = 0.35, max_words: int = 8
) -> tuple[ConfusablePair, ...]:
    """Pairs of categories with a similarity of at least ``min_similarity``, most similar first.

    Cost: reads at most 1,000 articles of each category; 2 s for the 41 categories of the full dataset.
    """
    column = news.table["category"]
    frequent = column.value_counts()
    names = frequent[frequent >= _MIN_ARTICLES].index.tolist()[:_MAX_CATEGORIES]
    if len(names) < 2:
        return ()
    texts, sizes, vocabulary = _count_texts(news, names)
    scores = log_odds_z_scores(texts, sizes)  # (categories, words), at least 0
    norms = np.linalg.norm(scores, axis=1, keepdims=True)  # (categories, 1)
    normalised = scores / np.maximum(norms, 1e-12)
    similarity = np.triu(normalised @ normalised.T, k=1)  # (categories, categories), each pair once
    dates = news.table["date"].groupby(column, observed=True).agg(["min", "max"])
    pairs = []
    for first, second in np.argwhere(similarity >= min_similarity):
        shared = np.minimum(scores[first], scores[second])  # (words,)
        columns = [column for column in np.argsort(-shared, kind="stable")[:max_words] if shared[column] > 0]
        pairs.append(
            ConfusablePair(
                first=names[first],
                second=names[second],
                similarity=float(similarity[first, second]),
                words=tuple(vocabulary[column] for column in columns),
                first_dates=_date_range(dates.loc[names[first]]),
                second_dates=_date_range(dates.loc[names[second]]),
            )
        )
    return tuple(sorted(pairs, key=lambda pair: -pair.similarity))


def _count_texts(news: News, names: list[str]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Texts of each category with a word (categories, words); sampled texts (categories, 1); the vocabulary."""
    rows_by_category = news.table.groupby("category", observed=True, sort=False).indices
    counts_by_category, sizes = list[Counter[str]](), list[int]()
    for name in names:
        rows = rows_by_category[name]
        if len(rows) > _SAMPLED_ARTICLES:
            rows = rows[np.linspace(0, len(rows) - 1, _SAMPLED_ARTICLES).astype(int)]
        counts: Counter[str] = Counter()
        for text in news.table["text"].iloc[rows]:
            counts.update(set(_WORD.findall(text[:2_000].casefold())))
        counts_by_category.append(counts)
        sizes.append(len(rows))
    total: Counter[str] = Counter()
    for counts in counts_by_category:
        total.update(counts)
    vocabulary = sorted(word for word, texts in total.items() if texts >= _MIN_TEXTS)
    columns = {word: column for column, word in enumerate(vocabulary)}
    texts_with_word = np.zeros((len(names), len(vocabulary)))
    for row, counts in enumerate(counts_by_category):
        for word, texts in counts.items():
            if (column := columns.get(word)) is not None:
                texts_with_word[row, column] = texts
    size = np.array(sizes, dtype=float)[:, None]
    mask = np.quantile(texts_with_word / size, 0.25, axis=0, method="lower") <= _COMMON  # (words,)
    return texts_with_word[:, mask], size, [vocabulary[column] for column in np.flatnonzero(mask)]


def log_odds_z_scores(texts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Standard deviations by which a word is more frequent in a category than outside it; 0 when it is not.

    Args:
        texts: (categories, words), number of the category's texts that contain the word.
        sizes: (categories, 1), number of the category's texts.

    Returns:
        (categories, words), at least 0.
    """
    total = texts.sum(axis=0)  # (words,)
    prior = _PRIOR * total / sizes.sum()  # (words,)
    inside = texts + prior  # (categories, words)
    outside = total - texts + prior
    odds = inside / (sizes + _PRIOR - inside)
    odds_outside = outside / (sizes.sum() - sizes + _PRIOR - outside)
    scores: np.ndarray = np.maximum(np.log(odds / odds_outside) / np.sqrt(1 / inside + 1 / outside), 0.0)
    return scores


def _date_range(row: pd.Series) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    return None if pd.isna(row["min"]) else (row["min"], row["max"])
