"""A chart that stands still, and under it the sentence that says what it shows."""

from typing import Any

import streamlit as st

from pages.wording import literal, plain


def chart(figure: Any, key: str, description: str, caption: str) -> None:
    """Draw a Plotly figure.

    Args:
        what: what is drawn, for who cannot see it; "" where the sentence says it.
        said: the sentence, true of the figure's data; plain text.
    """
    alt = plain(f"{description}. {caption}" if description else caption)
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=alt)
    st.caption(literal(caption))
