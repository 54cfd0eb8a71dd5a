"""The entry: who the visitor is, and what a visitor sees of a defect."""

import asyncio

import pytest
from starlette.types import Message, Receive, Scope, Send

from pages.session import COOKIE
from streamlit_app import COOKIE as GIVEN
from streamlit_app import VisitorCookie


def answer_headers(*, scheme: str = "http", kind: str = "http", **asked: str) -> list[tuple[str, str]]:
    """Headers of the page's answer to a request with the headers ``asked``."""

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    sent: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("a request without a body is not read")

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": kind,
        "scheme": scheme,
        "headers": [(name.encode(), value.encode()) for name, value in asked.items()],
    }
    asyncio.run(VisitorCookie(page)(scope, receive, send))
    return [(name.decode(), value.decode()) for name, value in sent[0]["headers"]]


def cookies(headers: list[tuple[str, str]]) -> list[str]:
    return [value for name, value in headers if name == "set-cookie"]


def test_both_sides_mean_the_same_cookie() -> None:
    assert GIVEN == COOKIE


def test_a_new_browser_gets_a_cookie_that_no_script_reads_and_no_other_site_sends() -> None:
    (cookie,) = cookies(answer_headers(accept="text/html"))
    name, _, value = cookie.partition(";")[0].partition("=")
    assert name == COOKIE
    assert len(value) >= 32  # 24 random bytes in base 64
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


def test_every_browser_gets_its_own() -> None:
    assert cookies(answer_headers(accept="text/html")) != cookies(answer_headers(accept="text/html"))


def test_over_https_the_cookie_stays_there() -> None:
    assert "; Secure" in cookies(answer_headers(scheme="https", accept="text/html"))[0]


@pytest.mark.parametrize(
    "asked",
    [
        {"accept": "text/html", "cookie": f"other=1; {COOKIE}=abc"},
        {"accept": "application/json"},
        {},
    ],
)
def test_who_has_one_or_asks_for_no_page_gets_none(asked: dict[str, str]) -> None:
    assert cookies(answer_headers(**asked)) == []


def test_every_answer_is_guarded() -> None:
    headers = dict(answer_headers())
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"


def test_a_websocket_is_let_through_untouched() -> None:
    assert answer_headers(kind="websocket", accept="text/html") == []
