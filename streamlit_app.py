"""The web app's entry: ``streamlit run streamlit_app.py``. Knows who the visitor is; pages/frame.py draws.

Leaves out: signing in. A visitor is whoever holds the cookie.
"""

import importlib
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from streamlit import runtime

from core import logs, paths
from core.files import unwritable
from core.runs import scheduler
from core.runs.run_store import RunStore
from pages.script_errors import on_script_error
from pages.single_flight_cache import SingleFlightCache
from server.addresses import VisitorAddress
from server.bodies import IdleLimit, UploadMemory, bound_shutdown
from server.class_address import announce
from server.closed_sessions import freed_by_time
from server.downloads import DOWNLOADS, download_route
from server.fonts import font_route
from server.headers import SecurityHeaders
from server.hosts import HostCheck
from server.limits import TabLimit, raise_descriptor_limit
from server.sessions import SessionGuard
from server.visitors import VisitorCookie, Visitors, server_secret


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Set up log and limits, print the address, watch the queue, import the largest modules while a browser loads."""
    logs.log_to_stream()
    if refused := unwritable(paths.storage()):
        logging.getLogger("headline_lab").error(
            "The storage cannot be written: %s. Nothing that visitors choose, upload or train is kept.",
            ", ".join(map(str, refused)),
        )
    raise_descriptor_limit()
    bound_shutdown()
    announce()
    threading.Thread(target=importlib.import_module, args=("pages.train.run_view",), daemon=True).start()
    scheduler.watch(RunStore(paths.runs()))
    async with freed_by_time(
        runtime.get_instance(),
        st.get_option("server.disconnectedSessionTTL"),
        when_empty=SingleFlightCache.forget_all,
    ):
        yield


secret = server_secret(paths.cookie_secret())
app = st.App(
    "pages/frame.py",
    routes=[download_route(DOWNLOADS), font_route()],
    # From the outside in.
    middleware=[
        Middleware(HostCheck),
        Middleware(SecurityHeaders),
        Middleware(VisitorCookie, visitors=Visitors(secret, paths.visitors())),
        Middleware(VisitorAddress, secret=secret),
        Middleware(SessionGuard),
        Middleware(TabLimit),
        Middleware(IdleLimit),
        Middleware(UploadMemory),
    ],
    on_script_error=on_script_error,
    lifespan=lifespan,
)
