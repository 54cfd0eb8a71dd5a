"""A chapter's running text, in which the first use of each of the field's words is linked to the glossary."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.insight.glossary import link_first_uses

_LINKED = "linked_terms"  # key of the terms that have a link on this page already


def begin() -> None:
    """Forget what is linked: a chapter is drawn anew."""
    st.session_state[_LINKED] = frozenset()


def prose(markdown: str, slot: DeltaGenerator | None = None) -> None:
    """Draw Markdown of ours with its first uses linked.

    Args:
        markdown: a visitor's words in it must be escaped (``pages.wording.literal``).
        slot: a column or container; None: where the script stands.
    """
    text, st.session_state[_LINKED] = link_first_uses(markdown, st.session_state.get(_LINKED, frozenset()))
    (slot or st).markdown(text)
