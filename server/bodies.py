"""What a browser sends: a body that stalls is cut, and uploads wait for memory.

An upload lies in memory from its last byte until its page has stored it. A visitor may have as much there as the
largest upload, all at one address three times as much and all visitors four times, so that one address leaves room to
the others; what comes on top waits at its last byte. Until then it lies in the folder for temporary files, of which
there is more, but not without end.
"""

import asyncio
import signal
from collections.abc import Callable, Mapping

import streamlit as st
import uvicorn
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager

from core.runs.quotas import Client, Quota, fits
from server.addresses import HEADER as ADDRESS
from server.visitors import HEADER as VISITOR

_IDLE = 30.0  # seconds without a byte
_PATIENCE = 60.0  # seconds that an upload waits for memory
_LOOK = 0.2  # seconds
_SHUTDOWN = 2  # seconds
# Largest uploads of one address, and of all.
_OF_ADDRESS, _OF_ALL = 3, 4
_ARRIVING_OF_VISITOR, _ARRIVING_OF_ADDRESS, _ARRIVING_OF_ALL = 2, 12, 16
_UPLOAD = "/_stcore/upload_file/"
_CLOSE = {"Connection": "close"}
_Uploads = dict[object, tuple[Client, int]]  # whose, and the bytes


def bound_shutdown() -> None:
    """Let uvicorn, asked to end, wait two seconds for open requests; its own default is without end.

    Streamlit starts uvicorn without this setting, so it is set on the server that waits for the signal.
    """
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    if isinstance(server, uvicorn.Server):
        server.config.timeout_graceful_shutdown = _SHUTDOWN


class IdleLimit:
    """ASGI middleware: a request whose body stays away for ``seconds`` is answered with 408 and cut."""

    def __init__(self, app: ASGIApp, seconds: float = _IDLE) -> None:
        self.app = app
        self.seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        more = True

        async def take() -> Message:
            nonlocal more
            if not more:
                return await receive()  # waits for the browser to go
            try:
                async with asyncio.timeout(self.seconds):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(
                    408, f"Nothing has arrived for {self.seconds:g} seconds. Try again.", _CLOSE
                ) from None
            more = message.get("more_body", False)
            return message

        await self.app(scope, take, send)


def parked_uploads() -> Mapping[str, int]:
    """Session id -> bytes of its uploads that lie in memory."""
    uploads = runtime.get_instance().uploaded_file_mgr
    assert isinstance(uploads, MemoryUploadedFileManager)
    # Copies, for scripts take files out meanwhile.
    return {
        session_id: sum(len(file.data) for file in list(files.values()))
        for session_id, files in list(uploads.file_storage.items())
    }


def largest_upload() -> int:
    """Bytes."""
    return int(st.get_option("server.maxUploadSize")) * 2**20


class UploadMemory:
    """ASGI middleware behind SessionGuard: lets an upload end when there is memory for it.

    Args:
        parked: session id -> bytes in memory.
        largest: bytes of the largest upload, which all limits are multiples of.
        patience: seconds that an upload waits before it is refused.
    """

    def __init__(
        self,
        app: ASGIApp,
        parked: Callable[[], Mapping[str, int]] = parked_uploads,
        largest: Callable[[], int] = largest_upload,
        patience: float = _PATIENCE,
    ) -> None:
        self.app = app
        self.parked = parked
        self.largest = largest
        self.patience = patience
        self._clients: dict[str, Client] = {}  # by session id, of sessions with an upload
        # Uploads that have not ended, with their bytes so far, and those on their way into memory.
        self._arriving: _Uploads = {}
        self._ending: _Uploads = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "PUT" or _UPLOAD not in scope["path"]:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        client = Client(headers[VISITOR], headers[ADDRESS])  # SessionGuard has let it in
        session_id = scope["path"].partition(_UPLOAD)[2].partition("/")[0]
        upload = object()
        received = 0

        async def take() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            self._check_arriving(upload, client, received)
            if message["type"] == "http.request" and not message.get("more_body"):
                await self._wait_for_room(client, received)
                self._ending[upload] = client, received
            return message

        try:
            await self.app(scope, take, send)
        finally:
            self._arriving.pop(upload, None)
            if self._ending.pop(upload, None):
                self._clients[session_id] = client

    def _check_arriving(self, upload: object, client: Client, received: int) -> None:
        self._arriving.pop(upload, None)
        largest = self.largest()
        quota = Quota(
            visitor=_ARRIVING_OF_VISITOR * largest,
            address=_ARRIVING_OF_ADDRESS * largest,
            total=_ARRIVING_OF_ALL * largest,
        )
        if not fits(quota, self._arriving.values(), client, received):
            raise HTTPException(503, "Too many uploads are running. Try again in a few minutes.", _CLOSE)
        self._arriving[upload] = client, received

    async def _wait_for_room(self, client: Client, size: int) -> None:
        try:
            async with asyncio.timeout(self.patience):
                while not self._has_room(client, size):
                    await asyncio.sleep(_LOOK)
        except TimeoutError:
            raise HTTPException(
                503, "The server's memory is full of uploads. Try again in a few minutes.", _CLOSE
            ) from None

    def _has_room(self, client: Client, size: int) -> bool:
        parked = self.parked()
        self._clients = {session: by for session, by in self._clients.items() if session in parked}
        nobody, largest = Client("", ""), self.largest()
        uploads = [(self._clients.get(session, nobody), bytes_) for session, bytes_ in parked.items()]
        quota = Quota(visitor=largest, address=_OF_ADDRESS * largest, total=_OF_ALL * largest)
        # What is larger than the largest fits an empty memory, and Streamlit refuses it.
        return fits(quota, [*uploads, *self._ending.values()], client, size)
