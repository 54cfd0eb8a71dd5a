"""What a visitor reads when an error ends a page, or a fragment of it."""

import logging
import secrets

import streamlit as st

from core.errors import HeadlineLabError
from pages.wording import literal


def on_script_error(error: Exception) -> bool:
    """Show an error's sentence, or one about a defect of ours, whose traceback goes to the server's log."""
    if isinstance(error, HeadlineLabError):
        st.error(literal(str(error)))
        return True
    error_id = secrets.token_hex(4)
    logging.getLogger("headline_lab").error("A page failed (%s)", error_id, exc_info=error)
    st.error(
        "Something went wrong on our side. Your file and your runs are safe. Reload the page to go on. The "
        f"number in the server's log is {error_id}."
    )
    return True
