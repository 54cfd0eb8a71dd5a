"""Under which names the server is asked, and by which sites' pages.

A page of another site must not speak to this server from a visitor's browser: neither openly, with its own Origin, nor
under a name of its own that leads here (DNS rebinding), with its own Host. Both are checked before Streamlit, which
would ask a service on the internet for this machine's public address when it meets a foreign Origin.
"""

import ipaddress
import os
import socket
from collections.abc import Callable
from urllib.parse import urlsplit

import psutil
import websockets.http11
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

VARIABLE = "HEADLINE_LAB_HOSTS"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}
_MOST_COOKIES = 4096  # bytes
# Of a header in a handshake. From 8 kB on websockets gives up without an answer, and the browser waits for a minute;
# h11, which reads the request before, refuses 64 kB.
websockets.http11.MAX_LINE_LENGTH = 65_536


def machine_hosts() -> set[str]:
    """Names and addresses of this machine: loopback, its host name, ``<name>.local``, its network cards' addresses."""
    name = socket.gethostname().lower()
    addresses = {
        card.address.partition("%")[0].lower()  # fe80::1%eth0: a browser names no card
        for cards in psutil.net_if_addrs().values()
        for card in cards
        if card.family in (socket.AF_INET, socket.AF_INET6)
    }
    return _LOOPBACK | {name, name.partition(".")[0], f"{name.partition('.')[0]}.local"} | addresses


def configured_hosts() -> set[str]:
    """What the operator adds by ``HEADLINE_LAB_HOSTS``: names and addresses, between commas."""
    return {host.strip().lower() for host in os.environ.get(VARIABLE, "").split(",") if host.strip()}


def host_name(host: str) -> str | None:
    """``Lab.school:8501`` -> ``lab.school``, ``[::1]:8501`` -> ``::1``; None for what is no host."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # raises on a port that is none
    except ValueError:
        return None
    if not parts.hostname or parts.netloc != host or parts.username is not None:
        return None
    name = parts.hostname.lower().rstrip(".")
    try:
        return str(ipaddress.ip_address(name))
    except ValueError:
        return name


class HostCheck:
    """ASGI middleware: refuses foreign hosts, foreign origins and oversized cookies.

    Args:
        hosts: this machine's names and addresses; asked again when an unknown one comes, for a laptop changes networks.
        configured: what the operator allows besides.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Callable[[], set[str]] = machine_hosts,
        configured: Callable[[], set[str]] = configured_hosts,
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.allowed = hosts() | configured()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(headers)
        if refusal is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()  # websocket.connect
            await send({"type": "websocket.close", "code": 1008, "reason": refusal[1]})
        else:
            await PlainTextResponse(refusal[1], refusal[0])(scope, receive, send)

    def _refusal(self, headers: Headers) -> tuple[int, str] | None:
        """Status and sentence; None where nothing is to be refused."""
        if sum(map(len, headers.getlist("cookie"))) > _MOST_COOKIES:
            return (
                431,
                "The cookies of this address are too large. Remove them in the browser, then try again.",
            )
        hosts = headers.getlist("host")
        host = hosts[0] if len(hosts) == 1 else ""
        if not self._is_allowed(host_name(host)):
            return (
                421,
                f"This server does not answer to this name. Its operator can allow it with {VARIABLE}.",
            )
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return 403, "Pages from other sites may not use this server."
        return None

    def _is_allowed(self, name: str | None) -> bool:
        if name is not None and name not in self.allowed:
            self.allowed |= self.hosts()
        return name in self.allowed
