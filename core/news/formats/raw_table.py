"""What a file of any format is before its columns are known: rows of named values."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from core.news.formats.articles import ArticleOrRejected, Rejected
from core.news.hidden_characters import UNSTORABLE
from core.news.reading import Columns

SAMPLE_ROWS = 1_000
MAX_COLUMNS = 1_000
INSIDE = "."  # between the name of an object and that of a field in it
HEAD = 1 << 20  # bytes of a text that decide its format and give the sample


class Row(NamedTuple):
    """The values of a row by column; ``line`` counts from 1."""

    line: int
    values: Mapping[str, Any]


class RawTable(Protocol):
    """The rows of a file, to be read once: either by ``rows`` or by ``articles``.

    Attributes:
        kind: the format in words, such as "CSV, separated by semicolons".
        columns: the names, in the file's order; those of JSON are the keys in the sample.
        sample: the first rows that can be read.
        remarks: sentences about how the file is laid out, such as a header that is missing.
        unlisted: names that runs of earlier versions may have chosen, though they are no columns any more: those of
            objects whose fields are columns.
    """

    @property
    def kind(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def sample(self) -> Sequence[Mapping[str, Any]]: ...
    @property
    def remarks(self) -> tuple[str, ...]: ...
    @property
    def unlisted(self) -> Collection[str]: ...

    def rows(self) -> Iterator[Row | Rejected]:
        """Each row of the file in its order, or the reason why it cannot be read."""
        ...

    def articles(self, columns: Columns) -> Iterator[ArticleOrRejected]:
        """The article of each row, or the reason why it gives none."""
        ...


def sample_of(rows: Iterable[Row | Rejected]) -> list[Mapping[str, Any]]:
    """The values of the first rows; U+FFFD replaces what cannot be stored in their texts."""
    return [
        {
            key: UNSTORABLE.sub("\ufffd", value) if isinstance(value, str) else value
            for key, value in row.values.items()
        }
        for row in itertools.islice(rows, SAMPLE_ROWS)
        if isinstance(row, Row)
    ]


def keys_of(sample: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The keys of the rows in the order in which they first occur, but for those that no name can be."""
    keys = dict.fromkeys(key for row in sample for key in row if key and not UNSTORABLE.search(key))
    return tuple(itertools.islice(keys, MAX_COLUMNS))


def outer_names(columns: Iterable[str]) -> frozenset[str]:
    """The names of the objects whose fields are columns: ``source`` of ``source.name``."""
    parts = (column.split(INSIDE) for column in columns if INSIDE in column)
    return frozenset(INSIDE.join(names[:end]) for names in parts for end in range(1, len(names)))
