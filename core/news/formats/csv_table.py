"""CSV -> rows: cells separated by commas, semicolons, tabs or vertical bars, or one text a line."""

from collections.abc import Iterable, Iterator

from core.news.decompression import Caps
from core.news.formats.articles import ArticleOrRejected, Rejected, build_article
from core.news.formats.csv_layout import DELIMITERS, decide_layout
from core.news.formats.csv_rows import CsvRow, csv_rows
from core.news.formats.raw_table import HEAD, Row, sample_of
from core.news.reading import Columns
from core.news.wording import many


class CsvTable:
    """A file of rows, each one or several lines, most often under a header."""

    def __init__(self, blocks: Iterable[bytes], head: bytes, caps: Caps) -> None:
        if len(head) >= HEAD:  # it may break off within a line
            head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head
        self._blocks, self._caps = blocks, caps
        self._layout = decide_layout(head, caps)
        self.columns, self.remarks = self._layout.columns, self._layout.remarks
        delimiter = self._layout.dialect.delimiter
        words = DELIMITERS.get(delimiter, f"“{delimiter}”")
        self.kind = f"CSV, separated by {words}" if len(self.columns) > 1 else "text, a row a line"
        self.sample = sample_of(self._rows([head]))

    def rows(self) -> Iterator[Row | Rejected]:
        return self._rows(self._blocks)

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        for row in self.rows():
            yield row if isinstance(row, Rejected) else build_article(row.values, columns, row.line)

    def _rows(self, blocks: Iterable[bytes]) -> Iterator[Row | Rejected]:
        columns, first_line = self.columns, self._layout.first_line
        width = len(columns)
        for row in csv_rows(blocks, self._layout.dialect, self._caps):
            if row.line <= first_line:
                continue
            if isinstance(row, Rejected):
                yield row
            elif len(row.cells) == width or (len(row.cells) > width and not any(row.cells[width:])):
                yield Row(row.line, dict(zip(columns, row.cells, strict=False)))
            else:
                yield Rejected(line=row.line, reason=self._width_reason(row))

    def _width_reason(self, row: CsvRow) -> str:
        header_line = self._layout.header_line
        others = "the first line names" if header_line == 1 else f"line {header_line:,} names"
        if not header_line:
            others = "the other rows have"
        reason = f"{many(len(row.cells), 'column')}, but {others} {len(self.columns):,}"
        return f"{reason} (up to line {row.line + row.lines - 1:,})" if row.lines > 1 else reason
