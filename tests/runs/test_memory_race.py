"""A race's life: started whole or not at all, run after run, stopped, one lost, found again, removed."""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from core.errors import RunError
from core.news.news import read_news
from core.runs import launcher, memory_race, run_queue, scheduler
from core.runs.memory_race import Race
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.runs.start import TrainingFile
from core.runs.worker import work
from core.settings.memory_race import equal_budget_settings
from core.settings.network import CELLS
from core.training.batches import epoch_batches
from core.training.events import Failed, Finished, Prepared
from tests.present import present
from tests.runs.queued_runs import new_run

Worker = list[subprocess.Popen[bytes]]


@pytest.fixture(autouse=True)
def one_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "1")


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def begun(store: RunStore, owner: str = "ada", **settings: Any) -> Race:
    news = TrainingFile(path=Path("n.json"), name="n.json", fingerprint="f" * 64, articles=1000, categories=3)
    return memory_race.start_race(store, owner, equal_budget_settings(**settings), news)


def ends(run: Run, worker: Worker) -> None:
    """The worker at work ends, and says so in the run's log."""
    run.append(Failed(reason="r", seconds=1.0))
    worker[-1].kill()
    worker[-1].wait()
    scheduler.advance(RunStore(run.folder.parent))


def stages(found: Race) -> list[str]:
    return [run.status() for run in found.runs]


def test_one_after_the_other_in_the_order_of_the_cells(store: RunStore, worker: Worker) -> None:
    found = begun(store)
    assert [run.settings.network.cell for run in found.runs] == list(CELLS)
    assert stages(found) == ["preparing", "waiting", "waiting", "waiting"]
    for place in range(4):
        assert len(worker) == place + 1
        assert stages(found)[place] == "preparing"
        ends(found.runs[place], worker)  # one that failed does not keep the next from its turn
    assert stages(found) == ["failed"] * 4
    assert not found.at_work


def test_where_there_is_room_for_more_still_one_at_a_time(
    store: RunStore, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "3")
    found = begun(store)
    other = new_run(store, "bob")
    scheduler.start(other)
    assert other.status() == "preparing"  # the race's runs do not hold it up
    assert stages(found) == ["preparing", "waiting", "waiting", "waiting"]
    assert [run_queue.read_queue(store).position(run) for run in found.runs] == [0, 1, 0, 0]


def test_who_comes_later_waits_for_one_more_of_its_runs_at_most(store: RunStore, worker: Worker) -> None:
    found = begun(store)
    bob, eve = new_run(store, "bob"), new_run(store, "eve")
    scheduler.start(bob)
    assert run_queue.read_queue(store).position(bob) == 2
    ends(found.runs[0], worker)
    assert found.runs[1].status() == "preparing"
    scheduler.start(eve)
    ends(found.runs[1], worker)
    assert bob.status() == "preparing"
    assert (
        run_queue.read_queue(store).position(found.runs[2]),
        run_queue.read_queue(store).position(eve),
    ) == (
        1,
        2,
    )
    ends(bob, worker)
    assert found.runs[2].status() == "preparing"
    ends(found.runs[2], worker)
    assert eve.status() == "preparing"


def test_stop_ends_the_whole_race(store: RunStore, worker: Worker) -> None:
    found = begun(store)
    memory_race.stop(found)
    assert stages(found) == ["stopping", "failed", "failed", "failed"]
    assert found.runs[0].stop_requested()
    assert len(worker) == 1
    ends(found.runs[0], worker)
    assert len(worker) == 1
    memory_race.stop(found)  # once more, when nothing is left to stop
    assert not found.runs[1].stop_requested()


