"""Chapter: the six faults in the tutorial's printed code, each with a switch and what it costs on the file."""

import streamlit as st

from core.insight.lessons.faults import compute
from core.insight.lessons.faults.figures import remaining_words_chart
from pages import layout
from pages.cleaning.steps import load_dictionary
from pages.components.chart import chart
from pages.learn import chapters
from pages.learn.chapters import Material, Question
from pages.learn.faults.parts import each, question, switches, together, tutorial, words_left


def body(material: Material) -> Question:
    load_dictionary()
    left, right = layout.columns()
    with left:
        chosen = switches()
    with right:
        mended, faulty = (words_left(material.news, these) for these in (frozenset(), chosen))
        chart(
            remaining_words_chart(mended, faulty),
            "lesson_left_of_file",
            "",
            compute.words_caption(mended, faulty),
        )
        together(material, chosen, faulty)
    st.subheader("Each by itself", anchor=False)
    st.caption(tutorial())
    each(material, chosen, mended)
    return question(chosen, faulty, mended)


chapters.show("faults", body)
