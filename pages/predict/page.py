"""Predict: type a headline, watch the ranking change, and see why; or classify a whole file."""

from pathlib import Path

import streamlit as st

from core.model.classifier import Classifier
from pages import layout, navigation, session
from pages.predict.batch_file import headline_file
from pages.predict.explanations import why
from pages.widgets.answer import MOST_CHARACTERS, draw_answer, try_examples
from pages.widgets.classifier_picker import who_answers

HEADLINE = "headline_typed"


@st.fragment
def live(visit: session.Session, classifier: Classifier, folder: Path) -> None:
    """Answers at every pause in typing, without running the rest of the page again."""
    headline = st.text_input(
        "Headline",
        key=HEADLINE,
        live="200ms",
        placeholder="Type a headline",
        persist_state="session",
    )
    if headline and headline.strip():
        prediction = draw_answer(classifier, headline)
        why(visit, classifier, folder, headline[:MOST_CHARACTERS], prediction)
    else:
        try_examples(HEADLINE)


visit = session.current()
layout.opening("Predict", "Type a headline: with every word the network ranks the categories anew.")
answer, below = st.container(), st.container()
with below:
    left, right = layout.columns()
    with left:
        found = who_answers(visit)
    if found:
        with right:
            st.fragment(headline_file)(found[0])
if found:
    with answer:
        live(visit, *found)
    navigation.next_step("train", "Train your own")
else:
    with answer:
        layout.empty_state(
            "No classifier yet",
            "A classifier answers here once a network is trained. That takes a few minutes with the quick settings.",
            page="train",
        )
