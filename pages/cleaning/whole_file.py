"""Part of the Cleaning page: the whole file before and after cleaning."""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from core.errors import NewsFileError
from core.insight.dataset import captions, figures
from core.insight.dataset.cleaning_effect import CleaningEffect, WordCounts
from core.insight.wording import percent
from core.news.csv_export import to_csv
from core.news.news import News
from core.text.cleaning import CleaningSettings
from pages import caches
from pages.components.chart import chart
from pages.components.token_row import Token, token_row
from pages.session import Session
from pages.widgets.download import download
from pages.wording import count, duration

# Up to here a change of a switch cleans the whole file at once; beyond, a button does.
_AT_ONCE = 20_000


def whole_file(session: Session, news: News, cleaning: CleaningSettings) -> None:
    """Clean all texts behind a progress bar, and draw the effect."""
    st.subheader("The whole file", anchor=False)
    texts = len(news.table)
    if not caches.has_cleaning_effect(news, cleaning):
        if texts > _AT_ONCE and not st.button(
            f"Clean all {count(texts)} texts", type="primary", icon=":material/cleaning_services:"
        ):
            st.caption("What these steps do to the number of words, and the cleaned file to download.")
            return
        bar = st.progress(0.0, "Reading the stop words and the dictionary")
        caches.cleaning_effect(news, cleaning, _reporting(bar.progress, texts))
        bar.empty()
        if texts > _AT_ONCE:
            st.rerun()  # the button has done its work
    _draw_effect(session, news, cleaning, caches.cleaning_effect(news, cleaning))


def _reporting(draw: Callable[..., object], texts: int) -> Callable[[float], None]:
    start = time.monotonic()

    def report(share: float) -> None:
        left = duration((time.monotonic() - start) * (1 - share) / max(share, 0.01))
        text = f"Cleaning {count(texts)} texts, about {left} left" if share < 1 else "Counting the words"
        draw(min(share, 1.0), text)

    return report


def _draw_effect(session: Session, news: News, cleaning: CleaningSettings, effect: CleaningEffect) -> None:
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
            "Size of the word index, if every word got a number.",
        )
        kept_share = after.tokens / before.tokens if before.tokens else 0.0
        _metric(
            "All words",
            count(after.tokens),
            f"{percent(kept_share)} of before",
            "Words with all repetitions.",
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
    if path := session.news_path:
        download(
            session,
            "Download the cleaned file (CSV)",
            partial(_write_cleaned, path, news.name, news.fingerprint, cleaning),
            thing=f"{news.fingerprint} {cleaning}",
            name="cleaned_news.csv",
            media_type="text/csv",
            key="download_cleaned",
        )
    st.caption(f"{count(len(news.table))} texts cleaned in {duration(max(effect.seconds, 0.1))}.")


def _metric(title: str, value: str, below: str, help_text: str) -> None:
    st.metric(title, value, below, delta_color="off", delta_arrow="off", help=help_text)


def _frequent(title: str, words: WordCounts, key: str) -> None:
    st.caption(f"The most frequent words {title}" if words.frequent else f"No word {title}")
    token_row([Token(word=word) for word in words.frequent], key=key, label=f"Most frequent words {title}")


def _write_cleaned(
    path: Path, name: str, fingerprint: str, cleaning: CleaningSettings, stream: BinaryIO
) -> None:
    """Write the cleaned file, if ``path`` still holds the news that were offered.

    Raises:
        NewsFileError: it does not.
    """
    news = caches.read_news(path, name)
    if news.fingerprint != fingerprint:
        raise NewsFileError(f"{name} has changed since the page was drawn. Reload the page.")
    stream.write(cleaned_file(news, cleaning))


def cleaned_file(news: News, cleaning: CleaningSettings) -> bytes:
    """CSV of category, date and cleaned text, in the file's order; made when it is asked for."""
    table = news.table
    dates = table["date"].dt.strftime("%Y-%m-%d").fillna("").tolist()
    texts = caches.cleaned(news, cleaning)
    rows = zip(table["category"].astype(str).tolist(), dates, texts, strict=True)
    return to_csv(("category", "date", "text"), rows)
