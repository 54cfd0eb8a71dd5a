"""The button that starts a job, its progress, and its failure."""

from pathlib import Path

import streamlit as st

from core.errors import AnalysisError
from core.runs import jobs
from pages.wording import literal

_REFRESH_SECONDS = 1.0  # between two reads of a job's state
UNFINISHED = ("waiting", "working")


def job_result(folder: Path, name: str, *, label: str, why: str) -> bool:
    """Whether the job is done; else draw its purpose and the button that starts it, or its progress.

    Args:
        name: of the job, as in ``jobs.JOBS``.
        label: on the button.
        why: what the job computes, and how long it takes.
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
    """Draw a job's progress until it ends, then rerun the page. ``lead``: its purpose."""
    st.fragment(_progress, run_every=_REFRESH_SECONDS)(folder, name, lead)


def _progress(folder: Path, name: str, lead: str) -> None:
    state = jobs.state(folder, name)
    if state.status not in UNFINISHED:
        st.rerun()
    stage = state.stage if state.status == "working" and state.stage else "waiting for its turn"
    text = f"{lead}: {stage}" if lead else stage.capitalize()
    st.progress(min(1.0, max(0.0, state.share)), f"{literal(text)}. It continues if you leave this page.")
