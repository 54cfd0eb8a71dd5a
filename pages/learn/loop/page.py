"""Chapter: the loop of a recurrent network, rolled and unrolled, with the states of the visitor's sentence."""

import streamlit as st

from core.insight.lessons.loop import compute
from pages import layout
from pages.components.loop_drawing import loop_drawing
from pages.learn import chapters
from pages.learn.chapters import Material, Question
from pages.learn.classifier_choice import at_hand
from pages.learn.loop.parts import end_alike, question, whose
from pages.wording import literal

ROLLED, UNROLLED = "Rolled", "Unrolled"


def body(material: Material) -> Question | None:
    member = at_hand(material)
    words = member.words(material.sentence)
    if not words:
        st.info("After cleaning no word is left for the network to read. Type another sentence.")
        return None
    found = compute.state_sequence(member.classifier, words)
    left, right = layout.columns()
    with left:
        drawn = st.segmented_control(
            "Draw the loop", (ROLLED, UNROLLED), default=UNROLLED, required=True, key="loop_drawn"
        )
        st.markdown(
            "One step takes a word and the state that the last step left, and leaves a new state: a row of numbers. "
            "Then the same step is done with the next word."
        )
        st.markdown(
            "Rolled, it is one step with a loop. Unrolled, it is a chain with the step drawn at every word. Both are "
            "the same network."
        )
    with right:
        loop_drawing(found, member.classifier.network.cell, rolled=drawn == ROLLED, key="loop_drawing")
        st.caption(literal(compute.caption(found)))
    st.caption(whose(member, found))
    end_alike(member, words)
    return question(member, found)


chapters.show("loop", body)
