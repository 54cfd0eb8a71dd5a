"""A news file -> ``News``: the table of its articles, its rejected lines and warnings about it.

Decompression is in ``decompression.py``, the parsing of articles in ``formats/``. Everything streams: memory
holds the table and one block of the file's bytes.
"""

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from core.errors import NewsFileError
from core.news.content_store import safe_name
from core.news.decompression import Caps, Decompressor
from core.news.formats.articles import Article, Rejected, RepairedArticle
from core.news.formats.recognition import read_articles

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
MAX_CATEGORIES = 1_000  # with more, the column is hardly a category, and no run starts
# The characters that str.strip() strips.
_WHITE_SPACE = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
# Largest number of articles, and of their characters, that wait as Python strings for the table.
_BATCH, _BATCH_CHARACTERS = 1 << 14, 1 << 22
# Arrow's default pool (mimalloc) retains half as much again as the table needs.
_POOL = pa.system_memory_pool()


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
    """

    table: pd.DataFrame
    fingerprint: str
    name: str
    rejected: tuple[Rejected, ...] = ()
    rejected_count: int = 0
    warnings: tuple[str, ...] = ()

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
        NewsFileError: the file as a whole is not news, or no line of it is.
    """
    name, caps = safe_name(name or path.name), caps or Caps()
    decompressor = Decompressor(path, name, caps=caps, progress=progress)
    columns, rejected, rejected_count, characters = _Columns(), list[Rejected](), 0, 0
    blocks = iter(decompressor)
    for article in read_articles(blocks, name, caps):
        if not isinstance(article, Rejected):
            columns.pending.append(article)
            characters += len(article.headline) + len(article.short_description or "")
            if len(columns.pending) == _BATCH or characters >= _BATCH_CHARACTERS:
                columns.seal(name, caps)
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
    columns.seal(name, caps)
    if not columns.rows:
        raise NewsFileError(_nothing_read(name, rejected, rejected_count, decompressor.damage))
    table = columns.table()
    warnings = [decompressor.damage, *columns.warnings(), *_warnings(table)]
    _POOL.release_unused()  # Arrow would retain as much memory again as the table takes
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


def join_columns(
    headlines: pa.Array | pa.ChunkedArray, descriptions: pa.Array | pa.ChunkedArray, separator: str
) -> pa.Array | pa.ChunkedArray:
    """Headline and description of each article as one text, (articles,): joined, then stripped as by ``str.strip``."""
    joined = compute.binary_join_element_wise(
        headlines, descriptions, pa.scalar(separator, headlines.type), memory_pool=_POOL
    )
    return compute.utf8_trim(joined, characters=_WHITE_SPACE, memory_pool=_POOL)


