"""A JSON object -> an article, or the reason why it is none.

The fast path is msgspec's typed decoder, which parses only the fields in use. The slow path, for the few objects that
it refuses or that need a second look, is the standard library's ``json``; Python's own notation, as
``print(dictionary)`` writes it, is read by ``ast.literal_eval``.
"""

import ast
import json
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from core.news.formats.articles import (
    Article,
    ArticleOrRejected,
    Rejected,
    build_article,
    not_utf8_reason,
    plain_label,
    type_name,
)
from core.news.formats.json_comments import without_last_commas
from core.news.formats.raw_table import INSIDE, Row
from core.news.reading import Columns

_PYTHON = re.compile(r"\{\s*'")
# Characters of an object in Python's notation, whose parser takes much more memory than the text.
_LONGEST_PYTHON = 1 << 16
_UNNAMEABLE = re.compile(r'[\x00-\x1f"\\\ud800-\udfff]')  # what msgspec takes in no field's name
_SEPARATOR = re.compile(r"[ \t\n\r\f\v,]*+")
_DEEPEST, _MOST_INSIDE = 4, 50  # objects within one another, and fields of one, that are opened


def typed_article(columns: Columns) -> type[Article] | None:
    """The struct that msgspec decodes an article with these columns to; None if it needs the slow path."""
    names = columns.used()
    if not (columns.headline and columns.category) or len(set(names)) < len(names):
        return None
    if any(_UNNAMEABLE.search(name) or INSIDE in name for name in names):
        return None
    # A role without a column gets a key that no file has, with a code point that is no character, or else it would be
    # read from one named like the field.
    renamed = {
        "headline": columns.headline,
        "category": columns.category,
        "short_description": columns.description or "\ufdd0description",
        "date": columns.date or "\ufdd0date",
    }
    struct: type = msgspec.defstruct(
        "ArticleOfColumns",
        [
            ("headline", str),
            ("category", str),
            ("short_description", str | None, None),
            ("date", object, None),
        ],
        bases=(Article,),
        rename=renamed,
        gc=False,
    )
    return struct


ToRow = Callable[[Any, int, Columns | None], Row | Rejected]


def object_row(value: Any, number: int, columns: Columns | None = None) -> Row | Rejected:
    """The row of a parsed object, which is a tuple of pairs. A key of ``columns`` must not stand twice.

    The fields of an object inside of it are values of the row, too: ``source.name``.
    """
    if not isinstance(value, tuple):
        return Rejected(
            line=number, reason=f"{type_name(value)} instead of an article: {{…}} with headline and category"
        )
    fields = dict(value)
    if len(fields) < len(value):
        used = columns.used() if columns else ()
        twice = next((key for key in used if sum(key == name for name, _ in value) > 1), None)
        if twice:
            return Rejected(line=number, reason=f"{twice} stands twice")
    if any(isinstance(field, tuple) for field in fields.values()):
        fields = _opened(fields, columns.used() if columns else ())
    return Row(number, fields)


def _opened(
    fields: Mapping[str, Any], whole: Sequence[str], prefix: str = "", depth: int = 0
) -> dict[str, Any]:
    """The fields with those of the objects in them, but for ``whole``, and for objects of very many or very deep."""
    opened: dict[str, Any] = {}
    for key, value in fields.items():
        name = prefix + key
        if not isinstance(value, tuple) or name in whole or depth == _DEEPEST or len(value) > _MOST_INSIDE:
            opened.setdefault(name, value)
            continue
        for inner, field in _opened(dict(value), whole, name + INSIDE, depth + 1).items():
            opened.setdefault(inner, field)
    return opened


