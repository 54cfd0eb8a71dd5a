"""A run's baselines: the linear model in a process of its own, which ends before TensorFlow is loaded.

A process, because Stop can kill it in the middle of a fit, and because it frees its memory when it ends. Before the
training and not in parallel: on 180,768 articles both together take 1.7 GB, one after the other less than 1.5; each has
its core to itself, so their times are comparable; and the line is on the chart before the curves. The price: training
begins later.

The texts go to the process through its standard input, so nothing is left on disk. When the run dies the pipe closes,
and the process ends. Leaves out: what is computed (``training/baselines.py``).
"""

import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import IO, Any, Self

import numpy as np

from core.paths import ROOT
from core.runs.run import LINEAR_MODEL_STAGE, Run
from core.training.baselines import linear_model, majority_class
from core.training.batches import Split
from core.training.events import Baseline, Event, from_json, to_json
from core.training.preparation import SplitArticles

POLL_SECONDS = 0.1  # between two checks whether the linear model is done
REPORT_SECONDS = 1.0  # between two reports while it is not
_log = logging.getLogger(__name__)


class Baselines:
    """The baselines of one run that its log lacks. Leaving the ``with`` block kills their process."""

    def __init__(self, run: Run, emit: Callable[[Event], None]) -> None:
        self._run, self._emit = run, emit
        self._done: list[Baseline] = []  # computed, not emitted yet
        self._process: subprocess.Popen[bytes] | None = None
        self.waited = 0.0  # seconds that the run waited for them

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def start(self, texts: Sequence[str], articles: SplitArticles) -> None:
        """Start the baselines that the settings ask for, except those that an earlier attempt has emitted.

        Args:
            texts: the run's cleaned texts; referenced until the process has read them.
        """
        if not self._run.settings.baselines:
            return
        emitted = {event.name for event in self._run.events()[0] if isinstance(event, Baseline)}
        if "majority" not in emitted:
            self._done.append(majority_class(articles.y, articles.split))
        if "linear" in emitted:
            return
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        request = {
            "texts": texts,
            "y": articles.y.tolist(),
            "training": articles.split.training.tolist(),
            "validation": articles.split.validation.tolist(),
            "test": articles.split.test.tolist(),
            "seed": self._run.settings.training.seed,
        }
        # In a thread: the process reads it once its libraries are loaded, and the run does not wait for that.
        threading.Thread(target=_write_request, args=(request, self._process.stdin), daemon=True).start()

    def wait(self, report: Callable[[str, float], None]) -> None:
        """Wait until all are emitted, or the run is asked to stop.

        Args:
            report: called with the stage's name and 0, first at once, then about once a second.
        """
        started, reported_at = time.monotonic(), -REPORT_SECONDS
        self._poll()
        while self._process:
            self.waited = time.monotonic() - started
            if self.waited - reported_at >= REPORT_SECONDS:
                report(LINEAR_MODEL_STAGE, 0.0)
                reported_at = self.waited
            time.sleep(POLL_SECONDS)
            self._poll()

    def _poll(self) -> None:
        """Emit finished baselines, and kill the process when the run is asked to stop."""
        process = self._process
        if process and process.poll() is not None:
            self._process = None
            self._done += _read(process, self._run)
        while self._done:
            self._emit(self._done.pop(0))
        if self._process and self._run.stop_requested():
            self._end()

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            _close(self._process)
            self._process = None


def _write_request(request: dict[str, Any], stream: IO[bytes]) -> None:
    """Write the request as one line, and leave the pipe open."""
    with contextlib.suppress(OSError, ValueError):  # the process was ended, the pipe closed
        stream.write(json.dumps(request).encode() + b"\n")
        stream.flush()


def _read(process: subprocess.Popen[bytes], run: Run) -> list[Baseline]:
    """Return the baseline that the ended process printed; none when it failed, which does not fail the run."""
    output = process.stdout.read() if process.stdout else b""
    _close(process)
    try:
        baseline = from_json(json.loads(output))
    except ValueError:
        _log.warning("run %s: its linear model ended with %s and no score", run.id, process.returncode)
        return []
    return [baseline] if isinstance(baseline, Baseline) else []


def _close(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            with contextlib.suppress(OSError):  # unwritten data has no reader
                stream.close()


def main() -> None:
    """``python -m core.runs.baseline_process``: a request on standard input, a baseline on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the run handles Ctrl-C and ends this process
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_exit_with_run, daemon=True).start()
    parts = Split(**{name: np.array(request[name]) for name in ("training", "validation", "test")})
    baseline = linear_model(request["texts"], np.array(request["y"]), parts, seed=request["seed"])
    print(json.dumps(to_json(baseline)), flush=True)


def _exit_with_run() -> None:
    """Exit when the other end of standard input closes, as it does when the run is killed."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
