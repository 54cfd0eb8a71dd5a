"""The loop on a task small enough to watch: which of two marker words stands in the text, and where."""

import contextlib
import json
import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from core.errors import RunError
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.run import InitialVectors, RunSettings
from core.settings.training import EmbeddingOptimizer, Optimizer, RunOverrides, TrainingSettings
from core.text.word_vectors import WordVectors, read_vectors
from core.training import batch_reports
from core.training.checkpoints import MANIFEST, Checkpoints
from core.training.events import BatchEnd, Changed, EpochEnd, Paused, Prepared, Resumed, Scoring
from tests.present import present
from tests.training.marker_task import SETTINGS, finish_training, marker_data, run_training

if TYPE_CHECKING:
    from core.training.trainer import Trained

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def deterministic() -> None:
    import tensorflow as tf

    tf.config.experimental.enable_op_determinism()


@pytest.fixture(scope="module")
def undisturbed(deterministic: None) -> "Trained":
    """What the settings as they are come to; only to be read."""
    return finish_training()[1]


def test_it_learns_and_reports() -> None:
    events, trained = finish_training(replace(SETTINGS, training=replace(SETTINGS.training, epochs=8)))
    assert trained.test.accuracy > 0.9  # chance is 0.5, and the task is certain
    assert trained.ending == "epochs"
    prepared = events[0]
    assert isinstance(prepared, Prepared)
    assert (prepared.training_rows, prepared.validation_rows, prepared.test_rows) == (160, 40, 40)
    assert prepared.parameters == sum(weight.size for weight in trained.weights.values())
    assert [type(event) for event in events if not isinstance(event, BatchEnd)] == [
        Prepared,
        *[EpochEnd] * 8,
        Scoring,
    ]
    ends = [event for event in events if isinstance(event, EpochEnd)]
    assert [end.epoch for end in ends] == list(range(1, 9))
    assert ends[-1].rows == 8 * 160
    assert ends[-1].loss < ends[0].loss
    best = min(ends, key=lambda end: end.validation_loss)
    assert (trained.best_epoch, trained.validation_loss) == (best.epoch, best.validation_loss)
    batches = [event for event in events if isinstance(event, BatchEnd)]
    assert {event.epoch for event in batches} == set(range(1, 9))  # at least one an epoch
    assert all(0 <= event.accuracy <= 1 and event.steps == 10 for event in batches)
    seconds = [event.seconds for event in events]
    assert seconds == sorted(seconds)


def test_the_weights_returned_are_those_that_were_scored(undisturbed: "Trained") -> None:
    from core.model.forward import logits, softmax

    data = marker_data()
    rows = data.split.test
    probabilities = softmax(logits(undisturbed.weights, SETTINGS.network, data.sequences.pad(rows)))
    assert undisturbed.test.accuracy == np.mean(probabilities.argmax(axis=1) == data.y[rows])


def test_the_same_seed_gives_the_same_weights_and_another_does_not(undisturbed: "Trained") -> None:
    # How often a run reports, and looks at validation texts, is a matter of the clock.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_reports, "REPORT_SECONDS", 0.0)
        _, same = finish_training()
    _, other = finish_training(replace(SETTINGS, training=replace(SETTINGS.training, seed=5)))
    for name, value in undisturbed.weights.items():
        np.testing.assert_array_equal(value, same.weights[name])
    assert not np.array_equal(undisturbed.weights["dense/kernel"], other.weights["dense/kernel"])


