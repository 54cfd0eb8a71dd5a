"""Choose the run that the Time machine replays; the empty state without a run or without snapshots."""

import streamlit as st

from core.errors import RunError
from core.insight.replay.replay import Replay
from core.runs.run import ACTIVE, Run
from core.training import snapshots
from pages import caches, layout
from pages.session import Session
from pages.widgets.run_label import run_label
from pages.wording import distinct, literal

_CHOSEN = "time_chosen"  # the Train page's run at the last choice, and that choice


def chosen_run(session: Session, views: tuple[str, ...]) -> tuple[Run, str] | None:
    """Draw the choice of a run, by default the Train page's, and of a view; return both, None while there is no run."""
    runs = {run.id: run for run in session.runs()}
    if not runs:
        layout.empty_state(
            "No run yet",
            "While a network learns, it keeps small snapshots. They are taken before training, after 1, 2, "
            "4, 8 batches and so on, and at the end of each epoch. Here you play them: answers change and "
            "words move. Train a network first. With the quick settings that takes a minute or two.",
            page="train",
            label="Train a network",
        )
        return None
    options = list(runs)
    default = session.run.id if session.run and session.run.id in runs else options[0]
    previous_default, earlier = st.session_state.get(_CHOSEN, (None, None))
    current = earlier if previous_default == default and earlier in runs else default
    left, right = layout.columns()
    with left:
        run_id = st.selectbox(
            "Which run",
            options,
            options.index(current),
            format_func=distinct({key: run_label(run) for key, run in runs.items()}).__getitem__,
            # A select box keeps its first texts: the key makes a new one whenever a run or its status has changed,
            # and _CHOSEN keeps the choice.
            key=f"time_run/{default}/{'/'.join(f'{key}{run.status()}' for key, run in runs.items())}",
            persist_state="session",
        )
    with right:
        view = st.segmented_control(
            "View", views, default=views[0], required=True, key="time_view", persist_state="session"
        )
    st.session_state[_CHOSEN] = (default, run_id)
    return runs[run_id or default], view or views[0]


def load_replay(run: Run) -> Replay | None:
    """The run's replay so far; where it is None, the page says why. Draws a warning about damaged snapshots."""
    active = run.status() in ACTIVE
    if not snapshots.moments(run.snapshots_folder):
        if active:
            st.info(
                "The first snapshot comes before the first batch, once the file is read and its words have "
                "numbers. It will appear here by itself."
            )
        else:
            layout.empty_state(
                "This run has no snapshots",
                "It is older than snapshots, or it ended before it began to learn. A new run with the same "
                "settings will have them.",
                page="train",
                label="Train again",
            )
        return None
    try:
        replay = caches.replay(run.snapshots_folder)
    except FileNotFoundError:  # thinned out by the worker meanwhile
        return None
    except RunError as error:
        st.error(f"The snapshots of this run cannot be replayed. {literal(str(error))}")
        return None
    if replay.passed_over:
        total = len(replay.passed_over)
        st.warning(
            f"{total} snapshot{'s' * (total != 1)} of this run cannot be read and "
            f"{'is' if total == 1 else 'are'} skipped: {literal(replay.passed_over[0])}"
        )
    return replay
