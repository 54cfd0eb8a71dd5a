"""An archive with a folder of texts for each category -> rows: a text's first line is the headline.

The rest is the description. Leaves out: which folders are categories (``archive_contents.py``).
"""

import codecs
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from core.news.archive_contents import ClassFile
from core.news.decompression import Decompressor
from core.news.encodings import NotUtf8Error, detect
from core.news.formats.articles import ArticleOrRejected, Rejected, build_article, not_utf8_reason
from core.news.formats.raw_table import Row, sample_of
from core.news.reading import Columns

_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class ClassFolders:
    """The texts of an archive in its order; a row's line is the number of its file.

    Each text is UTF-8 if it can be, UTF-16 if it says so, and otherwise of ``encoding``; without one NotUtf8Error says
    that ``encoding_of_texts`` has to be asked.
    """

    kind = "a folder of texts for each category"
    columns = ("headline", "description", "category")
    remarks: tuple[str, ...] = ()
    unlisted: Collection[str] = ()

    def __init__(self, decompressor: Decompressor, encoding: str | None) -> None:
        self._decompressor = decompressor
        self.encoding, self._is_known = encoding or "utf-8", encoding is not None
        self.sample: Sequence[Mapping[str, Any]] = sample_of(self.rows())

    def rows(self) -> Iterator[Row | Rejected]:
        for number, (file, text) in enumerate(self._decompressor.texts(), start=1):
            values, problem = self._row(file, text)
            yield Rejected(line=number, reason=f"{file.name} {problem}") if problem else Row(number, values)

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        for row in self.rows():
            yield row if isinstance(row, Rejected) else build_article(row.values, columns, row.line)

    def _row(self, file: ClassFile, content: bytes) -> tuple[Mapping[str, str], str]:
        """The values of a text, and what is wrong with it."""
        if file.problem:
            return {}, file.problem
        if len(content) > self._decompressor.caps.line:
            return {}, f"is longer than {self._decompressor.caps.line:,} bytes, which no article is"
        try:
            text = self._decoded(content).removeprefix("\ufeff")
        except UnicodeDecodeError as error:
            return {}, f"is not readable: {not_utf8_reason(error)}"
        if "\x00" in text:
            return {}, "is no text"
        headline, _, description = text.replace("\r\n", "\n").replace("\r", "\n").strip().partition("\n")
        if not headline:
            return {}, "is empty"
        return {
            "headline": headline.strip(),
            "description": description.strip(),
            "category": file.category,
        }, ""

    def _decoded(self, content: bytes) -> str:
        """The text; raises UnicodeDecodeError if it should be UTF-8 and is not."""
        if content.startswith(_MARKS):
            return content.decode("utf-16", "replace")
        if b"\x00" in content and (encoding := detect([content])) != "utf-8":
            return content.decode(encoding, "replace")
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            if not self._is_known:
                raise NotUtf8Error from error
            if self.encoding == "utf-8":
                raise
            return content.decode(self.encoding, "replace")


def encoding_of_texts(decompressor: Decompressor) -> str:
    """The encoding of those texts that are not UTF-8, judged on all of them together."""
    return detect(_not_utf8(decompressor))


def _not_utf8(decompressor: Decompressor) -> Iterator[bytes]:
    for _, content in decompressor.texts():
        if b"\x00" in content or content.startswith(_MARKS):
            continue
        try:
            content.decode("utf-8")
        except UnicodeDecodeError:
            yield content + b"\n"
