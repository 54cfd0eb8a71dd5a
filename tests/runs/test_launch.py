"""Who may work on a run: one process at a time, and none on a run that has ended."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import RunError
from core.rnn.config import PRESETS
from core.rnn.events import Failed, Preparing
from core.runs import launch
from core.runs.store import WAITING, Run, RunStore


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return RunStore(tmp_path / "runs").create(
        PRESETS["quick"], news=Path("n.json"), news_name="n.json", fingerprint="f" * 64, owner="ada"
    )


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Workers that only wait to be ended stand in for the real one."""
    started: list[subprocess.Popen[bytes]] = []

    def waits(*_: object, **__: object) -> subprocess.Popen[bytes]:
        started.append(popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        return started[-1]

    popen = subprocess.Popen
    monkeypatch.setattr(launch.subprocess, "Popen", waits)
    yield started
    for process in started:
        process.kill()
        process.communicate()  # reaps it and closes its input


def _interrupt(run: Run) -> None:
    (run.folder / "process.json").write_text(json.dumps({"pid": os.getpid(), "started": 1.0}))


def test_a_run_that_waits_for_its_turn_is_not_taken_from_its_process(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    launch.start(run)
    run.append(Preparing(stage=WAITING, share=0.0, seconds=1.0))
    assert run.status() == "waiting"
    with pytest.raises(RunError, match="is waiting, its process at work"):
        launch.adopt(run)
    assert json.loads((run.folder / "process.json").read_bytes())["pid"] == worker[0].pid
    launch.start(run)
    assert len(worker) == 1


def test_a_run_is_adopted_once_and_then_starts_no_worker(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    launch.adopt(run)
    assert run.alive()
    launch.start(run)
    assert worker == []


def test_a_run_that_has_ended_is_neither_adopted_nor_started(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.append(Failed(reason="r", seconds=1.0))
    with pytest.raises(RunError, match="is failed; only an interrupted"):
        launch.adopt(run)
    launch.start(run)
    assert worker == []


@pytest.mark.parametrize("go_on", [launch.start, launch.adopt])
def test_a_stop_that_was_asked_for_before_the_interruption_is_forgotten(
    run: Run, worker: list[subprocess.Popen[bytes]], go_on
) -> None:
    """Else the run that is continued would end at its first batch."""
    _interrupt(run)
    run.request_stop()
    assert run.status() == "interrupted"
    go_on(run)
    assert run.alive()
    assert not run.stop_requested()
