"""Plain bytes -> articles: JSON lines, a JSON array or CSV, one article at a time.

A line that cannot be read is rejected with its number and the reason, and reading goes on. The kind
is decided by the content. Leaves out: unpacking (``unpacking.py``), the table (``news.py``).

The quick way is msgspec's typed decoder, which looks at the wanted fields only; the careful way, for
the few lines on which it stumbles or that hold something odd, is the standard library's ``json``.
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
_HEAD = 1 << 16  # bytes looked at to decide the kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A line that gave no article. ``line`` counts from 1 and by \\n only."""

    line: int
    reason: str


class Article(msgspec.Struct, gc=False):
    """The fields that are used, as the file has them; its other fields are passed over."""

    headline: str
    category: str
    short_description: str | None = None
    date: object = None


class RepairedArticle(Article, gc=False):
    """An article of which ``replaced`` characters had to become U+FFFD."""

    replaced: int = 0


ArticleOrRejected = Article | Rejected
_decode = msgspec.json.Decoder(Article).decode
_decode_lines = msgspec.json.Decoder(Article).decode_lines
_KEYS = tuple(f'"{name}"'.encode() for name in FIELDS)


def read_articles(blocks: Iterable[bytes], name: str, caps: Caps) -> Iterator[ArticleOrRejected]:
    """Yield what each line, element or row of the file gives, in the file's order.

    Raises:
        NewsFileError: empty, or neither JSON nor a CSV with the columns that are needed.
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
    byte, at = error.object[error.start], error.start + 1
    return f"byte 0x{byte:02X} at position {at:,} is not UTF-8; save the file as UTF-8"


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
        # Only where no line can be over the cap, which is several blocks wide, is the short cut taken.
        if len(whole) <= caps.line and (given := _at_once(whole, count)):
            yield from given
        else:
            for at, line in enumerate(whole.split(b"\n")[:-1], start=number + 1):
                if len(line) > caps.line:
                    yield _too_long(at, caps)
                elif line and not line.isspace():
                    yield _article(line, at)
        number += count


def _whole_lines(blocks: Iterable[bytes], caps: Caps) -> Iterator[bytes | None]:
    """Blocks cut after a \\n (the last gets one); None for a line over the cap, of which hardly more is held."""
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


def _at_once(whole: bytes, count: int) -> list[Article] | None:
    """All articles of ``count`` whole lines in one call, if there is nothing to look at twice.

    msgspec takes any white space for the end of a line, hence the counting of lines that begin with {.
    """
    try:
        given = _decode_lines(whole)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if not len(given) == count == whole.count(b"\n{") + whole.startswith(b"{") or b"\\u0000" in whole:
        return None
    # A field that stands more often than articles have it stands twice in one of them.
    if whole.count(b'"headline"') > count or whole.count(b'"category"') > count:
        return None
    if whole.count(b'"short_description"') > sum(one.short_description is not None for one in given):
        return None
    if whole.count(b'"date"') > sum(one.date is not None for one in given):
        return None
    return None if any(not name or name.isspace() for name in {one.category for one in given}) else given


def _article(line: bytes, number: int) -> ArticleOrRejected:
    """One JSON object. The quick way, unless a field may stand twice or a NUL be written as an escape."""
    try:
        given = _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _carefully(line, number)
    if (
        not given.category
        or given.category.isspace()
        or b"\\u0000" in line
        or any(line.count(key) > 1 for key in _KEYS)
    ):
        return _carefully(line, number)
    return given


class _NotJson(ValueError):
    pass


def _constant(name: str) -> None:
    raise _NotJson(f"{name} is not JSON; write null for what is missing")


# Objects become tuples of pairs, so that a field that stands twice is seen. Whole numbers are read as
# floating ones: no 5,000-digit integer is ever built.
_careful = json.JSONDecoder(object_pairs_hook=tuple, parse_int=float, parse_constant=_constant)


def _carefully(line: bytes, number: int) -> Article | Rejected:
    """The same with a reason for whatever is wrong; never raises."""
    try:
        value = _careful.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        reason = _not_utf8(error)
    except RecursionError:
        reason = "lists or objects within one another too deeply"
    except json.JSONDecodeError as error:
        reason = _json_reason(error)
    except _NotJson as error:
        reason = str(error)
    else:
        return _checked(value, number)
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


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "true or false",
    float: "a number",
    list: "a list",
    tuple: "an object",
}


def _checked(value: Any, number: int) -> Article | Rejected:
    if not isinstance(value, tuple):
        what = "text" if isinstance(value, str) else _KINDS[type(value)]
        return Rejected(line=number, reason=f"{what} instead of an article: {{…}} with headline and category")
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
            return Rejected(line=number, reason=f"{key} is {_KINDS[type(content)]}, not text")
    description, date = fields.get("short_description"), fields.get("date")
    return _accepted(
        Article(fields["headline"], fields["category"], description, date),
        number,
    )


_UNSHOWABLE = re.compile("[\x00\ud800-\udfff]")


def _accepted(article: Article, number: int) -> ArticleOrRejected:
    """The article if it has a category; NUL and halves of surrogate pairs, which UTF-8 or C cannot hold, replaced."""
    if not article.category.strip():
        return Rejected(line=number, reason="category is empty")
    mended, total = RepairedArticle("", ""), 0
    for key in FIELDS:
        content = getattr(article, key)
        if isinstance(content, str):
            content, count = _UNSHOWABLE.subn("\ufffd", content)
            total += count
        setattr(mended, key, content)
    mended.replaced = total
    return mended if total else article


# ---------------------------------------------------------------------------------------------- JSON array

# Possessive (++, *+): linear in the text whatever it holds. A flat object is matched as a whole;
# what holds lists or objects is followed bracket by bracket.
_FLAT = re.compile(rb'\{(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+\}\s*+(?=[,\]])', re.DOTALL)
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[{}\[\],"]', re.DOTALL)
_SPACE = re.compile(rb"\s*+")


def _array(blocks: Iterable[bytes], caps: Caps) -> Iterator[ArticleOrRejected]:
    """Elements of ``[…]``; a reason names the element too, since all may stand on one line.

    Where an element's end cannot be found, nothing after it can be told apart: reading stops there and says so.
    """
    stream = iter(blocks)
    buffer = next(stream)
    at = buffer.index(b"[") + 1
    counted, line, index = 0, 1, 0
    while True:
        at = _SPACE.match(buffer, at).end()  # type: ignore[union-attr]
        ends = _element_end(buffer, at)
        if ends is None:
            line += buffer.count(b"\n", counted, at)
            buffer, at, counted = buffer[at:], 0, 0
            if len(buffer) > caps.line:
                yield _at(index + 1, _too_long(line, caps), "; what follows is not read")
                return
            if not (block := next(stream, b"")):
                yield _at(index + 1, Rejected(line=line, reason="the array breaks off before its end"))
                return
            buffer += block
            continue
        element = buffer[at:ends]
        line += buffer.count(b"\n", counted, at)
        counted = at
        closing = buffer[ends : ends + 1]
        element = element.rstrip()
        if element or closing == b",":
            index += 1
            if not element:
                given: ArticleOrRejected = Rejected(line=line, reason="nothing between commas")
            elif len(element) > caps.line:
                given = _too_long(line, caps)
            else:
                given = _article(element, line)
            yield _at(index, given)
        at = ends + 1
        if closing == b"]":
            if (buffer[at:] + next(stream, b"")).strip():
                yield Rejected(line=line, reason="text after the array's end is not read")
            return


def _element_end(buffer: bytes, at: int) -> int | None:
    """Where the comma or bracket after the element that begins at ``at`` stands; None: not in sight."""
    if flat := _FLAT.match(buffer, at):
        return flat.end()
    depth = 0
    for token in _TOKEN.finditer(buffer, at):
        mark = token.group()
        if mark in b"{[":
            depth += 1
        elif depth == 0 and mark in b",]":
            return token.start()
        elif mark in b"}]":
            depth = max(0, depth - 1)  # a stray one belongs to this element's damage
        elif mark == b'"':
            return None
    return None


def _at(index: int, given: ArticleOrRejected, more: str = "") -> ArticleOrRejected:
    if isinstance(given, Rejected):
        return Rejected(line=given.line, reason=f"article {index:,}: {given.reason}{more}")
    return given


# ----------------------------------------------------------------------------------------------------- CSV


_MOST_SKIPPED = 1_000  # lines within one row of which each gets its own reason


class _Texts:
    """Lines as str for ``csv.reader``, which gets no undecodable or overlong one; remembers which it skipped.

    ``csv.reader`` asks until a row is whole, so a file of nothing but bad lines is skipped in one go: of the
    first thousand the reasons are kept, of the others the number.
    """

    def __init__(self, blocks: Iterable[bytes], caps: Caps) -> None:
        self._blocks, self._caps = _whole_lines(blocks, caps), caps
        self._skipped, self._more = list[Rejected](), 0
        self.number = 0
        self.first = 0  # the line with which the row begins; 0: not seen yet

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
        """What was skipped since the last call; after the thousandth the same one over and over."""
        skipped, more = self._skipped, self._more
        self._skipped, self._more = [], 0
        return [skipped, itertools.repeat(skipped[-1], more)] if skipped else []

    def _skip(self, rejected: Rejected) -> None:
        if len(self._skipped) < _MOST_SKIPPED:
            self._skipped.append(rejected)
        else:
            self._more += 1


def _csv(blocks: Iterable[bytes], name: str, caps: Caps) -> Iterator[ArticleOrRejected]:
    """Rows under a header that names the columns, in any order; commas, semicolons or tabs between them."""
    texts = _Texts(blocks, caps)
    lines = iter(texts)
    header = next((line for line in lines if line.strip()), "")
    delimiter, columns = _columns(header)
    if not {"headline", "category"} <= set(columns):
        raise NewsFileError(
            f"{name} is neither JSON nor a CSV whose first line names the columns headline and category. "
            f"It begins with “{_UNSHOWABLE.sub('�', header.strip()[:60])}”."
        )
    places = {field: columns.index(field) for field in FIELDS if field in columns}
    return _rows(csv.reader(lines, delimiter=delimiter, strict=True), texts, places, len(columns))


def _columns(header: str) -> tuple[str, list[str]]:
    """The delimiter and the column names under which most of the wanted ones are seen."""
    tried: list[tuple[int, list[str], str]] = []
    for delimiter in (",", ";", "\t"):
        try:
            names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
        except csv.Error:
            names = []
        tried.append((len(set(names) & set(FIELDS)), names, delimiter))
    _, names, delimiter = max(tried, key=lambda one: one[0])
    return delimiter, names


def _rows(reader: Any, texts: _Texts, places: dict[str, int], width: int) -> Iterator[ArticleOrRejected]:
    while True:
        row: list[str] = []
        wrong, texts.first = "", 0
        try:
            row = next(reader)
        except StopIteration:
            yield from itertools.chain(*texts.skipped())
            return
        except csv.Error as error:  # the reader starts afresh with the next line
            wrong = _csv_reason(str(error))
        yield from itertools.chain(*texts.skipped())
        line = texts.first
        if row and len(row) != width:
            wrong = f"{len(row)} columns, but the first line names {width}"
        if wrong and texts.number > line:
            wrong += f" (up to line {texts.number:,})"
        if wrong:
            yield Rejected(line=line, reason=wrong)
        elif row:
            fields = {field: row[place] for field, place in places.items()}
            yield _accepted(Article(**fields), line)


def _csv_reason(error: str) -> str:
    """``csv``'s own errors in plain words; its limit is 131,072 characters a field."""
    if "field larger" in error:
        return "a quotation mark that is never closed, or a field that is too long"
    if "unexpected end" in error:
        return "breaks off inside a quotation mark"
    if "expected after" in error:
        return 'a quotation mark inside quotation marks must be written twice ("")'
    return f"not CSV ({error})"
