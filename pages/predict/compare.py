"""Two classifiers on one headline."""

import streamlit as st

from core.errors import HeadlineLabError
from core.model.classifier import Prediction
from pages.components.ranking_bars import ranking_bars
from pages.loaded_classifier import LoadedClassifier
from pages.session import Session
from pages.widgets.classifier_picker import classifier_choices, load_classifier
from pages.widgets.prediction_work import predict
from pages.wording import literal

_BARS = 6


def draw_side_by_side(
    session: Session, loaded: LoadedClassifier, prediction: Prediction, headline: str
) -> None:
    """Draw the classifier's ``prediction`` and that of another classifier for the same ``headline``, side by side."""
    others = {
        key: choice for key, choice in classifier_choices(session).items() if choice.folder != loaded.folder
    }
    if not others:
        st.info(
            "There is no second classifier yet. Train a network with different settings and compare it here."
        )
        return
    key = st.selectbox(
        "Compare with",
        list(others),
        format_func={key: choice.name for key, choice in others.items()}.__getitem__,
        key=f"beside/{','.join(others)}",
        persist_state="session",
    )
    second = load_classifier(others[key])
    if second is None:
        return
    try:
        answers = [prediction, predict(second, headline)]
    except HeadlineLabError as error:
        st.error(literal(str(error)))
        return
    for number, (column, answer) in enumerate(zip(st.columns(2, gap="large"), answers, strict=True)):
        with column:
            st.markdown(f"**{'Chosen below' if number == 0 else literal(others[key].name)}**")
            ranking_bars(answer.ranking, f"beside_{number}", most=_BARS)
    if answers[0].label == answers[1].label:
        st.markdown(f"Both answer {literal(answers[0].label)}.")
    else:
        st.markdown(f"They disagree: {literal(answers[0].label)} and {literal(answers[1].label)}.")
