"""What a person chooses about reading a file, and how a file was read. Data alone.

Leaves out: how columns, encoding and dates are guessed (``columns.py``, ``encodings.py``, ``dates.py``).
"""

from dataclasses import dataclass
from typing import Literal, get_args

import msgspec

from core.news.changes import NO_CHANGES, Changes

Role = Literal["headline", "description", "category", "date"]
ROLES: tuple[Role, ...] = get_args(Role)


class Columns(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """The column of the file that each role is read from; empty for a role that no column has."""

    headline: str = ""
    description: str = ""
    category: str = ""
    date: str = ""

    def used(self) -> tuple[str, ...]:
        """The columns in use, in the order of the roles."""
        return tuple(name for role in ROLES if (name := getattr(self, role)))


class Reading(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """How to read a file, as far as somebody has chosen it; what is None is guessed from the file.

    Attributes:
        member: the file inside an archive.
        encoding: Python's name of the encoding.
        columns: which column holds what.
        date_format: a name of ``dates.py``.
        category_names: (category in the file, the name that it gets).
        changes: what is mended of the table afterwards, see ``changes.apply``.
    """

    member: str | None = None
    encoding: str | None = None
    columns: Columns | None = None
    date_format: str | None = None
    category_names: tuple[tuple[str, str], ...] = ()
    changes: Changes = NO_CHANGES


GUESSED = Reading()  # nothing is chosen
# The columns that versions to 0.2.0 read, in any case; a file that lacks description or date has none.
FIRST_COLUMNS = Columns(
    headline="headline", description="short_description", category="category", date="date"
)
OF_FIRST_VERSIONS = Reading(columns=FIRST_COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShape:
    """How a file is read, for confirmation.

    Attributes:
        kind: the format in words, such as "CSV, separated by semicolons".
        encoding: Python's name of the encoding; empty where the file is no text.
        columns: all columns, in the file's order.
        used: the columns in use.
        preview: the first five rows as text, parallel to ``columns``.
        members: the files inside an archive from which one can be chosen; ``member`` is the chosen one.
        date_format: a name of ``dates.py``; empty without dates. Guessed from the file's beginning until all of the
            file is read.
        dates_ambiguous: nothing in the dates tells whether they are day first or month first.
    """

    kind: str
    encoding: str
    columns: tuple[str, ...]
    used: Columns
    preview: tuple[tuple[str, ...], ...] = ()
    members: tuple[str, ...] = ()
    member: str = ""
    date_format: str = ""
    dates_ambiguous: bool = False

    @property
    def unused(self) -> tuple[str, ...]:
        """The columns that are not used."""
        return tuple(name for name in self.columns if name not in self.used.used())


NO_FILE = FileShape(kind="", encoding="utf-8", columns=(), used=Columns())  # of a table that no file holds