@dataclass(slots=True)
class _Columns:
    """The table while it grows: full batches as Arrow columns, the last batch as articles.

    Categories and dates are stored as codes: a file has few distinct ones.
    """

    rows: int = 0
    replaced: int = 0
    unreadable_dates: int = 0
    pending: list[Article] = field(default_factory=list)
    texts: tuple[list[pa.Array], ...] = field(
        default_factory=lambda: ([], [], [])
    )  # headline, description, both
    category_codes: "array[int]" = field(default_factory=lambda: array("i"))
    code_of_category: dict[str, int] = field(default_factory=dict)
    hashes: "array[int]" = field(
        default_factory=lambda: array("q")
    )  # of headline and description, to count copies
    date_codes: "array[int]" = field(default_factory=lambda: array("i"))
    code_of_date: dict[object, int] = field(default_factory=dict)

    def seal(self, name: str, caps: Caps) -> None:
        """Move the pending articles into columns."""
        pending, self.pending = self.pending, []
        self.rows += len(pending)
        if self.rows > caps.articles:
            raise NewsFileError(f"{name} has more than {caps.articles:,} articles. Keep fewer of them.")
        self.replaced += sum(isinstance(article, RepairedArticle) for article in pending)
        categories = self.code_of_category
        self.category_codes.extend(
            [categories.setdefault(article.category, len(categories)) for article in pending]
        )
        if len(categories) > caps.categories:
            raise NewsFileError(
                f"{name} has more than {caps.categories:,} categories. Is category the right column?"
            )
        dates = self.code_of_date
        self.date_codes.extend([dates.setdefault(_date_key(article.date), len(dates)) for article in pending])
        pairs = [(article.headline, article.short_description or "") for article in pending]
        self.hashes.extend(map(hash, pairs))
        kind = pa.large_string()
        headlines = pa.array([headline for headline, _ in pairs], kind, memory_pool=_POOL)
        descriptions = pa.array([description for _, description in pairs], kind, memory_pool=_POOL)
        texts = join_columns(headlines, descriptions, " ")
        for column, batch in zip(self.texts, (headlines, descriptions, texts), strict=True):
            column.append(batch)

    def table(self) -> pd.DataFrame:
        """The table of all sealed articles; sets ``unreadable_dates``."""
        headlines, descriptions, texts = (
            pd.array(pa.chunked_array(column), dtype="str") for column in self.texts
        )
        names = sorted(self.code_of_category)
        rank = {name: index for index, name in enumerate(names)}
        rank_of_code = np.array([rank[name] for name in self.code_of_category], dtype=np.int32)
        codes = rank_of_code[np.frombuffer(self.category_codes, dtype=np.int32)]
        categories = pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))
        date_codes = np.frombuffer(self.date_codes, dtype=np.int32)
        dates = _parse_dates(list(self.code_of_date))
        present = np.array([date is not None and date != "" for date in self.code_of_date])
        self.unreadable_dates = int((np.isnat(dates) & present)[date_codes].sum())
        return pd.DataFrame(
            {
                "headline": headlines,
                "short_description": descriptions,
                "category": categories,
                "date": pd.Series(dates[date_codes]),
                "text": texts,
            },
            copy=False,
        )

    def warnings(self) -> Iterator[str]:
        """Warnings about the articles; call it after :meth:`table`."""
        if self.replaced:
            yield f"{_articles(self.replaced)} held NUL or half a surrogate pair; each of these became \ufffd."
        if self.unreadable_dates:
            yield f"{_articles(self.unreadable_dates)} carried a date that cannot be read; they are kept without one."
        # Sorting takes a fraction of the memory of np.unique.
        ordered = np.sort(np.frombuffer(self.hashes, dtype=np.int64))
        repeated = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
        if repeated * 100 >= self.rows:
            yield (
                f"{_articles(repeated)} repeat an earlier one word for word ({100 * repeated / self.rows:.0f} %). "
                "Copies in both the training and the test part (leakage) make the test score look better than it is."
            )


def _date_key(date: object) -> str | int | float | bool | None:
    """A hashable key of a date; True for a list, an object or anything else that cannot be a date."""
    return date if isinstance(date, str | int | float | None) else True


def _parse_dates(dates: list[object]) -> np.ndarray:
    """Dates as ``datetime64[us]``, NaT for what is not a date.

    Parses texts as ISO 8601, otherwise as pandas guesses. Numbers count from 1970: in milliseconds beyond 10^11
    (as ``DataFrame.to_json`` writes them), otherwise in seconds.
    """
    texts = [date if isinstance(date, str) and len(date) <= 40 else None for date in dates]
    parsed = pd.to_datetime(pd.Series(texts, dtype="str"), format="ISO8601", errors="coerce", utc=True)
    unparsed = parsed.isna() & pd.Series([bool(text and text.strip()) for text in texts])
    if 0 < unparsed.sum() <= 10_000:  # slow, but once for each distinct text
        parsed[unparsed] = pd.to_datetime(
            pd.Series(texts, dtype="str")[unparsed], format="mixed", errors="coerce", utc=True
        )
    result: np.ndarray = parsed.dt.tz_localize(None).to_numpy(dtype="datetime64[us]").copy()
    for index, date in enumerate(dates):
        if isinstance(date, int | float) and not isinstance(date, bool) and abs(date) < 1e15:
            microseconds = date * (1_000 if abs(date) > 1e11 else 1_000_000)
            result[index] = np.datetime64(int(microseconds), "us")
    return result


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


# Characters that change the writing direction or have no width. Source: Unicode 16, chapter 23.
HIDDEN = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")


def escape_hidden(text: str) -> str:
    """The text with each hidden character replaced by its code point, as the tables show it."""
    return HIDDEN.sub(lambda match: f"⟨U+{ord(match.group()):04X}⟩", text)


def _warnings(table: pd.DataFrame) -> Iterator[str]:
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
