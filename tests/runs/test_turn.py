"""When a run makes room for those who wait, and that it goes on by itself, whatever happens in between."""

import json
import os
import subprocess

import pytest

from core.errors import RunError, SettingsError
from core.runs import memory_race, run_queue, scheduler
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.runs.turn import Turn, seconds_of_last_turn
from core.settings.presets import PRESETS
from core.training.events import BatchEnd, Event, Failed, Paused, Prepared, Preparing, Resumed
from tests.present import present
from tests.runs.queued_runs import another_run, interrupt

Workers = list[subprocess.Popen[bytes]]

PREPARED = Prepared(
    training_rows=100,
    validation_rows=10,
    test_rows=10,
    categories=3,
    words=50,
    majority=0.5,
    parameters=10,
    seconds=400.0,  # of preparation, which is no part of the turn
)
ROOM = Paused(epoch=1, step=3, seconds=1005.0, preempted=True)


@pytest.fixture(autouse=True)
def turn_of_ten_minutes(monkeypatch: pytest.MonkeyPatch, one_slot: None) -> None:
    """One run trains at a time, for ten minutes while others wait."""
    monkeypatch.delenv("HEADLINE_LAB_TURN_MINUTES", raising=False)


def batch(seconds: float, share: float = 0.1) -> BatchEnd:
    """A report that many seconds after the run's start, when that share of its two epochs is done."""
    epoch, step = divmod(round(share * 200), 100)
    return BatchEnd(
        epoch=epoch + 1,
        step=step,
        steps=100,
        rows=1,
        loss=1.0,
        accuracy=0.5,
        validation_loss=None,
        validation_accuracy=None,
        rows_per_second=9.0,
        seconds=seconds,
    )


def over(turn: Turn, *events: Event) -> list[bool]:
    """Whether the run has to make room, after each event."""
    seen = []
    for event in events:
        turn.add(event)
        seen.append(turn.over)
    return seen


def end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()


def make_room(run: Run, worker: subprocess.Popen[bytes]) -> None:
    """What the run's worker does when its turn is over, up to the end of its process."""
    run.append(PREPARED)
    run.append(batch(1004.0))
    run.append(ROOM)
    end(worker)


def store_of(run: Run) -> RunStore:
    return RunStore(run.folder.parent)


def positions(*runs: Run) -> list[int]:
    queue = run_queue.read_queue(store_of(runs[0]))
    return [queue.position(run) for run in runs]


# --- When a turn is over ---


def test_a_run_makes_room_after_ten_minutes_of_training_if_somebody_waits(run: Run, worker: Workers) -> None:
    scheduler.start(run)
    turn = Turn(run)
    assert over(turn, PREPARED, batch(999.0), batch(1001.0), batch(2000.0)) == [False] * 4  # nobody waits
    bob = another_run(run)
    scheduler.start(bob)
    turn = Turn(run)
    assert over(turn, PREPARED, batch(999.0), batch(1001.0)) == [False, False, True]
    run_queue.cancel(bob)
    assert over(turn, batch(1002.0)) == [False]


def test_a_turn_begins_anew_when_the_run_resumes(run: Run, worker: Workers) -> None:
    scheduler.start(run)
    scheduler.start(another_run(run))
    events: list[Event] = [PREPARED, Resumed(epoch=1, step=3, seconds=5000.0), batch(5599.0), batch(5601.0)]
    assert over(Turn(run), *events) == [False, False, False, True]