def test_stop_lets_no_other_begin_though_the_one_at_work_ends_at_once(
    store: RunStore, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    race, cancel = begun(store), run_queue.cancel

    def cancelled(run: Run) -> None:
        cancel(run)
        if run.alive():
            ends(run, worker)

    monkeypatch.setattr(run_queue, "cancel", cancelled)
    memory_race.stop(race)
    assert stages(race) == ["failed"] * 4
    assert len(worker) == 1


def test_who_goes_back_keeps_what_he_waits_with(store: RunStore, worker: Worker) -> None:
    found = begun(store)
    entry = present(found.runs[2].queue_entry())
    found.runs[2].queue(entry.since, entry.round_number, crashes=2)
    ends(found.runs[0], worker)
    assert stages(found)[1:] == ["preparing", "waiting", "waiting"]
    assert present(found.runs[2].queue_entry()).crashes == 2


def test_it_is_found_again_by_another_server_and_an_index_made_anew(store: RunStore, worker: Worker) -> None:
    first = begun(store)
    memory_race.stop(first)
    ends(first.runs[0], worker)
    second = begun(store, units=32)
    new_run(store, "ada")
    begun(store, "bob")
    store.registry.file.unlink()
    races = memory_race.group_runs(RunStore(store.root).of_owner("ada"))
    assert {one.id for one in races} == {first.id, second.id}
    again = next(one for one in races if one.id == second.id)
    assert [run.id for run in again.runs] == [run.id for run in second.runs]
    assert again.at_work
    assert memory_race.group_runs(store.of_owner("eve")) == []


def test_with_the_power_gone_it_waits_for_its_owner_and_goes_on_in_order(
    store: RunStore, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = begun(store)
    worker[0].kill()
    worker[0].wait()
    monkeypatch.setattr(launcher, "_seen", set())  # another server, which never saw it at work
    scheduler.advance(store)
    assert stages(found) == ["interrupted", "preparing", "waiting", "waiting"]
    assert found.resumable_runs == (found.runs[0],)
    memory_race.resume(found)
    assert stages(found) == ["waiting", "preparing", "waiting", "waiting"]
    assert [run_queue.read_queue(store).position(run) for run in found.runs] == [0, 0, 1, 0]  # behind its own


def test_a_lost_worker_is_started_again_before_the_next_of_its_race(store: RunStore, worker: Worker) -> None:
    found = begun(store)
    worker[0].kill()
    worker[0].wait()
    scheduler.advance(store)
    assert stages(found) == ["preparing", "waiting", "waiting", "waiting"]
    assert present(found.runs[0].lease()).crashes == 1


def test_removed_it_takes_its_runs_along(store: RunStore, worker: Worker) -> None:
    race, kept = begun(store), new_run(store, "ada")
    with pytest.raises(RunError, match="while it is running"):
        memory_race.remove(store, race)
    assert len(memory_race.group_runs(store.of_owner("ada"))[0].runs) == 4
    memory_race.stop(race)
    ends(race.runs[0], worker)
    memory_race.remove(store, race)
    assert [run.id for run in store.of_owner("ada")] == [kept.id]


def test_of_one_whose_run_was_removed_the_others_are_left(store: RunStore, worker: Worker) -> None:
    found = begun(store)
    memory_race.stop(found)
    store.remove(found.runs[2])
    (left,) = memory_race.group_runs(store.of_owner("ada"))
    assert [run.settings.network.cell for run in left.runs] == ["SimpleRNN", "LSTM", "minGRU"]


@pytest.mark.parametrize("named", [5, "", "../x", "x" * 30])
def test_a_race_that_is_no_name_of_ours_is_damage(store: RunStore, named: object) -> None:
    run = new_run(store, "bob")
    record = json.loads((run.folder / "run.json").read_bytes())
    (run.folder / "run.json").write_text(json.dumps(record | {"race": named}))
    with pytest.raises(RunError, match="damaged"):
        store.open(run.id)


@pytest.mark.slow
def test_all_four_learn_from_the_same_batches(
    store: RunStore, small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Trained in this process: what was prepared is the same for all, and each batch holds the same articles."""
    from core.training import trainer

    monkeypatch.setattr(scheduler, "advance", lambda *_, **__: None)
    news = read_news(small_news)
    settings = equal_budget_settings(units=16, epochs=1, sequence_length=12)
    found = memory_race.start_race(store, "ada", settings, TrainingFile.of(news, small_news))
    preparations: list[tuple[Prepared, int, float]] = []
    batches: list[list[np.ndarray]] = []

    def watched(*given: Any, **how: Any) -> list[np.ndarray]:
        batches.append(epoch_batches(*given, **how))
        return batches[-1]

    monkeypatch.setattr(trainer, "epoch_batches", watched)
    for run in found.runs:
        held = replace(run, attempt=run.claim(os.getpid()))
        ending = work(held)
        assert isinstance(ending, Finished), ending
        (prepared,) = [one for one in run.events()[0] if isinstance(one, Prepared)]
        preparations.append(
            (
                msgspec.structs.replace(prepared, seconds=0.0, parameters=0),
                ending.test.rows,
                ending.test.majority,
            )
        )
    assert len(set(preparations)) == 1
    assert preparations[0][0].training_rows == 210
    assert len(batches) == 4  # one epoch each
    for one in batches[1:]:
        assert [some.tolist() for some in one] == [some.tolist() for some in batches[0]]
