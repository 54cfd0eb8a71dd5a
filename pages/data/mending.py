"""Which articles to learn from, and the list of all changes: each can be undone, all be downloaded."""

from functools import partial
from typing import BinaryIO

import msgspec
import pandas as pd
import streamlit as st

from core.errors import HeadlineLabError
from core.news.changes import (
    NO_CHANGES,
    Changes,
    Edit,
    choices,
    export_changes,
    import_changes,
    unrecognised,
)
from core.news.hidden_characters import escape_hidden
from core.news.news import News
from core.tasks.news_tasks import CountCategories, ReadNews
from pages import caches, tasks
from pages.data.choices import FAILED, choose_changes, days_of, named_counts
from pages.session import Session
from pages.widgets.download import download
from pages.widgets.upload import free
from pages.wording import count, help_text, literal

_TURN, _LISTED = "data_changes_turn", "data_changes_listed"
_FIRST_LISTED = 10


def mending(session: Session, task: ReadNews) -> None:
    """Draw the choice of articles at the left and the list of changes at the right."""
    st.subheader("Choose the articles to learn from", anchor=False)
    if failed := st.session_state.pop(FAILED, None):
        st.error(literal(failed))
    left, right = st.columns(2, gap="large")
    with left:
        _draw_choice(session, task)
    with right:
        _draw_changes(session, task)


def undo_all(session: Session) -> None:
    """Draw the button that undoes all changes, where they leave nothing to draw them beside."""
    if not session.reading.changes.is_empty and st.button(
        "Undo all changes", key="data_undo_all", icon=":material/undo:"
    ):
        session.choose_reading(msgspec.structs.replace(session.reading, changes=NO_CHANGES))
        st.rerun()


def _draw_choice(session: Session, task: ReadNews) -> None:
    """Draw the form: categories left out, the largest, equal numbers, a period."""
    changes = session.reading.changes
    counts = tasks.result(CountCategories(news=task.without_changes()))
    names = named_counts(counts)
    left_out = [text for text, name in names.items() if name in changes.left_out]
    span = days_of(caches.read_news(task.without_changes()).table)
    version = task.key()[:12]  # undone elsewhere, the form shows what is left
    with st.form(f"data_choice_{version}"):
        chosen = st.multiselect(
            "Leave these categories out",
            list(names),
            left_out,
            placeholder="None",
            key=f"data_left_out_{version}",
        )
        with st.container(horizontal=True):
            largest = st.number_input(
                "Largest categories to keep",
                1,
                max(len(counts), 1),
                value=min(changes.largest, len(counts)) or None,
                placeholder="all",
                key=f"data_largest_{version}",
                width=180,
                help=help_text("Keeps only the categories with the most articles."),
            )
            per_category = st.number_input(
                "Articles per category",
                1,
                value=changes.per_category or None,
                placeholder="all",
                key=f"data_equal_{version}",
                width=180,
                help=help_text(
                    "Draws the same number of articles from each category at random. The smallest category "
                    "sets the number."
                ),
            )
            seed = st.number_input(
                "Random seed",
                0,
                2**32 - 1,
                value=changes.seed,
                key=f"data_seed_{version}",
                width=180,
                help=help_text(
                    "The same seed draws the same articles again. A different seed draws different ones."
                ),
            )
        first = last = None
        if span:
            with st.container(horizontal=True):
                first = st.date_input(
                    "Only from", changes.first_day, *span, key=f"data_first_{version}", width=180
                )
                last = st.date_input(
                    "Only to", changes.last_day, *span, key=f"data_last_{version}", width=180
                )
        taken = st.form_submit_button("Keep only these", key=f"data_choose_{version}")
    if taken:
        try:
            chosen_changes = msgspec.structs.replace(
                changes,
                left_out=tuple(names[text] for text in chosen),
                largest=int(largest or 0),
                per_category=int(per_category or 0),
                seed=int(seed),
                first_day=first,
                last_day=last,
            )
        except ValueError as error:
            st.error(literal(f"This choice does not work: {error}."))
        else:
            choose_changes(session, chosen_changes)


