"""A workbook of Excel or LibreOffice -> the rows of its first sheet with a table, or of a sheet for each category."""

import datetime
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import python_calamine

from core.errors import NewsFileError
from core.news.archives import ZIP, directory_size
from core.news.caps import BLOCK, Caps
from core.news.columns import guess_columns, is_name_of_category
from core.news.file_kinds import is_workbook as has_parts_of_a_workbook
from core.news.formats.articles import Rejected
from core.news.formats.category_tables import (
    MOST_TABLES,
    CategoryTables,
    Part,
    fitting_parts,
    is_table_for_each_category,
    left_out_remark,
)
from core.news.formats.csv_layout import NO_HEADER, column_names, table_start, title_remark
from core.news.formats.raw_table import RawTable
from core.news.formats.value_table import Values, ValueTable
from core.news.formats.workbook_size import refuse_huge
from core.news.reading import Columns

OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_HEAD_ROWS = 200
_MOST_SHEETS = 20  # in which the articles are looked for


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


def open_workbook(path: Path, name: str, caps: Caps) -> RawTable:
    """The first visible sheet that has headline and category, or else two rows and two columns, or else anything.

    Where the sheets have the same columns, and their names alone say the category, all of them.

    Raises:
        NewsFileError: damaged, locked, too large, or without a row.
    """
    refuse_huge(path, name)
    sheets = _sheets(path, name)
    tables = [sheet for sheet in sheets if sheet.height > 1 and sheet.width > 1]
    chosen = next(filter(_has_articles, tables[:_MOST_SHEETS]), (tables or sheets)[0])
    alone = _Sheet(chosen, [sheet for sheet in sheets if sheet is not chosen], name, caps)
    if not 1 < len(sheets) <= MOST_TABLES or any(map(_has_certain_category, sheets)):
        return alone
    parts = [
        Part(name=sheet.name, category=sheet.name, table=_Sheet(sheet, [], name, caps))
        for sheet in sheets
        if _Beginning(sheet).rows
    ]
    fitting = fitting_parts(parts)
    if not is_table_for_each_category(fitting):
        return alone
    return CategoryTables(fitting, "sheets of a workbook", alone, left_out_remark(parts, fitting))


class _Sheet(ValueTable):
    """The rows of a sheet; ``others`` of the workbook are not read."""

    numbers_are_texts = True

    def __init__(
        self,
        chosen: python_calamine.CalamineSheet,
        others: Sequence[python_calamine.CalamineSheet],
        name: str,
        caps: Caps,
    ) -> None:
        self._sheet, beginning = chosen, _Beginning(chosen)
        if not beginning.rows:
            raise NewsFileError(f"{name} is a workbook without a row in it. Choose another file.")
        self._skipped = beginning.skipped
        self.kind = f"the sheet “{chosen.name[:60]}” of a workbook"
        remarks = [title_remark(beginning.above)] if beginning.above else []
        if not beginning.has_header:
            remarks.append(NO_HEADER)
        if others:
            listed = ", ".join(f"“{other.name[:40]}”" for other in others[:5])
            remarks.append(f"The workbook has several sheets. “{chosen.name[:60]}” is read, not {listed}.")
        self.remarks = tuple(remarks)
        super().__init__(name, beginning.columns, caps)

    def _values(self) -> Iterator[Values | Rejected]:
        for number, values in _filled(self._sheet):
            if number > self._skipped:
                yield number, [None if value == "" else value for value in values]


class _Beginning:
    """The first rows of a sheet, with those above its table.

    Attributes:
        rows: by their numbers; those with nothing in them are left out.
        above: how many are a title.
        skipped: the number of the last row that is no article.
        columns: the names.
    """

    def __init__(self, sheet: python_calamine.CalamineSheet) -> None:
        self.rows = list(_filled(sheet, _HEAD_ROWS))
        texts = [[_text(value) for value in values] for _, values in self.rows]
        self.above, self.has_header = table_start(texts)
        names = texts[self.above] if self.has_header else [""] * sheet.width
        self.columns = column_names([text.strip() for text in names])
        self.skipped = self.rows[self.above][0] - (not self.has_header) if self.rows else 0

    def guess(self) -> Columns:
        rows = [values for number, values in self.rows if number > self.skipped]
        return guess_columns(self.columns, [dict(zip(self.columns, values, strict=False)) for values in rows])


def _has_articles(sheet: python_calamine.CalamineSheet) -> bool:
    guess = _Beginning(sheet).guess()
    return bool(guess.headline and guess.category)


def _has_certain_category(sheet: python_calamine.CalamineSheet) -> bool:
    return is_name_of_category(_Beginning(sheet).guess().category)


def _filled(sheet: python_calamine.CalamineSheet, most: int | None = None) -> Iterator[Values]:
    """Rows with anything in them, by their numbers in the sheet."""
    rows = sheet.to_python(nrows=most) if most else sheet.iter_rows()
    for number, values in enumerate(rows, start=(sheet.start or (0, 0))[0] + 1):
        if any(value != "" for value in values):
            yield number, values


def _sheets(path: Path, name: str) -> list[python_calamine.CalamineSheet]:
    """The visible sheets that have anything in them."""
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
    return filled


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, datetime.date | datetime.time) else str(value)
