"""The first bytes of a file -> its format's articles; the content decides, never the name.

Leaves out: decompression (``decompression.py``), the table (``table.py``).
"""

import itertools
from collections.abc import Iterable, Iterator

from core.errors import NewsFileError
from core.news.decompression import Caps
from core.news.formats.articles import REQUIRED, ArticleOrRejected
from core.news.formats.csv_table import read_csv, split_header
from core.news.formats.json_array import read_json_array
from core.news.formats.json_lines import read_json_lines

_HEAD = 1 << 16  # bytes that decide the format


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
        return read_json_array(rest, caps)
    lines = start[:_HEAD].split(b"\n")
    _, names = split_header(lines[0].decode("utf-8", "replace"))
    if not set(REQUIRED) <= set(names) and any(line.lstrip().startswith(b"{") for line in lines):
        return read_json_lines(rest, caps)
    return read_csv(rest, name, caps)
