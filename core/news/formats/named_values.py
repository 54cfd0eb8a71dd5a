"""Lists of values in JSON -> rows: names for their columns, as a table without names has them."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from core.news.columns import is_known_name
from core.news.formats.articles import Rejected, type_name
from core.news.formats.csv_layout import NO_HEADER, column_names, is_header
from core.news.formats.raw_table import Row
from core.news.reading import Columns
from core.news.wording import many

Item = TypeVar("Item")


class NamedValues:
    """Names for the values of lists, as a table without names has them: from its first row, if that is a header."""

    def __init__(self, rows: list[list[Any]]) -> None:
        texts = [
            [value if isinstance(value, str) else "0" for value in row]
            for row in rows
            if isinstance(row, list)
        ]
        alike = len(texts) > 1 and 0 < len(texts[0]) == len(texts[1])
        self.header = alike and (is_header(texts) if len(texts[0]) != 1 else is_known_name(texts[0][0]))
        self.columns = column_names(
            [text.strip() for text in texts[0]] if self.header else [""] * max(map(len, texts), default=0)
        )
        self.remarks = () if self.header or not texts else (NO_HEADER,)

    def without_header(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items but for the header, which is the first that can be read."""
        is_next = self.header
        for item in items:
            if is_next and not isinstance(item, Rejected):
                is_next = False
            else:
                yield item

    def row(self, value: Any, number: int, columns: Columns | None = None) -> Row | Rejected:
        """The row of a list, or of a text alone."""
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list):
            return Rejected(line=number, reason=f"{type_name(value)} where the other rows are lists")
        if len(values) > len(self.columns):
            return Rejected(
                line=number,
                reason=f"{many(len(values), 'value')}, but the other rows have {len(self.columns):,}",
            )
        return Row(number, dict(zip(self.columns, values, strict=False)))
