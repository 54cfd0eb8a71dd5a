"""A workbook of Excel or LibreOffice -> the rows of its first sheet that has a table."""

import datetime
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import python_calamine

from core.errors import NewsFileError
from core.news.archives import ZIP, directory_size
from core.news.caps import BLOCK, Caps
from core.news.file_kinds import is_workbook as has_parts_of_a_workbook
from core.news.formats.articles import Rejected
from core.news.formats.csv_layout import NO_HEADER, column_names, table_start, title_remark
from core.news.formats.value_table import Values, ValueTable

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
# A workbook is held as a whole: a cell takes about 40 bytes, besides its text.
MAX_UNPACKED = 512 * 2**20  # bytes
MAX_CELLS = 20_000_000  # of the rectangle around all cells of a sheet
_HEAD_ROWS = 200
_REFERENCE = re.compile(rb"<c[^>]*?\sr\s*=\s*[\"']\$?([A-Za-z]{1,7})\$?(\d{1,9})")
_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"'](\d+)")


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook: a zip with its parts, or of Excel's format before 2007."""
    with path.open("rb") as stream:
        head = stream.read(8)
        if head.startswith(OLD_OFFICE):
            return True
        if not head.startswith(ZIP) or directory_size(stream, path.stat().st_size) > BLOCK:
            return False
        try:
            with zipfile.ZipFile(stream) as archive:
                return has_parts_of_a_workbook(tuple(archive.namelist()))
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError):
            return False


class Workbook(ValueTable):
    """The first visible sheet with two rows and two columns, or else the first with anything.

    Raises:
        NewsFileError: damaged, locked, too large, or without a row.
    """

    numbers_are_texts = True

    def __init__(self, path: Path, name: str, caps: Caps) -> None:
        refuse_huge(path, name)
        sheet, others = _sheet(path, name)
        self._sheet = sheet
        self._first_row = (sheet.start or (0, 0))[0] + 1
        rows = list(self._filled(_HEAD_ROWS))
        texts = [[_text(value) for value in values] for _, values in rows]
        above, header = table_start(texts)
        if not rows:
            raise NewsFileError(f"{name} is a workbook without a row in it. Choose another file.")
        names = texts[above] if header else [""] * sheet.width
        self._skipped = rows[above][0] if header else rows[above][0] - 1
        self.kind = f"the sheet “{sheet.name[:60]}” of a workbook"
        remarks = [title_remark(above)] if above else []
        if not header:
            remarks.append(NO_HEADER)
        if others:
            listed = ", ".join(f"“{other[:40]}”" for other in others[:5])
            remarks.append(f"Of the workbook's sheets “{sheet.name[:60]}” is read, not {listed}.")
        self.remarks = tuple(remarks)
        super().__init__(name, column_names([text.strip() for text in names]), caps)

    def _values(self) -> Iterator[Values | Rejected]:
        for number, values in self._filled():
            if number > self._skipped:
                yield number, [None if value == "" else value for value in values]

    def _filled(self, most: int | None = None) -> Iterator[Values]:
        """Rows with anything in them, by their numbers in the sheet."""
        rows = self._sheet.to_python(nrows=most) if most else self._sheet.iter_rows()
        for number, values in enumerate(rows, start=self._first_row):
            if any(value != "" for value in values):
                yield number, values


def _sheet(path: Path, name: str) -> tuple[python_calamine.CalamineSheet, list[str]]:
    """The sheet to read, and the names of the others that have anything in them."""
    try:
        workbook = python_calamine.CalamineWorkbook.from_path(path)
        visible = [
            sheet.name
            for sheet in workbook.sheets_metadata
            if sheet.visible == python_calamine.SheetVisibleEnum.Visible
            and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
        sheets = [workbook.get_sheet_by_name(sheet) for sheet in visible]
    except python_calamine.PasswordError as error:
        raise NewsFileError(f"{name} is locked with a password. Save it without one.") from error
    except BaseException as error:  # calamine's panics are no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        raise NewsFileError(
            f"{name} is a damaged workbook. Save the table as CSV and upload that."
        ) from error
    filled = [sheet for sheet in sheets if sheet.height]
    if not filled:
        raise NewsFileError(f"{name} is a workbook without a row in it. Choose another file.")
    chosen = next((sheet for sheet in filled if sheet.height > 1 and sheet.width > 1), filled[0])
    return chosen, [sheet.name for sheet in filled if sheet is not chosen]


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
                columns = rows = cells = 0
                for block in _inflated(stream, entry):
                    total += len(block)
                    if total > MAX_UNPACKED:
                        raise huge
                    for match in _REFERENCE.finditer(block):
                        columns, rows = max(columns, _column(match[1])), max(rows, int(match[2]))
                    if entry.filename == "content.xml":
                        cells += sum(
                            int(match[1]) for match in _REPEATED.finditer(block) if int(match[1]) < 16_000
                        )
                    if columns * rows > MAX_CELLS or cells > MAX_CELLS:
                        raise huge


def _inflated(stream: Any, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of an entry as they unpack, whatever size is declared; each block begins with the last one's end."""
    stream.seek(entry.header_offset)
    header = stream.read(30)
    if len(header) < 30:
        return
    stream.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    decoder = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    left, end = entry.compress_size, b""
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
            yield end + block
            end = block[-200:]


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)
