"""Chapter on the recurrent loop, rolled and unrolled: the hidden states of the visitor's sentence."""

from collections.abc import Sequence

import streamlit as st

from core.insight.lessons.loop import captions, compute
from pages import layout
from pages.components.loop_drawing import MOST_STEPS, loop_drawing
from pages.learn import chapter_frame
from pages.learn.classifier_choice import choose_classifier
from pages.learn.loop.parts import compare_beginnings, step_by_hand
from pages.learn.loop.questions import questions
from pages.learn.material import Material
from pages.learn.prose import prose
from pages.learn.questions import Question
from pages.wording import literal

ROLLED, UNROLLED = "Rolled", "Unrolled"


def body(material: Material) -> Sequence[Question]:
    chosen = choose_classifier(material)
    words = chosen.words(material.sentence)
    if not words:
        st.info("After cleaning, no word is left for the network to read. Type a different sentence.")
        return ()
    states = compute.state_sequence(chosen.classifier, words)
    left, right = layout.columns()
    with left:
        drawing = st.segmented_control(
            "Draw the loop", (ROLLED, UNROLLED), default=UNROLLED, required=True, key="loop_drawn"
        )
        prose(
            "One step takes a word and the state from the last step, and makes a new state. That is a row of "
            "numbers, one activation for each unit. Then the same step is done with the next word."
        )
        prose(
            "Rolled up, it is one step with a loop. Unrolled, it is a chain with the step drawn at every "
            "word. Both are the same network."
        )
    with right:
        loop_drawing(states, chosen.classifier.network.cell, rolled=drawing == ROLLED, key="loop_drawing")
        st.caption(literal(captions.states(states)))
    network = chosen.classifier.network
    st.caption(f"{chosen.caption} {captions.drawn_states(network, states, most_steps=MOST_STEPS)}")
    step_by_hand()
    compare_beginnings(material, chosen, words)
    return questions(states)


chapter_frame.show("loop", body)
