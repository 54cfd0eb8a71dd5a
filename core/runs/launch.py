"""The local launcher: one fresh process a run, or the command line's own.

A fresh process, not a fork: TensorFlow does not survive a fork, and the web server must not load it.
The worker outlives the server; the run's folder says how it fares.
"""

import os
import subprocess
import sys

import filelock

from core.errors import RunError
from core.places import ROOT
from core.runs.store import Run

# Kept so that a worker which ended is reaped when the next one starts, instead of staying a zombie.
_started: list[subprocess.Popen[bytes]] = []
_LOCK = "launch.lock"  # held by whoever claims the run, so that no two processes work on it
_ENDED = ("finished", "failed")


def adopt(run: Run) -> None:
    """Claim the run for this process, which then carries it on itself, as the command line does.

    Raises:
        RunError: the run has ended, or a process works on it or waits for its turn.
    """
    with filelock.FileLock(run.folder / _LOCK):
        if run.alive() or run.status() in _ENDED:
            at_work = ", its process at work" if run.alive() else ""
            raise RunError(
                f"The run in {run.folder} is {run.status()}{at_work}; only an interrupted run can be continued."
            )
        run.forget_stop()
        run.claim(os.getpid())


def start(run: Run) -> None:
    """Start the run's worker, or do nothing when it is at work already or has ended.

    Pressed twice, by two tabs at once, it starts one: the second waits for the first's claim. An
    interrupted run goes on from its checkpoint.
    """
    _started[:] = [process for process in _started if process.poll() is None]
    with filelock.FileLock(run.folder / _LOCK):
        if run.alive() or run.status() in _ENDED:
            return
        run.forget_stop()
        with (run.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "core.runs.worker", str(run.folder)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A group of its own: Ctrl-C at the server leaves the training alone.
                start_new_session=os.name != "nt",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        run.claim(process.pid)
        _started.append(process)
