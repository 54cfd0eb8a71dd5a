"""Predict: type a headline, watch the ranking change, and see why; or classify a whole file."""

import streamlit as st

from pages import layout, navigation, session
from pages.loaded_classifier import LoadedClassifier
from pages.predict.batch_file import headline_file
from pages.predict.explanations import explain
from pages.widgets.answer import MOST_CHARACTERS, draw_answer, try_examples
from pages.widgets.classifier_picker import pick_classifier

HEADLINE = "headline_typed"


@st.fragment
def live(visit: session.Session, loaded: LoadedClassifier) -> None:
    """Answers at every pause in typing, without running the rest of the page again."""
    headline = st.text_input(
        "Headline",
        key=HEADLINE,
        live="200ms",
        placeholder="Type a headline",
        persist_state="session",
    )
    if headline and headline.strip():
        prediction = draw_answer(loaded.classifier, headline)
        explain(visit, loaded, headline[:MOST_CHARACTERS], prediction)
    else:
        try_examples(HEADLINE)


visit = session.current()
layout.opening("Predict", "Type a headline: with every word the network ranks the categories anew.")
answer, below = st.container(), st.container()
with below:
    left, right = layout.columns()
    with left:
        chosen = pick_classifier(visit)
    if chosen:
        with right:
            st.fragment(headline_file)(chosen.classifier)
if chosen:
    with answer:
        live(visit, chosen)
    navigation.next_step("train", "Train your own")
else:
    with answer:
        layout.empty_state(
            "No classifier yet",
            "A classifier answers here once a network is trained. That takes a few minutes with the quick settings.",
            page="train",
        )
