"""The benchmarks that the smoke tests ask for, run one after the other beside the slow tests, on the other core."""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, cast

import pytest

from core.paths import ROOT

Command = tuple[str, ...]
Told = tuple[dict[str, Any], str]  # the object on the last line, and the lines before it

_pool = ThreadPoolExecutor(1)
_running: dict[Command, Future[Told]] = {}


def begin(items: list[pytest.Item]) -> None:
    """Begin all that tests among ``items`` ask for by a parameter ``told``; nothing the second time."""
    if _running:
        return
    for item in items:
        if isinstance(item, pytest.Function) and "told" in item.fixturenames:
            skipped = any(mark.args[0] for mark in item.iter_markers("skipif"))
            command = cast(Command, item.callspec.params["told"])
            if not skipped:
                _running[command] = _pool.submit(_run, command)


def end() -> None:
    """Wait for the one that runs, and begin none of the others."""
    _pool.shutdown(cancel_futures=True)


def result(command: Command) -> Told:
    """What the command told, once it has ended."""
    return _running[command].result()


def _run(command: Command) -> Told:
    with tempfile.TemporaryDirectory() as storage:
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{command[0]}", *command[1:], "--json"],
            cwd=Path(ROOT),
            env=os.environ | {"HEADLINE_LAB_STORAGE": storage},
            capture_output=True,
            text=True,
            timeout=1800,
        )
    assert done.returncode == 0, done.stderr
    *table, last = done.stdout.splitlines()
    return json.loads(last), "\n".join(table)
