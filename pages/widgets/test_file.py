"""A test file of the visitor's own: uploaded, stored, and how it is read; chosen for as long as the tab is open."""

from functools import partial
from pathlib import Path

import streamlit as st

from core import paths
from core.errors import HeadlineLabError
from core.news.reading import GUESSED, FileShape, Reading
from core.tasks.news_tasks import InspectNews, ReadNews
from pages import caches, tasks
from pages.session import Session
from pages.widgets.reading_choice import choose_reading
from pages.widgets.upload import store_upload
from pages.wording import help_text, literal


def choose_test_file(session: Session, label: str, *, key: str) -> ReadNews | None:
    """Draw the uploader and how the file is read; the task that reads it, None while something is not chosen.

    Args:
        key: of this choice; another one on another page is another file.

    Raises:
        HeadlineLabError: the chosen file is gone, or cannot be read as somebody chose.
    """
    _draw_upload(session, label, key)
    chosen: tuple[Path, str] | None = st.session_state.get(key)
    if chosen is None:
        return None
    file = caches.news_task(*chosen)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{literal(file.name)}**", width="stretch")
        if st.button("Remove", key=f"{key}_remove"):
            del st.session_state[key]
            st.rerun()
    reading, is_complete = choose_reading(
        partial(_inspect, file), ("headline", "description", "category"), key=f"{key}/{file.key()[:12]}"
    )
    return caches.news_task(*chosen, reading) if is_complete else None


def _draw_upload(session: Session, label: str, key: str) -> None:
    """Draw the uploader; store and choose what is uploaded, and keep the reason if it is refused."""
    turn_key, refused_key = f"{key}_turn", f"{key}_refused"
    turn = int(st.session_state.get(turn_key, 0))
    upload = st.file_uploader(
        label,
        key=f"{key}_upload_{turn}",
        help=help_text("The same file types as on the Data page."),
        max_upload_size=250,
        disabled=not session.has_cookie,
    )
    if upload is not None:

        def check(path: Path, name: str) -> FileShape:
            return _inspect(caches.news_task(path, name), GUESSED)

        try:
            path, name, _ = store_upload(session, upload, paths.uploads(), check)
        except HeadlineLabError as error:
            st.session_state[refused_key] = str(error)
        else:
            st.session_state.pop(refused_key, None)
            st.session_state[key] = (path, name)
        st.session_state[turn_key] = turn + 1  # an uploader with a new key holds no file
        st.rerun()
    if refused := st.session_state.get(refused_key):
        st.error(literal(refused))


def _inspect(file: ReadNews, reading: Reading) -> FileShape:
    return tasks.result(InspectNews(file=file.file, name=file.name, reading=reading))
