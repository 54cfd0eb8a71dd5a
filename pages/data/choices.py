"""What the table and the list of changes share: changes are kept, categories and days are named."""

from collections.abc import Mapping
from datetime import date

import msgspec
import pandas as pd
import streamlit as st

from core.errors import HeadlineLabError
from core.news.changes import NO_CHANGES, Changes
from core.news.hidden_characters import escape_hidden
from pages import caches
from pages.session import Session
from pages.wording import count, distinct

FAILED = "data_changes_failed"  # why changes were refused, until it is drawn


def choose_changes(session: Session, changes: Changes) -> None:
    """Keep these changes in place of the earlier ones, and draw the page again; where nothing is left, say so."""
    reading = msgspec.structs.replace(session.reading, changes=NO_CHANGES if changes.is_empty else changes)
    task = session.news_task
    if task is None:
        return
    try:
        caches.read_news(msgspec.structs.replace(task, reading=reading))
    except HeadlineLabError as error:
        st.session_state[FAILED] = str(error)
    else:
        st.session_state.pop(FAILED, None)
        session.choose_reading(reading)
    st.rerun()


def named_counts(counts: Mapping[str, int]) -> dict[str, str]:
    """What a list of categories shows of each, such as "SPORT (1,204)" -> the category."""
    texts = distinct(
        {name: f"{escape_hidden(name)} ({count(articles)})" for name, articles in counts.items()}
    )
    return {text: name for name, text in texts.items()}


def days_of(table: pd.DataFrame) -> tuple[date, date] | None:
    """The first and the last day; None without dates."""
    dates = table["date"]
    return (dates.min().date(), dates.max().date()) if dates.notna().any() else None
