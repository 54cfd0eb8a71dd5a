"""A request to a middleware or an app, without a server: what the app is asked, and what the browser gets."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

Pairs = list[tuple[str, str]]


@dataclass
class Exchange:
    """One request: the scope that reached the app (None: it was refused), and the messages both sides got."""

    scope: dict[str, Any] | None = None
    taken: list[Message] = field(default_factory=list)
    answers: list[Message] = field(default_factory=list)

    @property
    def status(self) -> int:
        return int(self.answers[0]["status"])

    def asked_headers(self, name: str) -> list[str]:
        """Values of a header that reached the app."""
        assert self.scope is not None
        return [value.decode() for key, value in self.scope["headers"] if key.lower() == name.encode()]

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.answers)

    def header(self, name: str) -> list[str]:
        """Values of a header of the answer."""
        return [value.decode() for key, value in self.answers[0]["headers"] if key.lower() == name.encode()]


def request(
    middleware: Callable[[ASGIApp], ASGIApp],
    headers: Pairs = [],  # noqa: B006 - read only
    *,
    kind: str = "http",
    scheme: str = "http",
    client: str = "192.0.2.1",
    method: str = "GET",
    path: str = "/",
    messages: Sequence[Message] = (),
    sends: Sequence[Message] = (),
) -> Exchange:
    """Send one request through the middleware to an app that reads all ``messages`` and answers with ``sends``."""
    exchange = Exchange()
    waiting = [*messages, {"type": "websocket.disconnect"}]

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        exchange.scope = dict(scope)
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": []})
            return
        for message in sends:
            await send(message)
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                return
            exchange.taken.append(message)

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        exchange.answers.append(message)

    scope = {
        "type": kind,
        "scheme": scheme,
        "client": (client, 50000),
        "method": method,
        "path": path,
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }

    async def run() -> None:
        await middleware(app)(scope, receive, send)

    asyncio.run(run())
    return exchange


async def ask(
    app: ASGIApp,
    path: str,
    headers: Pairs = [],  # noqa: B006 - read only
    *,
    method: str = "GET",
    send: Send | None = None,
) -> Exchange:
    """Send one request to an app that answers it itself; the browser stays until it has the whole answer.

    Args:
        send: gets each message of the answer besides.
    """
    exchange = Exchange()
    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()  # stays connected
        asked = True
        return {"type": "http.request"}

    async def answer(message: Message) -> None:
        exchange.answers.append(message)
        if send:
            await send(message)

    scope = {
        "type": "http",
        "scheme": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    await app(scope, receive, answer)
    return exchange
