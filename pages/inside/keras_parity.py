"""How far the numbers on the page are from Keras's, or the button that measures it."""

import streamlit as st

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.activations import captions
from core.insight.activations.keras_parity import NAME, KerasParity
from pages import caches
from pages.loaded_classifier import LoadedClassifier
from pages.single_flight_cache import SingleFlightCache
from pages.widgets.job_button import job_result
from pages.wording import literal

_parities = SingleFlightCache[KerasParity](16)


def draw_parity(loaded: LoadedClassifier, *, token_name: str, intervened: bool) -> None:
    """Draw one caption; ``token_name`` and ``intervened`` are those of :func:`captions.keras_parity`."""
    file = artifacts.artifact_path(loaded.folder, NAME)
    if not file.exists():
        st.caption("For this classifier, these numbers have not been compared with Keras yet.")
        return
    try:
        parity = _parities.get(caches.stamp(file), lambda: KerasParity.load(loaded.folder))
    except AnalysisError as error:
        st.caption(literal(str(error)))
        return
    cell = loaded.classifier.network.cell
    st.caption(
        literal(captions.keras_parity(parity, cell=cell, token_name=token_name, intervened=intervened))
    )


def draw_parity_job(loaded: LoadedClassifier) -> None:
    """Draw the button that measures Keras parity, unless it is measured; the starter's folder is never written."""
    if loaded.is_starter or artifacts.artifact_path(loaded.folder, NAME).exists():
        return
    job_result(
        loaded.folder,
        NAME,
        label="Compare with Keras",
        why=(
            "NumPy computes the numbers on this page. Keras reads some of the same texts, and the app keeps "
            "the largest difference. It takes about ten seconds."
        ),
    )
