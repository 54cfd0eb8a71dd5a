"""The counters of a run of three epochs, followed by hand."""

import pytest

from core.errors import RunError
from core.settings.training import RunOverrides
from core.training.progress import Progress


def _progress(epochs: int = 3) -> Progress:
    return Progress(learning_rate=0.1, epochs=epochs)


def _epoch(progress: Progress, validation_loss: float, patience: int = 0) -> bool:
    """Two batches of 4 and 2 articles, and the end of the epoch; whether it is the best."""
    progress.add_batch(6.0, 1, 4, rate=0.1)
    progress.add_batch(2.0, 2, 2, rate=0.05)
    best = progress.add_validation(validation_loss, 0.5)
    progress.next_epoch(patience=patience)
    return best


def test_batches_are_summed_up_and_an_epoch_begins_at_zero() -> None:
    progress = _progress()
    progress.add_batch(6.0, 1, 4, rate=0.1)
    assert progress.share(2) == pytest.approx(1 / 6)  # one of two batches of three epochs
    progress.add_batch(2.0, 2, 2, rate=0.05)
    assert (progress.loss_sum, progress.correct, progress.epoch_rows, progress.rate) == (8.0, 3, 6, 0.05)
    progress.next_epoch(patience=0)
    assert (progress.epoch, progress.step, progress.loss_sum, progress.epoch_rows) == (2, 0, 0.0, 0)
    assert (progress.rows, progress.finished_epochs) == (6, 1)


def test_the_lowest_validation_loss_is_the_best_and_patience_ends_the_run() -> None:
    progress = _progress(epochs=9)
    assert [_epoch(progress, loss, patience=2) for loss in (0.5, 0.4, 0.4, 0.6)] == [True, True, False, False]
    assert (progress.best_epoch, progress.best_loss, progress.waited) == (2, 0.4, 2)
    assert progress.ending == "patience"


def test_a_plan_changes_the_rate_and_goes_on_only_where_the_run_ended() -> None:
    progress = _progress(epochs=1)
    assert not progress.change(RunOverrides(learning_rate=0.1))  # as it is
    _epoch(progress, 0.5)
    assert (progress.ending, progress.epochs) == ("epochs", 1)
    assert not progress.change(RunOverrides(epochs=1, continue_after=3))  # asked for after another epoch
    assert (progress.ending, progress.epochs) == ("epochs", 1)
    assert progress.change(RunOverrides(epochs=2, continue_after=1))
    assert (progress.ending, progress.epochs, progress.epoch) == (None, 2, 2)


def test_the_record_of_a_checkpoint_gives_the_same_counters() -> None:
    progress = _progress()
    _epoch(progress, 0.5)
    assert Progress.from_json(progress.to_json()) == progress
    assert progress.to_json()["best_loss"] == 0.5
    with pytest.raises(TypeError):
        Progress.from_json({"learning_rate": 0.1, "epochs": 1, "colour": "red"})


@pytest.mark.parametrize("loss", [float("nan"), float("inf")])
def test_a_loss_that_is_no_number_names_the_rate(loss: float) -> None:
    with pytest.raises(RunError, match=r"after 0 articles.*below 0\.1"):
        _progress().require_finite(loss)
