"""Download a classifier as a file, import one, or remove an imported one."""

import tempfile
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core import paths
from core.errors import HeadlineLabError
from core.model.classifier_archive import SUFFIX, pack
from core.runs.imported_classifiers import ImportedClassifiers
from pages.session import Session
from pages.widgets.download import download
from pages.widgets.upload import free
from pages.wording import help_text, literal, plain

_TURN, _REFUSED = "classifier_turn", "classifier_refused"
_IMPORTED = "classifier_brought"  # the chosen run at the last import, and the imported id
MOST_MB = 250


def classifier_file(session: Session, folder: Path, imported_id: str | None) -> None:
    """Draw the download of the classifier in ``folder``, its removal if it was imported, and the upload of another."""
    with st.expander("Download or upload a classifier", icon=":material/swap_vert:"):
        download(
            session,
            "Download this classifier",
            partial(pack, folder),
            thing=str(folder),
            name=f"classifier{SUFFIX}",
            media_type="application/zip",
            key="download_classifier",
            stretch=True,
        )
        st.caption(
            "One file with its vocabulary, settings and weights. Any Headline Lab can open it. It contains "
            "only numbers and text, so it is safe to open."
        )
        if imported_id and st.button(
            "Remove this classifier", key="remove_imported", icon=":material/delete:"
        ):
            imported_classifiers().remove(session.visitor, imported_id)
            st.rerun()
        upload = st.file_uploader(
            "Upload a classifier",
            key=f"classifier/{st.session_state.get(_TURN, 0)}",
            max_upload_size=MOST_MB,
            disabled=not session.has_cookie,
            help=help_text(
                "A file that was downloaded from this app. Models from other programs are not opened, because "
                "they can contain code."
            ),
        )
        if upload is not None:
            _import(session, upload)
            st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
            st.rerun()
        if refused := st.session_state.get(_REFUSED):
            st.error(literal(refused))


def last_imported_id(session: Session) -> str | None:
    """The id of the last imported classifier; None once another run is chosen."""
    run, imported_id = st.session_state.get(_IMPORTED, (None, None))
    return imported_id if run == (session.run.id if session.run else None) else None


def imported_classifiers() -> ImportedClassifiers:
    return ImportedClassifiers(paths.imported())


def _import(session: Session, upload: UploadedFile) -> None:
    st.session_state.pop(_REFUSED, None)
    name = plain(upload.name)[:80]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "upload"
        try:
            with file.open("wb") as stream:
                while block := upload.read(1 << 20):
                    stream.write(block)
            imported = imported_classifiers().add(session.client, file, name=name)
        except HeadlineLabError as error:
            st.session_state[_REFUSED] = str(error)
        except OSError:
            st.session_state[_REFUSED] = "The server's disk is full, so the classifier could not be kept."
        else:
            st.session_state[_IMPORTED] = (session.run.id if session.run else None, imported.id)
        finally:
            free(upload)
