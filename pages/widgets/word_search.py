"""A box that searches a word, and buttons with words to search."""

from collections.abc import Sequence

import streamlit as st

from pages.wording import literal, plain

_MOST_SEARCHED = 60  # characters


def search_box(label: str, *, key: str, placeholder: str) -> str:
    """Draw the box; return the typed word without the spaces around it, "" for none."""
    typed = st.text_input(
        label,
        key=key,
        type="search",
        live="200ms",
        placeholder=placeholder,
        persist_state="session",
    )
    return plain((typed or "").strip()[:_MOST_SEARCHED])


def word_buttons(words: Sequence[str], *, box: str, key: str) -> None:
    """Draw a button for each word, which puts it into the search box.

    Args:
        box: the key of the search box.
        key: the buttons' keys are ``key`` with a number.
    """
    for number, word in enumerate(words):
        st.button(
            literal(word),
            key=f"{key}_{number}",
            on_click=st.session_state.__setitem__,
            args=(box, word),
        )
