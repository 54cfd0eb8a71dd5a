"""Chapter: text into numbers, by words, characters and n-grams, and what each way costs on the file."""

import streamlit as st

from core.insight.figures.lessons.numbers import trade
from core.insight.lessons import numbers
from core.text.cleaning import clean
from pages.ui import cached, lesson, page
from pages.ui.chart import chart
from pages.ui.lesson import Material, Question
from pages.ui.lesson_numbers import costs, question, three_ways
from pages.ui.word_views import no_word_left


def body(material: Material) -> Question | None:
    study, settings = material.studied(), material.visit.settings
    if not study.running_words:
        no_word_left()
        return None
    with st.spinner("Counting pieces", show_time=True):
        found = cached.ways(material.news, settings)
    left, right = page.columns()
    with left:
        n = st.slider(
            "Words in an n-gram: n",
            2,
            numbers.MOST,
            2,
            key="lesson_n",
            persist_state="session",
            help="An n-gram is a run of n words that stand side by side.",
        )
        chart(
            trade(found, n),
            "lesson_trade",
            "Pieces never seen against different pieces",
            numbers.said(found, n),
        )
        # Below the chart, where it moves nothing.
        with st.spinner("Counting neighbouring words", show_time=True):
            index = cached.ngrams(material.news, settings, n)
    with right:
        three_ways(clean(material.sentence, settings.cleaning), study, index)
    costs(found, n)
    return question(found)


lesson.show("numbers", body)
