"""A Streamlit session belongs to the visitor who opened it.

Streamlit takes a session's id as proof: whoever names it, at a handshake or in an upload's address, is let in. Here the
id is tied to the visitor when the session is made, and another visitor who names it gets a session of their own, or a
refusal. Messages that no page of ours sends are dropped, ``clear_cache`` first: it empties everybody's caches.
"""

import logging

from cachetools import LRUCache
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from server.page_changes import PageChanges, page_of
from server.visitors import HEADER

_STREAM = "/_stcore/stream"
_UPLOAD = "/_stcore/upload_file/"
_METRICS = "/_stcore/metrics"
_PROTOCOLS = "sec-websocket-protocol"  # "streamlit, <XSRF token>, <id of the session to go on with>"
# What the frame in the browser sends in normal use.
_TAKEN = frozenset(
    {"rerun_script", "stop_script", "file_urls_request", "app_heartbeat", "backend_operation_request"}
)
_log = logging.getLogger(__name__)


class SessionGuard:
    """ASGI middleware behind VisitorCookie: checks that a session is used by its visitor alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        # Session id -> visitor; many more than Streamlit keeps.
        self.owners: LRUCache[str, str] = LRUCache(10_000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "websocket" and path.endswith(_STREAM):
            await self._stream(scope, receive, send)
        elif scope["type"] == "http" and _UPLOAD in path and scope["method"] != "OPTIONS":
            await self._upload(scope, receive, send)
        elif scope["type"] == "http" and path.endswith(_METRICS):
            await PlainTextResponse("Not found", 404)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _upload(self, scope: Scope, receive: Receive, send: Send) -> None:
        session_id = scope["path"].partition(_UPLOAD)[2].partition("/")[0]
        visitor = Headers(scope=scope).get(HEADER)
        if visitor is None or self.owners.get(session_id) != visitor:
            await PlainTextResponse("This upload is not yours", 403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        visitor = headers.get(HEADER)
        session_id = ""
        changes = PageChanges()

        async def take() -> Message:
            while True:
                message = await receive()
                if message["type"] != "websocket.receive":
                    return message
                asked = _back_message(message.get("bytes"))
                if asked is None:
                    return message
                if not _is_taken(asked):
                    continue
                if asked.HasField("rerun_script") and changes.bring_along(
                    asked.rerun_script, page_of(session_id)
                ):
                    message["bytes"] = asked.SerializeToString()
                return message

        async def answer(message: Message) -> None:
            nonlocal session_id
            if not session_id and message["type"] == "websocket.send":
                session_id = _session_id(message.get("bytes"))
                if session_id and visitor:
                    self.owners[session_id] = visitor
            await send(message)

        await self.app(self._without_foreign_session(scope, headers, visitor), take, answer)

    def _without_foreign_session(self, scope: Scope, headers: Headers, visitor: str | None) -> Scope:
        """The scope, without the id of a session that is not this visitor's: Streamlit then makes a new one."""
        protocols = headers.get(_PROTOCOLS, "").split(",")
        session_id = protocols[2].strip() if len(protocols) > 2 else ""
        if not session_id or (visitor is not None and self.owners.get(session_id) == visitor):
            return scope
        kept = ",".join(protocols[:2]).encode()
        return dict(
            scope,
            headers=[
                (name, kept if name.lower() == _PROTOCOLS.encode() else value)
                for name, value in scope["headers"]
            ],
        )


def _back_message(data: bytes | None) -> BackMsg | None:
    """What a browser sends; None if it cannot be read, which Streamlit is to see, for it closes the connection."""
    message = BackMsg()
    try:
        message.ParseFromString(data or b"")
    except Exception:  # protobuf's DecodeError, which its type stubs do not name
        return None
    return message


def _is_taken(message: BackMsg) -> bool:
    """Whether a message goes on to Streamlit."""
    kind = message.WhichOneof("type")
    if kind is None or kind in _TAKEN:
        return True
    _log.warning("Dropped a message of the kind %s", kind)
    return False


def _session_id(data: bytes | None) -> str:
    """The id of the session that Streamlit names in the first message of a script's run; empty in all others."""
    message = ForwardMsg()
    message.ParseFromString(data or b"")
    return message.new_session.initialize.session_id if message.WhichOneof("type") == "new_session" else ""
