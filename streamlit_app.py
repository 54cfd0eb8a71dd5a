"""The web app's entry: ``streamlit run streamlit_app.py``. Knows who the visitor is; pages/frame.py draws.

Leaves out: signing in. A visitor is whoever holds the cookie.
"""

import importlib
import logging
import secrets
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.cookies import CookieError, SimpleCookie

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core import logs, paths
from core.runs import scheduler
from core.runs.run_store import RunStore

COOKIE = "headline_lab_visitor"  # read by pages/session.py
_YEAR = 365 * 24 * 3600


class VisitorCookie:
    """ASGI middleware: sets a random cookie with a browser's first page, and security headers on every answer.

    The cookie is HttpOnly, so no script on the page reads it, and SameSite=Lax, so no other site sends it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Headers(scope=scope)
        needs_cookie = "text/html" in request.get("accept", "") and not _visitor(request.get("cookie", ""))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["X-Frame-Options"] = "SAMEORIGIN"
                headers["Referrer-Policy"] = "same-origin"
                if needs_cookie:
                    secure = "; Secure" if scope.get("scheme") == "https" else ""
                    cookie = f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; Max-Age={_YEAR}"
                    headers.append("set-cookie", f"{cookie}; HttpOnly; SameSite=Lax{secure}")
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _visitor(cookies: str) -> str:
    """The visitor's cookie among the ``cookies`` of a request; "" when there is none."""
    try:
        cookie = SimpleCookie(cookies).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def on_script_error(error: Exception) -> bool:
    """Show one sentence about a defect of ours to the visitor; write the traceback to the server's log."""
    error_id = secrets.token_hex(4)
    logging.getLogger("headline_lab").error("A page failed (%s)", error_id, exc_info=error)
    st.error(
        "Something went wrong on our side; your file and your runs are safe. Reload the page to go on. "
        f"The server's log has this under {error_id}."
    )
    return True


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Set up the log, watch the queue, and import the pages' largest modules while a browser loads the frame."""
    logs.log_to_stream()
    threading.Thread(target=importlib.import_module, args=("pages.train.run_view",), daemon=True).start()
    scheduler.watch(RunStore(paths.runs()))
    yield


app = st.App(
    "pages/frame.py",
    middleware=[Middleware(VisitorCookie)],
    on_script_error=on_script_error,
    lifespan=lifespan,
)
