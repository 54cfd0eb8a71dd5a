"""Who may work on a run: one process at a time, and none on a run that has ended."""

import json
import os
import subprocess
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from core.errors import RunError, SettingsError
from core.runs import memory_budget, scheduler
from core.runs.lease import LeaseLost
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from core.settings.training import RunOverrides
from core.training.events import BatchEnd, Failed, Paused


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return RunStore(tmp_path / "runs").create(
        PRESETS["quick"], news=Path("n.json"), news_name="n.json", fingerprint="f" * 64, owner="ada"
    )


def _interrupt(run: Run) -> None:
    run.claim(os.getpid())
    file = run.folder / "process.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"started": 1.0}))


def _another(run: Run, owner: str = "bob") -> Run:
    return RunStore(run.folder.parent).create(
        PRESETS["quick"], news=Path("n.json"), news_name="n.json", fingerprint="f" * 64, owner=owner
    )


def adopt(run: Run, **how) -> Run:
    """Claim the run for this process, as the command line does."""
    scheduler.enqueue_here(run)
    return scheduler.wait_for_turn(run, **how)


def _store(run: Run) -> RunStore:
    return RunStore(run.folder.parent)


@pytest.fixture(autouse=True)
def one_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "1")


def test_first_come_first_served(run: Run, worker: list[subprocess.Popen[bytes]]) -> None:
    second, third = _another(run), _another(run, "eve")
    for one in (run, third, second):
        scheduler.start(one)
        scheduler.start(one)
    assert len(worker) == 1
    assert [one.status() for one in (run, third, second)] == ["preparing", "waiting", "waiting"]
    assert [scheduler.queue_position(one) for one in (run, third, second)] == [0, 1, 2]
    worker[0].kill()
    worker[0].wait()
    run.append(Failed(reason="r", seconds=1.0))
    scheduler.advance(_store(run))
    assert [one.status() for one in (run, third, second)] == ["failed", "preparing", "waiting"]


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere a process keeps the time it was given")
@pytest.mark.parametrize("day", [86_400, -86_400])
def test_a_clock_that_moves_a_day_starts_nothing_twice_and_keeps_the_queue_in_order(
    run: Run, worker: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch, day: int
) -> None:
    second, third = _another(run), _another(run, "eve")
    scheduler.start(run)
    scheduler.start(second)
    half = {"epoch": 1, "step": 4, "steps": 4, "rows": 400}  # of the two epochs of "quick", in 60 s
    figures = {"loss": 1.0, "accuracy": 0.5, "validation_loss": None, "validation_accuracy": None}
    run.append(BatchEnd(**half, **figures, rows_per_second=9.0, seconds=60.0))

    now, now_ns, booted = time.time, time.time_ns, psutil.boot_time()
    monkeypatch.setattr("time.time", lambda: now() + day)
    monkeypatch.setattr("time.time_ns", lambda: now_ns() + day * 10**9)
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: booted + day)  # Linux reckons it from the clock
    scheduler.advance(_store(run))
    scheduler.start(run)
    scheduler.start(second)
    scheduler.start(third)
    scheduler.advance(_store(run))
    assert len(worker) == 1
    assert [one.status() for one in (run, second, third)] == ["training", "waiting", "waiting"]
    assert run.lease().attempt == 1
    assert [scheduler.queue_position(one) for one in (run, second, third)] == [0, 1, 2]
    assert [scheduler.wait_seconds(one) for one in (second, third)] == pytest.approx([60, 60 + 120])

    worker[0].kill()
    worker[0].wait()
    scheduler.advance(_store(run))  # a worker lost after all is seen, and its run goes before the others
    assert len(worker) == 2
    assert [one.status() for one in (run, second, third)] == ["preparing", "waiting", "waiting"]


