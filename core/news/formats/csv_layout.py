"""The first bytes of a text -> how its rows are written and where its header is.

Known names of columns count first, then the number of cells that most rows have.
"""

import collections
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.news.columns import is_known_name
from core.news.decompression import Caps
from core.news.formats.articles import Rejected
from core.news.formats.csv_rows import CsvRow, Dialect, csv_rows, has_stray_marks, unframed
from core.news.hidden_characters import UNSTORABLE

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
_RARE_DELIMITERS = "^~#@\u00a6\u00a7\x01\x1f"  # of three columns and more, where no other makes a table
_SEPARATOR_LINE = re.compile(rb"\s*\"?sep=(.)\"?[\r\n]", re.IGNORECASE)
_ROWS = 200  # rows that decide the delimiter
_TITLE_ROWS = 20  # rows above the header, at most
_ALIKE = 0.8  # share of rows that have the same number of cells when no name is known
_STRAY = 1 << 16  # bytes in which stray quotation marks are looked for
_LONGEST_NAME = 100
_WORDS_OF_A_NAME, _CHARACTERS_OF_A_NAME = 3, 50  # more are a text, where nothing else tells a header
_ROWS_OF_ONE_KIND = 3  # at least, and nearly all, to tell a header that is of another kind
_NUMBER = re.compile(r"[+-]?\d[\d.,:/\s-]*")
_NO_WORDS = re.compile(r"[+-]?\d|https?://|www\.|\S+@\S+$")

