"""The order of the queue, the position and the waiting time in it, and how a run leaves it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest

from core.errors import RunError, SettingsError
from core.files import write_json
from core.paths import ROOT
from core.runs import queue_order, run_queue, scheduler
from core.runs.queue_version import FILE, queue_version
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.run import RunSettings
from core.settings.training import RunOverrides
from core.training.events import BatchEnd, Failed, Paused
from tests.present import present
from tests.runs.queued_runs import adopt, another_run, interrupt

pytestmark = pytest.mark.usefixtures("one_slot")

HALF = BatchEnd(  # of the two epochs of "quick", in 60 s
    epoch=1,
    step=4,
    steps=4,
    rows=400,
    loss=1.0,
    accuracy=0.5,
    validation_loss=None,
    validation_accuracy=None,
    rows_per_second=9.0,
    seconds=60.0,
)


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
    run.append(HALF)

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


# --- One view of the queue a change, in every process ---


def in_another_process(run: Run, change: str) -> None:
    """Let another process execute ``change``, which names the run ``run`` and this process ``parent``."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from core.runs import queue_order, run_queue\n"
        "from core.runs.run_store import RunStore\n"
        "folder, parent = Path(sys.argv[1]), os.getppid()\n"
        "run = RunStore(folder.parent).open(folder.name)\n"
    )
    subprocess.run([sys.executable, "-c", code + change, str(run.folder)], check=True, cwd=ROOT)


@pytest.fixture
def queue_of_three(run: Run) -> list[Run]:
    """Runs that wait, in order, behind one of this process that is half through its 120 seconds."""
    run.claim(os.getpid())
    run.append(HALF)
    runs = [another_run(run, owner) for owner in ("bob", "eve", "mia")]
    for queued in runs:
        run_queue.enqueue(queued)
    return runs


def positions(runs: list[Run]) -> list[int]:
    queue = run_queue.read_queue(RunStore(runs[0].folder.parent))
    return [queue.position(queued) for queued in runs]


def waits(runs: list[Run]) -> list[float | None]:
    queue = run_queue.read_queue(RunStore(runs[0].folder.parent))
    return [queue.wait_seconds(queued) for queued in runs]


