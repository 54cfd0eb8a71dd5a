"""The rejected rows of a file while it is read: counted by reason and, where it is known, by category."""

import functools
import re
from collections import Counter
from dataclasses import dataclass, field

from core.news.formats.articles import Rejected

MAX_KEPT = 1_000
_MAX_REASONS = 100
_OTHER_REASONS = "other reasons"

# What differs from row to row in a reason, and what stands for all of them.
_KINDS = (
    (re.compile(r"^article [\d,]+: "), ""),
    (re.compile(r" \(up to line [\d,]+\)$"), ""),
    (re.compile(r"^byte 0x\w+ at position [\d,]*\d"), "a byte"),
    (re.compile(r"^control character U\+\w+ at position [\d,]*\d"), "a control character"),
    (re.compile(r" at position [\d,]*\d"), ""),
    (re.compile(r"^[\d,]+ (column|value)s?, but (.*) [\d,]+$"), r"more or fewer \1s than \2"),
    (
        re.compile(r"^[\d,]+ values?, but there are [\d,]+ columns$"),
        "more or fewer values than there are columns",
    ),
)


@dataclass(slots=True)
class Rejections:
    """What has been rejected so far.

    Attributes:
        first: the first thousand rows, with their lines.
        count: all rows.
        reasons: rows by reason, without line numbers, positions and the like; a hundred reasons at most.
        categories: rows by category, of those whose category could be read.
    """

    first: list[Rejected] = field(default_factory=list)
    count: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    categories: Counter[str] = field(default_factory=Counter)

    def add(self, rejected: Rejected) -> None:
        self.count += 1
        if len(self.first) < MAX_KEPT:
            self.first.append(rejected)
        reason = kind_of(rejected.reason)
        known = reason in self.reasons or len(self.reasons) < _MAX_REASONS
        self.reasons[reason if known else _OTHER_REASONS] += 1
        if rejected.category:
            self.categories[rejected.category] += 1


@functools.lru_cache(1_024)
def kind_of(reason: str) -> str:
    """A reason without what is true of its row alone.

    >>> kind_of("article 12: 5 columns, but the first line names 3 (up to line 14)")
    'more or fewer columns than the first line names'
    """
    for pattern, substitute in _KINDS:
        reason = pattern.sub(substitute, reason)
    return reason