NO_HEADER = "The first row is an article, not a header: the columns are called column 1, column 2, …"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a file is laid out.

    Attributes:
        columns: the names; "column 1" and so on where the file has none.
        first_line: the last line that holds no row: of the header, of a title, or 0.
        header_line: the line of the header, 0 without one.
        header: its cells as they stand there.
        remarks: sentences about what is unusual.
    """

    dialect: Dialect
    columns: tuple[str, ...]
    first_line: int = 0
    header_line: int = 0
    header: Sequence[str] = ()
    remarks: tuple[str, ...] = ()


def decide_layout(head: bytes, caps: Caps) -> Layout:
    """The layout of a text that begins with ``head``, which ends with a whole line."""
    first_line, separators = 0, list(DELIMITERS)
    if separator_line := _SEPARATOR_LINE.match(head):
        first_line, separators = 1, [separator_line[1].decode("latin-1")]
    outside = b"".join(head.split(b'"')[::2])  # of quotation marks
    alone = outside.count(b"\r") - outside.count(b"\r\n")
    carriage_returns = alone > outside.count(b"\n") or b"\n" not in head
    # Where both may end lines, the better table decides.
    line_ends = (False, True) if alone and not carriage_returns else (carriage_returns,)
    candidates = [
        _Candidate(Dialect(delimiter=separator, carriage_returns=also_alone), head, first_line, caps)
        for also_alone in line_ends
        for separator in separators
    ]
    best = max(candidates, key=lambda candidate: candidate.score)
    best = _in_single_marks(best, head, first_line, separators, caps)
    if not best.is_table and not separator_line:
        rare = [
            _Candidate(Dialect(delimiter=separator, carriage_returns=carriage_returns), head, 0, caps)
            for separator in _RARE_DELIMITERS
            if separator.encode() in head
        ]
        best = max([best, *(each for each in rare if each.is_rare_table)], key=_is_table_first)
    if not best.is_table and not separator_line:
        return _one_column(head, carriage_returns, caps)
    dialect = replace(best.dialect, width=best.width, framed=best.is_framed)
    quote = dialect.quote.encode()
    if dialect.carriage_returns != carriage_returns and quote in head:
        # Those inside of quotation marks stay as they are, if that costs no row.
        as_written = replace(dialect, carriage_returns=False)
        dialect = max(as_written, dialect, key=lambda dialect: _whole_rows(head, dialect, caps))
    if b"\\" + quote in head:
        escaped = replace(dialect, backslash=True)
        dialect = min(dialect, escaped, key=lambda dialect: _broken_rows(head, dialect, caps))
    dialect = replace(dialect, stray_marks=_has_stray_marks(head, dialect, caps))
    rows = [unframed(row) for row in best.rows] if dialect.framed else best.rows
    return _with_header(rows, dialect, first_line)


class _Candidate:
    """The first rows of a file by one delimiter."""

    def __init__(self, dialect: Dialect, head: bytes, first_line: int, caps: Caps) -> None:
        self.dialect = dialect
        rows = itertools.islice(csv_rows([head], dialect, caps), first_line, first_line + _ROWS)
        self.rows = [row for row in rows if isinstance(row, CsvRow)]
        widths = collections.Counter(len(row.cells) for row in self.rows)
        self.width = max(widths, key=lambda width: (widths[width], width), default=1)
        first = next((at for at, row in enumerate(self.rows) if len(row.cells) == self.width), 0)
        first = min(first, _TITLE_ROWS, len(self.rows) // 3)
        share = widths[self.width] / (len(self.rows) - first) if self.rows else 0
        names = [_known_names(row.cells) for row in self.rows[:_TITLE_ROWS] if len(row.cells) > 1]
        known = max(names, default=0)
        if known >= 2 and self.width == 1:  # a header over rows that are broken
            self.width = len(self.rows[names.index(known)].cells)
        self.score = (
            known if known >= 2 else 0,
            round(share, 2) if self.width > 1 else 0,
            self._has_labels(),
            self.width,
        )
        ends = [row.cells[0] + row.cells[-1] for row in self.rows if len(row.cells) == self.width]
        self.is_framed = dialect.delimiter == "|" and self.width > 2 and not any(map(str.strip, ends))
        self.is_table = self.width > 1 and (known >= 2 or share >= _ALIKE)
        # An address or a hashtag alone makes no columns.
        self.is_rare_table = (
            self.is_table and self.width > 2 and (known >= 2 or dialect.delimiter not in "@#")
        )

    def _has_labels(self) -> bool:
        """Whether a column of short texts repeats them: what one of two delimiters that fit equally well makes."""
        rows = [row.cells for row in self.rows if len(row.cells) == self.width]
        columns = zip(*rows, strict=True) if self.width > 1 else ()
        return any(
            2 <= len(set(cells)) <= len(cells) / 2 and max(map(len, cells)) <= _CHARACTERS_OF_A_NAME
            for cells in columns
        )


def _is_table_first(candidate: _Candidate) -> tuple[bool, tuple[float, ...]]:
    return candidate.is_table, candidate.score


def _in_single_marks(
    best: _Candidate, head: bytes, first_line: int, separators: Sequence[str], caps: Caps
) -> _Candidate:
    """The best candidate by single quotation marks, where nearly every line has cells in them and few rows are lost.

    Commas in all texts alike fit a wider table too, by double marks, and more rows of it may be whole.
    """
    _, *lines = head.split(b"\n", _ROWS + 1)[:_ROWS]
    lines = [line for line in lines if line.strip()]
    for separator in separators:
        mark = re.escape(separator.encode())
        cell = re.compile(rb"(?:^|%b)'.*'(?:\r?$|%b)" % (mark, mark))
        cell_in_double = re.compile(rb'(?:^|%b)".*"(?:\r?$|%b)' % (mark, mark))
        if not lines or sum(bool(cell.search(line)) for line in lines) < _ALIKE * len(lines):
            continue
        if sum(bool(cell_in_double.search(line)) for line in lines) > (1 - _ALIKE) * len(lines):
            continue
        single = _Candidate(replace(best.dialect, delimiter=separator, quote="'"), head, first_line, caps)
        by_double, by_single = (
            _whole_rows(head, replace(each.dialect, width=each.width), caps) for each in (best, single)
        )
        if single.is_table and by_single >= _ALIKE * by_double:
            return single
    return best


def _one_column(head: bytes, carriage_returns: bool, caps: Caps) -> Layout:
    """A text with a row a line; marks and commas have a meaning only if every row is written with it."""
    dialect = Dialect(delimiter="", width=1, carriage_returns=carriage_returns)
    quoted = replace(dialect, delimiter=",")
    if b'"' in head and all(
        isinstance(row, CsvRow) and len(row.cells) == 1 for row in csv_rows([head], quoted, caps)
    ):
        dialect = quoted
    first = next((row for row in csv_rows([head], dialect, caps) if isinstance(row, CsvRow)), None)
    if first and _known_names(first.cells):
        names, line = column_names([first.cells[0].strip()]), first.line
        return Layout(dialect=dialect, columns=names, first_line=line, header_line=line)
    return Layout(dialect=dialect, columns=("column 1",))


def _with_header(rows: Sequence[CsvRow], dialect: Dialect, first_line: int) -> Layout:
    """The layout of a table whose first rows are given."""
    above, has_header = table_start([row.cells for row in rows])
    rows = rows[above:]
    remarks = [title_remark(above)] if above else []
    width = dialect.columns
    if has_header:
        header = rows[0]
        names = header.cells
        if len(names) == width - 1:  # as R writes a table with names of rows
            names = ["", *names]
        elif len(names) > width and not any(names[width:]):
            names = names[:width]
        dialect = replace(dialect, width=len(names) + dialect.width - width)
        last_line = header.line + header.lines - 1
        return Layout(
            dialect=dialect,
            columns=column_names([name.strip() for name in names]),
            first_line=last_line,
            header_line=header.line,
            header=header.cells,
            remarks=tuple(remarks),
        )
    remarks.append(NO_HEADER)
    before = rows[0].line - 1 if above else first_line
    return Layout(
        dialect=dialect, columns=column_names([""] * width), first_line=before, remarks=tuple(remarks)
    )


def table_start(rows: Sequence[Sequence[str]]) -> tuple[int, bool]:
    """How many rows are a title above the table, and whether its first row is a header."""
    known = [_known_names(cells) for cells in rows[:_TITLE_ROWS]]
    above = known.index(max(known)) if max(known, default=0) >= 2 else _title_rows(rows)
    return above, bool(rows) and is_header(rows[above:])


def title_remark(lines: int) -> str:
    return (
        f"The first {lines} lines are a title, not articles." if lines > 1 else "The first line is a title."
    )


def _title_rows(rows: Sequence[Sequence[str]]) -> int:
    """The number of rows above the table: those of fewer than two cells with anything in them."""
    widest = max(map(len, rows), default=0)
    full = (
        index
        for index, cells in enumerate(rows[:_TITLE_ROWS])
        if len(cells) >= min(2, widest) and sum(bool(cell.strip()) for cell in cells) >= min(2, widest)
    )
    return next(full, 0)


def is_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it does not look like the rows below."""
    first, rest = [cell.strip() for cell in rows[0]], rows[1:]
    if first == [str(index) for index in range(len(first))]:  # as pandas names columns
        return True
    known = _known_names(first)
    if known >= 2:
        return True
    while len(first) > 2 and not first[-1]:  # as a spreadsheet writes columns that only some rows fill
        first.pop()
    if not all(first[1:]) or len(set(first)) < len(first):
        return False
    below = [[row[index].strip() for row in rest if len(row) > index] for index in range(len(first))]
    if any(
        _NUMBER.fullmatch(cell) or (cell and cell in cells) for cell, cells in zip(first, below, strict=True)
    ):
        return False
    # A form's questions are names too, however long.
    return (
        known == 1
        or any(map(_names_other_kind, first, below))
        or all(len(cell) <= _CHARACTERS_OF_A_NAME and len(cell.split()) <= _WORDS_OF_A_NAME for cell in first)
    )


