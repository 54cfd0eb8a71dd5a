"""The index of runs: made again whenever it is gone or damaged, and the same for every process."""

import sqlite3
import threading
from pathlib import Path

import pytest

from core.runs.run import Run
from core.runs.run_store import RunStore
from core.training.events import Failed
from tests.runs.queued_runs import new_run


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def _ids(runs: list[Run]) -> set[str]:
    return {run.id for run in runs}


def test_it_knows_whose_runs_there_are_and_which_have_not_ended(store: RunStore) -> None:
    first, second, other = new_run(store), new_run(store), new_run(store, "bob")
    assert _ids(store.of_owner("ada")) == {first.id, second.id}
    assert _ids(store.open_runs()) == {first.id, second.id, other.id}
    store.registry.set_ended(first.id, True)
    assert _ids(store.open_runs()) == {second.id, other.id}
    store.remove(second)
    assert _ids(store.all()) == {first.id, other.id}
    assert not second.folder.exists()


def test_a_folder_that_was_removed_by_hand_is_forgotten(store: RunStore) -> None:
    run = new_run(store)
    for file in run.folder.iterdir():
        file.unlink()
    run.folder.rmdir()
    assert store.of_owner("ada") == []
    assert store.registry.ids() == []


DAMAGES = {
    "gone": None,
    "empty": b"",
    "text": b"this is no database",
    "cut": 3000,
    "another database": "CREATE TABLE runs(something)",
    "zeros": b"\x00" * 8192,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_it_is_made_again_from_the_folders(store: RunStore, damage: str) -> None:
    run, ended = new_run(store), new_run(store)
    ended.claim(1)
    ended.append(Failed(reason="r", seconds=1.0))
    (store.root / f".removed-{run.id}").mkdir()  # half removed
    (store.root / f".removed-{run.id}" / "run.json").write_bytes((run.folder / "run.json").read_bytes())
    (store.root / "stray").mkdir()
    (store.root / "stray" / "run.json").write_text("{")
    file, what = store.registry.file, DAMAGES[damage]
    if what is None:
        file.unlink()
    elif isinstance(what, int):
        file.write_bytes(file.read_bytes()[:what])
    elif isinstance(what, str):
        file.unlink()
        with sqlite3.connect(file) as connection:
            connection.execute(what)
    else:
        file.write_bytes(what)
    assert _ids(store.of_owner("ada")) == {run.id, ended.id}
    assert _ids(store.open_runs()) == {run.id}
    aside = list(store.root.glob("damaged-*"))
    assert bool(aside) == (damage not in ("gone", "empty"))


def test_many_writers_at_once_lose_nothing(store: RunStore) -> None:
    threads = [
        threading.Thread(target=lambda: [new_run(RunStore(store.root)) for _ in range(5)]) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.of_owner("ada")) == 30
