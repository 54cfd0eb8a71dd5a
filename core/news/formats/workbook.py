"""A workbook of Excel or LibreOffice -> the rows of its first sheet that has a table."""

import datetime
import zipfile
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
from core.news.formats.workbook_size import refuse_huge

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_HEAD_ROWS = 200


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


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)
