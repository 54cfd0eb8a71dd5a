"""That a run has learnt some of the file's categories as one."""

import streamlit as st

from core.runs.run import Run
from pages.wording import literal


def merge_note(run: Run) -> None:
    """Draw one line, if it has."""
    if names := run.settings.merged_names:
        st.caption(f"Trained with these as one category: {literal(', '.join(names))}.")
