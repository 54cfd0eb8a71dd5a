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
    with st.expander("Download the map", icon=":material/download:"):
        st.markdown(
            f"Two tables with the vectors of {count(len(learnt_map))} words and what is known about them: "
            "`vectors.tsv` and `metadata.tsv`. Open them with the Load button of TensorBoard's Embedding "
            "Projector. There you can turn the map and search it."
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
