"""A file of texts to classify, of any shape that a news file may have, or plain text with one headline a line.

Unlike ``news.py`` it needs no category, takes any column as the headline, and keeps every column for the answer. Leaves
out: files too large for memory.
"""

import datetime
import decimal
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from core.errors import NewsFileError
from core.news.archive_contents import train_and_test
from core.news.columns import guess_columns, is_known_name
from core.news.csv_export import Cell
from core.news.decompression import Caps, Decompressor
from core.news.encodings import NotUtf8Error, detect, known_encoding, to_utf8
from core.news.formats.articles import Rejected
from core.news.formats.raw_table import MAX_COLUMNS, Row, outer_names
from core.news.opening import OpenedFile, UnchosenError, listed, unchosen_shape
from core.news.reading import GUESSED, Columns, FileShape, Reading
from core.news.rejections import MAX_KEPT

MAX_BYTES = 20 * 2**20
MAX_HEADLINES = 200_000

PLAIN_TEXT = "plain text, a headline a line"
_UNNAMED = "column 1"  # what the only column of a text without a header is called
_HOW = "Upload plain text with one headline a line, or a table with a column of texts."
_CAPS = Caps(unpacked=MAX_BYTES, articles=MAX_HEADLINES)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Headlines:
    """The rows of a file, in its order.

    Attributes:
        shape: how the file was read.
        columns: all columns that occur.
        rows: (rows,) each with a cell a column.
        headlines, descriptions: (rows,) stripped; a row in which both are empty gets no answer.
        rejected: the first rows without a text, and lines that give no row: number and reason.
        rejected_count: of all of these.
    """

    shape: FileShape
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    headlines: tuple[str, ...]
    descriptions: tuple[str, ...]
    rejected: tuple[tuple[int, str], ...]
    rejected_count: int

    @property
    def answered(self) -> list[int]:
        """The positions of the rows that have a text."""
        texts = zip(self.headlines, self.descriptions, strict=True)
        return [row for row, (headline, description) in enumerate(texts) if headline or description]


def inspect_headlines(path: Path, name: str, reading: Reading = GUESSED) -> FileShape:
    """How the file would be read: its format, its columns, and which are taken by themselves.

    Of an archive from which a file has to be chosen the files alone.

    Raises:
        NewsFileError: it is too large, or no text and no table.
    """
    _check_size(path, name)
    decompressor = Decompressor(path, name, caps=_CAPS, member=reading.member)
    contents = decompressor.contents
    if contents and reading.member is None and not contents.folders and train_and_test(contents.members):
        return unchosen_shape(decompressor)
    try:
        return _in_its_encoding(path, name, reading, lambda file: _rows_of(file, reading)[0])
    except UnchosenError:
        return unchosen_shape(decompressor)


def read_headlines(path: Path, name: str, reading: Reading = GUESSED) -> Headlines:
    """Read a file of texts; the content decides the format, not the name. Time and memory grow with the size.

    Raises:
        NewsFileError: it is too large, no text and no table, has no such column, or no headline in it.
    """

    def read(file: OpenedFile) -> Headlines:
        shape, rows = _rows_of(file, reading)
        if not shape.used.headline:
            raise NewsFileError(f"Which column of {name} holds the headline? It has {listed(shape.columns)}.")
        return _collect(rows, shape, name)

    _check_size(path, name)
    return _in_its_encoding(path, name, reading, read)


def _check_size(path: Path, name: str) -> None:
    if (size := path.stat().st_size) > MAX_BYTES:
        raise NewsFileError(
            f"{name} has {size / 1e6:,.0f} MB; the most is {MAX_BYTES // 2**20} MB. Split it."
        )


def _in_its_encoding(path: Path, name: str, reading: Reading, read: Callable[[OpenedFile], T]) -> T:
    """What ``read`` returns for the chosen encoding, else for UTF-8, else for the one that the whole file is in."""

    def opened(encoding: str | None) -> OpenedFile:
        return OpenedFile(path, name, _CAPS, encoding, member=reading.member)

    if reading.encoding:
        return read(opened(known_encoding(reading.encoding)))
    try:
        return read(opened(None))
    except NotUtf8Error:
        return read(opened(detect(Decompressor(path, name, caps=_CAPS, member=reading.member))))


def _rows_of(file: OpenedFile, reading: Reading) -> tuple[FileShape, Iterator[Row | Rejected]]:
    """How the file is read, and its rows, which are not read yet."""
    if texts := _texts_without_columns(file):
        shape = FileShape(
            kind=PLAIN_TEXT if isinstance(texts, str) else "a JSON array of texts",
            encoding=file.encoding,
            columns=("headline",),
            used=Columns(headline="headline"),
            members=file.members,
            member=file.member,
        )
        numbered = enumerate(texts.split("\n") if isinstance(texts, str) else texts, start=1)
        return shape, (Row(number, {"headline": line}) for number, line in numbered if line.strip())
    rows = file.table.rows()
    if not file.table.columns:
        first = next((row for row in rows if isinstance(row, Rejected)), None)
        raise NewsFileError(_nothing_read(file.name, (first.line, first.reason) if first else None))
    shape = file.shape(reading)
    if not set(shape.used.used()) <= set(shape.columns):  # no row could be read at first
        shape = replace(shape, used=Columns())
    if not shape.used.headline:  # by its name alone, whatever is in it
        by_name = guess_columns(shape.columns, ()).headline
        only = shape.columns[0] if len(shape.columns) == 1 else ""
        shape = replace(shape, used=msgspec.structs.replace(shape.used, headline=by_name or only))
    return shape, rows


