"""Train: choose the network, start it, watch it learn."""

import streamlit as st

from core.errors import HeadlineLabError
from core.runs.store import ACTIVE
from pages.ui import page, session, vectors_form
from pages.ui.guess_form import guess_form, read_late
from pages.ui.guess_view import guess_kept
from pages.ui.merge_note import merge_note
from pages.ui.network_table import network_table
from pages.ui.run_choice import run_choice
from pages.ui.run_view import run_view
from pages.ui.settings_form import memory_note, preset_choice, settings_form, steps_note
from pages.ui.text import literal

visit = session.current()
page.opening("Train", "Choose a network, start it, and watch it learn from the headlines.")
run, runs = visit.run, visit.runs()
at_work = [one for one in runs if one.status() in ACTIVE]
busy, racing = bool(at_work), any(one.race for one in at_work)
left, right = page.columns()

with left:
    above = st.container()  # filled once the settings below it are known
    problem, covered = "", None
    try:
        if not busy:  # nothing to set while it trains, and the curves are nearer on a phone
            try:
                visit.settings = settings_form(visit.settings, version=visit.version)
            finally:  # where settings do not go together, too: what to remove may stand here
                covered = vectors_form.word_vectors(visit)
    except HeadlineLabError as error:
        problem = str(error)
    with above:
        preset_choice(visit, disabled=busy)
        guess = None if busy else guess_form(visit, runs)
        ready = visit.news_name is not None and not busy and not problem
        pressed = st.button(
            "Start training",
            key="start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=not ready,
            width="stretch",
        )
        if pressed:
            try:
                visit.start(guess)
                st.rerun()
            except HeadlineLabError as error:
                problem = str(error)
        if problem:
            st.error(literal(problem))
        elif busy:
            st.caption(
                "A memory race is at work. A run can start once it has ended."
                if racing
                else "A run is training. Its settings can be changed once it has ended."
            )
            guess_kept(at_work[0], why="It stays as it is, now that the run has begun.")
        elif visit.news_rows:
            st.caption(steps_note(visit.settings, visit.news_rows))
            st.caption(memory_note(visit.settings, visit.news_rows))
    run_choice(visit, runs)

with right:
    if visit.news_name is None:
        page.empty_state(
            "No file yet",
            "The network learns from a news file. Choose the built-in sample or upload one, and come back.",
            page="data",
        )
    if run:
        vectors_form.run_note(run)
        merge_note(run)
        run_view(visit, run)
    network_table(visit, expanded=run is None)
    if not (run and run.result()):  # its scores have the button already
        page.next_step("evaluate")

if not busy:
    read_late(visit)
if covered:  # last: the texts may have to be cleaned and counted first
    vectors_form.coverage(visit, covered)
