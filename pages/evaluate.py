"""Evaluate: how good a trained network is, where it fails, and what its answers are worth."""

from collections.abc import Callable

import streamlit as st

from core.errors import HeadlineLabError
from pages.ui import page, session
from pages.ui.evaluate_calibration import calibration
from pages.ui.evaluate_choice import chosen
from pages.ui.evaluate_confusion import confusion
from pages.ui.evaluate_order import word_order
from pages.ui.evaluate_scores import scores
from pages.ui.evaluate_slices import slices
from pages.ui.evaluate_twins import twins
from pages.ui.evaluated import Evaluated
from pages.ui.text import literal

VIEWS: dict[str, Callable[[Evaluated], None]] = {
    "Scores": scores,
    "Confusion": confusion,
    "Calibration": calibration,
    "Where it fails": slices,
    "Twins": twins,
    "Word order": word_order,
}

visit = session.current()
page.opening("Evaluate", "See what the network takes for what, and how far its certainty can be trusted.")
try:
    shown, view = chosen(visit, tuple(VIEWS))
    if shown:
        VIEWS[view](shown)
except HeadlineLabError as error:
    st.error(literal(str(error)))
page.next_step("predict")
