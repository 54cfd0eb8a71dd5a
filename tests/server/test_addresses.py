"""Where a visitor comes from, as the scripts are told it."""

import asyncio
from functools import partial

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from server.addresses import HEADER, VisitorAddress
from tests.server.asgi import request

named = partial(VisitorAddress, secret=b"s" * 32)


def name(client: str, kind: str = "http") -> str:
    [value] = request(named, kind=kind, client=client).asked_headers(HEADER)
    return value


def test_an_address_has_one_name_which_does_not_hold_it() -> None:
    value = name("192.0.2.1")
    assert name("192.0.2.1", "websocket") == value
    assert name("192.0.2.2") != value
    assert len(value) == 32
    assert not {"192.0.2.1", "c0000201"} & {value, value[:8]}


def test_without_the_secret_nobody_finds_the_address_of_a_name() -> None:
    [other] = request(partial(VisitorAddress, secret=b"t" * 32), client="192.0.2.1").asked_headers(HEADER)
    assert other != name("192.0.2.1")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:aaaa:bbbb:cccc:dddd", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
        ("", "unix:", True),
        ("", "192.0.2.1", False),
    ],
)
def test_of_ipv6_the_first_64_bits_are_one_address(one: str, other: str, same: bool) -> None:
    assert (name(one) == name(other)) == same


@pytest.mark.parametrize("header", [HEADER, HEADER.title()])
def test_a_browser_cannot_say_where_it_is(header: str) -> None:
    asked = request(named, [(header, "a" * 32)], client="192.0.2.1").asked_headers(HEADER)
    assert asked == [name("192.0.2.1")]


@pytest.mark.parametrize(
    ("connected", "forwarded", "counted"),
    [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),  # a proxy on this machine
        ("127.0.0.1", "198.51.100.1, 192.0.2.7", "192.0.2.7"),  # what the visitor claims stands before it
        ("192.0.2.1", "192.0.2.7", "192.0.2.1"),  # no proxy of ours
    ],
)
def test_of_a_proxy_on_this_machine_the_visitor_s_address_is_taken(
    connected: str, forwarded: str, counted: str
) -> None:
    """By uvicorn, which Streamlit starts with these defaults."""
    asked: list[str] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        asked.extend(value.decode() for key, value in scope["headers"] if key == HEADER.encode())

    async def run() -> None:
        config = uvicorn.Config(named(app), log_config=None)
        config.load()
        scope = {
            "type": "http",
            "client": (connected, 50000),
            "headers": [(b"x-forwarded-for", forwarded.encode())],
        }
        await config.loaded_app(scope, None, None)

    asyncio.run(run())
    assert asked == [name(counted)]
