"""CSV -> rows: cells separated by commas, semicolons, tabs or vertical bars, or one text a line."""

import operator
from collections.abc import Collection, Iterable, Iterator, Sequence

from core.news.columns import is_known_name
from core.news.decompression import Caps
from core.news.formats.articles import Article, ArticleOrRejected, Rejected, build_article, plain_label
from core.news.formats.csv_layout import DELIMITERS, decide_layout
from core.news.formats.csv_rows import CsvRow, csv_rows
from core.news.formats.extra_rows import REPEATED_HEADER, TOTAL, TotalRow, with_last
from core.news.formats.lines import has_wrapped_lines, unwrapped
from core.news.formats.raw_table import HEAD, Row, sample_of
from core.news.reading import Columns
from core.news.wording import many


class CsvTable:
    """A file of rows, each one or several lines, most often under a header."""

    unlisted: Collection[str] = ()

    def __init__(self, blocks: Iterable[bytes], head: bytes, caps: Caps) -> None:
        if len(head) >= HEAD:  # it may break off within a line
            head = head[: max(head.rfind(b"\n"), head.rfind(b"\r")) + 1] or head
        self._blocks, self._caps = blocks, caps
        self._layout = decide_layout(head, caps)
        if len(self._layout.columns) == 1 and has_wrapped_lines(head):
            bare = b"".join(unwrapped([head], caps))
            layout = decide_layout(bare, caps)
            if len(layout.columns) > 1 and any(map(is_known_name, layout.columns)):
                self._blocks, self._layout, head = unwrapped(blocks, caps), layout, bare
        self.columns, self.remarks = self._layout.columns, self._layout.remarks
        delimiter = self._layout.dialect.delimiter
        words = DELIMITERS.get(delimiter, f"“{delimiter}”")
        self.kind = f"CSV, separated by {words}" if len(self.columns) > 1 else "text, a row a line"
        self._header = (
            [name.strip().casefold() for name in self._layout.header] if len(self.columns) > 1 else []
        )
        self._total = TotalRow(self.columns, ())
        self.sample = sample_of(self._rows([head]))
        self._total = TotalRow(self.columns, self.sample)

    def rows(self) -> Iterator[Row | Rejected]:
        return self._rows(self._blocks)

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        """Without a second look where every text in use can be stored and the category stands as it is."""
        names = (columns.headline, columns.category, columns.description, columns.date)
        in_use = operator.itemgetter(
            *(self.columns.index(name) if name in self.columns else -1 for name in names)
        )
        for row in self._whole_rows(self._blocks):
            if isinstance(row, Rejected):
                yield row
                continue
            headline, category, *others = texts = in_use((*row.cells, None))
            if headline is None or not category or not plain_label(category) or not _storable(texts):
                values = dict(zip(self.columns, row.cells, strict=False))
                yield build_article(values, columns, row.line)
            else:
                yield Article(headline, category, *others)

    def _rows(self, blocks: Iterable[bytes]) -> Iterator[Row | Rejected]:
        columns = self.columns
        for row in self._whole_rows(blocks):
            if isinstance(row, Rejected):
                yield row
            else:
                yield Row(row.line, dict(zip(columns, row.cells, strict=False)))

    def _whole_rows(self, blocks: Iterable[bytes]) -> Iterator[CsvRow | Rejected]:
        """The rows below the header that have all cells and are articles."""
        return with_last(self._rows_below(blocks), self._unless_total)

    def _unless_total(self, row: CsvRow | Rejected) -> CsvRow | Rejected:
        if isinstance(row, CsvRow) and self._total.is_total(dict(zip(self.columns, row.cells, strict=False))):
            return Rejected(line=row.line, reason=TOTAL)
        return row

    def _rows_below(self, blocks: Iterable[bytes]) -> Iterator[CsvRow | Rejected]:
        first_line, width, header = self._layout.first_line, len(self.columns), self._header
        for row in csv_rows(blocks, self._layout.dialect, self._caps):
            if row.line <= first_line:
                continue
            if header and isinstance(row, CsvRow) and _is_header(row.cells, header):
                yield Rejected(line=row.line, reason=REPEATED_HEADER)
                continue
            if (
                isinstance(row, Rejected)
                or len(row.cells) == width
                or (len(row.cells) > width and not any(row.cells[width:]))
            ):
                yield row
            else:
                yield Rejected(line=row.line, reason=self._width_reason(row))

    def _width_reason(self, row: CsvRow) -> str:
        header_line = self._layout.header_line
        others = "the first line names" if header_line == 1 else f"line {header_line:,} names"
        if not header_line:
            others = "the other rows have"
        reason = f"{many(len(row.cells), 'column')}, but {others} {len(self.columns):,}"
        return f"{reason} (up to line {row.line + row.lines - 1:,})" if row.lines > 1 else reason


def _is_header(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row is the header once more, maybe with the byte order mark of a file that was joined."""
    if cells[0].lstrip("\ufeff").strip().casefold() != header[0]:  # most rows
        return False
    return [cell.strip().casefold() for cell in cells[1:]] == header[1:]


def _storable(texts: Iterable[str | None]) -> bool:
    """Whether every character can be stored: each that cannot is not printable."""
    return "".join(filter(None, texts)).isprintable()
