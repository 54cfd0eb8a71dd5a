"""Choose a news file: an upload, the synthetic sample, the server's own file."""

from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import paths
from core.errors import HeadlineLabError, NewsFileError
from core.news import content_store
from pages import caches
from pages.data import reading_form
from pages.session import Session
from pages.widgets.upload import store_upload
from pages.wording import help_text, literal, size

_TURN, _REFUSED = "data_upload_turn", "data_upload_refused"
_FORMATS = (
    "JSON Lines, a JSON array, CSV or another table of texts, plain or compressed. Each article needs a "
    "headline and a category. You choose the columns. Description and date are optional."
)


def choose_news(session: Session, slot: DeltaGenerator) -> None:
    """Draw the ways to choose a file; ``slot``, an ``st.empty``, takes the progress bar of reading."""
    upload = st.file_uploader(
        "Upload a news file",
        key=f"data_upload_{_turn()}",
        help=help_text(_FORMATS),
        max_upload_size=250,
        disabled=not session.has_cookie,
    )
    st.caption("CSV, JSON, Excel, Parquet and more. It may be compressed, as .zip or .gz.")
    if upload is not None:
        _take(session, upload, slot)
        st.session_state[_TURN] = _turn() + 1  # an uploader with a new key holds no file
        st.rerun()
    if refused := st.session_state.get(_REFUSED):
        st.error(literal(refused))
    st.caption("Or choose a ready-made file:")
    if st.button(
        "Synthetic sample", key="data_sample", icon=":material/science:", width="stretch", help=_SAMPLE_HELP
    ):
        use_sample(session)
    for key, (path, name, about) in SMALL_SAMPLES.items():
        if st.button(name, key=f"data_{key}", icon=":material/science:", width="stretch", help=about):
            _forget_refusal()
            session.choose_news(path, f"{name} (invented)")
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
    "8,000 invented articles in 10 categories. Small and quick, with the same problems as real news."
)
# key: the file, its name, what it is.
SMALL_SAMPLES = {
    "order": (
        paths.WHO_BEAT_WHOM,
        "Who beat whom",
        "6,400 invented headlines in 2 categories. Order and memory decide: which team stands first, and a word far "
        "before the end. Counting words tells nothing.",
    ),
    "spanish": (
        paths.SPANISH_NEWS,
        "Spanish news",
        "1,600 news headlines in Spanish in 7 categories, all invented for this app. A network learns them "
        "in seconds.",
    ),
    "hindi": (
        paths.HINDI_NEWS,
        "Hindi news",
        "1,200 news headlines in Hindi in 6 categories, all invented for this app. A network learns them "
        "in seconds.",
    ),
    "tickets": (
        paths.SUPPORT_TICKETS,
        "Support tickets",
        "1,400 English messages to an invented shop, in 7 queues. They are not news, but a network learns "
        "them in the same way.",
    ),
}
_SERVER_HELP = "A news file that the person who runs this server offers to everyone."


def use_sample(session: Session) -> None:
    _forget_refusal()
    session.choose_news(paths.SAMPLE, caches.SAMPLE_NAME)


def draw_details(session: Session, fingerprint: str | None) -> None:
    """Draw the name and size of the chosen file, and its fingerprint once it is read."""
    if session.news_name is None:
        return
    path = session.news_path
    st.markdown(f"**Chosen: {literal(session.news_name)}**")
    stored = [size(path.stat().st_size)] if path and path.exists() else []
    read = [f"fingerprint `{fingerprint[:12]}`"] if fingerprint else []
    st.caption(
        ", ".join(stored + read),
        help=(
            "The first characters of its SHA-256. The same file always has the same ones, whatever its name."
        )
        if read
        else None,
    )


def _take(session: Session, upload: UploadedFile, slot: DeltaGenerator) -> None:
    """Store and choose the upload; keep the reason if it is refused."""

    def check(path: Path, name: str) -> None:
        task = caches.news_task(path, name)
        shape = reading_form.inspect(task, slot)
        if len(shape.columns) == 1:
            raise NewsFileError(f"{name} has one column. A news file needs a headline and a category.")
        if not reading_form.is_complete(shape):
            return  # the visitor is asked
        try:
            caches.read_news(task, slot)
        except NewsFileError:
            if not shape.unused:  # with no other columns to choose from there is nothing to ask
                raise

    try:
        path, name, _ = store_upload(session, upload, paths.uploads(), check)
    except HeadlineLabError as error:
        st.session_state[_REFUSED] = str(error)
    else:
        _forget_refusal()
        session.choose_news(path, name)


def _turn() -> int:
    return int(st.session_state.get(_TURN, 0))


def _forget_refusal() -> None:
    st.session_state.pop(_REFUSED, None)
