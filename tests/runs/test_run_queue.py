"""The order of the queue, the position and the waiting time in it, and how a run leaves it."""

import json
import os
import subprocess
import time
from typing import Any

import psutil
import pytest

from core.errors import RunError, SettingsError
from core.runs import run_queue, scheduler
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.training import RunOverrides
from core.training.events import BatchEnd, Failed, Paused
from tests.present import present
from tests.runs.queued_runs import adopt, another_run, interrupt

pytestmark = pytest.mark.usefixtures("one_slot")


def test_first_come_first_served(run: Run, worker: list[subprocess.Popen[bytes]]) -> None:
    second, third = another_run(run), another_run(run, "eve")
    for one in (run, third, second):
        scheduler.start(one)
        scheduler.start(one)
    assert len(worker) == 1
    assert [one.status() for one in (run, third, second)] == ["preparing", "waiting", "waiting"]
    queue = run_queue.read_queue(RunStore(run.folder.parent))
    assert [queue.position(one) for one in (run, third, second)] == [0, 1, 2]
    worker[0].kill()
    worker[0].wait()
    run.append(Failed(reason="r", seconds=1.0))
    scheduler.advance(RunStore(run.folder.parent))
    assert [one.status() for one in (run, third, second)] == ["failed", "preparing", "waiting"]


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere a process keeps the time it was given")
@pytest.mark.parametrize("day", [86_400, -86_400])
def test_a_clock_that_moves_a_day_starts_nothing_twice_and_keeps_the_queue_in_order(
    run: Run, worker: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch, day: int
) -> None:
    second, third = another_run(run), another_run(run, "eve")
    scheduler.start(run)
    scheduler.start(second)
    half = {"epoch": 1, "step": 4, "steps": 4, "rows": 400}  # of the two epochs of "quick", in 60 s
    figures: dict[str, Any] = {
        "loss": 1.0,
        "accuracy": 0.5,
        "validation_loss": None,
        "validation_accuracy": None,
    }
    run.append(BatchEnd(**half, **figures, rows_per_second=9.0, seconds=60.0))

    now, now_ns, booted = time.time, time.time_ns, psutil.boot_time()
    monkeypatch.setattr("time.time", lambda: now() + day)
    monkeypatch.setattr("time.time_ns", lambda: now_ns() + day * 10**9)
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: booted + day)  # Linux reckons it from the clock
    scheduler.advance(RunStore(run.folder.parent))
    scheduler.start(run)
    scheduler.start(second)
    scheduler.start(third)
    scheduler.advance(RunStore(run.folder.parent))
    assert len(worker) == 1
    assert [one.status() for one in (run, second, third)] == ["training", "waiting", "waiting"]
    assert present(run.lease()).attempt == 1
    queue = run_queue.read_queue(RunStore(run.folder.parent))
    assert [queue.position(one) for one in (run, second, third)] == [0, 1, 2]
    assert [queue.wait_seconds(one) for one in (second, third)] == pytest.approx([60, 60 + 120])

    worker[0].kill()
    worker[0].wait()
    scheduler.advance(
        RunStore(run.folder.parent)
    )  # a worker lost after all is seen, and its run goes before the others
    assert len(worker) == 2
    assert [one.status() for one in (run, second, third)] == ["preparing", "waiting", "waiting"]


def test_a_new_run_that_is_cancelled_while_it_waits_has_ended(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    scheduler.start(another_run(run))
    scheduler.start(run)
    run_queue.cancel(run)
    assert run.status() == "failed"
    assert run_queue.read_queue(RunStore(run.folder.parent)).position(run) == 0


def test_one_that_has_learnt_stands_as_before_when_it_is_cancelled(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.claim(os.getpid())
    run.append(Paused(epoch=1, step=4, seconds=3.0))
    file = run.folder / "process.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"started": 1.0}))
    assert run.status() == "paused"
    scheduler.start(another_run(run))
    scheduler.start(run)
    assert run.status() == "waiting"
    run_queue.cancel(run)
    assert run.status() == "paused"


def test_more_epochs_that_are_cancelled_leave_no_plan_behind(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.checkpoints.write([], best={}, progress={})
    interrupt(run)
    first = another_run(run)
    scheduler.start(first)
    scheduler.continue_run(run, RunOverrides(epochs=9))
    run_queue.cancel(run)
    assert run.overrides() == RunOverrides()
    scheduler.continue_run(run, RunOverrides(epochs=9))
    worker[0].kill()
    worker[0].wait()
    first.append(Failed(reason="r", seconds=1.0))
    scheduler.advance(RunStore(run.folder.parent))
    assert run.overrides() == RunOverrides(epochs=9)


@pytest.mark.parametrize("slots", ["0", "-1", "two", "1.5"])
def test_a_number_of_places_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, slots: str) -> None:
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", slots)
    with pytest.raises(SettingsError, match="HEADLINE_LAB_SLOTS"):
        run_queue.slots()


def test_a_run_that_was_removed_is_not_made_again(run: Run) -> None:
    RunStore(run.folder.parent).remove(run)
    for ask in (scheduler.start, run_queue.cancel, adopt):
        with pytest.raises(RunError, match="no run"):
            ask(run)
    assert not run.folder.exists()
