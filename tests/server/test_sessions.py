"""A Streamlit session is used by the visitor who opened it, and by nobody else."""

from typing import Any

import pytest
from starlette.types import Message
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from server.sessions import SessionGuard
from server.visitors import HEADER
from tests.server.asgi import Exchange, Pairs, request

PROTOCOLS = "sec-websocket-protocol"
STREAM = "/_stcore/stream"


def opening(session_id: str) -> list[Message]:
    """What Streamlit sends first: something else, then the new session."""
    before, message = ForwardMsg(), ForwardMsg()
    before.delta.new_element.empty.SetInParent()
    message.new_session.initialize.session_id = session_id
    return [
        {"type": "websocket.accept"},
        {"type": "websocket.send", "bytes": before.SerializeToString()},
        {"type": "websocket.send", "bytes": message.SerializeToString()},
    ]


def back_message(kind: str) -> Message:
    message = BackMsg()
    if BackMsg.DESCRIPTOR.fields_by_name[kind].message_type:
        getattr(message, kind).SetInParent()
    else:
        setattr(message, kind, True)
    return {"type": "websocket.receive", "bytes": message.SerializeToString()}


class Server:
    """One guard, as a server has it, with the app of each request behind it."""

    def __init__(self) -> None:
        self.guard = SessionGuard(None)  # type: ignore[arg-type]

    def ask(self, visitor: str | None, headers: Pairs | None = None, **options: Any) -> Exchange:
        def middleware(app: object) -> SessionGuard:
            self.guard.app = app  # type: ignore[assignment]
            return self.guard

        own = [(HEADER, visitor)] if visitor else []
        return request(middleware, own + (headers or []), **options)

    def connect(self, visitor: str | None, session_id: str = "one", **options: Any) -> Exchange:
        return self.ask(visitor, kind="websocket", path=STREAM, sends=opening(session_id), **options)


@pytest.fixture
def server() -> Server:
    server = Server()
    server.connect("anna", "session-of-anna")
    return server


def test_the_opening_reaches_the_browser_whole(server: Server) -> None:
    assert server.connect("anna", "x").answers == opening("x")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_a_stranger_uploads_nothing_and_deletes_nothing(server: Server, method: str) -> None:
    path = "/_stcore/upload_file/session-of-anna/f1"
    assert server.ask("anna", method=method, path=path).status == 200
    for other in ("berta", None):
        refused = server.ask(other, method=method, path=path)
        assert refused.status == 403
        assert refused.scope is None
    assert server.ask("anna", method=method, path="/_stcore/upload_file/unknown/f1").status == 403


def test_who_has_no_cookie_parks_no_file(server: Server) -> None:
    server.connect(None, "session-of-nobody")
    assert server.ask(None, method="PUT", path="/_stcore/upload_file/session-of-nobody/f1").status == 403


def test_a_session_goes_on_for_its_visitor_alone(server: Server) -> None:
    asked = [(PROTOCOLS, "streamlit, token, session-of-anna")]
    assert server.connect("anna", headers=asked).asked_headers(PROTOCOLS) == [
        "streamlit, token, session-of-anna"
    ]
    for other in ("berta", None):
        assert server.connect(other, headers=asked).asked_headers(PROTOCOLS) == ["streamlit, token"]
    # Who asks for it in vain does not take it over.
    assert server.ask("anna", method="PUT", path="/_stcore/upload_file/session-of-anna/f1").status == 200


@pytest.mark.parametrize("protocols", ["streamlit", "streamlit, token", "streamlit, , session-of-anna"])
def test_a_handshake_without_a_foreign_session_is_left_as_it_is(server: Server, protocols: str) -> None:
    assert server.connect("anna", headers=[(PROTOCOLS, protocols)]).asked_headers(PROTOCOLS) == [protocols]


@pytest.mark.parametrize(
    "kind",
    [
        "clear_cache",
        "set_run_on_save",
        "load_git_info",
        "debug_disconnect_websocket",
        "debug_shutdown_runtime",
    ],
)
def test_a_message_that_no_page_sends_is_dropped(server: Server, kind: str) -> None:
    messages = [back_message(kind), back_message("rerun_script")]
    assert server.connect("anna", messages=messages).taken == messages[1:]


def test_every_kind_is_decided() -> None:
    """A new version of Streamlit with another kind of message is looked at."""
    assert {field.name for field in BackMsg.DESCRIPTOR.fields} == {
        "rerun_script",
        "stop_script",
        "file_urls_request",
        "app_heartbeat",
        "backend_operation_request",
        "clear_cache",
        "set_run_on_save",
        "load_git_info",
        "debug_disconnect_websocket",
        "debug_shutdown_runtime",
    }


def test_what_is_no_message_is_left_to_streamlit(server: Server) -> None:
    messages: list[Message] = [
        {"type": "websocket.receive", "bytes": b"\xff\xff"},
        {"type": "websocket.receive", "text": "x"},
    ]
    assert server.connect("anna", messages=messages).taken == messages


def test_metrics_are_shut(server: Server) -> None:
    assert server.ask("anna", path="/_stcore/metrics").status == 404
    assert server.ask("anna", path="/_stcore/health").status == 200
