"""JSON as people write it by hand: without its comments, // and /* */, and the commas before a closing bracket.

Source: JSON5, https://spec.json5.org; of its other liberties only what Python's decoder reads.
"""

import re
from collections.abc import Iterable

from core.errors import NewsFileError

MAX_BYTES = 128 * 2**20  # of a file with comments, which is read as a whole
_LOOKED_AT = 1 << 16  # bytes in which a comment is looked for
# Most links are inside of a string behind a colon; so this finds few that are no comments.
_MAYBE = re.compile(rb"(?:\A\s*+|[\[\]{},\"\n][^\S\n]*+)/[/*]")
# A string or comment that never ends goes to the end of the text: otherwise each of its marks looks for an end again.
_STRING_OR_COMMENT = re.compile(
    rb'("(?:[^"\\]++|\\.)*+(?:"|\\?\Z))|(/\*.*?(?:\*/|\Z)|//[^\r\n]*+)', re.DOTALL
)
_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]++|\\.)*+(?:"|\\?\Z))|,(?=\s*+[}\]])', re.DOTALL)


def has_comments(head: bytes) -> bool:
    """Whether a text that begins with ``head`` is JSON with comments."""
    head = head[:_LOOKED_AT]
    if not _MAYBE.search(head):
        return False
    is_json = without_comments(head).lstrip().startswith((b"{", b"["))
    return is_json and any(match[2] for match in _STRING_OR_COMMENT.finditer(head))


def without_comments(text: bytes) -> bytes:
    """The text with the line ends of each comment in its place."""
    return _STRING_OR_COMMENT.sub(lambda match: match[1] or b"\n" * match[2].count(b"\n"), text)


def joined_without_comments(blocks: Iterable[bytes], name: str) -> bytes:
    """All blocks as one, without comments, which may span several.

    Raises:
        NewsFileError: they are too large to be read as a whole.
    """
    parts, size = [], 0
    for block in blocks:
        parts.append(block)
        size += len(block)
        if size > MAX_BYTES:
            raise NewsFileError(
                f"{name} is JSON with comments of more than {MAX_BYTES // 2**20:,} MB. Remove the comments."
            )
    return without_comments(b"".join(parts))


def without_last_commas(text: str) -> str:
    """The text without the commas before a closing bracket."""
    return _STRING_OR_COMMA.sub(lambda match: match[1] or "", text)
