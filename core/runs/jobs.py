"""What takes seconds and is asked for on a page: found out in a process of its own, and kept with the classifier.

``python -m core.runs.jobs NAME FOLDER`` is what :func:`ask` starts, at low priority, one after the other on a machine:
pages answer and runs train meanwhile, and the browser may be closed. Beside the result
(``insight/artifacts.py``) stands
``NAME.state.json``: the process, how far it is, or why it failed. Leaves out: what is computed, see STUDIES.
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

# Where each is computed: a function of the classifier's folder and a Report that returns the study's arrays.
STUDIES: dict[str, str] = {
    "held_out": "core.runs.news_jobs:held_out",
    "linear": "core.runs.news_jobs:linear",
    "order": "core.runs.news_jobs:order",
    "map": "core.insight.word_map.word_map:study",
    "units": "core.insight.activations.top_activating:study",
    "agreement": "core.runs.keras_parity:study",
}
SAY = 0.3  # seconds between two notes of how far it is
_log = logging.getLogger("core.runs.jobs")  # also when this module is the process's main one
_started: list[subprocess.Popen[bytes]] = []  # kept so that one that ended is reaped when the next one starts


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How a study fares; ``stage`` and ``share`` while it is at work, ``why`` when it failed."""

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
    """How the study ``name`` of the classifier in this folder fares."""
    if artifacts.artifact_path(classifier, name).exists():
        return State(status="done", share=1.0)
    note = _note(classifier, name)
    if note is None:
        return State(status="missing")
    if note.why:
        return State(status="failed", why=note.why)
    if not same_process(note.pid, note.started):
        # It may have ended between the two looks.
        if artifacts.artifact_path(classifier, name).exists():
            return State(status="done", share=1.0)
        return State(status="failed", why="It was interrupted before it was done.")
    return State(status="waiting" if note.waiting else "working", stage=note.stage, share=note.share)


def ask(classifier: Path, name: str) -> None:
    """Have the study made, unless it is there or at work; one that failed is tried again.

    Raises:
        AnalysisError: the disk does not take it.
    """
    if name not in STUDIES:
        raise ValueError(f"name must be one of {', '.join(STUDIES)}, got {name!r}")
    _started[:] = [process for process in _started if process.poll() is None]
    try:
        (classifier / artifacts.FOLDER).mkdir(exist_ok=True)
        with _lock(classifier, name):
            if state(classifier, name).status in ("done", "waiting", "working"):
                return
            process = subprocess.Popen(
                [sys.executable, "-m", "core.runs.jobs", name, str(classifier)],
                cwd=ROOT,
                # Threads that wait for one another sleep, and leave their core to the pages.
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
    memory_budget.offer_first()
    with _lock(classifier, name):
        pass  # whoever started this process has written the note
    note = _Note(pid=os.getpid(), started=process_start(psutil.Process()), stage="waiting for its turn")
    try:
        _tell(classifier, name, note)
        with _turn():
            _make(classifier, name, note)
    except Exception as error:
        ours = isinstance(error, HeadlineLabError)
        if not ours:
            _log.exception("study %s of %s", name, classifier.parent.name)
        why = str(error) if ours else "It ended by a fault of ours; the server's log has it."
        if isinstance(error, MemoryError):
            why = memory_budget.TOO_LITTLE
        with contextlib.suppress(_Replaced):
            _tell(classifier, name, replace(note, why=why))
        sys.exit(1)


class _Replaced(AnalysisError):
    """Other weights have taken the place of those that the study is of, and its note is gone with them."""

    def __init__(self) -> None:
        super().__init__("The network has learnt on meanwhile. Ask again.")


def _tell(classifier: Path, name: str, note: _Note) -> None:
    """Write this process's note over its last one; where that is gone, so are the weights."""
    there = _note(classifier, name)
    if there is None or there.pid != note.pid:
        raise _Replaced
    _write(classifier, name, note)


def _turn() -> filelock.FileLock:
    """Held by the one study that is at work on this machine."""
    paths.runs().mkdir(parents=True, exist_ok=True)
    return filelock.FileLock(paths.runs() / "studies.lock")


def _make(classifier: Path, name: str, note: _Note) -> None:
    said, last = -SAY, ""

    def report(stage: str, share: float) -> None:
        nonlocal said, last
        now = time.monotonic()
        if stage != last or now - said >= SAY:  # a stage that takes long may tell no more than its beginning
            said, last = now, stage
            _tell(classifier, name, replace(note, stage=stage, share=share, waiting=False))

    if artifacts.artifact_path(classifier, name).exists():  # another study has made it on its way
        _note_file(classifier, name).unlink(missing_ok=True)
        return
    weights = artifacts.weights_digest(classifier)
    report("starting", 0.0)
    module, _, function = STUDIES[name].partition(":")
    compute = cast(
        Callable[[Path, Report], artifacts.Arrays], getattr(importlib.import_module(module), function)
    )
    arrays = compute(classifier, report)
    with _lock(classifier, name):
        _tell(classifier, name, note)
        artifacts.write(classifier, name, arrays, weights=weights)
        _note_file(classifier, name).unlink(missing_ok=True)


if __name__ == "__main__":
    main()
