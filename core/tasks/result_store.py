"""The results of tasks on the disk, a folder for each task's key; the least recently used go when there are too many.

Processes on the same storage share them. A result can be computed again at any time, so one that is damaged is removed.
"""

import contextlib
import errno
import logging
import os
import shutil
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from core.errors import TaskError
from core.tasks import result_files
from core.tasks.task import Report, Result, Task

MOST_BYTES = 2 * 2**30
MOST_RESULTS = 2_000  # each keystroke in a large network leaves a small one
FREE_BYTES = 2**29  # left on the disk
_STALE = 3600.0  # seconds; an older unfinished result is that of a process which was killed
_log = logging.getLogger(__name__)


class ResultStore:
    """Results below ``root``: so many and so many bytes at most, fewer while the disk has no ``free_bytes`` left."""

    def __init__(
        self,
        root: Path,
        *,
        most_bytes: int = MOST_BYTES,
        most_results: int = MOST_RESULTS,
        free_bytes: int = FREE_BYTES,
    ) -> None:
        self.root = root
        self.most_bytes = most_bytes
        self.most_results = most_results
        self.free_bytes = free_bytes

    def has(self, task: Task[Any]) -> bool:
        """Whether a result of the task is there; it may turn out to be damaged."""
        return (self.root / task.key()).is_dir()

    def load(self, task: Task[Result]) -> Result:
        """Read a task's result.

        Raises:
            LookupError: there is none.
        """
        folder = self.root / task.key()
        try:
            result: Result = result_files.read(folder, task.result_type)
        except (OSError, ValueError) as error:
            if folder.is_dir():
                _log.warning("A result of %s is removed: %s", type(task).__name__, error)
                self._remove(folder)
            raise LookupError from None
        with contextlib.suppress(OSError):  # read-only, or removed meanwhile: what is mapped stays
            os.utime(folder)
        return result

    def compute(self, task: Task[Result], report: Report) -> Result:
        """Return a task's result; compute and keep it where there is none.

        Raises:
            TaskError: the disk has no room for it.
            HeadlineLabError: as the task.
        """
        try:
            return self.load(task)
        except LookupError:
            result = task.compute(partial(self.compute, report=report), report)
        try:
            self._keep(task, result)
        except OSError as error:
            reason = "is full" if error.errno == errno.ENOSPC else "cannot be written"
            raise TaskError(
                f"The server's disk {reason}, so this cannot be computed. Tell the person who runs the "
                "server."
            ) from error
        return result

    def remove_unfinished(self, pid: int) -> None:
        """Remove what the process ``pid``, which has ended, was about to keep."""
        for folder in self.root.glob(f".{pid}-*"):
            shutil.rmtree(folder, ignore_errors=True)

    def _keep(self, task: Task[Result], result: Result) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(prefix=f".{os.getpid()}-", dir=self.root))
        try:
            result_files.write(unfinished, result)
            try:
                unfinished.rename(self.root / task.key())
            except OSError:
                if not (self.root / task.key()).is_dir():  # else another process was faster
                    raise
        finally:
            shutil.rmtree(unfinished, ignore_errors=True)
        self._remove_least_recently_used(kept=self.root / task.key())

    def _remove(self, folder: Path) -> None:
        """Remove a result: renamed first, for a process that is killed meanwhile would leave half of it."""
        unwanted = self.root / f".{os.getpid()}-{folder.name}"
        with contextlib.suppress(OSError):  # another process removes it too, or has it open under Windows
            folder.rename(unwanted)
            shutil.rmtree(unwanted, ignore_errors=True)

    def _remove_least_recently_used(self, kept: Path) -> None:
        results: list[tuple[float, int, Path]] = []  # used, bytes, folder
        for folder in self.root.iterdir():
            with contextlib.suppress(FileNotFoundError):  # another process removes it too
                used, size = folder.stat().st_mtime, sum(file.stat().st_size for file in folder.iterdir())
                if not folder.name.startswith("."):
                    results.append((used, size, folder))
                elif used < time.time() - _STALE:
                    shutil.rmtree(folder, ignore_errors=True)
        total, count = sum(size for _, size, _ in results), len(results)
        for _, size, folder in sorted(results):
            few = total <= self.most_bytes and count <= self.most_results
            if few and shutil.disk_usage(self.root).free >= self.free_bytes:
                break
            if folder != kept:
                self._remove(folder)
                total, count = total - size, count - 1
