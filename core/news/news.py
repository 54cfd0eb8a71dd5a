"""A news file -> ``News``: the table of its articles, its rejected lines and warnings about it.

Decompression is in ``decompression.py``, the parsing of articles in ``formats/``, the table in ``table.py``.
Everything streams: memory holds the table and one block of the file's bytes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from core import paths
from core.errors import NewsFileError
from core.news import content_store
from core.news.decompression import Caps, Decompressor
from core.news.file_warnings import file_warnings
from core.news.formats.articles import Rejected
from core.news.formats.raw_table import RawTable
from core.news.formats.recognition import open_table
from core.news.label_matching import LeftOut
from core.news.reading import Columns
from core.news.table import POOL, TableBuilder

__all__ = [
    "Caps",
    "News",
    "Rejected",
    "articles_per_category",
    "articles_per_month",
    "read_news",
    "words_per_text",
]

MAX_KEPT_REJECTED = 1_000
# Largest number of articles, and of their characters, that wait as Python strings for the table.
_BATCH, _BATCH_CHARACTERS = 1 << 14, 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class News:
    """The articles of one file. All visitors who chose it share this object: never change ``table``.

    Attributes:
        table: headline, short_description, text (``str``), category (``category``), date (``datetime64``, NaT
            when missing), in the file's order. ``text`` is headline and description joined by a space, stripped.
        fingerprint: SHA-256 (hex) of the stored bytes.
        name: the file's name, safe to show.
        rejected: the first 1,000 rejected lines; ``rejected_count`` counts all.
        warnings: sentences about the file as a whole.
        test_rows: how many rows at the table's end a test file gave (``test_part.py``); 0 without one.
        test_rejected: what of the test file could not be read.
    """

    table: pd.DataFrame
    fingerprint: str
    name: str
    rejected: tuple[Rejected, ...] = ()
    rejected_count: int = 0
    warnings: tuple[str, ...] = ()
    test_rows: int = 0
    test_rejected: tuple[LeftOut, ...] = ()

    @property
    def categories(self) -> tuple[str, ...]:
        """The categories that occur, in alphabetical order."""
        return tuple(sorted(self.table["category"].unique().tolist()))

    def __len__(self) -> int:
        return len(self.table)


def read_news(
    path: Path,
    *,
    name: str | None = None,
    progress: Callable[[float], None] | None = None,
    caps: Caps | None = None,
) -> News:
    """Read JSON lines, a JSON array or CSV, plain or .gz, .xz, .zip of one file; the content decides which.

    Lines without a headline and a category are rejected with their number and a reason; authors, link, date
    and short_description may be missing. Cost: one pass; 67 MB of JSON lines take about a second.

    Args:
        path: the stored file.
        name: the name to show instead of the path's.
        progress: called with the share read, 0 to 1.

    Raises:
        NewsFileError: the file as a whole is not news, or no line of it is; or it is an upload whose stored copy is
            damaged.
    """
    name, caps = content_store.safe_name(name or path.name), caps or Caps()
    content_store.verify(path, name, paths.uploads())
    decompressor = Decompressor(path, name, caps=caps, progress=progress)
    builder, rejected, rejected_count, characters = TableBuilder(), list[Rejected](), 0, 0
    blocks = iter(decompressor)
    raw_table = open_table(blocks, path, name, caps)
    for article in raw_table.articles(_columns(raw_table, name)):
        if not isinstance(article, Rejected):
            builder.pending.append(article)
            characters += len(article.headline) + len(article.short_description or "")
            if len(builder.pending) == _BATCH or characters >= _BATCH_CHARACTERS:
                builder.seal(name, caps)
                characters = 0
        else:
            rejected_count += 1
            if len(rejected) < MAX_KEPT_REJECTED:
                rejected.append(article)
            if rejected_count > caps.articles:  # a small file may hold very many, and each takes time
                raise NewsFileError(
                    f"More than {caps.articles:,} lines of {name} cannot be read. "
                    f"Line {rejected[0].line:,}: {rejected[0].reason}."
                )
    for _ in blocks:  # bytes after an array's end are part of the fingerprint
        pass
    builder.seal(name, caps)
    if not builder.rows:
        raise NewsFileError(_nothing_read(name, rejected, rejected_count, decompressor.damage))
    table = builder.table()
    warnings = [decompressor.damage, *file_warnings(builder, table)]
    POOL.release_unused()  # Arrow would retain as much memory again as the table takes
    return News(
        table=table,
        fingerprint=decompressor.fingerprint,
        name=name,
        rejected=tuple(rejected),
        rejected_count=rejected_count,
        warnings=tuple(warning for warning in warnings if warning),
    )


def articles_per_category(news: News) -> pd.Series:
    """Number of articles of each category, most frequent first, ties alphabetical."""
    counts = news.table["category"].astype(str).value_counts()
    return counts.sort_index().sort_values(ascending=False, kind="stable").rename("articles")


def articles_per_month(news: News) -> pd.Series:
    """Articles of each month (index: its first day), months without any included; empty when there are no dates."""
    dates = news.table["date"].dropna()
    months = dates.dt.to_period("M").value_counts().sort_index()
    if len(months) and len(span := pd.period_range(months.index[0], months.index[-1], freq="M")) <= 12 * 300:
        months = months.reindex(span, fill_value=0)
    months.index = months.index.to_timestamp()
    return months.rename("articles")


def words_per_text(news: News) -> np.ndarray:
    """Raw words (runs of anything but white space) of each text: (articles,) int."""
    texts = news.table["text"]
    return np.fromiter((len(text.split()) for text in texts), dtype=np.int64, count=len(texts))


def _columns(raw_table: RawTable, name: str) -> Columns:
    """The columns with HuffPost's names, compared without case and blanks."""
    by_name = {column.strip().lower(): column for column in reversed(raw_table.columns)}
    if not {"headline", "category"} <= by_name.keys() and raw_table.kind.startswith(("CSV", "text")):
        first = " ".join(raw_table.columns)
        raise NewsFileError(
            f"{name} is neither JSON nor a CSV whose first line names the columns headline and category. "
            f"It begins with “{first[:60]}”."
        )
    return Columns(
        headline=by_name.get("headline", "headline"),
        description=by_name.get("short_description", "short_description"),
        category=by_name.get("category", "category"),
        date=by_name.get("date", "date"),
    )


def _nothing_read(name: str, rejected: list[Rejected], count: int, damage: str) -> str:
    if damage:
        return f"No article could be read from {name}. {damage}"
    if not rejected:
        return f"{name} has no articles in it. Choose another file."
    first = rejected[0]
    return (
        f"No article could be read from {name}: {count:,} {'line was' if count == 1 else 'lines were'} rejected. "
        f"Line {first.line:,}: {first.reason}. "
        "Each article is one JSON object on a line of its own, with headline and category, or a row of a CSV."
    )
