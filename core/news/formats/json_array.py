"""A JSON array -> rows, element by element: ``[{…}, {…}]`` or ``[[…], […]]``, alone or inside of an object."""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.news.decompression import Caps
from core.news.formats.articles import ArticleOrRejected, Rejected, reject_too_long
from core.news.formats.json_object import ObjectParser, ToRow, object_row, parse_rows, parse_values
from core.news.formats.named_values import NamedValues
from core.news.formats.raw_table import SAMPLE_ROWS, Row, keys_of, outer_names, sample_of
from core.news.reading import Columns

# Possessive quantifiers (++, *+): linear time for any text. A flat object is matched as a whole; a nested one is
# followed bracket by bracket.
_FLAT = re.compile(rb'\{(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+\}\s*+(?=[,\]])', re.DOTALL)
# A list of numbers, as coordinates are, is one token.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|\[[^"{}\[\]]*+\]|[{}\[\],"]', re.DOTALL)
_SPACE = re.compile(rb"\s*+")
_SEPARATOR = re.compile(rb"[\s,]*+")  # between arrays
_ANOTHER = re.compile(rb"\"\s{0,40}:\s{0,40}\[\s{0,40}\{")


Parsed = TypeVar("Parsed")


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
    """An array of objects, of lists of values, or of texts.

    Args:
        start: position of the array's bracket in the first block of ``blocks``, which ``head`` is.
        key: the name of the array inside of an object; empty for an array alone.
        unread: the names of other arrays of rows in that object.
    """

    def __init__(
        self,
        blocks: Iterable[bytes],
        head: bytes,
        caps: Caps,
        *,
        start: int,
        key: str = "",
        unread: Sequence[str] = (),
    ) -> None:
        self._blocks, self._caps, self._start, self._key = blocks, caps, start, key
        self.kind = f"a JSON object with the array “{key}”" if key else "a JSON array"
        self.remarks: tuple[str, ...] = ()
        self._named: NamedValues | None = None
        values = (
            next(parse_values(element.content), None)
            for element in itertools.islice(self._elements([head]), SAMPLE_ROWS)
            if isinstance(element, Element)
        )
        self._to_row: ToRow = object_row
        if isinstance(first := next(values, None), list | str):
            rows = [first, *values]
            self._named = NamedValues([value if isinstance(value, list) else [value] for value in rows])
            self._to_row = self._named.row
            self.columns, self.remarks = self._named.columns, self._named.remarks
        if unread:
            listed = ", ".join(f"“{name[:40]}”" for name in unread[:5])
            self.remarks += (f"The file has several arrays. “{key[:40]}” is read, not {listed}.",)
        self.sample = sample_of(self._rows([head]))
        if self._to_row is object_row:
            self.columns = keys_of(self.sample)
        self.unlisted = outer_names(self.columns)

    def rows(self) -> Iterator[Row | Rejected]:
        return self._rows(self._blocks)

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        parser = ObjectParser(columns, self._to_row)
        for element in self._elements(self._blocks):
            if isinstance(element, Rejected):
                yield element
            else:
                yield _only(element, list(parser.articles(element.content, element.line)))

    def _rows(self, blocks: Iterable[bytes]) -> Iterator[Row | Rejected]:
        for element in self._elements(blocks):
            if isinstance(element, Rejected):
                yield element
            else:
                yield _only(element, list(parse_rows(element.content, element.line, None, self._to_row)))

    def _elements(self, blocks: Iterable[bytes]) -> Iterator[Element | Rejected]:
        every = elements(blocks, self._caps, self._start, self._look_behind if self._key else None)
        return self._named.without_header(every) if self._named else every

    def _look_behind(self, blocks: Iterator[bytes]) -> None:
        """Say so if another array of rows follows, as the beginning of a large file cannot tell."""
        end = b""
        for block in blocks:
            if not self.remarks and _ANOTHER.search(end + block):
                self.remarks = (f"Only the array “{self._key[:40]}” is read; another one follows it.",)
            end = block[-100:]


def _only(element: Element, parsed: list[Parsed]) -> Parsed | Rejected:
    """What an element holds, if it is one thing; a rejection gets the element's number."""
    if not parsed:
        return element.reject("nothing in it")
    if len(parsed) > 1:
        return element.reject("more than one JSON value between commas")
    return element.reject(parsed[0].reason) if isinstance(parsed[0], Rejected) else parsed[0]


def elements(
    blocks: Iterable[bytes], caps: Caps, start: int, at_end: Callable[[Iterator[bytes]], None] | None = None
) -> Iterator[Element | Rejected]:
    """Elements of the array whose bracket is at ``start`` of the first block; ``at_end`` gets the bytes after it.

    Without ``at_end`` arrays that follow are read too, as a program writes them that appends page after page.
    If an element has no end, nothing after it can be separated: reading stops there with a rejection.
    """
    stream = iter(blocks)
    buffer = next(stream)
    start += 1
    counted, line, index = 0, 1, 0  # ``line`` counts the line ends before ``counted``
    while True:
        start = _SPACE.match(buffer, start).end()  # type: ignore[union-attr]
        end = _element_end(buffer, start)
        if end is None:
            line += buffer.count(b"\n", counted, start)
            buffer, start, counted = buffer[start:], 0, 0
            broken = Element(index + 1, line, b"")
            if len(buffer) > caps.line:
                yield broken.reject(f"{reject_too_long(line, caps).reason}. The rest is not read")
                return
            if not (block := next(stream, b"")):
                yield broken.reject("the array ends too early")
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
            if at_end:
                at_end(itertools.chain([buffer[start:]], stream))
                return
            while (start := _SEPARATOR.match(buffer, start).end()) == len(buffer):  # type: ignore[union-attr]
                line += buffer.count(b"\n", counted)
                buffer, start, counted = next(stream, b""), 0, 0
                if not buffer:
                    return
            if buffer[start : start + 1] != b"[":
                line += buffer.count(b"\n", counted, start)
                yield Rejected(line=line, reason="text after the array's end is not read")
                return
            start += 1


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
