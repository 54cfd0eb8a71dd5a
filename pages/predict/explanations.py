"""Why this answer: the choice of an explanation of the prediction, below its ranking."""

import streamlit as st

from core.model.classifier import Prediction
from pages.loaded_classifier import LoadedClassifier
from pages.predict.compare import draw_side_by_side
from pages.predict.contributions import draw_contributions
from pages.predict.counterfactuals import draw_counterfactuals
from pages.predict.read_along import draw_read_along
from pages.session import Session
from pages.wording import help_text

READ, ADDS, CHANGE, BESIDE = "Read along", "What each word adds", "Try another word", "Two classifiers"


def explain(session: Session, loaded: LoadedClassifier, headline: str, prediction: Prediction) -> None:
    """Draw the choice and the chosen explanation; the others are not computed.

    Raises:
        HeadlineLabError: a worker process could not compute it.
    """
    view = st.segmented_control(
        "Why this answer",
        (READ, ADDS, CHANGE, BESIDE),
        key="why",
        persist_state="session",
        help=help_text("All of these look at the same headline with the weights of the chosen classifier."),
    )
    words = prediction.words[: prediction.tokens_read]
    if view == BESIDE:
        draw_side_by_side(session, loaded, prediction, headline)
    elif view and not words:
        st.info("After cleaning, no word is left to look at.")
    elif view == READ:
        draw_read_along(loaded, words)
    elif view == ADDS:
        draw_contributions(loaded, words, loaded.classifier.labels.index(prediction.label))
    elif view == CHANGE:
        draw_counterfactuals(loaded, words, prediction.label)