def test_a_run_that_has_trained_no_batch_of_its_turn_goes_on(
    run: Run, worker: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else one that prepares for longer than its turn would never learn anything."""
    monkeypatch.setenv("HEADLINE_LAB_TURN_MINUTES", "0.001")
    scheduler.start(run)
    scheduler.start(another_run(run))
    waiting = Preparing(stage="reading the news", share=0.5, seconds=300.0)
    resumed = Resumed(epoch=1, step=3, seconds=5000.0)
    assert over(Turn(run), waiting, PREPARED, resumed, batch(5000.1)) == [False, False, False, True]


def test_a_run_that_nearly_ends_goes_on(run: Run, worker: Workers) -> None:
    """Half a turn is left at 0.77 of 1,000 s in all; an hour is, at the same share of four."""
    scheduler.start(run)
    scheduler.start(another_run(run))
    assert over(Turn(run), PREPARED, batch(1001.0, share=0.76), batch(1001.0, share=0.78)) == [
        False,
        True,
        False,
    ]
    assert over(Turn(run), PREPARED, batch(14_400.0, share=0.78)) == [False, True]


def test_a_turn_without_end(run: Run, worker: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADLINE_LAB_TURN_MINUTES", "0")
    scheduler.start(run)
    scheduler.start(another_run(run))
    assert over(Turn(run), PREPARED, batch(90_000.0)) == [False, False]


@pytest.mark.parametrize("minutes", ["-1", "ten", "1e3", "nan", "inf", "1,5"])
def test_a_turn_that_is_no_time_is_refused(
    run: Run, worker: Workers, monkeypatch: pytest.MonkeyPatch, minutes: str
) -> None:
    monkeypatch.setenv("HEADLINE_LAB_TURN_MINUTES", minutes)
    with pytest.raises(SettingsError, match="HEADLINE_LAB_TURN_MINUTES must be a number"):
        scheduler.start(run)
    assert worker == []


def test_a_run_of_the_command_line_keeps_its_slot(run: Run) -> None:
    run.claim(os.getpid())
    run_queue.enqueue(another_run(run))
    assert over(Turn(run), PREPARED, batch(90_000.0)) == [False, False]


@pytest.mark.parametrize("how", ["suspended", "gone"])
def test_nobody_makes_room_for_a_command_line_that_takes_no_turn(
    run: Run, worker: Workers, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    scheduler.start(run)
    bob = another_run(run)
    bob.queue(1, pid=os.getpid())
    assert over(Turn(run), PREPARED, batch(1001.0)) == [False, True]
    if how == "suspended":
        monkeypatch.setattr("core.runs.lease.is_suspended", lambda pid: pid == os.getpid())
    else:
        file = bob.folder / "queued.json"
        file.write_text(json.dumps(json.loads(file.read_bytes()) | {"started": 1.0}))
    assert over(Turn(run), PREPARED, batch(1001.0)) == [False, False]


def test_a_cell_of_a_race_makes_no_room_for_the_next_cell_of_it(run: Run, worker: Workers) -> None:
    store = store_of(run)
    cells = [
        store.create(
            PRESETS["quick"],
            news=run.news,
            news_name=run.news_name,
            fingerprint=run.fingerprint,
            owner="ada",
            race="r" * 22,
        )
        for _ in range(2)
    ]
    for cell in cells:
        run_queue.enqueue(cell)
    scheduler.advance(store)
    at_work = next(cell for cell in cells if cell.alive())
    assert over(Turn(at_work), PREPARED, batch(1001.0)) == [False, False]
    run_queue.enqueue(run)
    assert over(Turn(at_work), PREPARED, batch(1001.0)) == [False, True]


def test_of_two_at_work_one_makes_room_for_one(
    run: Run, worker: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "2")
    at_work = [run, another_run(run)]
    for each in at_work:
        scheduler.start(each)
    turns = [Turn(each) for each in at_work]

    def making_room() -> int:
        return sum(over(turn, batch(601.0))[-1] for turn in turns)

    assert making_room() == 0
    run_queue.enqueue(another_run(run, "eve"))
    assert making_room() == 1
    run_queue.enqueue(another_run(run, "mia"))
    assert making_room() == 2
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "4")
    assert making_room() == 0  # who waits takes the free slots


def test_who_was_preempted_waits_for_a_turn_before_another_makes_room(
    run: Run, worker: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else two runs that began together would leave one after the other, and the first would be back at once."""
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "2")
    bob, eve = another_run(run), another_run(run, "eve")
    scheduler.start(run)
    scheduler.start(bob)
    scheduler.start(eve)
    make_room(run, worker[0])
    scheduler.advance(store_of(run))
    assert [each.status() for each in (run, bob, eve)] == ["waiting", "preparing", "preparing"]
    turn = Turn(bob)
    assert over(turn, batch(601.0), batch(1200.0), batch(1202.0)) == [False, False, True]


