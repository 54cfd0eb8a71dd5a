"""Tables that belong together, one for each category: the files of an archive, or the sheets of a workbook.

The name of the file or sheet is the category, unless each has a column that says it. Leaves out: opening them
(``opening.py``, ``workbook.py``).
"""

import itertools
import os.path
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.news.archive_contents import listed, part_of_path
from core.news.columns import guess_columns, is_name_of_category, may_be_name_of_category
from core.news.formats.articles import ArticleOrRejected, Rejected
from core.news.formats.raw_table import MAX_COLUMNS, SAMPLE_ROWS, RawTable, Row
from core.news.reading import Columns

MOST_TABLES = 100
_FEWEST_ROWS = 3  # of each table: a text of a few lines is an article, not a table
_UNNAMED = re.compile(r"column \d+")
_COLUMN_NAMES = ("category", "file", "name of the file")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A table and the names of its file and of the category that it stands for."""

    name: str
    category: str
    table: RawTable


class CategoryTables:
    """The rows of all tables, one table after the other, with the category of each as a column more.

    Args:
        remark: about the tables that are left out.
        alone: the table that is read where another column is the category: a run of an earlier version knew no other.
    """

    unlisted: Collection[str] = ()

    def __init__(
        self, parts: Sequence[Part], what: str, alone: RawTable | None = None, remark: str = ""
    ) -> None:
        self._parts, self._alone, self._is_alone, self._remark = parts, alone, False, remark
        self.kind = f"{len(parts):,} {what}, one for each category"
        names = dict.fromkeys(name for part in parts for name in part.table.columns)
        taken = {name.casefold() for name in names}
        self.category_column = next(name for name in _COLUMN_NAMES if name not in taken)
        self.columns = (*itertools.islice(names, MAX_COLUMNS - 1), self.category_column)
        share = max(_FEWEST_ROWS, SAMPLE_ROWS // len(parts))
        self.sample: Sequence[Mapping[str, Any]] = [
            {**row, self.category_column: part.category}
            for part in parts
            for row in part.table.sample[:share]
        ]

    @property
    def remarks(self) -> tuple[str, ...]:
        if self._alone and self._is_alone:
            return self._alone.remarks
        remarks = joined_remarks([(part.name, part.table.remarks) for part in self._parts])
        return (self._remark, *remarks) if self._remark else remarks

    def rows(self) -> Iterator[Row | Rejected]:
        for part in self._parts:
            for row in part.table.rows():
                if isinstance(row, Rejected):
                    yield _of(part, row)
                else:
                    yield Row(row.line, {**row.values, self.category_column: part.category})

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        by_table = columns.category == self.category_column
        if by_table:
            columns = Columns(headline=columns.headline, description=columns.description, date=columns.date)
        elif self._alone:
            self._is_alone = True
            yield from self._alone.articles(columns)
            return
        for part in self._parts:
            for article in part.table.articles(columns):
                if isinstance(article, Rejected):
                    yield _of(part, article)
                    continue
                if by_table:
                    article.category = part.category
                yield article


def fitting_parts(parts: Sequence[Part]) -> list[Part]:
    """Those whose texts are in the column in which most have them; notes and tables without rows are none."""
    headlines = [guess_columns(part.table.columns, part.table.sample).headline for part in parts]
    usual = Counter(filter(None, headlines)).most_common(1)
    fitting = [
        part
        for part, headline in zip(parts, headlines, strict=True)
        if usual and headline == usual[0][0] and len(part.table.sample) >= _FEWEST_ROWS
    ]
    return fitting if 2 * len(fitting) > len(parts) else list(parts)


def left_out_remark(parts: Sequence[Part], fitting: Sequence[Part]) -> str:
    """What is said of the tables that are not read; empty if there are none."""
    names = [part.name for part in parts if part not in fitting]
    return f"Not read, because other columns or too few rows are in it: {listed(names)}." if names else ""


def is_table_for_each_category(parts: Sequence[Part]) -> bool:
    """Whether the tables have the same texts, and nothing but their names, or a column of one value, says the label."""
    if not 2 <= len(parts) <= MOST_TABLES or len({part.category for part in parts}) < len(parts):
        return False
    if any(part_of_path(part.name) for part in parts):
        return False
    first, *others = (set(part.table.columns) for part in parts)
    if any(2 * len(first & other) < len(first | other) for other in others):
        return False
    guesses = [guess_columns(part.table.columns, part.table.sample) for part in parts]
    if not guesses[0].headline or len({guess.headline for guess in guesses}) > 1:
        return False
    if any(len(part.table.sample) < _FEWEST_ROWS for part in parts):
        return False
    columns = {guess.category for guess in guesses} - {""}
    values = [{str(row.get(column)) for row in part.table.sample} for part in parts for column in columns]
    if not any(is_name_of_category(column) or _UNNAMED.fullmatch(column) for column in columns):
        if len(columns) != 1 or not any(map(may_be_name_of_category, columns)):
            return True
        # A column of an unsure name, Class Index, holds the categories where the tables have the same ones.
        return 2 * len(set.intersection(*values)) <= len(set.union(*values))
    return len(columns) == 1 and all(len(each) == 1 for each in values) and len(set.union(*values)) > 1


def joined_remarks(remarks_of: Sequence[tuple[str, Sequence[str]]]) -> tuple[str, ...]:
    """The remarks about tables with their names; what is true of several is said once."""
    names: dict[str, list[str]] = {}
    for name, remarks in remarks_of:
        for remark in remarks:
            names.setdefault(remark, []).append(name)
    every = len(remarks_of)
    return tuple(
        f"{of[0] if len(of) == 1 else f'{len(of):,} of the {every:,} tables'}: {remark}"
        for remark, of in names.items()
    )


def categories_of(names: Sequence[str]) -> list[str]:
    """The category that each file name stands for: what differs of folders, name and suffix.

    >>> categories_of(["news/sport.csv", "news/food.csv"])
    ['sport', 'food']
    >>> categories_of(["rt-polarity.pos", "rt-polarity.neg"])
    ['pos', 'neg']
    """
    paths = [[*name.split("/")[:-1], *_split(name.rpartition("/")[2])] for name in names]
    if len({len(path) for path in paths}) > 1:
        folder = os.path.commonpath([f"/{name}" for name in names]).removeprefix("/")
        return [name.removeprefix(f"{folder}/") for name in names]
    differing = [column for column in zip(*paths, strict=True) if len(set(column)) > 1]
    if len(differing) > 1 and len(set(differing[-2])) == len(names):  # the suffixes differ too
        differing = differing[:-1]
    return ["/".join(path) for path in zip(*differing, strict=True)] if differing else list(names)


def _split(base: str) -> tuple[str, str]:
    """Name and suffix; those of packing and of copies go with the suffix."""
    name, _, suffix = base.partition(".")
    return (name, suffix) if name else (base, "")


def _of(part: Part, rejected: Rejected) -> Rejected:
    return Rejected(
        line=rejected.line,
        reason=f"{part.name}: {rejected.reason}",
        category=rejected.category or part.category,
    )
