"""Tables as CSV for a spreadsheet: the one place where cells that a spreadsheet would run are made harmless.

A cell that begins with = + - or @ is a formula to Excel and LibreOffice, and ``=HYPERLINK(...)`` in a headline
would be a link that sends the neighbouring cells away. Such a cell gets an apostrophe in front, which a
spreadsheet takes for "this is text". Source: OWASP, "CSV Injection".
"""

import csv
import io
from collections.abc import Iterable, Sequence

# The last two are = + - @ of Chinese, Japanese and Korean keyboards, which Excel reads alike.
_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float


def neutralise_formula(cell: str) -> str:
    """``cell``, with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{cell}" if cell.startswith(_BEGINNINGS) else cell


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file (RFC 4180) of ``rows`` under ``header``; text cells and headers harmless and quoted.

    UTF-8 with the byte order mark by which Excel knows it; a lone surrogate becomes a question mark. Every
    text is quoted, so that no semicolon or tab in it can begin a cell of its own elsewhere in the world.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([neutralise_formula(name) for name in header])
    writer.writerows(
        [neutralise_formula(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig", errors="replace")
