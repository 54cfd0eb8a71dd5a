"""Tables as CSV for a spreadsheet: the only place that neutralises formulas.

Excel and LibreOffice treat a cell that begins with = + - or @ as a formula, and ``=HYPERLINK(...)`` in a headline
could send the neighbouring cells to a stranger. An apostrophe in front of such a cell marks it as text.
Source: OWASP, "CSV Injection".
"""

import csv
import io
from collections.abc import Iterable, Sequence

# The last four are the full-width = + - @ of Chinese, Japanese and Korean keyboards; Excel treats them the same.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Cell = str | int | float


def neutralise_formula(cell: str) -> str:
    """``cell``, with an apostrophe in front if a spreadsheet would treat it as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def to_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A CSV file (RFC 4180) of ``rows`` under ``header``; text cells and headers are neutralised and quoted.

    UTF-8 with the byte order mark that Excel needs; a lone surrogate becomes a question mark. Every text is
    quoted, because in some locales a spreadsheet splits cells at semicolons or tabs.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow([neutralise_formula(name) for name in header])
    writer.writerows(
        [neutralise_formula(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig", errors="replace")
