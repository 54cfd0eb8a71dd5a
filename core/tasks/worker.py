"""``python -m core.tasks.worker FOLDER``: computes the tasks that it reads, one a line; keeps the results in FOLDER.

It answers each task with lines of :class:`Progress` and one :class:`Done`. It ends with its standard input, that is
with the web server, in the middle of any computation. Leaves out: whose task is next, and when a worker is ended
(``worker_pool.py``).
"""

import logging
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import msgspec

from core import logs
from core.errors import HeadlineLabError, TaskError
from core.runs import memory_budget
from core.tasks.all_tasks import AnyTask
from core.tasks.result_store import ResultStore
from core.tasks.task import Report, Task

OUT_OF_MEMORY = "The server has too little memory for this. Choose a smaller file, or try again later."
_log = logging.getLogger("core.tasks.worker")  # also when this module is the process's main one
_NICENESS = 10  # after the pages, and after the runs


class Progress(msgspec.Struct, tag=True):
    """A stage of the task, and the share of it that is done."""

    stage: str
    share: float


class Done(msgspec.Struct, tag=True):
    """The end of a task.

    Attributes:
        error: class of a HeadlineLabError, or empty.
        text: the error's.
        fault: whether a defect of ours ended it; the log has its traceback.
    """

    error: str = ""
    text: str = ""
    fault: bool = False


def main() -> None:
    store = ResultStore(Path(sys.argv[1]))
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what a library prints is no answer
    logs.log_to_stream()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    memory_budget.prefer_as_oom_victim()
    tasks = SimpleQueue[bytes]()
    threading.Thread(target=_read, args=(tasks,), daemon=True).start()

    def answer(message: Progress | Done) -> None:
        answers.write(msgspec.json.encode(message) + b"\n")

    while True:
        answer(_compute(store, msgspec.json.decode(tasks.get(), type=AnyTask), answer))


def _read(tasks: SimpleQueue[bytes]) -> None:
    """Read tasks while the main thread computes, so that the input's end is noticed at once."""
    for line in sys.stdin.buffer:
        tasks.put(line)
    os._exit(0)


def _compute(store: ResultStore, task: Task[Any], answer: Callable[[Progress], None]) -> Done:
    try:
        store.compute(task, _reporting(answer))
    except MemoryError:
        return Done(error=TaskError.__name__, text=OUT_OF_MEMORY)
    except HeadlineLabError as error:
        return Done(error=type(error).__name__, text=str(error))
    except Exception:
        _log.exception("A task failed: %s", type(task).__name__)
        return Done(fault=True)
    return Done()


def _reporting(answer: Callable[[Progress], None]) -> Report:
    """A report that answers when a stage begins, and then for every hundredth of it."""
    last = Progress("", 0.0)

    def report(stage: str, share: float) -> None:
        nonlocal last
        if stage != last.stage or share >= last.share + 0.01:
            last = Progress(stage, share)
            answer(last)

    return report


if __name__ == "__main__":
    main()
