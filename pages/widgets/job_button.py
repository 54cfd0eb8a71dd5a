"""A study that takes seconds: the button that asks for it, how far it is, and why it failed."""

from pathlib import Path

import streamlit as st

from core.errors import AnalysisError
from core.runs import jobs
from pages.wording import literal

EVERY = 1.0  # seconds between two looks at a study at work
UNFINISHED = ("waiting", "working")


def job_result(folder: Path, name: str, *, label: str, why: str) -> bool:
    """Whether the study is done; else draws what it would show and the button that asks for it, or how far it is.

    Args:
        name: of the study, as in ``jobs.JOBS``.
        label: on the button.
        why: one sentence: what will stand here, and how long it takes.
    """
    state = jobs.state(folder, name)
    if state.status == "done":
        return True
    if state.status in UNFINISHED:
        draw_job_progress(folder, name)
        return False
    with st.container(border=True):
        st.markdown(why)
        if state.status == "failed":
            st.warning(literal(state.why))
        if st.button(label, key=f"study_{name}", icon=":material/science:"):
            try:
                jobs.request_job(folder, name)
            except AnalysisError as error:
                st.error(literal(str(error)))
            else:
                st.rerun()
    return False


def draw_job_progress(folder: Path, name: str, *, lead: str = "") -> None:
    """How far a study at work is, until it has ended; then the page is drawn anew. ``lead``: what it is for."""
    st.fragment(_progress, run_every=EVERY)(folder, name, lead)


def _progress(folder: Path, name: str, lead: str) -> None:
    state = jobs.state(folder, name)
    if state.status not in UNFINISHED:
        st.rerun()
    stage = state.stage if state.status == "working" and state.stage else "waiting for its turn"
    text = f"{lead}: {stage}" if lead else stage.capitalize()
    st.progress(min(1.0, max(0.0, state.share)), f"{literal(text)}. It goes on when you leave the page.")
