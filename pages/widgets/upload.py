"""An uploaded file: stored and checked, and the server's memory of it freed."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.errors import HeadlineLabError
from core.news import content_store
from core.news.decompression import NEWS, ExpectedFile
from core.runs import stored_uploads
from pages.session import Session

T = TypeVar("T")


def store_upload(
    session: Session,
    upload: UploadedFile,
    folder: Path,
    check: Callable[[Path, str], T],
    *,
    expected: ExpectedFile = NEWS,
) -> tuple[Path, str, T]:
    """Store the visitor's upload, free the widget's copy, check the stored file; remove it again if the check fails.

    Args:
        check: reads the file at this path, under this name.

    Returns:
        The path, the name, and what ``check`` returned.

    Raises:
        HeadlineLabError: it cannot be stored, or ``check`` refuses it.
    """
    name = content_store.safe_name(upload.name)
    try:
        path = stored_uploads.keep(upload, upload.size, name, folder, session.client, expected=expected)
    finally:
        free(upload)
    try:
        return path, name, check(path, name)
    except HeadlineLabError:
        stored_uploads.discard(path, session.client, expected=expected)
        raise


def free(upload: UploadedFile) -> None:
    """Free the server's memory of an upload now, not when the visitor disconnects."""
    upload.close()
    running = get_script_run_ctx()
    if running and isinstance(running.uploaded_file_mgr, MemoryUploadedFileManager):
        running.uploaded_file_mgr.remove_file(session_id=running.session_id, file_id=upload.file_id)
