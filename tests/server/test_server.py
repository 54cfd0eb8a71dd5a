"""The app as it is served: what a stranger who knows the source tries at the port."""

import asyncio
import http.client
import json
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from email.message import Message
from pathlib import Path

import psutil
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from benchmarks.visitor import Server, Visitor, served
from core import paths
from core.model.classifier import Classifier
from core.model.classifier_archive import unpack
from server.limits import FULL

pytestmark = pytest.mark.slow
HANGS = 120  # seconds


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served() as server:
        yield server


async def session_id(server: Server, cookie: str, *protocols: str) -> str:
    """Open a page by websocket, as a tab does; the id of the session that Streamlit gives."""
    async with asyncio.timeout(HANGS):
        async with connect(
            f"ws://127.0.0.1:{server.port}/_stcore/stream",
            origin=Origin(f"http://127.0.0.1:{server.port}"),
            subprotocols=[Subprotocol(name) for name in ("streamlit", *protocols)],
            additional_headers={"Cookie": cookie},
            proxy=None,
        ) as websocket:
            await websocket.send(BackMsg(rerun_script=ClientState()).SerializeToString())
            while True:
                message = ForwardMsg.FromString(await websocket.recv(decode=False))
                if message.WhichOneof("type") == "new_session":
                    return str(message.new_session.initialize.session_id)


def ask(
    server: Server, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANGS)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, content


def upload(server: Server, cookie: str, session: str, method: str = "PUT") -> int:
    """Send a file to an upload's address with everything that Streamlit asks for; the answer's status."""
    _, token = next(pair.split("=", 1) for pair in cookie.split("; ") if pair.startswith("_streamlit_xsrf"))
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="n.json"\r\n\r\n{}\r\n--b--\r\n'
    status, _ = ask(
        server,
        method,
        f"/_stcore/upload_file/{session}/{uuid.uuid4()}",
        body if method == "PUT" else None,
        Cookie=cookie,
        X_Xsrftoken=token,
        Content_Type="multipart/form-data; boundary=b",
    )
    return status


def full_cookie(server: Server) -> str:
    """A new visitor's cookie, with Streamlit's own token against forged requests."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANGS)
    connection.request("GET", "/_stcore/health")
    xsrf = [value.split(";")[0] for value in connection.getresponse().headers.get_all("set-cookie", [])]
    connection.close()
    return "; ".join([server.cookie(), *xsrf])


def test_a_session_is_its_visitor_s_alone(server: Server) -> None:
    anna, berta = full_cookie(server), full_cookie(server)
    hers = asyncio.run(session_id(server, anna))
    assert asyncio.run(session_id(server, anna, "token", hers)) == hers  # a reconnection
    assert asyncio.run(session_id(server, berta, "token", hers)) != hers
    assert asyncio.run(session_id(server, "", "token", hers)) != hers


@asynccontextmanager
async def open_session(server: Server, cookie: str) -> AsyncIterator[str]:
    """The id of a session that is open meanwhile."""
    async with asyncio.timeout(HANGS), server.connect(cookie) as websocket:
        await websocket.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        while True:
            message = ForwardMsg.FromString(await websocket.recv(decode=False))
            if message.WhichOneof("type") == "new_session":
                break
        yield message.new_session.initialize.session_id


async def _upload_while_open(server: Server, owner: str, asker: str, method: str) -> int:
    """The answer to ``asker``'s upload to the address of a session that ``owner`` has open."""
    async with open_session(server, owner) as session:
        return await asyncio.to_thread(upload, server, asker, session, method)


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_an_upload_is_its_visitor_s_alone(server: Server, method: str) -> None:
    anna, berta = full_cookie(server), full_cookie(server)
    assert asyncio.run(_upload_while_open(server, anna, anna, method)) == 204
    assert asyncio.run(_upload_while_open(server, anna, berta, method)) == 403


@pytest.mark.parametrize(
    ("host", "origin", "status"),
    [
        ("evil.example", "http://evil.example", 421),  # DNS rebinding
        ("evil.example", None, 421),
        ("own", "http://evil.example", 403),
        ("own", "null", 403),
        ("own", "own", 200),
        ("own", None, 200),
    ],
)
def test_host_and_origin_are_checked_before_streamlit(
    server: Server, host: str, origin: str | None, status: int
) -> None:
    own = f"127.0.0.1:{server.port}"
    headers = {"Host": own if host == "own" else host}
    if origin:
        headers["Origin"] = f"http://{own}" if origin == "own" else origin
    assert ask(server, "GET", "/", None, Accept="text/html", **headers)[0] == status

    async def shake_hands() -> None:
        async with connect(
            f"ws://{headers['Host']}/_stcore/stream",
            host="127.0.0.1",
            port=server.port,
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(headers["Origin"]) if "Origin" in headers else None,
            proxy=None,
            open_timeout=HANGS,
        ):
            pass

    if status == 200:
        asyncio.run(shake_hands())
    else:
        with pytest.raises((InvalidStatus, ConnectionClosed)):
            asyncio.run(shake_hands())


