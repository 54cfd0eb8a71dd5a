"""Chapter on the ten faults in the tutorial's code: a switch for each, and its effect on the file."""

from collections.abc import Sequence

import streamlit as st

from core.insight.lessons.faults import captions
from core.insight.lessons.faults.figures import remaining_words_chart
from pages import layout
from pages.cleaning.steps import load_dictionary
from pages.components.chart import chart
from pages.learn import chapter_frame
from pages.learn.faults.parts import (
    combined_effects,
    each_fault,
    fault_switches,
    remaining_words,
)
from pages.learn.faults.questions import questions
from pages.learn.material import Material
from pages.learn.prose import prose
from pages.learn.questions import Question


def body(material: Material) -> Sequence[Question]:
    load_dictionary()
    left, right = layout.columns()
    with left:
        faults = fault_switches()
    with right:
        mended, faulty = (
            remaining_words(material.news_task, selection) for selection in (frozenset(), faults)
        )
        chart(
            remaining_words_chart(mended, faulty),
            "lesson_left_of_file",
            "",
            captions.remaining_words(mended, faulty),
        )
        combined_effects(material, faults)
    st.subheader("Each by itself", anchor=False)
    st.caption(captions.tutorial())
    each_fault(material, faults, mended)
    prose(captions.missing_step())
    return questions(faulty, mended)


chapter_frame.show("faults", body)
