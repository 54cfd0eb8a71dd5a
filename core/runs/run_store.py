"""All runs below a folder: create, open, list and remove them."""

import errno
import json
import secrets
import shutil
import sqlite3
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from core.errors import RunError
from core.files import retry_while_locked, write_json
from core.news.reading import GUESSED, OF_FIRST_VERSIONS, Reading
from core.runs.registry import Registry
from core.runs.run import ENDED, ID, Run, ScoredFile, no_such_run, race_of
from core.settings.run import RunSettings


class RunStore:
    """All runs below one folder. An id is 22 random characters, so that it cannot be guessed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.registry = Registry(root, self._entry)

    def create(
        self,
        settings: RunSettings,
        *,
        news: Path,
        news_name: str,
        fingerprint: str,
        owner: str,
        race: str | None = None,
        articles: int = 0,
        address: str = "",
        reading: Reading = GUESSED,
        test: ScoredFile | None = None,
    ) -> Run:
        """Create a run's folder, and start nothing."""
        run_id = secrets.token_urlsafe(16)
        folder = self.root / run_id
        folder.mkdir(parents=True)
        created = datetime.now(UTC).isoformat(timespec="seconds")
        record = {
            "schema": 1,
            "id": run_id,
            "owner": owner,
            "created": created,
            "news": str(news.resolve()),
            "news_name": news_name,
            "fingerprint": fingerprint,
            "settings": settings.to_json(),
            "articles": articles,
            "address": address,
            "reading": msgspec.to_builtins(reading),
        }
        if race:
            record["race"] = race
        if test:
            record["test"] = msgspec.to_builtins(test)
        try:
            write_json(folder / "run.json", record)
            self.registry.add(run_id, owner, created)
        except (OSError, sqlite3.Error) as error:  # half a run, or one that the index lacks
            shutil.rmtree(folder, ignore_errors=True)
            raise OSError(errno.EIO, f"the run cannot be written: {error}") from error
        return self._read(folder)

    def open(self, run_id: str, *, owner: str | None = None) -> Run:
        """Return the run with this id.

        Raises:
            RunError: there is none, or (when ``owner`` is given) it is somebody else's; the text does not
                reveal which.
        """
        not_here = no_such_run(run_id)
        if not ID.fullmatch(run_id):
            raise not_here
        try:
            run = self._read(self.root / run_id)
        except FileNotFoundError:
            raise not_here from None
        if owner is not None and run.owner != owner:
            raise not_here
        return run

    def of_owner(self, owner: str) -> list[Run]:
        """Return the owner's runs, newest first; skip unreadable folders."""
        runs = self._readable(self.registry.of_owner(owner))
        return [run for run in runs if run.owner == owner]

    def open_runs(self) -> list[Run]:
        """Everybody's runs that have not ended, oldest first."""
        return self._readable(self.registry.open_ids())

    def all(self) -> list[Run]:
        """Everybody's runs, oldest first."""
        return self._readable(self.registry.ids())

    def remove(self, run: Run) -> None:
        """Remove a run and its folder.

        Raises:
            RunError: it waits, a process works on it, or the disk refuses.
        """
        with run.lock():
            if run.alive() or run.queue_entry():
                raise RunError("You cannot remove a run while it is training. Stop it first.")
        # Renamed first, so that nobody takes half a folder for a run; after the lock, whose file is in the folder.
        removed = self.root / f".removed-{run.id}"
        try:
            retry_while_locked(lambda: run.folder.rename(removed))
        except OSError as error:
            raise RunError(f"The run cannot be removed: {error.strerror}.") from error
        shutil.rmtree(removed, ignore_errors=True)
        self.registry.remove(run.id)

    def _readable(self, ids: list[str]) -> list[Run]:
        runs = []
        for run_id in ids:
            try:
                runs.append(self._read(self.root / run_id))
            except FileNotFoundError:  # removed by hand
                self.registry.remove(run_id)
            except (RunError, OSError):  # damaged, or being removed
                continue
        return runs

    def _entry(self, folder: Path) -> tuple[str, str, bool] | None:
        """Return the registry's record: owner, time of creation, whether it has ended; None when it is no run."""
        if not ID.fullmatch(folder.name):  # being removed
            return None
        try:
            run = self._read(folder)
            return run.owner, run.created.isoformat(timespec="seconds"), run.status() in ENDED
        except (RunError, OSError):
            return None

    @staticmethod
    def _read(folder: Path) -> Run:
        status = (folder / "run.json").stat()
        return _read_run(folder, (status.st_ino, status.st_mtime_ns, status.st_size))


def run_in(folder: Path) -> Run | None:
    """The run in ``folder``, whatever that is called; None if there is none.

    Raises:
        RunError: it is damaged.
    """
    return RunStore._read(folder) if (folder / "run.json").is_file() else None


@lru_cache(maxsize=1024)
def _read_run(folder: Path, stamp: tuple[int, int, int]) -> Run:
    """Return the run in ``folder``, whose run.json is written once; ``stamp`` differs if another took its place."""
    data = (folder / "run.json").read_bytes()
    try:
        record = json.loads(data)
        return Run(
            id=folder.name,
            folder=folder,
            owner=record["owner"],
            settings=RunSettings.from_json(record["settings"]),
            news=Path(record["news"]),
            news_name=record["news_name"],
            fingerprint=record["fingerprint"],
            created=datetime.fromisoformat(record["created"]),
            race=race_of(record),
            articles=int(record.get("articles", 0)),
            address=str(record.get("address", "")),
            reading=msgspec.convert(record["reading"], Reading) if "reading" in record else OF_FIRST_VERSIONS,
            test=msgspec.convert(record.get("test"), ScoredFile | None),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"The run {folder.name} is damaged: its run.json cannot be read ({error}).") from None
