"""What every upload needs once its bytes are stored."""

from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


def free(upload: UploadedFile) -> None:
    """Free the server's memory of an upload now, not when the visitor disconnects."""
    upload.close()
    running = get_script_run_ctx()
    if running and isinstance(running.uploaded_file_mgr, MemoryUploadedFileManager):
        running.uploaded_file_mgr.remove_file(session_id=running.session_id, file_id=upload.file_id)
