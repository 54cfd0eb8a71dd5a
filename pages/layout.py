"""The one skeleton of every page: title and sentence, settings left, what they do right, one button on."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.navigation import PAGES, to_page


def opening(title: str, sentence: str) -> None:
    """The page's title and the one sentence that says what you can do here."""
    st.title(title, anchor=False)
    st.markdown(sentence)


def columns() -> tuple[DeltaGenerator, DeltaGenerator]:
    """(left, right): what you set, a third of the width; what you see. Stacked on a phone."""
    left, right = st.columns([1, 2], gap="large")
    return left, right


def empty_state(title: str, sentence: str, *, page: str | None = None, label: str | None = None) -> None:
    """What will stand here, why it is empty, and the button that fills it."""
    with st.container(border=True):
        st.subheader(title, anchor=False)
        st.markdown(sentence)
        if page:
            to_page(page, label or f"Go to {PAGES[page].title}", primary=True, key=f"fill_{page}")
