"""One headline in three tokenizations: words, characters, n-grams of words."""

import random

import streamlit as st

from core.insight.dataset.coverage import VocabularyCoverage
from core.insight.lessons.numbers.compute import MAX_N
from core.insight.wording import percent
from core.settings.network import NetworkSettings
from core.tasks.news_tasks import IndexNgrams, MeasureCoverage
from core.text.cleaning import clean
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID
from pages import layout, tasks
from pages.session import Session
from pages.widgets.token_rows import CHARACTERS_SHOWN, character_row, ngram_row, padded_row
from pages.wording import count

MOST_CHARACTERS = 2_000  # of a typed headline


def _draw_headline(key: str, task: MeasureCoverage) -> None:
    """Put a random headline of the test articles into the box."""
    news, coverage = tasks.result(task.cleaned.news), tasks.result(task)
    row = coverage.articles.rows[random.choice(coverage.articles.split.test.tolist())]
    st.session_state[key] = str(news.table["headline"].iloc[int(row)])[:MOST_CHARACTERS]


@st.fragment
def headline(session: Session, task: MeasureCoverage) -> None:
    """Draw one headline, typed or taken from the file, as words, characters and n-grams with their ids."""
    settings, coverage = session.settings, tasks.result(task)
    key = f"words_headline_{tasks.result(task.cleaned.news).key[:12]}"
    if key not in st.session_state:
        _draw_headline(key, task)
    left, right = layout.columns()
    with left:
        typed = st.text_input("Type a headline", key=key, live=True, persist_state="session")
        st.button(
            "Random headline",
            icon=":material/shuffle:",
            on_click=_draw_headline,
            args=(key, task),
        )
        n = st.slider("Words in an n-gram", 2, MAX_N, 2, key="words_n", persist_state="session")
    text = clean((typed or "")[:MOST_CHARACTERS], settings.cleaning)
    words = text.split()
    with right:
        if not words:
            st.info("After cleaning, no word is left. The network would get one unknown word.")
            return
        _as_words(words, coverage, settings.network)
        by_character, by_gram = st.columns(2, gap="medium")
        with by_character:
            _as_characters(text, coverage)
        with by_gram:
            _as_ngrams(words, task, coverage, n)


def _as_words(words: list[str], coverage: VocabularyCoverage, network: NetworkSettings) -> None:
    st.markdown("**As words**")
    length, numbers = network.sequence_length, coverage.encode(words, size=network.vocabulary_size)
    read = numbers[:length]
    zeros = padded_row(words, numbers, length, "as_words")
    filled = f"{len(read)} for words and {zeros} zeros as padding" if zeros else "all for words"
    parts = [f"The network reads {length} number{'s' * (length != 1)}: {filled}"]
    if unknown := read.count(OOV_ID):
        parts.append(f"{unknown} unknown (dashed) become{'s' * (unknown == 1)} number 1")
    if cut := len(words) - len(read):
        parts.append(f"{cut} at the end {'is' if cut == 1 else 'are'} cut off (faded)")
    different = len(coverage.vocabulary.words)
    numbered = min(network.vocabulary_size, len(coverage.vocabulary)) - FIRST_WORD_ID
    st.caption(
        f"{'; '.join(parts)}. The training part has {count(different)} different words, "
        f"{'all' if numbered == different else count(numbered)} of them numbered."
    )


def _as_characters(text: str, coverage: VocabularyCoverage) -> None:
    st.markdown("**As characters**")
    total = len(character_row(text, coverage, "as_characters"))
    rest = f"The first {CHARACTERS_SHOWN} of {count(total)}" if total > CHARACTERS_SHOWN else count(total)
    st.caption(
        f"{rest} characters. The training part has only {count(len(coverage.characters.words))} different "
        "ones. Almost nothing is unknown, but the row is long and a letter means little."
    )


def _as_ngrams(words: list[str], task: MeasureCoverage, coverage: VocabularyCoverage, n: int) -> None:
    st.markdown(f"**As n-grams of {n} words**")
    index = tasks.result(IndexNgrams(coverage=task, n=n))
    numbers = ngram_row(words, coverage, index, "as_ngrams")
    st.caption(
        f"{count(len(numbers))} n-grams, {count(numbers.count(OOV_ID))} of them not in the training part. "
        f"The training part has {count(len(index))} different ones, and {percent(index.share_seen_once)} of "
        "them occur only once. They keep the word order, but there are too many to learn them all."
    )
