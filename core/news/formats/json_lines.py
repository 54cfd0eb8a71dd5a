"""JSON lines -> articles: one object a line.

msgspec decodes all lines of a block in one call; a block with a line that needs a second look goes line by line.
"""

from collections.abc import Iterable, Iterator

import msgspec

from core.news.decompression import Caps
from core.news.formats.articles import Article, ArticleOrRejected, reject_too_long
from core.news.formats.json_object import parse_object
from core.news.formats.lines import whole_lines

_decode_lines = msgspec.json.Decoder(Article).decode_lines


def read_json_lines(blocks: Iterable[bytes], caps: Caps) -> Iterator[ArticleOrRejected]:
    """The article of each line; empty lines are skipped."""
    number = 0  # lines done
    for whole in whole_lines(blocks, caps):
        if whole is None:
            number += 1
            yield reject_too_long(number, caps)
            continue
        count = whole.count(b"\n")
        # Decode all lines at once only if none can exceed the cap, which is several blocks wide.
        if len(whole) <= caps.line and (decoded := _decode_at_once(whole, count)):
            yield from decoded
        else:
            for line_number, line in enumerate(whole.split(b"\n")[:-1], start=number + 1):
                if len(line) > caps.line:
                    yield reject_too_long(line_number, caps)
                elif line and not line.isspace():
                    yield parse_object(line, line_number)
        number += count


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
