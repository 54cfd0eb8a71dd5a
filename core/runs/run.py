"""A run's folder, which is the truth about the run.

::

    <id>/run.json       what was asked for: settings, news, owner, memory race if any; written once
         guess.json     a guess made before it began (guess.py), if any
         plan.json      run overrides asked for since: another learning rate, more epochs
         events.jsonl   what happened (event_log.py)
         process.json   the lease: the attempt's number, its process id and start time, the crashes before it
         queued.json    exists while the run waits in the queue: since when
         pause, stop    exist once somebody has asked for it
         worker.log     what the worker's processes printed
         checkpoints/   where training resumes (training/checkpoints.py); the newest stays for more epochs
         snapshots/     the weights over time, for the time machine (training/snapshots.py)
         classifier/    the result

Status is derived from these, never stored: a reload, a second tab and a new server see the same. Leaves out: whose
turn it is (``run_queue.py``), all runs (``run_store.py``) and their index (``registry.py``).
"""

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Self

import filelock
import msgspec
import psutil

from core.errors import RunError
from core.files import retry_while_locked, write_json
from core.news.news import News
from core.news.reading import GUESSED, Reading
from core.runs.event_log import EventLog
from core.runs.lease import Lease, LeaseLost, QueueEntry, process_start, same_process
from core.runs.queue_version import increase_queue_version
from core.settings.run import RunSettings
from core.settings.schema1 import with_current_names
from core.settings.training import RunOverrides
from core.training.checkpoints import Checkpoints
from core.training.events import (
    Baseline,
    Event,
    Failed,
    Finished,
    Paused,
    Prepared,
    Preparing,
)

Status = Literal[
    "waiting", "preparing", "training", "pausing", "stopping", "paused", "finished", "failed", "interrupted"
]
ACTIVE: frozenset[Status] = frozenset({"waiting", "preparing", "training", "pausing", "stopping"})
ENDED: frozenset[Status] = frozenset({"finished", "failed"})
ID = re.compile(r"[A-Za-z0-9_-]{22}")  # 16 random bytes
LINEAR_MODEL_STAGE = "fitting the linear model"  # the stage that a worker reports while it waits for it


class ScoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a run is scored on, beside the one that it learns from: what ``run.json`` has of it.

    Attributes:
        path: where it is stored.
        name: what its owner calls it.
        fingerprint: SHA-256 of its bytes.
        reading: how it was read.
    """

    path: str
    name: str
    fingerprint: str
    reading: Reading = GUESSED

    @classmethod
    def of(cls, news: News, path: Path) -> Self:
        return cls(
            path=str(path.resolve()), name=news.name, fingerprint=news.fingerprint, reading=news.reading
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run on disk. Methods read or write its folder; nothing is kept in memory.

    ``attempt`` is the lease's number in the process that holds it; its writes are refused once a later one exists.
    ``race`` is the id that the runs of one memory race (``memory_race.py``) share, and None for all others.
    ``articles`` is how many its news file holds, and ``address`` names where its owner came from
    (``server/addresses.py``); 0 and empty where that is not known. ``reading`` is how the news file was read when the
    run was asked for; one of an earlier version read ``FIRST_COLUMNS``. ``test`` is
    a file of its owner's that it is scored on; None: on a part of the news file.
    """

    id: str
    folder: Path
    owner: str
    settings: RunSettings
    news: Path
    news_name: str
    fingerprint: str
    created: datetime
    attempt: int | None = None
    race: str | None = None
    articles: int = 0
    address: str = ""
    reading: Reading = GUESSED
    test: ScoredFile | None = None

    @property
    def classifier_folder(self) -> Path:
        return self.folder / "classifier"

    @property
    def snapshots_folder(self) -> Path:
        return self.folder / "snapshots"

    @property
    def checkpoints(self) -> Checkpoints:
        return Checkpoints(self.folder / "checkpoints", self.commit)

    # --- Who may write ---

    def lock(self) -> filelock.FileLock:
        """Return the lock that makes a claim and a commit atomic against each other.

        Raises:
            RunError: the run has been removed.
        """
        if not (self.folder / "run.json").exists():
            raise no_such_run(self.id)
        return filelock.FileLock(self.folder / "run.lock")

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Check the lease around every write of the process that works on the run.

        Raises:
            LeaseLost: another process has taken the run over.
        """
        if self.attempt is None:
            yield
            return
        with self.lock():
            lease = self.lease()
            if lease is None or lease.attempt != self.attempt:
                raise LeaseLost(f"Another process has taken the run {self.id} over.")
            yield

    def lease(self) -> Lease | None:
        """The latest attempt; None when no process has taken the run yet.

        Treat an unreadable lease as expired: its number is larger than any that was given.
        """
        try:
            content = retry_while_locked((self.folder / "process.json").read_bytes)
        except FileNotFoundError:
            return None
        try:
            return msgspec.json.decode(content, type=Lease)
        except msgspec.MsgspecError:
            return Lease(attempt=int(time.time()), pid=0, started=-1.0, log_offset=0)

    def claim(self, pid: int, *, crashes: int = 0, launched: bool = False, kills: int = 0) -> int:
        """Give the run to a process and return the attempt's number. The caller holds the lock."""
        previous = self.lease()
        self.event_log.cut_torn_tail()  # else the log would seem longer than it is
        lease = Lease(
            attempt=previous.attempt + 1 if previous else 1,
            pid=pid,
            started=process_start(psutil.Process(pid)),
            log_offset=self.event_log.size(),
            crashes=crashes,
            launched=launched,
            kills=kills,
        )
        write_json(self.folder / "process.json", msgspec.to_builtins(lease))
        self.unqueue()  # after the lease: who sees the new version sees both
        return lease.attempt

    def record_loss(self, lease: Lease, why: str) -> None:
        """Store why the lost process is not replaced. The caller holds the lock."""
        write_json(
            self.folder / "process.json", msgspec.to_builtins(msgspec.structs.replace(lease, lost=why))
        )

    def alive(self) -> bool:
        """Return whether the process that took the run still runs."""
        lease = self.lease()
        return lease is not None and same_process(lease.pid, lease.started)

    # --- The queue entry ---

    def queue(
        self,
        since: int,
        round_number: int = 0,
        *,
        crashes: int = 0,
        pid: int | None = None,
        overrides: RunOverrides | None = None,
    ) -> None:
        """Put the run into the queue.

        Args:
            since: in nanoseconds, about ``time.time_ns()``; first come, first served.
            round_number: the earlier round goes first, see ``queue_order.py``.
            pid: the process that takes the run itself when its turn comes; None: the queue starts one.
            overrides: run overrides, which become the run's own when its turn comes.
        """
        started = process_start(psutil.Process(pid)) if pid is not None else -1.0
        entry = QueueEntry(
            since=since,
            round_number=round_number,
            crashes=crashes,
            pid=pid,
            started=started,
            overrides=overrides,
        )
        record = asdict(entry)
        record["plan"] = record.pop("overrides")  # its stored name
        write_json(self.folder / "queued.json", record)
        increase_queue_version(self.folder.parent)

    def unqueue(self) -> None:
        retry_while_locked(lambda: (self.folder / "queued.json").unlink(missing_ok=True))
        increase_queue_version(self.folder.parent)

    def queue_entry(self) -> QueueEntry | None:
        """Return the queue entry; None when the run does not wait, or the entry is unreadable."""
        try:
            record = msgspec.json.decode(retry_while_locked((self.folder / "queued.json").read_bytes))
            if isinstance(record, dict):
                overrides = record.pop("plan", None)
                record["overrides"] = (
                    with_current_names(overrides) if isinstance(overrides, dict) else overrides
                )
            return msgspec.convert(record, type=QueueEntry)
        except (FileNotFoundError, msgspec.MsgspecError):
            return None

    # --- The event log ---

    @property
    def event_log(self) -> EventLog:
        return EventLog(self.folder / "events.jsonl", self.commit)

    def append(self, event: Event) -> None:
        """Add one event to the log, see :meth:`EventLog.append`."""
        self.event_log.append(event)

    def events(self, offset: int = 0) -> tuple[list[Event], int]:
        """Return the events written since byte ``offset``, see :meth:`EventLog.read`."""
        return self.event_log.read(offset)

    def last(self, *kinds: type) -> Event | None:
        """Return the last event, see :meth:`EventLog.last`."""
        return self.event_log.last(*kinds)

    def status(self) -> Status:
        """Derive what the run is doing from its queue entry, its process and its last event."""
        entry = self.queue_entry()
        if entry and not entry.abandoned():
            return "waiting"
        lease, last = self.lease(), self.last()
        alive = lease is not None and same_process(lease.pid, lease.started)
        # This process has emitted nothing yet: the last event is of an earlier attempt.
        silent = lease is not None and self.event_log.size() <= lease.log_offset
        if not silent and isinstance(last, Finished | Failed):
            return "finished" if isinstance(last, Finished) else "failed"
        if not alive:
            if isinstance(last, Paused) and not silent:
                return "waiting" if last.preempted else "paused"
            return "interrupted"
        if self.stop_requested():
            return "stopping"
        if self.pause_requested():
            return "pausing"
        if silent:
            return "preparing"
        return "preparing" if isinstance(last, Preparing | Baseline | Prepared) else "training"

    def preempted(self) -> bool:
        """Return whether its latest process has made room for others and writes nothing more.

        The run waits, or the scheduler is about to queue it. Whoever takes it out of the queue logs why.
        """
        last, lease = self.last(), self.lease()
        silent = lease is not None and self.event_log.size() <= lease.log_offset
        return isinstance(last, Paused) and last.preempted and not silent

    def result(self) -> Finished | None:
        """Return how the run ended, before its additional epochs if it trains on; None: no classifier yet."""
        last = self.last()
        if not isinstance(last, Finished) and self.classifier_folder.exists():
            last = self.last(Finished)
        return last if isinstance(last, Finished) else None

    # --- What somebody asks of the worker ---

    def request_stop(self) -> None:
        """Ask the worker to stop at its next batch and keep the best weights so far."""
        (self.folder / "stop").touch()

    def request_pause(self) -> None:
        """Ask the worker to pause at its next batch, with a checkpoint."""
        (self.folder / "pause").touch()

    def clear_requests(self) -> None:
        """Withdraw both requests, when the run is resumed."""
        (self.folder / "stop").unlink(missing_ok=True)
        (self.folder / "pause").unlink(missing_ok=True)

    def stop_requested(self) -> bool:
        return (self.folder / "stop").exists()

    def pause_requested(self) -> bool:
        return (self.folder / "pause").exists()

    def overrides(self) -> RunOverrides:
        """Return the overrides asked for since the run was created."""
        try:
            return RunOverrides(**with_current_names(json.loads((self.folder / "plan.json").read_bytes())))
        except FileNotFoundError:
            return RunOverrides()
        except (ValueError, TypeError) as error:
            raise RunError(f"The run {self.id} is damaged: its plan.json cannot be read ({error}).") from None

    def set_overrides(self, overrides: RunOverrides) -> None:
        write_json(self.folder / "plan.json", asdict(overrides))

    # --- The disk ---

    def last_output(self, lines: int = 5) -> str:
        """Return the last lines of worker.log: of a log record its message, without control characters."""
        try:
            with (self.folder / "worker.log").open("rb") as stream:
                stream.seek(max(0, stream.seek(0, os.SEEK_END) - 16384))
                text = stream.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""
        return "\n".join(_message(line) for line in text.strip().split("\n")[-lines:])

    def disk_bytes(self) -> int:
        """Return the size of the run's folder."""
        sizes = 0
        for path in self.folder.rglob("*"):
            try:
                sizes += path.stat().st_size
            except FileNotFoundError:  # a temporary file, removed meanwhile
                continue
        return sizes


def race_of(record: dict[str, Any]) -> str | None:
    """Return the memory race that a run.json names; None for other runs, and for those of older versions."""
    race = record.get("race")
    if race is not None and not (isinstance(race, str) and ID.fullmatch(race)):
        raise ValueError(f"race must be {ID.pattern}")
    return race


def no_such_run(run_id: str) -> RunError:
    return RunError(f"There is no run {run_id[:40]!r} here. It may have been removed.")


def _message(line: str) -> str:
    """Return the message in a line of a worker's log, without traceback and control characters."""
    with contextlib.suppress(ValueError, KeyError, TypeError):  # else a library printed it, or it is cut off
        line = str(json.loads(line)["message"])
    return "".join(character for character in line if character.isprintable())[:200]
