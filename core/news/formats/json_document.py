"""One JSON object that holds a table by its columns or by its rows' names: what pandas calls orients.

``columns`` and ``index`` ({name: {name: value}}), ``split`` and ``tight`` ({"columns": […], "data": [[…]]}),
{name: [values]}, rows or texts in groups ({category: [rows]}), and {text: label}. Such an object is parsed as a whole:
memory grows with it, about seven times its bytes.
"""

import itertools
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any, Literal

from core.errors import NewsFileError
from core.news.archive_contents import part_of
from core.news.columns import is_known_name
from core.news.decompression import Caps
from core.news.formats.articles import ArticleOrRejected, Rejected, build_article, type_name
from core.news.formats.csv_layout import column_names
from core.news.formats.json_object import decoder, json_reason
from core.news.formats.named_values import NamedValues
from core.news.formats.raw_table import MAX_COLUMNS, Row, sample_of
from core.news.hidden_characters import UNSTORABLE
from core.news.reading import Columns
from core.news.wording import many

MAX_BYTES = 128 * 2**20  # of an object that is parsed as a whole
Orient = Literal["columns", "index", "split", "lists", "groups", "labels"]
Pairs = Sequence[tuple[str, Any]]  # an object, parsed

_FEWEST_TEXTS = 8  # whose labels repeat
_ORDER = ("train", "validation", "test")  # of the parts
_GROUP_NAMES = ("category", "group")  # of the column that says in which group a row is
_KINDS: dict[Orient, str] = {
    "columns": "a JSON object of columns",
    "index": "a JSON object of rows",
    "split": "a JSON object of column names and rows",
    "lists": "a JSON object of lists",
    "groups": "a JSON object of groups of rows",
    "labels": "a JSON object of texts and their labels",
}


class JsonDocument:
    """A table in one object.

    Attributes:
        first_test_row: the number of the first row of the test part, behind which there are no others; 0 without one.
        test_articles: how many articles ``articles`` gave from there on; 0 where the part is the category.

    Raises:
        NewsFileError: too large to be parsed as a whole, or damaged.
    """

    unlisted: Collection[str] = ()

    def __init__(self, blocks: Iterable[bytes], name: str, orient: Orient, caps: Caps) -> None:
        self.kind = _KINDS[orient]
        document = _parse(blocks, name, caps)
        parsers = {
            "columns": _by_columns,
            "index": _by_index,
            "split": _by_split,
            "lists": _by_lists,
            "groups": _by_groups,
            "labels": _by_texts,
        }
        self.columns, self._rows = parsers[orient](document)
        self._split = next(
            (name for name in self.columns[-1:] if orient == "groups" and _are_parts(document)), ""
        )
        self.unlisted = _former_names(self.columns[:-1]) if self._split else ()
        self.first_test_row = _first_test_row(self._rows, self._split)
        self._join = _join_remark(document) if self.first_test_row else ""
        self.test_articles = 0
        self.sample = sample_of(self.rows())

    @property
    def remarks(self) -> tuple[str, ...]:
        return (self._join,) if self._join and self.test_articles else ()

    def rows(self) -> Iterator[Row | Rejected]:
        for number, row in enumerate(self._rows, start=1):
            if isinstance(row, dict):
                yield Row(number, row)
            else:
                yield Rejected(line=number, reason=f"article {number:,}: {row}")

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        self.test_articles, by_part = 0, columns.category in (self._split, *self.unlisted)
        former = next((name for name in columns.used() if name in self.unlisted), "")
        for row in self.rows():
            if former and isinstance(row, Row):
                row = Row(row.line, {**row.values, former: row.values[self._split]})
            article = row if isinstance(row, Rejected) else build_article(row.values, columns, row.line)
            if isinstance(article, Rejected) and isinstance(row, Row):
                article = Rejected(line=row.line, reason=f"article {row.line:,}: {article.reason}")
            elif isinstance(row, Row) and 0 < self.first_test_row <= row.line and not by_part:
                self.test_articles += 1
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
        if isinstance(rows, list) and (not rows or any(isinstance(row, list) for row in rows)):
            return "split"
    values = [value for _, value in document]
    if all(isinstance(value, tuple) and value for value in values):
        if any(_is_nested(inner) for value in values[:100] for _, inner in value[:100]) or not _alike(
            values[:2]
        ):
            return None
        inner_names, names = [key for key, _ in values[0][:100]], list(fields)[:100]
        if _numbers(inner_names) != _numbers(names):
            return "columns" if _numbers(inner_names) else "index"
        return "index" if len(document) > len(values[0]) else "columns"
    if len(document) >= _FEWEST_TEXTS and all(isinstance(value, str) for value in values):
        texts = sum(len(name.split()) > 2 for name in fields)  # an article's fields have shorter names
        return "labels" if 2 * texts > len(fields) and 2 * len(set(values)) <= len(values) else None
    are_lists = all(isinstance(value, list) and value for value in values)
    if are_lists and _are_parts(document) and not any(is_known_name(name) for name in fields):
        return "groups"
    if len(values) > 1 and are_lists:
        first = [row for value in values for row in value[:100]]
        if all(isinstance(row, tuple) for row in first) and _alike([value[0] for value in values]):
            return "groups"
        if any(isinstance(row, tuple | list) for row in first):
            return None
        named = any(is_known_name(name) for name in fields)
        texts = (
            all(isinstance(row, str) for row in first) and sum(" " in row for row in first) > len(first) / 2
        )
        return "groups" if texts and not named else "lists"
    return None


