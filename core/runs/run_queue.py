"""The queue: which runs wait, in which order, and for how long; what puts a run into it and takes it out.

A run waits while its folder has a queue entry (``queued.json``); first come, first served. The runs of a memory race
(``memory_race.py``) train one after the other, so only the first of each waits for a slot. Leaves out: who looks at
the queue and starts what is first (``scheduler.py``), and the process that trains (``launcher.py``).
"""

import os
import threading
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.errors import RunError, SettingsError
from core.runs.queue_version import queue_version
from core.runs.run import ENDED, Run
from core.runs.run_store import RunStore
from core.training.events import BatchEnd, Failed


def slots() -> int:
    """Runs that may train at once on this machine: ``HEADLINE_LAB_SLOTS``, by default one for every two cores."""
    setting = os.environ.get("HEADLINE_LAB_SLOTS", "")
    if setting and not (setting.isascii() and setting.isdigit() and int(setting)):
        raise SettingsError(f"HEADLINE_LAB_SLOTS must be a whole number from 1, got {setting[:40]!r}")
    return int(setting) if setting else max(1, (os.cpu_count() or 2) // 2)


def enqueue(run: Run) -> bool:
    """Queue the run without advancing the queue; return False when it waited, worked or had ended already."""
    store = RunStore(run.folder.parent)
    with run.lock():
        if run.status() == "waiting" or run.alive() or run.status() in ENDED:
            return False
        run.clear_requests()
        run.queue(time_behind_all(store))
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
        run.queue(time_behind_all(store), pid=os.getpid())
        store.registry.set_ended(run.id, False)


def cancel(run: Run) -> None:
    """Take a waiting run out of the queue; ask one at work to stop.

    A run that has trained returns to its state before it was queued. A new one has ended.
    """
    with run.lock():
        if run.queue_entry() is None or run.alive():
            run.request_stop()
            return
        if run.lease() is None:  # logged first: unqueued without an event, another could start it
            run.append(Failed(reason="The run was stopped before it began to learn.", seconds=0.0))
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

    def wait_seconds(self, run: Run) -> float | None:
        """Estimate the seconds until the run's turn from the pace of those at work; None: that is not known yet."""
        ahead = self.position(run) - 1
        estimates = [_remaining_and_total_seconds(each) for each in self.at_work if each.alive()]
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
            _views[store.root] = version, QueueView(at_work, first_of_each_race(in_order(open_runs)))
        return _views[store.root][1]


def in_order(runs: list[Run]) -> list[Run]:
    """Return the waiting runs, first come, first served."""
    since = {run.id: entry.since for run in runs if (entry := run.queue_entry())}
    return sorted((run for run in runs if run.id in since), key=lambda run: (since[run.id], run.id))


def first_of_each_race(waiting: list[Run], racing: Collection[str] = ()) -> list[Run]:
    """Return the runs that may start next: of each race the first, of a race in ``racing`` none."""
    seen_races, candidates = set(racing), []
    for run in waiting:
        if run.race is None or run.race not in seen_races:
            candidates.append(run)
        if run.race:
            seen_races.add(run.race)
    return candidates


def time_behind_all(store: RunStore) -> int:
    """Return now in nanoseconds, or a time behind every waiting run if the clock was set back since."""
    entries = [entry for run in store.open_runs() if (entry := run.queue_entry())]
    return max([time.time_ns(), *(entry.since + 1 for entry in entries)])


def _remaining_and_total_seconds(run: Run) -> tuple[float, float] | None:
    """Estimate the seconds left and in all of a run at work; None before its first batch."""
    last = run.last(BatchEnd)
    if not isinstance(last, BatchEnd):
        return None
    share = (last.epoch - 1 + last.step / last.steps) / (
        run.overrides().epochs or run.settings.training.epochs
    )
    total = last.seconds / max(share, 1e-3)
    return max(0.0, total - last.seconds), total
