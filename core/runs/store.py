"""A run's folder, which is the truth about the run, and the shelf of all runs.

::

    <id>/run.json       what was asked for: settings, news, owner; written once
         events.jsonl   what happened, append-only, one write a record
         process.json   the worker's process id and start time
         stop           exists once somebody asked the run to stop
         worker.log     what the worker's process printed
         checkpoint.npz where training can go on (written by rnn/training.py); gone once it has finished
         classifier/    the result

Status is derived from these, never stored: a reload, a second tab and a new server see the same.
Leaves out: a registry and a queue with places told; the folders are listed as they stand.
"""

import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import psutil

from core.errors import RunError
from core.files import write_json
from core.rnn.config import RunSettings
from core.rnn.events import Baseline, Event, Failed, Finished, Paused, Prepared, Preparing, from_json, to_json

Status = Literal[
    "waiting", "preparing", "training", "stopping", "paused", "finished", "failed", "interrupted"
]
ACTIVE: frozenset[Status] = frozenset({"waiting", "preparing", "training", "stopping"})
_ID = re.compile(r"[A-Za-z0-9_-]{22}")
WAITING = "waiting for a free place"  # the stage that a worker reports before it may start
FITTING = "fitting the linear model"  # and while the run stands still for it


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run on disk. Methods read or write its folder; nothing is kept in memory."""

    id: str
    folder: Path
    owner: str
    settings: RunSettings
    news: Path
    news_name: str
    fingerprint: str
    created: datetime

    @property
    def classifier_folder(self) -> Path:
        return self.folder / "classifier"

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint.npz"

    @property
    def _log(self) -> Path:
        return self.folder / "events.jsonl"

    def append(self, event: Event) -> None:
        """Add one event to the log in a single write, so that a reader sees whole lines or none."""
        line = json.dumps(to_json(event), allow_nan=False) + "\n"
        log = os.open(self._log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(log, line.encode())
        finally:
            os.close(log)

    def mend_log(self) -> None:
        """Cut off a last line that a crash left half written; for the one worker, before it appends."""
        if self._log.exists():
            data = self._log.read_bytes()
            whole = data.rfind(b"\n") + 1
            if whole < len(data):
                os.truncate(self._log, whole)

    def events(self, offset: int = 0) -> tuple[list[Event], int]:
        """Events written since byte ``offset``, and the offset to ask with next time.

        A last line without its end is left for the next call; a damaged line is passed over.
        """
        if not self._log.exists():
            return [], offset
        with self._log.open("rb") as stream:
            stream.seek(offset)
            data = stream.read()
        whole = data[: data.rfind(b"\n") + 1]
        found: list[Event] = []
        for line in whole.splitlines():
            try:
                found.append(from_json(json.loads(line)))
            except ValueError:
                continue
        return found, offset + len(whole)

    def _last_event(self) -> Event | None:
        if not self._log.exists():
            return None
        size = self._log.stat().st_size
        # 8 KiB holds most last records many times over; only the reason of a failure can be long.
        for tail in (8192, size):
            with self._log.open("rb") as stream:
                stream.seek(max(0, size - tail))
                lines = stream.read().split(b"\n")[:-1]
            for line in reversed(lines):
                try:
                    return from_json(json.loads(line))
                except ValueError:
                    continue
            if tail >= size:
                break
        return None

    def status(self) -> Status:
        """What the run is doing, from its last event and whether its process lives."""
        last = self._last_event()
        if isinstance(last, Finished):
            return "finished"
        if isinstance(last, Failed):
            return "failed"
        if not self.alive():
            if isinstance(last, Paused):
                return "paused"
            return "interrupted" if (self.folder / "process.json").exists() else "waiting"
        if self.stop_requested():
            return "stopping"
        if last is None or (isinstance(last, Preparing) and last.stage == WAITING):
            return "waiting"
        return "preparing" if isinstance(last, Preparing | Baseline | Prepared) else "training"

    def result(self) -> Finished | None:
        last = self._last_event()
        return last if isinstance(last, Finished) else None

    def request_stop(self) -> None:
        """Ask the worker to stop at its next batch and keep the best weights so far."""
        (self.folder / "stop").touch()

    def forget_stop(self) -> None:
        """Take the request back; for whoever lets an interrupted run go on."""
        (self.folder / "stop").unlink(missing_ok=True)

    def stop_requested(self) -> bool:
        return (self.folder / "stop").exists()

    def claim(self, pid: int) -> None:
        """Note which process works on the run; its start time tells it from a later one with the same id."""
        write_json(self.folder / "process.json", {"pid": pid, "started": _started(psutil.Process(pid))})

    def alive(self) -> bool:
        """Whether the claimed process still runs."""
        try:
            record = json.loads((self.folder / "process.json").read_bytes())
            process = psutil.Process(record["pid"])
            same = abs(_started(process) - record["started"]) < 1.0
            return same and process.status() != psutil.STATUS_ZOMBIE
        except (FileNotFoundError, ValueError, KeyError, psutil.NoSuchProcess):
            return False


def _started(process: psutil.Process) -> float:
    """When the process started, by a clock that nobody sets: on Linux in seconds since the machine's own start.

    There psutil adds the boot time, which moves when the clock is set, and every run at work would seem dead.
    """
    return process.create_time() - (psutil.boot_time() if psutil.LINUX else 0.0)


class RunStore:
    """All runs below one folder. An id is 22 random characters, so that it cannot be guessed."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def create(
        self, settings: RunSettings, *, news: Path, news_name: str, fingerprint: str, owner: str
    ) -> Run:
        """Make a run's folder; nothing is started."""
        run_id = secrets.token_urlsafe(16)
        folder = self.root / run_id
        folder.mkdir(parents=True)
        record = {
            "schema": 1,
            "id": run_id,
            "owner": owner,
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "news": str(news.resolve()),
            "news_name": news_name,
            "fingerprint": fingerprint,
            "settings": settings.to_json(),
        }
        write_json(folder / "run.json", record)
        return self._read(folder)

    def open(self, run_id: str, *, owner: str | None = None) -> Run:
        """The run with this id.

        Raises:
            RunError: there is none, or (when ``owner`` is given) it is somebody else's; the text does
                not tell which.
        """
        missing = RunError(f"There is no run {run_id[:40]!r} here. It may have been removed.")
        if not _ID.fullmatch(run_id):
            raise missing
        try:
            run = self._read(self.root / run_id)
        except FileNotFoundError:
            raise missing from None
        if owner is not None and run.owner != owner:
            raise missing
        return run

    def list(self, owner: str) -> "list[Run]":
        """The owner's runs, newest first; a folder that cannot be read is passed over."""
        found = []
        for record in self.root.glob("*/run.json"):
            try:
                run = self._read(record.parent)
            except (RunError, OSError):  # damaged, or being removed
                continue
            if run.owner == owner:
                found.append(run)
        return sorted(found, key=lambda run: (run.created, run.id), reverse=True)

    def _read(self, folder: Path) -> Run:
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
            )
        except (ValueError, KeyError, TypeError) as error:
            raise RunError(
                f"The run {folder.name} is damaged: its run.json cannot be read ({error})."
            ) from None
