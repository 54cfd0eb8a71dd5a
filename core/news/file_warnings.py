"""Sentences about a news file as a whole: copies, dates, categories, articles without a word."""

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from core.news.decompression import MAX_CATEGORIES
from core.news.hidden_characters import HIDDEN
from core.news.table import TableBuilder


def file_warnings(builder: TableBuilder, table: pd.DataFrame) -> Iterator[str]:
    """Warnings about the articles of ``table``, which ``builder`` has built; call it after ``builder.table()``."""
    if builder.replaced:
        yield f"{_articles(builder.replaced)} held NUL or half a surrogate pair; each of these became \ufffd."
    if builder.unreadable_dates:
        yield f"{_articles(builder.unreadable_dates)} carried a date that cannot be read; they are kept without one."
    repeated = builder.repeated()
    if repeated * 100 >= builder.rows:
        yield (
            f"{_articles(repeated)} repeat an earlier one word for word ({100 * repeated / builder.rows:.0f} %). "
            "Copies in both the training and the test part (leakage) make the test score look better than it is."
        )
    yield from _table_warnings(table)


def _table_warnings(table: pd.DataFrame) -> Iterator[str]:
    counts: Counter[str] = Counter(table["category"].value_counts().to_dict())
    if len(counts) == 1:
        yield "All articles are of one category. A network needs at least two to learn to tell apart."
    if len(counts) > MAX_CATEGORIES:
        yield (
            f"{len(counts):,} categories are more than a network here can learn ({MAX_CATEGORIES:,}). "
            "Is category the right column?"
        )
    if single := sorted(name for name, count in counts.items() if count == 1):
        yield f"{_categories(single)} only one article, which cannot be both learnt from and tested on."
    names_by_key: dict[str, list[str]] = {}
    for name in sorted(counts):
        names_by_key.setdefault(" ".join(HIDDEN.sub("", name).split()).casefold(), []).append(name)
    for names in [names for names in names_by_key.values() if len(names) > 1][:10]:
        listed = " and ".join(f"“{name}”" for name in names)
        yield f"The categories {listed} differ only by white space, case or hidden characters. They count as different."
    empty = int((table["text"] == "").sum())
    if empty * 100 >= len(table):
        yield f"{_articles(empty)} without a word in headline and description: nothing can be learnt from that."


def _articles(count: int) -> str:
    return f"{count:,} article{'' if count == 1 else 's'}"


def _categories(names: list[str]) -> str:
    listed = ", ".join(f"“{name}”" for name in names[:3])
    if len(names) > 3:
        return f"{len(names):,} categories ({listed}, …) have"
    return f"{'The category' if len(names) == 1 else 'The categories'} {listed} {'has' if len(names) == 1 else 'have'}"