# --- What becomes of a run that has made room ---


def test_a_preempted_run_goes_behind_all_who_wait_and_then_on_by_itself(run: Run, worker: Workers) -> None:
    bob, eve = another_run(run), another_run(run, "eve")
    for each in (run, bob, eve):
        scheduler.start(each)
    make_room(run, worker[0])
    assert run.status() == "waiting"  # nobody has looked yet, and its owner starts no second run
    scheduler.advance(store_of(run))
    assert [each.status() for each in (run, bob, eve)] == ["waiting", "preparing", "waiting"]
    assert positions(eve, run) == [1, 2]
    for one, each in zip(worker[1:], (bob, eve), strict=False):
        end(one)
        each.append(Failed(reason="r", seconds=1.0))
    scheduler.advance(store_of(run))
    end(worker[2])
    eve.append(Failed(reason="r", seconds=1.0))
    scheduler.advance(store_of(run))
    assert run.status() == "preparing"
    assert present(run.lease()).attempt == 2


def test_its_own_worker_queues_it_and_starts_the_next(run: Run, worker: Workers) -> None:
    bob = another_run(run)
    scheduler.start(run)
    scheduler.start(bob)
    run.append(batch(601.0))
    run.append(ROOM)
    scheduler.advance(store_of(run))
    assert len(worker) == 1  # it still leaves: another looks, and starts nothing beside it
    assert run.queue_entry() is None
    scheduler.advance(store_of(run), leaving=worker[0].pid)
    assert [run.status(), bob.status()] == ["waiting", "preparing"]
    for _ in range(3):  # while its process ends, nobody takes its queue entry for an old one
        scheduler.advance(store_of(run))
    assert run.queue_entry()
    assert len(worker) == 2


def test_a_preempted_run_starts_once_when_those_who_waited_have_gone(run: Run, worker: Workers) -> None:
    bob = another_run(run)
    scheduler.start(run)
    scheduler.start(bob)
    make_room(run, worker[0])
    run_queue.cancel(bob)
    for _ in range(3):
        scheduler.advance(store_of(run))
    assert len(worker) == 2
    assert run.status() == "preparing"
    assert run.queue_entry() is None


def test_a_worker_lost_after_a_resume_is_replaced_as_ever(run: Run, worker: Workers) -> None:
    """The event log ends with the earlier attempt's preemption: it says nothing of the one that was lost."""
    scheduler.start(run)
    make_room(run, worker[0])
    scheduler.advance(store_of(run))
    end(worker[1])
    assert run.status() == "interrupted"
    scheduler.advance(store_of(run))
    assert present(run.lease()).crashes == 1
    assert present(run.lease()).attempt == 3


def test_a_claim_that_was_interrupted_is_completed_after_a_preemption(run: Run, worker: Workers) -> None:
    scheduler.start(run)
    make_room(run, worker[0])
    scheduler.advance(store_of(run))
    run.queue(1)  # as if the new process's claim had been cut off before its last step
    scheduler.advance(store_of(run))
    assert run.queue_entry() is None
    assert len(worker) == 2


# --- What its owner asks meanwhile ---


@pytest.fixture
def preempted(run: Run, worker: Workers) -> Run:
    """A run that waits after its turn, behind one at work."""
    scheduler.start(run)
    scheduler.start(another_run(run))
    make_room(run, worker[0])
    scheduler.advance(store_of(run))
    assert run.queue_entry()
    return run


@pytest.mark.parametrize("ask", [run_queue.cancel, run_queue.pause])
def test_a_preempted_run_that_is_cancelled_is_paused_and_stays_so(preempted: Run, ask: object) -> None:
    assert callable(ask)
    ask(preempted)
    scheduler.advance(store_of(preempted))
    assert preempted.status() == "paused"
    assert preempted.queue_entry() is None
    scheduler.start(preempted)
    assert preempted.status() == "waiting"
    assert not preempted.pause_requested()


