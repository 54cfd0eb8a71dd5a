"""Room on the disk: what one visitor may keep, and what goes when nobody has used it for a while.

Nothing of a visitor's is removed behind his back but checkpoints of runs that have finished: a new run is refused
with a sentence until he has removed an old one himself. What has not changed for long goes when the person who runs
the server says so: ``python -m core clean``.
"""

import contextlib
import json
import shutil
import time
from collections.abc import Iterator
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
    """See that the owner may begin ``more`` runs; where room is short, finished ones give their checkpoints' back.

    Raises:
        NoRoom: the owner keeps as many as allowed, or the server's disk is nearly full.
    """
    runs = store.of_owner(owner)
    if len(runs) >= RUNS:
        raise NoRoom(
            f"You keep {len(runs)} runs, as many as one visitor may. Remove one that you no longer need."
        )
    if (too_many := len(runs) + more - RUNS) > 0:
        raise NoRoom(
            f"You keep {len(runs)} runs of the {RUNS} that one visitor may, and {more} more are wanted. "
            f"Remove {too_many} that you no longer need."
        )
    taken = {run.id: run.disk_bytes() for run in runs}
    for run in reversed(runs):  # the oldest first
        if sum(taken.values()) <= BYTES // 2:
            break
        if run.status() == "finished":
            _forget_checkpoints(run)
            taken[run.id] = run.disk_bytes()
    if (whole := sum(taken.values())) > BYTES:
        raise NoRoom(
            f"Your runs take {whole / 2**30:.1f} GB on the server's disk, more than the {BYTES / 2**30:g} that one "
            "visitor may. Remove one that you no longer need."
        )
    store.root.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(store.root).free < FREE_BYTES:
        raise NoRoom("The server's disk is nearly full, so no run can begin. Tell whoever runs the server.")


def _forget_checkpoints(run: Run) -> None:
    with run.lock():
        if not (run.queued() or run.alive()):  # else somebody has just asked for more epochs
            run.checkpoints.remove()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What was removed, or would be: how many of each, and the bytes of all."""

    runs: int = 0
    uploads: int = 0
    visitors: int = 0
    classifiers: int = 0
    leftovers: int = 0
    bytes: int = 0


def clean(days: float, *, remove: bool = True) -> Cleaned:
    """Remove what has not changed for so many days; runs at work, and what the runs that stay read, stay.

    Args:
        remove: False: only count.
    """
    before = time.time() - days * DAY
    store = RunStore(paths.runs())
    found: dict[str, list[Path]] = {
        "runs": [],
        "uploads": [],
        "visitors": [],
        "classifiers": [],
        "leftovers": [],
    }
    kept: set[Path] = set()  # news and word vectors that runs which stay were started on
    old: list[Run] = []
    for run in store.all():
        if run.status() not in ACTIVE and _last_change(run.folder) < before:
            old.append(run)
            continue
        kept.add(run.news.parent.resolve())
        if run.settings.vectors:
            kept.add((paths.word_vectors() / run.settings.vectors.fingerprint).resolve())
    found["runs"] = [run.folder for run in old]
    found["visitors"] = [one for one in _inside(paths.visitors()) if _last_change(one) < before]
    for one in _inside(paths.visitors()):
        kept |= _chosen(one) if one not in found["visitors"] else set()
    for shelf in (paths.uploads(), paths.word_vectors()):
        found["uploads"] += [
            one for one in _inside(shelf) if one.resolve() not in kept and _last_change(one) < before
        ]
    for home in _inside(paths.imported()):
        found["classifiers"] += [one for one in _inside(home) if _last_change(one) < before]
    # Of processes that were killed in the middle: a day is longer than any of them takes.
    yesterday = min(before, time.time() - DAY)
    found["leftovers"] = [
        one
        for folder in (
            paths.runs(),
            paths.uploads(),
            paths.word_vectors(),
            paths.visitors(),
            *_inside(paths.imported()),
        )
        for one in (folder.glob(".*") if folder.exists() else ())
        if _last_change(one) < yesterday
    ]
    size = sum(_size(one) for paths in found.values() for one in paths)
    if remove:
        for run in old:
            store.remove(run)
        for kind in ("uploads", "visitors", "classifiers", "leftovers"):
            for one in found[kind]:
                shutil.rmtree(one, ignore_errors=True) if one.is_dir() else one.unlink(missing_ok=True)
    return Cleaned(bytes=size, **{kind: len(paths) for kind, paths in found.items()})


def _chosen(visitor: Path) -> set[Path]:
    """The folders of the file and of the word vectors that a visitor has chosen."""
    found: set[Path] = set()
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError):  # none chosen, or a damaged file
        record = json.loads(visitor.read_bytes())
        if record["news"]:
            found.add(Path(record["news"]["path"]).parent.resolve())
        if vectors := record["settings"]["vectors"]:
            found.add((paths.word_vectors() / vectors["fingerprint"]).resolve())
    return found


def _inside(folder: Path) -> Iterator[Path]:
    """What stands in a folder, temporary files apart; nothing when there is none."""
    return (
        (one for one in sorted(folder.iterdir()) if not one.name.startswith("."))
        if folder.exists()
        else iter(())
    )


def _last_change(path: Path) -> float:
    """When it was last written to, the files in it included; in seconds since 1970."""
    times = [path.stat().st_mtime]
    if path.is_dir():
        times += [one.stat().st_mtime for one in path.iterdir()]
    return max(times)


def _size(path: Path) -> int:
    return sum(one.stat().st_size for one in path.rglob("*")) if path.is_dir() else path.stat().st_size