@pytest.mark.parametrize(("optimizer", "cut_after"), [("Adam", 3), ("RMSprop", 17)])
def test_a_run_that_is_cut_off_goes_on_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, optimizer: Optimizer, cut_after: int
) -> None:
    from core.training import trainer

    settings = replace(SETTINGS, training=replace(SETTINGS.training, optimizer=optimizer, schedule="cosine"))
    _, undisturbed = finish_training(settings)
    monkeypatch.setattr(trainer, "CHECKPOINT_SECONDS", 0.0)  # after every batch
    monkeypatch.setattr(batch_reports, "REPORT_SECONDS", 0.0)
    checkpoints = Checkpoints(tmp_path)
    steps = trainer.train(marker_data(), settings, checkpoints=checkpoints)
    for _, event in zip(range(cut_after + 1), steps, strict=False):
        last = event
    steps.close()
    assert checkpoints.exist()
    assert isinstance(last, BatchEnd | EpochEnd | Scoring)
    events, resumed = finish_training(settings, checkpoints=checkpoints)
    assert any(isinstance(event, Resumed) for event in events)
    assert not any(isinstance(event, BatchEnd) and event.rows <= last.rows - 16 for event in events)
    assert resumed.test == undisturbed.test
    for name, value in undisturbed.weights.items():
        np.testing.assert_array_equal(value, resumed.weights[name])


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 cut", b"not a checkpoint"])
def test_a_damaged_checkpoint_leaves_the_one_before_and_two_are_said(
    tmp_path: Path, undisturbed: "Trained", monkeypatch: pytest.MonkeyPatch, damage: bytes
) -> None:
    checkpoints = Checkpoints(tmp_path)
    from core.training import trainer

    monkeypatch.setattr(trainer, "CHECKPOINT_SECONDS", math.inf)  # at the epochs' ends alone
    steps = trainer.train(marker_data(), SETTINGS, checkpoints=checkpoints)
    while not (tmp_path / "b.npz").exists():  # two epochs' ends
        next(steps)
    steps.close()
    newest = json.loads((tmp_path / MANIFEST).read_bytes())["newest"]
    (tmp_path / newest).write_bytes(damage)
    assert newest == "b.npz"
    events, resumed = finish_training(checkpoints=Checkpoints(tmp_path))
    assert next(event for event in events if isinstance(event, Resumed)).epoch == 2
    np.testing.assert_array_equal(undisturbed.weights["embedding"], resumed.weights["embedding"])
    for name in ("a.npz", "b.npz"):
        (tmp_path / name).write_bytes(damage)
    with pytest.raises(RunError, match="checkpoint"):
        finish_training(checkpoints=Checkpoints(tmp_path))


def test_paused_with_another_rate_and_more_epochs_is_on_disk_at_once(tmp_path: Path) -> None:
    """The overrides' change is told once, at its place, and a process that is lost right after it goes on by it."""
    checkpoints = Checkpoints(tmp_path)
    asked = iter([None] * 5 + ["pause"])
    events, nothing = run_training(checkpoints=checkpoints, halt=lambda: next(asked))
    assert nothing is None
    assert isinstance(events[-1], Paused)
    assert (events[-1].epoch, events[-1].step) == (1, 5)
    overrides = RunOverrides(learning_rate=0.003, epochs=4)
    from core.training import trainer

    steps = trainer.train(marker_data(), SETTINGS, checkpoints=checkpoints, overrides=overrides)
    told = [next(steps) for _ in range(3)]
    next(steps)  # saved
    steps.close()
    assert told[1:] == [
        Resumed(epoch=1, step=5, seconds=told[1].seconds),
        Changed(learning_rate=0.003, rate_before=0.02, epochs=4, epoch=1, step=5, seconds=told[2].seconds),
    ]
    events, trained = finish_training(checkpoints=Checkpoints(tmp_path), overrides=overrides)
    assert not any(isinstance(event, Changed) for event in events)
    assert (trained.ending, trained.epochs) == ("epochs", 4)
    assert {event.learning_rate for event in events if isinstance(event, EpochEnd)} == {0.003}


