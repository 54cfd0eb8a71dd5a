"""Snapshots while the loop runs: they change nothing that is learnt, and a run that was cut off ends with the same."""

import errno
from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from core.insight.replay.replay import Replay
from core.settings.network import NetworkSettings
from core.settings.run import RunSettings
from core.settings.training import RunOverrides
from core.training import batch_reports, snapshots
from core.training.checkpoints import Checkpoints
from core.training.events import EpochEnd, Event
from core.training.snapshots import Snapshots
from tests.training.marker_task import SETTINGS, finish_training, marker_data, run_training

if TYPE_CHECKING:
    from core.training.trainer import Trained

pytestmark = pytest.mark.slow

HEADLINES = [f"Headline {number}" for number in range(40)]
Undisturbed = tuple[Path, list[Event], "Trained"]
EVERY = [(0, 0), (0, 1), (0, 2), (0, 4), (0, 8), (1, 0), (2, 0), (3, 0)]  # ten batches an epoch, three epochs


@pytest.fixture(scope="module", autouse=True)
def deterministic() -> None:
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()


def content(folder: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """Its snapshots, its events and what came out of it."""
    folder = tmp_path_factory.mktemp("undisturbed")
    return folder, *finish_training(snapshots=Snapshots(folder, HEADLINES))


def until(steps: Generator[Event, None, object], there: Callable[[], bool]) -> None:
    """Go on with a training until something is there, then cut it off."""
    while not there():
        next(steps)
    steps.close()


def test_the_weights_are_the_same_to_the_last_bit_with_and_without(undisturbed: Undisturbed) -> None:
    _, without = finish_training()
    weights = undisturbed[2].weights
    assert {name: one.tobytes() for name, one in weights.items()} == {
        name: one.tobytes() for name, one in without.weights.items()
    }


def test_they_replay_to_the_runs_own_accuracies(undisturbed: Undisturbed) -> None:
    folder, events, trained = undisturbed
    replay = Replay.load(folder)
    assert [one.moment for one in replay.moments] == EVERY
    ends = {event.epoch: event for event in events if isinstance(event, EpochEnd)}
    assert sorted(ends) == [1, 2, 3]
    for at, one in enumerate(replay.moments):
        counts = replay.confusion(at)
        if one.whole:
            told = ends[one.epochs]
            assert replay.accuracy(at) == told.validation_accuracy  # exactly
            assert counts.trace() / counts.sum() == told.validation_accuracy
            assert (one.loss, one.rows) == (told.validation_loss, told.rows)
    # Against the network itself: the best weights, the whole validation part, by NumPy.
    from core.model.forward import logits, softmax

    data, best = marker_data(), replay.moments[EVERY.index((trained.best_epoch, 0))]
    answers = logits(trained.weights, SETTINGS.network, data.sequences.pad(data.split.validation))
    assert best.predictions.tolist() == answers.argmax(axis=1).tolist()
    rows = replay.header.headline_rows
    np.testing.assert_allclose(best.probabilities, softmax(answers)[rows], atol=1e-3)
    assert replay.header.headlines == tuple(HEADLINES[row] for row in rows)
    assert replay.header.y.tolist() == data.y[data.split.validation].tolist()
    np.testing.assert_allclose(best.embedding, trained.weights["embedding"][2:], rtol=2e-3, atol=2e-3)
    np.testing.assert_allclose(replay.moments[0].embedding, trained.first_rows[2:], rtol=2e-3, atol=1e-4)


@pytest.mark.parametrize(
    "cut_after",
    [
        pytest.param((0, 1), marks=pytest.mark.long),
        (0, 8),
        (1, 0),
        pytest.param((3, 0), marks=pytest.mark.long),
    ],
)
def test_a_run_that_is_cut_off_ends_with_the_same_snapshots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: Undisturbed, cut_after: snapshots.Moment
) -> None:
    from core.training import trainer

    monkeypatch.setattr(batch_reports, "REPORT_SECONDS", 0.0)
    monkeypatch.setattr(batch_reports, "STEPS_REPORTED", 1)  # one can cut it off after each batch
    folder, checkpoints = tmp_path / "snapshots", Checkpoints(tmp_path / "checkpoints")
    steps = trainer.train(
        marker_data(), SETTINGS, checkpoints=checkpoints, snapshots=Snapshots(folder, HEADLINES)
    )
    until(steps, lambda: cut_after in snapshots.moments(folder))
    (folder / ".000-0000002.npz.half").write_bytes(b"as a process leaves it that is killed while it writes")
    finish_training(checkpoints=checkpoints, snapshots=Snapshots(folder, HEADLINES))
    assert content(folder) == content(undisturbed[0])


