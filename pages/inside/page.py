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
    looked = Inspection.at(loaded, headline[:MOST_CHARACTERS])
    if not looked.words:
        st.info("After cleaning no word is left to look at.")
        return
    left, right = layout.columns()
    with right:
        with st.container(horizontal=True, vertical_alignment="center"):
            place = choose_location(looked)
            inside = looked.inside(place, looked.holds)
            picture, order = choose_picture(looked, inside)
        cell = chosen_cell(looked, place)
        draw_picture(looked, inside, cell, picture, order)
        draw_parity(loaded, piece=looked.piece, held=bool(looked.holds))
    with left:
        draw_answer(looked, inside)
        draw_interventions(looked, inside, cell)
    unit, step = st.columns(2, gap="large")
    with unit:
        draw_unit(looked, inside, cell)
    with step:
        draw_step(looked, inside, cell)


visit = session.current()
layout.opening(
    "Inside",
    "See every number that the network carries from word to word, click one to see where it comes from, and force its "
    "gates.",
)
shown, below = st.container(), st.container()
with below:
    left, right = layout.columns()
    with left:
        chosen = pick_classifier(visit)
    if chosen:
        with right:
            draw_parity_job(chosen)
if chosen:
    with shown:
        live(chosen)
    navigation.next_step("train", "Train your own")
else:
    with shown:
        layout.empty_state(
            "No classifier yet",
            "A network is looked into here once it is trained. That takes a few minutes with the quick settings.",
            page="train",
        )
