"""Where the news comes from: an upload, the synthetic sample, the server's own file."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import paths
from core.errors import NewsFileError
from core.news import content_store
from core.news.news import News
from pages import caches
from pages.session import Session
from pages.wording import literal, size

SAMPLE_NAME = "synthetic sample"
_TURN, _REFUSED = "data_upload_turn", "data_upload_refused"
_FORMATS = (
    "One JSON object a line, a JSON array, or a CSV whose first line names the columns. Each article needs a headline "
    "and a category; short_description and date may be missing. A zip holds one file."
)


def choose(session: Session, slot: DeltaGenerator) -> None:
    """The ways to take a file. ``place``, an ``st.empty``, shows the progress of reading."""
    upload = st.file_uploader(
        "Upload a news file", key=f"data_upload_{_turn()}", help=_FORMATS, max_upload_size=250
    )
    st.caption("JSON lines, a JSON array or CSV; also as .gz, .xz, .zip.")
    if upload is not None:
        _take(session, upload, slot)
        st.session_state[_TURN] = _turn() + 1  # an uploader with a new key holds no file
        st.rerun()
    if refused := st.session_state.get(_REFUSED):
        st.error(literal(refused))
    st.caption("Or take one that is here:")
    if st.button(
        "Synthetic sample", key="data_sample", icon=":material/science:", width="stretch", help=_SAMPLE_HELP
    ):
        use_sample(session)
    server = paths.server_news()
    if server and st.button(
        literal(content_store.safe_name(server.name)),
        key="data_server",
        icon=":material/dns:",
        width="stretch",
        help=_SERVER_HELP,
    ):
        _forget_refusal()
        session.choose_news(server, content_store.safe_name(server.name))


_SAMPLE_HELP = (
    "8,000 articles in 10 categories, all of them invented: small, quick, and with the troubles of real news."
)
_SERVER_HELP = "The news file that the person running this server put here for everyone."


def use_sample(session: Session) -> None:
    _forget_refusal()
    session.choose_news(paths.SAMPLE, SAMPLE_NAME)


def read(session: Session, slot: DeltaGenerator) -> News | None:
    """The chosen file, read behind a progress bar when nobody has read it yet; None when none is chosen.

    Raises:
        NewsFileError: it is gone, or is no news.
    """
    if session.news_name is None:
        return None
    news = session.read_news(Progress(slot, session.news_name))
    slot.empty()
    return news


class Progress:
    """A progress bar that is drawn at most a hundred times, and not at all for what is done at once."""

    def __init__(self, slot: DeltaGenerator, name: str) -> None:
        self._place, self._name, self._shown = slot, name, 0.0

    def __call__(self, share: float) -> None:
        if share >= self._shown + 0.01:
            self._shown = share
            self._place.progress(min(1.0, share), f"Reading {literal(self._name)}, checking every line")


def details(news: News, session: Session) -> None:
    """What identifies the chosen file."""
    path = session.news_path
    stored = f"{size(path.stat().st_size)}, " if path and path.exists() else ""
    st.markdown(f"**Chosen: {literal(news.name)}**")
    st.caption(
        f"{stored}fingerprint `{news.fingerprint[:12]}`",
        help="The start of the file's SHA-256. The same file has the same one, whatever its name.",
    )


def _take(session: Session, upload: UploadedFile, slot: DeltaGenerator) -> None:
    """Store the upload, free the widget's copy, read the stored file; remove it unless it is news."""
    name = content_store.safe_name(upload.name)
    try:
        path = content_store.store(upload, name, paths.uploads())
    except NewsFileError as error:
        st.session_state[_REFUSED] = str(error)
        return
    finally:
        free(upload)
    try:
        caches.read_news(path, name, Progress(slot, name))
    except NewsFileError as error:
        content_store.remove(path, paths.uploads())
        st.session_state[_REFUSED] = str(error)
    else:
        _forget_refusal()
        session.choose_news(path, name)


def free(upload: UploadedFile) -> None:
    """Free the server's memory of an upload now, not when the visitor disconnects."""
    upload.close()
    running = get_script_run_ctx()
    if running and isinstance(running.uploaded_file_mgr, MemoryUploadedFileManager):
        running.uploaded_file_mgr.remove_file(session_id=running.session_id, file_id=upload.file_id)


def _turn() -> int:
    return int(st.session_state.get(_TURN, 0))


def _forget_refusal() -> None:
    st.session_state.pop(_REFUSED, None)
