"""Words: every word of the vocabulary gets a token id; choose vocabulary size and sequence length."""

import streamlit as st

from core.errors import HeadlineLabError, SettingsError
from core.insight.dataset import captions, figures
from core.insight.dataset.coverage import VocabularyCoverage
from core.tasks.news_tasks import MeasureCoverage
from pages import layout, navigation, session, tasks
from pages.components.chart import chart
from pages.wording import count, literal
from pages.words.one_headline import headline
from pages.words.word_index import draw_figures, load_coverage, size_sliders, word_index


def word_list(task: MeasureCoverage) -> None:
    """Draw the vocabulary, and Zipf's law for its counts."""
    coverage = tasks.result(task)
    different, running = len(coverage.vocabulary.words), sum(coverage.vocabulary.counts)
    st.subheader("The vocabulary", anchor=False)
    st.markdown(f"The training part has {count(running)} words, {count(different)} of them different.")
    table, law = st.columns(2, gap="large")
    with table:
        word_index(task, visit.settings.network.vocabulary_size)
    with law:
        chart(
            figures.zipf_chart(coverage),
            "zipf",
            "How often a word occurs by its rank",
            captions.zipf(coverage),
        )


def split_caption(coverage: VocabularyCoverage) -> str:
    """On which texts the words are counted."""
    texts, learnt = len(coverage.sequences), len(coverage.articles.split.training)
    return (
        f"Only the training part is counted: {count(learnt)} of {count(texts)} texts (headline and "
        f"description), cleaned as on the Cleaning page. The other {count(texts - learnt)} are held out. A "
        "word that is only in them is unknown, just like new words in tomorrow's headlines."
    )


visit = session.current()
layout.opening(
    "Words",
    "A network takes numbers, not text. Choose how many words get a number, and how many words it reads.",
)
left, right = layout.columns()

version = visit.version
with left:
    size_sliders(visit)
    caption_slot = st.container()

with right:
    try:
        task = load_coverage(visit)
        if visit.version != version:  # the file was read only now, and the preset fitted to it
            st.rerun()
        if task:
            draw_figures(tasks.result(task), visit.settings.network)
    except HeadlineLabError as error:
        st.error(literal(str(error)))
        task = None
        if isinstance(error, SettingsError):
            navigation.to_page("train", "Change the settings")
        else:
            navigation.to_page("data", "Open the Data page")

if task:
    caption_slot.caption(split_caption(tasks.result(task)))
    st.subheader("One headline in numbers", anchor=False)
    headline(visit, task)
    word_list(task)
    navigation.next_step("train")
