"""A stored file, opened: decompressed, its text in UTF-8, its format and its columns known.

Leaves out: what its rows become (``news.py``).
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from core.errors import NewsFileError
from core.news.archive_contents import listed as listed_files
from core.news.columns import guess_columns
from core.news.dates import NO_DATES, decide_format, format_named
from core.news.decompression import Caps, Decompressor
from core.news.encodings import Utf8Blocks, checked_utf8, detect, encoding_name, to_utf8
from core.news.formats.category_tables import (
    MOST_TABLES,
    CategoryTables,
    Part,
    categories_of,
    fitting_parts,
    is_table_for_each_category,
    joined_remarks,
    left_out_remark,
)
from core.news.formats.class_folders import ClassFolders
from core.news.formats.raw_table import RawTable
from core.news.formats.recognition import open_table
from core.news.hidden_characters import UNSTORABLE
from core.news.reading import FIRST_COLUMNS, Columns, FileShape, Reading

PREVIEW = 5  # rows that are shown for confirmation
_CELL = 200  # characters of a value that are shown


class OpenedFile:
    """A file whose format is known, and its columns with it; its rows are not read yet.

    Args:
        encoding: of a text; None for UTF-8, where NotUtf8Error says that it is not.
        member: the file inside an archive, or the part of an archive of folders.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        caps: Caps,
        encoding: str | None,
        progress: Callable[[float], None] | None = None,
        member: str | None = None,
        *,
        is_part: bool = False,
    ) -> None:
        self.name, self.caps, self.encoding, self.member = name, caps, encoding or "utf-8", member or ""
        self.decompressor = Decompressor(
            path, name, caps=caps, progress=progress, member=member, is_part=is_part
        )
        self._parts: list[OpenedFile] = []
        self._unpacked: IO[bytes] | None = None  # lives as long as the parts, which are read from it
        self._left_out = ""
        self._text: Utf8Blocks | None = None
        self.blocks: Iterator[bytes] = iter(())
        self._looked_at = Decompressor(path, name, caps=caps, member=member)  # reports no progress
        contents = self.decompressor.contents
        self.members = contents.members if contents else ()
        if contents and contents.folders:
            folders = ClassFolders(self.decompressor, encoding)
            self.table: RawTable = folders
            self.encoding = folders.encoding
        elif self.decompressor.unchosen:
            self._open_parts(path, encoding, progress)
        elif (table_file := self._looked_at.table_file()) is not None:
            self.encoding = ""  # no text
            self.blocks = self.decompressor.table_bytes()
            self.table = open_table((), table_file, name, caps)
        else:
            checked = self.decompressor if encoding else checked_utf8(self.decompressor)
            self._text = to_utf8(checked, self.encoding)
            self.blocks = iter(self._text)
            self.table = open_table(self.blocks, path, name, caps)

    def _open_parts(self, path: Path, encoding: str | None, progress: Callable[[float], None] | None) -> None:
        """Open the files of an archive as tables of one category each.

        Raises:
            UnchosenError: they are not.
        """
        members = self.decompressor.unchosen
        if len(members) > MOST_TABLES or not self.decompressor.unpacks_to_at_most(self.caps.unpacked):
            raise UnchosenError(self.decompressor)
        self._unpacked = self.decompressor.unpacked_tar()
        if self._unpacked:
            path = Path(self._unpacked.name)
        for number, member in enumerate(members):
            report = _share_of(progress, number, len(members))
            try:
                whole = Decompressor(path, self.name, caps=self.caps, member=member, is_part=True)
                known = encoding or (detect(whole) if whole.is_text else None)
                file = OpenedFile(path, self.name, self.caps, known, report, member, is_part=True)
            except NewsFileError as error:
                raise UnchosenError(self.decompressor) from error
            self._parts.append(file)
        categories = categories_of(members)
        parts = [
            Part(name=file.member, category=category, table=file.table)
            for file, category in zip(self._parts, categories, strict=True)
        ]
        fitting = fitting_parts(parts)
        if not is_table_for_each_category(fitting):
            raise UnchosenError(self.decompressor)
        self._left_out = left_out_remark(parts, fitting)
        self._parts = [file for file, part in zip(self._parts, parts, strict=True) if part in fitting]
        encodings = {file.encoding for file in self._parts if file.encoding}
        self.encoding = encodings.pop() if len(encodings) == 1 else ""
        self.table = CategoryTables(fitting, "files")
        self.blocks = self._hashed()

    def _hashed(self) -> Iterator[bytes]:
        """No bytes: those of the parts are read already, and the fingerprint is of the archive."""
        self.decompressor.hash_file()
        yield from ()

    @property
    def damage(self) -> str:
        """Where the file ends too early, once it is read; empty if it does not."""
        return next(
            (file.decompressor.damage for file in (self, *self._parts) if file.decompressor.damage), ""
        )

    def remarks(self) -> tuple[str, ...]:
        """Sentences about how it was read, once it is."""
        if self._parts:
            remarks = joined_remarks([(file.member, file.remarks()) for file in self._parts])
            return (self._left_out, *remarks) if self._left_out else remarks
        replaced = self._text.replaced if self._text else 0
        if not replaced:
            return self.table.remarks
        return (
            *self.table.remarks,
            f"{replaced:,} {'character' if replaced == 1 else 'characters'} could not be read as "
            f"{encoding_name(self.encoding)} and became �. Another encoding may be the right one.",
        )

    def shape(self, reading: Reading) -> FileShape:
        """How it is read with what was chosen.

        Raises:
            NewsFileError: a chosen column is not in it, or chosen twice; or no dates are written as chosen.
        """
        table = self.table
        if reading.date_format:
            format_named(reading.date_format)
        if reading.columns == FIRST_COLUMNS:  # as a run of an earlier version read, in any case
            used = _spelt(FIRST_COLUMNS, table.columns)
        elif table.sample:
            used = reading.columns or guess_columns(table.columns, table.sample)
        else:  # no row can be read at first: its rows are rejected for what they are
            used = reading.columns or FIRST_COLUMNS
        names = {*table.columns, *table.unlisted}
        if table.sample and (missing := [column for column in used.used() if column not in names]):
            raise NewsFileError(
                f"{self.name} has no column {missing[0][:60]!r}. It has {listed(table.columns)}."
            )
        if twice := [column for column in used.used() if used.used().count(column) > 1]:
            raise NewsFileError(f"The column “{twice[0][:60]}” is chosen twice. Choose another one, or none.")
        dates = decide_format(row.get(used.date) for row in table.sample) if used.date else NO_DATES
        return FileShape(
            kind=table.kind,
            encoding=self.encoding,
            columns=table.columns,
            used=used,
            preview=tuple(
                tuple(_cell(row.get(column)) for column in table.columns) for row in table.sample[:PREVIEW]
            ),
            members=self.members,
            member=self.member,
            date_format=reading.date_format or dates.name,
            dates_ambiguous=dates.ambiguous and not reading.date_format,
        )


