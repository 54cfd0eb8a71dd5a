"""Chapter on tokenization: words, characters and n-grams, and the cost of each on the file."""

import streamlit as st

from core.insight.lessons.numbers import captions, compute
from core.insight.lessons.numbers.figures import tradeoff_chart
from core.text.cleaning import clean
from pages import caches, layout
from pages.components.chart import chart
from pages.learn import chapter_frame
from pages.learn.material import Material
from pages.learn.numbers.parts import cost_table, three_tokenizations
from pages.learn.numbers.question import question
from pages.learn.questions import Question
from pages.words.word_index import no_word_left


def body(material: Material) -> Question | None:
    coverage, settings = material.coverage(), material.visit.settings
    if not coverage.token_count:
        no_word_left()
        return None
    with st.spinner("Counting pieces", show_time=True):
        costs = caches.tokenization_costs(material.news, settings)
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
            tradeoff_chart(costs, n),
            "lesson_trade",
            "Pieces never seen against different pieces",
            captions.n_grams(costs, n),
        )
        # The spinner is below the chart, so that it shifts no other element.
        with st.spinner("Counting neighbouring words", show_time=True):
            index = caches.ngrams(material.news, settings, n)
    with right:
        three_tokenizations(clean(material.sentence, settings.cleaning), coverage, index)
    cost_table(costs, n)
    return question(costs)


chapter_frame.show("numbers", body)
