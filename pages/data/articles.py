"""The table of the articles: searched, filtered, sorted, and mended by hand."""

import hashlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date

import numpy as np
import pandas as pd
import streamlit as st

from core.news.changes import ROW, Edit
from core.news.hidden_characters import escape_hidden
from core.news.news import News, words_per_text
from core.tasks.news_tasks import CountCategories, ReadNews
from pages import caches, tasks
from pages.data.choices import choose_changes, days_of
from pages.session import Session
from pages.wording import count, distinct, literal

_MOST_ROWS = 500
_ALL_CATEGORIES = "All categories"
_FILE_ORDER = "As in the file"
_SORTINGS = (
    _FILE_ORDER,
    "Category A to Z",
    "Shortest first",
    "Longest first",
    "Oldest first",
    "Newest first",
)
_HINT = "Tick rows on the left to correct their category or delete them. Your file does not change."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filter:
    """What the visitor looks for; ``category`` is None for all."""

    searched: str
    category: str | None
    words: tuple[int | None, int | None]
    days: tuple[date | None, date | None]
    sorting: str


@st.fragment
def articles(session: Session, task: ReadNews) -> None:
    """Draw the search, the table and what can be done with its ticked rows.

    The browser gets only the rows drawn; nothing in them is read as markup.
    """
    news = caches.read_news(task)
    st.subheader("Read and correct the articles", anchor=False)
    chosen = _draw_filter(task, news)
    rows = _matching(news, chosen)
    # Rows are ticked by their place in the table: where another filter gives other rows, nothing is ticked.
    digest = hashlib.sha256(repr((task.key(), astuple(chosen))).encode()).hexdigest()[:12]
    drawn = rows[:_MOST_ROWS]
    ticked = _draw_table(news, drawn, f"data_articles_{digest}")
    summary = "articles" if len(rows) == len(news) else f"of {count(len(news))} articles match"
    st.caption(
        f"{count(len(rows))} {summary}"
        + (f"; the first {_MOST_ROWS} are shown. " if len(rows) > _MOST_ROWS else ". ")
        + _HINT
    )
    if ticked:
        _draw_edit(session, task, news, [int(drawn[position]) for position in ticked], digest)


def _draw_filter(task: ReadNews, news: News) -> _Filter:
    counts = tasks.result(CountCategories(news=task))
    shown_as = distinct({None: _ALL_CATEGORIES, **{name: escape_hidden(name) for name in counts}})
    names = {text: name for name, text in shown_as.items()}
    file = news.fingerprint[:12]  # another file starts with nothing searched
    search_column, category_column, sort_column = st.columns([3, 2, 2])
    searched = search_column.text_input(
        "Search headline and description",
        key=f"data_search_{file}",
        placeholder="A word or part of one",
        max_chars=200,
        live="300ms",
    )
    category = category_column.selectbox("Show", list(names), key=f"data_category_{file}")
    sorting = sort_column.selectbox("Order", _SORTINGS, key=f"data_order_{file}")
    with st.container(horizontal=True):
        fewest = st.number_input(
            "At least this many words", 0, value=None, placeholder="any", key=f"data_fewest_{file}", width=150
        )
        most = st.number_input(
            "At most this many words", 0, value=None, placeholder="any", key=f"data_most_{file}", width=150
        )
        first = last = None
        if span := days_of(news.table):
            first = st.date_input("From", None, *span, key=f"data_from_{file}", width=150)
            last = st.date_input("To", None, *span, key=f"data_to_{file}", width=150)
    return _Filter(
        searched=(searched or "").strip(),
        category=names[category],
        words=(fewest, most),
        days=(first, last),
        sorting=sorting,
    )