class UnchosenError(NewsFileError):
    """An archive holds several files, and one of them has to be chosen."""

    def __init__(self, decompressor: Decompressor) -> None:
        members = decompressor.unchosen
        super().__init__(
            f"{decompressor.name} holds {len(members):,} files: {listed_files(members)}. "
            "Choose one of them, or pack only one."
        )


def _share_of(
    progress: Callable[[float], None] | None, number: int, parts: int
) -> Callable[[float], None] | None:
    """What reports the share of one of several parts as that of all."""
    return (lambda share: progress((number + share) / parts)) if progress else None


def unchosen_shape(decompressor: Decompressor) -> FileShape:
    """The files of an archive of which one has to be chosen before anything can be read."""
    members = decompressor.contents.members if decompressor.contents else ()
    kind = f"an archive of {len(members):,} files"
    return FileShape(kind=kind, encoding="", columns=(), used=Columns(), members=members)


def _spelt(columns: Columns, spellings: Sequence[str]) -> Columns:
    """``columns`` as the file spells them, without those that it does not have; headline and category stay."""
    by_name = {spelling.strip().casefold(): spelling for spelling in reversed(spellings)}
    return Columns(
        headline=by_name.get(columns.headline, columns.headline),
        description=by_name.get(columns.description, ""),
        category=by_name.get(columns.category, columns.category),
        date=by_name.get(columns.date, ""),
    )


def _cell(value: object) -> str:
    return "" if value is None else UNSTORABLE.sub("\ufffd", str(value)[:_CELL])


def listed(columns: Sequence[str]) -> str:
    """The names of the first columns, for an error message."""
    names = ", ".join(f"“{column[:40]}”" for column in columns[:8])
    return f"the columns {names}{' and more' if len(columns) > 8 else ''}"
