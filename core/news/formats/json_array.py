"""A JSON array -> rows: ``[{…}, {…}]``, element by element."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.news.decompression import Caps
from core.news.formats.articles import ArticleOrRejected, Rejected, reject_too_long
from core.news.formats.json_object import ObjectParser, parse_rows
from core.news.formats.raw_table import Row, keys_of, sample_of
from core.news.reading import Columns

# Possessive quantifiers (++, *+): linear time for any text. A flat object is matched as a whole; a nested one is
# followed bracket by bracket.
_FLAT = re.compile(rb'\{(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+\}\s*+(?=[,\]])', re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],"]', re.DOTALL)
_SPACE = re.compile(rb"\s*+")


@dataclass(frozen=True, slots=True)
class Element:
    """The bytes of an element, its number and the line on which it begins, both from 1."""

    number: int
    line: int
    content: bytes

    def reject(self, reason: str) -> Rejected:
        """A rejection that names the element too, because all may be on one line."""
        return Rejected(line=self.line, reason=f"article {self.number:,}: {reason}")


class JsonArray:
    """A file that is one array of objects."""

    kind = "a JSON array"
    remarks: tuple[str, ...] = ()

    def __init__(self, blocks: Iterable[bytes], head: bytes, caps: Caps) -> None:
        self._blocks, self._caps = blocks, caps
        self.sample = sample_of(_rows([head], caps))
        self.columns = keys_of(self.sample)

    def rows(self) -> Iterator[Row | Rejected]:
        return _rows(self._blocks, self._caps)

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        parser = ObjectParser(columns)
        for element in elements(self._blocks, self._caps):
            if isinstance(element, Rejected):
                yield element
                continue
            articles = list(parser.articles(element.content, element.line))
            if len(articles) != 1:
                yield element.reject("more than one JSON value between commas")
            elif isinstance(articles[0], Rejected):
                yield element.reject(articles[0].reason)
            else:
                yield articles[0]


def _rows(blocks: Iterable[bytes], caps: Caps) -> Iterator[Row | Rejected]:
    for element in elements(blocks, caps):
        if isinstance(element, Rejected):
            yield element
            continue
        rows = list(parse_rows(element.content, element.line))
        if len(rows) != 1:
            yield element.reject("more than one JSON value between commas")
        elif isinstance(rows[0], Rejected):
            yield element.reject(rows[0].reason)
        else:
            yield rows[0]


def elements(blocks: Iterable[bytes], caps: Caps) -> Iterator[Element | Rejected]:
    """Elements of ``[…]``.

    If an element has no end, nothing after it can be separated: reading stops there with a rejection.
    """
    stream = iter(blocks)
    buffer = next(stream)
    start = buffer.index(b"[") + 1
    counted, line, index = 0, 1, 0  # ``line`` counts the line ends before ``counted``
    while True:
        start = _SPACE.match(buffer, start).end()  # type: ignore[union-attr]
        end = _element_end(buffer, start)
        if end is None:
            line += buffer.count(b"\n", counted, start)
            buffer, start, counted = buffer[start:], 0, 0
            broken = Element(index + 1, line, b"")
            if len(buffer) > caps.line:
                yield broken.reject(f"{reject_too_long(line, caps).reason}; what follows is not read")
                return
            if not (block := next(stream, b"")):
                yield broken.reject("the array breaks off before its end")
                return
            buffer += block
            continue
        element = buffer[start:end].rstrip()
        line += buffer.count(b"\n", counted, start)
        counted = start
        closing = buffer[end : end + 1]
        if element or closing == b",":
            index += 1
            whole = Element(index, line, element)
            if not element:
                yield whole.reject("nothing between commas")
            elif len(element) > caps.line:
                yield whole.reject(reject_too_long(line, caps).reason)
            else:
                yield whole
        start = end + 1
        if closing == b"]":
            if (buffer[start:] + next(stream, b"")).strip():
                yield Rejected(line=line, reason="text after the array's end is not read")
            return


def _element_end(buffer: bytes, start: int) -> int | None:
    """Position of the comma or bracket after the element that begins at ``start``; None if not in the buffer."""
    if flat := _FLAT.match(buffer, start):
        return flat.end()
    depth = 0
    for token in _TOKEN.finditer(buffer, start):
        mark = token.group()
        if mark in b"{[":
            depth += 1
        elif depth == 0 and mark in b",]":
            return token.start()
        elif mark in b"}]":
            depth = max(0, depth - 1)  # a stray bracket is part of a damaged element
        elif mark == b'"':
            return None
    return None
