"""One JSON object that holds a table by its columns or by its rows' names: what pandas calls orients.

``columns`` and ``index`` ({name: {name: value}}), ``split`` and ``tight`` ({"columns": […], "data": [[…]]}), and
{name: [values]}. Such an object is parsed as a whole: memory grows with it, about six times its bytes.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from core.errors import NewsFileError
from core.news.decompression import Caps
from core.news.formats.articles import ArticleOrRejected, Rejected, build_article, type_name
from core.news.formats.csv_layout import column_names
from core.news.formats.json_object import decoder, json_reason
from core.news.formats.raw_table import Row, sample_of
from core.news.hidden_characters import UNSTORABLE
from core.news.reading import Columns

MAX_BYTES = 128 * 2**20  # of an object that is parsed as a whole
Orient = Literal["columns", "index", "split", "lists"]
Pairs = Sequence[tuple[str, Any]]  # an object, parsed

_KINDS: dict[Orient, str] = {
    "columns": "a JSON object of columns",
    "index": "a JSON object of rows",
    "split": "a JSON object of column names and rows",
    "lists": "a JSON object of lists",
}


class JsonDocument:
    """A table in one object.

    Raises:
        NewsFileError: too large to be parsed as a whole, or damaged.
    """

    remarks: tuple[str, ...] = ()

    def __init__(self, blocks: Iterable[bytes], name: str, orient: Orient, caps: Caps) -> None:
        self.kind = _KINDS[orient]
        document = dict(_parse(blocks, name, caps))
        given = {
            "columns": _by_columns, "index": _by_index, "split": _by_split, "lists": _by_lists
        }[orient](document)  # fmt: skip
        self.columns, self._rows = given
        self.sample = sample_of(self.rows())

    def rows(self) -> Iterator[Row | Rejected]:
        for number, row in enumerate(self._rows, start=1):
            if isinstance(row, dict):
                yield Row(number, row)
            else:
                yield Rejected(line=number, reason=f"article {number:,}: {row}")

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        for row in self.rows():
            article = row if isinstance(row, Rejected) else build_article(row.values, columns, row.line)
            if isinstance(article, Rejected) and isinstance(row, Row):
                article = Rejected(line=row.line, reason=f"article {row.line:,}: {article.reason}")
            yield article


# A row, or what is wrong with it.
_Table = tuple[tuple[str, ...], Sequence[dict[str, Any] | str]]


def orient_of(document: Pairs) -> Orient | None:
    """How an object holds a table, judged by its beginning; None if it holds none in these ways."""
    if not document:
        return None
    fields = dict(document)
    if isinstance(fields.get("columns"), list) and "schema" not in fields:
        rows = fields.get("data", [])
        if isinstance(rows, list) and all(isinstance(row, list) for row in rows):
            return "split"
    values = [value for _, value in document]
    if all(isinstance(value, tuple) and value for value in values):
        if any(isinstance(inner, tuple) for value in values[:100] for _, inner in value[:100]):
            return None
        inner_names, names = [key for key, _ in values[0][:100]], list(fields)[:100]
        if _numbers(inner_names) != _numbers(names):
            return "columns" if _numbers(inner_names) else "index"
        return "index" if len(document) > len(values[0]) else "columns"
    if len(values) > 1 and all(isinstance(value, list) for value in values):
        scalars = all(not isinstance(cell, list | tuple) for value in values for cell in value[:100])
        return "lists" if scalars and any(values) else None
    return None


def _numbers(names: Sequence[str]) -> bool:
    return all(name.isdecimal() for name in names)


def _parse(blocks: Iterable[bytes], name: str, caps: Caps) -> Pairs:
    limit = min(MAX_BYTES, caps.unpacked)
    parts, size = [], 0
    for block in blocks:
        parts.append(block)
        size += len(block)
        if size > limit:
            raise NewsFileError(
                f"{name} is one JSON object of more than {limit / 2**20:,.0f} MB. "
                "Save it as JSON lines or CSV, which can be read row by row."
            )
    # Bytes that are not UTF-8 become what no table can hold, which ``build_article`` replaces and counts.
    text = b"".join(parts).decode("utf-8", "surrogateescape")
    del parts
    try:
        document = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise NewsFileError(
            f"{name}, line {error.lineno:,}: {json_reason(error)}. It is one JSON object, which is read as a whole. "
            "Fetch it anew, or save it as JSON lines or CSV."
        ) from None
    except RecursionError:
        raise NewsFileError(f"{name} has lists or objects within one another too deeply.") from None
    if not isinstance(document, tuple):
        raise NewsFileError(f"{name} is {type_name(document)}, not a JSON object.")
    return document


def _by_columns(document: dict[str, Any]) -> _Table:
    names = _named(document)
    cells = {name: dict(_pairs(column)) for name, column in document.items() if name in names}
    keys = dict.fromkeys(key for column in cells.values() for key in column)
    return names, [{name: cells[name][key] for name in names if key in cells[name]} for key in keys]


def _by_index(document: dict[str, Any]) -> _Table:
    rows = [
        dict(row) if isinstance(row, tuple) else f"{type_name(row)}, not an object"
        for row in document.values()
    ]
    return _named(dict.fromkeys(key for row in rows if isinstance(row, dict) for key in row)), rows


def _by_split(document: dict[str, Any]) -> _Table:
    given, data = document["columns"], document.get("data", [])
    names = column_names([_name(name) for name in given])
    if not isinstance(data, list):
        return names, []
    rows: list[dict[str, Any] | str] = []
    for row in data:
        if not isinstance(row, list):
            rows.append(f"{type_name(row)}, not a list of values")
        elif len(row) != len(names):
            rows.append(f"{len(row):,} values, but there are {len(names):,} columns")
        else:
            rows.append(dict(zip(names, row, strict=True)))
    return names, rows


def _by_lists(document: dict[str, Any]) -> _Table:
    names = _named(document)
    lists = {name: document[name] if isinstance(document[name], list) else [] for name in names}
    length = max(map(len, lists.values()), default=0)
    return names, [
        {name: cells[number] for name, cells in lists.items() if number < len(cells)}
        for number in range(length)
    ]


def _name(name: object) -> str:
    """A column's name; those of several levels are joined."""
    return " ".join(map(str, name)) if isinstance(name, list) else "" if name is None else str(name)


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name and not UNSTORABLE.search(name))


def _pairs(column: object) -> Pairs:
    return column if isinstance(column, tuple) else ()
