"""What a chapter computes with: the visitor's sentence and news file."""

from dataclasses import dataclass

import streamlit as st

from core import paths
from core.insight.dataset.coverage import VocabularyCoverage
from core.news.news import News
from core.tasks.news_tasks import MeasureCoverage, ReadNews, coverage_task
from pages import caches, tasks
from pages.session import Session
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
    def news_task(self) -> ReadNews:
        """The task that reads the articles. Raises NewsFileError: the file is gone."""
        return self.visit.news_task or caches.news_task(paths.SAMPLE, caches.SAMPLE_NAME)

    @property
    def news(self) -> News:
        """The articles. Raises NewsFileError: unreadable or deleted."""
        return self.visit.read_news() or caches.read_news(self.news_task)

    @property
    def coverage_task(self) -> MeasureCoverage:
        """The task that counts the file's words under the visitor's settings."""
        return coverage_task(self.news_task, self.visit.settings)

    @property
    def source(self) -> str:
        """The file's name for use in a sentence; plain text."""
        name = self.visit.news_name
        return name if name else "the built-in sample"

    def coverage(self) -> VocabularyCoverage:
        """The file's tokens and vocabulary under the visitor's settings.

        Raises:
            NewsFileError, SettingsError: the file cannot be read or leaves nothing to learn from.
        """
        return tasks.result(self.coverage_task)


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
        return "These numbers come from the built-in sample. Choose a file on the Data page to see yours."
    return f"The figures are of {literal(material.source)}{f', {count(rows)} articles' if rows else ''}."
