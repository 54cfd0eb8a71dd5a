"""Train: choose the network, start it, watch it learn."""

import streamlit as st

from core.errors import HeadlineLabError
from core.runs.store import ACTIVE, Run
from pages.ui import page, session
from pages.ui.network_table import network_table
from pages.ui.run_view import run_view
from pages.ui.settings_form import preset_choice, settings_form
from pages.ui.text import percent


def named(run: Run) -> str:
    """A run in the list of runs: when, which settings, how good."""
    result = run.result()
    score = percent(result.test.accuracy) if result else run.status()
    return f"{run.created:%d %b %H:%M} · {run.settings.preset} · {run.settings.network.cell} · {score}"


visit = session.current()
page.opening("Train", "Choose a network, start it, and watch it learn from the headlines.")
run, runs = visit.run, visit.runs()
at_work = next((one for one in runs if one.status() in ACTIVE), None)
left, right = page.columns()

with left:
    preset_choice(visit, disabled=at_work is not None)
    start = st.container()  # filled once the settings below it are known
    problem = ""
    try:
        visit.settings = settings_form(visit.settings, version=visit.version, disabled=at_work is not None)
    except HeadlineLabError as error:
        problem = str(error)
    with start:
        ready = visit.news_name is not None and at_work is None and not problem
        if st.button(
            "Start training",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not ready,
            width="stretch",
        ):
            try:
                visit.start()
                st.rerun()
            except HeadlineLabError as error:
                problem = str(error)
        if problem:
            st.error(problem)
        elif at_work:
            st.caption("A run is training. Its settings can be changed once it has ended.")

with right:
    if visit.news_name is None:
        page.empty_state(
            "No file yet",
            "The network learns from a news file. Choose the built-in sample or upload one, and come back.",
            page="data",
        )
    if len(runs) > 1:
        ids = [one.id for one in runs]
        chosen = st.selectbox(
            "Your runs, newest first",
            ids,
            ids.index(run.id) if run else None,
            format_func={one.id: named(one) for one in runs}.__getitem__,
            key=f"run_choice/{run.id if run else ''}",
            placeholder="Choose an earlier run",
        )
        if chosen and (run is None or chosen != run.id):
            visit.choose_run(chosen)
            st.rerun()
    if run:
        run_view(visit, run)
    network_table(visit, expanded=run is None)
    page.next_step("predict")
