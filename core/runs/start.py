"""How a run begins: check the limits, create it, and queue it; a failure leaves nothing behind.

The only module that creates runs. Pages, the memory race and the command line all start theirs here. Leaves out: whose
turn it is (``run_queue.py``), and what the limits are (``retention.py``, ``memory_budget.py``, ``queue_limits.py``).
"""

import contextlib
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from core.errors import RunError
from core.news.news import News
from core.news.reading import GUESSED, Reading
from core.runs import locks, memory_budget, retention, run_queue, scheduler
from core.runs.guess import Guess, save_guess
from core.runs.run import ACTIVE, Run, ScoredFile
from core.runs.run_store import RunStore
from core.settings.run import RunSettings
from core.settings.training import RunOverrides


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingFile:
    """The news file that a run is trained on.

    Attributes:
        path: where it is stored; the run reads it again.
        name: what its owner calls it.
        fingerprint: SHA-256 of its bytes; a run refuses a file that has changed since.
        articles, categories: how many it holds, for the estimate of memory.
        reading: how it was read; the run reads it in the same way.
        test: the file that the run is scored on; None: on a part of this one.
    """

    path: Path
    name: str
    fingerprint: str
    articles: int
    categories: int
    reading: Reading = GUESSED
    test: ScoredFile | None = None

    @classmethod
    def of(cls, news: News, path: Path, test: ScoredFile | None = None) -> Self:
        return cls(
            path=path,
            name=news.name,
            fingerprint=news.fingerprint,
            articles=len(news.table),
            categories=news.table["category"].nunique(),
            reading=news.reading,
            test=test,
        )


class AlreadyAtWork(RunError):
    """The owner has a run at work; an owner has one at a time."""

    def __init__(self, run: Run) -> None:
        super().__init__(
            "Your memory race is running. Wait until it ends, or stop it on the Memory race page."
            if run.race
            else "One of your runs is training. Wait until it ends, or stop it on the Train page."
        )
        self.run = run


class CannotWrite(RunError):
    """The disk refuses a new run; ``__cause__`` has its own error."""

    def __init__(self) -> None:
        super().__init__(
            "The server cannot write the run to its disk. Try again later, or tell the person who runs the "
            "server."
        )


def at_work(store: RunStore, owner: str) -> Run | None:
    """The owner's run that trains or waits to; None when there is none."""
    return next((run for run in store.of_owner(owner) if run.status() in ACTIVE), None)


def start(
    store: RunStore,
    owner: str,
    settings: RunSettings,
    news: TrainingFile,
    *,
    guess: Guess | None = None,
    address: str = "",
) -> Run:
    """Start one run in a process of its own.

    Args:
        guess: what its owner expects of it, stored before it begins.
        address: where its owner comes from; empty where that is not known.

    Raises:
        AlreadyAtWork: the owner has a run at work.
        CannotWrite: the disk refuses the run.
        RunError: memory, disk or queue has no room for it, or the owner keeps as many runs as allowed.
    """
    with _created(store, owner, [settings], news, address=address) as (run,):
        if guess:
            save_guess(run, guess)
        scheduler.start(run)
    return run


def start_group(
    store: RunStore, owner: str, settings: Sequence[RunSettings], news: TrainingFile, *, address: str = ""
) -> list[Run]:
    """Start runs that belong together and train one after the other: all of them, or none.

    Raises:
        RunError: as for :func:`start`, for all runs together.
    """
    with _created(store, owner, settings, news, group=secrets.token_urlsafe(16), address=address) as runs:
        for run in runs:
            run_queue.enqueue(run)
        scheduler.advance(store)
    return runs


def start_here(store: RunStore, owner: str, settings: RunSettings, news: TrainingFile) -> Run:
    """Queue a run that this process trains itself, once :func:`scheduler.wait_for_turn` returns.

    Raises:
        RunError: as for :func:`start`.
    """
    with _created(store, owner, [settings], news) as (run,):
        run_queue.enqueue_here(run)
    return run


def go_on(run: Run, overrides: RunOverrides | None = None) -> None:
    """Let a run go on that is paused, interrupted or, with overrides, finished. An owner has one at a time, or a race.

    Raises:
        AlreadyAtWork: another run of the owner's is at work.
        RunError: it cannot go on, or the queue has no room.
    """
    store = RunStore(run.folder.parent)
    with locks.start_lock(store):
        busy = at_work(store, run.owner)
        if busy and busy.id != run.id and (run.race is None or busy.race != run.race):
            raise AlreadyAtWork(busy)
        if overrides is None:
            scheduler.start(run)
        else:
            scheduler.continue_run(run, overrides)


@contextmanager
def _created(
    store: RunStore,
    owner: str,
    settings: Sequence[RunSettings],
    news: TrainingFile,
    group: str | None = None,
    address: str = "",
) -> Iterator[list[Run]]:
    """Check the limits and create the runs; an exception in the block removes them again."""
    for each in settings:
        memory_budget.check_fits(each, news.articles, news.categories)
    runs: list[Run] = []
    try:
        with locks.start_lock(store):
            if busy := at_work(store, owner):
                raise AlreadyAtWork(busy)
            retention.make_room(store, owner, more=len(settings))
            try:
                for each in settings:
                    run = store.create(
                        each,
                        news=news.path,
                        news_name=news.name,
                        fingerprint=news.fingerprint,
                        owner=owner,
                        race=group,
                        articles=news.articles,
                        address=address,
                        reading=news.reading,
                        test=news.test,
                    )
                    runs.append(run)
                yield runs
            except BaseException:
                _roll_back(runs)
                raise
    except (OSError, sqlite3.Error) as error:
        raise CannotWrite from error


def _roll_back(runs: Iterable[Run]) -> None:
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