def _is_nested(value: object) -> bool:
    return isinstance(value, tuple) or (
        isinstance(value, list) and any(isinstance(row, tuple) for row in value)
    )


def _alike(objects: Sequence[Pairs]) -> bool:
    """Whether each object has a key of the first."""
    names = {key for key, _ in objects[0]}
    return all(any(key in names for key, _ in pairs) for pairs in objects)


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
            f"{name}, line {error.lineno:,}: {json_reason(error)}. It is one JSON object, which is read as "
            "a whole. Download it again, or save it as JSON Lines or CSV."
        ) from None
    except RecursionError:
        raise NewsFileError(f"{name} has lists or objects nested too deep.") from None
    if not isinstance(document, tuple):
        raise NewsFileError(f"{name} is {type_name(document)}, not a JSON object.")
    return document


def _by_columns(document: Pairs) -> _Table:
    cells = {name: _by_key(_pairs(column)) for name, column in _by_key(document).items()}
    rows: dict[str, dict[str, Any]] = {}
    for name, column in cells.items():
        for key, value in column.items():
            rows.setdefault(key, {})[name] = value
    return _named(cells), list(rows.values())


def _by_index(document: Pairs) -> _Table:
    rows = [
        dict(row) if isinstance(row, tuple) else f"{type_name(row)}, not an object" for _, row in document
    ]
    return _named(dict.fromkeys(key for row in rows if isinstance(row, dict) for key in row)), rows


def _by_split(document: Pairs) -> _Table:
    fields = dict(document)
    given, data = fields["columns"], fields.get("data", [])
    names = column_names([_name(name) for name in given])
    if not isinstance(data, list):
        return names, []
    rows: list[dict[str, Any] | str] = []
    for row in data:
        if not isinstance(row, list):
            rows.append(f"{type_name(row)}, not a list of values")
        elif len(row) != len(names):
            rows.append(f"{many(len(row), 'value')}, but there are {len(names):,} columns")
        else:
            rows.append(dict(zip(names, row, strict=True)))
    return names, rows


