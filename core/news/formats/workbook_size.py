"""How much a workbook holds once it is unpacked, told before it is: the library that reads it holds all of it.

A few bytes may say that a cell stands in the last row and column, or that a row comes a million times.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import NewsFileError
from core.news.archives import ZIP
from core.news.caps import BLOCK

MAX_UNPACKED = 512 * 2**20  # bytes
MAX_CELLS = (
    20_000_000  # of the rectangle around all cells of a sheet; each takes about 40 bytes, besides its text
)
_OVERLAP = 1_000  # bytes of a block that are looked at with the next one too: more than a tag has
# Excel's cells name their column and row; those of LibreOffice, and its rows, say how often they come.
_REFERENCE = re.compile(rb"<c\b[^>]*?\sr\s*=\s*[\"']\$?([A-Za-z]{1,7})\$?(\d{1,9})")
_ROW_OR_CELL = re.compile(
    rb"<table:table-row\b([^>]*)>|<table:(?:covered-)?table-cell\b([^>]*)>|</table:table-row>"
)
_REPEATED = re.compile(rb"table:number-(?:rows|columns)-repeated\s*=\s*[\"'](\d{1,15})")


def refuse_huge(path: Path, name: str) -> None:
    """Raise NewsFileError if a workbook unpacks to more than may be held; costs a pass over it."""
    huge = NewsFileError(
        f"{name} is a workbook of too many cells to be read. Save the table as CSV and upload that."
    )
    with path.open("rb") as stream:
        if not stream.read(4).startswith(ZIP):
            if path.stat().st_size > MAX_UNPACKED:
                raise huge
            return
        total = 0
        with zipfile.ZipFile(stream) as archive:
            for entry in archive.infolist():
                size = _OpenDocumentSize() if entry.filename == "content.xml" else _SheetSize()
                for block in _inflated(stream, entry):
                    total += len(block)
                    if total > MAX_UNPACKED or size.after(block) > MAX_CELLS:
                        raise huge


class _SheetSize:
    """The cells of the rectangle from the first cell to the farthest one that is named."""

    def __init__(self) -> None:
        self._columns = self._rows = 0
        self._end = b""

    def after(self, block: bytes) -> int:
        """The size after one more block."""
        for match in _REFERENCE.finditer(self._end + block):
            self._columns = max(self._columns, _column(match[1]))
            self._rows = max(self._rows, int(match[2]))
        self._end = block[-_OVERLAP:]
        return self._columns * self._rows


class _OpenDocumentSize:
    """The cells of all rows that have something in them, as often as they come."""

    def __init__(self) -> None:
        self._before = self._row = 0  # cells of the rows before, and of this row
        self._width, self._times = 0, 1
        self._rest = b""

    def after(self, block: bytes) -> int:
        """The size after one more block."""
        block = self._rest + block
        end = block.rfind(b"<")
        self._rest = block[end:][:_OVERLAP] if end >= 0 else b""
        for match in _ROW_OR_CELL.finditer(block, 0, end if end >= 0 else len(block)):
            row, cell = match[1], match[2]
            if row is not None:
                self._before, self._row = self._before + self._row, 0
                self._width, self._times = 0, _times(row)
            elif cell is not None:
                self._width += _times(cell)
                if not cell.endswith(b"/") or b"office:" in cell:  # not empty
                    self._row = self._times * self._width
        return self._before + self._row


def _times(attributes: bytes) -> int:
    match = _REPEATED.search(attributes)
    return int(match[1]) if match else 1


def _inflated(stream: Any, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of an entry as they unpack, whatever size is declared."""
    if entry.header_offset < 0:  # in a damaged table of contents
        return
    stream.seek(entry.header_offset)
    header = stream.read(30)
    if len(header) < 30:
        return
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    decoder = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    left = entry.compress_size
    while left > 0 and (packed := stream.read(min(left, BLOCK))):
        left -= len(packed)
        while packed:
            try:
                block = decoder.decompress(packed, BLOCK) if decoder else packed
            except zlib.error:
                return
            packed = decoder.unconsumed_tail if decoder else b""
            if not block:
                break
            yield block


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number
