"""CSV -> rows: a header with the column names, then a row for each article."""

import csv
import itertools
from collections.abc import Iterable, Iterator
from typing import Any

from core.news.decompression import Caps
from core.news.formats.articles import (
    ArticleOrRejected,
    Rejected,
    build_article,
    not_utf8_reason,
    reject_too_long,
)
from core.news.formats.lines import whole_lines
from core.news.formats.raw_table import Row, sample_of
from core.news.reading import Columns

_MAX_SKIPPED = 1_000  # skipped lines within one row that get a reason of their own


class _DecodedLines:
    """Lines as str for ``csv.reader``, without undecodable and overlong lines, which it records as skipped.

    ``csv.reader`` reads until a row is complete, so a file with only bad lines is skipped in one call: the first
    thousand keep their reasons, the others are counted.
    """

    def __init__(self, blocks: Iterable[bytes], caps: Caps) -> None:
        self._blocks, self._caps = whole_lines(blocks, caps), caps
        self._skipped, self._more = list[Rejected](), 0
        self.number = 0
        self.first = 0  # first line of the current row; 0: not read yet

    def __iter__(self) -> Iterator[str]:
        for whole in self._blocks:
            for line in [None] if whole is None else whole.split(b"\n")[:-1]:
                self.number += 1
                if line is None or len(line) > self._caps.line:
                    self._skip(reject_too_long(self.number, self._caps))
                    continue
                try:
                    text = line.decode("utf-8")
                except UnicodeDecodeError as error:
                    self._skip(Rejected(line=self.number, reason=not_utf8_reason(error)))
                    continue
                self.first = self.first or self.number
                yield text + "\n"

    def skipped(self) -> list[Iterable[Rejected]]:
        """The lines skipped since the last call; the thousandth is repeated for each further line."""
        skipped, more = self._skipped, self._more
        self._skipped, self._more = [], 0
        return [skipped, itertools.repeat(skipped[-1], more)] if skipped else []

    def _skip(self, rejected: Rejected) -> None:
        if len(self._skipped) < _MAX_SKIPPED:
            self._skipped.append(rejected)
        else:
            self._more += 1


class CsvTable:
    """Rows under a header, separated by commas, semicolons or tabs."""

    remarks: tuple[str, ...] = ()

    def __init__(self, blocks: Iterable[bytes], head: bytes, caps: Caps) -> None:
        self._blocks, self._caps = blocks, caps
        self.sample = sample_of(self._rows([head]))

    def rows(self) -> Iterator[Row | Rejected]:
        return self._rows(self._blocks)

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        for row in self.rows():
            yield row if isinstance(row, Rejected) else build_article(row.values, columns, row.line)

    def _rows(self, blocks: Iterable[bytes]) -> Iterator[Row | Rejected]:
        decoded_lines = _DecodedLines(blocks, self._caps)
        lines = iter(decoded_lines)
        header = next((line for line in lines if line.strip()), "")
        delimiter, self.columns = split_header(header)
        self.kind = f"CSV, separated by {_NAMES[delimiter]}"
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        return _rows(reader, decoded_lines, self.columns)


_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs"}


def split_header(header: str) -> tuple[str, tuple[str, ...]]:
    """The delimiter that gives the most known column names, and the names."""
    candidates: list[tuple[int, int, tuple[str, ...], str]] = []
    for delimiter in (",", ";", "\t"):
        try:
            names = tuple(name.strip() for name in next(csv.reader([header], delimiter=delimiter), []))
        except csv.Error:
            names = ()
        known = {name.lower() for name in names} & {"headline", "category", "short_description", "date"}
        candidates.append((len(known), len(names), names, delimiter))
    *_, names, delimiter = max(candidates, key=lambda candidate: candidate[:2])
    return delimiter, names


def _rows(reader: Any, lines: _DecodedLines, columns: tuple[str, ...]) -> Iterator[Row | Rejected]:
    width = len(columns)
    while True:
        row: list[str] = []
        reason, lines.first = "", 0
        try:
            row = next(reader)
        except StopIteration:
            yield from itertools.chain(*lines.skipped())
            return
        except csv.Error as error:  # the reader continues with the next line
            reason = _csv_reason(str(error))
        yield from itertools.chain(*lines.skipped())
        line = lines.first
        if row and len(row) != width:
            reason = f"{len(row)} columns, but the first line names {width}"
        if reason and lines.number > line:
            reason += f" (up to line {lines.number:,})"
        if reason:
            yield Rejected(line=line, reason=reason)
        elif row:
            yield Row(line, dict(zip(columns, row, strict=True)))


def _csv_reason(error: str) -> str:
    """The errors of ``csv`` in plain words; its limit is 131,072 characters per field."""
    if "field larger" in error:
        return "a quotation mark that is never closed, or a field that is too long"
    if "unexpected end" in error:
        return "breaks off inside a quotation mark"
    if "expected after" in error:
        return 'a quotation mark inside quotation marks must be written twice ("")'
    return f"not CSV ({error})"
