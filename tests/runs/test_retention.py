"""What one visitor may keep, what goes when it is old, and what does not fit is refused before it begins."""

import json
import os
import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import pytest

from core import paths
from core.__main__ import main
from core.errors import RunError
from core.model.scores import Scores
from core.runs import memory_budget, retention
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from core.training.events import Event, Failed, Finished, Paused
from tests.insight.run_snapshots import write_snapshots

FINISHED = Finished(
    ending="epochs",
    epochs=2,
    best_epoch=1,
    validation_loss=1.5,
    validation_accuracy=0.5,
    test=Scores(rows=9, accuracy=0.6, top3_accuracy=0.8, macro_f1=0.4, loss=1.4, majority=0.2),
    seconds=12.0,
)
OLD = 1_000_000_000.0  # 2001


@pytest.fixture
def store() -> RunStore:
    return RunStore(paths.runs())


def _run(store: RunStore, owner: str = "ada", news: Path = Path("n.json")) -> Run:
    return store.create(PRESETS["quick"], news=news, news_name="n.json", fingerprint="f" * 64, owner=owner)


def _ended(run: Run, event: Event | None = None) -> Run:
    run.claim(os.getpid())
    run.checkpoints.write([], best={}, progress={})
    run.append(event or Failed(reason="r", seconds=1.0))
    file = run.folder / "process.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"started": 1.0}))
    return run


def _age(path: Path) -> None:
    for one in (*path.rglob("*"), path):
        os.utime(one, (OLD, OLD))


def test_a_finished_run_gives_its_checkpoints_room_back_and_a_paused_one_keeps_them(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    finished, paused = (
        _ended(_run(store), FINISHED),
        _ended(_run(store), Paused(epoch=1, step=1, seconds=1.0)),
    )
    theirs = _ended(_run(store, "bob"), FINISHED)
    retention.make_room(store, "ada")
    assert finished.checkpoints.exist()  # there is room
    monkeypatch.setattr(retention, "BYTES", 2 * paused.disk_bytes())
    retention.make_room(store, "ada")
    assert [one.checkpoints.exist() for one in (finished, paused, theirs)] == [False, True, True]


def test_snapshots_count_stay_with_their_run_and_go_with_it(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _ended(_run(store), FINISHED)
    before = run.disk_bytes()
    write_snapshots(run.snapshots_folder)
    files = sorted(run.snapshots_folder.iterdir())
    assert run.disk_bytes() >= before + sum(one.stat().st_size for one in files)
    monkeypatch.setattr(retention, "BYTES", run.disk_bytes())
    retention.make_room(store, "ada")  # takes the checkpoints of finished runs
    assert not run.checkpoints.exist()
    assert sorted(run.snapshots_folder.iterdir()) == files
    _age(run.folder)
    write_snapshots(run.snapshots_folder)  # a run that goes on for more epochs is no old one
    assert retention.clean(30).runs == 0
    _age(run.folder)
    assert retention.clean(30).runs == 1
    assert not run.folder.exists()


def test_as_many_runs_as_one_may_keep(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "RUNS", 2)
    _run(store)
    retention.make_room(store, "ada")
    _run(store)
    retention.make_room(store, "bob")
    with pytest.raises(RunError, match="You have 2"):
        retention.make_room(store, "ada")


def test_as_many_bytes_as_one_may_take(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _run(store)
    monkeypatch.setattr(retention, "BYTES", run.disk_bytes())
    retention.make_room(store, "ada")
    (run.folder / "worker.log").write_text("more")
    with pytest.raises(RunError, match="more than"):
        retention.make_room(store, "ada")


def test_a_disk_that_is_nearly_full_begins_nothing(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 9, 1))
    with pytest.raises(RunError, match="nearly full"):
        retention.make_room(store, "ada")


def test_what_is_old_and_unused_goes(store: RunStore, capsys: pytest.CaptureFixture[str]) -> None:
    used, unused, chosen = (paths.uploads() / (letter * 64) for letter in "abc")
    for folder in (used, unused, chosen):
        folder.mkdir(parents=True)
        (folder / "n.json").write_text("{}")
    stays = _run(store, news=used / "n.json")
    stays.claim(os.getpid())  # at work, however old
    gone, fresh = _ended(_run(store)), _ended(_run(store))
    visitors = paths.visitors()
    visitors.mkdir(parents=True)
    (visitors / "old.json").write_text("{}")
    (visitors / "new.json").write_text(json.dumps({"news": {"path": str(chosen / "n.json")}}))
    (paths.runs() / ".removed-x").mkdir()
    brought = paths.imported() / "ada" / ("i" * 22)
    brought.mkdir(parents=True)
    result, used_result = (paths.results() / (letter * 64) for letter in "de")
    for folder in (result, used_result):
        folder.mkdir(parents=True)
    for path in (used, unused, chosen, stays.folder, gone.folder, visitors / "old.json", brought, result):
        _age(path)
    _age(paths.runs() / ".removed-x")
    expected = {"runs": 1, "uploads": 1, "visitors": 1, "classifiers": 1, "leftovers": 2}

    assert main(["clean", "--dry-run", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert {name: found[name] for name in expected} == expected
    assert gone.folder.exists()
    assert main(["clean", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == found | {"removed": True}
    assert {run.id for run in store.all()} == {stays.id, fresh.id}
    assert [one.exists() for one in (used, unused, chosen, brought, gone.folder)] == [
        True,
        False,
        True,
        False,
        False,
    ]
    assert [one.name for one in visitors.iterdir()] == ["new.json"]
    assert list(paths.results().iterdir()) == [used_result]
    assert main(["clean", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == 0


def test_a_run_that_memory_cannot_hold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PRESETS["quick"]
    memory_budget.check_fits(quick, 1000, 10)
    monkeypatch.setattr(
        memory_budget, "total_bytes", lambda: memory_budget.estimate_bytes(quick, 1000, 10) - 1
    )
    with pytest.raises(RunError, match=r"about 0\.\d GB of memory, and this machine has 0\.\d"):
        memory_budget.check_fits(quick, 1000, 10)


def test_what_makes_a_run_larger_makes_its_estimate_larger() -> None:
    quick = PRESETS["quick"]
    small = memory_budget.estimate_bytes(quick, 10_000, 10)
    for larger in (
        replace(quick, network=replace(quick.network, vocabulary_size=90_000)),
        replace(quick, network=replace(quick.network, ensemble_size=3)),
        replace(quick, training=replace(quick.training, batch_size=1024)),
    ):
        assert memory_budget.estimate_bytes(larger, 10_000, 10) > small
    assert memory_budget.estimate_bytes(quick, 100_000, 10) > small
