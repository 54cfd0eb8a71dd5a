"""One run from file to classifier, in this process and in a process of its own."""

import errno
import hashlib
import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core import paths
from core.insight import artifacts
from core.insight.replay.replay import Replay
from core.model.classifier import Classifier
from core.model.scores import Scores
from core.news import content_store
from core.news.reading import GUESSED, Reading
from core.runs import launcher, run_queue, scheduler
from core.runs.news_jobs import near_repeats
from core.runs.run import ACTIVE, Run
from core.runs.run_store import RunStore
from core.runs.worker import work
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.run import InitialVectors, RunSettings
from core.settings.training import TrainingSettings
from core.training.events import (
    BatchEnd,
    EpochEnd,
    Event,
    Failed,
    Finished,
    Paused,
    Prepared,
    Preparing,
    Scoring,
    drop_replayed_events,
)
from core.training.snapshots import Snapshot, Snapshots
from tests.present import present
from tests.runs.conftest import write_small_news
from tests.runs.held import hold, wait_for_worker, wait_until_held
from tests.runs.queued_runs import interrupt

SETTINGS = RunSettings(
    network=NetworkSettings(
        vocabulary_size=200, sequence_length=12, embedding_size=8, layers=(RecurrentLayer(units=8),)
    ),
    training=TrainingSettings(learning_rate=0.02, batch_size=16, epochs=3, patience=0),
)
SECOND_EPOCH = "isinstance(event, EpochEnd) and event.epoch == 2"


def _run(news: Path, settings: RunSettings = SETTINGS, reading: Reading = GUESSED) -> Run:
    return RunStore(paths.runs()).create(
        settings,
        news=news,
        news_name=news.name,
        fingerprint=hashlib.sha256(news.read_bytes()).hexdigest(),
        owner="ada",
        reading=reading,
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A run of these settings on the small news that nothing disturbed; only to be read."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADLINE_LAB_STORAGE", str(folder / "storage"))
        run = _run(write_small_news(folder))
        assert isinstance(work(run), Finished)
    return run


def _checkpoint(run: Run) -> None:
    run.checkpoints.write([], best={}, progress={})


@pytest.mark.slow
def test_a_run_in_this_process(small_news: Path) -> None:
    names = (("SPACE", "Weltraum"),)
    run = _run(small_news, reading=msgspec.structs.replace(GUESSED, category_names=names))
    seen: list[Event] = []
    ending = work(run, seen.append, source="ourselves", small=True)
    assert isinstance(ending, Finished), ending
    assert ending.test.accuracy > 0.9  # one word tells the category
    assert ending.test.rows == 60
    assert run.status() == "finished"
    assert run.events()[0] == seen
    assert [type(event) for event in seen if not isinstance(event, Preparing | BatchEnd)][:4] == [
        Prepared,
        *[EpochEnd] * 3,
    ]
    classifier = Classifier.load(run.classifier_folder)
    assert classifier.labels == ("FOOD", "SPORT", "Weltraum")
    assert classifier.card.given_names == names
    assert classifier.card.test == ending.test
    assert classifier.card.rows == 300
    assert classifier.card.source == "ourselves"
    assert classifier.predict(["we saw another rocket today"])[0].label == "Weltraum"
    assert run.checkpoints.exist()  # more epochs may be asked for
    near = artifacts.read(run.classifier_folder, "near_repeats")["near"]
    assert np.array_equal(near, near_repeats(run.classifier_folder, lambda stage, share: None)["near"])
    assert 0 < near.sum() < len(near)


def test_a_file_that_cannot_be_read_ends_the_run_with_its_reason(tmp_path: Path) -> None:
    empty = tmp_path / "empty.json"
    empty.write_bytes(b"")
    run = _run(empty)
    ending = work(run)
    assert isinstance(ending, Failed)
    assert "empty" in ending.reason
    assert run.status() == "failed"


