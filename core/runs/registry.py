"""The SQLite index of all runs: owner, time of creation, and whether each has ended. Rebuilt when lost.

The folders are the truth. The index saves reading a thousand of them to find one visitor's, or the few that wait or
train. Every call opens the file again, so it notices a deleted or damaged registry: it renames a damaged file and
rebuilds the index from the folders.

SQLite before 3.51.3 can corrupt a write-ahead log on reset (its release notes), so those versions use the rollback
journal.
"""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import filelock

from core.runs.queue_version import increase_queue_version

BUSY_SECONDS = 10.0  # how long one process waits for another's write
_WAL_FROM = (3, 51, 3)
_TABLE = """CREATE TABLE IF NOT EXISTS runs(
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, created TEXT NOT NULL, ended INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS runs_owner ON runs(owner);
CREATE INDEX IF NOT EXISTS runs_open ON runs(ended);"""
_log = logging.getLogger(__name__)

# A run's folder -> owner, time of creation, whether it has ended; None when it is no run.
Entry = Callable[[Path], tuple[str, str, bool] | None]


class Registry:
    """The index in ``root / "registry.sqlite3"``; ``entry`` reads a run's folder for a rebuild."""

    def __init__(self, root: Path, entry: Entry) -> None:
        self.root, self.file, self._entry = root, root / "registry.sqlite3", entry

    def add(self, run_id: str, owner: str, created: str) -> None:
        self._write("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, 0)", run_id, owner, created)

    def remove(self, run_id: str) -> None:
        self._write("DELETE FROM runs WHERE id = ?", run_id)

    def set_ended(self, run_id: str, ended: bool) -> None:
        self._write("UPDATE runs SET ended = ? WHERE id = ? AND ended != ?", ended, run_id, ended)

    def of_owner(self, owner: str) -> list[str]:
        """Ids, newest first."""
        return self._ids("SELECT id FROM runs WHERE owner = ? ORDER BY created DESC, id DESC", owner)

    def open_ids(self) -> list[str]:
        """Ids of the runs that have not ended, oldest first."""
        return self._ids("SELECT id FROM runs WHERE ended = 0 ORDER BY created, id")

    def ids(self) -> list[str]:
        """All ids, oldest first."""
        return self._ids("SELECT id FROM runs ORDER BY created, id")

    def rebuild(self) -> int:
        """Build the index from the folders and return the number of runs in it."""
        rows = []
        for record in self.root.glob("*/run.json"):
            if entry := self._entry(record.parent):
                rows.append((record.parent.name, *entry))
        with closing(self._connect()) as connection, connection:
            # Nothing is deleted: another process may have added a run since the folders were read.
            connection.executemany("INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?)", rows)
        increase_queue_version(self.root)
        return len(rows)

    def _write(self, statement: str, *values: object) -> None:
        with self._opened() as connection, connection:
            changed_rows = connection.execute(statement, values).rowcount
        if changed_rows:
            increase_queue_version(self.root)

    def _ids(self, statement: str, *values: object) -> list[str]:
        if not self.root.exists():
            return []
        with self._opened() as connection:
            return [row[0] for row in connection.execute(statement, values)]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open a connection to an intact index, rebuilt if necessary."""
        self.root.mkdir(parents=True, exist_ok=True)
        if not self._exists():
            self._recreate(damaged=False)
        try:
            connection = self._checked()
        except sqlite3.DatabaseError as error:
            # A lock, a full disk, too many open files are no damage; a missing table or column is.
            if isinstance(error, sqlite3.OperationalError) and "no such" not in str(error):
                raise
            _log.warning("The registry of runs is damaged (%s); it is set aside and made anew.", error)
            self._recreate(damaged=True)
            connection = self._checked()
        with closing(connection):
            yield connection

    def _checked(self) -> sqlite3.Connection:
        connection = self._connect()
        try:
            (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
            if answer != "ok":
                raise sqlite3.DatabaseError(answer)
            connection.execute("SELECT id, owner, created, ended FROM runs LIMIT 1").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.file, timeout=BUSY_SECONDS)
        try:
            mode = "WAL" if sqlite3.sqlite_version_info >= _WAL_FROM else "DELETE"
            connection.execute(f"PRAGMA journal_mode={mode}")
            connection.executescript(_TABLE)
        except BaseException:
            connection.close()
            raise
        return connection

    def _recreate(self, *, damaged: bool) -> None:
        with filelock.FileLock(self.root / "registry.lock"):
            if damaged:
                try:  # another process may have rebuilt it while this one waited
                    self._checked().close()
                    return
                except sqlite3.DatabaseError:
                    for suffix in ("", "-wal", "-shm", "-journal"):
                        file = self.file.with_name(self.file.name + suffix)
                        if file.exists():
                            file.replace(file.with_name(f"damaged-{time.time_ns()}-{file.name}"))
            elif self._exists():
                return
            self.rebuild()

    def _exists(self) -> bool:
        return self.file.exists() and self.file.stat().st_size > 0
