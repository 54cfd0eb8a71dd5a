"""Word map: the learnt words as points, search among them, their neighbours before and after training."""

import streamlit as st

from pages import layout, navigation, session
from pages.widgets.classifier_picker import pick_classifier
from pages.widgets.word_map import keep_computing, take_away, word_map

visit = session.current()
layout.opening(
    "Word map",
    "To the network a word is a row of numbers that training moves. Here the learnt rows are points: words that do the "
    "same work have come to stand together.",
)
shown, below = st.container(), st.container()
with below:
    left, right = layout.columns()
    with left:
        chosen = pick_classifier(visit)
    if chosen:
        with right:
            take_away(chosen)
if chosen:
    with shown:
        keep_computing(chosen)
        word_map(chosen)
    navigation.next_step("train", "Train your own")
else:
    with shown:
        layout.empty_state(
            "No classifier yet",
            "The words of a trained network stand here as points. Train one first: a few minutes with the quick "
            "settings.",
            page="train",
        )
