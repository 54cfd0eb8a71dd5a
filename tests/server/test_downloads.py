"""A download belongs to the visitor to whom it was offered, and lives on when scripts and sessions have ended."""

import asyncio
import errno
import gc
import tempfile
from pathlib import Path
from typing import BinaryIO

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import Message
from streamlit.web.server.starlette.starlette_app import create_streamlit_middleware

from core.errors import NewsFileError
from core.runs.parked_files import ParkedFile
from core.runs.quotas import Quota
from server import downloads as module
from server.addresses import HEADER as ADDRESS
from server.downloads import MOST_OFFERS, MOST_VISITORS, Downloads, download_route
from server.visitors import HEADER, VisitorCookie, Visitors, server_secret
from tests.server.asgi import Exchange, ask

HANGS = 120  # seconds


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def downloads() -> Downloads:
    return Downloads()


def offer(
    downloads: Downloads, visitor: str, content: bytes = b"a,b\r\n", name: str = "f.csv", thing: str = "x"
) -> str:
    def write(stream: BinaryIO) -> None:
        stream.write(content)

    return downloads.offer(visitor, name, "text/csv", write, thing=thing)


def fetch(downloads: Downloads, visitor: str | None, address: str, method: str = "GET") -> Exchange:
    app = Starlette(routes=[download_route(downloads)])
    headers = [(HEADER, visitor)] if visitor else []
    return asyncio.run(ask(app, f"/{address}", headers, method=method))


def test_a_visitor_gets_the_file_whole(downloads: Downloads, temporary: Path) -> None:
    content = bytes(range(256)) * 5_000
    answer = fetch(downloads, "anna", offer(downloads, "anna", content))
    assert answer.status == 200
    assert answer.body == content
    assert answer.header("content-length") == [str(len(content))]
    assert answer.header("content-disposition") == ['attachment; filename="f.csv"']
    assert answer.header("content-type") == ["text/csv; charset=utf-8"]
    assert answer.header("cache-control") == ["private, no-store"]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nobody_else_gets_it(downloads: Downloads, method: str) -> None:
    address = offer(downloads, "anna")
    offer(downloads, "berta")
    for stranger in ("berta", "nobody", None):
        answer = fetch(downloads, stranger, address, method)
        assert answer.status == 404
        assert answer.header("cache-control") == ["private, no-store"]
    assert fetch(downloads, "anna", "download/unknown", method).status == 404


def test_the_visitor_is_whose_cookie_was_signed(downloads: Downloads, tmp_path: Path) -> None:
    visitors = Visitors(server_secret(tmp_path / "cookie_secret"), tmp_path / "visitors")
    app = Starlette(
        routes=[download_route(downloads)], middleware=[Middleware(VisitorCookie, visitors=visitors)]
    )
    path = f"/{offer(downloads, 'anna')}"
    assert asyncio.run(ask(app, path, [(HEADER, "anna")])).status == 404  # a browser cannot say who it is


def test_a_length_is_sent_through_streamlit_s_compression(downloads: Downloads) -> None:
    app = Starlette(routes=[download_route(downloads)], middleware=create_streamlit_middleware())
    content = b"word " * 100_000
    headers = [(HEADER, "anna"), ("accept-encoding", "gzip")]
    answer = asyncio.run(ask(app, f"/{offer(downloads, 'anna', content)}", headers))
    assert answer.body == content
    assert answer.header("content-length") == [str(len(content))]


def test_head_says_the_length_and_sends_nothing(downloads: Downloads) -> None:
    answer = fetch(downloads, "anna", offer(downloads, "anna", b"12345"), "HEAD")
    assert (answer.status, answer.header("content-length"), answer.body) == (200, ["5"], b"")
    assert fetch(downloads, "anna", offer(downloads, "anna"), "POST").status == 405


def test_a_name_that_is_no_ascii_is_sent_as_rfc_6266_has_it(downloads: Downloads) -> None:
    answer = fetch(downloads, "anna", offer(downloads, "anna", name='é"\r\n.csv'))
    assert answer.header("content-disposition") == ["attachment; filename*=utf-8''%C3%A9%22%0D%0A.csv"]


def test_an_address_stays_for_the_same_thing_and_changes_with_it(downloads: Downloads) -> None:
    address = offer(downloads, "anna", b"old")
    assert offer(downloads, "anna", b"new") == address
    assert fetch(downloads, "anna", address).body == b"new"
    others = {
        offer(downloads, "berta"),
        offer(downloads, "anna", name="g.csv"),
        offer(downloads, "anna", thing="y"),
        offer(Downloads(), "anna"),  # another server: nobody computes an address
    }
    assert len(others | {address}) == 5


def test_below_a_base_path_too(downloads: Downloads) -> None:
    assert fetch(downloads, "anna", "lab/" + offer(downloads, "anna")).status == 200


def test_the_least_recently_used_goes(downloads: Downloads) -> None:
    addresses = [offer(downloads, "anna", thing=str(number)) for number in range(MOST_OFFERS)]
    assert fetch(downloads, "anna", addresses[0]).status == 200
    offer(downloads, "anna", thing="one more")
    assert [fetch(downloads, "anna", address).status for address in addresses[:3]] == [200, 404, 200]
    for number in range(MOST_VISITORS):
        offer(downloads, f"visitor {number}")
    assert fetch(downloads, "anna", addresses[0]).status == 404


