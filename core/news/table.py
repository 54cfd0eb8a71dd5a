"""Articles -> the table of a news file, column by column; Arrow holds what is sealed.

Leaves out: where the articles come from (``formats/``), what is remarkable about the table (``file_warnings.py``).
"""

import datetime
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from core.errors import NewsFileError
from core.news.categories import category_names, first_labels
from core.news.dates import NO_DATES, DateFormat, decide_and_parse
from core.news.decompression import Caps
from core.news.formats.articles import Article, RepairedArticle
from core.news.normal_form import nfc
from core.news.repeats import text_hashes

# The characters that str.strip() strips.
_WHITE_SPACE = "".join(c for c in map(chr, range(0x3001)) if c.isspace())
# Arrow's default pool (mimalloc) retains half as much again as the table needs.
POOL = pa.system_memory_pool()


def join_columns(
    headlines: pa.Array | pa.ChunkedArray, descriptions: pa.Array | pa.ChunkedArray, separator: str
) -> pa.Array | pa.ChunkedArray:
    """Headline and description of each article as one text, (articles,): joined, then stripped as by ``str.strip``."""
    joined = compute.binary_join_element_wise(
        headlines, descriptions, pa.scalar(separator, headlines.type), memory_pool=POOL
    )
    return compute.utf8_trim(joined, characters=_WHITE_SPACE, memory_pool=POOL)


def beginnings_at(column: pd.Series, rows: np.ndarray, characters: int) -> list[str]:
    """How the texts of a column begin at rising positions; ``iloc`` would copy the whole column."""
    beginnings: list[str] = []
    start = 0
    for chunk in pa.chunked_array(column.array.__arrow_array__()).chunks:
        first, last = np.searchsorted(rows, (start, start + len(chunk)))
        texts = chunk.take(pa.array(rows[first:last] - start))
        beginnings += compute.utf8_slice_codeunits(texts, 0, characters).to_pylist()
        start += len(chunk)
    return beginnings


@dataclass(slots=True)
class TableBuilder:
    """The table while it grows: full batches as Arrow columns, the last batch as articles.

    Categories and dates are stored as codes: a file has few distinct ones.
    """

    rows: int = 0
    replaced: int = 0
    several_labels: int = 0
    unreadable_dates: int = 0
    respelled: Counter[tuple[str, str]] = field(
        default_factory=Counter
    )  # (category, spelling), as far as they differ
    date_format: DateFormat = NO_DATES
    pending: list[Article] = field(default_factory=list)
    # Headline, description, both.
    texts: tuple[list[pa.Array], ...] = field(default_factory=lambda: ([], [], []))
    category_codes: "array[int]" = field(default_factory=lambda: array("i"))
    code_of_category: dict[str, int] = field(default_factory=dict)
    name_of_category: dict[str, str] = field(default_factory=dict)
    # Of headline and description without case, to find copies and contradictions.
    hashes: "array[int]" = field(default_factory=lambda: array("q"))
    date_codes: "array[int]" = field(default_factory=lambda: array("i"))
    code_of_date: dict[object, int] = field(default_factory=dict)

    def seal(self, name: str, caps: Caps) -> None:
        """Move the pending articles into columns."""
        pending, self.pending = self.pending, []
        self.rows += len(pending)
        if self.rows > caps.articles:
            raise NewsFileError(f"{name} has more than {caps.articles:,} articles. Keep fewer of them.")
        repaired = [article for article in pending if isinstance(article, RepairedArticle)]
        self.replaced += sum(article.replaced > 0 for article in repaired)
        self.several_labels += sum(article.labels > 1 for article in repaired)
        if len(self.respelled) <= caps.categories:  # each blank more is another spelling
            self.respelled.update(
                (article.category, article.spelling) for article in repaired if article.spelling
            )
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
        columns = (
            _composed([article.headline for article in pending]),
            _composed([article.short_description or "" for article in pending]),
        )
        self.hashes.extend(text_hashes(*columns))
        headlines, descriptions = (
            pa.array(column, pa.large_string(), memory_pool=POOL) for column in columns
        )
        texts = join_columns(headlines, descriptions, " ")
        for column, batch in zip(self.texts, (headlines, descriptions, texts), strict=True):
            column.append(batch)

    def spellings(self) -> dict[str, set[str]]:
        """How the file spells each category: of one name in several ways that make no difference."""
        spellings: dict[str, set[str]] = {}
        rows = np.bincount(np.frombuffer(self.category_codes, np.int32), minlength=len(self.code_of_category))
        respelled = Counter[str]()
        for (category, spelling), count in self.respelled.items():
            respelled[category] += count
            spellings.setdefault(nfc(category), set()).add(spelling)
        for category, code in self.code_of_category.items():
            if rows[code] > respelled[category]:
                spellings.setdefault(nfc(category), set()).add(category)
        return spellings

    def table(self, given_names: Mapping[str, str], date_format: DateFormat | None = None) -> pd.DataFrame:
        """The table of all sealed articles; sets ``name_of_category``, ``date_format``, guessed if None,
        ``unreadable_dates``, and adds to ``several_labels``.

        Args:
            given_names: as :func:`category_names`.
        """
        headlines, descriptions, texts = (
            pd.array(pa.chunked_array(column), dtype="str") for column in self.texts
        )
        self.name_of_category = name_of = category_names(self.code_of_category, given_names)
        names = sorted(set(name_of.values()))
        rank = {name: index for index, name in enumerate(names)}
        rank_of_code = np.array([rank[name_of[spelled]] for spelled in self.code_of_category], dtype=np.int32)
        spelled_codes = np.frombuffer(self.category_codes, dtype=np.int32)
        codes = rank_of_code[spelled_codes]
        if joined := [self.code_of_category[spelled] for spelled in first_labels(self.code_of_category)]:
            self.several_labels += int(np.isin(spelled_codes, joined).sum())
        categories = pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype="str"))
        date_codes = np.frombuffer(self.date_codes, dtype=np.int32)
        values = list(self.code_of_date)
        self.date_format, dates = decide_and_parse(values, date_format)
        present = np.array(
            [value is not None and (not isinstance(value, str) or value.strip() != "") for value in values]
        )
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


def _composed(texts: Iterable[str]) -> list[str]:
    """The texts without outer white space, in NFC: letters that can be typed in two ways are the same letters."""
    return [nfc(text).strip() for text in texts]


def _date_key(value: object) -> object:
    """A hashable key of a date; an empty tuple for a list, an object or anything else that cannot be a date."""
    if type(value) is str or value is None:
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | float | datetime.date):
        return ()
    return None if value != value else value
