"""Who may write to a run: the lease of a process, and the mark of a run that waits in the queue."""

from dataclasses import dataclass

import psutil

from core.errors import RunError
from core.settings.training import RunOverrides


class LeaseLost(RunError):
    """Another process has taken the run over: this one may write nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Which process may write to a run: the one of the latest attempt.

    Attributes:
        attempt: from 1; grows with every process that takes the run.
        pid, started: the process, told from a later one with the same id by its start time.
        told: bytes of the event log when it began: what stands before is of earlier attempts.
        crashes: attempts before this one, since somebody last asked for the run, whose process was lost.
        launched: whether the queue started the process and may start another in its place.
        kills: processes that this machine had killed for want of memory by then, see ``memory.py``.
        lost: why nobody starts another process in the place of this one, which is gone: "often", "memory"; else "".
    """

    attempt: int
    pid: int
    started: float
    told: int
    crashes: int = 0
    launched: bool = False
    kills: int = 0
    lost: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """Since when a run waits, and for what, see :meth:`Run.queue`."""

    since: int
    crashes: int = 0
    pid: int | None = None
    started: float = -1.0  # no process did
    plan: RunOverrides | None = None

    def abandoned(self) -> bool:
        """Whether the process that was to take the run itself is gone."""
        return self.pid is not None and not same_process(self.pid, self.started)


def same_process(pid: int, started: float) -> bool:
    """Whether the process that had this id and started then still runs."""
    try:
        process = psutil.Process(pid)
        return abs(process_start(process) - started) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_suspended(pid: int) -> bool:
    """Whether the process was suspended, as Ctrl-Z does."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False


def process_start(process: psutil.Process) -> float:
    """When the process started, by a clock that nobody sets: on Linux in seconds since the machine's own start.

    There psutil adds the boot time, which moves when the clock is set, and every run at work would seem dead.
    """
    seconds: float = process.create_time() - (psutil.boot_time() if psutil.LINUX else 0.0)
    return seconds