class ObjectParser:
    """JSON values -> articles, with the values of ``columns``; ``to_row`` names the values of those that are lists."""

    def __init__(self, columns: Columns, to_row: ToRow = object_row) -> None:
        self.columns, self._to_row = columns, to_row
        struct = typed_article(columns) if to_row is object_row else None
        self._decode: Callable[[bytes], Article] | None = (
            msgspec.json.Decoder(struct).decode if struct else None
        )
        self._keys = tuple(msgspec.json.encode(name) for name in columns.used()) if struct else ()

    def articles(self, line: bytes, number: int) -> Iterator[ArticleOrRejected]:
        """Parse the objects of a line: by the fast path, unless a key may be duplicated or a NUL be escaped."""
        if self._decode:
            try:
                article = self._decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                pass
            else:
                if (
                    plain_label(article.category)
                    and b"\\u0000" not in line
                    and all(line.count(key) <= 1 for key in self._keys)
                ):
                    yield article
                    return
        for row in parse_rows(line, number, self.columns, self._to_row):
            yield row if isinstance(row, Rejected) else build_article(row.values, self.columns, number)


def parse_rows(
    line: bytes, number: int, columns: Columns | None = None, to_row: ToRow = object_row
) -> Iterator[Row | Rejected]:
    """The rows of values that stand one after the other, with or without commas; a mistake ends them."""
    for value in parse_values(line):
        if isinstance(value, Problem):
            yield Rejected(line=number, reason=value.reason)
        else:
            yield to_row(value, number, columns)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is no JSON."""

    reason: str


def parse_values(line: bytes) -> Iterator[Any]:
    """The values that stand one after the other, with or without commas; at last a ``Problem`` if there is one."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        yield Problem(not_utf8_reason(error))
        return
    position = _end_of_separator(text, 0)
    mended = False
    while position < len(text):
        try:
            value, position = decoder.raw_decode(text, position)
        except RecursionError:
            yield Problem("lists or objects nested too deep")
            return
        except json.JSONDecodeError as error:
            if not mended and len(without := without_last_commas(text[position:])) < len(text) - position:
                text, position, mended = without, 0, True
                continue
            yield (
                _parse_python(text[position:])
                if _PYTHON.match(text, position)
                else Problem(json_reason(error))
            )
            return
        yield value
        position = _end_of_separator(text, position)


def _integer(digits: str) -> int | float:
    """A 5,000-digit integer costs nothing as a float."""
    return int(digits) if len(digits) <= 20 else float(digits)


# Objects become tuples of pairs, which shows duplicate keys. NaN and Infinity, which pandas and Python write, are
# what is missing.
decoder = json.JSONDecoder(object_pairs_hook=tuple, parse_int=_integer, parse_constant=lambda name: math.nan)


def _end_of_separator(text: str, position: int) -> int:
    return _SEPARATOR.match(text, position).end()  # type: ignore[union-attr]


def _parse_python(text: str) -> Any:
    """An object in Python's notation, as a tuple of pairs."""
    text = text.strip().removesuffix(",")
    if len(text) > _LONGEST_PYTHON:
        return Problem("in Python's notation, with ' instead of \", and too long for it")
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        value = None
    if not isinstance(value, dict):
        return Problem("neither JSON, which puts \" around names, nor Python's notation with '")
    return tuple((str(key), field) for key, field in value.items())


def json_reason(error: json.JSONDecodeError) -> str:
    if error.pos >= len(error.doc.rstrip()) or error.msg.startswith("Unterminated string"):
        return "ends too early"
    if error.msg.startswith("Invalid control character"):
        code = ord(error.doc[error.pos])
        return f"control character U+{code:04X} at position {error.pos + 1:,}, which JSON does not allow"
    expected = next((words for start, words in _EXPECTED if error.msg.startswith(start)), "")
    return f"not JSON at position {error.pos + 1:,}{expected}"


# What the standard library's decoder says -> what we say.
_EXPECTED = (
    ("Expecting ',' delimiter", ": a comma or a closing bracket is missing"),
    ("Expecting ':' delimiter", ": a colon is missing after a name"),
    ("Expecting property name", ': a name in " is missing'),
    ("Illegal trailing comma", ": a comma before a closing bracket"),
    ("Expecting value", ": a value is missing"),
    ("Invalid \\", ": a backslash that escapes nothing"),
)
