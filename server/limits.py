"""How many descriptors the server may have open, and what is refused before it runs out of them.

A tab costs four: its websocket, and three of the event loop that Streamlit makes for its session. Where none is left
nothing can be opened: no connection, no file, no run.
"""

import logging
import sys
from collections.abc import Callable

import psutil
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_MOST = 10_240  # macOS grants no more; enough for 1,900 tabs
_OF_A_TAB = 4
_STREAM, _HOST_CONFIG = "/_stcore/stream", "/_stcore/host-config"
# In lines as long as the frame's box for it.
FULL = "This server is full right now.\nThe page tries again by itself.\nNothing of yours is lost."
_log = logging.getLogger(__name__)


def raise_descriptor_limit() -> int | None:
    """Raise the soft limit to the hard one; returns it, None where a system has no such limit (Windows)."""
    if sys.platform == "win32":
        return None
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return None
    limit = soft
    wanted = _MOST if hard == resource.RLIM_INFINITY else min(hard, _MOST)
    if wanted > soft:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            limit = wanted
        except (OSError, ValueError) as error:
            _log.warning("The limit of open descriptors stays at %d: %s", soft, error)
    _log.info(
        "Up to %d descriptors may be open: about %d tabs", limit, (limit - _reserve(limit)) // _OF_A_TAB
    )
    return limit


def _reserve(limit: int) -> int:
    """Descriptors that tabs leave to pages being loaded, files and runs."""
    return limit // 4


def has_room() -> bool:
    """Whether another tab leaves enough descriptors to everything else."""
    if sys.platform == "win32":
        return True
    import resource

    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if limit == resource.RLIM_INFINITY:
        return True
    try:
        used: int = psutil.Process().num_fds()
    except OSError:  # reading the list takes one as well
        return False
    return used + _OF_A_TAB <= limit - _reserve(limit)


class TabLimit:
    """ASGI middleware: refuses a tab's websocket where descriptors would run out.

    The frame in the browser asks for ``host-config`` before it connects, shows the sentence of a refusal, and asks
    again by itself.
    """

    def __init__(self, app: ASGIApp, has_room: Callable[[], bool] = has_room) -> None:
        self.app = app
        self.has_room = has_room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "websocket" and path.endswith(_STREAM) and not self.has_room():
            _log.warning("Refused a tab: no descriptors left for it")
            await receive()  # websocket.connect
            await send({"type": "websocket.close", "code": 1013, "reason": FULL.replace("\n", " ")})
        elif scope["type"] == "http" and path.endswith(_HOST_CONFIG) and not self.has_room():
            # JSON, for the frame shows no other text.
            await JSONResponse(FULL, 503, {"Retry-After": "10", "Cache-Control": "no-store"})(
                scope, receive, send
            )
        else:
            await self.app(scope, receive, send)
