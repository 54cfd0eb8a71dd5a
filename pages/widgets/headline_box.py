"""The box for a headline, and examples to put into it."""

import streamlit as st

from core.errors import AnalysisError
from core.insight.artifacts import artifact_path
from core.insight.evaluation.example_headlines import example_headlines
from core.insight.evaluation.held_out import NAME as HELD_OUT
from core.text.stop_words import ENGLISH
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.evaluation_context import load_evaluation
from pages.wording import literal

# A limit of the widget's own would draw its counter over the end of the headline.
MOST_CHARACTERS = 2_000
# Invented; enough to see the ranking move.
EXAMPLES = (
    "Senate votes on new climate bill after a long night",
    "Ten easy dinners for busy weeknights",
    "Striker scores twice in the last minute of the final",
)


def headline_box(key: str) -> str:
    """Draw the box; return the headline, "" while none is typed."""
    typed = st.text_input(
        "Headline", key=key, live="200ms", placeholder="Type a headline", persist_state="session"
    )
    return typed if typed and typed.strip() else ""


def examples_of(loaded: LoadedClassifier) -> tuple[str, ...]:
    """Headlines to try: test articles of the network's own file; invented ones for the starter.

    () where an uploaded classifier brings no articles and reads another language than English.
    """
    if not loaded.is_starter:
        own: tuple[str, ...] = ()
        try:
            context = load_evaluation(loaded) if artifact_path(loaded.folder, HELD_OUT).exists() else None
        except AnalysisError as error:
            context = None
            st.error(literal(str(error)))
        if context:
            own = context.cached("example headlines", lambda: example_headlines(context.held_out.test))
        if own or loaded.classifier.cleaning.language != ENGLISH:
            return own
    return EXAMPLES


def try_examples(
    key: str,
    loaded: LoadedClassifier,
    text: str = "Here you will see its words, their numbers and the ranking of the categories.",
) -> None:
    """Draw ``text`` and example headlines for this classifier, which a click puts into the box of this ``key``."""
    examples = examples_of(loaded)
    with st.container(border=True, gap=None):
        try_one = (
            "" if not examples else " Try one:" if examples == EXAMPLES else " Try one of the test articles:"
        )
        st.markdown(f"{text}{try_one}")
        for number, example in enumerate(examples):
            st.button(
                literal(example),
                key=f"example_{number}",
                type="tertiary",
                icon=":material/format_quote:",
                on_click=st.session_state.__setitem__,
                args=(key, example),
            )
