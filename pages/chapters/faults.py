"""Chapter: the six faults in the tutorial's printed code, each with a switch and what it costs on the file."""

import streamlit as st

from core.insight.figures.lessons.faults import left_of_file
from core.insight.lessons import faults
from pages.ui import lesson, page
from pages.ui.chart import chart
from pages.ui.cleaning_view import load_dictionary
from pages.ui.lesson import Material, Question
from pages.ui.lesson_faults import each, question, switches, together, tutorial, words_left


def body(material: Material) -> Question:
    load_dictionary()
    left, right = page.columns()
    with left:
        chosen = switches()
    with right:
        mended, faulty = (words_left(material.news, these) for these in (frozenset(), chosen))
        chart(
            left_of_file(mended, faulty),
            "lesson_left_of_file",
            "",
            faults.said(mended, faulty),
        )
        together(material, chosen, faulty)
    st.subheader("Each by itself", anchor=False)
    st.caption(tutorial())
    each(material, chosen, mended)
    return question(chosen, faulty, mended)


lesson.show("faults", body)
