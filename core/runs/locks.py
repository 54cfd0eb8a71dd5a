"""The two locks of a store, in its folder, so that all processes on it share them: the queue's and the start's.

A run's own lock is :meth:`Run.lock`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import filelock

from core.errors import RunError
from core.runs.run_store import RunStore

LOCK_SECONDS = 30.0  # longest wait for a lock, which is held for milliseconds


@contextmanager
def queue_lock(store: RunStore) -> Iterator[None]:
    """Hold the lock under which the queue is looked at and runs start, so that no run starts twice."""
    message = "The queue of runs does not answer. Try again, or tell whoever runs the server."
    with _locked(store, "queue.lock", message):
        yield


@contextmanager
def start_lock(store: RunStore) -> Iterator[None]:
    """Hold the lock under which limits are checked and runs created, so that two tabs or processes do not both pass."""
    message = "Another run is being started and does not come to its end. Try again, or tell whoever runs the server."
    with _locked(store, "start.lock", message):
        yield


@contextmanager
def _locked(store: RunStore, name: str, message: str) -> Iterator[None]:
    store.root.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(store.root / name, timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise RunError(message) from None
    try:
        yield
    finally:
        lock.release()
