"""Another server on the same storage: a process that starts a run or looks at the queue, and says how far it is.

``python -m tests.runs.other_server start NEWS`` or ``... advance``. It prints "waiting" when another process holds the
lock, "inside" when it holds the lock itself and has checked what is free, and goes on at a line of its input; then the
outcome. It ends when its input does.
"""

import logging
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from core import paths
from core.errors import RunError
from core.news.news import read_news
from core.paths import ROOT
from core.runs import launcher, retention, scheduler, start
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS


class OtherServer:
    """The process, as the test sees it."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "tests.runs.other_server", *arguments]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # ends its input, and so the process

    def says(self) -> str:
        """The next line that it prints; empty when it has ended."""
        assert self._process.stdout
        return self._process.stdout.readline().strip()

    def go_on(self) -> None:
        assert self._process.stdin
        self._process.stdin.write("\n")
        self._process.stdin.flush()


def _say(word: str) -> None:
    print(word, flush=True)


def _pausing(call: Callable[..., Any]) -> Callable[..., Any]:
    def paused(*arguments: Any, **options: Any) -> Any:
        _say("inside")
        sys.stdin.readline()
        return call(*arguments, **options)

    return paused


class _SayWaiting(logging.Handler):
    """Say "waiting" once: filelock logs that it finds a lock taken before it tries again."""

    said = False

    def emit(self, record: logging.LogRecord) -> None:
        if "not acquired" in record.getMessage() and not self.said:
            self.said = True
            _say("waiting")


def _say_when_refused() -> None:
    log = logging.getLogger("filelock")
    log.setLevel(logging.DEBUG)
    log.addHandler(_SayWaiting())


def _start(news: Path) -> None:
    file = start.TrainingFile.of(read_news(news), news)
    retention.make_room = _pausing(retention.make_room)
    _say_when_refused()
    try:
        start.start_here(RunStore(paths.runs()), "ada", PRESETS["quick"], file)
    except RunError as error:
        _say(f"refused: {error}")
    else:
        _say("started")


def _advance() -> None:
    popen = subprocess.Popen

    def waits(*_: object, **__: object) -> "subprocess.Popen[bytes]":
        """A worker that only waits stands in for the real one."""
        return popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)

    launcher.subprocess.Popen = waits  # type: ignore[attr-defined]
    scheduler._launch_first = _pausing(scheduler._launch_first)
    _say_when_refused()
    scheduler.advance(RunStore(paths.runs()))
    _say("done")


if __name__ == "__main__":
    _start(Path(sys.argv[2])) if sys.argv[1] == "start" else _advance()
    sys.stdin.read()