def test_a_run_that_had_ended_learns_on_for_more_epochs_as_if_it_had_not(tmp_path: Path) -> None:
    longer = replace(SETTINGS, training=replace(SETTINGS.training, epochs=5))
    _, undisturbed = finish_training(longer)
    _, first = finish_training(checkpoints=Checkpoints(tmp_path))
    assert first.epochs == 3
    Checkpoints(tmp_path).keep_newest()
    events, second = finish_training(
        checkpoints=Checkpoints(tmp_path), overrides=RunOverrides(epochs=5, continue_after=3)
    )
    assert second.epochs == 5
    assert [event.epoch for event in events if isinstance(event, EpochEnd)] == [4, 5]
    for name, value in undisturbed.weights.items():
        np.testing.assert_array_equal(value, second.weights[name])


def test_more_epochs_after_early_stopping_are_learnt_each_time_that_they_are_asked_for(
    tmp_path: Path,
) -> None:
    """Fewer in all than the settings had: what counts is that the run had ended where more were asked for."""
    impatient = replace(
        SETTINGS, training=replace(SETTINGS.training, epochs=30, patience=1, learning_rate=0.1)
    )
    _, first = finish_training(impatient, checkpoints=Checkpoints(tmp_path))
    assert first.ending == "patience"
    done = first.epochs
    for more in (2, 1):
        overrides = RunOverrides(epochs=done + more, continue_after=done)
        events, then = finish_training(impatient, checkpoints=Checkpoints(tmp_path), overrides=overrides)
        learnt = [event.epoch for event in events if isinstance(event, EpochEnd)]
        assert learnt
        assert learnt[0] == done + 1
        again, _ = finish_training(
            impatient, checkpoints=Checkpoints(tmp_path), overrides=overrides
        )  # its process was lost at the end
        assert not any(isinstance(event, EpochEnd) for event in again)
        done = then.epochs


def test_nothing_is_written_once_the_commit_is_refused(tmp_path: Path) -> None:
    refuse = False

    @contextlib.contextmanager
    def commit() -> Iterator[None]:
        if refuse:
            raise RunError("taken over")
        yield

    checkpoints = Checkpoints(tmp_path, commit)
    from core.training import trainer

    steps = trainer.train(marker_data(), SETTINGS, checkpoints=checkpoints)
    while not checkpoints.exist():
        next(steps)
    before = {one.name: one.read_bytes() for one in tmp_path.glob("*.npz")}
    refuse = True
    with pytest.raises(RunError, match="taken over"):
        list(steps)
    assert {one.name: one.read_bytes() for one in tmp_path.glob("?.npz")} == before


