"""A file of headlines to classify: plain text with one per line, or CSV or JSON with a column ``headline``.

Unlike ``news.py`` it needs no category. Leaves out: packed files, and files too large for memory.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.errors import NewsFileError
from core.news.decompression import reject_binary

MAX_BYTES = 20 * 2**20
MAX_HEADLINES = 200_000
MAX_KEPT_REJECTED = 1_000  # kept with their reasons; all are counted

_COLUMN = "headline"
_HOW = "Upload plain text with one headline a line, or CSV or JSON lines with a column named headline."

# Plain text such as "[VIDEO] Watch this": a bracketed word before more of the headline. JSON arrays quote words.
_BRACKETED_LABEL = re.compile(r"\[[^\W\d][^\]\n\"]*\][^\S\n]*[^\s,]")

Line = tuple[int, str | None, str]  # line number, headline or None, reason of the rejection


@dataclass(frozen=True, slots=True, kw_only=True)
class Headlines:
    """The headlines of a file, in its order, and its rejected lines."""

    headlines: tuple[str, ...]
    kind: str  # "plain text", "CSV" or "JSON"
    rejected: tuple[tuple[int, str], ...]  # line number and reason, the first MAX_KEPT_REJECTED
    rejected_count: int


def read_headlines(content: bytes, name: str) -> Headlines:
    """Read a file of headlines; the content decides the format, not the name.

    Skips empty lines. Time and memory grow with the size.

    Raises:
        NewsFileError: too large, not UTF-8 text, without a column ``headline``, or without any headline.
    """
    if len(content) > MAX_BYTES:
        raise NewsFileError(
            f"{name} has {len(content) / 1e6:,.0f} MB; the most is {MAX_BYTES // 2**20} MB. Split it."
        )
    _refuse_binary(content[:1024], name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NewsFileError(
            f"{name}, line {line:,}: not UTF-8 text. Save it as UTF-8 and upload it again."
        ) from None
    kind, lines = _parse(text, name)
    headlines: list[str] = []
    rejected: list[tuple[int, str]] = []
    rejected_count = 0
    for line, headline, reason in lines:
        if headline is not None and headline.strip():
            headlines.append(headline.strip())
            if len(headlines) > MAX_HEADLINES:
                raise NewsFileError(f"{name} has more than {MAX_HEADLINES:,} headlines. Split it.")
        else:
            rejected_count += 1
            if len(rejected) < MAX_KEPT_REJECTED:
                rejected.append((line, reason or "the headline is empty"))
    if not headlines:
        why = f" Line {rejected[0][0]:,}: {rejected[0][1]}." if rejected else ""
        raise NewsFileError(f"{name} holds no headline.{why} {_HOW}")
    return Headlines(
        headlines=tuple(headlines), kind=kind, rejected=tuple(rejected), rejected_count=rejected_count
    )


def _refuse_binary(head: bytes, name: str) -> None:
    if head.startswith((b"\x1f\x8b", b"\xfd7zXZ", b"PK\x03\x04")):
        raise NewsFileError(f"{name} is packed. Unpack it first. {_HOW}")
    try:
        reject_binary(head, name)
    except NewsFileError as error:  # replace its advice, which is about news files
        reason, separator, _ = str(error).partition(", not news.")
        raise NewsFileError(f"{reason}. {_HOW}" if separator else reason) from None


def _parse(text: str, name: str) -> tuple[str, Iterator[Line]]:
    start = text.lstrip()
    if start.startswith("[") and not _BRACKETED_LABEL.match(start):
        return "JSON", _array(text, name)
    if start.startswith("{"):
        return "JSON", _json_lines(text)
    first = start.split("\n", 1)[0]
    for delimiter in (",", ";", "\t"):
        columns = [column.strip().strip('"').strip().lower() for column in first.split(delimiter)]
        if _COLUMN in columns:
            return "CSV", _csv(text, delimiter, columns.index(_COLUMN))
    if name.lower().endswith((".csv", ".tsv")) and "," in first:
        raise NewsFileError(
            f"{name} has no column named headline in its first line. Name one so, and upload it again."
        )
    return "plain text", _lines(text)


def _lines(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), start=1):  # at \n only: a headline may contain U+2028
        if line.strip():
            yield number, line, ""


def _json_lines(text: str) -> Iterator[Line]:
    for number, line, _ in _lines(text):
        try:
            yield number, *_headline_of(json.loads(line or ""))
        except (ValueError, RecursionError):  # ValueError: an integer of 5,000 digits too
            yield number, None, "not a JSON object"


def _array(text: str, name: str) -> Iterator[Line]:
    try:
        records = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise NewsFileError(f"{name}, line {line:,}: not a JSON array. {_HOW}") from None
    for number, record in enumerate(records, start=1):
        headline, reason = (record, "") if isinstance(record, str) else _headline_of(record)
        yield number, headline, reason


def _headline_of(record: Any) -> tuple[str | None, str]:
    if not isinstance(record, dict):
        return None, "not a JSON object"
    if _COLUMN not in record:
        return None, "no field headline"
    headline = record[_COLUMN]
    return (headline, "") if isinstance(headline, str) else (None, "the field headline is not text")


def _csv(text: str, delimiter: str, column: int) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = True
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:  # a field of more than 131,072 characters
            yield line, None, "a quotation mark that is never closed, or a field that is too long"
            continue
        if not any(cell.strip() for cell in row):
            continue
        if header:
            header = False
        elif column < len(row):
            yield line, row[column], ""
        else:
            yield line, None, "no column headline in this row"