def test_a_run_that_waits_is_neither_adopted_nor_started_again(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    scheduler.start(_another(run))
    scheduler.start(run)
    assert run.status() == "waiting"
    with pytest.raises(RunError, match="is waiting, its process at work"):
        adopt(run)
    assert len(worker) == 1


def test_a_new_run_that_is_cancelled_while_it_waits_has_ended(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    scheduler.start(_another(run))
    scheduler.start(run)
    scheduler.cancel(run)
    assert run.status() == "failed"
    assert scheduler.queue_position(run) == 0


def test_one_that_has_learnt_stands_as_before_when_it_is_cancelled(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.claim(os.getpid())
    run.append(Paused(epoch=1, step=4, seconds=3.0))
    file = run.folder / "process.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"started": 1.0}))
    assert run.status() == "paused"
    scheduler.start(_another(run))
    scheduler.start(run)
    assert run.status() == "waiting"
    scheduler.cancel(run)
    assert run.status() == "paused"


def test_the_command_line_waits_in_the_same_queue(run: Run, worker: list[subprocess.Popen[bytes]]) -> None:
    first = _another(run)
    scheduler.start(first)
    places: list[int] = []

    def report(place: int) -> None:
        places.append(place)
        worker[0].kill()
        worker[0].wait()
        first.append(Failed(reason="r", seconds=1.0))

    held = adopt(run, report=report)
    assert places == [1]
    assert held.attempt == 1
    assert run.status() == "preparing"
    scheduler.advance(_store(run))
    assert len(worker) == 1


def test_a_command_line_that_waits_starts_the_runs_ahead_of_it(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    """No server is there, and nobody else looks at the queue."""
    first, second = _another(run), _another(run, "eve")
    scheduler.enqueue(first)
    scheduler.enqueue(second)
    positions: list[int] = []

    def report(position: int) -> None:
        positions.append(position)
        worker[-1].kill()
        worker[-1].wait()
        (first, second)[len(worker) - 1].append(Failed(reason="r", seconds=1.0))

    held = adopt(run, report=report)
    assert positions == [3, 2]
    assert len(worker) == 2
    assert held.alive()
    assert [other.status() for other in (first, second)] == ["failed", "failed"]


def test_with_room_for_both_the_run_ahead_starts_before_the_command_lines_own(
    run: Run, worker: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "2")
    first = _another(run)
    scheduler.enqueue(first)
    adopt(run)
    assert [first.status(), run.status()] == ["preparing", "preparing"]


def test_a_queue_that_does_not_answer_leaves_nobody_waiting(
    run: Run, worker: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler.enqueue_here(run)
    monkeypatch.setattr(scheduler, "LOCK_SECONDS", 0.0)
    with scheduler._queue_lock(_store(run)), pytest.raises(RunError, match="does not answer"):
        scheduler.wait_for_turn(run)
    assert run.queued() is None


def test_a_command_line_that_died_while_it_waited_can_be_resumed_at_once(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.queue(1, pid=os.getpid())
    record = run.folder / "queued.json"
    record.write_text(json.dumps(json.loads(record.read_bytes()) | {"started": 1.0}))
    assert run.status() == "interrupted"
    assert adopt(run).status() == "preparing"


def test_stopped_while_the_command_line_waits(run: Run, worker: list[subprocess.Popen[bytes]]) -> None:
    scheduler.start(_another(run))
    with pytest.raises(RunError, match="stopped while it waited"):
        adopt(run, report=lambda place: run.request_stop())
    assert run.queued() is None


def test_a_command_line_that_died_while_it_waited_holds_up_nobody(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.queue(1, pid=os.getpid())
    record = run.folder / "queued.json"
    record.write_text(json.dumps(json.loads(record.read_bytes()) | {"started": 1.0}))
    second = _another(run)
    scheduler.start(second)
    assert second.status() == "preparing"
    assert run.queued() is None


def test_a_lost_worker_is_replaced_three_times_and_then_its_log_tells(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    scheduler.start(run)
    for crashes in range(1, 4):
        worker[-1].kill()
        worker[-1].wait()
        scheduler.advance(_store(run))
        assert len(worker) == crashes + 1
        lease = run.lease()
        assert (lease.attempt, lease.crashes) == (crashes + 1, crashes)
    worker[-1].kill()
    worker[-1].wait()
    (run.folder / "worker.log").write_bytes(b"one\ntwo\x1b[31m\nSegmentation fault\n")
    scheduler.advance(_store(run))
    scheduler.advance(_store(run))
    assert len(worker) == 4
    assert run.status() == "interrupted"
    assert run.lease().lost == "often"
    assert run.last_output(2) == "two[31m\nSegmentation fault"
    scheduler.start(run)  # by hand, and the count begins anew
    assert run.lease().crashes == 0


def test_what_was_lost_before_this_server_saw_it_waits_for_its_owner(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.claim(os.getpid(), launched=True)
    file = run.folder / "process.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"started": 1.0}))
    scheduler.advance(_store(run))
    assert worker == []
    assert run.status() == "interrupted"


def test_a_worker_that_the_system_ended_for_want_of_memory_is_not_started_again(
    run: Run, worker: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    scheduler.start(run)
    worker[0].kill()
    worker[0].wait()
    kills = memory_budget.oom_kills()
    monkeypatch.setattr(memory_budget, "oom_kills", lambda: kills + 1)
    scheduler.advance(_store(run))
    scheduler.advance(_store(run))
    assert len(worker) == 1
    assert run.status() == "interrupted"  # and nothing is thrown away: it may have been another process's
    assert run.lease().lost == "memory"


def test_a_finished_run_without_a_checkpoint_cannot_learn_on(run: Run, worker: list) -> None:
    run.append(Failed(reason="r", seconds=1.0))
    with pytest.raises(RunError, match="Nothing is kept"):
        scheduler.continue_run(run, RunOverrides(epochs=5))


@pytest.mark.parametrize("slots", ["0", "-1", "two", "1.5"])
def test_a_number_of_places_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, slots: str) -> None:
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", slots)
    with pytest.raises(SettingsError, match="HEADLINE_LAB_SLOTS"):
        scheduler.slots()


def test_a_run_is_adopted_once_and_then_starts_no_worker(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    adopt(run)
    assert run.alive()
    scheduler.start(run)
    assert worker == []


def test_a_run_that_has_ended_is_neither_adopted_nor_started(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.append(Failed(reason="r", seconds=1.0))
    with pytest.raises(RunError, match="is failed; only an interrupted"):
        adopt(run)
    scheduler.start(run)
    assert worker == []


@pytest.mark.parametrize("go_on", [scheduler.start, adopt])
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


def test_a_worker_that_ends_begins_the_next_run_though_no_server_is_there(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    second = _another(run)
    run.claim(os.getpid())
    scheduler.start(second)
    assert second.status() == "waiting"
    run.append(Failed(reason="r", seconds=1.0))
    scheduler.advance(_store(run))
    assert worker == []  # its process may still write
    scheduler.advance(_store(run), leaving=os.getpid())
    assert len(worker) == 1
    assert second.status() == "preparing"


def test_a_run_stopped_while_its_command_line_waited_is_nobodys_to_start(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    first = _another(run)
    scheduler.start(first)
    with pytest.raises(RunError, match="--resume"):
        adopt(run, report=lambda place: run.request_stop())
    worker[0].kill()
    worker[0].wait()
    first.append(Failed(reason="r", seconds=1.0))
    scheduler.advance(_store(run))
    assert len(worker) == 1
    assert run.status() == "interrupted"
    assert adopt(run).status() == "preparing"  # resumed


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("process.json", b'{"pid": "12"}'),
        ("process.json", b"{"),
        ("queued.json", b'{"since": 1, "pid": 5}'),
        ("queued.json", b'{"since": "now"}'),
        ("plan.json", b"["),
        ("run.json", b""),
        ("events.jsonl", b"\xff\x00\n"),
    ],
)
def test_one_damaged_folder_stops_nobodys_queue(
    run: Run, worker: list[subprocess.Popen[bytes]], name: str, content: bytes
) -> None:
    (run.folder / name).write_bytes(content)
    second = _another(run)
    scheduler.start(second)
    assert second.status() == "preparing"
    assert len(worker) == 1


def test_a_lease_that_cannot_be_read_lets_no_earlier_process_write(run: Run) -> None:
    late = replace(run, attempt=run.claim(os.getpid()))
    (run.folder / "process.json").write_bytes(b"{")
    assert run.status() == "interrupted"
    with pytest.raises(LeaseLost):
        late.append(Paused(epoch=1, step=1, seconds=1.0))
    assert run.claim(os.getpid()) > 1000


def test_more_epochs_that_are_cancelled_leave_no_plan_behind(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.checkpoints.write([], best={}, progress={})
    _interrupt(run)
    first = _another(run)
    scheduler.start(first)
    scheduler.continue_run(run, RunOverrides(epochs=9))
    scheduler.cancel(run)
    assert run.plan() == RunOverrides()
    scheduler.continue_run(run, RunOverrides(epochs=9))
    worker[0].kill()
    worker[0].wait()
    first.append(Failed(reason="r", seconds=1.0))
    scheduler.advance(_store(run))
    assert run.plan() == RunOverrides(epochs=9)


def test_a_run_that_was_removed_is_not_made_again(run: Run) -> None:
    _store(run).remove(run)
    for ask in (scheduler.start, scheduler.cancel, adopt):
        with pytest.raises(RunError, match="no run"):
            ask(run)
    assert not run.folder.exists()
