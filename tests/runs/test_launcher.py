"""A lost worker is replaced three times at most, and not when memory was short."""

import errno
import json
import os
import subprocess

import pytest

from core.runs import launcher, memory_budget, run_queue, scheduler
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.training.events import Failed
from tests.present import present

pytestmark = pytest.mark.usefixtures("one_slot")


def test_a_lost_worker_is_replaced_three_times_and_then_its_log_tells(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    scheduler.start(run)
    for crashes in range(1, 4):
        worker[-1].kill()
        worker[-1].wait()
        scheduler.advance(RunStore(run.folder.parent))
        assert len(worker) == crashes + 1
        lease = present(run.lease())
        assert (lease.attempt, lease.crashes) == (crashes + 1, crashes)
    worker[-1].kill()
    worker[-1].wait()
    (run.folder / "worker.log").write_bytes(b"one\ntwo\x1b[31m\nSegmentation fault\n")
    scheduler.advance(RunStore(run.folder.parent))
    scheduler.advance(RunStore(run.folder.parent))
    assert len(worker) == 4
    assert run.status() == "interrupted"
    assert present(run.lease()).lost == "often"
    assert run.last_output(2) == "two[31m\nSegmentation fault"
    scheduler.start(run)  # by hand, and the count begins anew
    assert present(run.lease()).crashes == 0


def test_what_was_lost_before_this_server_saw_it_waits_for_its_owner(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.claim(os.getpid(), launched=True)
    file = run.folder / "process.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"started": 1.0}))
    scheduler.advance(RunStore(run.folder.parent))
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
    scheduler.advance(RunStore(run.folder.parent))
    scheduler.advance(RunStore(run.folder.parent))
    assert len(worker) == 1
    assert run.status() == "interrupted"  # and nothing is thrown away: it may have been another process's
    assert present(run.lease()).lost == "memory"


def test_on_a_full_disk_no_process_is_left_without_a_claim(
    run: Run, worker: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would find that it holds no lease, and start the next one as it ends."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    run_queue.enqueue(run)
    with monkeypatch.context() as patch:
        patch.setattr("core.runs.run.write_json", full)
        scheduler.advance(RunStore(run.folder.parent))
    assert worker[0].wait(60) != 0  # seconds, after which a process that was left is found to be one
    assert run.status() == "waiting"
    scheduler.advance(RunStore(run.folder.parent))
    assert len(worker) == 2
    assert run.alive()


def test_a_run_cancelled_after_the_queue_was_read_is_not_started(
    run: Run, worker: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    launch = launcher.launch

    def cancel_and_launch(first: Run) -> bool:
        run_queue.cancel(first)
        return launch(first)

    monkeypatch.setattr(launcher, "launch", cancel_and_launch)
    scheduler.start(run)
    assert worker == []
    assert isinstance(run.last(), Failed)
    assert (run.status(), run.lease(), run.queue_entry()) == ("failed", None, None)


def test_a_run_that_a_process_waits_for_gets_no_other(
    run: Run, worker: list[subprocess.Popen[bytes]]
) -> None:
    run.queue(1, pid=os.getpid())
    assert not launcher.launch(run)
    assert worker == []
    assert present(run.queue_entry()).pid == os.getpid()
