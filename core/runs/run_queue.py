"""The queue: which runs wait, in which order, and for how long; what puts a run into it and takes it out.

A run waits while its folder has a queue entry (``queued.json``); ``queue_order.py`` orders them. The runs of a memory
race (``memory_race.py``) train one after the other, so only the first of each waits for a slot. Leaves out: who looks
at the queue and starts what is first (``scheduler.py``), and the process that trains (``launcher.py``).
"""

import os
import re
import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from core.errors import RunError, SettingsError
from core.runs import queue_limits, queue_order
from core.runs.queue_version import queue_version
from core.runs.run import ENDED, Run
from core.runs.run_store import RunStore
from core.training.events import BatchEnd, Failed, Paused

TURN_MINUTES = 10.0


def slots() -> int:
    """Runs that may train at once on this machine: ``HEADLINE_LAB_SLOTS``, by default one for every two cores."""
    setting = os.environ.get("HEADLINE_LAB_SLOTS", "")
    if setting and not (setting.isascii() and setting.isdigit() and int(setting)):
        raise SettingsError(f"HEADLINE_LAB_SLOTS must be a whole number from 1, got {setting[:40]!r}")
    return int(setting) if setting else max(1, (os.cpu_count() or 2) // 2)


def turn_seconds() -> float | None:
    """Seconds that a run trains while others wait: ``HEADLINE_LAB_TURN_MINUTES``, by default 10; None if that is 0."""
    setting = os.environ.get("HEADLINE_LAB_TURN_MINUTES", "")
    if setting and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", setting):
        raise SettingsError(
            f"HEADLINE_LAB_TURN_MINUTES must be a number of minutes, or 0 for no end, got {setting[:40]!r}"
        )
    return 60.0 * float(setting or TURN_MINUTES) or None


def enqueue(run: Run) -> bool:
    """Queue the run without advancing the queue; return False when it waited, worked or had ended already."""
    store = RunStore(run.folder.parent)
    with run.lock():
        if run.status() == "waiting" or run.alive() or run.status() in ENDED:
            return False
        waiting = queue_order.waiting_runs(store)
        queue_limits.check(run, waiting)
        run.clear_requests()
        run.queue(*queue_order.newcomer(run, waiting))
        store.registry.set_ended(run.id, False)
    return True


def enqueue_here(run: Run) -> None:
    """Queue the run for this process, which trains it once :func:`core.runs.scheduler.wait_for_turn` returns.

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
        run.queue(*queue_order.newcomer(run, queue_order.waiting_runs(store)), pid=os.getpid())
        store.registry.set_ended(run.id, False)


def cancel(run: Run) -> None:
    """Take a waiting run out of the queue; ask one at work to stop.

    A run that has trained returns to its state before it was queued; one that was preempted is paused. A new one has
    ended.
    """
    with run.lock():
        if _waits_preempted(run):
            _pause_preempted(run)
            return
        if run.queue_entry() is None or run.alive():
            run.request_stop()
            return
        if run.lease() is None:  # logged first: unqueued without an event, another could start it
            run.append(Failed(reason="The run was stopped before it began to learn.", seconds=0.0))
        run.unqueue()


def pause(run: Run) -> None:
    """Ask the run's process to pause; take the run out of the queue if it has been preempted meanwhile."""
    with run.lock():
        if _waits_preempted(run):
            _pause_preempted(run)
        else:
            run.request_pause()


def requeue_preempted(run: Run) -> None:
    """Queue a run that has made room for others and stands in no queue yet, behind all who wait.

    It is paused instead if its owner asked for that meanwhile. One that is asked to stop goes before the others: it has
    only to be scored.
    """
    with run.lock():
        if run.queue_entry() or not run.preempted():
            return
        waiting = queue_order.waiting_runs(RunStore(run.folder.parent))
        if run.stop_requested():
            run.queue(*queue_order.before_later_runs(run, waiting))
        elif run.pause_requested():
            _pause_preempted(run)
        else:
            run.queue(*queue_order.behind_all(run, waiting))


def _waits_preempted(run: Run) -> bool:
    return run.status() == "waiting" and run.preempted()


def _pause_preempted(run: Run) -> None:
    """Pause a preempted run for its owner. The caller holds the lock."""
    last = run.last(Paused)
    if isinstance(last, Paused):  # logged first: else the scheduler would queue the run again
        run.append(msgspec.structs.replace(last, preempted=False))
    run.request_pause()  # its process may not have ended yet
    run.unqueue()


@dataclass(frozen=True, slots=True)
class QueueView:
    """The queue at one moment.

    Attributes:
        at_work: the runs that a process works on. It may end; another takes a run only by a change of the queue.
        waiting: those that wait, in order; of each memory race only the first.
    """

    at_work: Sequence[Run]
    waiting: Sequence[Run]

    def position(self, run: Run) -> int:
        """Return the run's position in the queue, from 1; 0: it does not wait, or another of its race is first."""
        ids = [queued.id for queued in self.waiting]
        return ids.index(run.id) + 1 if run.id in ids else 0

    def free_slots(self) -> int:
        """Return the slots that no process has taken."""
        return max(0, slots() - sum(run.alive() for run in self.at_work))

    def candidates(self) -> list[Run]:
        """Return the waiting runs that would take a slot: not those whose race or process cannot go on now."""
        racing = {run.race for run in self.at_work if run.race and run.alive()}
        return [
            run
            for run in self.waiting
            if run.race not in racing and (entry := run.queue_entry()) and entry.takes_turn()
        ]

    def wait_seconds(self, run: Run) -> float | None:
        """Estimate the seconds until the run's turn from the pace of those at work; None: that is not known yet.

        As if each run at work had its whole turn before it; runs of the command line end, and have no turn.
        """
        ahead = self.position(run) - 1
        estimates = [_slot_seconds(each) for each in self.at_work if each.alive()]
        if ahead < 0 or not estimates or None in estimates:
            return None
        remaining = sorted(estimate[0] for estimate in estimates if estimate)
        mean_total = sum(estimate[1] for estimate in estimates if estimate) / len(estimates)
        return remaining[ahead % len(remaining)] + mean_total * (ahead // len(remaining))


_views: dict[Path, tuple[tuple[int, int], QueueView]] = {}  # a store's folder -> version, this process's view
_views_lock = threading.Lock()


def read_queue(store: RunStore) -> QueueView:
    """Return the queue as it is now.

    Read from the disk once a change, whichever process made it: everybody who waits asks every few seconds, and the
    cost of reading grows with the number of runs that have not ended.
    """
    with _views_lock:  # one reads, the others wait for its view
        version = queue_version(store.root)
        if store.root not in _views or _views[store.root][0] != version:
            open_runs = store.open_runs()
            at_work = [run for run in open_runs if run.alive()]
            _views[store.root] = (
                version,
                QueueView(at_work, first_of_each_race(queue_order.in_order(open_runs))),
            )
        return _views[store.root][1]


def first_of_each_race(waiting: list[Run], racing: Collection[str] = ()) -> list[Run]:
    """Return the runs that may start next: of each race the first, of a race in ``racing`` none."""
    seen_races, candidates = set(racing), []
    for run in waiting:
        if run.race is None or run.race not in seen_races:
            candidates.append(run)
        if run.race:
            seen_races.add(run.race)
    return candidates


def remaining_and_total_seconds(event: BatchEnd, run: Run) -> tuple[float, float]:
    """Estimate the seconds of training left and in all, from the run's last BatchEnd."""
    epochs = run.overrides().epochs or run.settings.training.epochs
    share = (event.epoch - 1 + event.step / event.steps) / epochs
    total = event.seconds / max(share, 1e-3)
    return max(0.0, total - event.seconds), total


def estimate_training(run: Run) -> tuple[float, float] | None:
    """Estimate as :func:`remaining_and_total_seconds` from what the run has told; None where it has told too little."""
    last = run.last(BatchEnd)
    if not isinstance(last, BatchEnd):
        return None
    try:
        return remaining_and_total_seconds(last, run)
    except RunError:  # its overrides are damaged; one run's folder must not stop everybody's queue
        return None


def _slot_seconds(run: Run) -> tuple[float, float] | None:
    """Estimate how long a run at work keeps its slot from now on, and from its start; None where that is not known."""
    estimated, lease, turn = estimate_training(run), run.lease(), turn_seconds()
    if estimated is None:
        return None
    remaining, total = estimated
    if turn and lease and lease.launched:
        most = 1.5 * turn  # a run that nearly ends is not preempted
        return (remaining if remaining < most else turn), (total if total < most else turn)
    return remaining, total
