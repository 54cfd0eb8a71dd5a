import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from core.errors import RunError
from core.model.scores import Scores
from core.runs.lease import LeaseLost
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.training.events import (
    Baseline,
    BatchEnd,
    EpochEnd,
    Event,
    Failed,
    Finished,
    Paused,
    Preparing,
    to_json,
)
from tests.present import present

FINISHED = Finished(
    ending="epochs",
    epochs=2,
    best_epoch=1,
    validation_loss=1.5,
    validation_accuracy=0.5,
    test=Scores(rows=9, accuracy=0.6, top3_accuracy=0.8, macro_f1=0.4, loss=1.4, majority=0.2),
    seconds=12.0,
)
BASELINE = Baseline(
    name="majority", validation_accuracy=0.2, test_accuracy=0.2, test_macro_f1=0.1, seconds=0.1
)


def lose(run: Run) -> None:
    """Make the run's process one that is gone."""
    file = run.folder / "process.json"
    file.write_text(json.dumps(json.loads(file.read_bytes()) | {"started": 1.0}))


def _batch(step: int) -> BatchEnd:
    return BatchEnd(
        epoch=1,
        step=step,
        steps=9,
        rows=step * 32,
        loss=1.0,
        accuracy=0.5,
        validation_loss=None,
        validation_accuracy=None,
        rows_per_second=100.0,
        seconds=float(step),
    )


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def _create(store: RunStore, owner: str = "ada", settings: RunSettings = PRESETS["quick"]) -> Run:
    return store.create(settings, news=Path("n.json"), news_name="n.json", fingerprint="f" * 64, owner=owner)


def test_what_was_created_is_opened_again(store: RunStore) -> None:
    run = _create(store, settings=PRESETS["article"])
    assert store.open(run.id) == run
    assert store.open(run.id, owner="ada").settings == PRESETS["article"]
    assert run.news.is_absolute()


def test_somebody_elses_run_is_not_told_from_none(store: RunStore) -> None:
    run = _create(store, owner="ada")
    with pytest.raises(RunError) as theirs:
        store.open(run.id, owner="bob")
    with pytest.raises(RunError) as none:
        store.open("A" * 22, owner="bob")
    assert str(theirs.value).replace(run.id, "") == str(none.value).replace("A" * 22, "")


@pytest.mark.parametrize("run_id", ["", ".", "..", "../x", "a/b", "/etc", "nothing", "x" * 300])
def test_an_id_leads_nowhere_else(store: RunStore, run_id: str) -> None:
    _create(store)
    with pytest.raises(RunError):
        store.open(run_id)


def test_ids_cannot_be_guessed(store: RunStore) -> None:
    ids = {_create(store).id for _ in range(20)}
    assert len(ids) == 20
    assert all(len(run_id) == 22 for run_id in ids)  # 16 random bytes in base64


def test_the_list_is_the_owners_newest_first(store: RunStore) -> None:
    first, second = _create(store), _create(store)
    _create(store, owner="bob")
    assert {run.id for run in store.of_owner("ada")} == {first.id, second.id}
    created = [run.created for run in store.of_owner("ada")]
    assert created == sorted(created, reverse=True)
    (first.folder / "run.json").write_text("{")
    assert [run.id for run in store.of_owner("ada")] == [second.id]
    with pytest.raises(RunError, match="damaged"):
        store.open(first.id)


def test_events_come_back_once_and_in_order(store: RunStore) -> None:
    run = _create(store)
    assert run.events() == ([], 0)
    written: list[Event] = [Preparing(stage="reading", share=0.0, seconds=0.1), _batch(1)]
    for event in written:
        run.append(event)
    found, offset = run.events()
    assert found == written
    assert run.events(offset) == ([], offset)
    run.append(_batch(2))
    assert run.events(offset)[0] == [_batch(2)]


def test_a_log_cut_at_any_byte_of_its_last_record_is_read_and_mended(store: RunStore) -> None:
    run = _create(store)
    log = run.folder / "events.jsonl"
    run.append(_batch(1))
    first = log.read_bytes()
    run.append(_batch(2))
    whole = log.read_bytes()
    for cut in range(len(first), len(whole)):
        log.write_bytes(whole[:cut])
        assert run.events() == ([_batch(1)], len(first))
        run.event_log.cut_torn_tail()
        assert log.read_bytes() == first
    run.append(_batch(3))
    assert run.events()[0] == [_batch(1), _batch(3)]


def test_whoever_takes_a_run_cuts_off_what_a_crash_left_half_written(store: RunStore) -> None:
    """Else the log would seem longer than it is, and the first that the new process tells would not count."""
    run = _create(store)
    run.claim(os.getpid())
    run.append(_batch(1))
    log = run.folder / "events.jsonl"
    whole = log.read_bytes()
    log.write_bytes(whole + b'{"event": "BatchEnd", ' + b" " * 5_000)
    lose(run)
    assert run.claim(os.getpid()) == 2
    assert log.read_bytes() == whole
    assert present(run.lease()).log_offset == len(whole)
    assert run.status() == "preparing"
    run.append(_batch(2))
    assert run.status() == "training"
    assert run.events()[0] == [_batch(1), _batch(2)]


def test_a_damaged_line_is_passed_over(store: RunStore) -> None:
    run = _create(store)
    run.append(_batch(1))
    with (run.folder / "events.jsonl").open("ab") as log:
        log.write(b'\xff\x00 nonsense\n{"event": "Party"}\n[1]\n"text"\n')
    run.append(_batch(2))
    assert run.events()[0] == [_batch(1), _batch(2)]


