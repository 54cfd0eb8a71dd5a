"""``queue`` and ``queue cancel``: what the teacher sees of the runs, and does to them."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from core import paths
from core.__main__ import main
from core.cli.train import OWNER
from core.runs import scheduler
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from core.training.events import BatchEnd, Paused
from tests.present import present
from tests.runs.conftest import one_slot, worker
from tests.runs.queued_runs import interrupt, new_run

__all__ = ["one_slot", "worker"]  # fixtures
pytestmark = pytest.mark.usefixtures("one_slot")
Workers = list[subprocess.Popen[bytes]]

QUARTER = BatchEnd(  # of the two epochs of "quick", in 30 s
    epoch=1,
    step=2,
    steps=4,
    rows=200,
    loss=1.0,
    accuracy=0.5,
    validation_loss=None,
    validation_accuracy=None,
    rows_per_second=9.0,
    seconds=30.0,
)


@pytest.fixture
def store() -> RunStore:
    return RunStore(paths.runs())


@pytest.fixture
def runs(store: RunStore, worker: Workers) -> list[Run]:
    """One at work, a quarter through its two minutes, and two that wait."""
    owners = ("a" * 64, "b" * 64, "c" * 64)
    runs = [new_run(store, owner) for owner in owners]
    for run in runs:
        scheduler.start(run)
    runs[0].append(QUARTER)
    return runs


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    status = main([*arguments, "--json"])
    printed = capsys.readouterr()
    assert status == 0, printed.err
    return json.loads(printed.out.splitlines()[-1])


def mistake(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    return line


def test_an_empty_queue(capsys: pytest.CaptureFixture[str]) -> None:
    assert answer(capsys, "queue") == {"slots": 1, "turn_minutes": 10.0, "at_work": [], "waiting": []}
    assert main(["queue"]) == 0
    assert capsys.readouterr().out == "No run is training or waiting.\n"
    assert not paths.runs().exists()  # looking leaves nothing behind


def test_who_trains_and_who_waits_in_order(
    capsys: pytest.CaptureFixture[str], runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    record = answer(capsys, "queue")
    (at_work,), waiting = record["at_work"], record["waiting"]
    assert set(at_work) == {
        "id", "visitor", "file", "preset", "race", "status", "preempted", "position", "since", "done", "wait_seconds",
    }  # fmt: skip
    assert (at_work["id"], at_work["status"], at_work["done"]) == (runs[0].id, "training", 0.25)
    assert (at_work["position"], at_work["wait_seconds"]) == (None, None)
    assert [each["id"] for each in waiting] == [run.id for run in runs[1:]]
    assert [each["visitor"] for each in waiting] == ["b" * 8, "c" * 8]  # not the whole name
    assert [each["position"] for each in waiting] == [1, 2]
    assert [each["wait_seconds"] for each in waiting] == [90.0, 210.0]
    assert {each["file"] for each in waiting} == {"n.json"}
    assert {each["preset"] for each in waiting} == {"quick"}
    assert all(each["since"].endswith("+00:00") for each in (at_work, *waiting))
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["queue"]) == 0
    printed = capsys.readouterr().out
    assert all(run.id[:8] in printed for run in runs)
    assert "25%" in printed
    assert "00:03:30" in printed


def test_a_wait_of_more_than_a_day_is_printed_in_hours(
    capsys: pytest.CaptureFixture[str], runs: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEADLINE_LAB_TURN_MINUTES", "0")
    runs[0].append(replace(QUARTER, seconds=36_000.0))
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["queue"]) == 0
    assert "30:00:00" in capsys.readouterr().out


def test_a_run_with_damaged_overrides_is_listed_and_stops_nobody(
    capsys: pytest.CaptureFixture[str], runs: list[Run]
) -> None:
    (runs[0].folder / "plan.json").write_text("{")
    record = answer(capsys, "queue")
    assert [each["done"] for each in record["at_work"]] == [None]
    assert [each["wait_seconds"] for each in record["waiting"]] == [None, None]


def test_the_later_cells_of_a_race_and_a_command_line_are_listed(
    capsys: pytest.CaptureFixture[str], store: RunStore, runs: list[Run]
) -> None:
    cells = [
        store.create(
            PRESETS["quick"],
            news=Path("n.json"),
            news_name="[b]n.json",
            fingerprint="f" * 64,
            owner=OWNER,
            race="r" * 22,
        )
        for _ in range(2)
    ]
    for cell in cells:
        scheduler.start(cell)
    waiting = answer(capsys, "queue")["waiting"]
    assert [each["position"] for each in waiting] == [1, 2, 3, None]
    assert [each["race"] for each in waiting] == [None, None, "r" * 22, "r" * 22]
    assert waiting[-1]["visitor"] == OWNER
    assert main(["queue"]) == 0
    assert "[b]n.json" in capsys.readouterr().out  # a name is no markup


def test_a_run_that_made_room_is_named(capsys: pytest.CaptureFixture[str], runs: list[Run]) -> None:
    runs[1].claim(os.getpid())
    runs[1].append(Paused(epoch=1, step=1, seconds=9.0, preempted=True))
    runs[1].queue(1)
    assert [each["preempted"] for each in answer(capsys, "queue")["waiting"]] == [True, False]


def test_cancel_takes_a_waiting_run_out_of_the_queue(
    capsys: pytest.CaptureFixture[str], runs: list[Run]
) -> None:
    assert answer(capsys, "queue", "cancel", runs[1].id[:8]) == {"id": runs[1].id, "status": "failed"}
    assert [run.status() for run in runs] == ["training", "failed", "waiting"]
    assert main(["queue", "cancel", runs[2].id]) == 0
    assert capsys.readouterr().out == f"Run {runs[2].id} has left the queue.\n"


def test_cancel_stops_one_at_work_as_the_page_does(
    capsys: pytest.CaptureFixture[str], runs: list[Run]
) -> None:
    assert answer(capsys, "queue", "--json", "cancel", runs[0].id) == {
        "id": runs[0].id,
        "status": "stopping",
    }
    assert runs[0].stop_requested()
    assert main(["queue", "cancel", runs[0].id]) == 0
    assert capsys.readouterr().out == f"Run {runs[0].id} stops and keeps the best weights so far.\n"


def test_cancel_leaves_all_others_alone(
    capsys: pytest.CaptureFixture[str], store: RunStore, runs: list[Run]
) -> None:
    lost = new_run(store, "d" * 64)
    interrupt(lost)
    assert f"begins with {lost.id!r}" in mistake(capsys, "queue", "cancel", lost.id)
    assert "No run that is training or waiting" in mistake(capsys, "queue", "cancel", "")
    assert "No run that is training or waiting" in mistake(capsys, "queue", "cancel", "../" + runs[0].id)
    assert "Missing argument 'ID'" in mistake(capsys, "queue", "cancel")
    assert [run.status() for run in runs] == ["training", "waiting", "waiting"]


def test_an_id_may_begin_with_a_hyphen_and_a_beginning_must_be_one_runs(
    capsys: pytest.CaptureFixture[str], store: RunStore, monkeypatch: pytest.MonkeyPatch, worker: Workers
) -> None:
    ids = iter(("-" + "x" * 21, "-x" + "y" * 20, "-z" + "y" * 20))
    monkeypatch.setattr("core.runs.run_store.secrets.token_urlsafe", lambda _: next(ids))
    runs = [new_run(store, owner) for owner in ("ada", "bob", "eve")]
    for run in runs:
        scheduler.start(run)
    line = mistake(capsys, "queue", "cancel", "-x")
    assert line == f"2 runs begin with '-x': {runs[0].id}, {runs[1].id}"
    assert answer(capsys, "queue", "cancel", "-z")["id"] == runs[2].id
    assert present(runs[1].queue_entry())
