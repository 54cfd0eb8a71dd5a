"""A process of its own for each side of a comparison: its seconds, its highest memory, the object it prints last.

Leaves out: what is compared; the benchmarks beside it use this.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from core.paths import ROOT
from core.runs.run_store import RunStore
from core.settings.run import THREADS
from core.training.events import Event

LOOK = 0.05  # seconds between two looks at a process's memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A process that ended.

    Attributes:
        record: the JSON object on its last line.
        seconds: on the wall, from its start to its end; the interpreter and all imports are in it.
        peak_mb: the most memory that was resident at once.
        stopped: whether it was asked to end because its time was over.
    """

    record: dict[str, Any]
    seconds: float
    peak_mb: int
    stopped: bool


def watched(
    command: list[str], *, environment: dict[str, str] | None = None, limit: float = float("inf")
) -> Watched:
    """Run ``command`` in the repository; after ``limit`` seconds it is interrupted once, as by Ctrl-C.

    Raises:
        RuntimeError: it failed; the message is what it wrote to standard error.
    """
    began, peak, stopped = time.perf_counter(), 0, False
    with tempfile.TemporaryFile("w+") as said, tempfile.TemporaryFile("w+") as complained:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
        )
        try:
            while process.poll() is None:
                peak = max(peak, _resident(process.pid))
                if not stopped and time.perf_counter() - began > limit:
                    stopped = True
                    process.send_signal(signal.SIGINT)
                time.sleep(LOOK)
        finally:  # whoever ends the benchmark ends the process as well
            process.kill()
        seconds = time.perf_counter() - began
        said.seek(0)
        complained.seek(0)
        if process.returncode:
            raise RuntimeError(f"{' '.join(command[1:])} failed:\n{complained.read()[-2000:]}")
        record = json.loads(said.read().splitlines()[-1])
    return Watched(record=record, seconds=round(seconds, 2), peak_mb=round(peak / 1e6), stopped=stopped)


def _resident(pid: int) -> int:
    """Bytes: on Linux the most so far, which the system keeps; elsewhere those of the moment."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        return 1024 * int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
    except (OSError, StopIteration):
        pass
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:  # it has just ended
        return 0


def train(
    file: Path, preset: str, *, sample: int = 0, limit: float = float("inf"), options: Sequence[str] = ()
) -> tuple[Watched, list[Event]]:
    """``python -m core train`` with storage of its own, and the events of the run's log."""
    with tempfile.TemporaryDirectory() as storage:
        asked = [
            "train",
            str(file.resolve()),
            "--preset",
            preset,
            "--sample",
            str(sample),
            *options,
            "--json",
        ]
        done = watched(
            [sys.executable, "-m", "core", *asked],
            environment={"HEADLINE_LAB_STORAGE": storage},
            limit=limit,
        )
        folder = Path(done.record["run"])
        return done, RunStore(folder.parent).open(folder.name).events()[0]


def only(events: list[Event], kind: type) -> Any:
    """The first event of a kind, which a whole run has."""
    return next(event for event in events if isinstance(event, kind))


def as_worker() -> None:
    """Set TensorFlow as ``core/runs/worker.py`` does before a run; call it before TensorFlow is imported."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
    os.environ.setdefault("TF_NUM_INTRAOP_THREADS", str(THREADS))
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", str(THREADS))
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()