@pytest.mark.parametrize(
    ("event", "alive", "status"),
    [
        (None, True, "preparing"),
        (Preparing(stage="reading", share=0.0, seconds=0.0), True, "preparing"),
        (BASELINE, True, "preparing"),
        (_batch(1), True, "training"),
        (_batch(1), False, "interrupted"),
        (Paused(epoch=1, step=1, seconds=1.0), False, "paused"),
        (FINISHED, False, "finished"),
        (FINISHED, True, "finished"),
        (Failed(reason="r", seconds=1.0), False, "failed"),
    ],
)
def test_status_follows_from_the_last_event_and_the_process(
    store: RunStore, event: Event | None, alive: bool, status: str
) -> None:
    run = _create(store)
    run.claim(os.getpid())
    if event is not None:
        run.append(event)
    if not alive:
        lose(run)
    assert run.status() == status
    assert run.result() == (FINISHED if event == FINISHED else None)


def test_a_run_that_nobody_works_on_and_that_does_not_wait_is_interrupted(store: RunStore) -> None:
    """Its server ended between making and queueing it, or its command line while it waited."""
    assert _create(store).status() == "interrupted"


def test_one_that_waits_in_the_queue_is_waiting_whatever_it_did_before(store: RunStore) -> None:
    run = _create(store)
    run.claim(os.getpid())
    run.append(Paused(epoch=1, step=1, seconds=1.0))
    lose(run)
    run.queue(1)
    assert run.status() == "waiting"
    run.claim(os.getpid())  # takes it out of the queue
    assert run.status() == "preparing"  # the pause is of the process before
    lose(run)
    assert run.status() == "interrupted"


def test_a_late_writer_is_refused_and_changes_nothing(store: RunStore) -> None:
    run = _create(store)
    late = replace(run, attempt=run.claim(os.getpid()))
    late.append(_batch(1))
    now = replace(run, attempt=run.claim(os.getpid()))
    assert (late.attempt, now.attempt) == (1, 2)
    before = (run.folder / "events.jsonl").read_bytes()
    writes: tuple[Callable[[], object], ...] = (
        lambda: late.append(_batch(2)),
        late.checkpoints.keep_newest,
        late.checkpoints.remove,
    )
    for write in writes:
        with pytest.raises(LeaseLost):
            write()
    assert (run.folder / "events.jsonl").read_bytes() == before
    now.append(_batch(2))
    assert run.events()[0] == [_batch(1), _batch(2)]


def test_a_disk_that_becomes_full_within_a_record_leaves_none_of_it(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _create(store)
    run.append(_batch(1))
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, data: write(file, data[:10]))
    with pytest.raises(OSError, match="No space left"):
        run.append(_batch(2))
    monkeypatch.undo()
    run.append(_batch(3))
    assert run.events()[0] == [_batch(1), _batch(3)]


def test_the_last_words_are_messages_without_traces_and_control_characters(store: RunStore) -> None:
    run = _create(store)
    assert run.last_output() == ""
    record = json.dumps({"message": "the disk\nis full", "trace": "Traceback: secret"})
    (run.folder / "worker.log").write_bytes(b"first\n\x1b[31mred\xff\n" + record.encode() + b"\n")
    assert run.last_output(2) == "[31mred\ufffd\nthe diskis full"


def test_stop_is_asked_for_across_processes(store: RunStore) -> None:
    run = _create(store)
    run.claim(os.getpid())
    run.append(_batch(1))
    assert not run.stop_requested()
    store.open(run.id).request_stop()
    assert run.stop_requested()
    assert run.status() == "stopping"
    run.clear_requests()
    run.request_pause()
    assert run.status() == "pausing"


def test_an_ended_process_is_not_alive_even_as_a_zombie(store: RunStore) -> None:
    run = _create(store)
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    run.claim(process.pid)
    assert run.alive()
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, not yet reaped
    assert not run.alive()
    process.wait()
    assert not run.alive()


@pytest.mark.skipif(not psutil.LINUX, reason="elsewhere a process keeps the time it was given")
def test_a_clock_that_moves_a_day_ends_no_run(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    run = _create(store)
    run.claim(os.getpid())
    booted = psutil.boot_time()
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: booted + 86_400)
    assert psutil.boot_time() == booted + 86_400
    assert run.alive()


def test_a_failure_with_a_long_reason_is_still_a_failure(store: RunStore) -> None:
    """A reason may name what stands in the file, and is longer than the tail that is read first."""
    run = _create(store)
    run.claim(os.getpid())
    run.append(_batch(1))
    run.append(Failed(reason="x" * 100_000, seconds=1.0))
    assert run.status() == "failed"
    with (run.folder / "events.jsonl").open("ab") as log:
        log.write(b'{"event": "torn')
    assert run.status() == "failed"


def test_a_record_is_far_smaller_than_the_tail_that_status_reads() -> None:
    assert len(json.dumps(to_json(FINISHED))) < 1024
    long = EpochEnd(
        epoch=10**6,
        rows=10**9,
        loss=1 / 3,
        accuracy=1 / 3,
        validation_loss=1 / 3,
        validation_accuracy=1 / 3,
        best=False,
        learning_rate=1e-5 / 3,
        seconds=1e6 / 3,
    )
    assert len(json.dumps(to_json(long))) < 1024
