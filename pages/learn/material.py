"""What a chapter computes with: the visitor's sentence and news file."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core import paths
from core.errors import HeadlineLabError
from core.insight.dataset.coverage import VocabularyCoverage
from core.insight.order_task.captions import accuracies
from core.insight.order_task.results import EXAMPLE as MATCH
from core.insight.order_task.results import order_results
from core.news.news import News
from core.settings.network import Cell
from core.settings.training import TrainingSettings
from core.tasks.news_tasks import MeasureCoverage, ReadNews, coverage_task
from core.text.stop_words import ENGLISH
from pages import caches, tasks
from pages.learn.recorded_networks import FILE_NAME
from pages.session import Session
from pages.widgets.headline_box import examples_of
from pages.wording import count, literal

SENTENCE_KEY = "lesson_sentence"  # key of the text box that all chapters share
EXAMPLE = "The home team wins the cup after a late goal"
_EXAMPLE_KEY = "lesson_example"  # key of the example that was last put into it
MATCH_KEY = "lesson_match"  # key of the text box where a recorded network on "Who beat whom" reads
MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The input of a chapter: the visitor's sentence and news file, or the built-in sample if none is chosen.

    Attributes:
        cell: of the recorded network that reads; then the file is "Who beat whom". None: the visitor's file.
    """

    visit: Session
    sentence: str
    cell: Cell | None = None

    @property
    def news_task(self) -> ReadNews:
        """The task that reads the articles. Raises NewsFileError: the file is gone."""
        if self.cell:
            return caches.news_task(paths.WHO_BEAT_WHOM, FILE_NAME)
        return self.visit.news_task or caches.news_task(paths.SAMPLE, caches.SAMPLE_NAME)

    @property
    def news(self) -> News:
        """The articles. Raises NewsFileError: unreadable or deleted."""
        own = None if self.cell else self.visit.read_news()
        return own or caches.read_news(self.news_task)

    @property
    def training(self) -> TrainingSettings:
        """By which the file is split."""
        return order_results().settings.training if self.cell else self.visit.settings.training

    @property
    def coverage_task(self) -> MeasureCoverage:
        """The task that counts the file's words under the visitor's settings."""
        return coverage_task(self.news_task, self.visit.settings)

    @property
    def source(self) -> str:
        """The file's name for use in a sentence; plain text."""
        name = FILE_NAME if self.cell else self.visit.news_name
        return name if name else "the built-in sample"

    def coverage(self) -> VocabularyCoverage:
        """The file's tokens and vocabulary under the visitor's settings.

        Raises:
            NewsFileError, SettingsError: the file cannot be read or leaves nothing to learn from.
        """
        return tasks.result(self.coverage_task)


def sentence_box(visit: Session, cell: Cell | None = None, *, reads_file_alone: bool = False) -> str:
    """Draw the text box; return the sentence, or the example if it is empty.

    Args:
        cell: of a recorded network, which knows the words of matches alone and has a box of its own.
        reads_file_alone: no network reads the sentence; the chapter counts words of the visitor's file.
    """
    example = MATCH if cell else own_example(visit, reads_file_alone=reads_file_alone)
    key = MATCH_KEY if cell else SENTENCE_KEY
    last_example = st.session_state.get(_EXAMPLE_KEY)
    if st.session_state.setdefault(key, example) == last_example:  # nobody has typed another sentence
        st.session_state[key] = example
    if not cell:
        st.session_state[_EXAMPLE_KEY] = example
    typed = st.text_input(
        "Your sentence",
        max_chars=MOST_CHARACTERS,
        key=key,
        live="200ms",
        placeholder=example,
        persist_state="session",
    )
    return (typed or "").strip() or example


def own_example(visit: Session, position: int = 0, *, reads_file_alone: bool = False) -> str:
    """The English example; a headline of the visitor's where the visitor's network or file is in another language.

    Args:
        position: which of the test articles' examples, or which row of the file.
    """
    own: Sequence[str] = ()
    try:
        if visit.run and visit.run.result():
            loaded = visit.classifier()
            if loaded.classifier.cleaning.language != ENGLISH:
                own = examples_of(loaded)
        elif reads_file_alone and visit.settings.cleaning.language != ENGLISH:
            news = visit.read_news()
            own = () if news is None else news.table["headline"].iloc[: position + 1].tolist()
    except HeadlineLabError:  # the chapter says so itself
        pass
    return own[position][:MOST_CHARACTERS] if position < len(own) else EXAMPLE


def figures_caption(material: Material) -> str:
    """Which file the figures are computed from; Markdown."""
    if material.cell:
        return literal(
            f"{accuracies(order_results(), material.cell)} All chapters on order and memory show the same networks. "
            "Train one of your own, and it reads here."
        )
    rows = material.visit.news_rows
    if material.visit.news_name is None:
        return "These numbers come from the built-in sample. Choose a file on the Data page to see yours."
    return f"These numbers come from {literal(material.source)}{f', {count(rows)} articles' if rows else ''}."
