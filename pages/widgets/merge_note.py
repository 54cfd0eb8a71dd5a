"""A note on a run's merged categories."""

import streamlit as st

from core.runs.run import Run
from pages.wording import literal


def merge_note(run: Run) -> None:
    """Draw one line that names them, if there are any."""
    if names := run.settings.merged_names:
        st.caption(f"Trained with these as one category: {literal(', '.join(names))}.")
