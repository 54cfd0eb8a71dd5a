"""The queue and the local launcher: who may train when, one fresh process a run.

A fresh process, not a fork: TensorFlow does not survive a fork, and the web server must not load it. The worker
outlives the server; the run's folder says how it fares.

A run that is asked for waits (``queued.json``) until :func:`advance` finds a place for it, first come first served.
``advance`` is called by whoever changes something: the page that starts a run, a worker that ends, and every two
seconds the server (:func:`watch`), which so sees within seconds that a worker was lost and starts another in its
place, three times at most. What was lost before this server saw it at work, with the machine's power say, is left
interrupted for its owner to continue.

The runs of a memory race (``race.py``) take their turns one after the other, and each time that one does, the others go
behind everybody who waits: a race holds up nobody by more than one run.
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

MOST_CRASHES = 3  # processes lost in a row after which nobody starts another by himself
WATCH_SECONDS = 2.0
LOCK_SECONDS = 30.0  # that anybody waits for another's look at the queue, which takes milliseconds
_log = logging.getLogger(__name__)
# Kept so that a worker which ended is reaped when the next one starts, instead of staying a zombie.
_started: list[subprocess.Popen[bytes]] = []
_seen: set[tuple[str, int]] = set()  # runs and attempts that this process has seen at work
_watched: dict[Path, threading.Thread] = {}


def slots() -> int:
    """Runs that may train at once on this machine: ``HEADLINE_LAB_SLOTS``, by default one for every two cores."""
    asked = os.environ.get("HEADLINE_LAB_SLOTS", "")
    if asked and not (asked.isascii() and asked.isdigit() and int(asked)):
        raise SettingsError(f"HEADLINE_LAB_SLOTS must be a whole number from 1, got {asked[:40]!r}")
    return int(asked) if asked else max(1, (os.cpu_count() or 2) // 2)


def start(run: Run) -> None:
    """Have the run begin, or go on from its checkpoint, when its turn comes.

    Nothing happens when it waits, is at work or has ended. Pressed twice, by two tabs at once, it starts one worker.
    """
    if enqueue(run):
        advance(RunStore(run.folder.parent))


def enqueue(run: Run) -> bool:
    """Have the run wait, without a look at whose turn it is; whether it does so only now."""
    store = RunStore(run.folder.parent)
    with run.lock():
        if run.status() == "waiting" or run.alive() or run.status() in ENDED:
            return False
        run.clear_requests()
        run.queue(_time_behind_all(store))
        store.registry.set_ended(run.id, False)
    return True


def continue_run(run: Run, plan: RunOverrides) -> None:
    """Let a run that stands still, or has ended with a checkpoint, go on by another plan.

    Raises:
        RunError: it is at work, or nothing is kept that it could go on from.
    """
    store = RunStore(run.folder.parent)
    with run.lock():
        # One that has finished waits in the queue while its process tidies up.
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
    """Take a run that waits out of the queue; one at work is asked to stop.

    One that has learnt something stands as it stood before it was queued. A new one has ended.
    """
    with run.lock():
        if run.queued() is None or run.alive():
            run.request_stop()
            return
        if run.lease() is None:  # told first: unqueued and silent, it could be started by somebody else
            run.append(Failed(reason="The run was stopped before it began to learn.", seconds=0.0))
        run.unqueue()


def roll_back(runs: Iterable[Run]) -> None:
    """Remove runs whose start failed; ask one that has begun meanwhile to stop.

    The disk may be what failed, so nothing here raises: the caller reports the cause.
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
        RunError: the run has ended, or a process works on it or waits to.
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
    """Claim the run for this process as soon as its turn comes, and return it with its lease.

    Advances the queue meanwhile, as a server does: the runs ahead start though no server is there.

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
                waiting, free = _survey(store)
                _launch_first(store, waiting[:free])
                position = next((k for k, other in enumerate(waiting, 1) if other.id == run.id), 1)
                if position <= free:
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
    """Start whoever's turn it is, and see to the runs whose process was lost.

    Args:
        leaving: the process that calls, when it has done with its run and only has its place to give back.
    """
    _started[:] = [process for process in _started if process.poll() is None]
    if not store.root.exists():
        return
    with _queue_lock(store):
        waiting, free = _survey(store, leaving)
        _launch_first(store, waiting[:free])


def queue_position(run: Run) -> int:
    """The run's place in the queue, from 1; 0 when it does not wait, or waits for another of its race first."""
    waiting = [one.id for one in _first_of_each_race(_in_order(RunStore(run.folder.parent).open_runs()))]
    return waiting.index(run.id) + 1 if run.id in waiting else 0


