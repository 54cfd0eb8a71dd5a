"""Where a visitor comes from, for limits that dropping a cookie does not lift.

The middleware tells the scripts a keyed hash of the address, in a header that a browser cannot set. The address itself
goes to no file and no log. Behind a proxy uvicorn finds it in ``X-Forwarded-For``, where the proxy is on this machine
or in the environment variable ``FORWARDED_ALLOW_IPS``.
"""

import hmac
from ipaddress import IPv6Address, ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

HEADER = "x-headline-lab-address"  # set here, read by pages/session.py


class VisitorAddress:
    """ASGI middleware: names the address of whoever asks by 32 hexadecimal digits.

    Args:
        secret: without it, all IPv4 addresses can be hashed in minutes.
    """

    def __init__(self, app: ASGIApp, secret: bytes) -> None:
        self.app = app
        self.secret = secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            headers = [pair for pair in scope["headers"] if pair[0].lower() != HEADER.encode()]
            headers.append((HEADER.encode(), self._name(scope.get("client")).encode()))
            scope = dict(scope, headers=headers)
        await self.app(scope, receive, send)

    def _name(self, client: tuple[str, int] | None) -> str:
        address = _without_host_bits(client[0] if client else "")
        return hmac.new(self.secret, f"address\0{address}".encode(), "sha256").hexdigest()[:32]


def _without_host_bits(host: str) -> str:
    """The address; of an IPv6 address the first 64 bits, for whoever has one has all that begin with them.

    Empty where there is none, as behind a Unix socket.
    """
    try:
        address = ip_address(host)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
    return str(address)