def test_a_checkpoint_of_another_network_is_refused(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    finish_training(checkpoints=checkpoints)
    wider = replace(SETTINGS, network=replace(SETTINGS.network, embedding_size=9))
    with pytest.raises(RunError, match="must be of shape"):
        finish_training(wider, checkpoints=checkpoints)


def test_stop_in_the_first_epoch_keeps_the_weights_so_far() -> None:
    asked = iter([None] * 4 + ["stop"] * 100)
    events, trained = finish_training(halt=lambda: next(asked))
    assert (trained.ending, trained.epochs, trained.best_epoch) == ("stopped", 0, 0)
    assert not any(isinstance(event, EpochEnd) for event in events)
    assert trained.test.rows == 40


def test_stop_later_keeps_the_best_epoch() -> None:
    asked = iter([None] * 15 + ["stop"] * 100)  # in the middle of the second epoch
    _, trained = finish_training(halt=lambda: next(asked))
    _, single_epoch = finish_training(replace(SETTINGS, training=replace(SETTINGS.training, epochs=1)))
    assert (trained.ending, trained.epochs, trained.best_epoch) == ("stopped", 1, 1)
    np.testing.assert_array_equal(trained.weights["embedding"], single_epoch.weights["embedding"])


def test_early_stopping_watches_the_validation_loss() -> None:
    """Validation labels are swapped: whatever is learnt makes it worse, while training goes well."""
    data = marker_data()
    data.y[data.split.validation] = 1 - data.y[data.split.validation]
    events, trained = finish_training(
        replace(SETTINGS, training=replace(SETTINGS.training, epochs=60, patience=2)), data
    )
    ends = [event for event in events if isinstance(event, EpochEnd)]
    losses = [end.validation_loss for end in ends]
    assert ends[-1].accuracy > ends[0].accuracy
    assert trained.ending == "patience"
    assert trained.best_epoch == len(ends) - 2
    assert min(losses) == losses[-3] == trained.validation_loss
    assert [end.best for end in ends[-3:]] == [True, False, False]


def test_a_loss_that_is_no_number_ends_the_run_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.model.keras_model import Network, build
    from core.training import trainer

    def broken(*args: Any, **kwargs: Any) -> Network:
        model = build(*args, **kwargs)
        model.members[0].dense.bias.assign([np.nan, 0.0])
        return model

    monkeypatch.setattr(trainer, "build", broken)
    with pytest.raises(RunError, match=r"learning rate below 0\.02"):
        finish_training()


@pytest.mark.parametrize("within_epoch", [True, False])
def test_a_validation_loss_that_is_no_number_ends_the_run_with_the_same_advice(
    monkeypatch: pytest.MonkeyPatch, within_epoch: bool
) -> None:
    """The step after a batch whose own loss was still a number may have been the one too long."""
    from core.model.scores import Scores
    from core.training.evaluation import Evaluator, ValidationEstimate

    scores = Scores(rows=1, accuracy=0.0, top3_accuracy=0.0, macro_f1=0.0, loss=float("nan"), majority=0.0)
    if within_epoch:
        monkeypatch.setattr(ValidationEstimate, "measure", lambda _: (float("nan"), 0.0))
    else:
        monkeypatch.setattr(Evaluator, "score", lambda *_: scores)
    with pytest.raises(RunError, match=r"learning rate below 0\.02"):
        finish_training()


@pytest.mark.parametrize("class_weights", [None, (0.25, 4.0)], ids=["none", "weighted"])
def test_smoothed_labels_and_class_weights_move_the_weights_as_keras_loss_does_and_the_plain_loss_is_reported(
    class_weights: tuple[float, float] | None,
) -> None:
    import keras
    import tensorflow as tf

    from core.model.keras_model import build
    from core.training.train_step import TrainStep

    still = NetworkSettings(
        vocabulary_size=12,
        sequence_length=8,
        embedding_size=4,
        layers=(RecurrentLayer(units=3),),
        dropout=0.0,
    )
    rule = TrainingSettings(optimizer="SGD", embedding_optimizer="same", label_smoothing=0.2)
    data = marker_data()
    model = build(still, words=12, categories=2, seed=rule.seed)
    variables = model.trainable_variables
    ids, y = data.sequences.pad(np.arange(16)), data.y[:16]
    smoothed = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.2)
    with tf.GradientTape() as tape:
        logits = model(ids, training=True)
        weights = np.array(class_weights or (1.0, 1.0), np.float32)
        loss = smoothed(tf.one_hot(y, 2), logits, sample_weight=weights[y])
    gradients = tape.gradient(loss, [variable.value for variable in variables])
    expected = [
        variable.numpy() - 0.5 * tf.convert_to_tensor(gradient).numpy()
        for variable, gradient in zip(variables, gradients, strict=True)
    ]
    plain = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum")(y, logits)
    step = TrainStep(model, rule, class_weights=weights if class_weights else None)
    reported, _ = step(ids, y, 0.5)
    assert reported == pytest.approx(float(plain), rel=1e-5)
    for variable, value in zip(variables, expected, strict=True):
        np.testing.assert_allclose(variable.numpy(), value, atol=1e-6)


