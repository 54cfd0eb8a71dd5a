"""A run's event log: ``events.jsonl``, one event a line, append-only.

One process appends while any number read, and it may be killed at any byte. So each event is one write, readers leave
a last line without its end alone, and the next writer cuts it off. Leaves out: the events (``training/events.py``), and
who may write (``lease.py``). Why a file: ``docs/decisions/0032-event-log-as-json-lines.md``.
"""

import errno
import json
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from core.training.events import Event, from_json, to_json

_TAIL = 8192  # bytes that hold some last events


@dataclass(frozen=True, slots=True)
class EventLog:
    """The log in ``file``, which need not exist yet; every write happens within ``commit``, which checks the lease."""

    file: Path
    commit: Callable[[], AbstractContextManager[None]]

    def append(self, event: Event) -> None:
        """Add one event in a single write, so that a reader sees whole lines or none.

        Raises:
            OSError: the disk is full; the log is as it was before.
        """
        line = (json.dumps(to_json(event), allow_nan=False) + "\n").encode()
        with self.commit():
            log = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                size = os.fstat(log).st_size
                if os.write(log, line) < len(line):  # the disk became full in the middle of it
                    os.ftruncate(log, size)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            finally:
                os.close(log)

    def cut_torn_tail(self) -> None:
        """Remove a last line that a crash left half written; for the one writer, before it appends."""
        if self.file.exists():
            content = self.file.read_bytes()
            complete_bytes = content.rfind(b"\n") + 1
            if complete_bytes < len(content):
                with self.commit():
                    os.truncate(self.file, complete_bytes)

    def read(self, offset: int = 0) -> tuple[list[Event], int]:
        """Return the events written since byte ``offset``, and the offset for the next call.

        A last line without its end is left for the next call. A damaged line is skipped.
        """
        if not self.file.exists():
            return [], offset
        with self.file.open("rb") as stream:
            stream.seek(offset)
            content = stream.read()
        complete_lines = content[: content.rfind(b"\n") + 1]
        events = [event for line in complete_lines.splitlines() if (event := _decoded(line))]
        return events, offset + len(complete_lines)

    def last(self, *kinds: type) -> Event | None:
        """Return the last event, of any kind or of ``kinds``; read the whole log only when its tail has none."""
        size = self.size()
        if not size:
            return None
        for tail in (_TAIL, size):
            with self.file.open("rb") as stream:
                stream.seek(max(0, size - tail))
                complete_lines = stream.read().split(b"\n")[:-1]
            for line in reversed(complete_lines):
                event = _decoded(line)
                if event and (not kinds or isinstance(event, kinds)):
                    return event
            if tail >= size:
                break
        return None

    def size(self) -> int:
        """Return the log's size in bytes."""
        return self.file.stat().st_size if self.file.exists() else 0


def _decoded(line: bytes) -> Event | None:
    """Return the event of a line; None for a damaged line."""
    try:
        return from_json(json.loads(line))
    except ValueError:
        return None
