"""Rows of values of any type, as Parquet, sheets and databases have them -> rows and articles."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from core.errors import NewsFileError
from core.news.caps import Caps
from core.news.formats.articles import ArticleOrRejected, Rejected, build_article, read_label, reject_too_long
from core.news.formats.extra_rows import REPEATED_HEADER, TOTAL, TotalRow, with_last
from core.news.formats.raw_table import Row, sample_of
from core.news.reading import Columns

Values = tuple[int, Sequence[Any]]  # number of the row, and its values


class ValueTable:
    """A table whose rows ``_values`` gives. Its texts together have at most as many characters as the cap in bytes.

    Attributes:
        numbers_are_texts: a headline that is a number is what a person typed, as 1984 in a sheet.
    """

    numbers_are_texts = False
    kind = ""
    remarks: tuple[str, ...] = ()
    unlisted: Collection[str] = ()

    def __init__(self, name: str, columns: Sequence[str], caps: Caps) -> None:
        self._name, self._caps = name, caps
        self.columns = tuple(columns)
        self._total = TotalRow(self.columns, ())
        self.sample: Sequence[Mapping[str, Any]] = sample_of(self.rows())
        self._total = TotalRow(self.columns, self.sample)

    def _values(self) -> Iterator[Values | Rejected]:
        """Each row, from the first on at every call."""
        raise NotImplementedError

    def rows(self) -> Iterator[Row | Rejected]:
        return with_last(self._rows(), self._unless_total)

    def _unless_total(self, row: Row | Rejected) -> Row | Rejected:
        if isinstance(row, Row) and self._total.is_total(row.values):
            return Rejected(line=row.line, reason=TOTAL)
        return row

    def _rows(self) -> Iterator[Row | Rejected]:
        characters = 0
        for row in self._values():
            if isinstance(row, Rejected):
                yield row
                continue
            number, values = row
            length = sum(len(value) for value in values if isinstance(value, str))
            characters += length
            if characters > self._caps.unpacked:
                raise NewsFileError(
                    f"{self._name} holds more than {self._caps.unpacked / 2**30:g} GB of text. Keep fewer articles."
                )
            if length > self._caps.line:
                yield reject_too_long(number, self._caps)
            elif len(values) > 1 and _folded(values) == _folded(self.columns):
                yield Rejected(line=number, reason=REPEATED_HEADER)
            else:
                yield Row(number, dict(zip(self.columns, values, strict=False)))

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        for row in self.rows():
            if isinstance(row, Rejected):
                yield row
                continue
            values = dict(row.values)
            headline = values.get(columns.headline)
            if (
                self.numbers_are_texts
                and isinstance(headline, int | float)
                and not isinstance(headline, bool)
            ):
                values[columns.headline] = read_label(headline)[0]
            yield build_article(values, columns, row.line)


def _folded(values: Sequence[Any]) -> list[Any]:
    return [value.strip().casefold() if isinstance(value, str) else value for value in values]


def as_text(value: Any) -> Any:
    """Bytes as UTF-8 text; what is not UTF-8 in them becomes what ``build_article`` replaces."""
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else value
