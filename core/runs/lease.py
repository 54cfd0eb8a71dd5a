"""Who may write to a run: the lease of a process, and the queue entry of a run that waits."""

from dataclasses import dataclass

import msgspec
import psutil

from core.errors import RunError
from core.settings.training import RunOverrides


class LeaseLost(RunError):
    """Another process has taken the run over; this one must not write any more."""


class Lease(msgspec.Struct, frozen=True, kw_only=True):
    """The process that may write to a run: that of the latest attempt. Stored as ``process.json``.

    Attributes:
        attempt: from 1; grows with every process that takes the run.
        pid, started: the process; its start time distinguishes it from a later one with the same id.
        log_offset: bytes of the event log when it began; the events before are of earlier attempts.
        crashes: earlier attempts whose process was lost, since somebody last asked for the run.
        launched: whether the queue started the process, and so may replace it.
        kills: out-of-memory kills on this machine by then, see ``memory_budget.py``.
        lost: why a lost process is not replaced: "often", "memory"; else "".
    """

    attempt: int
    pid: int
    started: float
    log_offset: int = msgspec.field(name="told")  # its stored name
    crashes: int = 0
    launched: bool = False
    kills: int = 0
    lost: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """The queue entry of a run that waits, see :meth:`Run.queue`."""

    since: int
    round_number: int = 0
    crashes: int = 0
    pid: int | None = None
    started: float = -1.0  # the queue starts the process
    overrides: RunOverrides | None = None

    def abandoned(self) -> bool:
        """Return whether the process that waits to take the run itself is gone."""
        return self.pid is not None and not same_process(self.pid, self.started)

    def takes_turn(self) -> bool:
        """Return whether the run would start if it were its turn: a process that waits to take it is at work itself."""
        return not self.abandoned() and (self.pid is None or not is_suspended(self.pid))


def same_process(pid: int, started: float) -> bool:
    """Return whether the process with this id and start time still runs."""
    try:
        process = psutil.Process(pid)
        return abs(process_start(process) - started) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_suspended(pid: int) -> bool:
    """Return whether the process is suspended, as Ctrl-Z does."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False


def process_start(process: psutil.Process) -> float:
    """Return when the process started, by a clock that nobody sets: on Linux in seconds since boot.

    psutil adds the boot time there, which moves when the clock is set; every running run would then seem dead.
    """
    seconds: float = process.create_time() - (psutil.boot_time() if psutil.LINUX else 0.0)
    return seconds
