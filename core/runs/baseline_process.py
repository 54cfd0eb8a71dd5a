"""A run's baselines: the linear model in a process of its own, which ends before TensorFlow is loaded.

In a process, because Stop ends that at once, in the middle of a fit, and because its memory is given back when it
ends. Before the training and not beside it: on 180,768 articles both together hold 1.7 GB, one after the other stay
below 1.5; each has its core to itself, so that the times of both can be compared; and the line stands on the chart
before the curves climb to it. The price is that they begin later.

The texts go to the process through its standard input, so nothing is left on disk, and that the pipe closes tells it
that its run is gone. Leaves out: what is computed (``training/baselines.py``).
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

POLL_SECONDS = 0.1  # seconds between two looks at whether the linear model is done
REPORT_SECONDS = 1.0  # seconds between two reports that it is not
_log = logging.getLogger(__name__)


class Baselines:
    """The baselines of one run that were asked for and not told yet. Leaving the ``with`` ends their process."""

    def __init__(self, run: Run, tell: Callable[[Event], None]) -> None:
        self._run, self._tell = run, tell
        self._done: list[Baseline] = []  # computed, not told
        self._process: subprocess.Popen[bytes] | None = None
        self.waited = 0.0  # seconds that the run stood still for them

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def start(self, texts: Sequence[str], drawn: SplitArticles) -> None:
        """Begin with what is asked for; what an earlier process of the run has told already is not done again.

        Args:
            texts: the run's cleaned texts; kept until the process has read them.
        """
        if not self._run.settings.baselines:
            return
        told = {event.name for event in self._run.events()[0] if isinstance(event, Baseline)}
        if "majority" not in told:
            self._done.append(majority_class(drawn.y, drawn.split))
        if "linear" in told:
            return
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        order = {
            "texts": texts,
            "y": drawn.y.tolist(),
            "training": drawn.split.training.tolist(),
            "validation": drawn.split.validation.tolist(),
            "test": drawn.split.test.tolist(),
            "seed": self._run.settings.training.seed,
        }
        # In a thread: the process reads it once its libraries are loaded, and the run does not wait for that.
        threading.Thread(target=_hand_over, args=(order, self._process.stdin), daemon=True).start()

    def wait(self, report: Callable[[str, float], None]) -> None:
        """Until all are told, or the run is to stop.

        Args:
            report: called with the stage's name and 0 at the beginning and about once a second.
        """
        started, said = time.monotonic(), -REPORT_SECONDS
        self._look()
        while self._process:
            self.waited = time.monotonic() - started
            if self.waited - said >= REPORT_SECONDS:
                report(LINEAR_MODEL_STAGE, 0.0)
                said = self.waited
            time.sleep(POLL_SECONDS)
            self._look()

    def _look(self) -> None:
        """Tell what is done, and end the process when the run is to stop."""
        process = self._process
        if process and process.poll() is not None:
            self._process = None
            self._done += _read(process, self._run)
        while self._done:
            self._tell(self._done.pop(0))
        if self._process and self._run.stop_requested():
            self._end()

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            _close(self._process)
            self._process = None


def _hand_over(order: dict[str, Any], stream: IO[bytes]) -> None:
    """Write the order as one line, and leave the pipe open."""
    with contextlib.suppress(OSError, ValueError):  # the process was ended, the pipe closed
        stream.write(json.dumps(order).encode() + b"\n")
        stream.flush()


def _read(process: subprocess.Popen[bytes], run: Run) -> list[Baseline]:
    """What the ended process printed: one baseline, or none when it failed, which fails no run."""
    answer = process.stdout.read() if process.stdout else b""
    _close(process)
    try:
        baseline = from_json(json.loads(answer))
    except ValueError:
        _log.warning("run %s: its linear model ended with %s and no score", run.id, process.returncode)
        return []
    return [baseline] if isinstance(baseline, Baseline) else []


def _close(process: subprocess.Popen[bytes]) -> None:
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream:
            with contextlib.suppress(OSError):  # what was not written yet finds no reader
                stream.close()


def main() -> None:
    """``python -m core.runs.baseline_process``: an order on standard input, a baseline on standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the run's, which ends this process
    order = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_leave_with_the_run, daemon=True).start()
    parts = Split(**{name: np.array(order[name]) for name in ("training", "validation", "test")})
    baseline = linear_model(order["texts"], np.array(order["y"]), parts, seed=order["seed"])
    print(json.dumps(to_json(baseline)), flush=True)


def _leave_with_the_run() -> None:
    """End this process once the other end of standard input is closed, as it is when the run is killed."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os._exit(1)


if __name__ == "__main__":
    main()
