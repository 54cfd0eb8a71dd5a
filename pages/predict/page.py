"""Predict: type a headline, watch the ranking change, and see why; or classify a whole file."""

import streamlit as st

from core.errors import HeadlineLabError
from pages import layout, session
from pages.loaded_classifier import ClassifierKey
from pages.predict.answer import draw_answer
from pages.predict.batch_file import headline_file
from pages.predict.explanations import explain
from pages.widgets.classifier_page import classifier_page
from pages.widgets.classifier_picker import load_classifier
from pages.widgets.headline_box import MOST_CHARACTERS, headline_box, try_examples
from pages.wording import literal

HEADLINE = "headline_typed"


@st.fragment
def live(visit: session.Session, key: ClassifierKey) -> None:
    """Draw the prediction at every pause in typing. A fragment: the rest of the page does not run again."""
    loaded = load_classifier(key)
    if loaded is None:
        return
    headline = headline_box(HEADLINE)
    if not headline:
        try_examples(HEADLINE, loaded)
        return
    try:
        prediction = draw_answer(loaded, headline)
        explain(visit, loaded, headline[:MOST_CHARACTERS], prediction)
    except HeadlineLabError as error:
        st.error(literal(str(error)))


visit = session.current()
layout.opening("Predict", "Type a headline. With every word the network ranks the categories again.")
classifier_page(
    visit,
    content=lambda loaded: live(visit, loaded.key),
    beside_picker=lambda loaded: headline_file(visit, loaded.key),
    empty="Here a trained network answers. Train one first. With the quick settings that takes a few minutes.",
)
