"""What every format gives: an article, or a rejected line with the reason."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from core.news.decompression import Caps

REQUIRED = ("headline", "category")
FIELDS = (*REQUIRED, "short_description", "date")


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


_TYPE_NAMES: dict[type, str] = {
    type(None): "null",
    str: "text",
    bool: "true or false",
    float: "a number",
    list: "a list",
    tuple: "an object",
}
# NUL and lone surrogates, which C strings and UTF-8 cannot hold.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def type_name(value: object) -> str:
    """A parsed value's type in plain words; an object of JSON is a tuple of pairs."""
    return _TYPE_NAMES[type(value)]


def build_article(fields: Mapping[str, Any], line: int) -> ArticleOrRejected:
    """The article that a record's fields give, or the reason why they give none.

    Each character that cannot be stored becomes U+FFFD.
    """
    for name in REQUIRED:
        if name not in fields:
            return Rejected(line=line, reason=f"{name} is missing")
        if not isinstance(fields[name], str):
            return Rejected(line=line, reason=f"{name} is {type_name(fields[name])}, not text")
    description = fields.get("short_description")
    if description is not None and not isinstance(description, str):
        return Rejected(line=line, reason=f"short_description is {type_name(description)}, not text")
    if not fields["category"].strip():
        return Rejected(line=line, reason="category is empty")
    values = {name: fields[name] for name in FIELDS if name in fields}
    replaced = 0
    for name, value in values.items():
        if (
            isinstance(value, str) and not value.isprintable()
        ):  # what cannot be stored is not printable either
            values[name], count = UNSTORABLE.subn("\ufffd", value)
            replaced += count
    return RepairedArticle(**values, replaced=replaced) if replaced else Article(**values)


def reject_too_long(line: int, caps: Caps) -> Rejected:
    return Rejected(line=line, reason=f"longer than {caps.line:,} bytes, which no article is")


def not_utf8_reason(error: UnicodeDecodeError) -> str:
    byte, position = error.object[error.start], error.start + 1
    return f"byte 0x{byte:02X} at position {position:,} is not UTF-8; save the file as UTF-8"
