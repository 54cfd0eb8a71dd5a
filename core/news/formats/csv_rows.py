"""Lines of CSV -> rows of cells. An unclosed quotation mark costs its own row only.

Python's ``csv`` parses the rows that have quotation marks. When a row has no end, or ends where it cannot, its first
line is rejected and the next line is read again. How far is looked ahead is bounded, so that the cost stays linear.
"""

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from core.news.decompression import Caps
from core.news.formats.articles import Rejected, not_utf8_reason, reject_too_long
from core.news.formats.lines import newlines_only, whole_lines

_LOOK_AHEAD = 1 << 20  # characters after a row's first line, and in a cell
csv.field_size_limit(_LOOK_AHEAD)
# Characters that may be read twice: at first, and for each character of the file.
_TWICE, _TWICE_FOR_EACH = 1 << 20, 4
_UNDECODED = 100  # characters that a line counts as which cannot be decoded
# Between a header and its rows, and around a table, as in Markdown and in what databases print.
_RULE = re.compile(r"(?=.*(?:--|==|-\|))[\s|+:=-]+")
_BACKSLASH = {quote: re.compile(rf"\\([{quote}\\])") for quote in "\"'"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """How the rows of a file are written.

    Attributes:
        delimiter: between cells; empty when a line is one cell, whatever is in it.
        quote: the quotation mark around cells.
        width: the number of cells of a row, with those outside of its frame; 0 while it is not known.
        backslash: a quotation mark inside quotation marks is written \\" instead of "".
        carriage_returns: lines end at \\r too. Otherwise they do only where that gives whole rows.
        framed: a row begins and ends with a delimiter.
        stray_marks: some cells have quotation marks without being quoted, so that no CSV writer wrote the file.
    """

    delimiter: str
    quote: str = '"'
    width: int = 0
    backslash: bool = False
    carriage_returns: bool = False
    framed: bool = False
    stray_marks: bool = False

    @property
    def columns(self) -> int:
        """The cells of a row without what stands outside of its frame."""
        return self.width - 2 * self.framed


class CsvRow(NamedTuple):
    """The cells of a row, the line on which it begins, and the number of its lines.

    ``repaired``: its quotation marks are not as the dialect has them.
    """

    line: int
    cells: list[str]
    lines: int = 1
    repaired: bool = False


def csv_rows(blocks: Iterable[bytes], dialect: Dialect, caps: Caps) -> Iterator[CsvRow | Rejected]:
    """The rows of the blocks, of any width; lines without a character are no rows, nor are rules between bars."""
    rows = _csv_rows(blocks, dialect, caps)
    if not dialect.framed:
        return rows
    return (unframed(row) if isinstance(row, CsvRow) else row for row in rows)


def unframed(row: CsvRow) -> CsvRow:
    """A row without what stands outside of its frame, if it has one."""
    framed = len(row.cells) > 2 and not (row.cells[0].strip() or row.cells[-1].strip())
    return row._replace(cells=row.cells[1:-1]) if framed else row


def _csv_rows(blocks: Iterable[bytes], dialect: Dialect, caps: Caps) -> Iterator[CsvRow | Rejected]:
    delimiter = dialect.delimiter
    source = _Lines(blocks, dialect, caps)
    number = 0
    if not delimiter:
        for line in source:
            number += 1
            if isinstance(line, Rejected):
                yield line
            elif line.strip():
                yield CsvRow(number, [line.removesuffix("\r")])
        return
    quoted = _QuotedRow(source, dialect)
    quote = dialect.quote
    for line in source:
        number += 1
        if isinstance(line, Rejected):
            yield line
        elif quote in line:
            *skipped, row = quoted.parse(line, number)
            yield from skipped
            yield row
            number += len(skipped) + (row.lines - 1 if isinstance(row, CsvRow) else 0)
        elif not line.strip(" \r") or (delimiter == "|" and _RULE.fullmatch(line)):
            continue
        else:
            yield CsvRow(number, line.removesuffix("\r").split(delimiter))


class _Lines:
    """Decoded lines without their \\n, or why a line cannot be decoded; lines can be given back."""

    def __init__(self, blocks: Iterable[bytes], dialect: Dialect, caps: Caps) -> None:
        self._dialect = dialect
        self._decoded = _decoded_lines(newlines_only(blocks) if dialect.carriage_returns else blocks, caps)
        self._given_back = deque[str | Rejected]()
        self._read = self._twice = 0

    def __iter__(self) -> Iterator[str | Rejected]:
        return self

    def __next__(self) -> str | Rejected:
        line = self.whole()
        if isinstance(line, str) and "\r" in line and line.find("\r") < len(line) - 1:
            return self._split(line)
        return line

    def whole(self) -> str | Rejected:
        """The next line up to a \n."""
        if self._given_back:
            return self._given_back.popleft()
        line = next(self._decoded)
        if isinstance(line, str):
            self._read += len(line) + 1
        return line

    def give_back(self, lines: list[str | Rejected]) -> None:
        """Read these lines again."""
        self._given_back.extendleft(reversed(lines))
        self._twice += sum(_characters(line) for line in lines)

    def ahead(self) -> int:
        """Characters that may be looked ahead: none when too many were read twice already."""
        return _LOOK_AHEAD if self._twice <= _TWICE + _TWICE_FOR_EACH * self._read else 0

    def _split(self, line: str) -> str:
        """The first part of a line with \\r inside, if its parts are rows; the others are given back."""
        width, delimiter = self._dialect.width, self._dialect.delimiter
        parts = [""]
        quote = self._dialect.quote
        for index, text in enumerate(line.removesuffix("\r").split(quote)):
            if index:
                parts[-1] += quote
            within, *others = [text] if index % 2 else text.split("\r")
            parts[-1] += within
            parts += others
        widths = {1 + sum(text.count(delimiter) for text in part.split(quote)[::2]) for part in parts}
        if len(parts) == 1 or widths != {width}:
            return line
        self._given_back.extendleft(reversed(parts[1:]))
        return parts[0]


class _QuotedRow:
    """Parses a row that has quotation marks, with as many further lines as it needs."""

    def __init__(self, source: _Lines, dialect: Dialect) -> None:
        self._source, self._dialect = source, dialect
        self._first: str | None = None
        self._taken = list[str | Rejected]()
        self._ahead = 0  # characters that may still be taken
        self._parser = csv.reader(self, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line of the row, for ``csv``."""
        if self._first is not None:
            first, self._first = self._first, None
            return first
        while self._ahead > 0:
            line = self._source.whole()
            self._taken.append(line)
            self._ahead -= _characters(line)
            if isinstance(line, str):
                return self._unescaped(line) + "\n"
        raise StopIteration

    def parse(self, line: str, number: int) -> list[CsvRow | Rejected]:
        """The row that begins on ``line``, after those of its lines that cannot be decoded."""
        cells, problem = self._cells(self._unescaped(line))
        if not problem:
            if not self._taken:  # most rows
                return [CsvRow(number, cells)]
            if not self._looks_like_rows(line, cells):
                skipped = [taken for taken in self._taken if isinstance(taken, Rejected)]
                return [*skipped, CsvRow(number, cells, 1 + len(self._taken) - len(skipped))]
            problem = _NEVER_CLOSED
        taken = self._taken
        self._source.give_back(taken)
        _, problem_alone = self._cells(self._unescaped(line), alone=True)
        if problem_alone == _text_after_mark(self._dialect.quote):
            if "\\" + self._dialect.quote in line:
                cells, problem = self._cells(_without_backslashes(line, self._dialect.quote), alone=True)
                if not problem and self._fits(cells):
                    return [CsvRow(number, cells, repaired=True)]
            if self._dialect.delimiter == "\t":
                # A headline has no tabs, so the tabs alone tell the cells: "Rain" says the forecast.
                cells = _literal_cells(line, self._dialect)
                if self._fits(cells):
                    return [CsvRow(number, cells, repaired=True)]
        elif problem_alone == _NEVER_CLOSED and not any(taken):
            problem_alone = "ends too early, inside a quotation mark"
        return [Rejected(line=number, reason=problem_alone or problem)]

    def _cells(self, line: str, *, alone: bool = False) -> tuple[list[str], str]:
        """The cells of the row that begins with ``line``, or what is wrong with it."""
        self._first, self._taken = line + "\n", []
        self._ahead = 0 if alone else self._source.ahead()
        try:
            return next(self._parser), ""
        except (csv.Error, StopIteration) as error:
            return [], _reason(str(error), self._dialect.quote)

    def _fits(self, cells: list[str]) -> bool:
        return len(cells) == self._dialect.width or not self._dialect.width

    def _looks_like_rows(self, line: str, cells: list[str]) -> bool:
        """Whether a row of several lines is rather several rows, the first with a mark that is never closed."""
        width = self._dialect.width
        if not width:
            return False
        if len(cells) != width:
            return len(_literal_cells(line, self._dialect)) == width
        lines = [line, *(taken for taken in self._taken if isinstance(taken, str))]
        return self._dialect.stray_marks and all(
            len(_literal_cells(line, self._dialect)) == width for line in lines
        )

    def _unescaped(self, line: str) -> str:
        dialect = self._dialect
        return _without_backslashes(line, dialect.quote) if dialect.backslash and "\\" in line else line


def has_stray_marks(row: CsvRow, line: str, dialect: Dialect) -> bool:
    """Whether a cell that is not quoted has quotation marks in it."""
    cells = _literal_cells(line, dialect)
    return len(cells) == len(row.cells) and any(
        dialect.quote in cell and cell[0] != dialect.quote for cell in cells
    )


_NEVER_CLOSED = "a quotation mark that is never closed"


def _text_after_mark(quote: str) -> str:
    return f"a quotation mark inside quotation marks must be written twice ({2 * quote})"


def _reason(error: str, quote: str) -> str:
    """The errors of ``csv`` in plain words."""
    if "field larger" in error:
        return f"a quotation mark that is never closed, or a text of more than {_LOOK_AHEAD:,} characters"
    return _text_after_mark(quote) if "expected after" in error else _NEVER_CLOSED


def _literal_cells(line: str, dialect: Dialect) -> list[str]:
    """The cells when quotation marks have no meaning."""
    return line.removesuffix("\r").split(dialect.delimiter) if dialect.delimiter else [line]


def _without_backslashes(line: str, quote: str) -> str:
    """The line with quotation marks inside quotation marks written twice."""
    return _BACKSLASH[quote].sub(lambda match: 2 * quote if match[1] == quote else "\\", line)


def _characters(line: str | Rejected) -> int:
    return len(line) + 1 if isinstance(line, str) else _UNDECODED


def _decoded_lines(blocks: Iterable[bytes], caps: Caps) -> Iterator[str | Rejected]:
    """Each line, or why it cannot be read."""
    number = 0
    for whole in whole_lines(blocks, caps):
        if whole is None:
            number += 1
            yield reject_too_long(number, caps)
            continue
        if len(whole) <= caps.line:
            try:
                lines = whole.decode("utf-8").split("\n")[:-1]
            except UnicodeDecodeError:
                pass
            else:
                number += len(lines)
                yield from lines
                continue
        for line in _cut(whole):
            number += 1
            if len(line) > caps.line:
                yield reject_too_long(number, caps)
                continue
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError as error:
                yield Rejected(line=number, reason=not_utf8_reason(error))


def _cut(lines: bytes) -> Iterator[bytes]:
    """Lines one by one, without their ends: all at once, short ones take many times their bytes."""
    start = 0
    while (end := lines.find(b"\n", start)) >= 0:
        yield lines[start:end]
        start = end + 1
