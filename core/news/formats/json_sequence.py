"""JSON objects one after the other, over several lines each or all on one: as ``jq`` and pretty-printers write them."""

import re
from collections.abc import Collection, Iterable, Iterator

import msgspec

from core.news.decompression import Caps
from core.news.formats.articles import ArticleOrRejected, Rejected, reject_too_long
from core.news.formats.json_object import ObjectParser, parse_rows
from core.news.formats.raw_table import Row, keys_of, outer_names, sample_of
from core.news.reading import Columns

_FLAT = re.compile(rb'\{(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+\}', re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\]"]', re.DOTALL)
_SEPARATOR = re.compile(rb"[\s,]*+")
# An object begins after a line end; on one line after another object.
_NEXT = re.compile(rb"\n\{|\}[\s,]*+\{(?=\s*+\")")
# Bytes that may be looked through behind a line that begins with {, besides as many as the file has. Printers indent
# what is inside of an object, so that there the next one begins, most often.
_TWICE = 1 << 18


class JsonSequence:
    """Objects, with or without commas between them."""

    kind = "JSON objects one after the other"
    remarks: tuple[str, ...] = ()
    unlisted: Collection[str] = ()

    def __init__(self, blocks: Iterable[bytes], head: bytes, caps: Caps) -> None:
        self._blocks, self._caps = blocks, caps
        self.sample = sample_of(_rows([head], caps))
        self.columns = keys_of(self.sample)
        self.unlisted = outer_names(self.columns)

    def rows(self) -> Iterator[Row | Rejected]:
        return _rows(self._blocks, self._caps)

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        parser = ObjectParser(columns)
        for part in objects(self._blocks, self._caps):
            if isinstance(part, Rejected):
                yield part
            else:
                yield from parser.articles(part[1], part[0])


def _rows(blocks: Iterable[bytes], caps: Caps) -> Iterator[Row | Rejected]:
    for part in objects(blocks, caps):
        yield from [part] if isinstance(part, Rejected) else parse_rows(part[1], part[0])


def objects(blocks: Iterable[bytes], caps: Caps) -> Iterator[tuple[int, bytes] | Rejected]:
    """Each object's first line and bytes. One without an end costs what stands before the next that seems to begin."""
    stream = iter(blocks)
    buffer, start, line, counted = b"", 0, 1, 0  # ``line`` counts the line ends before ``counted``
    read = twice = 0
    ended = False
    while True:
        start = _SEPARATOR.match(buffer, start).end()  # type: ignore[union-attr]
        limit = buffer.find(b"\n{", start + 1)
        end = (
            _object_end(buffer, start, limit if limit >= 0 else len(buffer)) if start < len(buffer) else None
        )
        if end is None and limit >= 0 and twice <= _TWICE + read:
            end = _object_end(buffer, start, len(buffer))
            twice += (end or len(buffer)) - start
        line += buffer.count(b"\n", counted, start)
        counted = start
        if end is None and not ended and len(buffer) - start <= caps.line:
            block = next(stream, b"")
            ended, read = not block, read + len(block)
            buffer, start, counted = buffer[start:] + block, 0, 0
            continue
        if start == len(buffer):
            return
        inner = buffer.find(b"\n{", start, end) if end else -1
        if end is not None and (inner < 0 or end - start > caps.line or _is_json(buffer[start:end])):
            if end - start > caps.line:
                yield reject_too_long(line, caps)
            else:
                yield line, buffer[start:end]
            start = end
            continue
        following = _NEXT.search(buffer, start + 1)
        if ended or following:
            yield Rejected(line=line, reason="the object ends too early")
        else:
            yield reject_too_long(line, caps)
        start = following.end() - 1 if following else len(buffer)


def _is_json(content: bytes) -> bool:
    try:
        msgspec.json.decode(content, type=msgspec.Raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _object_end(buffer: bytes, start: int, limit: int) -> int | None:
    """Position after the value that begins at ``start``; None if it is not before ``limit``."""
    if flat := _FLAT.match(buffer, start, limit):
        return flat.end()
    if buffer[start : start + 1] not in (b"{", b"["):  # not an object: up to the next one
        following = _NEXT.search(buffer, start, limit)
        return following.start() + 1 if following else None
    depth, closing = 0, b"}" if buffer[start : start + 1] == b"{" else b"]"
    for token in _TOKEN.finditer(buffer, start, limit):
        mark = token.group()
        if mark in b"{[":
            depth += 1
        elif mark in b"}]":
            depth -= 1
            if depth <= 0 and mark == closing:
                return token.end()
        elif mark == b'"':
            return None
    return None