def test_a_new_plan_takes_what_came_after_it_back(tmp_path: Path) -> None:
    """Lost after a snapshot and before the next checkpoint, then given another learning rate."""
    from core.training import trainer

    folder, checkpoints = tmp_path / "snapshots", Checkpoints(tmp_path / "checkpoints")
    asked = iter([None] * 3 + ["pause"])
    run_training(
        checkpoints=checkpoints, snapshots=Snapshots(folder, HEADLINES), halt=lambda: next(asked)
    )  # stands after three batches
    before = content(folder)
    steps = trainer.train(
        marker_data(), SETTINGS, checkpoints=checkpoints, snapshots=Snapshots(folder, HEADLINES)
    )
    until(steps, lambda: (1, 0) in snapshots.moments(folder))
    late = content(folder)
    overrides = RunOverrides(learning_rate=0.1)
    asked = iter([None] * 2 + ["pause"])
    run_training(
        checkpoints=checkpoints,
        snapshots=Snapshots(folder, HEADLINES),
        overrides=overrides,
        halt=lambda: next(asked),
    )  # after five
    assert snapshots.moments(folder) == [(0, 0), (0, 1), (0, 2), (0, 4)]
    finish_training(checkpoints=checkpoints, snapshots=Snapshots(folder, HEADLINES), overrides=overrides)
    after = content(folder)
    assert before.items() <= after.items()
    assert sorted(after) == sorted(set(late) | {"002-0000000.npz", "003-0000000.npz"})
    assert after["000-0000008.npz"] != late["000-0000008.npz"]
    assert after["001-0000000.npz"] != late["001-0000000.npz"]


def test_more_epochs_after_the_end_add_their_own(tmp_path: Path, undisturbed: Undisturbed) -> None:
    folder, checkpoints = tmp_path / "snapshots", Checkpoints(tmp_path / "checkpoints")
    finish_training(checkpoints=checkpoints, snapshots=Snapshots(folder, HEADLINES))
    events, _ = finish_training(
        checkpoints=checkpoints,
        snapshots=Snapshots(folder, HEADLINES),
        overrides=RunOverrides(epochs=5, continue_after=3),
    )
    assert content(undisturbed[0]).items() <= content(folder).items()
    replay = Replay.load(folder)
    assert [one.moment for one in replay.moments] == [*EVERY, (4, 0), (5, 0)]
    told = [event.validation_accuracy for event in events if isinstance(event, EpochEnd)]
    assert [replay.accuracy(at) for at in (-2, -1)] == told


def test_a_disk_that_becomes_full_costs_no_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undisturbed: Undisturbed
) -> None:
    folder, checkpoints = tmp_path / "snapshots", Checkpoints(tmp_path / "checkpoints")
    with monkeypatch.context() as patch:
        write = Snapshots.write

        def full(self: Snapshots, one: snapshots.Snapshot) -> None:
            if one.moment == (2, 0):
                raise OSError(errno.ENOSPC, "No space left on device")
            write(self, one)

        patch.setattr(Snapshots, "write", full)
        with pytest.raises(OSError, match="No space left"):
            finish_training(checkpoints=checkpoints, snapshots=Snapshots(folder, HEADLINES))
    assert checkpoints.exist()
    _, trained = finish_training(checkpoints=checkpoints, snapshots=Snapshots(folder, HEADLINES))
    assert content(folder) == content(undisturbed[0])
    assert trained.weights["embedding"].tobytes() == undisturbed[2].weights["embedding"].tobytes()


def test_of_several_readers_the_first_ones_rows_are_kept(tmp_path: Path) -> None:
    network = replace(SETTINGS.network, ensemble_size=2, tokenization="words and pairs", bigram_buckets=1_000)
    assert isinstance(network, NetworkSettings)
    settings = RunSettings(network=network, training=replace(SETTINGS.training, epochs=1))
    _, trained = finish_training(settings, snapshots=Snapshots(tmp_path, HEADLINES))
    last = Replay.load(tmp_path).moments[-1]
    np.testing.assert_allclose(last.embedding, trained.weights["embedding"][2:], rtol=2e-3, atol=2e-3)
    assert last.accuracy == trained.validation_accuracy
