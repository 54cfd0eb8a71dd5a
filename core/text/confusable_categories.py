"""Twin categories: pairs of names whose most telling words are the same.

A word tells of a category when it stands in more of its articles than chance allows. The measure is the
log-odds ratio of the word inside against outside, with a prior drawn from the whole file, divided by its
standard deviation (Monroe, Colaresi and Quinn, "Fightin' Words", Political Analysis 16, 2008, equations
16 to 22). Two categories are as alike as the angle between their telling words is small (cosine).

Leaves out word order and lemmas: this is a look at the file, not a classifier.
"""

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.news.news import News

_WORD = re.compile(r"[^\W\d_]{2,}")
_PER_CATEGORY = 1_000  # articles looked at, evenly spread over the category's own
_MOST_CATEGORIES = 200  # the most frequent ones; a pair is compared with every other
_LEAST_ARTICLES = 5  # in fewer, chance speaks
_LEAST_TEXTS = 4  # a word in fewer of the looked-at texts is passed over
_COMMON = (
    0.01  # as is one in more than this share of the texts of three categories in four: "the", "you", "new"
)
_PRIOR = 50.0  # texts' worth of the whole file mixed into each category


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfusablePair:
    """Two categories that share their most telling words.

    ``likeness`` runs from 0 to 1. ``words``: what they share, most telling first. The dates are the days of
    each one's first and last article; None without dates. Names often come in twins because a paper renamed
    a section: then one ends where the other begins.
    """

    first: str  # the one with more articles
    second: str
    similarity: float
    words: tuple[str, ...]
    first_dates: tuple[pd.Timestamp, pd.Timestamp] | None
    second_dates: tuple[pd.Timestamp, pd.Timestamp] | None

    @property
    def renamed(self) -> bool:
        """Whether one name was given up within a month of the other's first article."""
        if not self.first_dates or not self.second_dates:
            return False
        earlier, later = sorted((self.first_dates, self.second_dates))
        return abs(later[0] - earlier[1]) < pd.Timedelta(days=31)


def find_confusable_categories(
    news: News, *, min_similarity: float = 0.35, max_words: int = 8
) -> tuple[ConfusablePair, ...]:
    """Pairs of categories with a likeness of at least ``least``, most alike first.

    Cost: at most 1,000 articles of each category are looked at; 2 s for the 41 categories of the real file.
    """
    column = news.table["category"]
    frequent = column.value_counts()
    names = frequent[frequent >= _LEAST_ARTICLES].index.tolist()[:_MOST_CATEGORIES]
    if len(names) < 2:
        return ()
    texts, sizes, vocabulary = _counts(news, names)
    telling = log_odds_z_scores(texts, sizes)  # (categories, words), at least 0
    lengths = np.linalg.norm(telling, axis=1, keepdims=True)  # (categories, 1)
    unit = telling / np.maximum(lengths, 1e-12)
    similarity = np.triu(unit @ unit.T, k=1)  # (categories, categories), each pair once
    dates = news.table["date"].groupby(column, observed=True).agg(["min", "max"])
    twins = []
    for one, other in np.argwhere(similarity >= min_similarity):
        shared = np.minimum(telling[one], telling[other])  # (words,)
        best = [at for at in np.argsort(-shared, kind="stable")[:max_words] if shared[at] > 0]
        twins.append(
            ConfusablePair(
                first=names[one],
                second=names[other],
                similarity=float(similarity[one, other]),
                words=tuple(vocabulary[at] for at in best),
                first_dates=_span(dates.loc[names[one]]),
                second_dates=_span(dates.loc[names[other]]),
            )
        )
    return tuple(sorted(twins, key=lambda pair: -pair.similarity))


def _counts(news: News, names: list[str]) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """In how many texts of each category a word stands: (categories, words); texts (categories, 1); the words."""
    places = news.table.groupby("category", observed=True, sort=False).indices
    counted, sizes = list[Counter[str]](), list[int]()
    for name in names:
        rows = places[name]
        if len(rows) > _PER_CATEGORY:
            rows = rows[np.linspace(0, len(rows) - 1, _PER_CATEGORY).astype(int)]
        counts: Counter[str] = Counter()
        for text in news.table["text"].iloc[rows]:
            counts.update(set(_WORD.findall(text[:2_000].casefold())))
        counted.append(counts)
        sizes.append(len(rows))
    total: Counter[str] = Counter()
    for counts in counted:
        total.update(counts)
    vocabulary = sorted(word for word, texts in total.items() if texts >= _LEAST_TEXTS)
    places_of = {word: at for at, word in enumerate(vocabulary)}
    table = np.zeros((len(names), len(vocabulary)))
    for row, counts in enumerate(counted):
        for word, texts in counts.items():
            if (at := places_of.get(word)) is not None:
                table[row, at] = texts
    size = np.array(sizes, dtype=float)[:, None]
    telling = np.quantile(table / size, 0.25, axis=0, method="lower") <= _COMMON  # (words,)
    return table[:, telling], size, [word for word, kept in zip(vocabulary, telling, strict=True) if kept]


def log_odds_z_scores(texts: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """Standard deviations by which a word is more frequent in a category than outside it, 0 when it is not.

    Args:
        texts: (categories, words), in how many of the category's texts the word stands.
        sizes: (categories, 1), texts of the category.
    """
    total = texts.sum(axis=0)  # (words,)
    prior = _PRIOR * total / sizes.sum()  # (words,)
    inside = texts + prior  # (categories, words)
    outside = total - texts + prior
    odds = inside / (sizes + _PRIOR - inside)
    odds_outside = outside / (sizes.sum() - sizes + _PRIOR - outside)
    return np.maximum(np.log(odds / odds_outside) / np.sqrt(1 / inside + 1 / outside), 0.0)


def _span(row: pd.Series) -> tuple[pd.Timestamp, pd.Timestamp] | None:
    return None if pd.isna(row["min"]) else (row["min"], row["max"])