def _texts_without_columns(file: OpenedFile) -> str | list[str]:
    """The text of a file whose lines are headlines, or a JSON array of texts; empty for a table.

    Lines with one comma each look like a table of two columns, so a text file is one only with a header.
    """
    kind, columns = file.table.kind, file.table.columns
    is_json = "JSON" in kind and not columns
    is_table = columns != (_UNNAMED,) and (not _is_text_file(file) or any(map(is_known_name, columns)))
    if not is_json and (is_table or not kind.startswith(("CSV", "text"))):
        return ""
    decompressor = Decompressor(file.decompressor.path, file.name, caps=_CAPS, member=file.member or None)
    content = b"".join(to_utf8(decompressor, file.encoding))
    if is_json:
        try:
            return msgspec.json.decode(content, type=list[str])
        except msgspec.MsgspecError:
            return ""
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    return text.replace("\r\n", "\n") if "\n" in text else text.replace("\r", "\n")


def _is_text_file(file: OpenedFile) -> bool:
    return not (file.member or file.name).lower().endswith((".csv", ".tsv", ".tab", ".csv.gz", ".tsv.gz"))


def _collect(rows: Iterable[Row | Rejected], shape: FileShape, name: str) -> Headlines:
    """Read all rows."""
    used = shape.used
    values: list[Mapping[str, Any]] = []
    headlines: list[str] = []
    descriptions: list[str] = []
    rejected: list[tuple[int, str]] = []
    rejected_count = 0
    columns = dict.fromkeys(shape.columns)
    for row in rows:
        reason = row.reason if isinstance(row, Rejected) else ""
        if isinstance(row, Row):
            values.append(row.values)
            headlines.append(_text(row.values.get(used.headline)))
            descriptions.append(_text(row.values.get(used.description)) if used.description else "")
            if not headlines[-1] and not descriptions[-1]:
                reason = (
                    f"{used.headline} is {'empty or no text' if used.headline in row.values else 'missing'}"
                )
            if len(values) > MAX_HEADLINES:
                raise NewsFileError(f"{name} has more than {MAX_HEADLINES:,} headlines. Split it.")
            if len(row.values) > len(columns) or not columns.keys() >= row.values.keys():
                columns |= dict.fromkeys(row.values)
        if reason:
            rejected_count += 1
            if len(rejected) < MAX_KEPT:
                rejected.append((row.line, reason))
    if not any(headlines) and not any(descriptions):
        raise NewsFileError(_nothing_read(name, rejected[0] if rejected else None))
    outer = outer_names(columns)  # a row without the object whose fields are columns has its name alone
    empty = {name for name in outer if all(row.get(name) is None for row in values)}
    names = tuple(name for name in columns if name not in empty)[:MAX_COLUMNS]
    return Headlines(
        shape=shape,
        columns=names,
        rows=tuple(tuple(_cell(row.get(column)) for column in names) for row in values),
        headlines=tuple(headlines),
        descriptions=tuple(descriptions),
        rejected=tuple(rejected),
        rejected_count=rejected_count,
    )


def _nothing_read(name: str, rejected: tuple[int, str] | None) -> str:
    why = f" Line {rejected[0]:,}: {rejected[1]}." if rejected else ""
    return f"{name} holds no headline.{why} {_HOW}"


def _text(value: Any) -> str:
    """A text, stripped; a number's digits; empty for anything else."""
    cell = _cell(value) if isinstance(value, str | int | float | decimal.Decimal) else ""
    return str(cell).strip()


def _cell(value: Any) -> Cell:
    """A value as a cell of a table: lists and objects are JSON, dates ISO 8601, what is missing is empty."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() | int():
            return value
        case float():
            return value if math.isfinite(value) else ""
        case list() | tuple() | dict():
            try:
                return json.dumps(_plain(value), ensure_ascii=False, default=str)
            except RecursionError:
                return "…"  # nested hundreds of levels deep
        case datetime.date() | datetime.time():
            return value.isoformat()
        case bytes():
            return value.decode("utf-8", "replace")
        case _:
            return str(value)


def _plain(value: Any) -> Any:
    """JSON's lists and objects, which are read as tuples of pairs, as lists and dictionaries."""
    match value:
        case tuple():
            return {str(name): _plain(each) for name, each in value}
        case dict():
            return {str(name): _plain(each) for name, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case _:
            return value


def answer_columns(columns: Sequence[str], *, ranked: int) -> tuple[str, ...]:
    """Names for the answer's columns, none of which the file has: label, probability, and those of the next labels."""
    names = [
        f"{name}{'' if rank == 1 else f'_{rank}'}"
        for rank in range(1, ranked + 1)
        for name in ("label", "probability")
    ]
    taken = {column.strip().lower() for column in columns}
    for position in range(len(names)):
        while names[position] in taken:
            names[position] = f"predicted_{names[position]}"
    return tuple(names)