def _matching(news: News, chosen: _Filter) -> np.ndarray:
    """Positions in the table of the articles that match, in the order asked for: (matches,) int."""
    table = news.table
    mask = np.ones(len(table), dtype=bool)
    if chosen.searched:
        mask &= table["text"].str.contains(chosen.searched, case=False, regex=False).to_numpy(dtype=bool)
    if chosen.category is not None:
        mask &= (table["category"] == chosen.category).to_numpy()
    fewest, most = chosen.words
    by_length = chosen.sorting in ("Shortest first", "Longest first")
    lengths = (
        words_per_text(news) if by_length or fewest is not None or most is not None else np.zeros(0, int)
    )
    if fewest is not None:
        mask &= lengths >= fewest
    if most is not None:
        mask &= lengths <= most
    first, last = chosen.days
    days = table["date"].dt.normalize()
    if first:
        mask &= (days >= pd.Timestamp(first)).to_numpy()
    if last:
        mask &= (days <= pd.Timestamp(last)).to_numpy()
    rows = np.flatnonzero(mask)
    if chosen.sorting == _FILE_ORDER:
        return rows
    if by_length:
        keys = lengths if chosen.sorting == "Shortest first" else -lengths
        return rows[np.argsort(keys[rows], kind="stable")]
    if chosen.sorting == "Category A to Z":  # the codes of a table's categories are in this order
        return rows[np.argsort(table["category"].cat.codes.to_numpy()[rows], kind="stable")]
    dated = table["date"].iloc[rows].reset_index(drop=True)
    ascending = chosen.sorting == "Oldest first"
    order = dated.sort_values(ascending=ascending, kind="stable", na_position="last").index.to_numpy()
    return rows[np.asarray(order, dtype=np.int64)]


def _draw_table(news: News, rows: np.ndarray, key: str) -> list[int]:
    """Draw these rows; the places in it of those that are ticked."""
    part = news.table.iloc[rows]
    columns = {
        "No.": original_rows(part, rows) + 1,
        "Date": part["date"].dt.date,
        "Category": part["category"].astype(str).map(escape_hidden),
        "Headline": part["headline"].map(escape_hidden),
        "Description": part["short_description"].map(escape_hidden),
    }
    if not news.table["date"].notna().any():
        del columns["Date"]
    if not news.shape.used.description:
        del columns["Description"]
    event = st.dataframe(
        pd.DataFrame(columns),
        hide_index=True,
        height=320,
        key=key,
        column_config={
            "No.": st.column_config.NumberColumn(
                format="localized", width="small", help="Position of the article in the file."
            ),
            "Date": st.column_config.DateColumn(width="small"),
            "Headline": st.column_config.TextColumn(width="large"),
            "Description": st.column_config.TextColumn(width="large"),
        },
        on_select="rerun",
        selection_mode="multi-row",
        alt="Articles found",
    )
    return [int(position) for position in event["selection"]["rows"] if position < len(rows)]


def original_rows(table: pd.DataFrame, positions: np.ndarray) -> np.ndarray:
    """The rows' positions in the table as read, before any change; ``positions`` are those in the table of now."""
    return np.asarray(table[ROW]) if ROW in table else positions


def _draw_edit(session: Session, task: ReadNews, news: News, rows: Sequence[int], digest: str) -> None:
    """Draw what can be done with the ticked rows."""
    part = news.table.iloc[list(rows)]
    names = {
        text: name for name, text in distinct({name: escape_hidden(name) for name in news.categories}).items()
    }
    with st.container(border=True):
        ticked = "1 article ticked" if len(rows) == 1 else f"{count(len(rows))} articles ticked"
        st.markdown(f"**{ticked}:** {literal(_first_headlines(part))}")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            typed = st.selectbox(
                "Their category is" if len(rows) > 1 else "Its category is",
                list(names),
                index=None,
                key=f"data_label_{digest}",
                placeholder="Choose or type one",
                accept_new_options=True,
                width=300,
            )
            category = names.get(typed, typed.strip()) if typed else None
            correct = st.button("Correct", key="data_correct", disabled=not category, icon=":material/edit:")
            delete = st.button(
                "Delete the article" if len(rows) == 1 else "Delete the articles",
                key="data_delete",
                icon=":material/delete:",
            )
    if not (correct or delete):
        return
    changes = session.reading.changes
    try:
        for row, headline in zip(
            original_rows(part, np.array(rows)).tolist(), part["headline"].tolist(), strict=True
        ):
            changes = changes.with_edit(Edit.of(row, headline, None if delete else category))
    except ValueError as error:
        st.error(literal(f"This cannot be changed: {error}."))
        return
    choose_changes(session, changes)


def _first_headlines(part: pd.DataFrame) -> str:
    quoted = [
        f"“{headline[:80]}{'…' if len(headline) > 80 else ''}”" for headline in part["headline"].head(3)
    ]
    return escape_hidden(", ".join(quoted) + (", …" if len(part) > 3 else ""))
