"""One route for every download: a file goes to the visitor to whom a page offered it, and to nobody else.

Streamlit's own downloads do neither: it names a file of more than 1 MiB by its length and three samples, so that two
visitors' files can share one address, and it deletes what nobody has fetched when anybody's script ends.
"""

import asyncio
import hmac
import logging
import secrets
import tempfile
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from cachetools import LRUCache
from starlette.datastructures import Headers
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from core.errors import HeadlineLabError
from core.runs.quotas import DOWNLOADS as DOWNLOADS_QUOTA
from core.runs.quotas import Client, fits
from server.addresses import HEADER as ADDRESS
from server.visitors import HEADER as VISITOR

Write = Callable[[BinaryIO], object]  # writes a file's content into a stream

MOST_VISITORS = 500
MOST_OFFERS = 16  # of one visitor
_AT_ONCE = 2  # files that are made at the same time
_PATIENCE = 60.0  # seconds
_BUSY = "Too many large files are being downloaded from here right now. Try again in a minute."
_HEADERS = {
    "Cache-Control": "private, no-store",
    # Streamlit compresses what names no encoding, and takes the length away.
    "Content-Encoding": "identity",
}
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Offer:
    name: str
    media_type: str
    write: Write


@dataclass(slots=True)
class _Visitor:
    """A visitor's offers by ticket, and the lock that makes one of their files at a time."""

    offers: LRUCache[str, _Offer] = field(default_factory=lambda: LRUCache(MOST_OFFERS))
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Downloads:
    """The offers of all visitors, and the ASGI app that answers them.

    An offer outlives the session that made it; the least recently used goes when there are too many. A file lies in the
    folder for temporary files while it is sent; how many bytes may is a quota, and a browser that stops taking is left.

    Args:
        patience: seconds that a browser may take for the next part of a file.
    """

    def __init__(self, patience: float = _PATIENCE) -> None:
        self._patience = patience
        self._sending: dict[object, tuple[Client, int]] = {}
        self._secret = secrets.token_bytes(32)
        self._visitors: LRUCache[str, _Visitor] = LRUCache(MOST_VISITORS)
        self._guard = threading.Lock()  # scripts run in threads
        self._making = asyncio.Semaphore(_AT_ONCE)

    def offer(self, visitor: str, name: str, media_type: str, write: Write, *, thing: str) -> str:
        """Offer a file to a visitor; returns its address, relative to a page's.

        Args:
            name: the file's name in the browser.
            write: makes the content when it is asked for, in another thread. It is held after the script has ended,
                so it refers to keys and paths, not to tables.
            thing: names the content. The address of the same visitor, name and thing stays the same, so a link that
                somebody is about to click survives a rerun of the script.
        """
        text = "\0".join((visitor, name, thing))
        ticket = hmac.new(self._secret, text.encode(), "sha256").hexdigest()
        with self._guard:
            holder = self._visitors.setdefault(visitor, _Visitor())
            holder.offers[ticket] = _Offer(name, media_type, write)
        return f"download/{ticket}"

    def _find(self, visitor: str | None, ticket: str) -> tuple[_Visitor, _Offer] | None:
        with self._guard:
            holder = self._visitors.get(visitor) if visitor else None
            offer = holder.offers.get(ticket) if holder else None
            return (holder, offer) if holder and offer else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        visitor = headers.get(VISITOR)
        owned = self._find(visitor, scope["path_params"]["ticket"])
        if visitor is None or owned is None:
            await PlainTextResponse("Not found", 404, _HEADERS)(scope, receive, send)
            return
        holder, offer = owned
        client, sent = Client(visitor, headers.get(ADDRESS, "")), object()

        async def hand_over(message: Message) -> None:
            async with asyncio.timeout(self._patience):
                await send(message)

        with tempfile.TemporaryDirectory(prefix="headline-lab-") as folder:
            file = Path(folder) / "content"
            async with holder.turn, self._making:
                response = await asyncio.to_thread(_made, offer, file)
                size = file.stat().st_size if file.exists() else 0  # without descriptors there is none
                if not fits(DOWNLOADS_QUOTA, self._sending.values(), client, size):
                    response = PlainTextResponse(_BUSY, 503, _HEADERS | {"Retry-After": "60"})
                    file.unlink()
                    size = 0
                self._sending[sent] = client, size
            try:
                await response(scope, receive, hand_over)
            except TimeoutError:
                _log.info("A browser stopped taking its download")  # its connection is closed
            finally:
                del self._sending[sent]


def _made(offer: _Offer, file: Path) -> Response:
    """The answer with the content, which is written to ``file``; or why there is none."""
    try:
        with file.open("wb") as stream:
            offer.write(stream)
    except HeadlineLabError as error:  # what it was made from is gone
        return PlainTextResponse(str(error), 410, _HEADERS)
    except OSError as error:
        _log.exception("A download could not be made")
        return PlainTextResponse(f"The file could not be made: {error.strerror}.", 500, _HEADERS)
    return FileResponse(
        file, headers=_HEADERS, media_type=offer.media_type, filename=offer.name, stat_result=file.stat()
    )


def download_route(downloads: Downloads) -> Route:
    """The route, also below a ``server.baseUrlPath``."""
    return Route("/{base:path}download/{ticket}", downloads, methods=["GET"])  # and HEAD


DOWNLOADS = Downloads()
