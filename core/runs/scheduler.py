"""The scheduler: look at the queue, and start the runs whose turn it is.

A requested run waits (``run_queue.py``) until :func:`advance` finds a free slot for it. The page that starts a run
calls ``advance``, a worker that ends does, and the server does every two seconds (:func:`watch`). So the server notices
a lost worker within seconds and replaces it (``launcher.py``). A run that has made room for others (``turn.py``) is
queued again by whoever looks first, its own worker or, if that was killed, another.

When a run of a memory race (``memory_race.py``) starts, the others of its race move behind everybody who waits, so a
race delays nobody by more than one run.
"""

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from core import logs
from core.errors import RunError
from core.runs import launcher, locks, queue_limits, queue_order, run_queue
from core.runs.run import ENDED, Run
from core.runs.run_store import RunStore
from core.settings.training import RunOverrides
from core.training.events import Finished

WATCH_SECONDS = 2.0
_log = logging.getLogger(__name__)
_watched: dict[Path, threading.Thread] = {}


def start(run: Run) -> None:
    """Queue the run, to begin or to resume from its checkpoint when its turn comes.

    Does nothing when it waits, is at work or has ended; so two tabs that start it at once start one worker.

    Raises:
        RunError: too much waits already.
    """
    if run_queue.enqueue(run):
        advance(RunStore(run.folder.parent))


def continue_run(run: Run, overrides: RunOverrides) -> None:
    """Resume a run that is paused, or has ended with a checkpoint, with run overrides.

    Raises:
        RunError: it is at work, has no checkpoint, or too much waits already.
    """
    store = RunStore(run.folder.parent)
    with run.lock():
        # A finished run may be queued while its process still releases checkpoints.
        if run.queue_entry() or (run.alive() and not isinstance(run.last(), Finished)):
            raise RunError("The run is training. Pause it first.")
        if not run.checkpoints.exist():
            raise RunError("This run has no checkpoint to continue from. Start a new run with its settings.")
        waiting = queue_order.waiting_runs(store)
        queue_limits.check(run, waiting, overrides)
        run.clear_requests()
        run.queue(*queue_order.newcomer(run, waiting), overrides=overrides)
        store.registry.set_ended(run.id, False)
    advance(store)


def advance(store: RunStore, *, leaving: int | None = None) -> None:
    """Start the runs whose turn it is, and handle those whose process was lost.

    Args:
        leaving: the calling process's id, when it has finished its run and frees its slot.
    """
    launcher.reap()
    if not store.root.exists():
        return
    with locks.queue_lock(store):
        waiting, free_slots = _survey(store, leaving)
        _launch_first(store, waiting[:free_slots])


def wait_for_turn(run: Run, *, report: Callable[[int], None] = lambda position: None) -> Run:
    """Claim the run for this process when its turn comes, and return it with its lease.

    Advances the queue meanwhile, as a server does: the runs ahead start without a server.

    Args:
        report: called every half second with the run's position in the queue, from 1.

    Raises:
        RunError: the run was stopped while it waited.
    """
    store = RunStore(run.folder.parent)
    try:
        while True:
            launcher.reap()
            with locks.queue_lock(store):
                waiting, free_slots = _survey(store)
                _launch_first(store, waiting[:free_slots])
                position = next((k for k, queued in enumerate(waiting, 1) if queued.id == run.id), 1)
                if position <= free_slots:
                    with run.lock():
                        if run.queue_entry():  # else it was cancelled
                            return replace(run, attempt=run.claim(os.getpid()))
            if run.queue_entry() is None:
                raise RunError("The run was stopped while it waited.")
            report(position)
            if run.stop_requested():
                raise RunError(
                    f"The run was stopped while it waited. Go on with it: python -m core train --resume {run.folder}"
                )
            time.sleep(0.5)
    except BaseException:
        run.unqueue()
        raise


def watch(store: RunStore) -> None:
    """Call :func:`advance` every two seconds from now on, in one thread per store."""
    if store.root in _watched:
        return

    def forever() -> None:
        while True:
            look(store)
            time.sleep(WATCH_SECONDS)

    _watched[store.root] = threading.Thread(target=forever, name="queue", daemon=True)
    _watched[store.root].start()


def look(store: RunStore) -> None:
    """Call :func:`advance` once, and log what hinders it unless that was logged last time."""
    with logs.errors_logged_once(_log, f"the queue in {store.root} could not be looked at"):
        advance(store)


def _survey(store: RunStore, leaving: int | None = None) -> tuple[list[Run], int]:
    """Return the runs that may start next, in order, and the free slots; handle ended runs and lost processes."""
    run_queue.turn_seconds()  # a wrong setting is said here, and not by each worker
    at_work: list[Run] = []
    queued: list[Run] = []
    for run in store.open_runs():
        # One run's folder must not stop everybody's queue.
        with logs.errors_logged_once(_log, f"run {run.id} could not be looked at"):
            if launcher.is_at_work(run, leaving):
                at_work.append(run)
            elif _is_waiting(store, run):
                queued.append(run)
    racing = {run.race for run in at_work if run.race}
    return run_queue.first_of_each_race(queue_order.in_order(queued), racing), max(
        0, run_queue.slots() - len(at_work)
    )


def _is_waiting(store: RunStore, run: Run) -> bool:
    """Return whether the run waits; queue it again first if it was preempted or its process was lost."""
    entry, lease = run.queue_entry(), run.lease()
    if entry and entry.abandoned():
        run.unqueue()  # its command line is gone
        return False
    if entry:
        return entry.takes_turn()  # a suspended process delays nobody
    if run.preempted():
        run_queue.requeue_preempted(run)
        return run.queue_entry() is not None
    status = run.status()
    if status in ENDED:
        with run.lock():
            if run.queue_entry() is None and run.status() in ENDED:
                store.registry.set_ended(run.id, True)
    elif status == "interrupted" and lease and lease.launched and launcher.has_seen(run, lease):
        launcher.handle_lost_process(run)
    return run.queue_entry() is not None


def _launch_first(store: RunStore, runs: list[Run]) -> None:
    """Start a process for each of ``runs`` that waits for one. The caller holds the queue's lock."""
    for run in runs:
        with logs.errors_logged_once(_log, f"run {run.id} could not be started", (OSError, RunError)):
            if launcher.launch(run):
                _requeue_rest_of_race(store, run)


def _requeue_rest_of_race(store: RunStore, begun: Run) -> None:
    """Move the other runs of a race behind everybody who waits, in their order, once one has begun."""
    if begun.race is None:
        return
    for run in queue_order.in_order(store.open_runs()):
        if run.race == begun.race:
            with run.lock():
                if (entry := run.queue_entry()) and entry.pid is None:
                    rank = queue_order.behind_all(run, queue_order.waiting_runs(store))
                    run.queue(*rank, crashes=entry.crashes, overrides=entry.overrides)