def _draw_changes(session: Session, task: ReadNews) -> None:
    """Draw how many articles the changes leave, each of them with its undo, and the list as a file."""
    changes = session.reading.changes
    before, news = caches.read_news(task.without_changes()), caches.read_news(task)
    if changes.is_empty:
        st.markdown("**No changes yet**")
        st.caption(
            "Whatever you leave out, correct or delete is listed here, and you can undo it. Your file "
            "never changes."
        )
    else:
        st.markdown(f"**Your changes leave {count(len(news))} of {count(len(before))} articles**")
        st.caption("Your file never changes.")
        _draw_edits(session, before.table, changes)
        for index, (sentence, undone) in enumerate(choices(changes)):
            if _draw_undo(escape_hidden(sentence), f"data_undo_choice_{index}"):
                choose_changes(session, undone)
        _draw_smallest(task)
        with st.container(horizontal=True):
            if st.button("Undo all", key="data_undo_all", icon=":material/undo:"):
                choose_changes(session, NO_CHANGES)
            write = partial(_write, changes, news.name, news.fingerprint)
            download(
                session,
                "Download the changes",
                write,
                thing=f"changes of {task.key()}",
                name="changes.json",
                media_type="application/json",
                key="data_changes_download",
            )
    with st.expander("Apply a list of changes that you downloaded earlier"):
        _draw_import(session, news)


def _write(changes: Changes, name: str, fingerprint: str, stream: BinaryIO) -> None:
    stream.write(export_changes(changes, name, fingerprint))


def _draw_edits(session: Session, table: pd.DataFrame, changes: Changes) -> None:
    """Draw the rows changed by hand, the last ones first."""
    stale = set(unrecognised(table, changes))
    listed = int(st.session_state.get(_LISTED, _FIRST_LISTED))
    newest_first = list(enumerate(changes.edits))[::-1]
    for index, edit in newest_first[:listed]:
        if _draw_undo(_sentence(edit, table, is_stale=edit in stale), f"data_undo_{index}"):
            choose_changes(session, changes.without_edit(index))
    if (hidden := len(newest_first) - listed) > 0 and st.button(
        f"Show {count(min(hidden, 50))} more of {count(len(newest_first))}", key="data_changes_more"
    ):
        st.session_state[_LISTED] = listed + 50
        st.rerun()


def _sentence(edit: Edit, table: pd.DataFrame, *, is_stale: bool) -> str:
    """What the edit does, in plain text."""
    headline = escape_hidden(f"No. {count(edit.row + 1)} “{edit.headline}”")
    if is_stale:
        return f"{headline}: not applied. That row now has a different headline"
    if edit.category is None:
        return f"{headline}: deleted"
    return (
        f"{headline}: {escape_hidden(table['category'].iloc[edit.row])} is now {escape_hidden(edit.category)}"
    )


def _draw_undo(sentence: str, key: str) -> bool:
    """Draw a change and its button; whether it was pressed."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(literal(sentence), width="stretch")
        return st.button("Undo", key=key, type="tertiary", help="Undo this change")


def _draw_smallest(task: ReadNews) -> None:
    """Say which category is too small for as many articles of each as were asked for."""
    changes = task.reading.changes
    if not changes.per_category:
        return
    undrawn = msgspec.structs.replace(changes, per_category=0)
    reading = msgspec.structs.replace(task.reading, changes=NO_CHANGES if undrawn.is_empty else undrawn)
    counts = tasks.result(CountCategories(news=msgspec.structs.replace(task, reading=reading)))
    name, smallest = list(counts.items())[-1]
    if smallest < changes.per_category:
        text = f"“{escape_hidden(name)}” has only {count(smallest)}, so {count(smallest)} from each category"
        st.caption(
            literal(f"{text} {'is' if smallest == 1 else 'are'} drawn. Leave that category out to draw more.")
        )


def _draw_import(session: Session, news: News) -> None:
    turn = int(st.session_state.get(_TURN, 0))
    upload = st.file_uploader(
        "Upload changes.json",
        type="json",
        key=f"data_changes_upload_{turn}",
        max_upload_size=2,
        disabled=not session.has_cookie,
    )
    if upload is None:
        return
    document = upload.getvalue()
    free(upload)
    st.session_state[_TURN] = turn + 1  # an uploader with a new key holds no file
    try:
        changes = import_changes(document, news.fingerprint)
    except HeadlineLabError as error:
        st.session_state[FAILED] = str(error)
        st.rerun()
    choose_changes(session, changes)
