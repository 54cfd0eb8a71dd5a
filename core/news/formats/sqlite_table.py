"""An SQLite database -> the rows of its table of articles. It is read only, and nothing in it is run."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from core.errors import NewsFileError
from core.news.caps import Caps
from core.news.columns import guess_columns
from core.news.formats.articles import Rejected
from core.news.formats.raw_table import SAMPLE_ROWS
from core.news.formats.value_table import Values, ValueTable, as_text

SQLITE = b"SQLite format 3\x00"
# Neither views, which may compute for ever, nor SQLite's own tables.
_TABLES = (
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'create virtual%' "
    "AND substr(name, 1, 7) <> 'sqlite_'"
)
_MAX_TABLES = 100


class SqliteTable(ValueTable):
    """The only table of a database, or the only one that has columns for headline and category.

    Raises:
        NewsFileError: damaged, or none or several tables of articles.
    """

    numbers_are_texts = True

    def __init__(self, path: Path, name: str, caps: Caps) -> None:
        self._path = path
        try:
            with closing(self._open()) as database:
                table, stored = _table_of_articles(database, name)
        except (sqlite3.Error, UnicodeError) as error:
            raise NewsFileError(
                f"{name} is a damaged SQLite database. Download it again, or save the table as CSV."
            ) from error
        self.kind = f"the table “{table}” of an SQLite database"
        self._query = f"SELECT {', '.join(map(_quoted, stored))} FROM {_quoted(table)}"
        super().__init__(name, stored, caps)

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(f"file:{quote(str(self._path.absolute()))}?mode=ro&immutable=1", uri=True)
        database.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
        database.execute("PRAGMA trusted_schema = OFF")
        return database

    def _values(self) -> Iterator[Values | Rejected]:
        number = 0
        with closing(self._open()) as database:
            try:
                for number, row in enumerate(database.execute(self._query), start=1):
                    yield number, [as_text(value) for value in row]
            except (sqlite3.Error, MemoryError):
                yield Rejected(line=number + 1, reason="the database is damaged here. The rest is not read")


def _table_of_articles(database: sqlite3.Connection, name: str) -> tuple[str, list[str]]:
    """The table to read and its columns, without those that are computed."""
    tables = [table for (table,) in database.execute(_TABLES)][:_MAX_TABLES]
    columns = {
        table: [
            column
            for _, column, _, _, _, _, hidden in database.execute(f"PRAGMA table_xinfo({_quoted(table)})")
            if not hidden
        ]
        for table in tables
    }
    if len(tables) == 1:
        return tables[0], columns[tables[0]]
    fitting = []
    for table in tables:
        query = f"SELECT {', '.join(map(_quoted, columns[table]))} FROM {_quoted(table)} LIMIT {SAMPLE_ROWS}"
        sample = [dict(zip(columns[table], row, strict=True)) for row in database.execute(query)]
        guess = guess_columns(columns[table], sample)
        if guess.headline and guess.category:
            fitting.append(table)
    if len(fitting) == 1:
        return fitting[0], columns[fitting[0]]
    listed = ", ".join(f"“{table[:60]}”" for table in (fitting or tables)[:10])
    which = (
        f"several tables of articles ({listed})"
        if fitting
        else f"no table of articles ({listed or 'no table'})"
    )
    raise NewsFileError(f"{name} has {which}. Save the one with the articles as CSV and upload that.")


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
