"""The queue: which run trains when, each in a fresh process.

A fresh process, not a fork: TensorFlow does not survive a fork, and the web server must not load it. The worker
outlives the server; its state is in the run's folder.

A requested run waits (``queued.json``) until :func:`advance` finds a free slot for it, first come, first served. The
page that starts a run calls ``advance``, a worker that ends does, and the server does every two seconds
(:func:`watch`). So the server notices a lost worker within seconds and replaces it, three times at most. A worker that
was lost before this server saw it at work, by a power cut for example, leaves its run interrupted for its owner to
continue.

The runs of a memory race (``memory_race.py``) train one after the other. When one starts, the others move behind
everybody who waits, so a race delays nobody by more than one run.
"""

import contextlib
import logging
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import filelock

from core.errors import RunError, SettingsError
from core.paths import ROOT
from core.runs import memory_budget
from core.runs.lease import Queued, is_suspended, same_process
from core.runs.run import ENDED, Run
from core.runs.run_store import RunStore
from core.settings.training import RunOverrides
from core.training.events import BatchEnd, Failed, Finished

MOST_CRASHES = 3  # replacements in a row of a run's lost process
WATCH_SECONDS = 2.0
LOCK_SECONDS = 30.0  # longest wait for the queue's lock, which is held for milliseconds
_log = logging.getLogger(__name__)
# Kept so that an ended worker is reaped when the next one starts, and does not stay a zombie.
_started: list[subprocess.Popen[bytes]] = []
_seen: set[tuple[str, int]] = set()  # (run id, attempt) that this process has seen at work
_watched: dict[Path, threading.Thread] = {}


