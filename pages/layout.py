"""The skeleton of every page: title and sentence, settings at the left, results at the right."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.navigation import PAGES, to_page


def opening(title: str, sentence: str) -> None:
    """Draw the page's title, and one sentence on what can be done on it."""
    st.title(title, anchor=False)
    st.markdown(sentence)


def columns() -> tuple[DeltaGenerator, DeltaGenerator]:
    """(left, right): a third of the width for settings, the rest for results. Stacked on a phone."""
    left, right = st.columns([1, 2], gap="large")
    return left, right


def empty_state(title: str, sentence: str, *, page: str | None = None, label: str | None = None) -> None:
    """Draw what will stand here, why it is empty, and the button to the page that fills it."""
    with st.container(border=True):
        st.subheader(title, anchor=False)
        st.markdown(sentence)
        if page:
            to_page(page, label or f"Go to {PAGES[page].title}", primary=True, key=f"fill_{page}")
