"""One map of the whole network, from a text to a loss, with the stages that a chapter is about marked."""

from collections.abc import Collection

import streamlit as st

from pages.learn.chapters import STAGES


def network_map(marked: Collection[str]) -> None:
    """Draw the stages in a row, those of ``marked`` highlighted; nothing where ``marked`` is empty."""
    if not marked:
        return
    badges = [
        f":green-badge[:material/location_on: {stage}]" if stage in marked else f":gray-badge[{stage}]"
        for stage in STAGES
    ]
    st.markdown(
        " → ".join(badges),
        help="The way of a text through the network. This chapter is about the marked stages.",
    )
