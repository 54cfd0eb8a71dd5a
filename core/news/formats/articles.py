"""What every format gives: an article, or a rejected row with the reason."""

import ast
import datetime
import decimal
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from core.news.decompression import Caps
from core.news.hidden_characters import UNSTORABLE
from core.news.reading import Columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A row without a valid article. ``line`` counts from 1: the line of a text, the row of a sheet or database.

    ``category`` is the row's where it can be read though the row cannot.
    """

    line: int
    reason: str
    category: str = field(default="", compare=False)


class Article(msgspec.Struct, gc=False):
    """The columns in use, as in the file; other columns are skipped."""

    headline: str
    category: str
    short_description: str | None = None
    date: object = None


class RepairedArticle(Article, gc=False):
    """An article with ``replaced`` characters become U+FFFD, or with the first of ``labels`` labels as category.

    ``spelling`` is how the file writes a category that is trimmed, or a whole number with a fraction; else empty.
    """

    replaced: int = 0
    labels: int = 1
    spelling: str = ""


ArticleOrRejected = Article | Rejected


_TYPE_NAMES: dict[type, str] = {
    type(None): "null",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    decimal.Decimal: "a number",
    list: "a list",
    tuple: "an object",
    dict: "an object",
    bytes: "binary data",
    datetime.datetime: "a date",
    datetime.date: "a date",
    datetime.time: "a time",
    datetime.timedelta: "a time",
}
# A whole number written with a decimal point, as pandas writes a column of whole numbers with a gap.
_WHOLE_NUMBER = re.compile(r"[+-]?\d{1,15}\.0*", re.ASCII)
_LONGEST_SPELLING = 100  # characters of a category by which spellings are told apart
_MOST_DIGITS = 300  # of a number
_LONGEST_LIST = 10_000  # characters of a list of labels in a text


def type_name(value: object) -> str:
    """A value's type in plain words; an object of JSON is a tuple of pairs."""
    return _TYPE_NAMES.get(type(value), "something else")


def build_article(values: Mapping[str, Any], columns: Columns, line: int) -> ArticleOrRejected:
    """The article that a row's values give, or the reason why they give none; only headline and category can.

    Each character that cannot be stored becomes U+FFFD. Of a list of labels the first one is the category.
    """
    headline, category, labels, spelling = "", "", 1, ""
    if columns.headline:
        if columns.headline not in values:
            return Rejected(
                line=line, reason=f"{columns.headline} is missing", category=_label_of(values, columns)
            )
        headline = values[columns.headline]
        if not isinstance(headline, str):
            reason = f"{columns.headline} is {type_name(headline)}, not text"
            return Rejected(line=line, reason=reason, category=_label_of(values, columns))
    if columns.category:
        if columns.category not in values:
            return Rejected(line=line, reason=f"{columns.category} is missing")
        label, labels, problem = read_label(values[columns.category])
        if problem:
            return Rejected(line=line, reason=f"{columns.category} {problem}")
        category, raw = label, values[columns.category]
        if isinstance(raw, str) and raw != label and raw.lstrip()[0] != "[":
            spelling = raw[:_LONGEST_SPELLING]
    description = _optional_text(values.get(columns.description)) if columns.description else None
    date = _optional_date(values.get(columns.date)) if columns.date else None
    replaced = 0
    if not headline.isprintable():  # what cannot be stored is not printable either
        headline, count = UNSTORABLE.subn("\ufffd", headline)
        replaced += count
    if not category.isprintable():
        category, count = UNSTORABLE.subn("\ufffd", category)
        replaced += count
    if description and not description.isprintable():
        description, count = UNSTORABLE.subn("\ufffd", description)
        replaced += count
    if isinstance(date, str) and not date.isprintable():
        date, count = UNSTORABLE.subn("\ufffd", date)
        replaced += count
    if replaced or labels > 1 or spelling:
        return RepairedArticle(headline, category, description, date, replaced, labels, spelling)
    return Article(headline, category, description, date)


def _label_of(values: Mapping[str, Any], columns: Columns) -> str:
    """The category of a row that is rejected, empty if it cannot be read."""
    return read_label(values[columns.category])[0] if columns.category in values else ""


def read_label(value: Any) -> tuple[str, int, str]:
    """A category, the number of labels it was given in, and what is wrong with it (empty if nothing is)."""
    labels = 1
    if isinstance(value, str) and value.lstrip()[:1] == "[":
        value = _parse_list(value)
    if isinstance(value, list):
        labels = len(value)
        if not value:
            return "", 0, "is an empty list"
        value = value[0]
        if isinstance(value, list | tuple | dict):
            return "", labels, "is a list of marked passages, not of labels"
    if isinstance(value, str):
        label = value if value.isalpha() else value.strip()
        if not label:
            return "", labels, "is empty"
        return (label.partition(".")[0].lstrip("+") if _WHOLE_NUMBER.fullmatch(label) else label), labels, ""
    if value is None or value != value:  # NaN is not equal to itself
        return "", labels, "is null, not text"
    if isinstance(value, bool):
        return ("true" if value else "false"), labels, ""
    if isinstance(value, int):
        if abs(value) >= 10**_MOST_DIGITS:  # a float has no more
            return "", labels, "is a number without end, not a label"
        return str(value) if abs(value) < 1 << 63 else f"{float(value):g}", labels, ""
    if isinstance(value, float | decimal.Decimal):
        number = float(value)
        if not math.isfinite(number):
            return "", labels, "is a number without end, not a label"
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else f"{number}", labels, ""
    if isinstance(value, datetime.date):
        return str(value), labels, ""
    return "", labels, f"is {type_name(value)}, not text"


def plain_label(label: str) -> bool:
    """Whether a text is a category as it stands: not blank, no blanks around it, no number, no list."""
    return label.isalpha() or (
        bool(label) and label == label.strip() and label[0] != "[" and not _WHOLE_NUMBER.fullmatch(label)
    )


def _parse_list(text: str) -> object:
    """The list that a text spells in JSON or in Python's way, or the text."""
    if len(text) > _LONGEST_LIST or not text.rstrip().endswith("]"):
        return text
    for parse in (json.loads, ast.literal_eval):
        try:
            value = parse(text.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list) and (not value or isinstance(value[0], str | int | float | list | tuple)):
            return value
    return text


def _optional_text(value: Any) -> str | None:
    """A description; a number is its digits, and what is no text is missing."""
    if isinstance(value, str):
        return value
    if isinstance(value, int | float | decimal.Decimal) and not isinstance(value, bool):
        return read_label(value)[0] or None
    return None


def _optional_date(value: Any) -> object:
    return None if value != value else value  # NaN and NaT are not equal to themselves


def reject_too_long(line: int, caps: Caps) -> Rejected:
    return Rejected(line=line, reason=f"longer than {caps.line:,} bytes, which no article is")


def not_utf8_reason(error: UnicodeDecodeError) -> str:
    byte, position = error.object[error.start], error.start + 1
    return f"byte 0x{byte:02X} at position {position:,} is not UTF-8; save the file as UTF-8"
