"""Sessions whose tab is gone.

Streamlit keeps them for two minutes, so that a lost connection costs nothing, but frees them when the next visitor
comes, and leaves each the three descriptors of its script's event loop. Here they are freed by time, their uploads with
them, and have no descriptors meanwhile.
"""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from streamlit.runtime import Runtime
from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_session_storage import MemorySessionStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.session_manager import SessionInfo
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from server.memory import give_back_memory

_EVERY = 1.0  # seconds
_log = logging.getLogger(__name__)


class ClosedSessions(MemorySessionStorage):
    """Streamlit's storage, emptied by :meth:`free`; used on the server's event loop alone."""

    _cache: TTLCache[str, SessionInfo]

    def delete(self, session_id: str) -> None:
        """Take a session out, to go on with it or to end it; its script has an event loop again."""
        info = self.get(session_id)
        super().delete(session_id)
        if info and info.session._script_event_loop.is_closed():
            info.session._script_event_loop = asyncio.new_event_loop()

    def free(self) -> None:
        """End the sessions whose time is over; close the event loops of the others whose script has ended."""
        for _, info in self._cache.expire():
            info.session.shutdown()
        for info in self.list():
            if info.session._scriptrunner is None:
                info.session._script_event_loop.close()


def free_unowned_uploads(runtime: Runtime) -> None:
    """Free what was uploaded to a session that ended before its upload did."""
    uploads = runtime.uploaded_file_mgr
    assert isinstance(uploads, MemoryUploadedFileManager)
    sessions = {info.session.id for info in runtime._session_mgr.list_sessions()}
    for session_id in set(uploads.file_storage) - sessions:
        uploads.remove_session_files(session_id)


async def _free_by_time(runtime: Runtime, closed: ClosedSessions, when_empty: Callable[[], None]) -> None:
    before = 0
    while True:
        await asyncio.sleep(_EVERY)
        try:
            closed.free()
            free_unowned_uploads(runtime)
            sessions = len(runtime._session_mgr.list_sessions())
            if before and not sessions:
                when_empty()
                gc.collect()  # a session's parts refer to one another; nobody waits for an answer now
            if sessions < before:
                await asyncio.to_thread(give_back_memory)
            before = sessions
        except Exception:
            _log.exception("Closed sessions could not be freed")


@asynccontextmanager
async def freed_by_time(
    runtime: Runtime, ttl_seconds: int, when_empty: Callable[[], None]
) -> AsyncIterator[None]:
    """Keep closed sessions in a storage of ours, and look every second for what is to be freed.

    Args:
        when_empty: called when the last session has ended.
    """
    manager = runtime._session_mgr
    assert isinstance(manager, WebsocketSessionManager)
    manager._session_storage = closed = ClosedSessions(ttl_seconds=ttl_seconds)
    freeing = asyncio.create_task(_free_by_time(runtime, closed, when_empty))
    try:
        yield
    finally:
        freeing.cancel()
