"""Bodies: one that stalls is cut, and an upload ends when there is memory for it."""

import asyncio
from collections.abc import Sequence

import pytest
from anyio.lowlevel import checkpoint
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from server.addresses import HEADER as ADDRESS
from server.bodies import IdleLimit, UploadMemory
from server.visitors import HEADER as VISITOR

DISCONNECT: Message = {"type": "http.disconnect"}


def part(body: bytes, *, more: bool = True) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def browser(messages: Sequence[Message]) -> Receive:
    """What a server gives an app: these messages, then nothing for ever."""
    waiting = list(messages)

    async def receive() -> Message:
        await checkpoint()  # as a message that is not there yet
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    return receive


async def others_go_on() -> None:
    for _ in range(20):
        await checkpoint()


async def send(message: Message) -> None:
    raise AssertionError(f"a middleware of bodies answers by an exception, not by {message}")


class Reader:
    """An app that takes so many messages."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.taken: list[Message] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for _ in range(self.count):
            self.taken.append(await receive())


def read(messages: Sequence[Message], count: int, *, seconds: float) -> list[Message]:
    reader = Reader(count)
    scope = {"type": "http", "method": "PUT", "path": "/"}
    asyncio.run(IdleLimit(reader, seconds)(scope, browser(messages), send))
    return reader.taken


@pytest.mark.parametrize("messages", [[], [part(b"a"), part(b"b")]])
def test_a_body_that_stalls_is_refused_and_its_connection_closed(messages: list[Message]) -> None:
    with pytest.raises(HTTPException) as refusal:
        read(messages, len(messages) + 1, seconds=0.01)
    assert refusal.value.status_code == 408
    assert refusal.value.headers == {"Connection": "close"}


def test_a_form_that_stalls_is_answered() -> None:
    """As Streamlit's route for uploads reads it."""
    answers: list[Message] = []

    async def store(request: Request) -> Response:
        await request.form()
        return Response(status_code=204)

    async def send(message: Message) -> None:
        answers.append(message)

    app = Starlette(
        routes=[Route("/", store, methods=["PUT"])], middleware=[Middleware(IdleLimit, seconds=0.01)]
    )
    headers = [(b"content-type", b"multipart/form-data; boundary=b")]
    scope = {"type": "http", "method": "PUT", "path": "/", "headers": headers}
    asyncio.run(app(scope, browser([part(b"--b\r\n")]), send))
    assert answers[0]["status"] == 408
    assert (b"connection", b"close") in [(name.lower(), value) for name, value in answers[0]["headers"]]
    assert answers[1]["body"] == b"Nothing has arrived for 0.01 seconds. Try again."


def test_a_body_that_comes_is_left_as_it_is() -> None:
    messages = [part(b"a"), part(b"b"), part(b"", more=False)]
    assert read(messages, 3, seconds=60) == messages


def test_after_its_body_a_request_may_last() -> None:
    """A download waits for its browser to go; with a limit of 0 s this would end at its first wait."""

    async def run() -> list[Message]:
        messages, ended = [part(b"", more=False), DISCONNECT], Reader(2)

        async def receive() -> Message:
            if messages[0] is DISCONNECT:
                await checkpoint()
            return messages.pop(0)

        await IdleLimit(ended, 0)({"type": "http", "method": "GET", "path": "/"}, receive, send)
        return ended.taken

    assert asyncio.run(run()) == [part(b"", more=False), DISCONNECT]


class Memory:
    """Uploads as Streamlit parks them: an app that takes a body whole and keeps its size under its session."""

    def __init__(self, *, largest: int = 10, patience: float = 0.0) -> None:
        self.parked: dict[str, int] = {}
        self.uploads = UploadMemory(self._park, lambda: self.parked, lambda: largest, patience)

    async def _park(self, scope: Scope, receive: Receive, send: Send) -> None:
        session, size, more = scope["path"].split("/")[3], 0, True
        while more:
            message = await receive()
            size += len(message["body"])
            more = message["more_body"]
        await checkpoint()  # others come meanwhile
        self.parked[session] = self.parked.get(session, 0) + size

    async def upload(
        self, visitor: str, size: int, session: str = "", address: str = "", *, stalls: bool = False
    ) -> None:
        """Without an ``address`` each visitor has one."""
        scope = {
            "type": "http",
            "method": "PUT",
            "path": f"/_stcore/upload_file/{session or visitor}/f1",
            "headers": [
                (VISITOR.encode(), visitor.encode()),
                (ADDRESS.encode(), (address or f"address of {visitor}").encode()),
            ],
        }
        await self.uploads(scope, browser([part(b"x" * size), part(b"", more=False)][: 2 - stalls]), send)

    def statuses(self, *sizes: tuple[str, int, str] | tuple[str, int, str, str]) -> list[int]:
        """Upload all together; 204 for what was parked, else the refusal's status."""

        async def run() -> list[int]:
            ended = await asyncio.gather(*(self.upload(*upload) for upload in sizes), return_exceptions=True)
            return [error.status_code if isinstance(error, HTTPException) else 204 for error in ended]

        return asyncio.run(run())