@pytest.mark.parametrize("ask", [run_queue.cancel, run_queue.pause])
def test_one_whose_worker_was_killed_before_it_stood_in_the_queue_is_paused_too(
    run: Run, worker: Workers, ask: object
) -> None:
    assert callable(ask)
    scheduler.start(run)
    make_room(run, worker[0])
    ask(run)
    scheduler.advance(store_of(run))
    assert run.status() == "paused"
    assert len(worker) == 1


def test_pause_while_the_worker_leaves_is_kept(run: Run, worker: Workers) -> None:
    scheduler.start(run)
    run.append(ROOM)
    run_queue.pause(run)
    assert run.status() == "pausing"
    scheduler.advance(store_of(run), leaving=worker[0].pid)
    assert run.status() == "pausing"
    end(worker[0])
    scheduler.advance(store_of(run))
    assert run.status() == "paused"
    assert len(worker) == 1


def test_stop_while_the_worker_leaves_is_done_before_others_begin(run: Run, worker: Workers) -> None:
    """It has only to be scored."""
    bob = another_run(run)
    scheduler.start(run)
    scheduler.start(bob)
    run.append(ROOM)
    run_queue.cancel(run)
    assert run.status() == "stopping"
    scheduler.advance(store_of(run), leaving=worker[0].pid)
    assert [run.status(), bob.status()] == ["stopping", "waiting"]
    assert present(run.lease()).attempt == 2


def test_the_own_pause_of_a_run_is_no_preemption(run: Run, worker: Workers) -> None:
    scheduler.start(run)
    run_queue.pause(run)
    run.append(Paused(epoch=1, step=3, seconds=5.0))
    end(worker[0])
    scheduler.advance(store_of(run))
    assert run.status() == "paused"


def test_a_race_whose_cell_was_preempted_is_stopped_and_resumed(run: Run, worker: Workers) -> None:
    store = store_of(run)
    cell = store.create(
        PRESETS["quick"],
        news=run.news,
        news_name=run.news_name,
        fingerprint=run.fingerprint,
        owner="eve",
        race="r" * 22,
    )
    scheduler.start(cell)
    scheduler.start(run)
    make_room(cell, worker[0])
    scheduler.advance(store)
    (race,) = memory_race.group_runs([cell])
    assert race.at_work
    with pytest.raises(RunError, match="while it is running"):
        memory_race.remove(store, race)
    memory_race.stop(race)
    assert race.resumable_runs == (cell,)
    memory_race.resume(race)
    assert cell.status() == "waiting"


# --- What is said ---


def test_the_wait_counts_turns(run: Run, worker: Workers) -> None:
    """A run of 5,000 s makes room after 600; one that ends before, or nearly, does not."""
    bob, eve = another_run(run), another_run(run, "eve")
    scheduler.start(run)
    scheduler.start(bob)
    scheduler.start(eve)

    def waits() -> list[float | None]:
        queue = run_queue.read_queue(store_of(run))
        return [queue.wait_seconds(each) for each in (bob, eve)]

    run.append(batch(500.0, share=0.1))
    assert waits() == pytest.approx([600, 1200])
    run.append(batch(4200.0, share=0.84))
    assert waits() == pytest.approx([800, 1400])


def test_the_wait_behind_a_run_of_the_command_line_lasts_to_its_end(run: Run) -> None:
    run.claim(os.getpid())
    run.append(batch(500.0, share=0.1))
    bob = another_run(run)
    run_queue.enqueue(bob)
    assert run_queue.read_queue(store_of(run)).wait_seconds(bob) == pytest.approx(4500)


def test_the_length_of_the_last_turn() -> None:
    second = Paused(epoch=2, step=1, seconds=1700.0, preempted=True)
    events: list[Event] = [
        PREPARED,
        batch(1000.0),
        ROOM,
        PREPARED,
        Resumed(epoch=1, step=3, seconds=1005.0),
        second,
    ]
    assert seconds_of_last_turn(events[:3]) == pytest.approx(605)
    assert seconds_of_last_turn(events) == pytest.approx(695)


def test_a_run_interrupted_before_its_turn_was_over_waits_for_its_owner(run: Run, worker: Workers) -> None:
    interrupt(run)
    run.append(batch(700.0))
    scheduler.advance(store_of(run))
    assert run.status() == "interrupted"
    assert worker == []