def test_what_an_offer_held_is_free_when_it_goes(downloads: Downloads, temporary: Path) -> None:
    downloads.offer("anna", "f", "text/plain", ParkedFile(b"1").copy_to, thing="x")
    gc.collect()
    assert [file.read_bytes() for file in temporary.iterdir()] == [b"1"]
    for number in range(MOST_OFFERS):
        offer(downloads, "anna", thing=str(number))
    gc.collect()
    assert list(temporary.iterdir()) == []


def test_a_content_that_is_gone_is_said(downloads: Downloads, temporary: Path) -> None:
    def gone(stream: BinaryIO) -> None:
        stream.write(b"half of it")
        raise NewsFileError("The file is no longer on the server.")

    answer = fetch(downloads, "anna", downloads.offer("anna", "f", "text/csv", gone, thing="x"))
    assert (answer.status, answer.body) == (410, b"The file is no longer on the server.")
    assert list(temporary.iterdir()) == []


def test_a_full_disk_is_said(downloads: Downloads, temporary: Path) -> None:
    def full(stream: BinaryIO) -> None:
        raise OSError(28, "No space left on device")

    answer = fetch(downloads, "anna", downloads.offer("anna", "f", "text/csv", full, thing="x"))
    assert (answer.status, answer.body) == (500, b"The file could not be made: No space left on device.")
    assert list(temporary.iterdir()) == []


def test_want_of_descriptors_is_said(downloads: Downloads, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, mode: str) -> BinaryIO:
        raise OSError(errno.EMFILE, "Too many open files")

    address = offer(downloads, "anna", b"abc")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        answer = fetch(downloads, "anna", address)
    assert (answer.status, answer.body) == (500, b"The file could not be made: Too many open files.")
    assert fetch(downloads, "anna", address).body == b"abc"


def test_a_visitor_whose_files_take_long_holds_up_nobody(downloads: Downloads) -> None:
    """Contents are written in threads, one of a visitor at a time, so one visitor never takes all of them."""
    app = Starlette(routes=[download_route(downloads)])

    async def all_of_them() -> list[Exchange]:
        loop, begun, answered = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

        def write(stream: BinaryIO) -> None:
            loop.call_soon_threadsafe(begun.set)
            asyncio.run_coroutine_threadsafe(answered.wait(), loop).result(HANGS)

        slow = downloads.offer("anna", "slow", "text/csv", write, thing="x")
        hers = [asyncio.create_task(ask(app, f"/{slow}", [(HEADER, "anna")])) for _ in range(5)]
        await begun.wait()
        other = await ask(app, f"/{offer(downloads, 'berta')}", [(HEADER, "berta")])
        answered.set()
        return [other, *await asyncio.gather(*hers)]

    answers = asyncio.run(asyncio.wait_for(all_of_them(), HANGS))
    assert [answer.status for answer in answers] == [200] * 6


def test_a_browser_that_leaves_leaves_nothing_behind(downloads: Downloads, temporary: Path) -> None:
    async def leave(message: Message) -> None:
        if message["type"] == "http.response.body":
            raise OSError("the connection is gone")

    app = Starlette(routes=[download_route(downloads)])
    address = offer(downloads, "anna", b"x" * 1_000_000)
    with pytest.raises(BaseException, match=r"gone|unhandled errors"):
        asyncio.run(ask(app, f"/{address}", [(HEADER, "anna")], send=leave))
    assert list(temporary.iterdir()) == []


async def fetch_together(downloads: Downloads, *clients: tuple[str, str]) -> list[int]:
    """The statuses of downloads whose browsers take nothing until all are answered."""
    app = Starlette(routes=[download_route(downloads)])
    answered: asyncio.Queue[int] = asyncio.Queue()
    all_answered = asyncio.Event()

    async def take(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered.put_nowait(message["status"])
        await all_answered.wait()

    async def fetch_as(visitor: str, address: str) -> int:
        path = f"/{offer(downloads, visitor, b'12345')}"
        headers = [(HEADER, visitor), (ADDRESS, address)]
        return (await ask(app, path, headers, send=take)).status

    tasks: list[asyncio.Task[int]] = []
    statuses = []
    for client in clients:  # one after the other
        tasks.append(asyncio.create_task(fetch_as(*client)))
        statuses.append(await answered.get())
    all_answered.set()
    assert statuses == await asyncio.gather(*tasks)
    return statuses


def test_bytes_that_are_being_sent_are_limited(
    downloads: Downloads, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "DOWNLOADS_QUOTA", Quota(visitor=10, address=15, total=20))
    clients = [("anna", "school")] * 3 + [("berta", "school")] * 2 + [("carlo", "home"), ("dora", "train")]
    statuses = asyncio.run(asyncio.wait_for(fetch_together(downloads, *clients), HANGS))
    assert statuses == [200, 200, 503, 200, 503, 200, 503]
    assert list(temporary.iterdir()) == []
    refused = asyncio.run(fetch_together(downloads, ("anna", "school")))
    assert refused == [200]  # what was sent is free again


def test_a_browser_that_stops_taking_is_left(temporary: Path) -> None:
    async def stall(message: Message) -> None:
        if message["type"] == "http.response.body":
            await asyncio.Event().wait()

    downloads = Downloads(patience=0.01)
    app = Starlette(routes=[download_route(downloads)])
    path = f"/{offer(downloads, 'anna', b'x' * 1_000_000)}"
    answer = asyncio.run(asyncio.wait_for(ask(app, path, [(HEADER, "anna")], send=stall), HANGS))
    assert answer.status == 200
    assert list(temporary.iterdir()) == []
