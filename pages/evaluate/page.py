"""Evaluate: how good a trained network is, where it fails, and how well its probabilities are calibrated."""

from collections.abc import Callable

import streamlit as st

from core.errors import HeadlineLabError
from pages import layout, navigation, session
from pages.evaluate.calibration import calibration
from pages.evaluate.choice import choose_evaluation, load_held_out
from pages.evaluate.confusable_categories import confusable_categories
from pages.evaluate.confusion import confusion
from pages.evaluate.own_file import own_file
from pages.evaluate.scores import scores
from pages.evaluate.slices import slices
from pages.evaluate.word_order import word_order
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.evaluation_context import EvaluationContext
from pages.wording import literal

VIEWS: dict[str, Callable[[EvaluationContext], None]] = {
    "Scores": scores,
    "Confusion": confusion,
    "Calibration": calibration,
    "Where it fails": slices,
    "Confusable": confusable_categories,
    "Word order": word_order,
}


OWN_FILE = "Own file"


def draw(loaded: LoadedClassifier | None, view: str) -> None:
    if loaded and view == OWN_FILE:
        own_file(visit, loaded.key)
    elif loaded and (context := load_held_out(loaded)):
        VIEWS[view](context)


visit = session.current()
layout.opening(
    "Evaluate", "See which categories the network confuses, and whether you can trust how sure it is."
)
try:
    draw(*choose_evaluation(visit, (*VIEWS, OWN_FILE)))
except HeadlineLabError as error:
    st.error(literal(str(error)))
navigation.next_step("predict")
