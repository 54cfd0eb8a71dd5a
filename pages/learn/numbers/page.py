"""Chapter: text into numbers, by words, characters and n-grams, and what each way costs on the file."""

import streamlit as st

from core.insight.lessons.numbers import compute
from core.insight.lessons.numbers.figures import tradeoff_chart
from core.text.cleaning import clean
from pages import caches, layout
from pages.components.chart import chart
from pages.learn import chapters
from pages.learn.chapters import Material, Question
from pages.learn.numbers.parts import costs, question, three_ways
from pages.words.word_index import no_word_left


def body(material: Material) -> Question | None:
    study, settings = material.studied(), material.visit.settings
    if not study.token_count:
        no_word_left()
        return None
    with st.spinner("Counting pieces", show_time=True):
        found = caches.ways(material.news, settings)
    left, right = layout.columns()
    with left:
        n = st.slider(
            "Words in an n-gram: n",
            2,
            compute.MAX_N,
            2,
            key="lesson_n",
            persist_state="session",
            help="An n-gram is a run of n words that stand side by side.",
        )
        chart(
            tradeoff_chart(found, n),
            "lesson_trade",
            "Pieces never seen against different pieces",
            compute.caption(found, n),
        )
        # Below the chart, where it moves nothing.
        with st.spinner("Counting neighbouring words", show_time=True):
            index = caches.ngrams(material.news, settings, n)
    with right:
        three_ways(clean(material.sentence, settings.cleaning), study, index)
    costs(found, n)
    return question(found)


chapters.show("numbers", body)
