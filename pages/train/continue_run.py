"""Continue a run: from its pause, after its process was lost, or for more epochs once it has finished."""

import logging
import shutil
import sqlite3
from dataclasses import replace

import streamlit as st

from core.errors import HeadlineLabError
from core.runs.retention import FREE_BYTES
from core.runs.run import Run
from core.runs.start import go_on
from core.settings.fields import limits
from core.settings.training import RunOverrides, TrainingSettings
from core.training.events import Finished
from pages.widgets.run_progress import DISK_ERROR
from pages.wording import help_text, literal

_logger = logging.getLogger(__name__)
MORE_EPOCHS = 3  # offered once a run has finished


def draw_interrupted(run: Run) -> None:
    """Draw why the process ended, as far as it is known, and the button that continues the run."""
    lease = run.lease()
    if lease is None:
        st.warning("This run has not begun yet, and it is not in the queue.", icon=":material/power_off:")
    elif lease.lost:
        why = (
            f"was lost {lease.crashes + 1} times in a row"
            if lease.lost == "often"
            else "was lost when this machine's memory ran out"
        )
        st.error(
            f"The training process of this run {why}, so it was not started again. Everything up to its "
            "last checkpoint is kept.",
            icon=":material/power_off:",
        )
        if lease.lost == "memory":
            st.caption("A smaller vocabulary, embedding or batch needs less memory. So do fewer articles.")
        if log_tail := run.last_output():
            with st.expander("Last lines of its log"):
                st.code(log_tail, language=None)
    else:
        st.warning(
            "This run was interrupted: its process is gone. Its last checkpoint is kept. You can continue "
            "from there.",
            icon=":material/power_off:",
        )
    if shutil.disk_usage(run.folder).free < FREE_BYTES:
        st.error(DISK_ERROR)
    if st.button("Continue this run", key="continue", type="primary", icon=":material/resume:"):
        _continue(run, None)


def draw_continue(run: Run) -> None:
    """Continue a paused run, with the learning rate it has or another one."""
    bounds, current_rate = limits(TrainingSettings, "learning_rate"), _learning_rate(run)
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    rate = left.number_input(
        "Learning rate from here on",
        bounds.low,
        bounds.high,
        current_rate,
        step=current_rate / 10,
        format="%g",
        key=f"rate/{run.id}",
        help=help_text("The value that the schedule starts from. The chart marks where it changes."),
        disabled=not run.checkpoints.exist(),
    )
    if right.button("Continue", key="continue", type="primary", icon=":material/resume:", width="stretch"):
        _continue(run, replace(run.overrides(), learning_rate=rate) if rate != current_rate else None)


def _learning_rate(run: Run) -> float:
    return run.overrides().learning_rate or run.settings.training.learning_rate


def draw_more_epochs(run: Run, result: Finished) -> None:
    """Draw the form that trains a finished run for more epochs."""
    most = int(limits(TrainingSettings, "epochs").high) - result.epochs
    if most < 1:
        return
    left, right = st.columns([2, 3], vertical_alignment="bottom")
    more = left.number_input("More epochs", 1, most, min(MORE_EPOCHS, most), key=f"more/{run.id}")
    if right.button(
        f"Train {more} more epoch{'s' * (more != 1)}",
        key="more",
        icon=":material/add_circle:",
        help=(
            "Training goes on from the last checkpoint. A falling schedule is stretched over all epochs, so "
            "the learning rate rises again. The log has both results. The better classifier is kept."
        ),
        width="stretch",
    ):
        _continue(
            run, replace(run.overrides(), epochs=result.epochs + int(more), continue_after=result.epochs)
        )


def _continue(run: Run, overrides: RunOverrides | None) -> None:
    try:
        go_on(run, overrides)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
    except (OSError, sqlite3.Error):
        _logger.exception("run %s cannot be written", run.id)
        st.error(DISK_ERROR)
    else:
        st.rerun()
