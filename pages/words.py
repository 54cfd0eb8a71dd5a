"""Words: every known word gets a number; how many to know, how many to read."""

import streamlit as st

from core.errors import HeadlineLabError
from core.insight.coverage import WordStudy
from core.insight.figures import words as figures
from core.text.news import News
from pages.ui import page, session
from pages.ui.headline_view import headline
from pages.ui.text import count, literal
from pages.ui.word_views import chart, counted, figures_of, size_sliders, word_index


def views(news: News, study: WordStudy, n: int) -> None:
    """What the settings give, the main thing first."""
    network = visit.settings.network
    figures_of(study, network)
    headline(visit, news, study, n)
    st.subheader("How many words to know, how many to read", anchor=False)
    known, read = st.columns(2)
    with known:
        chart(figures.coverage(study, network.vocabulary_size), "coverage", "Known words by vocabulary size")
    with read:
        chart(figures.lengths(study, network.sequence_length), "lengths", "Texts by number of words")
    st.subheader("The word index", anchor=False)
    table, law = st.columns(2)
    with table:
        word_index(study, network.vocabulary_size)
    with law:
        chart(figures.zipf(study), "zipf", "How often a word occurs by its rank")


visit = session.current()
page.opening(
    "Words", "A network takes numbers, not text. Choose how many words get one, and how many are read."
)
left, right = page.columns()

with left:
    size_sliders(visit)
    n = st.slider("Words in an n-gram", 2, 4, 2, key="words_n", persist_state="session")
    said = st.container()

with right:
    try:
        ready = counted(visit)
        if ready:
            views(*ready, n)
            page.next_step("train")
    except HeadlineLabError as error:
        st.error(literal(str(error)))
        ready = None
        page.to_page("data", "Choose another file")

if ready:
    study = ready[1]
    parts = study.drawn.split
    held_out = len(parts.validation) + len(parts.test)
    said.caption(
        f"Counted on the training part alone, {count(len(parts.training))} of {count(len(study.sequences))} texts, "
        f"cleaned as on the Cleaning page. A word that only the {count(held_out)} held-out texts have is unknown, "
        "as a new headline's words will be."
    )
