"""Inside: states and gates at every timestep of one headline, what activates a unit, interventions on gates."""

import streamlit as st

from core.errors import HeadlineLabError
from pages import layout, session
from pages.inside.equations import draw_step
from pages.inside.heatmap import choose_location, choose_picture, chosen_cell, draw_picture
from pages.inside.inspection import Inspection
from pages.inside.interventions import draw_answer, draw_interventions
from pages.inside.keras_parity import draw_parity, draw_parity_job
from pages.inside.unit import draw_unit
from pages.loaded_classifier import ClassifierKey, LoadedClassifier
from pages.widgets.classifier_page import classifier_page
from pages.widgets.classifier_picker import load_classifier
from pages.widgets.headline_box import MOST_CHARACTERS, headline_box, try_examples
from pages.wording import literal

HEADLINE = "inside_headline"


@st.fragment
def live(key: ClassifierKey) -> None:
    """Draw all that depends on the headline. A fragment: typing and clicks do not rerun the rest of the page."""
    loaded = load_classifier(key)
    if loaded is None:
        return
    headline = headline_box(HEADLINE)
    if not headline:
        try_examples(HEADLINE, loaded, "You will see here what happens at each word.")
        return
    try:
        _draw(loaded, Inspection.at(loaded, headline[:MOST_CHARACTERS]))
    except HeadlineLabError as error:
        st.error(literal(str(error)))


def _draw(loaded: LoadedClassifier, inspection: Inspection) -> None:
    """Draw one headline; HeadlineLabError where a worker process could not read it."""
    if not inspection.words:
        st.info("After cleaning, no word is left to look at.")
        return
    left, right = layout.columns()
    with right:
        with st.container(horizontal=True, vertical_alignment="center"):
            location = choose_location(inspection)
            headline_trace = inspection.trace(location, inspection.interventions)
            picture, order = choose_picture(inspection, headline_trace)
        cell = chosen_cell(inspection, location)
        draw_picture(inspection, headline_trace, cell, picture, order)
        draw_parity(loaded, token_name=inspection.token_name, intervened=bool(inspection.interventions))
    with left:
        draw_answer(inspection, headline_trace)
        draw_interventions(inspection, headline_trace, cell)
    unit, step = st.columns(2, gap="large")
    with unit:
        draw_unit(inspection, headline_trace, cell)
    with step:
        draw_step(inspection, headline_trace, cell)


layout.opening(
    "Inside",
    "See every number that the network carries from word to word. Click one to see where it comes from, or "
    "force its gates.",
)
classifier_page(
    session.current(),
    content=lambda loaded: live(loaded.key),
    beside_picker=draw_parity_job,
    empty=(
        "Here you look inside a trained network. Train one first. With the quick settings that takes a few "
        "minutes."
    ),
)
