"""What every format gives: an article, or a rejected line with the reason."""

import re
from dataclasses import dataclass

import msgspec

from core.news.decompression import Caps

FIELDS = ("headline", "category", "short_description", "date")


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


def not_utf8_reason(error: UnicodeDecodeError) -> str:
    byte, position = error.object[error.start], error.start + 1
    return f"byte 0x{byte:02X} at position {position:,} is not UTF-8; save the file as UTF-8"


def reject_too_long(line: int, caps: Caps) -> Rejected:
    return Rejected(line=line, reason=f"longer than {caps.line:,} bytes, which no article is")


UNSHOWABLE = re.compile("[\x00\ud800-\udfff]")


def repair(article: Article, number: int) -> ArticleOrRejected:
    """Replace NUL and lone surrogates, which C strings and UTF-8 cannot hold; reject an empty category."""
    if not article.category.strip():
        return Rejected(line=number, reason="category is empty")
    repaired, total = RepairedArticle("", ""), 0
    for key in FIELDS:
        content = getattr(article, key)
        if isinstance(content, str):
            content, count = UNSHOWABLE.subn("\ufffd", content)
            total += count
        setattr(repaired, key, content)
    repaired.replaced = total
    return repaired if total else article
