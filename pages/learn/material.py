"""What a chapter computes with: the visitor's sentence and news file."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core import paths
from core.insight.dataset.coverage import VocabularyCoverage
from core.news.news import News
from pages import caches
from pages.session import Session
from pages.widgets import news_source
from pages.wording import count, literal

SENTENCE_KEY = "lesson_sentence"  # key of the text box that all chapters share
EXAMPLE = "The home team wins the cup after a late goal"
MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The input of a chapter: the visitor's sentence and news file, or the built-in sample if none is chosen."""

    visit: Session
    sentence: str

    @property
    def news(self) -> News:
        """The articles; shows a progress bar while it reads a file. Raises NewsFileError: unreadable or deleted."""
        chosen = news_source.read(self.visit, st.empty())
        return chosen or caches.read_news(paths.SAMPLE, news_source.SAMPLE_NAME)

    @property
    def source(self) -> str:
        """The file's name for use in a sentence; plain text."""
        name = self.visit.news_name
        return name if name else "the built-in sample"

    def coverage(self) -> VocabularyCoverage:
        """The file's tokens and vocabulary under the visitor's settings; shows a progress bar while it computes.

        Raises:
            NewsFileError, SettingsError: the file cannot be read or leaves nothing to learn from.
        """
        news, settings = self.news, self.visit.settings
        if caches.has_coverage(news, settings):
            return caches.coverage(news, settings)
        label = f"Cleaning {count(len(news))} texts, then counting words"
        bar = st.progress(0.0, label)
        coverage = caches.coverage(news, settings, lambda share: _show(bar, share, label))
        bar.empty()
        return coverage


def _show(bar: DeltaGenerator, share: float, label: str) -> None:
    bar.progress(min(1.0, share), label)


def sentence_box() -> str:
    """Draw the text box; return the sentence, or the example if it is empty."""
    typed = st.text_input(
        "Your sentence",
        EXAMPLE,
        max_chars=MOST_CHARACTERS,
        key=SENTENCE_KEY,
        live="200ms",
        placeholder=EXAMPLE,
        persist_state="session",
    )
    return (typed or "").strip() or EXAMPLE


def figures_caption(material: Material) -> str:
    """Which file the figures are computed from; Markdown."""
    rows = material.visit.news_rows
    if material.visit.news_name is None:
        return "The figures are of the built-in sample. Choose a file on the Data page, and they are of that."
    return f"The figures are of {literal(material.source)}{f', {count(rows)} articles' if rows else ''}."
