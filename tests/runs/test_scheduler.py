"""Who may work on a run: one process at a time, and none on a run that has ended."""

import json
import os
import subprocess
from collections.abc import Callable
from dataclasses import replace

import pytest

from core.errors import RunError
from core.runs import locks, run_queue, scheduler
from core.runs.lease import LeaseLost
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.training import RunOverrides
from core.training.events import Failed, Paused
from tests.runs.queued_runs import adopt, another_run, interrupt

pytestmark = pytest.mark.usefixtures("one_slot")


def test_a_run_that_waits_is_neither_adopted_nor_started_again(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    scheduler.start(another_run(run))
    scheduler.start(run)
    assert run.status() == "waiting"
    with pytest.raises(RunError, match="is waiting, its process at work"):
        adopt(run)
    assert len(worker) == 1


def test_the_command_line_waits_in_the_same_queue(run: Run, worker: list[subprocess.Popen[bytes]]) -> None:
    first = another_run(run)
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
    scheduler.advance(RunStore(run.folder.parent))
    assert len(worker) == 1


def test_a_command_line_that_waits_starts_the_runs_ahead_of_it(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    """No server is there, and nobody else looks at the queue."""
    first, second = another_run(run), another_run(run, "eve")
    run_queue.enqueue(first)
    run_queue.enqueue(second)
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
    first = another_run(run)
    run_queue.enqueue(first)
    adopt(run)
    assert [first.status(), run.status()] == ["preparing", "preparing"]


def test_a_queue_that_does_not_answer_leaves_nobody_waiting(
    run: Run, worker: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_queue.enqueue_here(run)
    monkeypatch.setattr(locks, "LOCK_SECONDS", 0.0)
    with locks.queue_lock(RunStore(run.folder.parent)), pytest.raises(RunError, match="does not answer"):
        scheduler.wait_for_turn(run)
    assert run.queue_entry() is None


def test_a_command_line_that_died_while_it_waited_can_be_resumed_at_once(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.queue(1, pid=os.getpid())
    record = run.folder / "queued.json"
    record.write_text(json.dumps(json.loads(record.read_bytes()) | {"started": 1.0}))
    assert run.status() == "interrupted"
    assert adopt(run).status() == "preparing"


def test_stopped_while_the_command_line_waits(run: Run, worker: list[subprocess.Popen[bytes]]) -> None:
    scheduler.start(another_run(run))
    with pytest.raises(RunError, match="stopped while it waited"):
        adopt(run, report=lambda place: run.request_stop())
    assert run.queue_entry() is None


def test_a_run_cancelled_while_its_command_line_waits_is_not_trained(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    first = another_run(run)
    scheduler.start(first)

    def cancel_and_free_the_slot(position: int) -> None:
        run_queue.cancel(run)
        worker[0].kill()
        worker[0].wait()
        first.append(Failed(reason="r", seconds=1.0))

    with pytest.raises(RunError, match="stopped while it waited"):
        adopt(run, report=cancel_and_free_the_slot)
    assert (run.status(), run.lease(), run.queue_entry()) == ("failed", None, None)


def test_a_command_line_that_died_while_it_waited_holds_up_nobody(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.queue(1, pid=os.getpid())
    record = run.folder / "queued.json"
    record.write_text(json.dumps(json.loads(record.read_bytes()) | {"started": 1.0}))
    second = another_run(run)
    scheduler.start(second)
    assert second.status() == "preparing"
    assert run.queue_entry() is None


def test_a_finished_run_without_a_checkpoint_cannot_learn_on(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.append(Failed(reason="r", seconds=1.0))
    with pytest.raises(RunError, match="This run has no checkpoint"):
        scheduler.continue_run(run, RunOverrides(epochs=5))


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
    run: Run, worker: list[subprocess.Popen[bytes]], go_on: Callable[[Run], object]
) -> None:
    """Else the run that is continued would end at its first batch."""
    interrupt(run)
    run.request_stop()
    assert run.status() == "interrupted"
    go_on(run)
    assert run.alive()
    assert not run.stop_requested()


def test_a_worker_that_ends_begins_the_next_run_though_no_server_is_there(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    second = another_run(run)
    run.claim(os.getpid())
    scheduler.start(second)
    assert second.status() == "waiting"
    run.append(Failed(reason="r", seconds=1.0))
    scheduler.advance(RunStore(run.folder.parent))
    assert worker == []  # its process may still write
    scheduler.advance(RunStore(run.folder.parent), leaving=os.getpid())
    assert len(worker) == 1
    assert second.status() == "preparing"


def test_a_run_stopped_while_its_command_line_waited_is_nobodys_to_start(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    first = another_run(run)
    scheduler.start(first)
    with pytest.raises(RunError, match="--resume"):
        adopt(run, report=lambda place: run.request_stop())
    worker[0].kill()
    worker[0].wait()
    first.append(Failed(reason="r", seconds=1.0))
    scheduler.advance(RunStore(run.folder.parent))
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
    second = another_run(run)
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


def test_a_queue_that_cannot_be_looked_at_is_said_once_and_again_after_it_was_mended(
    run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    """The name of the lock is taken by a folder, which even root cannot open as a file."""
    store = RunStore(run.folder.parent)
    lock = store.root / "queue.lock"
    lock.unlink(missing_ok=True)
    for _ in range(2):
        lock.mkdir()
        for _ in range(3):
            scheduler.look(store)
        lock.rmdir()
        scheduler.look(store)
        lock.unlink()
    assert [(record.getMessage().partition(":")[0], record.exc_info) for record in caplog.records] == [
        (f"the queue in {store.root} could not be looked at", None)
    ] * 2


def test_a_run_that_cannot_be_started_is_said_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run_queue.enqueue(run)
    (run.folder / "worker.log").mkdir()  # the process cannot be given its log
    for _ in range(3):
        scheduler.look(RunStore(run.folder.parent))
    assert [record.getMessage().partition(":")[0] for record in caplog.records] == [
        f"run {run.id} could not be started"
    ]
