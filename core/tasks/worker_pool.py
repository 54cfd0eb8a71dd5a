"""The pool of worker processes: whose task is next, and the end of a task that nobody waits for any more.

A few processes for the whole server, one for every two cores. The next task is that of the visitor whose last one began
longest ago: who asks for eight takes turns with who asks for one. A task that two visitors ask for is
computed once, if they call the file the same: errors name it.
"""

import itertools
import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.errors import HeadlineLabError, TaskError
from core.tasks.result_store import ResultStore
from core.tasks.task import Task
from core.tasks.worker import Progress
from core.tasks.worker_process import TaskFault, WorkerProcess

_log = logging.getLogger(__name__)
_PATIENCE = 2.0  # seconds that a task goes on without anybody: a page that is drawn again asks again
_IDLE = 60.0  # seconds without a task, after which a process ends and gives its memory back


class PendingTask:
    """A task that waits or is computed, as everybody sees it who asked for it.

    Attributes:
        task: what is computed.
        number: rises with each new task.
        visitors: who asked for it; a visitor with two tabs twice.
        asked: how often anybody asked for it.
        taken: whether it has its turn.
        worker: computes it, once it is started.
        progress: how far it is.
    """

    def __init__(self, task: Task[Any], number: int) -> None:
        self.task = task
        self.number = number
        self.visitors: list[str] = []
        self.asked = 0
        self.taken = False
        self.worker: WorkerProcess | None = None
        self.progress = Progress("", 0.0)
        self._error: Exception | None = None
        self._ended = threading.Event()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; return whether the result is in the store.

        Raises:
            HeadlineLabError: as the task; TaskError also when the server lacks memory or disk for it.
            TaskFault: a defect of ours ended it.
        """
        ended = self._ended.wait(seconds)
        if self._error:
            raise self._error
        return ended

    def ended(self) -> bool:
        return self._ended.is_set()

    def end(self, error: Exception | None) -> None:
        self._error = error
        self._ended.set()

    def take_progress(self, progress: Progress) -> None:
        self.progress = progress


class WorkerPool:
    """Computes tasks in processes, which keep the results in ``store``.

    Args:
        size: processes at once.
        patience: seconds that a task goes on after the last of those who asked has left.
        idle: seconds without a task, after which a process ends.
    """

    def __init__(
        self, store: ResultStore, *, size: int | None = None, patience: float = _PATIENCE, idle: float = _IDLE
    ) -> None:
        self.store = store
        self.size = size or max(1, (os.cpu_count() or 2) // 2)
        self.patience = patience
        self.idle = idle
        self._pending: dict[Task[Any], PendingTask] = {}
        self._last_turns: dict[str, int] = {}  # visitor -> number of the latest turn
        self._numbers = itertools.count(1)  # of tasks and of turns
        self._threads = 0  # each has a process
        self._changed = threading.Condition()  # guards all of these

    @contextmanager
    def asked(self, task: Task[Any], visitor: str) -> Iterator[PendingTask]:
        """Ask for a task until the block ends. When nobody asks any more, the task ends too.

        Raises:
            TaskError: the system gives the server no thread.
        """
        with self._changed:
            pending = self._pending.get(task)
            if self._threads < self.size:
                self._start_thread()
            if pending is None:
                pending = self._pending[task] = PendingTask(task, next(self._numbers))
            pending.visitors.append(visitor)
            pending.asked += 1
            self._changed.notify()
        try:
            yield pending
        finally:
            with self._changed:
                pending.visitors.remove(visitor)
                if not (pending.visitors or pending.ended()):
                    timer = threading.Timer(self.patience, self._drop, (pending, pending.asked))
                    timer.daemon = True
                    timer.start()

    def _start_thread(self) -> None:
        """Start a thread that computes tasks, if one can be had; the caller holds the condition."""
        try:
            threading.Thread(target=self._serve, name="tasks", daemon=True).start()
            self._threads += 1
        except RuntimeError:
            if not self._threads:
                raise TaskError("The server is too busy right now. Try again later.") from None

    def tasks_before(self, pending: PendingTask) -> int:
        """How many of the tasks that wait now have their turn before this one."""
        with self._changed:
            order = list(self._order())
            return order.index(pending) if pending in order else 0

    def _order(self) -> Iterator[PendingTask]:
        """Iterate over the waiting tasks in the order of their turns; the caller holds the condition."""
        waiting = [pending for pending in self._pending.values() if not pending.taken]
        last_turns = dict(self._last_turns)
        turns = itertools.count(max(last_turns.values(), default=0) + 1)

        def rank(pending: PendingTask) -> tuple[int, int]:
            turns_had = (last_turns.get(visitor, 0) for visitor in pending.visitors)
            return min(turns_had, default=0), pending.number

        while waiting:
            first = min(waiting, key=rank)
            waiting.remove(first)
            last_turns |= dict.fromkeys(first.visitors, next(turns))
            yield first

    def _drop(self, pending: PendingTask, asked: int) -> None:
        """End a task that nobody has asked for again since it was asked for so often."""
        with self._changed:
            if pending.visitors or pending.asked > asked or pending.ended():
                return
            del self._pending[pending.task]
            pending.end(None)
            if pending.worker:
                pending.worker.kill()

    # --- The threads, each with a process ---

    def _serve(self) -> None:
        """Compute one task after another, until none has come for a while."""
        worker: WorkerProcess | None = None
        while pending := self._take():
            error: Exception | None = None
            try:
                if worker is None or not worker.alive():
                    worker = WorkerProcess(self.store)
                with self._changed:
                    pending.worker = worker
                    dropped = pending.ended()
                if not dropped:
                    worker.compute(pending.task, pending.take_progress)
            except (HeadlineLabError, TaskFault) as expected:
                error = expected
            except OSError as refused:
                error = TaskError(
                    f"The server cannot start a computation: {refused.strerror}. Try again later."
                )
            except Exception as defect:  # a thread that ended would leave its visitors waiting for ever
                _log.exception("A worker process answered in another way than expected")
                error = TaskFault(str(defect))
                if worker:
                    worker.end()
            with self._changed:
                dropped = pending.ended()
                if not dropped:
                    del self._pending[pending.task]
                    pending.end(error)
            if dropped and worker:  # killed, also when it had computed the task just before
                worker.end()
        if worker:
            worker.end()

    def _take(self) -> PendingTask | None:
        """Wait for the task whose turn is next; return None after ``idle`` seconds without one."""
        with self._changed:
            pending = self._changed.wait_for(lambda: next(self._order(), None), self.idle)
            if pending is None:
                self._threads -= 1
                return None
            pending.taken = True
            # Visitors who have no task here any more begin anew.
            asking = {visitor for each in self._pending.values() for visitor in each.visitors}
            self._last_turns = {name: turn for name, turn in self._last_turns.items() if name in asking}
            self._last_turns |= dict.fromkeys(pending.visitors, next(self._numbers))
            return pending