def test_a_visitor_parks_as_much_as_the_largest_upload() -> None:
    memory = Memory()
    assert memory.statuses(("anna", 6, "one"), ("anna", 4, "two")) == [204, 204]
    assert memory.statuses(("anna", 1, "three")) == [503]
    assert memory.statuses(("berta", 10, "four")) == [204]
    assert memory.parked == {"one": 6, "two": 4, "four": 10}


def test_uploads_that_end_together_are_counted_together() -> None:
    memory = Memory()
    assert memory.statuses(("anna", 6, "one"), ("anna", 6, "two")) == [204, 503]


def test_all_visitors_together_park_four_of_the_largest() -> None:
    memory = Memory()
    assert memory.statuses(*((f"visitor {i}", 10, f"session {i}") for i in range(6))) == [204] * 4 + [503] * 2
    assert sum(memory.parked.values()) == 40


def test_who_drops_the_cookie_each_time_leaves_room_to_other_addresses() -> None:
    memory = Memory()
    school = [(f"visitor {i}", 10, f"session {i}", "school") for i in range(6)]
    assert memory.statuses(*school) == [204] * 3 + [503] * 3
    assert memory.statuses(("one more", 1, "later", "school")) == [503]
    assert memory.statuses(("anna", 10, "elsewhere", "home")) == [204]


def test_what_was_freed_can_be_taken_again() -> None:
    memory = Memory()
    memory.statuses(("anna", 10, "one"))
    memory.parked.clear()
    assert memory.statuses(("anna", 10, "two")) == [204]


def test_an_upload_waits_until_another_was_stored() -> None:
    async def run() -> dict[str, int]:
        memory = Memory(patience=600)
        await memory.upload("anna", 10, "one")
        waiting = asyncio.create_task(memory.upload("anna", 7, "two"))
        await others_go_on()
        assert not waiting.done()
        del memory.parked["one"]
        await waiting
        return memory.parked

    assert asyncio.run(run()) == {"two": 7}


def test_an_upload_that_has_not_ended_takes_no_memory_from_others() -> None:
    """Otherwise whoever stalls four uploads would stop everybody's."""

    async def run() -> dict[str, int]:
        memory = Memory()
        stalled = [
            asyncio.create_task(memory.upload(f"visitor {i}", 10, f"session {i}", stalls=True))
            for i in range(4)
        ]
        await others_go_on()
        await memory.upload("anna", 10, "one")
        for task in stalled:
            task.cancel()
        return memory.parked

    assert asyncio.run(run()) == {"one": 10}


def test_uploads_that_never_end_are_limited_where_they_lie_meanwhile() -> None:
    """Each sends all but its last byte, then nothing; with a cookie kept, and one dropped each time."""

    async def refused(*uploads: tuple[str, int, str, str]) -> list[bool]:
        memory = Memory()
        tasks = [asyncio.create_task(memory.upload(*upload, stalls=True)) for upload in uploads]
        await others_go_on()
        ended = [isinstance(task.done() and task.exception(), HTTPException) for task in tasks]
        for task in tasks:
            task.cancel()
        return ended

    same = [("anna", 10, f"session {i}", "school") for i in range(3)]
    assert asyncio.run(refused(*same)) == [False] * 2 + [True]
    dropped = [(f"visitor {i}", 10, f"session {i}", "school") for i in range(13)]
    elsewhere = [(f"other {i}", 10, f"other {i}", f"address {i}") for i in range(5)]
    assert asyncio.run(refused(*dropped, *elsewhere)) == [False] * 12 + [True] + [False] * 4 + [True]


def test_what_streamlit_refuses_as_too_large_reaches_it() -> None:
    assert Memory().statuses(("anna", 11, "one")) == [204]