def fetch(server: Server, address: str, cookie: str, method: str = "GET") -> tuple[int, Message, bytes]:
    """Status, headers and content of the answer to a browser that takes compressed content."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANGS)
    connection.request(method, f"/{address}", headers={"Cookie": cookie, "Accept-Encoding": "gzip, br"})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


def test_a_download_outlives_its_session_and_is_its_visitor_s_alone(server: Server, tmp_path: Path) -> None:
    anna, berta = server.cookie(), server.cookie()

    async def open_page(cookie: str, runs: int) -> list[str]:
        """The classifier's address after each of the page's runs; the session has ended when this returns."""
        addresses = []
        async with server.connect(cookie) as websocket:
            visitor = Visitor(websocket)
            for _ in range(runs):
                visitor.downloads.clear()
                await visitor.open_page()
                addresses.append(visitor.downloads["Download this classifier"])
        return addresses

    first, *later = asyncio.run(open_page(anna, 3))
    assert later == [first, first]  # a link that somebody is about to click
    asyncio.run(open_page(berta, 3))  # scripts and sessions of others end
    status, headers, content = fetch(server, first, anna)
    assert status == 200
    assert headers["Content-Length"] == str(len(content))
    assert headers["Content-Disposition"] == 'attachment; filename="classifier.headline-lab.zip"'
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
    (tmp_path / "file.zip").write_bytes(content)
    unpacked = unpack(tmp_path / "file.zip", tmp_path / "unpacked")
    assert unpacked.predict(["a new film"]) == Classifier.load(paths.STARTER).predict(["a new film"])
    assert fetch(server, first, anna, "HEAD")[1]["Content-Length"] == str(len(content))
    for stranger in (berta, ""):
        assert fetch(server, first, stranger)[0] == 404
    assert fetch(server, "download/unknown", anna)[0] == 404


def test_large_cookies_are_refused_at_once(server: Server) -> None:
    assert ask(server, "GET", "/", Cookie="a=" + "x" * 15_000)[0] == 431

    async def shake_hands() -> None:
        async with server.connect("a=" + "x" * 15_000):
            pass

    with pytest.raises(InvalidStatus):
        asyncio.run(shake_hands())


def test_metrics_are_shut_and_health_is_open(server: Server) -> None:
    assert ask(server, "GET", "/_stcore/metrics")[0] == 404
    assert ask(server, "GET", "/_stcore/health")[0] == 200


def test_every_page_has_a_policy_and_says_nothing_of_hosts(server: Server) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=HANGS)
    connection.request("GET", "/", headers={"Accept": "text/html"})
    answer = connection.getresponse()
    answer.read()
    assert "frame-ancestors 'self'" in str(answer.headers["Content-Security-Policy"])
    assert f"ws://127.0.0.1:{server.port} " in str(answer.headers["Content-Security-Policy"])
    connection.close()


@pytest.mark.skipif(sys.platform != "linux", reason="limits another process's descriptors")
def test_a_server_without_descriptors_refuses_a_tab_with_a_sentence() -> None:
    with served() as server:
        _, hard = server.process.rlimit(psutil.RLIMIT_NOFILE)
        server.process.rlimit(psutil.RLIMIT_NOFILE, (40, hard))

        async def come() -> list[bool]:
            async with AsyncExitStack() as tabs:
                came = []
                for _ in range(10):
                    try:
                        await tabs.enter_async_context(open_session(server, server.cookie()))
                        came.append(True)
                    except InvalidStatus:
                        came.append(False)
                status, body = ask(server, "GET", "/_stcore/host-config")
                assert (status, json.loads(body)) == (503, FULL)
                assert ask(server, "GET", "/_stcore/health")[0] == 200
                return came

        came = asyncio.run(come())
        assert came[0]
        assert came == sorted(came, reverse=True)  # who has come stays; from then on nobody else comes
        assert not came[-1]
        server.process.rlimit(psutil.RLIMIT_NOFILE, (hard, hard))
        assert ask(server, "GET", "/_stcore/host-config")[0] == 200


def test_an_upload_that_never_ends_does_not_hold_up_the_server_s_end() -> None:
    """A byte comes again and again, so the limit for bodies that stall does not end it."""

    async def trickle(server: Server, cookie: str, session: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        _, token = next(
            pair.split("=", 1) for pair in cookie.split("; ") if pair.startswith("_streamlit_xsrf")
        )
        writer.write(
            f"PUT /_stcore/upload_file/{session}/f1 HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Cookie: {cookie}\r\nX-Xsrftoken: {token}\r\nContent-Length: 10000000\r\n"
            "Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n".encode()
        )
        ended = asyncio.create_task(reader.read())
        await asyncio.wait([ended], timeout=1)
        assert not ended.done()  # the server waits for the rest
        server.process.terminate()
        with suppress(ConnectionError):
            while not ended.done():
                writer.write(b"x")
                await writer.drain()
                await asyncio.wait([ended], timeout=0.2)
        writer.close()

    async def run(server: Server) -> None:
        cookie = full_cookie(server)
        with suppress(ConnectionClosed):  # the tab's websocket ends with the server
            async with open_session(server, cookie) as session:
                await trickle(server, cookie, session)

    with served() as server:
        asyncio.run(run(server))
        server.process.wait(timeout=HANGS)
