"""The jobs that a word map needs: t-SNE and the effects of its words."""

from pathlib import Path

import streamlit as st

from core.errors import AnalysisError
from core.insight.evaluation.held_out import NAME as HELD_OUT
from core.insight.word_map.computed_map import NAME
from core.runs import jobs
from pages import caches
from pages.loaded_classifier import LoadedClassifier
from pages.widgets.job_button import UNFINISHED, draw_job_progress
from pages.wording import literal


def draw_map_jobs(loaded: LoadedClassifier) -> None:
    """Start the jobs whose artifacts the map lacks, and draw their progress; never write into the starter's folder."""
    if loaded.is_starter:
        return
    folder = loaded.folder
    caches.word_map(loaded)  # sets a damaged map aside, so that it is missed below
    try:
        for name in _job_names(folder):
            if jobs.state(folder, name).status == "missing":
                jobs.request_job(folder, name)
            if jobs.state(folder, name).status in UNFINISHED:
                draw_job_progress(folder, name, lead="Colours and t-SNE will follow")
                return
        state = jobs.state(folder, NAME)
        if state.status != "failed":
            return
        st.warning(f"The rest of the map could not be computed. {literal(state.why)}")
        if st.button("Compute it again", key="map_again", icon=":material/refresh:"):
            jobs.request_job(folder, NAME)
            st.rerun()
    except (AnalysisError, OSError) as error:
        st.error(literal(str(error)))


def _job_names(folder: Path) -> tuple[str, ...]:
    """The jobs of a map, in order; the first stores the held-out articles, which runs of old versions lack."""
    failed = jobs.state(folder, HELD_OUT).status == "failed"
    return (HELD_OUT, NAME) if (folder.parent / "run.json").exists() and not failed else (NAME,)
