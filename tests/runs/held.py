"""Workers that stand still at a chosen event: what a test does to one there comes neither too early nor too late."""

import os
import runpy
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import psutil

from core.runs.run import Run
from core.training import events
from tests.waiting import wait_until


def hold(when: str) -> Callable[..., subprocess.Popen[bytes]]:
    """A ``Popen`` whose workers stand still, as after Ctrl-Z, when they have told an event.

    Args:
        when: of which ``event`` that is true, in Python.
    """
    popen = subprocess.Popen

    def begins(command: list[str], **how: Any) -> subprocess.Popen[bytes]:
        if "core.runs.worker" in command:
            command = [sys.executable, "-m", __name__, when, *command[-2:]]
        return popen(command, **how)

    return begins


def wait_for_worker(run: Run, happened: Callable[[], bool]) -> None:
    """Return once it has happened; where it does not, the run's status and its worker's log are shown."""
    wait_until(happened, lambda: (run.status(), (run.folder / "worker.log").read_text()))


def wait_until_held(run: Run) -> psutil.Process:
    """The run's worker, once it stands still."""

    def held() -> bool:
        lease = run.lease()
        return lease is not None and psutil.Process(lease.pid).status() == psutil.STATUS_STOPPED

    wait_for_worker(run, held)
    lease = run.lease()
    assert lease
    return psutil.Process(lease.pid)


def main() -> None:
    """``python -m tests.runs.held WHEN FOLDER ATTEMPT``: the worker itself, with a pause in it."""
    when, append = sys.argv.pop(1), Run.append

    def held(self: Run, event: events.Event) -> None:
        append(self, event)
        if eval(when, vars(events) | {"event": event}):  # the test's own words
            os.kill(os.getpid(), signal.SIGSTOP)

    Run.append = held  # type: ignore[method-assign]
    runpy.run_module("core.runs.worker", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
