"""A JSON array -> articles: ``[{…}, {…}]``, element by element."""

import re
from collections.abc import Iterable, Iterator

from core.news.decompression import Caps
from core.news.formats.articles import ArticleOrRejected, Rejected, reject_too_long
from core.news.formats.json_object import parse_object

# Possessive quantifiers (++, *+): linear time for any text. A flat object is matched as a whole; a nested one is
# followed bracket by bracket.
_FLAT = re.compile(rb'\{(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+\}\s*+(?=[,\]])', re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],"]', re.DOTALL)
_SPACE = re.compile(rb"\s*+")


def read_json_array(blocks: Iterable[bytes], caps: Caps) -> Iterator[ArticleOrRejected]:
    """Elements of ``[…]``; a reason names the element too, because all may be on one line.

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
            if len(buffer) > caps.line:
                yield _name_element(index + 1, reject_too_long(line, caps), "; what follows is not read")
                return
            if not (block := next(stream, b"")):
                rejected = Rejected(line=line, reason="the array breaks off before its end")
                yield _name_element(index + 1, rejected)
                return
            buffer += block
            continue
        element = buffer[start:end].rstrip()
        line += buffer.count(b"\n", counted, start)
        counted = start
        closing = buffer[end : end + 1]
        if element or closing == b",":
            index += 1
            if not element:
                article: ArticleOrRejected = Rejected(line=line, reason="nothing between commas")
            elif len(element) > caps.line:
                article = reject_too_long(line, caps)
            else:
                article = parse_object(element, line)
            yield _name_element(index, article)
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


def _name_element(index: int, article: ArticleOrRejected, suffix: str = "") -> ArticleOrRejected:
    """Add the element's number to the reason of a rejection."""
    if isinstance(article, Rejected):
        return Rejected(line=article.line, reason=f"article {index:,}: {article.reason}{suffix}")
    return article
