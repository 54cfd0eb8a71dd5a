"""JSON lines -> rows: one object a line.

msgspec decodes all lines of a block in one call; a block with a line that needs a second look goes line by line.
"""

from collections.abc import Collection, Iterable, Iterator
from operator import attrgetter

import msgspec

from core.news.decompression import Caps
from core.news.formats.articles import (
    Article,
    ArticleOrRejected,
    Rejected,
    build_article,
    plain_label,
    reject_too_long,
)
from core.news.formats.json_object import (
    ObjectParser,
    ToRow,
    object_row,
    parse_rows,
    parse_values,
    typed_article,
)
from core.news.formats.lines import newlines_only, whole_lines
from core.news.formats.named_values import NamedValues
from core.news.formats.raw_table import SAMPLE_ROWS, Row, keys_of, outer_names, sample_of
from core.news.reading import Columns


class JsonLines:
    """A file with one JSON object a line; a comma after it, or several objects on a line, are read as well."""

    kind = "JSON lines"
    remarks: tuple[str, ...] = ()
    unlisted: Collection[str] = ()

    def __init__(self, blocks: Iterable[bytes], head: bytes, caps: Caps) -> None:
        self._blocks, self._caps = newlines_only(blocks), caps
        first_rows = _rows(newlines_only([head]), caps)
        self.sample = sample_of(first_rows)
        self.columns = keys_of(self.sample)
        self.unlisted = outer_names(self.columns)

    def rows(self) -> Iterator[Row | Rejected]:
        return _rows(self._blocks, self._caps)

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        parser, blocks = ObjectParser(columns), _BlockDecoder(columns)
        number = 0  # lines done
        for whole in whole_lines(self._blocks, self._caps):
            if whole is None:
                number += 1
                yield reject_too_long(number, self._caps)
                continue
            count = whole.count(b"\n")
            # Decode all lines at once only if none can exceed the cap, which is several blocks wide.
            if len(whole) <= self._caps.line and (decoded := blocks.decode(whole)):
                yield from decoded
            else:
                for line_number, line in enumerate(whole.split(b"\n")[:-1], start=number + 1):
                    if len(line) > self._caps.line:
                        yield reject_too_long(line_number, self._caps)
                    elif line and not line.isspace():
                        yield from parser.articles(line, line_number)
            number += count


class JsonListLines:
    """A file with one JSON list of values a line, the first of which may be a header."""

    kind = "JSON lists, one a line"
    unlisted: Collection[str] = ()

    def __init__(self, blocks: Iterable[bytes], head: bytes, caps: Caps) -> None:
        self._blocks, self._caps = newlines_only(blocks), caps
        lines = b"".join(newlines_only([head])).split(b"\n")[:SAMPLE_ROWS]
        values = [value for line in lines for value in parse_values(line) if isinstance(value, list)]
        self._named = NamedValues(values)
        self.columns, self.remarks = self._named.columns, self._named.remarks
        self.sample = sample_of(self._rows(newlines_only([head])))

    def rows(self) -> Iterator[Row | Rejected]:
        return self._rows(self._blocks)

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        for row in self.rows():
            yield row if isinstance(row, Rejected) else build_article(row.values, columns, row.line)

    def _rows(self, blocks: Iterable[bytes]) -> Iterator[Row | Rejected]:
        return self._named.without_header(_rows(blocks, self._caps, self._named.row))


def _rows(blocks: Iterable[bytes], caps: Caps, to_row: ToRow = object_row) -> Iterator[Row | Rejected]:
    number = 0
    for whole in whole_lines(blocks, caps):
        for line in [None] if whole is None else whole.split(b"\n")[:-1]:
            number += 1
            if line is None or len(line) > caps.line:
                yield reject_too_long(number, caps)
            else:
                yield from parse_rows(line, number, None, to_row)


_category, _description, _date = map(attrgetter, ("category", "short_description", "date"))


class _BlockDecoder:
    """All articles of a block of lines in one call of msgspec."""

    def __init__(self, columns: Columns) -> None:
        struct = typed_article(columns)
        self._decode_lines = msgspec.json.Decoder(struct).decode_lines if struct else None
        if struct:
            self._required = [msgspec.json.encode(name) for name in (columns.headline, columns.category)]
            optional = ((columns.description, _description), (columns.date, _date))
            self._optional = [(msgspec.json.encode(name), field) for name, field in optional if name]

    def decode(self, whole: bytes) -> list[Article] | None:
        """All articles of whole lines, blank ones passed over; None if any line needs a second look."""
        if not self._decode_lines:
            return None
        try:
            decoded: list[Article] = self._decode_lines(whole)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None
        if b"\\u0000" in whole:
            return None
        count = len(decoded)
        # A key that occurs more often than articles have its field is duplicated in one of them.
        if any(whole.count(key) > count for key in self._required):
            return None
        for key, field in self._optional:
            if whole.count(key) > count - list(map(field, decoded)).count(None):
                return None
        return decoded if all(map(plain_label, set(map(_category, decoded)))) else None
