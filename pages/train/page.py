"""Train: choose the network, start it, watch it learn."""

import streamlit as st

from core.errors import HeadlineLabError, NewsFileError
from core.runs.run import ACTIVE
from pages import layout, navigation, session, starting_runs
from pages.train import vectors_form
from pages.train.fitting_note import fitting_note
from pages.train.guess_form import guess_form, redraw_with_categories
from pages.train.guess_result import draw_guess
from pages.train.network_table import network_table
from pages.train.run_choice import run_choice
from pages.train.run_view import run_view
from pages.train.settings_form import memory_note, preset_choice, settings_form
from pages.train.test_file_form import scored_file
from pages.widgets.merge_note import merge_note
from pages.widgets.steps_note import steps_note
from pages.wording import literal

visit = session.current()
layout.opening("Train", "Choose a network, start it and watch it learn from headlines.")
run, runs = visit.run, visit.runs()
at_work = [active_run for active_run in runs if active_run.status() in ACTIVE]
busy, racing = bool(at_work), any(active_run.race for active_run in at_work)
left, right = layout.columns()

with left:
    above = st.container()  # filled once the settings below it are known
    problem, is_of_file, coverage_slot, scored = "", False, None, None
    try:
        if not busy:  # nothing to set while it trains, and the curves are nearer on a phone
            try:
                visit.settings = settings_form(visit.settings, version=visit.version, rows=visit.news_rows)
            finally:  # where settings do not go together, too: what to remove may stand here
                coverage_slot = vectors_form.word_vectors(visit)
            if visit.news_name is not None:
                scored = scored_file(visit)
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
                starting_runs.start(visit, guess, scored)
                st.rerun()
            except HeadlineLabError as error:
                problem, is_of_file = str(error), isinstance(error, NewsFileError)
        if problem:
            st.error(literal(problem))
            if is_of_file:
                navigation.to_page("data", "Open the Data page")
        elif busy:
            st.caption(
                "A memory race is running. A run can start after it has ended."
                if racing
                else "A run is training. You can change the settings after it has ended."
            )
            draw_guess(at_work[0], why="It cannot change any more, because the run has begun.")
        elif visit.news_rows and (rows := visit.learnt_rows):
            has_test_file = scored is not None or rows < visit.news_rows
            st.caption(steps_note(visit.settings, rows, has_test_file=has_test_file))
            if note := fitting_note(visit.settings, rows, has_test_file=has_test_file):
                st.caption(note)
            st.caption(memory_note(visit.settings, visit.news_rows))
    run_choice(visit, runs)

with right:
    if visit.news_name is None:
        layout.empty_state(
            "No file yet",
            "The network learns from a news file. Choose the built-in sample or upload a file, then come "
            "back.",
            page="data",
        )
    if run:
        vectors_form.run_note(run)
        merge_note(run)
        run_view(visit, run)
    network_table(visit, expanded=run is None)
    if not (run and run.result()):  # its scores have the button already
        navigation.next_step("evaluate")

if not busy:
    redraw_with_categories(visit)
if coverage_slot:  # last: the texts may have to be cleaned and counted first
    vectors_form.coverage(visit, coverage_slot)
