"""The map as a file for TensorBoard's Embedding Projector."""

from functools import partial
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from core.insight.word_map.tensorboard_export import export_zip
from pages import caches
from pages.loaded_classifier import LoadedClassifier
from pages.session import Session
from pages.widgets.download import download
from pages.wording import count


def draw_download(session: Session, loaded: LoadedClassifier) -> None:
    """Draw an expander with the download: the embedding's rows, and a table of what is known of each word."""
    learnt_map = caches.word_map(loaded)
    with st.expander("Take the map with you", icon=":material/download:"):
        st.markdown(
            f"The rows of {count(len(learnt_map))} words and what is known of each, as two tables: `vectors.tsv` and "
            "`metadata.tsv`. TensorBoard's Embedding Projector opens them with its Load button and lets you turn the "
            "map and search it."
        )
        download(
            session,
            "Download for the projector",
            partial(_write_map, loaded.folder),
            thing=str(loaded.folder),
            name="word_map.zip",
            media_type="application/zip",
            key="download_map",
        )


def _write_map(folder: Path, stream: BinaryIO) -> None:
    """Raises ClassifierError: the classifier is gone or damaged."""
    stream.write(export_zip(caches.word_map(caches.classifier(folder))))
