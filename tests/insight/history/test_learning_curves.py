"""Curves in words: made curves whose story is known."""

import msgspec
import pytest

from core.insight.history import captions
from core.insight.history.learning_curves import curves
from core.training.events import Baseline, BatchEnd, EpochEnd, Event
from tests.insight.history.test_figures import PREPARED


def batch(*, validation: float | None = None) -> BatchEnd:
    return BatchEnd(
        epoch=1,
        step=2,
        steps=4,
        rows=400,
        loss=2.0,
        accuracy=0.5,
        validation_loss=None if validation is None else 2.0,
        validation_accuracy=validation,
        rows_per_second=1000,
        seconds=3.0,
    )


def epochs(*losses: tuple[float, float], accuracies: tuple[float, float] = (0.6, 0.6)) -> list[Event]:
    """One epoch for each (training loss, validation loss); the last accuracies are of training and validation."""
    return [
        PREPARED,
        *(
            EpochEnd(
                epoch=number,
                rows=800 * number,
                loss=training,
                accuracy=accuracies[0],
                validation_loss=validation,
                validation_accuracy=accuracies[1],
                best=True,
                learning_rate=0.001,
                seconds=4.0,
            )
            for number, (training, validation) in enumerate(losses, start=1)
        ),
    ]


@pytest.mark.parametrize(
    ("story", "caption"),
    [
        (
            epochs((2.0, 1.8), (1.5, 1.4), (1.2, 1.5), (0.9, 1.6), (0.7, 1.8)),
            "Validation loss has risen for 3 epochs while training loss falls. The network is learning the training "
            "headlines by heart. The weights of epoch 2 are kept.",
        ),
        (
            epochs((2.0, 1.8), (2.5, 1.9)),
            "Validation loss has risen for 1 epoch, and training loss does not fall either. "
            "The steps are probably too long. Try a smaller learning rate. The weights of epoch 1 are kept.",
        ),
        (
            epochs((2.0, 1.8), (1.5, 1.4), (1.4, 1.6), (1.3, 1.5)),
            "Validation loss has not been lower than 1.40 for 2 epochs. The weights of epoch 2 are kept.",
        ),
        (
            epochs((2.0, 1.8), (1.5, 1.4)),
            "Validation loss fell from 1.80 to 1.40 in the last epoch. More epochs may lower it further.",
        ),
        (
            epochs((2.0, 1.8), (1.5, 1.795)),
            "Validation loss has almost stopped falling (1.79). More epochs would change little.",
        ),
        (
            epochs((2.0, 1.8)),
            "After the first epoch the loss on unseen articles is 1.80. One epoch does not show a trend.",
        ),
        (
            [PREPARED, batch()],
            "The first epoch is running. After the second epoch you will see if the loss falls.",
        ),
        ([PREPARED], "Waiting for the first articles. There is no result yet."),
    ],
)
def test_the_loss_in_words(story: list[Event], caption: str) -> None:
    assert captions.learning_curve(curves(story), "loss") == caption


def test_where_all_articles_were_measured_the_few_are_not_shown() -> None:
    last = msgspec.structs.replace(batch(validation=0.1), step=4)
    so_far = curves([PREPARED, batch(validation=0.3), last, *epochs((1.0, 0.9))[1:]])
    assert so_far.validation["accuracy"] == [(0.5, 0.3)]
    assert so_far.whole["accuracy"] == [(1, 0.6)]
    assert captions.learning_curve_title(so_far, "accuracy") == "Unseen articles: 60.0 % right after 1 epoch"
    assert captions.learning_curve_title(so_far, "loss") == "Loss on unseen articles: 0.90"  # the few had 2.0


LINEAR = Baseline(name="linear", validation_accuracy=0.62, test_accuracy=0.6, test_macro_f1=0.5, seconds=3.0)


@pytest.mark.parametrize(
    ("story", "caption"),
    [
        ([PREPARED], "Waiting for the first articles. There is no result yet."),
        (
            [PREPARED, batch(validation=0.25)],
            "It is right for 25.0 % of unseen articles. That is no better than always naming the largest category "
            "(25.0 %). It has learnt nothing useful so far.",
        ),
        (
            epochs((2.0, 2.0), accuracies=(0.3, 0.25)),
            "It is right for 25.0 % of unseen articles. That is no better than always naming the largest category "
            "(25.0 %). It has learnt nothing useful.",
        ),
        (
            epochs((1.0, 1.0)),
            "It is right for 60.0 % of unseen articles, 35.0 points more than always naming the largest category.",
        ),
        (
            [LINEAR, *epochs((1.0, 1.0))],
            "It is right for 60.0 % of unseen articles, 35.0 points more than always naming the largest category and "
            "2.0 points less than the linear model.",
        ),
        (
            [LINEAR, *epochs((1.0, 1.0), accuracies=(0.63, 0.62))],
            "It is right for 62.0 % of unseen articles, 37.0 points more than always naming the largest category and "
            "as often as the linear model.",
        ),
        (
            epochs((1.0, 1.0), accuracies=(0.8, 0.6)),
            "It is right for 60.0 % of unseen articles, 35.0 points more than always naming the largest category. "
            "On its training articles it is right for 80.0 %. This gap of 20.0 points shows overfitting.",
        ),
    ],
)
def test_the_accuracy_in_words(story: list[Event], caption: str) -> None:
    assert captions.learning_curve(curves(story), "accuracy").replace("\u00a0", " ") == caption
