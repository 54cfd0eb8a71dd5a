"""Cleaning: choose the steps a text goes through before its words are counted; see the effect of each."""

import streamlit as st

from core.errors import HeadlineLabError
from pages import layout, navigation, session
from pages.cleaning.steps import load_dictionary, one_text, switches
from pages.cleaning.whole_file import whole_file
from pages.wording import literal

visit = session.current()
layout.opening(
    "Cleaning", "Choose what to remove from the texts, and watch what each step does to one of them."
)
left, right = layout.columns()

task = None
with right:
    try:
        # Read before the switches are drawn: they take the file's language.
        task = visit.news_task if visit.read_news() else None
    except HeadlineLabError as error:
        st.error(literal(str(error)))
        navigation.to_page("data", "Open the Data page")
with left:
    switches(visit)
with right:
    one_text(visit.settings.cleaning, task)

if task:
    whole_file(visit, task, visit.settings.cleaning)
elif visit.news_name is None:
    layout.empty_state(
        "No file yet",
        "This page also shows what these steps do to a whole file: words per text and the size of the "
        "vocabulary. You can download the cleaned file. Choose the built-in sample or upload a file first.",
        page="data",
    )
navigation.next_step("words", primary=bool(task))
load_dictionary()