def test_who_waits_asks_often_and_the_runs_are_read_once_a_change(
    queue_of_three: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[Path] = []
    read_open_runs = RunStore.open_runs

    def open_runs(store: RunStore) -> list[Run]:
        reads.append(store.root)
        return read_open_runs(store)

    monkeypatch.setattr(RunStore, "open_runs", open_runs)
    for _ in range(50):
        assert positions(queue_of_three) == [1, 2, 3]
        assert waits(queue_of_three) == pytest.approx([60, 180, 300])
    assert len(reads) == 1
    run_queue.cancel(queue_of_three[1])
    for _ in range(50):
        assert positions(queue_of_three) == [1, 0, 2]
    assert len(reads) == 2


@pytest.mark.parametrize(
    ("change", "expected_positions", "expected_waits"),
    [
        ("run_queue.cancel(run)", [0, 1, 2], [None, 60, 180]),
        # Two are at work then, of which the second has told nothing yet.
        ("run.claim(parent)", [0, 1, 2], [None, None, None]),
        # Behind all others, as the rest of a memory race.
        (
            "run.queue(*queue_order.behind_all(run, queue_order.waiting_runs(RunStore(folder.parent))))",
            [3, 1, 2],
            [300, 60, 180],
        ),
    ],
    ids=["cancelled", "started", "moved"],
)
def test_what_another_process_does_to_the_run_ahead_is_seen_at_once(
    queue_of_three: list[Run],
    change: str,
    expected_positions: list[int],
    expected_waits: list[float | None],
) -> None:
    assert positions(queue_of_three) == [1, 2, 3]
    in_another_process(queue_of_three[0], change)
    assert positions(queue_of_three) == expected_positions
    assert waits(queue_of_three) == [wait if wait is None else pytest.approx(wait) for wait in expected_waits]


def test_a_run_that_another_process_queues_is_seen_at_once(queue_of_three: list[Run]) -> None:
    fourth = another_run(queue_of_three[0], "zoe")
    assert positions([*queue_of_three, fourth]) == [1, 2, 3, 0]
    in_another_process(fourth, "assert run_queue.enqueue(run)")
    assert positions([*queue_of_three, fourth]) == [1, 2, 3, 4]


def test_the_wait_follows_at_once_when_the_process_of_the_run_ahead_has_ended(run: Run) -> None:
    """The end of a process changes no file: nobody has looked at the queue yet."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        run.claim(process.pid)
        run.append(HALF)
        second = another_run(run)
        run_queue.enqueue(second)
        assert waits([second]) == pytest.approx([60])
    finally:
        process.kill()
        process.communicate()
    assert waits([second]) == [None]
    assert positions([second]) == [1]


def test_the_wait_follows_the_events_of_the_run_at_work_without_a_change_of_the_queue(
    run: Run, queue_of_three: list[Run]
) -> None:
    assert waits(queue_of_three) == pytest.approx([60, 180, 300])
    run.append(
        msgspec.structs.replace(HALF, epoch=2, step=2, seconds=90.0)
    )  # three quarters of its two epochs
    assert waits(queue_of_three) == pytest.approx([30, 150, 270])


def test_every_change_makes_a_version_of_its_own(run: Run) -> None:
    store = RunStore(run.folder.parent)
    versions = [queue_version(store.root)]
    changes: list[Callable[[], object]] = [
        lambda: run_queue.enqueue(run),
        lambda: run.queue(1),
        run.unqueue,
        lambda: run.claim(os.getpid()),
        lambda: interrupt(run),
        lambda: store.registry.set_ended(run.id, True),
        store.registry.rebuild,
        lambda: another_run(run),
        lambda: store.remove(run),
        lambda: in_another_process(another_run(run), "run.queue(1)"),
    ]
    for change in changes:
        change()
        versions.append(queue_version(store.root))
    assert len(set(versions)) == len(versions)


def test_a_version_whose_file_was_removed_by_hand_is_another(queue_of_three: list[Run]) -> None:
    root = queue_of_three[0].folder.parent
    assert positions(queue_of_three) == [1, 2, 3]
    (root / FILE).unlink()
    run_queue.cancel(queue_of_three[0])
    assert positions(queue_of_three) == [0, 1, 2]


def test_a_change_while_the_queue_is_read_is_not_lost(
    queue_of_three: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The view of before is shown once, and the next look reads again."""
    read_open_runs = RunStore.open_runs

    def open_runs(store: RunStore) -> list[Run]:
        runs = read_open_runs(store)
        order = queue_order.in_order(runs)
        monkeypatch.setattr(RunStore, "open_runs", read_open_runs)
        monkeypatch.setattr(queue_order, "in_order", lambda _: order)
        run_queue.cancel(queue_of_three[0])  # after the entries were read
        return runs

    read_in_order = queue_order.in_order
    monkeypatch.setattr(RunStore, "open_runs", open_runs)
    assert positions(queue_of_three) == [1, 2, 3]
    monkeypatch.setattr(queue_order, "in_order", read_in_order)
    assert positions(queue_of_three) == [0, 1, 2]


def test_a_run_is_read_once_and_another_in_its_place_is_read_again(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = RunStore(run.folder.parent)
    decoded: list[object] = []
    decode = RunSettings.from_json

    def from_json(record: dict[str, Any]) -> RunSettings:
        decoded.append(record)
        return decode(record)

    monkeypatch.setattr(RunSettings, "from_json", from_json)
    file = run.folder / "run.json"
    write_json(file, json.loads(file.read_bytes()) | {"news_name": "other.json"})
    for _ in range(5):
        assert store.open(run.id).news_name == "other.json"
        assert [opened.news_name for opened in store.open_runs()] == ["other.json"]
    assert len(decoded) == 1
    file.write_text("{")
    with pytest.raises(RunError, match="damaged"):
        store.open(run.id)
    file.unlink()
    with pytest.raises(RunError, match="no run"):
        store.open(run.id)