def test_balanced_classes_are_weighed_by_the_training_part() -> None:
    from core.training.trainer import Trainer

    data = marker_data()
    y = data.y.copy()
    y[:160], y[160:] = np.where(np.arange(160) < 128, 0, 1), 1  # only the training part has both
    weighted = replace(SETTINGS, training=replace(SETTINGS.training, class_weight="balanced"))
    trainer = Trainer(replace(data, y=y), weighted)
    # 160 / (2 * 128) and 160 / (2 * 32)
    assert present(trainer.step.class_weights).numpy().tolist() == [0.625, 2.5]
    assert Trainer(data, SETTINGS).step.class_weights is None


def test_the_cosine_schedule_falls_to_nothing() -> None:
    events, _ = finish_training(replace(SETTINGS, training=replace(SETTINGS.training, schedule="cosine")))
    rates = [event.learning_rate for event in events if isinstance(event, EpochEnd)]
    # The last of 10 steps of each of 3 epochs: 9, 19 and 29 of 30 done.
    assert rates == pytest.approx([0.01 * (1 + np.cos(np.pi * done / 30)) for done in (9, 19, 29)])


# The file has the words of rows 2, 4, 6, 8 and 10; not b, d, f, h and j.
IN_FILE, NOT_IN_FILE = [2, 4, 6, 8, 10], [3, 5, 7, 9, 11]


def _vectors(tmp_path: Path) -> WordVectors:
    path = tmp_path / "vectors.txt"
    rows = np.random.default_rng(9).normal(size=(5, 8))
    path.write_text(
        "".join(f"{word} {' '.join(map(str, row))}\n" for word, row in zip("acegi", rows, strict=True))
    )
    return read_vectors(path, marker_data().vocabulary.words, sizes=(1, 512))


def _starting(vectors: WordVectors, *, frozen: bool) -> RunSettings:
    return SETTINGS.with_vectors(
        InitialVectors(name="v", fingerprint=vectors.match.fingerprint, size=8, frozen=frozen)
    )


def test_the_word_table_starts_from_the_vectors_and_otherwise_as_always(tmp_path: Path) -> None:
    from core.training.trainer import Trainer

    vectors = _vectors(tmp_path)
    table = (
        Trainer(marker_data(), _starting(vectors, frozen=False), vectors=vectors).model.embeddings[0].numpy()
    )
    as_always = Trainer(marker_data(), SETTINGS).model.embeddings[0].numpy()
    np.testing.assert_array_equal(table[IN_FILE], vectors.values[::2])
    rest = [0, 1, *NOT_IN_FILE]
    np.testing.assert_array_equal(table[rest], as_always[rest])


@pytest.mark.parametrize("rule", ["same", "RMSprop", "Adagrad", "SGD"])
def test_frozen_rows_stand_still_and_all_the_others_learn(tmp_path: Path, rule: EmbeddingOptimizer) -> None:
    vectors = _vectors(tmp_path)
    settings = _starting(vectors, frozen=True)
    settings = replace(settings, training=replace(settings.training, embedding_optimizer=rule))
    events, trained = finish_training(settings, vectors=vectors)
    table = trained.weights["embedding"]
    np.testing.assert_array_equal(table[IN_FILE], vectors.values[::2])
    _, begun = finish_training(
        settings, vectors=vectors, halt=lambda: "stop"
    )  # stopped before the first batch
    assert (table[NOT_IN_FILE] != begun.weights["embedding"][NOT_IN_FILE]).any(axis=1).all()
    prepared = events[0]
    assert isinstance(prepared, Prepared)
    # a, c, e, g and i occur 10, 8, 6, 4 and 2 of 55 times.
    assert (prepared.vectors_found, prepared.vectors_running) == (5, 30 / 55)


def test_tuned_rows_learn_from_where_they_started(tmp_path: Path) -> None:
    vectors = _vectors(tmp_path)
    _, trained = finish_training(_starting(vectors, frozen=False), vectors=vectors)
    moved = trained.weights["embedding"][IN_FILE] - vectors.values[::2]
    assert (moved != 0).any(axis=1).all()


