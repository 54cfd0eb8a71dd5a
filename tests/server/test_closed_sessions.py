"""Sessions whose tab is gone: without descriptors, freed by time, their uploads with them."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import cast

import psutil
import pytest
from streamlit.runtime import Runtime
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.caching.ttl_cache import TTLCache
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.runtime.session_manager import SessionClient
from streamlit.runtime.uploaded_file_manager import UploadedFileRec
from streamlit.runtime.websocket_session_manager import WebsocketSessionManager

from server import closed_sessions
from server.closed_sessions import ClosedSessions, free_unowned_uploads, freed_by_time

TTL = 120


class Server:
    """Streamlit's own manager of sessions and uploads over our storage, with a clock of its own."""

    def __init__(self) -> None:
        self.now = 0.0
        self.closed = ClosedSessions(ttl_seconds=TTL)
        self.closed._cache = TTLCache(128, TTL, timer=lambda: self.now)
        self.uploads = MemoryUploadedFileManager("/upload")
        self.manager = WebsocketSessionManager(self.closed, self.uploads, ScriptCache(), None)

    def connect(self, existing: str | None = None) -> str:
        client = cast(SessionClient, SimpleNamespace())
        return self.manager.connect_session(client, ScriptData("page.py", False), {}, existing)

    def session(self, session_id: str) -> AppSession:
        info = self.manager.get_session_info(session_id)
        assert info is not None
        return info.session

    def upload(self, session_id: str) -> None:
        self.uploads.add_file(session_id, UploadedFileRec("f1", "news.json", "text/plain", b"x" * 1000))

    def leave(self, session_id: str, *, after: float = 0.0) -> None:
        """The tab is closed; the server frees what it may, this much later."""
        self.manager.disconnect_session(session_id)
        self.now += after
        self.closed.free()


def on_a_server(test: Callable[[Server], Awaitable[None]]) -> Callable[[], None]:
    """Run the test on an event loop, as a server does."""

    def run() -> None:
        asyncio.run(test(Server()))  # type: ignore[arg-type]

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not count descriptors")
@on_a_server
async def test_a_closed_session_has_no_descriptors(server: Server) -> None:
    before = psutil.Process().num_fds()
    sessions = [server.connect() for _ in range(5)]
    assert psutil.Process().num_fds() == before + 15
    for session_id in sessions:
        server.leave(session_id)
    assert len(server.closed.list()) == 5
    assert psutil.Process().num_fds() == before


@on_a_server
async def test_who_comes_back_goes_on_with_the_same_session(server: Server) -> None:
    session_id = server.connect()
    session = server.session(session_id)
    server.leave(session_id, after=TTL - 1)
    assert session._script_event_loop.is_closed()
    assert server.connect(session_id) == session_id
    assert server.session(session_id) is session
    assert not session._script_event_loop.is_closed()
    server.manager.close_session(session_id)
    assert session._script_event_loop.is_closed()


@on_a_server
async def test_a_script_that_still_runs_keeps_its_event_loop(server: Server) -> None:
    session_id = server.connect()
    session = server.session(session_id)
    session._scriptrunner = cast(ScriptRunner, SimpleNamespace(request_stop=lambda: None))
    server.leave(session_id)
    assert not session._script_event_loop.is_closed()
    session._scriptrunner = None
    server.closed.free()
    assert session._script_event_loop.is_closed()


@on_a_server
async def test_a_session_ends_by_time_and_its_uploads_with_it(server: Server) -> None:
    session_id = server.connect()
    server.upload(session_id)
    server.leave(session_id, after=TTL - 1)
    assert server.uploads.file_storage.keys() == {session_id}
    server.now += 1
    server.closed.free()  # without another visitor
    assert not server.uploads.file_storage
    assert server.connect(session_id) != session_id


@on_a_server
async def test_an_upload_that_outlives_its_session_is_freed(server: Server) -> None:
    runtime = cast(Runtime, SimpleNamespace(uploaded_file_mgr=server.uploads, _session_mgr=server.manager))
    open_, closed, over = server.connect(), server.connect(), server.connect()
    server.manager.close_session(over)
    server.leave(closed)
    for session_id in (open_, closed, over):
        server.upload(session_id)
    free_unowned_uploads(runtime)
    assert server.uploads.file_storage.keys() == {open_, closed}


@on_a_server
async def test_when_the_last_session_has_ended_its_memory_comes_back(server: Server) -> None:
    runtime = cast(Runtime, SimpleNamespace(uploaded_file_mgr=server.uploads, _session_mgr=server.manager))
    loop, events = asyncio.get_running_loop(), asyncio.Queue[str]()

    def happens(event: str) -> None:
        loop.call_soon_threadsafe(events.put_nowait, event)

    async def after(event: str) -> list[str]:
        """What happens until this has."""
        seen = [await events.get()]
        while seen[-1] != event:
            seen.append(await events.get())
        return [each for each in seen if each != "look"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(closed_sessions, "_EVERY", 0)
        patch.setattr(closed_sessions, "free_unowned_uploads", lambda runtime: happens("look"))
        patch.setattr(closed_sessions, "give_back_memory", lambda: happens("given back"))
        async with freed_by_time(runtime, TTL, when_empty=lambda: happens("empty")):
            first, second = server.connect(), server.connect()
            for _ in range(2):  # the first look may have been before both came
                await after("look")
            server.manager.close_session(first)
            assert await after("given back") == ["given back"]
            server.manager.close_session(second)
            assert await after("given back") == ["empty", "given back"]
