"""The visitor's runs with their accuracies: choose another, use its settings again, remove it."""

from dataclasses import replace

import streamlit as st

from core.errors import RunError
from core.runs.run import ACTIVE, Run
from pages.session import Session
from pages.widgets.run_label import run_label
from pages.wording import distinct, literal


def run_choice(session: Session, runs: list[Run]) -> None:
    """Draw the list of the visitor's runs, if there is more to choose than the chosen one.

    Runs of a memory race are left out: the race compares runs of equally many epochs.
    """
    runs = [run for run in runs if run.race is None]
    if session.run and session.run.status() not in ACTIVE:
        remove_run(session, session.run)
    if not runs or (len(runs) == 1 and session.run):
        return
    chosen, ids = session.run, [run.id for run in runs]
    selected_id = st.selectbox(
        "Your runs, newest first",
        ids,
        ids.index(chosen.id) if chosen and chosen.id in ids else None,
        format_func=distinct({run.id: run_label(run) for run in runs}).__getitem__,
        # A select box keeps its first texts: the key makes a new one whenever the run or its status has changed.
        key=f"runs/{chosen.id if chosen else ''}/{chosen.status() if chosen else ''}",
        placeholder="Choose an earlier run",
    )
    if selected_id and (chosen is None or selected_id != chosen.id):
        session.choose_run(selected_id)
        st.rerun()
    if chosen is None:
        return
    settings = replace(chosen.settings, merged=())  # which belongs to one file's categories, and to its run
    draft = replace(settings, cleaning=settings.cleaning.with_installed_segmenter())
    if draft != session.settings and st.button("Use this run's settings", width="stretch"):
        session.take_settings(settings)
        st.rerun()


def remove_run(session: Session, run: Run) -> None:
    """Draw a button that removes the run for good, after a confirmation."""
    with st.popover("Remove this run", icon=":material/delete:", width="stretch"):
        st.markdown("This deletes its curves, scores and classifier for good.")
        if st.button("Remove it", key="remove_run", type="primary"):
            try:
                session.store.remove(run)
            except RunError as error:
                st.error(literal(str(error)))
            else:
                session.choose_run(None)
                st.rerun()