def _by_lists(document: Pairs) -> _Table:
    lists = {name: column if isinstance(column, list) else [] for name, column in _by_key(document).items()}
    rows: list[dict[str, Any]] = [{} for _ in range(max(map(len, lists.values()), default=0))]
    for name, cells in lists.items():
        for row, value in zip(rows, cells, strict=False):
            row[name] = value
    return _named(lists), rows


def _by_texts(document: Pairs) -> _Table:
    rows = [{"headline": text, "category": label} for text, label in document]
    return ("headline", "category"), rows


def _by_groups(document: Pairs) -> _Table:
    rows: list[dict[str, Any] | str] = []
    if _are_parts(document):
        document = sorted(document, key=lambda part: _ORDER.index(part_of(part[0])))
    groups = [group for _, group in document if isinstance(group, list)]
    objects = [row for group in groups for row in group if isinstance(row, tuple)]
    lists = [row for group in groups for row in group if isinstance(row, list)]
    named = NamedValues(lists) if lists and not objects else None
    columns = dict.fromkeys(named.columns if named else (key for row in objects for key, _ in row))
    names = ("split",) if _are_parts(document) else _GROUP_NAMES
    group_name = next(name for name in _group_names(names) if name not in columns)
    for name, group in document:
        for row in group if isinstance(group, list) else [group]:
            if isinstance(row, tuple):
                rows.append({**dict(row), group_name: name})
            elif isinstance(row, list) and named:
                values = named.row(row, 0)
                rows.append(
                    values.reason if isinstance(values, Rejected) else {**values.values, group_name: name}
                )
            elif isinstance(row, str):
                rows.append({"headline": row, group_name: name})
            else:
                rows.append(f"{type_name(row)}, neither an object nor a text")
    return _named([*(columns or ["headline"]), group_name]), rows


def _are_parts(document: Pairs) -> bool:
    """Whether the groups are the training, test and validation parts."""
    return all(part_of(name) for name, _ in document)


def _join_remark(document: Pairs) -> str:
    """What is said of the parts between training and test; empty if there are none."""
    names = [(_ORDER.index(part_of(name)), name) for name, rows in document if rows]
    last = max(number for number, _ in names)
    between = [f"“{name[:40]}”" for number, name in names if 0 < number < last]
    return f"The rows of {' and '.join(between)} count as training rows." if between else ""


def _first_test_row(rows: Sequence[dict[str, Any] | str], split: str) -> int:
    """The number of the first row of the last part, if it is that of test or validation and another is before it."""
    parts = [part_of(str(row[split])) if split and isinstance(row, dict) else "" for row in rows]
    filled = [part for part in parts if part]
    if not filled or filled[0] != "train" or filled[-1] == "train":
        return 0
    return parts.index(filled[-1]) + 1


def _former_names(columns: Collection[str]) -> tuple[str, ...]:
    """What the column of the parts may be called in a run of an earlier version, which took them for categories."""
    return (next(name for name in _group_names(_GROUP_NAMES) if name not in columns),)


def _group_names(names: Sequence[str]) -> Iterator[str]:
    yield from names
    yield from (f"group {number}" for number in itertools.count(2))


def _name(name: object) -> str:
    """A column's name; those of several levels are joined."""
    return " ".join(map(str, name)) if isinstance(name, list) else "" if name is None else str(name)


def _named(names: Iterable[str]) -> tuple[str, ...]:
    usable = (name for name in names if name and not UNSTORABLE.search(name))
    return tuple(itertools.islice(usable, MAX_COLUMNS))


def _by_key(pairs: Pairs) -> dict[str, Any]:
    """An object's values by their keys. A key that comes again gets a number, so that no value is lost."""
    values = dict(pairs)
    if len(values) == len(pairs):
        return values
    values.clear()
    times = Counter[str]()
    for key, value in pairs:
        name = key
        while name in values:
            times[key] += 1
            name = f"{key} ({times[key] + 1})"
        values[name] = value
    return values


def _pairs(column: object) -> Pairs:
    return column if isinstance(column, tuple) else ()
