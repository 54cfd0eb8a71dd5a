"""A Plotly chart with its caption."""

from typing import Any

import streamlit as st

from pages.wording import literal, plain


def chart(figure: Any, key: str, description: str, caption: str) -> None:
    """Draw a Plotly figure and its caption.

    Args:
        description: what is drawn, for a screen reader; "" where the caption says it.
        caption: a sentence computed from the figure's data; plain text.
    """
    alt = plain(f"{description}. {caption}" if description else caption)
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=alt)
    st.caption(literal(caption))
