"""Plain bytes -> articles: JSON lines, a JSON array or CSV, one article at a time.

A malformed line is rejected with its number and the reason, and reading goes on. The content decides
the format. Leaves out: decompression (``decompression.py``), the table (``news.py``).

The fast path is msgspec's typed decoder, which parses only the fields of ``Article``. The slow path, for the
few lines that it refuses or that need a second look, is the standard library's ``json``.
"""

import csv
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from core.errors import NewsFileError
from core.news.decompression import Caps

FIELDS = ("headline", "category", "short_description", "date")
_HEAD = 1 << 16  # bytes that decide the format


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A line without a valid article. ``line`` counts from 1; lines end at \\n only."""

    line: int
    reason: str


class Article(msgspec.Struct, gc=False):
    """The fields in use, as in the file; other fields are skipped."""

    headline: str
    category: str
    short_description: str | None = None
    date: object = None


class RepairedArticle(Article, gc=False):
    """An article in which U+FFFD replaces ``replaced`` characters."""

    replaced: int = 0


ArticleOrRejected = Article | Rejected
_decode = msgspec.json.Decoder(Article).decode
_decode_lines = msgspec.json.Decoder(Article).decode_lines
_KEYS = tuple(f'"{name}"'.encode() for name in FIELDS)


def read_articles(blocks: Iterable[bytes], name: str, caps: Caps) -> Iterator[ArticleOrRejected]:
    """Yield an article or a rejection for each line, element or row, in the file's order.

    Raises:
        NewsFileError: empty, or neither JSON nor a CSV with the required columns.
    """
    stream = iter(blocks)
    head = b""
    for block in stream:
        head += block
        if head.strip() and len(head) >= _HEAD:
            break
        if len(head) > caps.line:
            raise NewsFileError(
                f"{name} begins with {caps.line:,} bytes of nothing but white space. Remove them."
            )
    if not head:
        raise NewsFileError(f"{name} is empty: it has no bytes. Choose another file.")
    head = head.removeprefix(b"\xef\xbb\xbf")
    start = head.lstrip()
    if not start:
        raise NewsFileError(f"{name} holds only white space. Choose another file.")
    rest = itertools.chain([head], stream)
    if start.startswith(b"["):
        return _array(rest, caps)
    lines = start[:_HEAD].split(b"\n")
    _, names = _columns(lines[0].decode("utf-8", "replace"))
    if not {"headline", "category"} <= set(names) and any(line.lstrip().startswith(b"{") for line in lines):
        return _json_lines(rest, caps)
    return _csv(rest, name, caps)


def _not_utf8(error: UnicodeDecodeError) -> str:
    byte, position = error.object[error.start], error.start + 1
    return f"byte 0x{byte:02X} at position {position:,} is not UTF-8; save the file as UTF-8"


def _too_long(line: int, caps: Caps) -> Rejected:
    return Rejected(line=line, reason=f"longer than {caps.line:,} bytes, which no article is")


# ---------------------------------------------------------------------------------------------- JSON lines


def _json_lines(blocks: Iterable[bytes], caps: Caps) -> Iterator[ArticleOrRejected]:
    number = 0  # lines done
    for whole in _whole_lines(blocks, caps):
        if whole is None:
            number += 1
            yield _too_long(number, caps)
            continue
        count = whole.count(b"\n")
        # Decode all lines at once only if none can exceed the cap, which is several blocks wide.
        if len(whole) <= caps.line and (decoded := _decode_at_once(whole, count)):
            yield from decoded
        else:
            for line_number, line in enumerate(whole.split(b"\n")[:-1], start=number + 1):
                if len(line) > caps.line:
                    yield _too_long(line_number, caps)
                elif line and not line.isspace():
                    yield _parse(line, line_number)
        number += count


def _whole_lines(blocks: Iterable[bytes], caps: Caps) -> Iterator[bytes | None]:
    """Blocks cut after a \\n (the last gets one); None for a line over the cap, which is discarded as it arrives."""
    carry, skipping = b"", False
    for block in itertools.chain(blocks, [b"\n"]):
        if skipping:
            _, end, block = block.partition(b"\n")
            if not end:
                continue
            yield None
            skipping = False
        cut = block.rfind(b"\n") + 1
        if cut:
            yield carry + block[:cut]
            carry = block[cut:]
        else:
            carry += block
        if len(carry) > caps.line:
            carry, skipping = b"", True


def _decode_at_once(whole: bytes, count: int) -> list[Article] | None:
    """All articles of ``count`` whole lines in one call; None if any line needs a second look.

    msgspec ends a line at any white space, so count the lines that begin with { too.
    """
    try:
        decoded = _decode_lines(whole)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not len(decoded) == count == whole.count(b"\n{") + whole.startswith(b"{") or b"\\u0000" in whole:
        return None
    # A key that occurs more often than articles have its field is duplicated in one of them.
    if whole.count(b'"headline"') > count or whole.count(b'"category"') > count:
        return None
    if whole.count(b'"short_description"') > sum(
        article.short_description is not None for article in decoded
    ):
        return None
    if whole.count(b'"date"') > sum(article.date is not None for article in decoded):
        return None
    categories = {article.category for article in decoded}
    return None if any(not category or category.isspace() for category in categories) else decoded


def _parse(line: bytes, number: int) -> ArticleOrRejected:
    """Parse one JSON object: the fast path, unless a key may be duplicated or a NUL be escaped."""
    try:
        article = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _parse_slowly(line, number)
    if (
        not article.category
        or article.category.isspace()
        or b"\\u0000" in line
        or any(line.count(key) > 1 for key in _KEYS)
    ):
        return _parse_slowly(line, number)
    return article


class _NotJson(ValueError):
    pass


def _reject_constant(name: str) -> None:
    raise _NotJson(f"{name} is not JSON; write null for what is missing")


# Objects become tuples of pairs, which shows duplicate keys. Integers are parsed as floats, so a
# 5,000-digit integer costs nothing.
_strict_decoder = json.JSONDecoder(object_pairs_hook=tuple, parse_int=float, parse_constant=_reject_constant)


def _parse_slowly(line: bytes, number: int) -> Article | Rejected:
    """Parse one JSON object with a reason for every rejection; never raises."""
    try:
        value = _strict_decoder.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        reason = _not_utf8(error)
    except RecursionError:
        reason = "lists or objects within one another too deeply"
    except json.JSONDecodeError as error:
        reason = _json_reason(error)
    except _NotJson as error:
        reason = str(error)
    else:
        return _validate(value, number)
    return Rejected(line=number, reason=reason)


def _json_reason(error: json.JSONDecodeError) -> str:
    if error.msg.startswith("Extra data"):
        return f"more than one JSON value on the line (from position {error.pos + 1:,})"
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string"):
        return "breaks off before its end"
    if error.msg.startswith("Invalid control character"):
        code = ord(error.doc[error.pos])
        return f"control character U+{code:04X} at position {error.pos + 1:,}, which JSON does not allow"
    return f"not JSON at position {error.pos + 1:,} ({error.msg[0].lower()}{error.msg[1:]})"


_TYPE_NAMES: dict[type, str] = {
    type(None): "null",
    bool: "true or false",
    float: "a number",
    list: "a list",
    tuple: "an object",
}


def _validate(value: Any, number: int) -> Article | Rejected:
    if not isinstance(value, tuple):
        type_name = "text" if isinstance(value, str) else _TYPE_NAMES[type(value)]
        return Rejected(
            line=number, reason=f"{type_name} instead of an article: {{…}} with headline and category"
        )
    fields: dict[str, Any] = {}
    for key, content in value:
        if key in FIELDS and key in fields:
            return Rejected(line=number, reason=f"{key} stands twice")
        fields[key] = content
    for key in ("headline", "category", "short_description"):
        if key not in fields and key != "short_description":
            return Rejected(line=number, reason=f"{key} is missing")
        content = fields.get(key, "")
        if not isinstance(content, str) and not (content is None and key == "short_description"):
            return Rejected(line=number, reason=f"{key} is {_TYPE_NAMES[type(content)]}, not text")
    description, date = fields.get("short_description"), fields.get("date")
    return _repair(Article(fields["headline"], fields["category"], description, date), number)


_UNSHOWABLE = re.compile("[\x00\ud800-\udfff]")


def _repair(article: Article, number: int) -> ArticleOrRejected:
    """Replace NUL and lone surrogates, which C strings and UTF-8 cannot hold; reject an empty category."""
    if not article.category.strip():
        return Rejected(line=number, reason="category is empty")
    repaired, total = RepairedArticle("", ""), 0
    for key in FIELDS:
        content = getattr(article, key)
        if isinstance(content, str):
            content, count = _UNSHOWABLE.subn("\ufffd", content)
            total += count
        setattr(repaired, key, content)
    repaired.replaced = total
    return repaired if total else article


# ---------------------------------------------------------------------------------------------- JSON array

# Possessive quantifiers (++, *+): linear time for any text. A flat object is matched as a whole; a nested one is
# followed bracket by bracket.
_FLAT = re.compile(rb'\{(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+\}\s*+(?=[,\]])', re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],"]', re.DOTALL)
_SPACE = re.compile(rb"\s*+")


def _array(blocks: Iterable[bytes], caps: Caps) -> Iterator[ArticleOrRejected]:
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
                yield _name_element(index + 1, _too_long(line, caps), "; what follows is not read")
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
                article = _too_long(line, caps)
            else:
                article = _parse(element, line)
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


# ----------------------------------------------------------------------------------------------------- CSV


_MAX_SKIPPED = 1_000  # skipped lines within one row that get a reason of their own


class _DecodedLines:
    """Lines as str for ``csv.reader``, without undecodable and overlong lines, which it records as skipped.

    ``csv.reader`` reads until a row is complete, so a file with only bad lines is skipped in one call: the first
    thousand keep their reasons, the others are counted.
    """

    def __init__(self, blocks: Iterable[bytes], caps: Caps) -> None:
        self._blocks, self._caps = _whole_lines(blocks, caps), caps
        self._skipped, self._more = list[Rejected](), 0
        self.number = 0
        self.first = 0  # first line of the current row; 0: not read yet

    def __iter__(self) -> Iterator[str]:
        for whole in self._blocks:
            for line in [None] if whole is None else whole.split(b"\n")[:-1]:
                self.number += 1
                if line is None or len(line) > self._caps.line:
                    self._skip(_too_long(self.number, self._caps))
                    continue
                try:
                    text = line.decode("utf-8")
                except UnicodeDecodeError as error:
                    self._skip(Rejected(line=self.number, reason=_not_utf8(error)))
                    continue
                self.first = self.first or self.number
                yield text + "\n"

    def skipped(self) -> list[Iterable[Rejected]]:
        """The lines skipped since the last call; the thousandth is repeated for each further line."""
        skipped, more = self._skipped, self._more
        self._skipped, self._more = [], 0
        return [skipped, itertools.repeat(skipped[-1], more)] if skipped else []

    def _skip(self, rejected: Rejected) -> None:
        if len(self._skipped) < _MAX_SKIPPED:
            self._skipped.append(rejected)
        else:
            self._more += 1


def _csv(blocks: Iterable[bytes], name: str, caps: Caps) -> Iterator[ArticleOrRejected]:
    """Rows under a header with the column names in any order, separated by commas, semicolons or tabs."""
    decoded_lines = _DecodedLines(blocks, caps)
    lines = iter(decoded_lines)
    header = next((line for line in lines if line.strip()), "")
    delimiter, columns = _columns(header)
    if not {"headline", "category"} <= set(columns):
        raise NewsFileError(
            f"{name} is neither JSON nor a CSV whose first line names the columns headline and category. "
            f"It begins with “{_UNSHOWABLE.sub('�', header.strip()[:60])}”."
        )
    positions = {field: columns.index(field) for field in FIELDS if field in columns}
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    return _rows(reader, decoded_lines, positions, len(columns))


def _columns(header: str) -> tuple[str, list[str]]:
    """The delimiter that gives the most known column names, and the names."""
    candidates: list[tuple[int, list[str], str]] = []
    for delimiter in (",", ";", "\t"):
        try:
            names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
        except csv.Error:
            names = []
        candidates.append((len(set(names) & set(FIELDS)), names, delimiter))
    _, names, delimiter = max(candidates, key=lambda candidate: candidate[0])
    return delimiter, names


def _rows(
    reader: Any, lines: _DecodedLines, positions: dict[str, int], width: int
) -> Iterator[ArticleOrRejected]:
    while True:
        row: list[str] = []
        reason, lines.first = "", 0
        try:
            row = next(reader)
        except StopIteration:
            yield from itertools.chain(*lines.skipped())
            return
        except csv.Error as error:  # the reader continues with the next line
            reason = _csv_reason(str(error))
        yield from itertools.chain(*lines.skipped())
        line = lines.first
        if row and len(row) != width:
            reason = f"{len(row)} columns, but the first line names {width}"
        if reason and lines.number > line:
            reason += f" (up to line {lines.number:,})"
        if reason:
            yield Rejected(line=line, reason=reason)
        elif row:
            fields = {field: row[position] for field, position in positions.items()}
            yield _repair(Article(**fields), line)


def _csv_reason(error: str) -> str:
    """The errors of ``csv`` in plain words; its limit is 131,072 characters per field."""
    if "field larger" in error:
        return "a quotation mark that is never closed, or a field that is too long"
    if "unexpected end" in error:
        return "breaks off inside a quotation mark"
    if "expected after" in error:
        return 'a quotation mark inside quotation marks must be written twice ("")'
    return f"not CSV ({error})"
