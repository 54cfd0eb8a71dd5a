"""Widgets of the chapter on overfitting: choice of a run, sliders, comparison of stops."""

from importlib.metadata import version

import pandas as pd
import streamlit as st

from core.insight.lessons.embedding_layer.captions import TUTORIAL_NAME
from core.insight.lessons.overfitting import captions, compute
from core.insight.lessons.overfitting.compute import (
    ACCURACY,
    LOSS,
    MISSPELT,
    MONITORED,
    History,
    Monitored,
    measured_epochs,
)
from core.insight.wording import percent
from core.settings.fields import limits
from core.settings.training import TrainingSettings
from core.training.early_stopping import EarlyStop
from pages.learn.material import Material
from pages.learn.prose import prose
from pages.wording import duration, help_text, literal

YOURS, RECORDED = "Your own run", "A recorded run"
WATCH = "lesson_watch"
_PATIENCE = 3  # initial value of the slider
_MOST_PATIENCE = 10
_NAMES = {LOSS: "Validation loss", ACCURACY: "Training accuracy", MISSPELT: "A misspelt name"}


def choose_history(material: Material, *, choose: bool = True) -> tuple[History, str]:
    """Return a run's history and a caption: the visitor's own run if it is long enough, else the recorded one.

    Args:
        choose: whether to let the visitor choose between the two.
    """
    run = material.visit.run
    own_history = History.of(run.events()[0]) if run else None
    recorded = compute.recorded_run()
    own_is_short = run is not None and own_history is None
    recorded_caption = captions.recorded_run(recorded, own_is_short=own_is_short)
    if run is None or own_history is None:
        return recorded.history, recorded_caption
    choice = YOURS
    if choose:
        choice = st.segmented_control(
            "Whose curves",
            (YOURS, RECORDED),
            default=YOURS,
            required=True,
            key="lesson_whose_curves",
            persist_state="session",
            label_visibility="collapsed",
        )
    if choice == RECORDED:
        return recorded.history, recorded_caption
    return own_history, captions.own_run(own_history, run.settings.training.schedule)


def stop_slider(history: History) -> int:
    """Draw the slider for the epoch to stop after; return that epoch, from 1."""
    last = len(history)
    return int(
        st.slider(
            "Stop after epoch",
            1,
            last,
            last,
            key=f"lesson_stop_after/{last}",
            persist_state="session",
            help=help_text(
                "An epoch is one pass over all training headlines. The weights are kept as they are then."
            ),
        )
    )


def early_stopping_controls(history: History) -> tuple[Monitored, int, EarlyStop]:
    """Draw the controls of early stopping; return its monitored metric, its patience and its stop."""
    monitored: Monitored = st.radio(
        "Early stopping watches",
        MONITORED,
        format_func=_NAMES.__getitem__,
        key=WATCH,
        persist_state="session",
        help=help_text("The tutorial's early stopping watches training accuracy."),
    )
    patience = int(
        st.slider(
            "Patience",
            0,
            _MOST_PATIENCE,
            _PATIENCE,
            key="lesson_patience",
            persist_state="session",
            help=help_text(
                f"{limits(TrainingSettings, 'patience').help} In Keras, 0 stops at the first epoch that is no "
                "better."
            ),
        )
    )
    return monitored, patience, history.early_stop(monitored, patience)


def compare_stops(history: History, epoch: int, stop: EarlyStop, monitored: Monitored) -> None:
    """Draw a table of three stops: by hand, by early stopping, at the lowest validation loss."""
    lowest = history.lowest
    early = f"Early stopping on {monitored}" if monitored != MISSPELT else "Early stopping, misspelt"
    rows = (
        ("You, by hand", epoch, epoch),
        (early, stop.after, stop.best),
        ("The best there was", lowest, lowest),
    )
    best = history.at(lowest)
    table = pd.DataFrame(
        {
            "Who stops": [name for name, *_ in rows],
            "stops after": [f"epoch {last_epoch}" for _, last_epoch, _ in rows],
            "keeps": [f"epoch {kept_epoch}" for *_, kept_epoch in rows],
            "validation loss": [f"{history.at(kept_epoch).validation_loss:.2f}" for *_, kept_epoch in rows],
            "too high by": [
                f"{history.at(kept_epoch).validation_loss - best.validation_loss:.2f}"
                for *_, kept_epoch in rows
            ],
            "unseen correct": [
                percent(history.at(kept_epoch).validation_accuracy) for *_, kept_epoch in rows
            ],
            "training correct": [percent(history.at(kept_epoch).accuracy) for *_, kept_epoch in rows],
            "time": [duration(history.at(last_epoch).seconds) for _, last_epoch, _ in rows],
        }
    )
    st.dataframe(table, hide_index=True, height="content", key="lesson_three_ways")
    st.caption(
        "“Keeps”: the epoch whose weights you end up with. “Time”: measured from the start of the run."
    )


def tutorial_monitor() -> None:
    """Explain the tutorial's monitors and what Keras does with them."""
    prose(
        "**The tutorial watches the wrong thing.** Its early stopping looks at training accuracy. That "
        "goes up while the network learns headlines by heart, which is exactly what should stop. Set "
        "*Early stopping watches* to it and see."
    )
    prose(
        "**Its checkpoint has a misspelt argument**, `moniter`. Keras 3 stops with a TypeError. Keras 2 ignores it and "
        "watches its default, validation loss: the correct thing, by luck."
    )
    prose(
        f"**A misspelt metric is worse.** Watch `val_los`, and Keras {version('keras')} finds no such metric. If a "
        "`mode` says which way is better, it only warns. Early stopping then never stops, and the checkpoint writes "
        "the last weights over the best ones. Without a `mode` it stops with an error after the first epoch."
    )
    st.caption(
        f"The tutorial: {TUTORIAL_NAME}. Keras: what it does when these lines are run. "
        "Unless `restore_best_weights` is set, its early stopping keeps the last weights; this app keeps the best ones."
    )


def validation_above_training() -> None:
    """Explain why validation accuracy may stand above training accuracy, with a run that was measured again."""
    epochs = measured_epochs()
    st.markdown("**Why validation can be above training at first**")
    left, right = st.columns([2, 3], gap="large")
    left.markdown(literal(captions.validation_above_training(epochs)))
    table = pd.DataFrame(
        {
            "epoch": [epoch.epoch for epoch in epochs],
            "training": [percent(epoch.while_learning) for epoch in epochs],
            "again": [percent(epoch.with_dropout) for epoch in epochs],
            "again, no dropout": [percent(epoch.without_dropout) for epoch in epochs],
            "validation": [percent(epoch.validation) for epoch in epochs],
        }
    )
    right.dataframe(table, hide_index=True, height="content", key="lesson_measured_again")
    right.caption(
        "Accuracy in the recorded run, here with a dropout of 0.5. “Again”: by the weights of the epoch's end. "
        "Made by `python -m data.make_training_accuracy`."
    )
