"""Room on the disk: what one visitor may keep, and what goes when nobody has used it for a while.

Only checkpoints of finished runs are removed without asking. When room is short, a new run is refused with a sentence
until the visitor removes an old one. What has not changed for long is removed by the person who runs the server:
``python -m core clean``.
"""

import contextlib
import json
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from core import paths
from core.errors import RunError
from core.runs.run import ACTIVE, Run
from core.runs.run_store import RunStore

RUNS = 20  # of one visitor
BYTES = 4 * 2**30  # of one visitor's runs
FREE_BYTES = 2**30  # left on the disk before a run may begin
DAY = 24 * 3600.0


class NoRoom(RunError):
    """The owner keeps as many runs as allowed, or the disk is nearly full."""


def make_room(store: RunStore, owner: str, *, more: int = 1) -> None:
    """Check that the owner may begin ``more`` runs; where room is short, remove checkpoints of finished ones.

    Raises:
        NoRoom: the owner keeps as many as allowed, or the server's disk is nearly full.
    """
    runs = store.of_owner(owner)
    if len(runs) >= RUNS:
        raise NoRoom(
            f"You have {len(runs)} runs, the most that one visitor may keep. Remove one that you no longer "
            "need."
        )
    if (too_many := len(runs) + more - RUNS) > 0:
        raise NoRoom(
            f"You have {len(runs)} of the {RUNS} runs that one visitor may keep, and you need {more} more. "
            f"Remove {too_many} that you no longer need."
        )
    sizes = {run.id: run.disk_bytes() for run in runs}
    for run in reversed(runs):  # the oldest first
        if sum(sizes.values()) <= BYTES // 2:
            break
        if run.status() == "finished":
            _forget_checkpoints(run)
            sizes[run.id] = run.disk_bytes()
    if (total := sum(sizes.values())) > BYTES:
        raise NoRoom(
            f"Your runs take {total / 2**30:.1f} GB on the server's disk, more than the {BYTES / 2**30:g} that one "
            "visitor may. Remove one that you no longer need."
        )
    store.root.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(store.root).free < FREE_BYTES:
        raise NoRoom(
            "The server's disk is nearly full, so no run can begin. Tell the person who runs the server."
        )


def _forget_checkpoints(run: Run) -> None:
    with run.lock():
        if not (run.queue_entry() or run.alive()):  # else more epochs were just asked for
            run.checkpoints.remove()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What was removed, or would be: the count of each kind, and the bytes of all."""

    runs: int = 0
    uploads: int = 0
    visitors: int = 0
    classifiers: int = 0
    leftovers: int = 0
    bytes: int = 0


def clean(days: float, *, remove: bool = True) -> Cleaned:
    """Remove what has not changed for so many days, except runs at work and the files that remaining runs read.

    Args:
        remove: False: only count.
    """
    before = time.time() - days * DAY
    store = RunStore(paths.runs())
    expired_runs: list[Run] = []
    kept_runs: list[Run] = []
    for run in store.all():
        expired = run.status() not in ACTIVE and last_change(run.folder) < before
        (expired_runs if expired else kept_runs).append(run)
    expired_visitors = _unchanged(paths.visitors(), before)
    in_use = folders_in_use(
        kept_runs, [visitor for visitor in _inside(paths.visitors()) if visitor not in expired_visitors]
    )
    expired_paths = {
        "visitors": expired_visitors,
        "uploads": [
            path
            for folder in (paths.uploads(), paths.word_vectors())
            for path in _unchanged(folder, before)
            if path.resolve() not in in_use
        ],
        "classifiers": [path for folder in _inside(paths.imported()) for path in _unchanged(folder, before)],
        # Results can be computed again at any time.
        "leftovers": [*_leftovers(before), *_unchanged(paths.results(), before)],
    }
    every_path = [path for group in expired_paths.values() for path in group]
    size = sum(folder_bytes(path) for path in (*(run.folder for run in expired_runs), *every_path))
    if remove:
        for run in expired_runs:
            store.remove(run)
        for path in every_path:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
    counts = {kind: len(group) for kind, group in expired_paths.items()}
    return Cleaned(runs=len(expired_runs), bytes=size, **counts)


def folders_in_use(runs: Iterable[Run], visitors: Iterable[Path]) -> set[Path]:
    """Return the folders of uploads that the runs read, and that the visitors of these files have chosen."""
    return {folder for run in runs for folder in _files_of_run(run)}.union(*map(_files_of_visitor, visitors))


def _files_of_run(run: Run) -> set[Path]:
    """Return the folders of the news file, the test file and the word vectors that a run reads."""
    folders = {run.news.parent.resolve()}
    if run.test:
        folders.add(Path(run.test.path).parent.resolve())
    if run.settings.vectors:
        folders.add((paths.word_vectors() / run.settings.vectors.fingerprint).resolve())
    return folders


def _files_of_visitor(visitor: Path) -> set[Path]:
    """Return the folders of the news file and of the word vectors that a visitor has chosen."""
    folders: set[Path] = set()
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # none chosen, or a damaged file
        record = json.loads(visitor.read_bytes())
        if record["news"]:
            folders.add(Path(record["news"]["path"]).parent.resolve())
        if vectors := record["settings"]["vectors"]:
            folders.add((paths.word_vectors() / vectors["fingerprint"]).resolve())
    return folders


def _leftovers(before: float) -> list[Path]:
    """Return temporary files of killed processes, older than a day and unchanged since ``before``.

    No process writes one file for longer than a day.
    """
    yesterday = min(before, time.time() - DAY)
    folders = (
        paths.runs(),
        paths.uploads(),
        paths.word_vectors(),
        paths.visitors(),
        paths.results(),
        *_inside(paths.imported()),
    )
    return [
        path
        for folder in folders
        if folder.exists()
        for path in folder.glob(".*")
        if last_change(path) < yesterday and path.suffix != ".lock"
    ]


def _unchanged(folder: Path, before: float) -> list[Path]:
    """Return the entries of a folder that were last written before a time, in seconds since 1970."""
    return [path for path in _inside(folder) if last_change(path) < before]


def _inside(folder: Path) -> Iterator[Path]:
    """Iterate over a folder's entries without temporary files; over nothing when it does not exist."""
    return (
        (path for path in sorted(folder.iterdir()) if not path.name.startswith("."))
        if folder.exists()
        else iter(())
    )


def last_change(path: Path) -> float:
    """Return when the path, or a file directly in it, was last written, in seconds since 1970."""
    times = [path.stat().st_mtime]
    if path.is_dir():
        times += [file.stat().st_mtime for file in path.iterdir()]
    return max(times)


def folder_bytes(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return sum(file.stat().st_size for file in path.rglob("*")) if path.is_dir() else path.stat().st_size