def _names_other_kind(cell: str, below: Sequence[str]) -> bool:
    """Whether the cells below are numbers, dates, links or addresses, and this one is words."""
    filled = [value for value in below if value]
    alike = sum(bool(_NO_WORDS.match(value)) for value in filled)
    return (
        len(filled) >= _ROWS_OF_ONE_KIND
        and alike >= 0.9 * len(filled)
        and sum(map(str.isalpha, cell)) >= _ROWS_OF_ONE_KIND
        and not any(map(str.isdigit, cell))
        and not _NO_WORDS.match(cell)
        and cell.casefold() not in ("nan", "null", "none")
    )


def _known_names(cells: Sequence[str]) -> int:
    return len({cell.strip() for cell in cells[:100] if is_known_name(cell)})


def column_names(cells: Sequence[str]) -> tuple[str, ...]:
    """A name for each column: none is empty, none stands twice."""
    names: dict[str, None] = {}
    repeated = collections.Counter[str]()
    for number, cell in enumerate(cells, start=1):
        given = UNSTORABLE.sub("\ufffd", cell)[:_LONGEST_NAME] or f"column {number}"
        name = given
        while name in names:
            repeated[given] += 1
            name = f"{given} ({repeated[given] + 1})"
        names[name] = None
    return tuple(names)


def _broken_rows(head: bytes, dialect: Dialect, caps: Caps) -> int:
    return sum(
        isinstance(row, Rejected) or len(row.cells) != dialect.columns or row.lines > 1 or row.repaired
        for row in csv_rows([head], dialect, caps)
    )


def _whole_rows(head: bytes, dialect: Dialect, caps: Caps) -> int:
    return sum(
        isinstance(row, CsvRow) and len(row.cells) == dialect.columns
        for row in csv_rows([head], dialect, caps)
    )


def _has_stray_marks(head: bytes, dialect: Dialect, caps: Caps) -> bool:
    head = head[:_STRAY]
    if dialect.quote.encode() not in head:
        return False
    lines = head.decode("utf-8", "replace").split("\n")
    return any(
        has_stray_marks(row, lines[row.line - 1], dialect)
        for row in csv_rows([head], dialect, caps)
        if isinstance(row, CsvRow) and row.lines == 1 and row.line <= len(lines)
    )