@pytest.mark.parametrize(
    ("categories", "reason"),
    [
        (
            1,
            "All articles are in one category, 'C0'. A classifier needs at least two. Choose a file with "
            "more categories or the built-in sample.",
        ),
        (
            1_001,
            "The file has 1,001 categories; at most 1,000 can be learnt. Check that the column named category holds a "
            "topic and not a title or a link.",
        ),
    ],
)
def test_one_category_and_too_many_end_the_run_with_the_reason_that_its_page_shows(
    tmp_path: Path, categories: int, reason: str
) -> None:
    path = tmp_path / "odd.json"
    rows = [{"headline": f"Story {n}", "category": f"C{n % categories}"} for n in range(3_003)]
    path.write_text("\n".join(map(json.dumps, rows)))
    run = _run(path)
    ending = work(run)
    assert isinstance(ending, Failed)
    assert ending.reason == reason
    assert run.status() == "failed"
    assert run.last() == ending  # what pages/train/run_view.py shows, tests/pages/test_train.py
    assert not run.checkpoints.exist()


def test_a_run_does_not_train_on_a_damaged_upload_and_says_so(small_news: Path) -> None:
    content = small_news.read_bytes()
    stored = content_store.store(io.BytesIO(content), "small.json", paths.uploads())
    run = _run(stored)
    stored.write_bytes(content[: len(content) // 2])
    ending = work(run)
    assert isinstance(ending, Failed)
    assert ending.reason == (
        "The server's copy of small.json is damaged on its disk. Upload the file again: that replaces the copy."
    )


def test_a_file_that_was_replaced_is_not_trained_on_in_its_place(small_news: Path) -> None:
    run = _run(small_news)
    small_news.write_bytes(small_news.read_bytes().replace(b"SPORT", b"SPACE"))
    ending = work(run)
    assert isinstance(ending, Failed)
    assert "has changed since" in ending.reason


def test_the_checkpoint_stays_until_the_log_says_that_the_run_is_finished(
    small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process killed in between would begin again from nothing."""
    run = _run(small_news)
    _checkpoint(run)
    scores = Scores(rows=1, accuracy=1.0, top3_accuracy=1.0, macro_f1=1.0, loss=0.0, majority=1.0)
    finished = Finished(
        ending="epochs",
        epochs=1,
        best_epoch=1,
        validation_loss=0.0,
        validation_accuracy=1.0,
        test=scores,
        seconds=1.0,
    )
    monkeypatch.setattr("core.runs.worker._train", lambda *_, **__: finished)
    there: list[bool] = []
    work(run, lambda event: there.append(run.checkpoints.exist()))
    assert there == [True]  # when Finished was told
    assert run.checkpoints.exist()
    run = _run(small_news)
    _checkpoint(run)
    failed = Failed(reason="r", seconds=1.0)
    monkeypatch.setattr("core.runs.worker._train", lambda *_, **__: failed)
    work(run, lambda event: there.append(run.checkpoints.exist()))
    assert there == [True, True]
    assert not run.checkpoints.exist()  # it cannot go on


def test_stop_while_the_file_is_read_ends_the_run_there(
    small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _run(small_news)
    after: list[str] = []

    def reads(path: Path, *, progress: Callable[[float], None], **other: object) -> None:
        progress(0.1)
        run.request_stop()
        progress(0.2)
        after.append("read on")

    monkeypatch.setattr("core.runs.run_news.read_news", reads)
    ending = work(run)
    assert isinstance(ending, Failed)
    assert ending.reason == "The run was stopped before it began to learn."
    assert after == []
    # With a checkpoint there is something to keep: training is reached, ends at once and keeps it.
    run = _run(small_news)
    _checkpoint(run)
    work(run)
    assert after == ["read on"]


def test_a_fault_of_ours_is_logged_and_not_shown(
    small_news: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("secret inside")

    monkeypatch.setattr("core.runs.run_news.read_news", broken)
    run = _run(small_news)
    ending = work(run)
    assert isinstance(ending, Failed)
    assert "secret inside" not in ending.reason
    assert run.id in ending.reason
    assert "secret inside" in caplog.text


def test_a_full_disk_interrupts_the_run_and_loses_nothing(
    small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    run = _run(small_news)
    _checkpoint(run)
    interrupt(run)
    monkeypatch.setattr("core.runs.worker._train", full)
    with pytest.raises(OSError, match="No space left"):
        work(run)
    assert run.status() == "interrupted"
    assert run.checkpoints.exist()
    run_queue.enqueue_here(run)  # it may go on
    scheduler.wait_for_turn(run)
    assert run.alive()


def test_too_little_memory_is_said_in_words(small_news: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*args: object, **kwargs: object) -> None:
        raise MemoryError

    monkeypatch.setattr("core.runs.run_news.read_news", greedy)
    ending = work(_run(small_news))
    assert isinstance(ending, Failed)
    assert "too little memory" in ending.reason


@pytest.mark.slow
def test_what_tensorflow_cannot_hold_is_said_in_the_same_words(
    small_news: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As its allocator says it, in the middle of learning."""
    import tensorflow as tf

    def greedy(*args: object, **kwargs: object) -> Iterator[Event]:
        yield Preparing(stage="compiling", share=0.0, seconds=0.0)
        raise tf.errors.ResourceExhaustedError(
            None, None, "OOM when allocating tensor with shape[999999,9999]"
        )

    monkeypatch.setattr("core.training.trainer.train", greedy)
    run = _run(small_news)
    ending = work(run)
    assert isinstance(ending, Failed)
    assert ending.reason == (
        "This machine has too little memory for these settings. Make the vocabulary, the embedding or the batch "
        "smaller, or use fewer articles."
    )
    assert run.status() == "failed"
    assert "error in the app" not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.long
@pytest.mark.slow
def test_a_process_of_its_own_killed_and_continued_ends_in_the_undisturbed_weights(
    small_news: Path, undisturbed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Start is pressed twice; the worker is killed in the middle; it goes on; a reader sees no gap."""
    run = _run(small_news)
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", hold(SECOND_EPOCH))
        scheduler.start(run)
        scheduler.start(run)
    assert run.status() in ACTIVE
    worker = wait_until_held(run)
    workers = [one for one in launcher._started if isinstance(one.args, list) and str(run.folder) in one.args]
    assert [one.pid for one in workers] == [worker.pid]
    worker.kill()
    wait_for_worker(run, lambda: not run.alive())
    assert run.status() == "interrupted"
    scheduler.start(run)
    wait_for_worker(run, lambda: run.status() not in ACTIVE)
    assert run.status() == "finished", (run.folder / "worker.log").read_text()
    ended = [event.epoch for event in run.events()[0] if isinstance(event, EpochEnd)]
    assert ended == [1, 2, 2, 3]  # the first epoch's checkpoint was there, the second's not yet
    ours = Classifier.load(run.classifier_folder).weights
    theirs = Classifier.load(undisturbed.classifier_folder).weights
    assert {name: value.tobytes() for name, value in ours.items()} == {
        name: value.tobytes() for name, value in theirs.items()
    }
    # The same is to be seen again of both, and it is what the run told: each epoch's accuracy, exactly.
    snapshots = [
        {one.name: one.read_bytes() for one in both.snapshots_folder.iterdir()} for both in (run, undisturbed)
    ]
    assert snapshots[0] == snapshots[1]
    replay = Replay.load(run.snapshots_folder)
    told = {
        event.epoch: event.validation_accuracy
        for event in drop_replayed_events(run.events()[0])
        if isinstance(event, EpochEnd)
    }
    ends = {one.epochs: replay.accuracy(at) for at, one in enumerate(replay.moments) if one.whole}
    assert ends == told
    for at, one in enumerate(replay.moments):
        y, given = replay.measured(at)
        assert not one.whole or (y == given).mean() == told[one.epochs]


@pytest.mark.slow
def test_a_disk_that_becomes_full_at_a_snapshot_interrupts_the_run_which_goes_on_later(
    small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, write = _run(small_news), Snapshots.write

    def full(self: Snapshots, one: Snapshot) -> None:
        if one.moment == (2, 0):
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, one)

    interrupt(run)
    with monkeypatch.context() as patch:
        patch.setattr(Snapshots, "write", full)
        with pytest.raises(OSError, match="No space left"):
            work(run)
    assert run.status() == "interrupted"
    assert run.checkpoints.exist()
    seen: list[Event] = []
    assert isinstance(work(run, seen.append), Finished)
    assert [event.epoch for event in seen if isinstance(event, EpochEnd)] == [2, 3]
    assert [one.epochs for one in Replay.load(run.snapshots_folder).moments if one.whole] == [1, 2, 3]


@pytest.mark.long
@pytest.mark.slow
def test_a_server_that_is_killed_loses_no_run_and_the_next_one_replaces_a_lost_worker(
    small_news: Path, undisturbed: Run
) -> None:
    run = _run(small_news)
    server = (
        "import os, subprocess, sys, signal; from pathlib import Path; from core.runs import scheduler; "
        "from core.runs.run_store import RunStore; from tests.runs.held import hold; folder = Path(sys.argv[1]); "
        "subprocess.Popen = hold(sys.argv[2]); "
        "scheduler.start(RunStore(folder.parent).open(folder.name)); os.kill(os.getpid(), signal.SIGKILL)"
    )
    killed = subprocess.run([sys.executable, "-c", server, str(run.folder), SECOND_EPOCH], cwd=paths.ROOT)
    assert killed.returncode == -signal.SIGKILL
    worker = wait_until_held(run)
    first = present(run.lease())
    assert (first.pid, first.attempt, first.crashes) == (worker.pid, 1, 0)  # of the server that was killed
    scheduler.advance(RunStore(paths.runs()))  # the next server sees it at work
    scheduler.watch(RunStore(paths.runs()))
    worker.kill()
    wait_for_worker(run, lambda: present(run.lease()).attempt == 2)
    assert present(run.lease()).crashes == 1
    wait_for_worker(run, lambda: run.status() == "finished")
    events = drop_replayed_events(run.events()[0])
    assert [event.epoch for event in events if isinstance(event, EpochEnd)] == [1, 2, 3]
    ours, theirs = (Classifier.load(one.classifier_folder).weights for one in (run, undisturbed))
    assert all(ours[name].tobytes() == weight.tobytes() for name, weight in theirs.items())


@pytest.mark.slow
def test_stop_ends_a_run_at_its_next_batch_with_a_classifier(
    small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _run(small_news)
    monkeypatch.setattr(subprocess, "Popen", hold(SECOND_EPOCH))
    scheduler.start(run)
    worker = wait_until_held(run)
    told = run.events()[0]
    run.request_stop()
    worker.resume()
    wait_for_worker(run, lambda: run.status() not in ACTIVE)
    result = run.result()
    assert result is not None, run.events()[0][-1]
    assert (result.ending, result.epochs) == ("stopped", 2)
    assert [type(event) for event in run.events()[0][len(told) :]] == [Scoring, Finished]  # not a batch more
    assert Classifier.load(run.classifier_folder).card.epochs == 2


def _starting_from(content: bytes) -> RunSettings:
    """Settings that start, frozen, from word vectors of eight numbers, which are in the content store."""
    path = content_store.store(io.BytesIO(content), "glove.txt", paths.word_vectors())
    vectors = InitialVectors(name="glove.txt", fingerprint=path.parent.name, size=8, frozen=True)
    return SETTINGS.with_vectors(vectors)


@pytest.mark.slow
def test_a_run_finds_the_word_vectors_that_it_starts_from(small_news: Path) -> None:
    settings = _starting_from(b"2 8\nROCKET 1 2 3 4 5 6 7 8\nnowhere 1 2 3 4 5 6 7 8\n")
    run = _run(small_news, settings)
    assert RunStore(paths.runs()).open(run.id).settings == settings  # what another process reads
    seen: list[Event] = []
    assert isinstance(work(run, seen.append), Finished)
    prepared = next(event for event in seen if isinstance(event, Prepared))
    assert prepared.vectors_found == 1
    assert prepared in run.events()[0]
    classifier = Classifier.load(run.classifier_folder)
    row = classifier.weights["embedding"][
        classifier.vocabulary.token_id("rocket")
    ]  # cleaning lowered the word
    assert row.tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_word_vectors_that_are_gone_or_changed_end_the_run_with_the_reason(small_news: Path) -> None:
    settings = _starting_from(b"rocket 1 2 3 4 5 6 7 8\n")
    stored = content_store.find(present(settings.vectors).fingerprint, paths.word_vectors())
    stored.write_bytes(b"rocket 8 7 6 5 4 3 2 1\n")
    ending = work(_run(small_news, settings))
    assert isinstance(ending, Failed)
    assert ending.reason == (
        "The server's copy of glove.txt is damaged on its disk. Upload the file again: that replaces the copy."
    )
    content_store.remove(stored, paths.word_vectors())
    ending = work(_run(small_news, settings))
    assert isinstance(ending, Failed)
    assert ending.reason == "This file of word vectors is no longer on the server. Upload it again."


def _weights(run: Run) -> dict[str, bytes]:
    return {name: value.tobytes() for name, value in Classifier.load(run.classifier_folder).weights.items()}


def _preemptions(run: Run) -> int:
    return sum(isinstance(event, Paused) and event.preempted for event in run.events()[0])


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.usefixtures("one_slot")
def test_two_runs_that_take_turns_end_in_the_undisturbed_weights(
    small_news: Path, undisturbed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A turn is over at each report, and no server looks at the queue."""
    both = _run(small_news), _run(small_news)
    monkeypatch.setenv("HEADLINE_LAB_TURN_MINUTES", "0.000001")
    for run in both:
        scheduler.start(run)
    for run in both:
        wait_for_worker(run, lambda run=run: run.status() not in ACTIVE)  # type: ignore[misc]
        assert run.status() == "finished", (run.folder / "worker.log").read_text()
    assert all(_preemptions(run) for run in both)
    for run in both:
        assert _weights(run) == _weights(undisturbed)
        events = drop_replayed_events(run.events()[0])
        assert [event.epoch for event in events if isinstance(event, EpochEnd)] == [1, 2, 3]
        rows = [event.rows for event in events if isinstance(event, BatchEnd)]
        assert rows == sorted(set(rows))  # no point of the curves is missing or doubled


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.usefixtures("one_slot")
def test_a_worker_killed_as_it_makes_room_leaves_a_run_that_goes_on_by_itself(
    small_news: Path, undisturbed: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its log tells the preemption, and it does not stand in the queue yet."""
    run, other = _run(small_news), _run(small_news)
    monkeypatch.setenv("HEADLINE_LAB_TURN_MINUTES", "0.000001")
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", hold("isinstance(event, Paused)"))
        scheduler.start(run)
    scheduler.start(other)
    worker = wait_until_held(run)
    assert (other.status(), run.queue_entry()) == ("waiting", None)
    worker.kill()
    wait_for_worker(run, lambda: not run.alive())
    assert run.status() == "waiting"
    monkeypatch.setenv("HEADLINE_LAB_TURN_MINUTES", "0")
    scheduler.advance(RunStore(paths.runs()))  # a server's next look
    assert present(run.queue_entry()).crashes == 0
    wait_for_worker(other, lambda: other.status() == "finished")
    wait_for_worker(run, lambda: run.status() == "finished")
    assert (_preemptions(run), _preemptions(other)) == (1, 0)
    assert _weights(run) == _weights(other) == _weights(undisturbed)
