"""Early stopping: worked by hand, and against Keras's own callback."""

from types import SimpleNamespace

import numpy as np
import pytest

from core.training.early_stopping import EarlyStop, early_stop

# The best is epoch 3; after it come one, two, then three epochs that are no better.
LOSSES = [1.0, 0.8, 0.5, 0.6, 0.7, 0.8]


@pytest.mark.parametrize(
    ("patience", "expected"),
    [
        (1, EarlyStop(after=4, best=3, early=True)),
        (2, EarlyStop(after=5, best=3, early=True)),
        (3, EarlyStop(after=6, best=3, early=True)),
        (4, EarlyStop(after=6, best=3, early=False)),
        (0, EarlyStop(after=6, best=3, early=False)),
    ],
)
def test_worked_by_hand(patience: int, expected: EarlyStop) -> None:
    assert early_stop(LOSSES, patience) == expected


def test_an_accuracy_is_better_when_it_is_higher_and_the_same_is_no_better() -> None:
    assert early_stop([0.2, 0.5, 0.5, 0.5], 2, higher=True) == EarlyStop(after=4, best=2, early=True)
    assert early_stop([0.2, 0.5, 0.6, 0.9], 1, higher=True) == EarlyStop(after=4, best=4, early=False)
    # A dip that mends itself before patience is over.
    assert early_stop([1.0, 1.1, 0.9, 1.0, 0.8], 2) == EarlyStop(after=5, best=5, early=False)


def test_a_run_without_an_epoch_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one epoch"):
        early_stop([], 1)


@pytest.mark.claim("overfitting", "early stopping stops and keeps as Keras does")
@pytest.mark.slow
@pytest.mark.parametrize("higher", [False, True])
def test_it_stops_and_keeps_as_keras_does(higher: bool) -> None:
    """200 made-up runs of 1 to 12 epochs, with ties, for every patience from 1 to 4."""
    from keras.callbacks import EarlyStopping

    random = np.random.default_rng(5)
    for _ in range(200):
        figures = random.integers(0, 6, random.integers(1, 13)).astype(float).tolist()
        for patience in range(1, 5):
            callback = EarlyStopping(
                monitor="watched",
                patience=patience,
                mode="max" if higher else "min",
                restore_best_weights=True,
            )
            epochs = 0
            model = SimpleNamespace(stop_training=False, get_weights=list, set_weights=list, optimizer=None)
            callback._model = model
            callback.on_train_begin()
            for epoch, figure in enumerate(figures):
                epochs = epoch + 1
                callback.on_epoch_end(epoch, {"watched": figure})
                if model.stop_training:
                    break
            found = early_stop(figures, patience, higher=higher)
            assert (found.after, found.best) == (epochs, callback.best_epoch + 1)
            assert found.early == model.stop_training
