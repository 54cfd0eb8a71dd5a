"""The first bytes of a file -> its format; the content decides, never the name.

Leaves out: decompression (``decompression.py``), the table (``table.py``).
"""

import itertools
import re
from collections.abc import Iterable
from pathlib import Path

from core.errors import NewsFileError
from core.news.archives import ZIP
from core.news.caps import Caps
from core.news.formats.csv_table import CsvTable
from core.news.formats.json_lines import JsonLines
from core.news.formats.json_shape import open_json
from core.news.formats.labelled_lines import FASTTEXT, LabelledLines, labelling_of
from core.news.formats.parquet_table import ARROW, PARQUET, ArrowTable, ParquetTable
from core.news.formats.raw_table import HEAD, RawTable
from core.news.formats.sqlite_table import SQLITE, SqliteTable
from core.news.formats.workbook import OLD_OFFICE, is_workbook, open_workbook


def open_table(blocks: Iterable[bytes], path: Path, name: str, caps: Caps) -> RawTable:
    """The rows of a file, which ``blocks`` of UTF-8 hold; formats that need random access are read from ``path``.

    Raises:
        NewsFileError: empty, or of no format that is read.
    """
    if table := _open_binary(path, name, caps):
        return table
    stream = iter(blocks)
    head = b""
    for block in stream:
        head += block
        if head.strip() and len(head) >= HEAD:
            break
        if len(head) > caps.line and not head.strip():
            raise NewsFileError(
                f"{name} begins with {caps.line:,} bytes of nothing but white space. Remove them."
            )
    if not head:
        raise NewsFileError(f"{name} is empty: it has no bytes. Choose another file.")
    head = head.removeprefix(b"\xef\xbb\xbf")
    start = head.lstrip()
    if not start:
        raise NewsFileError(f"{name} holds only white space. Choose another file.")
    rest: Iterable[bytes] = itertools.chain([head], stream)
    if start.startswith(_RECORD_MARK):  # which JSON has nowhere else
        rest, head = (block.replace(_RECORD_MARK, b"") for block in rest), head.replace(_RECORD_MARK, b"")
    if json_table := open_json(rest, head, name, caps):
        return json_table
    if _FASTTEXT in head and (labelling := labelling_of(head)) == FASTTEXT:
        return LabelledLines(rest, head, caps, labelling)
    table = CsvTable(rest, head, caps)
    if len(table.columns) > 1:
        return table
    if _OBJECT_ON_A_LINE.search(start):  # the first line is damaged
        return JsonLines(rest, head, caps)
    labelling = labelling_of(head)
    return LabelledLines(rest, head, caps, labelling) if labelling else table


def _open_binary(path: Path, name: str, caps: Caps) -> RawTable | None:
    """The table of a file that needs random access; None for a text."""
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        head = stream.read(16)
    if head.startswith(PARQUET):
        return ParquetTable(path, name, caps)
    if head.startswith(ARROW):
        return ArrowTable(path, name, caps)
    if head.startswith(SQLITE):
        return SqliteTable(path, name, caps)
    return (
        open_workbook(path, name, caps) if head.startswith((*ZIP, OLD_OFFICE)) and is_workbook(path) else None
    )


_FASTTEXT = b"__label__"
_RECORD_MARK = b"\x1e"  # before each object of a JSON text sequence, RFC 7464
_OBJECT_ON_A_LINE = re.compile(rb"^\s*+\{\s*+\"", re.MULTILINE)
