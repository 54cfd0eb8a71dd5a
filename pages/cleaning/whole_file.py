"""Part of the Cleaning page: the whole file before and after cleaning."""

from functools import partial
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from core.errors import NewsFileError
from core.insight.dataset import captions, figures
from core.insight.dataset.cleaning_effect import CleaningEffect, WordCounts
from core.insight.wording import percent
from core.tasks.news_tasks import CleanTexts, ExportCleaned, MeasureCleaning, ReadNews
from core.text.cleaning import CleaningSettings
from pages import caches, tasks
from pages.components.chart import chart
from pages.components.token_row import Token, token_row
from pages.session import Session
from pages.widgets.download import download
from pages.wording import count, duration


def whole_file(session: Session, news: ReadNews, cleaning: CleaningSettings) -> None:
    """Draw what cleaning does to all texts; for a large file, once it is asked for."""
    st.subheader("The whole file", anchor=False)
    cleaned = CleanTexts(news=news, cleaning=cleaning)
    measured, texts = MeasureCleaning(cleaned=cleaned), len(tasks.result(news))
    if not (tasks.is_small(measured) or tasks.has_result(measured)):
        if not st.button(
            f"Clean all {count(texts)} texts", type="primary", icon=":material/cleaning_services:"
        ):
            st.caption("See how these steps change the number of words, and download the cleaned file.")
            return
        tasks.result(measured)
        # Now, and not when it is fetched: its download would wait for its turn, and hold up all other downloads.
        tasks.result(ExportCleaned(cleaned=cleaned))
        st.rerun()  # the button has done its work
    _draw_effect(session, cleaned, tasks.result(measured))


def _draw_effect(session: Session, cleaned: CleanTexts, effect: CleaningEffect) -> None:
    before, after = effect.before, effect.after
    with st.container(horizontal=True):
        _metric(
            "Words per text",
            f"{after.median:g}",
            f"{before.median:g} before",
            "Half of the texts have this many words or fewer.",
        )
        _metric(
            "Different words",
            count(after.distinct),
            f"{count(before.distinct)} before",
            "The size of the vocabulary if every word gets a number.",
        )
        kept_share = after.tokens / before.tokens if before.tokens else 0.0
        _metric(
            "All words",
            count(after.tokens),
            f"{percent(kept_share)} of before",
            "All words, repeats included.",
        )
        _metric(
            "Texts left empty", count(after.empty), f"{count(before.empty)} before", "Texts without any word."
        )
    chart(
        figures.cleaning_chart(effect),
        "cleaning_lengths",
        "Texts by number of words",
        captions.cleaning(effect),
    )
    for title, words, key in (("before", before, "frequent_before"), ("after", after, "frequent_after")):
        _frequent(title, words, key)
    download(
        session,
        "Download the cleaned file (CSV)",
        partial(_write_cleaned, cleaned, session.visitor),
        thing=cleaned.key(),
        name="cleaned_news.csv",
        media_type="text/csv",
        key="download_cleaned",
    )
    texts = len(effect.after.lengths)
    st.caption(f"{count(texts)} texts cleaned in {duration(max(effect.seconds, 0.1))}.")


def _metric(title: str, value: str, below: str, help_text: str) -> None:
    st.metric(title, value, below, delta_color="off", delta_arrow="off", help=help_text)


def _frequent(title: str, words: WordCounts, key: str) -> None:
    st.caption(f"The most frequent words {title}" if words.frequent else f"No word {title}")
    token_row([Token(word=word) for word in words.frequent], key=key, label=f"Most frequent words {title}")


def _write_cleaned(cleaned: CleanTexts, visitor: str, stream: BinaryIO) -> None:
    """Write a CSV of category, date and cleaned text; made when it is asked for.

    Raises:
        NewsFileError: the file has changed since the page was drawn.
    """
    file = cleaned.news.file
    if caches.news_task(Path(file.path), cleaned.news.name).file != file:
        raise NewsFileError(f"{cleaned.news.name} has changed since this page was loaded. Reload the page.")
    stream.write(tasks.result(ExportCleaned(cleaned=cleaned), visitor=visitor).data)