def wait_seconds(run: Run) -> float | None:
    """Seconds until the run's turn, as the runs at work and their pace let one guess; None when they do not yet."""
    runs = RunStore(run.folder.parent).open_runs()
    ahead = queue_position(run) - 1
    at_work = [one for one in runs if one.alive()]
    guesses = [_remaining_and_total_seconds(one) for one in at_work]
    if ahead < 0 or not guesses or any(guess is None for guess in guesses):
        return None
    left = sorted(guess[0] for guess in guesses if guess)
    whole = sum(guess[1] for guess in guesses if guess) / len(guesses)
    return left[ahead % len(left)] + whole * (ahead // len(left))


def watch(store: RunStore) -> None:
    """Call :func:`advance` every two seconds from now on, in a thread of this process; once a store."""
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
    """Now, as the queue's mark has it, and behind whoever waits, though the clock was set back since he came."""
    waiting = [mark.since for run in store.open_runs() if (mark := run.queued())]
    return max([time.time_ns(), *(since + 1 for since in waiting)])


def _in_order(runs: list[Run]) -> list[Run]:
    """Those that wait, first come first."""
    waiting = [(mark.since, run.id, run) for run in runs if (mark := run.queued())]
    return [run for _, _, run in sorted(waiting, key=lambda one: one[:2])]


def _first_of_each_race(waiting: list[Run], racing: Collection[str] = ()) -> list[Run]:
    """Those whose turn it may be: of each race the first, of one in ``racing`` none."""
    seen, found = set(racing), []
    for run in waiting:
        if run.race is None or run.race not in seen:
            found.append(run)
        if run.race:
            seen.add(run.race)
    return found


def _survey(store: RunStore, leaving: int | None = None) -> tuple[list[Run], int]:
    """Whose turn it may be, in order, and how many places are free; notes who has ended and whose process was lost."""
    at_work: list[Run] = []
    left: list[Run] = []
    for run in store.open_runs():
        try:
            if _is_at_work(run, leaving):
                at_work.append(run)
            elif _is_waiting(store, run):
                left.append(run)
        except Exception:  # one run's folder must not stop everybody's queue
            _log.exception("run %s could not be looked at", run.id)
    racing = {run.race for run in at_work if run.race}
    return _first_of_each_race(_in_order(left), racing), max(0, slots() - len(at_work))


def _launch_first(store: RunStore, runs: list[Run]) -> None:
    """Start a process for each run whose turn it is; the queue's lock is held."""
    for run in runs:
        mark = run.queued()
        if mark and mark.pid is None:  # else that process takes its turn itself
            try:
                _launch(run, mark)
                _requeue_rest_of_race(store, run)
            except (OSError, RunError):
                _log.exception("run %s could not be started", run.id)


def _requeue_rest_of_race(store: RunStore, begun: Run) -> None:
    """Of a race of which one has begun, the others wait behind everybody who waits now, in the order they had."""
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
    if run.queued() and not isinstance(
        run.last(), Finished
    ):  # whoever claimed it was killed before the mark was gone
        with run.lock():
            if run.alive():
                run.unqueue()
    return True


def _is_waiting(store: RunStore, run: Run) -> bool:
    """Whether it waits for its turn, or does from now on because its process was lost."""
    mark, lease = run.queued(), run.lease()
    if mark and mark.abandoned():
        run.unqueue()  # the command line that waited is gone
        return False
    if mark:
        # One that was suspended takes no turn, and holds up nobody.
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
    """A worker's process is gone without a word: another one, unless it is known why or it was the last try."""
    with run.lock():
        lease = run.lease()
        if lease is None or run.alive() or run.queued():
            return
        _seen.discard((run.id, lease.attempt))
        if memory_budget.oom_kills() > lease.kills:
            # The system counts all processes: it may have been another's, so nothing is thrown away.
            run.record_loss(lease, "memory")
        elif lease.crashes < MOST_CRASHES:
            _log.warning("run %s: the process of attempt %s was lost", run.id, lease.attempt)
            # It had its turn: it goes before those who came after it.
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
    """Seconds left and in all, of a run at work that has begun to learn."""
    last = run.last(BatchEnd)
    if not isinstance(last, BatchEnd):
        return None
    share = (last.epoch - 1 + last.step / last.steps) / (run.plan().epochs or run.settings.training.epochs)
    whole = last.seconds / max(share, 1e-3)
    return max(0.0, whole - last.seconds), whole
