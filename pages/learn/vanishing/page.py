"""Chapter: the gradient from the end of a text back to its words, of one unit by hand and of the classifier."""

import streamlit as st

from core.insight.lessons.vanishing import compute
from core.insight.lessons.vanishing.figures import vanishing_chart
from pages import layout
from pages.components.chart import chart
from pages.learn import chapters
from pages.learn.chapters import Material, Question
from pages.learn.classifier_choice import at_hand
from pages.learn.vanishing.parts import moved, own, question, whose
from pages.wording import literal


def body(material: Material) -> Question | None:
    member = at_hand(material)
    left, right = layout.columns()
    with left:
        found = moved()
    most = len(found.states)
    shown = own(member, member.words(material.sentence), most)
    with right:
        chart(
            vanishing_chart(found, shown),
            "lesson_vanishing",
            "The gradient at each word, counted back from the end, on a logarithmic axis",
            compute.caption(found),
        )
    st.markdown(
        "Training goes back from the end: by how much would the end change if the state at this word were a little "
        "different? Each word further back, that is multiplied by **w · (1 − h²)**: the weight, and how steep tanh is "
        "at the state h."
    )
    st.code(compute.product_text(found), language=None, wrap_lines=True)
    left, right = st.columns(2, gap="large")
    left.markdown(
        "The same number again and again: below 1 it soon makes next to nothing, above 1 it soon makes too much. Words "
        "that push the state make tanh flat, and the factors smaller still. S. Hochreiter found this in 1991, Y. "
        "Bengio, P. Simard and P. Frasconi in 1994 (IEEE Transactions on Neural Networks 5(2))."
    )
    if shown:
        right.markdown(literal(compute.classifier_caption(shown, member.classifier.network)))
    right.caption(whose(member, shown, most))
    return question()


chapters.show("vanishing", body)
