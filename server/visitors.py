"""Who a visitor is: a random token in a signed cookie.

The browser holds the token; its SHA-256 names the visitor's files, so no name on the disk opens anything. A cookie that
this server did not sign is nobody's. The middleware tells the scripts the visitor's name alone, in a header that a
browser cannot set.
"""

import hashlib
import logging
import re
import secrets
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from filelock import FileLock
from itsdangerous import BadSignature, Signer
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.files import atomic_writer

COOKIE = "headline_lab_visitor"
SECURE_COOKIE = f"__Host-{COOKIE}"  # over https: a browser takes it from this host alone
HEADER = "x-headline-lab-visitor"  # set here, read by pages/session.py

_SECRET_BYTES = 32
_YEAR = 365 * 24 * 3600
_UNSIGNED = re.compile(
    r"[A-Za-z0-9_-]{32}"
)  # a cookie of version 0.2.0 and before: 24 random bytes in base 64
_log = logging.getLogger(__name__)


def visitor_name(token: str) -> str:
    """The name of the token's holder: 32 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


class Visitors:
    """Makes and checks cookies.

    Args:
        secret: see :func:`server_secret`.
        records: the folder with a ``<visitor>.json`` for each visitor.
    """

    def __init__(self, secret: bytes, records: Path) -> None:
        self._signer = Signer(secret, salt=COOKIE, digest_method=hashlib.sha256)
        self._records = records

    def new_cookie(self) -> str:
        """The value of a new visitor's cookie."""
        return self.sign(secrets.token_urlsafe(24))

    def sign(self, token: str) -> str:
        return self._signer.sign(token).decode()

    def token(self, cookie: str) -> str | None:
        """The token of a cookie that this server made; None for any other value.

        An unsigned cookie of version 0.2.0 is taken where its holder left a record: nobody guesses 24 random bytes.
        """
        try:
            return self._signer.unsign(cookie).decode()
        except (BadSignature, UnicodeDecodeError):
            known = _UNSIGNED.fullmatch(cookie) and (self._records / f"{visitor_name(cookie)}.json").is_file()
            return cookie if known else None

    def is_signed(self, cookie: str) -> bool:
        return self._signer.validate(cookie)


def server_secret(file: Path) -> bytes:
    """The server's secret, from ``file`` or made once; a storage that cannot be written gets one for this start alone.

    The file's folder is made where it is missing.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{file}.lock"):  # two servers that start at once agree
            if not file.is_file() or file.stat().st_size != _SECRET_BYTES:
                with atomic_writer(file) as stream:  # 0600: only this user reads it
                    stream.write(secrets.token_bytes(_SECRET_BYTES))
            return file.read_bytes()
    except OSError as error:
        _log.error(
            "The secret that signs cookies cannot be kept (%s): they hold until this server ends", error
        )
    return secrets.token_bytes(_SECRET_BYTES)


class VisitorCookie:
    """ASGI middleware: gives a browser its cookie with its first page, and tells the app who asks.

    The cookie is HttpOnly, so no script on the page reads it, and SameSite=Lax, so no other site sends it.
    """

    def __init__(self, app: ASGIApp, visitors: Visitors) -> None:
        self.app = app
        self.visitors = visitors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        secure = scope.get("scheme") in ("https", "wss")
        headers = Headers(scope=scope)
        cookies = headers.get("cookie", "")
        cookie = _cookie(cookies, SECURE_COOKIE if secure else COOKIE)
        if secure and not cookie:
            unsigned = _cookie(cookies, COOKIE)  # of version 0.2.0, which knew no other name
            cookie = "" if self.visitors.is_signed(unsigned) else unsigned
        token = self.visitors.token(cookie)
        scope = dict(scope, headers=[pair for pair in scope["headers"] if pair[0].lower() != HEADER.encode()])
        if token:
            scope["headers"].append((HEADER.encode(), visitor_name(token).encode()))
        if scope["type"] == "websocket" or "text/html" not in headers.get("accept", ""):
            await self.app(scope, receive, send)
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start" and not (token and self.visitors.is_signed(cookie)):
                value = self.visitors.sign(token) if token else self.visitors.new_cookie()
                flags = f"Path=/; Max-Age={_YEAR}; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
                MutableHeaders(scope=message).append(
                    "set-cookie", f"{SECURE_COOKIE if secure else COOKIE}={value}; {flags}"
                )
            await send(message)

        await self.app(scope, receive, answer)


def _cookie(cookies: str, name: str) -> str:
    try:
        cookie = SimpleCookie(cookies).get(name)
    except CookieError:
        return ""
    return cookie.value if cookie else ""
