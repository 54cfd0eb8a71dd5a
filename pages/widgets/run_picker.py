"""The visitor's runs with their accuracies: look at another, predict with it, use its settings again."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core.errors import RunError
from core.runs.run import ACTIVE, Run
from pages.session import Session
from pages.wording import distinct, literal, percent


def run_choice(session: Session, runs: list[Run]) -> None:
    """Draw the choice if there is one: several runs, or one that is not chosen.

    Those of a memory race stay together on its page: with more epochs than the others one would race no more.
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
        # The box keeps the text it was made with: a new one whenever the run or what it does has changed.
        key=f"runs/{chosen.id if chosen else ''}/{chosen.status() if chosen else ''}",
        placeholder="Choose an earlier run",
    )
    if selected_id and (chosen is None or selected_id != chosen.id):
        session.choose_run(selected_id)
        st.rerun()
    if chosen is None:
        return
    settings = replace(chosen.settings, merged=())  # which belongs to one file's categories, and to its run
    if settings != session.settings and st.button("Use this run's settings", width="stretch"):
        session.take_settings(settings)
        st.rerun()


def remove_run(session: Session, run: Run) -> None:
    """Draw a button that removes the run for good, behind a question."""
    with st.popover("Remove this run", icon=":material/delete:", width="stretch"):
        st.markdown("Its curves, its scores and its classifier are gone then, for good.")
        if st.button("Remove it", key="remove_run", type="primary"):
            try:
                session.store.remove(run)
            except RunError as error:
                st.error(literal(str(error)))
            else:
                session.choose_run(None)
                st.rerun()


def run_label(run: Run) -> str:
    """A run in a list of the visitor's runs: when, with which settings, how good; plain text."""
    result = run.result()
    status = run.status()
    score = percent(result.test.accuracy) if result else "at work" if status in ACTIVE else status
    merged = " · merged" * bool(run.settings.merged)
    return f"{local_time(run.created):%H:%M} · {run.settings.preset} · {run.settings.network.cell}{merged} · {score}"


def local_time(moment: datetime) -> datetime:
    """``moment`` in the browser's time zone, if it is known."""
    try:
        return moment.astimezone(ZoneInfo(st.context.timezone or "UTC"))
    except (ValueError, ZoneInfoNotFoundError, TypeError):
        return moment
