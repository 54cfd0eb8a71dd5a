"""One worker process as the web server sees it: started, given a task, ended.

Leaves out: what the process does (``worker.py``), and whose task it computes (``worker_pool.py``).
"""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import msgspec

from core import errors
from core.errors import HeadlineLabError, TaskError
from core.paths import ROOT
from core.runs import memory_budget
from core.tasks.result_store import ResultStore
from core.tasks.task import Task
from core.tasks.worker import OUT_OF_MEMORY, Done, Progress


class TaskFault(Exception):
    """A defect of ours ended a task; the server's log has the traceback."""


class WorkerProcess:
    """A process that computes one task after another, and ends with this one.

    Raises:
        OSError: it cannot be started.
    """

    def __init__(self, store: ResultStore) -> None:
        self._store = store
        self._oom_kills = memory_budget.oom_kills()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "core.tasks.worker", str(store.root)],
            cwd=ROOT,
            # Waiting threads sleep, and leave their core to the pages.
            env=os.environ | {"OMP_WAIT_POLICY": "PASSIVE"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # A group of its own: Ctrl-C at the server ends it with its input, without a traceback.
            start_new_session=os.name != "nt",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )

    @property
    def pid(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def compute(self, task: Task[Any], progress: Callable[[Progress], None]) -> None:
        """Return when the task's result is in the store.

        Raises:
            HeadlineLabError: as the task; TaskError also when the process was ended.
            TaskFault: a defect of ours.
        """
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(msgspec.json.encode(task) + b"\n")
            self._process.stdin.flush()
        except OSError:
            raise self._lost() from None
        for line in self._process.stdout:
            answer = msgspec.json.decode(line, type=Progress | Done)
            if isinstance(answer, Progress):
                progress(answer)
            elif answer.fault:
                raise TaskFault(f"{type(task).__name__}, see the traceback in this log")
            elif answer.error:
                kind: type[HeadlineLabError] = getattr(errors, answer.error)
                raise kind(answer.text)
            else:
                return
        raise self._lost()

    def kill(self) -> None:
        """End the process in the middle of its task; :meth:`compute` raises."""
        self._process.kill()

    def end(self) -> None:
        """End the process, whatever it does, and remove what it had not finished."""
        self._process.kill()
        with contextlib.suppress(OSError), self._process:  # closes the pipes and reaps it
            pass  # a task that it did not read cannot be flushed
        self._store.remove_unfinished(self.pid)

    def _lost(self) -> TaskError:
        self.end()
        if memory_budget.oom_kills() > self._oom_kills:
            return TaskError(OUT_OF_MEMORY)
        return TaskError("The computation was stopped before it finished. Try again.")
