"""Worker processes: start a fresh one for a run, see which are at work, and replace one that was lost.

A fresh process, not a fork: TensorFlow does not survive a fork, and the web server must not load it. The worker
outlives the server; its state is in the run's folder. A lost worker is replaced three times at most; one that was lost
before this server saw it at work, by a power cut for example, leaves its run interrupted for its owner to continue.
Leaves out: whose turn it is (``run_queue.py``), and what the process does (``worker.py``).
"""

import logging
import os
import subprocess
import sys

from core.paths import ROOT
from core.runs import memory_budget, queue_order
from core.runs.lease import Lease, same_process
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.training.events import Finished

MOST_CRASHES = 3  # replacements in a row of a run's lost process
_log = logging.getLogger(__name__)
# Kept so that an ended worker is reaped when the next one starts, and does not stay a zombie.
_started: list[subprocess.Popen[bytes]] = []
_seen: set[tuple[str, int]] = set()  # (run id, attempt) that this process has seen at work


def reap() -> None:
    """Forget the workers that have ended; asking for their end reaps them."""
    _started[:] = [process for process in _started if process.poll() is None]


def launch(run: Run) -> bool:
    """Start a process for the run and give it the lease; return False when no process is to be started for it.

    The queue entry counts that is there under the run's lock: the run may have been cancelled since the caller saw it.
    """
    with run.lock():
        entry = run.queue_entry()
        if entry is None or entry.pid is not None:  # a waiting process takes the run itself
            return False
        if entry.overrides is not None:
            run.set_overrides(entry.overrides)
        lease = run.lease()
        attempt = lease.attempt + 1 if lease else 1
        kills = memory_budget.oom_kills()
        with (run.folder / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "core.runs.worker", str(run.folder), str(attempt)],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                # A group of its own: Ctrl-C at the server leaves the training alone.
                start_new_session=os.name != "nt",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
        _started.append(process)
        # The worker waits for this lock, so it finds the claim.
        try:
            run.claim(process.pid, crashes=entry.crashes, launched=True, kills=kills)
        except BaseException:  # the disk is full: without a claim it would do nothing but start the next one
            process.kill()
            raise
        _seen.add((run.id, attempt))
        return True


def is_at_work(run: Run, leaving: int | None) -> bool:
    """Return whether a process works on the run, other than the one that is leaving; remember that it was seen."""
    lease = run.lease()
    if lease is None or lease.pid == leaving or not same_process(lease.pid, lease.started):
        return False
    _seen.add((run.id, lease.attempt))
    # Its claim was interrupted before the queue entry was removed, unless it was queued again as the process ends.
    if run.queue_entry() and not isinstance(run.last(), Finished) and not run.preempted():
        with run.lock():
            if run.alive():
                run.unqueue()
    return True


def has_seen(run: Run, lease: Lease) -> bool:
    """Return whether this process has seen the worker of that attempt at work."""
    return (run.id, lease.attempt) in _seen


def handle_lost_process(run: Run) -> None:
    """Queue the run of a lost worker again, unless memory was short or it was lost too often."""
    with run.lock():
        lease = run.lease()
        if lease is None or run.alive() or run.queue_entry():
            return
        _seen.discard((run.id, lease.attempt))
        if memory_budget.oom_kills() > lease.kills:
            # The system counts the kills of all processes: it may have been another's, so everything stays.
            run.record_loss(lease, "memory")
        elif lease.crashes < MOST_CRASHES:
            _log.warning("run %s: the process of attempt %s was lost", run.id, lease.attempt)
            # It has had its turn, so it goes before later runs.
            waiting = queue_order.waiting_runs(RunStore(run.folder.parent))
            run.queue(*queue_order.before_later_runs(run, waiting), crashes=lease.crashes + 1)
        else:
            _log.error("run %s: its process was lost %s times", run.id, lease.crashes + 1)
            run.record_loss(lease, "often")
