"""The result of a task, for a page: from memory, from the disk, or computed, behind a progress bar if that takes long.

What is small is computed here; what is large in a worker process, so that no other visitor's page waits. Who leaves the
page or closes the tab waits no more, and the task ends with the last who waits. Its key is made of the bytes of files
that the visitor has, so sharing a result reveals no other visitor's data.
"""

from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import paths
from core.errors import TaskError
from core.tasks.result_store import ResultStore
from core.tasks.task import Need, Task
from core.tasks.worker_pool import WorkerPool
from pages.asker import asked_by
from pages.single_flight_cache import SingleFlightCache
from pages.task_bar import TaskBar

Result = TypeVar("Result")

_results = SingleFlightCache[Any](160)
_ATTEMPTS = 4  # to find a result: others' may push it out, and a worker of a changed program keeps it under another key
_POLL = 0.3  # seconds between two looks at a task; at each the script ends if its visitor has left


def result(task: Task[Result], *, slot: DeltaGenerator | None = None, visitor: str | None = None) -> Result:
    """The result of ``task``; one in memory however many visitors ask. Do not change it: it is shared.

    Args:
        slot: an ``st.empty`` for the progress bar, by default one where the script stands.
        visitor: who asks, where no page waits and nothing is drawn; by default the page's.

    Raises:
        HeadlineLabError: as the task; TaskError also when memory or disk have no room for it.
    """
    key = task.key()
    cached: Result | None = _results.peek(key)
    if cached is not None:
        return cached
    need: Need = partial(result, slot=slot, visitor=visitor)
    if task.is_small(need):
        computed: Result = _results.get(key, lambda: task.compute(need, lambda stage, share: None))
        return computed
    pool = _pool(paths.results())
    for attempt in range(_ATTEMPTS):
        if attempt:
            _wait(pool, task, slot, visitor)
        with suppress(LookupError):
            loaded: Result = _results.get(key, lambda: pool.store.load(task))
            return loaded
    raise TaskError("The result could not be saved. Try again, or tell the person who runs the server.")


def is_small(task: Task[Any]) -> bool:
    """Whether the web server computes it by itself, in a fraction of a second."""
    return task.is_small(result)


def has_result(task: Task[Any]) -> bool:
    """Whether :func:`result` would answer at once."""
    return task.key() in _results or _pool(paths.results()).store.has(task)


def peek(task: Task[Result]) -> Result | None:
    """The result if it would be there at once; else None."""
    return result(task) if has_result(task) else None


def _wait(pool: WorkerPool, task: Task[Any], slot: DeltaGenerator | None, visitor: str | None) -> None:
    """Wait until the task's result is in the store; draw its progress if this is a page."""
    if visitor is None:
        context = get_script_run_ctx()
        visitor = asked_by() or (context.session_id if context else "")
        slot = slot or st.empty()
    bar = TaskBar(slot) if slot else None
    try:
        with pool.asked(task, visitor) as pending:
            while not pending.wait(_POLL):
                if bar and pending.taken:
                    bar.draw(pending.progress.stage or "starting", pending.progress.share)
                elif bar:
                    bar.draw_waiting(pool.tasks_before(pending))
    except Exception:
        if slot:
            slot.empty()
        raise
    if slot:
        slot.empty()


@cache
def _pool(results: Path) -> WorkerPool:
    return WorkerPool(ResultStore(results))
