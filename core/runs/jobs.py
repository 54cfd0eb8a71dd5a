"""Jobs: computations of seconds for a page, each in a process of its own; the result stays with the classifier.

:func:`request_job` starts ``python -m core.runs.jobs NAME FOLDER`` at low priority. One job computes at a time on a
machine; meanwhile pages answer, runs train, and the browser may be closed. ``NAME.state.json`` next to the artifact
(``insight/artifacts.py``) holds the process, its progress, or why it failed. Leaves out: the computations, see JOBS.
"""

import contextlib
import importlib
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Literal, cast

import filelock
import msgspec
import psutil

from core import logs, paths
from core.errors import AnalysisError, HeadlineLabError
from core.files import retry_while_locked, write_json
from core.insight import artifacts
from core.paths import ROOT
from core.runs import memory_budget
from core.runs.lease import process_start, same_process

Report = Callable[[str, float], None]  # the stage's name, and the share of it that is done
Status = Literal["missing", "waiting", "working", "done", "failed"]

# Each job's function: it takes the classifier's folder and a Report, and returns the artifact's arrays.
JOBS: dict[str, str] = {
    "held_out": "core.runs.news_jobs:held_out",
    "linear": "core.runs.news_jobs:linear",
    "order": "core.runs.news_jobs:order",
    "near_repeats": "core.runs.news_jobs:near_repeats",
    "folds": "core.runs.fold_training:compute",
    "map": "core.insight.word_map.computed_map:compute_artifact",
    "units": "core.insight.activations.top_activating:compute_artifact",
    "agreement": "core.runs.keras_parity:compute",
}
NOTE_SECONDS = 0.3  # seconds between two notes of progress
_log = logging.getLogger("core.runs.jobs")  # also when this module is the process's main one
# Kept so that an ended process is reaped when the next one starts, and does not stay a zombie.
_started: list[subprocess.Popen[bytes]] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A job's state: ``stage`` and ``share`` while it works, ``why`` when it failed."""

    status: Status
    stage: str = ""
    share: float = 0.0
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """``NAME.state.json``."""

    pid: int
    started: float
    stage: str = ""
    share: float = 0.0
    waiting: bool = True
    why: str = ""


def state(classifier: Path, name: str) -> State:
    """Return the state of the job ``name`` for the classifier in this folder."""
    if artifacts.artifact_path(classifier, name).exists():
        return State(status="done", share=1.0)
    note = _note(classifier, name)
    if note is None:
        return State(status="missing")
    if note.why:
        return State(status="failed", why=note.why)
    if not same_process(note.pid, note.started):
        # It may have finished since the first check.
        if artifacts.artifact_path(classifier, name).exists():
            return State(status="done", share=1.0)
        return State(status="failed", why="It was interrupted before it finished.")
    return State(status="waiting" if note.waiting else "working", stage=note.stage, share=note.share)


def request_job(classifier: Path, name: str) -> None:
    """Start the job, unless its artifact exists or it is at work; a failed job is tried again.

    Raises:
        AnalysisError: the disk cannot be written.
    """
    if name not in JOBS:
        raise ValueError(f"name must be one of {', '.join(JOBS)}, got {name!r}")
    _started[:] = [process for process in _started if process.poll() is None]
    try:
        (classifier / artifacts.FOLDER).mkdir(exist_ok=True)
        with _lock(classifier, name):
            if state(classifier, name).status in ("done", "waiting", "working"):
                return
            process = subprocess.Popen(
                [sys.executable, "-m", "core.runs.jobs", name, str(classifier)],
                cwd=ROOT,
                # Waiting threads sleep, and leave their core to the pages.
                env=os.environ | {"OMP_WAIT_POLICY": "PASSIVE"},
                stdin=subprocess.DEVNULL,
                start_new_session=os.name != "nt",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
            )
            _started.append(process)
            # The process waits for this lock, so it finds the note.
            started = process_start(psutil.Process(process.pid))
            _write(classifier, name, _Note(pid=process.pid, started=started))
    except OSError as error:
        raise AnalysisError(f"The server cannot write to its disk: {error.strerror}.") from error