def test_a_table_of_frozen_rows_alone_trains_the_rest_of_the_network(tmp_path: Path) -> None:
    """Of most batches no row of the word table is left to move."""
    path = tmp_path / "all.txt"
    words = marker_data().vocabulary.words
    path.write_text("".join(f"{word} {' '.join(['0.5'] * 7)} {place}\n" for place, word in enumerate(words)))
    vectors = read_vectors(path, words, sizes=(1, 512))
    _, trained = finish_training(_starting(vectors, frozen=True), vectors=vectors)
    np.testing.assert_array_equal(trained.weights["embedding"][2:], vectors.values)


@pytest.mark.parametrize("frozen", [True, False])
def test_a_cut_off_run_that_started_from_vectors_goes_on_to_the_same_weights(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, frozen: bool
) -> None:
    from core.training import trainer

    vectors = _vectors(tmp_path)
    settings = _starting(vectors, frozen=frozen)
    _, undisturbed = finish_training(settings, vectors=vectors)
    monkeypatch.setattr(trainer, "CHECKPOINT_SECONDS", 0.0)  # after every batch
    monkeypatch.setattr(batch_reports, "REPORT_SECONDS", 0.0)
    checkpoints = Checkpoints(tmp_path)
    steps = trainer.train(marker_data(), settings, checkpoints=checkpoints, vectors=vectors)
    for _ in zip(range(14), steps, strict=False):
        pass
    steps.close()
    events, resumed = finish_training(settings, checkpoints=checkpoints, vectors=vectors)
    assert any(isinstance(event, Resumed) for event in events)
    for name, value in undisturbed.weights.items():
        np.testing.assert_array_equal(value, resumed.weights[name])


def test_alone_the_votes_learn_whatever_the_recurrent_layers_say() -> None:
    from core.training.trainer import Trainer

    data = marker_data()
    rows = data.split.training[:16]

    def votes_after_a_step(alone: float, loud: float) -> np.ndarray:
        network = replace(
            SETTINGS.network, tokenization="words and pairs", bigram_buckets=1_000, bag_of_words_dropout=0.0
        )
        training = replace(
            SETTINGS.training, auxiliary_loss_weight=alone, optimizer="SGD", embedding_optimizer="same"
        )
        trainer = Trainer(data, replace(SETTINGS, network=network, training=training))
        trainer.model.members[0].dense.kernel.assign(trainer.model.members[0].dense.kernel * loud)
        trainer.step(data.sequences.pad(rows), data.y[rows], 0.1)
        table: np.ndarray = present(trainer.model.bag_of_words).kernel.numpy()
        return table

    quiet, loud = votes_after_a_step(1.0, 1.0), votes_after_a_step(1.0, 50.0)
    assert np.any(quiet)
    np.testing.assert_array_equal(quiet, loud)
    assert np.abs(votes_after_a_step(0.0, 1.0) - votes_after_a_step(0.0, 50.0)).max() > 1e-4


def test_readers_do_not_learn_from_each_other() -> None:
    """A step moves the first of two readers alike, whatever the second says."""
    from core.training.trainer import Trainer

    data = marker_data()
    rows = data.split.training[:16]
    layers = (RecurrentLayer(units=8, bidirectional=False),)

    def first_after_a_step(ensemble_size: int, loud: float) -> np.ndarray:
        network = replace(SETTINGS.network, ensemble_size=ensemble_size, layers=layers, dropout=0.0)
        trainer = Trainer(data, replace(SETTINGS, network=network))
        other = trainer.model.members[-1]
        if ensemble_size > 1:
            other.dense.kernel.assign(other.dense.kernel * loud)
        before = trainer.model.embeddings[0].numpy()
        trainer.step(data.sequences.pad(rows), data.y[rows], 0.1)
        moved: np.ndarray = trainer.model.embeddings[0].numpy() - before
        assert np.any(moved)
        return moved

    np.testing.assert_array_equal(first_after_a_step(2, 1.0), first_after_a_step(2, 50.0))
