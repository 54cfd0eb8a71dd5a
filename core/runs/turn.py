"""A turn: how long a run may train while others wait, and when it makes room for them.

Round-robin scheduling with preemption (Silberschatz et al., Operating System Concepts, chapter 5): a run that has
trained for a turn stops at a checkpoint, goes behind those who wait, and resumes to the same weights. Its worker
decides that itself: neither a server is needed nor a request that could get lost. Only training counts, so a run whose
preparation takes longer than a turn still learns in each. Leaves out: who queues it again (``scheduler.py``).
"""

import logging
import sqlite3
from collections.abc import Iterable

from core import logs
from core.runs import run_queue
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.training.events import BatchEnd, Event, Paused, Prepared, Resumed

_log = logging.getLogger(__name__)


class Turn:
    """The turn of a worker, told by the events that it emits; :attr:`over` once the run has to make room.

    A run of the command line has none. Whoever starts it works on this machine, and while it waited its process would
    keep the memory of TensorFlow, which cannot be unloaded.
    """

    def __init__(self, run: Run) -> None:
        lease = run.lease()
        self.over = False
        self._seconds = run_queue.turn_seconds() if lease and lease.launched else None
        self._run, self._store = run, RunStore(run.folder.parent)
        self._began = 0.0
        # Run that waits -> seconds of this turn when it was first seen.
        self._first_seen: dict[str, float] = {}

    def add(self, event: Event) -> None:
        """Take an event into account; look at the queue at each BatchEnd, a few times a second."""
        if isinstance(event, Prepared | Resumed):
            self._began = event.seconds
        elif isinstance(event, BatchEnd) and self._seconds is not None:
            with logs.errors_logged_once(_log, "the queue could not be read", (OSError, sqlite3.Error)):
                self.over = self._is_over(event, self._seconds)

    def _is_over(self, event: BatchEnd, turn: float) -> bool:
        trained = event.seconds - self._began
        queue = run_queue.read_queue(self._store)
        self._first_seen = {run.id: self._first_seen.get(run.id, trained) for run in queue.waiting}
        if trained < turn:
            return False
        remaining, _ = run_queue.remaining_and_total_seconds(event, self._run)
        if remaining < turn / 2:  # not worth a start, which reads the news again and loads TensorFlow
            return False
        # Who was preempted waits for a turn's length, else two runs at work would take turns in vain.
        waiting = [
            run
            for run in queue.candidates()
            if not run.preempted() or trained - self._first_seen[run.id] >= turn
        ]
        needed_slots = len(waiting) - queue.free_slots()
        return self._workers_before(queue) < needed_slots

    def _workers_before(self, queue: run_queue.QueueView) -> int:
        """Return how many workers have begun before this one: they make room first, and no more than are needed."""
        leases = {run.id: lease for run in queue.at_work if run.alive() and (lease := run.lease())}
        own = leases.get(self._run.id)
        if own is None:  # another process has taken the run over
            return len(leases)
        return sum(
            lease.launched and (lease.started, run_id) < (own.started, self._run.id)
            for run_id, lease in leases.items()
        )


def seconds_of_last_turn(events: Iterable[Event]) -> float:
    """Return how long a preempted run had trained when it made room."""
    began = seconds = 0.0
    for event in events:
        if isinstance(event, Prepared | Resumed):
            began = event.seconds
        elif isinstance(event, Paused):
            seconds = event.seconds - began
    return seconds
