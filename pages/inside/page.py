"""Inside: every state and gate while one headline is read, what excites a unit, and a hand on the gates."""

import streamlit as st

from pages import layout, navigation, session
from pages.inside.equations import draw_step
from pages.inside.heatmap import choose_location, choose_picture, chosen_cell, draw_picture
from pages.inside.inspection import Inspection
from pages.inside.interventions import draw_answer, draw_interventions
from pages.inside.keras_parity import draw_parity, draw_parity_job
from pages.inside.unit import draw_unit
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.answer import MOST_CHARACTERS, try_examples
from pages.widgets.classifier_picker import pick_classifier

HEADLINE = "inside_headline"


@st.fragment
def live(loaded: LoadedClassifier) -> None:
    """All that changes with the headline and with every click, without running the rest of the page again."""
    headline = st.text_input(
        "Headline", key=HEADLINE, live="200ms", placeholder="Type a headline", persist_state="session"
    )
    if not headline or not headline.strip():
        try_examples(HEADLINE, "What happens at each of its words will stand here.")
        return
    inspection = Inspection.at(loaded, headline[:MOST_CHARACTERS])
    if not inspection.words:
        st.info("After cleaning no word is left to look at.")
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


visit = session.current()
layout.opening(
    "Inside",
    "See every number that the network carries from word to word, click one to see where it comes from, and force its "
    "gates.",
)
above, below = st.container(), st.container()
with below:
    left, right = layout.columns()
    with left:
        chosen = pick_classifier(visit)
    if chosen:
        with right:
            draw_parity_job(chosen)
if chosen:
    with above:
        live(chosen)
    navigation.next_step("train", "Train your own")
else:
    with above:
        layout.empty_state(
            "No classifier yet",
            "A network is looked into here once it is trained. That takes a few minutes with the quick settings.",
            page="train",
        )