def slots() -> int:
    """Runs that may train at once on this machine: ``HEADLINE_LAB_SLOTS``, by default one for every two cores."""
    setting = os.environ.get("HEADLINE_LAB_SLOTS", "")
    if setting and not (setting.isascii() and setting.isdigit() and int(setting)):
        raise SettingsError(f"HEADLINE_LAB_SLOTS must be a whole number from 1, got {setting[:40]!r}")
    return int(setting) if setting else max(1, (os.cpu_count() or 2) // 2)


def start(run: Run) -> None:
    """Queue the run, to begin or to resume from its checkpoint when its turn comes.

    Does nothing when it waits, is at work or has ended; so two tabs that start it at once start one worker.
    """
    if enqueue(run):
        advance(RunStore(run.folder.parent))


def enqueue(run: Run) -> bool:
    """Queue the run without advancing the queue; return False when it waited, worked or had ended already."""
    store = RunStore(run.folder.parent)
    with run.lock():
        if run.status() == "waiting" or run.alive() or run.status() in ENDED:
            return False
        run.clear_requests()
        run.queue(_time_behind_all(store))
        store.registry.set_ended(run.id, False)
    return True


def continue_run(run: Run, plan: RunOverrides) -> None:
    """Resume a run that is paused, or has ended with a checkpoint, with run overrides.

    Raises:
        RunError: it is at work, or has no checkpoint.
    """
    store = RunStore(run.folder.parent)
    with run.lock():
        # A finished run may be queued while its process still releases checkpoints.
        if run.queued() or (run.alive() and not isinstance(run.last(), Finished)):
            raise RunError("The run is at work. Pause it first.")
        if not run.checkpoints.exist():
            raise RunError(
                "Nothing is kept that this run could go on from. Start a new one with its settings."
            )
        run.clear_requests()
        run.queue(_time_behind_all(store), plan=plan)
        store.registry.set_ended(run.id, False)
    advance(store)


def cancel(run: Run) -> None:
    """Take a waiting run out of the queue; ask one at work to stop.

    A run that has trained returns to its state before it was queued. A new one has ended.
    """
    with run.lock():
        if run.queued() is None or run.alive():
            run.request_stop()
            return
        if run.lease() is None:  # logged first: unqueued without an event, another could start it
            run.append(Failed(reason="The run was stopped before it began to learn.", seconds=0.0))
        run.unqueue()


def roll_back(runs: Iterable[Run]) -> None:
    """Remove runs whose start failed; ask those that have begun meanwhile to stop.

    The disk may be the cause, so this raises nothing: the caller reports the first error.
    """
    for run in runs:
        with contextlib.suppress(OSError, sqlite3.Error):
            run.unqueue()  # cancel would write to it
            try:
                RunStore(run.folder.parent).remove(run)
            except RunError:
                run.request_stop()


def enqueue_here(run: Run) -> None:
    """Queue the run for this process, which trains it once :func:`wait_for_turn` returns.

    Raises:
        RunError: the run has ended, or a process works on it or waits for it.
    """
    store = RunStore(run.folder.parent)
    with run.lock():
        status = run.status()
        if status == "waiting" or run.alive() or status in ENDED:
            at_work = ", its process at work" if run.alive() or status == "waiting" else ""
            raise RunError(
                f"The run in {run.folder} is {status}{at_work}; only an interrupted run can be continued."
            )
        run.clear_requests()
        run.queue(_time_behind_all(store), pid=os.getpid())
        store.registry.set_ended(run.id, False)


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
            _started[:] = [process for process in _started if process.poll() is None]
            with _queue_lock(store):
                waiting, free_slots = _survey(store)
                _launch_first(store, waiting[:free_slots])
                position = next((k for k, queued in enumerate(waiting, 1) if queued.id == run.id), 1)
                if position <= free_slots:
                    with run.lock():
                        return replace(run, attempt=run.claim(os.getpid()))
            report(position)
            if run.stop_requested():
                raise RunError(f"The run was stopped while it waited. Go on with it: --resume {run.folder}")
            time.sleep(0.5)
    except BaseException:
        run.unqueue()
        raise


def advance(store: RunStore, *, leaving: int | None = None) -> None:
    """Start the runs whose turn it is, and handle those whose process was lost.

    Args:
        leaving: the calling process's id, when it has finished its run and frees its slot.
    """
    _started[:] = [process for process in _started if process.poll() is None]
    if not store.root.exists():
        return
    with _queue_lock(store):
        waiting, free_slots = _survey(store, leaving)
        _launch_first(store, waiting[:free_slots])


def queue_position(run: Run) -> int:
    """Return the run's position in the queue, from 1; 0 when it does not wait, or another of its race is first."""
    waiting = [
        queued.id for queued in _first_of_each_race(_in_order(RunStore(run.folder.parent).open_runs()))
    ]
    return waiting.index(run.id) + 1 if run.id in waiting else 0


def wait_seconds(run: Run) -> float | None:
    """Estimate the seconds until the run's turn from the pace of those at work; None when that is not known yet."""
    runs = RunStore(run.folder.parent).open_runs()
    ahead = queue_position(run) - 1
    estimates = [_remaining_and_total_seconds(each) for each in runs if each.alive()]
    if ahead < 0 or not estimates or None in estimates:
        return None
    remaining = sorted(estimate[0] for estimate in estimates if estimate)
    mean_total = sum(estimate[1] for estimate in estimates if estimate) / len(estimates)
    return remaining[ahead % len(remaining)] + mean_total * (ahead // len(remaining))


def watch(store: RunStore) -> None:
    """Call :func:`advance` every two seconds from now on, in one thread per store."""
    if store.root in _watched:
        return

    def forever() -> None:
        while True:
            try:
                advance(store)
            except Exception:
                _log.exception("the queue could not be looked at")
            time.sleep(WATCH_SECONDS)

    _watched[store.root] = threading.Thread(target=forever, name="queue", daemon=True)
    _watched[store.root].start()


# --- Inside ---


@contextmanager
def _queue_lock(store: RunStore) -> Iterator[None]:
    store.root.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(store.root / "queue.lock", timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise RunError(
            "The queue of runs does not answer. Try again, or tell whoever runs the server."
        ) from None
    try:
        yield
    finally:
        lock.release()


def _time_behind_all(store: RunStore) -> int:
    """Return now in nanoseconds, or a time behind every waiting run if the clock was set back since."""
    waiting = [mark.since for run in store.open_runs() if (mark := run.queued())]
    return max([time.time_ns(), *(since + 1 for since in waiting)])


def _in_order(runs: list[Run]) -> list[Run]:
    """Return the waiting runs, first come, first served."""
    waiting = [(mark.since, run.id, run) for run in runs if (mark := run.queued())]
    return [run for _, _, run in sorted(waiting, key=lambda entry: entry[:2])]


def _first_of_each_race(waiting: list[Run], racing: Collection[str] = ()) -> list[Run]:
    """Return the runs that may start next: of each race the first, of a race in ``racing`` none."""
    seen_races, candidates = set(racing), []
    for run in waiting:
        if run.race is None or run.race not in seen_races:
            candidates.append(run)
        if run.race:
            seen_races.add(run.race)
    return candidates


def _survey(store: RunStore, leaving: int | None = None) -> tuple[list[Run], int]:
    """Return the runs that may start next, in order, and the free slots; handle ended runs and lost processes."""
    at_work: list[Run] = []
    queued: list[Run] = []
    for run in store.open_runs():
        try:
            if _is_at_work(run, leaving):
                at_work.append(run)
            elif _is_waiting(store, run):
                queued.append(run)
        except Exception:  # one run's folder must not stop everybody's queue
            _log.exception("run %s could not be looked at", run.id)
    racing = {run.race for run in at_work if run.race}
    return _first_of_each_race(_in_order(queued), racing), max(0, slots() - len(at_work))


def _launch_first(store: RunStore, runs: list[Run]) -> None:
    """Start a process for each of ``runs``. The caller holds the queue's lock."""
    for run in runs:
        mark = run.queued()
        if mark and mark.pid is None:  # else a waiting process takes the run itself
            try:
                _launch(run, mark)
                _requeue_rest_of_race(store, run)
            except (OSError, RunError):
                _log.exception("run %s could not be started", run.id)


def _requeue_rest_of_race(store: RunStore, begun: Run) -> None:
    """Move the other runs of a race behind everybody who waits, in their order, once one has begun."""
    if begun.race is None:
        return
    for run in _in_order(store.open_runs()):
        if run.race == begun.race:
            with run.lock():
                if (mark := run.queued()) and mark.pid is None:
                    run.queue(_time_behind_all(store), crashes=mark.crashes, plan=mark.plan)


def _is_at_work(run: Run, leaving: int | None) -> bool:
    lease = run.lease()
    if lease is None or lease.pid == leaving or not same_process(lease.pid, lease.started):
        return False
    _seen.add((run.id, lease.attempt))
    # Its claim was interrupted before the queue entry was removed.
    if run.queued() and not isinstance(run.last(), Finished):
        with run.lock():
            if run.alive():
                run.unqueue()
    return True


def _is_waiting(store: RunStore, run: Run) -> bool:
    """Return whether the run waits; queue it again first if its process was lost."""
    mark, lease = run.queued(), run.lease()
    if mark and mark.abandoned():
        run.unqueue()  # its command line is gone
        return False
    if mark:
        # A suspended process takes no turn, and delays nobody.
        return mark.pid is None or not is_suspended(mark.pid)
    status = run.status()
    if status in ENDED:
        with run.lock():
            if run.queued() is None and run.status() in ENDED:
                store.registry.set_ended(run.id, True)
    elif status == "interrupted" and lease and lease.launched and (run.id, lease.attempt) in _seen:
        _handle_lost_process(run)
    return run.queued() is not None


def _handle_lost_process(run: Run) -> None:
    """Queue the run of a lost worker again, unless memory was short or it was lost too often."""
    with run.lock():
        lease = run.lease()
        if lease is None or run.alive() or run.queued():
            return
        _seen.discard((run.id, lease.attempt))
        if memory_budget.oom_kills() > lease.kills:
            # The system counts the kills of all processes: it may have been another's, so everything stays.
            run.record_loss(lease, "memory")
        elif lease.crashes < MOST_CRASHES:
            _log.warning("run %s: the process of attempt %s was lost", run.id, lease.attempt)
            # It has had its turn, so it goes before later runs.
            run.queue(int(run.created.timestamp() * 1e9), crashes=lease.crashes + 1)
        else:
            _log.error("run %s: its process was lost %s times", run.id, lease.crashes + 1)
            run.record_loss(lease, "often")


def _launch(run: Run, mark: Queued) -> None:
    with run.lock():
        if mark.plan is not None:
            run.set_plan(mark.plan)
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
        run.claim(process.pid, crashes=mark.crashes, launched=True, kills=kills)
        _seen.add((run.id, attempt))


def _remaining_and_total_seconds(run: Run) -> tuple[float, float] | None:
    """Estimate the seconds left and in all of a run at work; None before its first batch."""
    last = run.last(BatchEnd)
    if not isinstance(last, BatchEnd):
        return None
    share = (last.epoch - 1 + last.step / last.steps) / (run.plan().epochs or run.settings.training.epochs)
    total = last.seconds / max(share, 1e-3)
    return max(0.0, total - last.seconds), total