def _lock(classifier: Path, name: str) -> filelock.FileLock:
    return filelock.FileLock(classifier / artifacts.FOLDER / f"{name}.lock")


def _note_file(classifier: Path, name: str) -> Path:
    return classifier / artifacts.FOLDER / f"{name}.state.json"


def _note(classifier: Path, name: str) -> _Note | None:
    try:
        return msgspec.json.decode(retry_while_locked(_note_file(classifier, name).read_bytes), type=_Note)
    except (FileNotFoundError, msgspec.MsgspecError):
        return None


def _write(classifier: Path, name: str, note: _Note) -> None:
    write_json(_note_file(classifier, name), asdict(note))


# --- The process ---


def main() -> None:
    """``python -m core.runs.jobs NAME FOLDER``."""
    name, classifier = sys.argv[1], Path(sys.argv[2])
    logs.log_to_stream()
    if hasattr(os, "nice"):
        os.nice(10)  # after the pages, and after the runs
    memory_budget.prefer_as_oom_victim()
    with _lock(classifier, name):
        pass  # whoever started this process has written the note
    note = _Note(pid=os.getpid(), started=process_start(psutil.Process()), stage="waiting for its turn")
    try:
        _update_note(classifier, name, note)
        with _turn():
            _compute(classifier, name, note)
    except Exception as error:
        expected = isinstance(error, HeadlineLabError)
        if not expected:
            _log.exception("job %s of %s", name, classifier.parent.name)
        why = (
            str(error)
            if expected
            else "It ended because of an error in the app. Details are in the server's log."
        )
        if isinstance(error, MemoryError):
            why = memory_budget.OUT_OF_MEMORY
        with contextlib.suppress(_Replaced):
            _update_note(classifier, name, replace(note, why=why))
        sys.exit(1)


class _Replaced(AnalysisError):
    """The weights that the job started on were replaced, and its note is gone with them."""

    def __init__(self) -> None:
        super().__init__("The network has learnt more since then. Start it again.")


def _update_note(classifier: Path, name: str, note: _Note) -> None:
    """Overwrite this process's note; a missing note means that the weights were replaced."""
    stored_note = _note(classifier, name)
    if stored_note is None or stored_note.pid != note.pid:
        raise _Replaced
    _write(classifier, name, note)


def _turn() -> filelock.FileLock:
    """Return the lock of the one job that may compute on this machine."""
    paths.runs().mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(paths.runs() / "studies.lock")


def _compute(classifier: Path, name: str, note: _Note) -> None:
    written_at, last_stage = -NOTE_SECONDS, ""

    def report(stage: str, share: float) -> None:
        nonlocal written_at, last_stage
        now = time.monotonic()
        # A long stage may report only its beginning.
        if stage != last_stage or now - written_at >= NOTE_SECONDS:
            written_at, last_stage = now, stage
            _update_note(classifier, name, replace(note, stage=stage, share=share, waiting=False))

    if artifacts.artifact_path(classifier, name).exists():  # another job has made it on its way
        _note_file(classifier, name).unlink(missing_ok=True)
        return
    weights = artifacts.weights_digest(classifier)
    report("starting", 0.0)
    arrays = _function(name)(classifier, report)
    with _lock(classifier, name):
        _update_note(classifier, name, note)
        artifacts.write(classifier, name, arrays, weights=weights)
        _note_file(classifier, name).unlink(missing_ok=True)


def _function(name: str) -> Callable[[Path, Report], artifacts.Arrays]:
    """The function that computes the job ``name``."""
    module, _, function = JOBS[name].partition(":")
    return cast(
        Callable[[Path, Report], artifacts.Arrays], getattr(importlib.import_module(module), function)
    )


def compute_here(classifier: Path, name: str, report: Report) -> None:
    """Compute the job ``name`` in this process, for a command line that waits, and store its artifact.

    Raises:
        HeadlineLabError: as the job's function; nothing is stored.
    """
    report("waiting for its turn", 0.0)
    with _turn():
        weights = artifacts.weights_digest(classifier)
        arrays = _function(name)(classifier, report)
        artifacts.write(classifier, name, arrays, weights=weights)


if __name__ == "__main__":
    main()
