"""Stopping a run: worked by hand on made-up epochs; the recorded run is what its script makes."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest

from core import paths
from core.files import sha256
from core.insight.lessons.overfitting import captions, compute
from core.insight.lessons.overfitting.compute import ACCURACY, LOSS, MISSPELT, History, MeasuredEpoch
from core.insight.lessons.overfitting.figures import loss_chart
from core.settings.run import RunSettings
from core.training.early_stopping import EarlyStop
from core.training.events import EpochEnd, Prepared, Resumed
from data import make_overfitting, make_training_accuracy

PREPARED = Prepared(
    training_rows=60, validation_rows=20, test_rows=20, categories=2, words=9, majority=0.5, parameters=7, seconds=0.0
)  # fmt: skip


def epoch(number: int, loss: float, accuracy: float, validation_loss: float) -> EpochEnd:
    return EpochEnd(
        epoch=number, rows=60 * number, loss=loss, accuracy=accuracy, validation_loss=validation_loss,
        validation_accuracy=0.5, best=False, learning_rate=0.1, seconds=2.0 * number,
    )  # fmt: skip


# Validation loss is lowest in epoch 2; training accuracy dips once, in epoch 4.
EPOCHS = [
    epoch(1, 1.0, 0.4, 0.9),
    epoch(2, 0.6, 0.6, 0.7),
    epoch(3, 0.4, 0.8, 0.8),
    epoch(4, 0.3, 0.7, 0.85),
    epoch(5, 0.1, 0.9, 1.0),
]


def history() -> History:
    run = History.of([PREPARED, *EPOCHS])
    assert run
    return run


def test_a_history_is_of_three_epochs_and_tells_each_once() -> None:
    assert History.of([PREPARED, *EPOCHS[:2]]) is None
    run = history()
    assert (len(run), run.articles, run.lowest, run.accuracy_records) == (5, 60, 2, 4)
    # Killed after epoch 4 and gone on from the end of epoch 3: told again otherwise.
    again = msgspec.structs.replace(EPOCHS[3], validation_loss=0.5)
    resumed = History.of([PREPARED, *EPOCHS[:4], Resumed(epoch=4, step=0, seconds=9.0), again])
    assert resumed
    assert [epoch_end.validation_loss for epoch_end in resumed.epochs] == [0.9, 0.7, 0.8, 0.5]


@pytest.mark.claim("overfitting", "what you and early stopping keep, and what it costs")
@pytest.mark.parametrize(
    ("monitored", "patience", "expected"),
    [
        (LOSS, 1, EarlyStop(after=3, best=2, early=True)),
        (LOSS, 2, EarlyStop(after=4, best=2, early=True)),
        (LOSS, 4, EarlyStop(after=5, best=2, early=False)),
        (LOSS, 0, EarlyStop(after=5, best=2, early=False)),
        (ACCURACY, 1, EarlyStop(after=4, best=3, early=True)),
        (ACCURACY, 2, EarlyStop(after=5, best=5, early=False)),
        (MISSPELT, 1, EarlyStop(after=5, best=5, early=False)),
    ],
)
def test_what_early_stopping_would_do(
    monitored: compute.Monitored, patience: int, expected: EarlyStop
) -> None:
    assert history().early_stop(monitored, patience) == expected


@pytest.mark.claim("overfitting", "what you and early stopping keep, and what it costs")
def test_what_is_said_of_stopping_by_hand() -> None:
    # 90 % of the training headlines, 50 % of the others.
    assert captions.stopping(history(), 5) == (
        "Stopped 3 epochs too late: validation loss 1.00 instead of 0.70 in epoch 2. It gets 90.0\u00a0% of its "
        "training headlines right and 50.0\u00a0% of unseen ones, a gap of 40.0 points: it overfits."
    )
    assert captions.stopping(history(), 1).startswith("Stopped 1 epoch too early: validation loss 0.90")
    assert captions.stopping(history(), 1).endswith("50.0\u00a0% of unseen ones.")
    assert captions.stopping(history(), 2).startswith("Epoch 2 has the lowest validation loss of all, 0.70.")


def test_what_is_said_of_early_stopping() -> None:
    caption = captions.early_stopping
    assert caption(history(), LOSS, 1) == (
        "Watching validation loss, early stopping waits 1 epoch without a better one and stops after epoch 3. The "
        "weights of epoch 2 are kept, with a validation loss of 0.70, the lowest of all. It saves 2 epochs of 5."
    )
    assert caption(history(), ACCURACY, 2) == (
        "Training accuracy never goes 2 epochs without a better one, so early stopping never stops: all 5 epochs are "
        "learnt. The weights of epoch 5 are kept, with a validation loss of 1.00. Epoch 2 had 0.70."
    )
    assert caption(history(), LOSS, 0).startswith("With patience 0 this app never stops early: all 5 epochs")
    assert caption(history(), LOSS, 4).endswith("the lowest of all. The 3 epochs after it are wasted.")
    assert caption(history(), MISSPELT, 1).startswith("No metric has that name")


def test_the_picture_is_grey_after_the_stop_and_marks_where_patience_ends() -> None:
    figure = loss_chart(history(), 3, history().early_stop(LOSS, 1))
    lines = {trace.name: (list(trace.x), list(trace.y)) for trace in figure.data}
    assert lines["training"] == ([1, 2, 3], [1.0, 0.6, 0.4])
    assert lines["validation"] == ([1, 2, 3], [0.9, 0.7, 0.8])
    assert lines["validation, had it gone on"] == ([3, 4, 5], [0.8, 0.85, 1.0])
    assert lines["lowest"] == ([2], [0.7])
    assert [shape.x0 for shape in figure.layout.shapes] == [3]
    assert figure.layout.title.text == "0.10 more loss than in epoch 2"
    whole = loss_chart(history(), 5, history().early_stop(MISSPELT, 1))
    assert not whole.layout.shapes
    assert [trace.name for trace in whole.data][:2] == ["training", "validation"]


@pytest.mark.claim("overfitting", "the recorded run is what its script makes")
def test_the_recorded_run_is_what_the_script_says() -> None:
    recorded = compute.recorded_run()
    record = json.loads(paths.OVERFITTING.read_text("utf-8"))
    assert recorded.settings == make_overfitting.SETTINGS
    assert recorded.fingerprint == sha256(paths.SAMPLE)
    assert set(record) == set(make_overfitting.record(iter(())))
    assert record["made_by"] == "python -m data.make_overfitting"
    assert set(record["events"][1]) == {"event", *EPOCHS[0].__struct_fields__}
    # Shares of all epochs of the settings, in their order, each figure one that a run can have.
    epochs = recorded.history.epochs
    assert [epoch_end.epoch for epoch_end in epochs] == list(range(1, recorded.settings.training.epochs + 1))
    for epoch_end in epochs:
        assert 0 < epoch_end.loss < 5
        assert 0 < epoch_end.validation_loss < 5
        assert 0 <= epoch_end.accuracy <= 1
        right = epoch_end.validation_accuracy * 400
        assert right == pytest.approx(round(right))
    assert all(epoch_end.seconds <= later.seconds for epoch_end, later in pairwise(epochs))
    # The trainer's own mark on the best epochs so far, by the same figures.
    lowest = min(epochs, key=lambda epoch_end: epoch_end.validation_loss)
    best_so_far = [epoch_end.epoch for epoch_end in epochs if epoch_end.best]
    assert best_so_far[-1] == lowest.epoch == recorded.history.lowest


@pytest.mark.claim("overfitting", "it overfits, and training accuracy does not show it")
def test_the_recorded_run_overfits_and_training_accuracy_does_not_see_it() -> None:
    """What the chapter teaches with it."""
    run = compute.recorded_run().history
    best, end = run.at(run.lowest), run.at(len(run))
    assert end.validation_loss > 1.5 * best.validation_loss
    assert end.accuracy > best.accuracy
    assert end.validation_accuracy < best.validation_accuracy
    assert run.early_stop(LOSS, 3).early
    assert not run.early_stop(ACCURACY, 3).early


@pytest.mark.claim("overfitting", "the recorded run is what its script makes")
@pytest.mark.slow
def test_trained_again_it_takes_the_same_way() -> None:
    """To the last bit only on the machine that recorded it; elsewhere rounding differs, and grows."""
    settings = replace(
        make_overfitting.SETTINGS, training=replace(make_overfitting.SETTINGS.training, epochs=6)
    )
    again = [event for event in make_overfitting.learn(settings) if isinstance(event, EpochEnd)]
    for epoch_end, recorded in zip(again, compute.recorded_run().history.epochs, strict=False):
        assert epoch_end.loss == pytest.approx(recorded.loss, abs=0.03)
        assert epoch_end.validation_loss == pytest.approx(recorded.validation_loss, abs=0.05)
        assert epoch_end.validation_accuracy == pytest.approx(recorded.validation_accuracy, abs=0.05)
    assert len(again) == 6


@pytest.mark.claim(
    "overfitting",
    "with a figure's name misspelt Keras only warns where a mode is given, and ends with an error where none is",
)
@pytest.mark.slow
@pytest.mark.filterwarnings(
    "ignore:Early stopping conditioned:UserWarning", "ignore:Can save best:UserWarning"
)
def test_keras_does_with_a_misspelt_name_what_the_chapter_says(tmp_path: Path) -> None:
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    file, written = tmp_path / "best.keras", []

    def fit(callback: keras.callbacks.Callback) -> int:
        look = keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: written.append(file.stat().st_mtime_ns if file.exists() else 0)
        )
        x = np.ones((2, 1))
        return len(model.fit(x, 0 * x, epochs=4, verbose=0, callbacks=[callback, look]).epoch)

    early, checkpoint = keras.callbacks.EarlyStopping, keras.callbacks.ModelCheckpoint
    assert fit(early(monitor="los", patience=1, mode="min")) == 4
    written.clear()
    fit(checkpoint(str(file), monitor="los", save_best_only=True, mode="min"))
    assert len(set(written)) == 4  # written anew at each epoch
    for callback in (early(monitor="los"), checkpoint(str(file), monitor="los", save_best_only=True)):
        with pytest.raises(ValueError, match="monitor=los"):
            fit(callback)


@pytest.mark.claim(
    "overfitting", "a gap is not the share learnt by heart: memorise a part, and the gap is smaller"
)
def test_a_gap_is_not_a_share_learnt_by_heart() -> None:
    # A network that knows 40 of 100 training headlines by heart, and gets half of all others right.
    by_heart, rule = 0.4, 0.5
    training = by_heart + (1 - by_heart) * rule
    assert training - rule == pytest.approx(0.2)
    end = replace_accuracies(training=training, validation=rule)
    assert captions.stopping(end, len(end)).endswith("a gap of 20.0 points: it overfits.")


def replace_accuracies(*, training: float, validation: float) -> History:
    run = history()
    last = msgspec.structs.replace(run.epochs[-1], accuracy=training, validation_accuracy=validation)
    return replace(run, epochs=(*run.epochs[:-1], last))


def test_the_accuracies_measured_again_are_what_the_script_says() -> None:
    record = json.loads(paths.TRAINING_ACCURACY.read_text("utf-8"))
    assert set(record) == set(make_training_accuracy.record(iter(())))
    assert RunSettings.from_json(record["settings"]) == make_training_accuracy.SETTINGS
    assert record["fingerprint"] == sha256(paths.SAMPLE)
    epochs = compute.measured_epochs()
    assert [epoch.epoch for epoch in epochs] == list(range(1, 9))
    for measured in epochs:  # shares of 1,200 articles, and of 400
        for share in (measured.while_learning, measured.with_dropout, measured.without_dropout):
            assert share * 1_200 == pytest.approx(round(share * 1_200))
        assert measured.validation * 400 == pytest.approx(round(measured.validation * 400))


@pytest.mark.claim(
    "overfitting",
    "validation stands above training in the first epochs, because training is counted while it learns",
)
def test_measured_again_training_is_no_longer_far_below_validation() -> None:
    epochs = compute.measured_epochs()
    most = max(epochs, key=lambda measured: measured.validation - measured.while_learning)
    apart = most.validation - most.while_learning
    assert apart > 0.3
    # The weights of the epoch's end explain nearly all of it, dropout the little that is left.
    assert most.with_dropout - most.while_learning > 0.9 * apart
    assert abs(most.without_dropout - most.with_dropout) < 0.05
    assert all(measured.without_dropout > measured.validation for measured in epochs[2:])
    # In the run without dropout it is the same.
    second = compute.recorded_run().history.at(2)
    assert second.validation_accuracy > second.accuracy + 0.1


def test_what_is_said_of_validation_above_training() -> None:
    def measured(
        number: int, while_learning: float, again: float, without: float, validation: float
    ) -> MeasuredEpoch:
        return MeasuredEpoch(
            epoch=number,
            while_learning=while_learning,
            with_dropout=again,
            without_dropout=without,
            validation=validation,
        )

    epochs = [measured(1, 0.25, 0.5, 0.6, 0.625), measured(2, 0.75, 0.8, 0.9, 0.7)]
    said = captions.validation_above_training(epochs)
    assert said.startswith(
        "In epoch 1 of this run training accuracy is 25.0\u00a0% and validation accuracy 62.5\u00a0%."
    )
    assert "50.0\u00a0% are correct, or 60.0\u00a0% with dropout off. From epoch 2 on, this is above" in said
    assert captions.validation_above_training(epochs[:1]).endswith("60.0\u00a0% with dropout off.")


@pytest.mark.claim("overfitting", "the accuracies measured again are what the script measures")
@pytest.mark.slow
def test_measured_once_more_the_accuracies_are_about_the_same() -> None:
    settings = replace(
        make_training_accuracy.SETTINGS,
        training=replace(make_training_accuracy.SETTINGS.training, epochs=3),
    )
    again = list(make_training_accuracy.learn(settings))
    for measured, recorded in zip(again, compute.measured_epochs(), strict=False):
        assert measured.to_json() == pytest.approx(recorded.to_json(), abs=0.05)
    assert len(again) == 3


@pytest.mark.claim(
    "overfitting", "Keras counts training accuracy batch by batch before each step, validation at the end"
)
@pytest.mark.slow
def test_keras_counts_training_accuracy_while_it_learns() -> None:
    import keras

    random = np.random.default_rng(1)
    x = random.normal(size=(90, 4)).astype(np.float32)
    y = (x.sum(axis=1) > 0).astype(np.int32)

    def network() -> keras.Model:
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, activation="softmax")])
        model.set_weights(
            [np.array([[1, -1]] * 4, np.float32), np.zeros(2, np.float32)]
        )  # all wrong at first
        model.compile(keras.optimizers.SGD(1.0), "sparse_categorical_crossentropy", metrics=["accuracy"])
        return model

    fitted = network()
    reported = fitted.fit(x, y, batch_size=10, shuffle=False, verbose=0, validation_data=(x, y)).history
    by_hand, correct = network(), 0
    for start in range(0, 90, 10):
        batch = slice(start, start + 10)
        correct += int((np.asarray(by_hand.predict_on_batch(x[batch])).argmax(axis=1) == y[batch]).sum())
        by_hand.train_on_batch(x[batch], y[batch])
    assert reported["accuracy"] == pytest.approx([correct / 90])
    at_the_end = float((np.asarray(by_hand.predict_on_batch(x)).argmax(axis=1) == y).mean())
    assert reported["val_accuracy"] == pytest.approx([at_the_end])
    assert at_the_end > correct / 90 + 0.1  # the same articles, and "validation" stands above


@pytest.mark.claim("overfitting", "dropout sets some numbers to 0 at random, in training only")
def test_keras_dropout_sets_numbers_to_0_in_training_only() -> None:
    import keras
    import numpy as np

    layer, ones = keras.layers.Dropout(0.5, seed=1), np.ones((1, 1000), np.float32)
    training, afterwards = (np.asarray(layer(ones, training=training)) for training in (True, False))
    assert 400 < (training == 0).sum() < 600
    assert np.array_equal(afterwards, ones)
