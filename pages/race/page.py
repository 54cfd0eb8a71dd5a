"""Memory race: four cells, equally large, learn the same headlines; then one word is moved away from the end."""

import streamlit as st

from core.errors import HeadlineLabError, NewsFileError
from core.insight.order_task.captions import TASK
from core.insight.order_task.results import is_order_task
from core.runs.memory_race import group_runs
from core.runs.run import ACTIVE
from pages import layout, navigation, session
from pages.race.forgetting import draw_forgetting
from pages.race.form import race_choice, race_form
from pages.race.results import race_view
from pages.widgets.order_results import accuracy_table, by_distance
from pages.wording import literal

visit = session.current()
layout.opening(
    "Memory race",
    "Four recurrent cells with the same number of parameters learn the same headlines. Which one remembers "
    "best?",
)
runs = visit.runs()
races = group_runs(runs)
busy = any(run.status() in ACTIVE for run in runs)
left, right = layout.columns()

with left:
    try:
        race_form(visit, busy=busy)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
        if isinstance(error, NewsFileError):
            navigation.to_page("data", "Open the Data page")
    race = race_choice(visit, races)

with right:
    if race:
        try:
            race_view(race)
        except HeadlineLabError as error:
            st.error(literal(str(error)))
    elif visit.news_name is None:
        layout.empty_state(
            "No file yet",
            "The cells learn from a news file. Choose the built-in sample or upload a file, then come back. Below is a "
            "race that was run before, over five seeds.",
            page="data",
        )
    else:
        layout.empty_state(
            "No race yet",
            "The four cells learn one after the other. You see their accuracy, their time and what an "
            "answer costs. Then you move one telling word away from the end of a text and see how long "
            "each cell remembers it. Start a race on the left.",
        )

if race and not race.at_work:
    try:
        draw_forgetting(race)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
# Beside a race on that file too: one word alone, moved away from the end, says nothing of it.
if not race or is_order_task(race.runs[0].fingerprint):
    st.subheader("A recorded race: Who beat whom", anchor=False)
    st.markdown(TASK)
    by_distance()
    accuracy_table()
if race:
    navigation.next_step("learn", "Learn why")
