"""A task: a computation described by a small value, so that another process can do it and its result can be kept.

Leaves out: which tasks there are (``news_tasks.py``), and where they are computed (``worker_pool.py``).
"""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

import msgspec

from core.paths import ROOT

Result = TypeVar("Result")
Report = Callable[[str, float], None]  # the stage's name, and the share of it that is done


class StoredFile(msgspec.Struct, frozen=True):
    """A file and the identity of its bytes, without reading them: its time of change in nanoseconds and its size."""

    path: str
    modified: int
    size: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Raises OSError where there is none."""
        status = path.stat()
        return cls(str(path.resolve()), status.st_mtime_ns, status.st_size)


class Need(Protocol):
    """How a task gets the result of another: computed, or taken from where it is kept."""

    def __call__(self, task: "Task[Result]", /) -> Result: ...


class Task(msgspec.Struct, Generic[Result], frozen=True, kw_only=True, tag=True, tag_field="task"):
    """A computation and its arguments. Equal tasks have equal results, in every process and after a restart.

    A field ``name``, what a visitor calls a file, is for error messages alone and no part of the key.

    Attributes:
        result_type: of the result, as ``result_files.py`` reads it.
    """

    result_type: ClassVar[Any]

    def compute(self, need: Need, report: Report) -> Result:
        """Compute the result. Raises HeadlineLabError for what the visitor can correct."""
        raise NotImplementedError

    def is_small(self, need: Need) -> bool:
        """Whether it takes a fraction of a second, so that the web server computes it by itself."""
        raise NotImplementedError

    def key(self) -> str:
        """64 hex digits that no other task has, nor the same task in another version of this program."""
        arguments = msgspec.json.encode(_without_names(msgspec.to_builtins(self)))
        return hashlib.sha256(_code_digest() + arguments).hexdigest()


def _without_names(task: dict[str, Any]) -> dict[str, Any]:
    return {
        field: _without_names(value) if isinstance(value, dict) else value
        for field, value in task.items()
        if field != "name"
    }


@cache
def _code_digest() -> bytes:
    """SHA-256 of the source of ``core``: a result is of the code that computed it."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "core").rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.digest()
