"""Locks in the folder that they guard, so that all processes on it share them: a store's queue and start, and quotas.

A run's own lock is :meth:`Run.lock`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from core.errors import HeadlineLabError, RunError
from core.runs.run_store import RunStore

LOCK_SECONDS = 30.0  # longest wait for a lock, which is held for milliseconds


@contextmanager
def queue_lock(store: RunStore) -> Iterator[None]:
    """Hold the lock under which the queue is looked at and runs start, so that no run starts twice."""
    message = "The queue of runs does not answer. Try again, or tell the person who runs the server."
    with _locked(store.root / "queue.lock", RunError(message)):
        yield


@contextmanager
def start_lock(store: RunStore) -> Iterator[None]:
    """Hold the lock under which limits are checked and runs created, so that two tabs or processes do not both pass."""
    message = (
        "Another run is being started and does not finish. Try again, or tell the person who runs the server."
    )
    with _locked(store.root / "start.lock", RunError(message)):
        yield


@contextmanager
def quota_lock(folder: Path, error: type[HeadlineLabError]) -> Iterator[None]:
    """Hold the lock under which it is checked whether ``folder`` has room, and the room is taken.

    Raises:
        ``error``: somebody else holds it for too long.
    """
    with _locked(folder / ".quota.lock", error("Others are uploading right now. Try again in a minute.")):
        yield


@contextmanager
def _locked(file: Path, error: HeadlineLabError) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(file, timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise error from None
    try:
        yield
    finally:
        lock.release()
