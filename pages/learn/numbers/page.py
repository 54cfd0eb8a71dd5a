"""Chapter on tokenization: words, characters and n-grams, and the cost of each on the file."""

from collections.abc import Sequence

import streamlit as st

from core.insight.lessons.numbers import captions, compute
from core.insight.lessons.numbers.figures import tradeoff_chart
from core.tasks.news_tasks import CompareTokenizations, IndexNgrams
from core.text.cleaning import clean
from pages import layout, tasks
from pages.components.chart import chart
from pages.learn import chapter_frame
from pages.learn.material import Material
from pages.learn.numbers.parts import cost_table, three_tokenizations
from pages.learn.numbers.questions import questions
from pages.learn.questions import Question
from pages.wording import help_text
from pages.words.word_index import no_word_left


def body(material: Material) -> Sequence[Question]:
    task, settings = material.coverage_task, material.visit.settings
    coverage = material.coverage()
    if not coverage.token_count:
        no_word_left()
        return ()
    costs = tasks.result(CompareTokenizations(coverage=task))
    left, right = layout.columns()
    with left:
        n = st.slider(
            "Words in an n-gram: n",
            2,
            compute.MAX_N,
            2,
            key="lesson_n",
            persist_state="session",
            help=help_text("An n-gram is n words in a row. “Dog bites” is a 2-gram."),
        )
        chart(
            tradeoff_chart(costs, n),
            "lesson_trade",
            "Tokens never seen against different tokens",
            captions.n_grams(costs, n),
        )
        # Its bar is below the chart, so that it shifts no other element.
        index = tasks.result(IndexNgrams(coverage=task, n=n))
    with right:
        three_tokenizations(clean(material.sentence, settings.cleaning), coverage, index)
    cost_table(costs, n)
    return questions(costs)


chapter_frame.show("numbers", body)
