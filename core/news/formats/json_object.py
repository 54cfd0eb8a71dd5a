"""One JSON object -> an article, or the reason why it is none.

The fast path is msgspec's typed decoder, which parses only the fields of ``Article``. The slow path, for the
few objects that it refuses or that need a second look, is the standard library's ``json``.
"""

import json
from typing import Any

import msgspec

from core.news.formats.articles import (
    FIELDS,
    Article,
    ArticleOrRejected,
    Rejected,
    build_article,
    not_utf8_reason,
    type_name,
)

_decode = msgspec.json.Decoder(Article).decode
_KEYS = tuple(f'"{name}"'.encode() for name in FIELDS)


def parse_object(line: bytes, number: int) -> ArticleOrRejected:
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


def _parse_slowly(line: bytes, number: int) -> ArticleOrRejected:
    """Parse one JSON object with a reason for every rejection; never raises."""
    try:
        value = _strict_decoder.decode(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        reason = not_utf8_reason(error)
    except RecursionError:
        reason = "lists or objects within one another too deeply"
    except json.JSONDecodeError as error:
        reason = _json_reason(error)
    except _NotJson as error:
        reason = str(error)
    else:
        return _build(value, number)
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


def _build(value: Any, number: int) -> ArticleOrRejected:
    """The article of a parsed JSON value."""
    if not isinstance(value, tuple):
        return Rejected(
            line=number, reason=f"{type_name(value)} instead of an article: {{…}} with headline and category"
        )
    fields: dict[str, Any] = {}
    for key, content in value:
        if key in FIELDS and key in fields:
            return Rejected(line=number, reason=f"{key} stands twice")
        fields[key] = content
    return build_article(fields, number)
