"""The map as a file for TensorBoard's Embedding Projector."""

import io

import streamlit as st

from core.insight.word_map.tensorboard_export import export_zip
from pages import caches
from pages.loaded_classifier import LoadedClassifier
from pages.wording import count


def draw_download(loaded: LoadedClassifier) -> None:
    """Draw an expander with the download: the embedding's rows, and a table of what is known of each word."""
    learnt_map = caches.word_map(loaded)
    with st.expander("Take the map with you", icon=":material/download:"):
        st.markdown(
            f"The rows of {count(len(learnt_map))} words and what is known of each, as two tables: `vectors.tsv` and "
            "`metadata.tsv`. TensorBoard's Embedding Projector opens them with its Load button and lets you turn the "
            "map and search it."
        )
        st.download_button(
            "Download for the projector",
            data=lambda: io.BytesIO(export_zip(learnt_map)),
            file_name="word_map.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
        )
