"""A visitor is whoever holds a cookie that this server signed."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from server.visitors import (
    COOKIE,
    HEADER,
    SECURE_COOKIE,
    VisitorCookie,
    Visitors,
    server_secret,
    visitor_name,
)
from tests.server.asgi import Exchange, request

PAGE = ("accept", "text/html,*/*")


@pytest.fixture
def visitors(tmp_path: Path) -> Visitors:
    return Visitors(server_secret(tmp_path / "cookie_secret"), tmp_path / "visitors")


Ask = Callable[..., Exchange]


@pytest.fixture
def ask(visitors: Visitors) -> Ask:
    def ask(*headers: tuple[str, str], **options: str) -> Exchange:
        return request(partial(VisitorCookie, visitors=visitors), list(headers), **options)  # type: ignore[arg-type]

    return ask


def given(exchange: Exchange) -> tuple[str, str, str]:
    """Name, value and flags of the cookie that the answer sets."""
    [cookie] = exchange.header("set-cookie")
    pair, _, flags = cookie.partition("; ")
    name, _, value = pair.partition("=")
    return name, value, flags


def test_a_new_browser_gets_a_cookie_that_no_script_reads_and_no_other_site_sends(ask: Ask) -> None:
    exchange = ask(PAGE)
    name, value, flags = given(exchange)
    assert name == COOKIE
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(flags.split("; "))
    assert "Secure" not in flags
    assert exchange.asked_headers(HEADER) == []  # a visitor from the next request on
    again = ask(PAGE, ("cookie", f"other=1; {COOKIE}={value}"))
    assert again.header("set-cookie") == []
    assert again.asked_headers(HEADER) == [visitor_name(value.rpartition(".")[0])]


def test_every_browser_gets_its_own(ask: Ask) -> None:
    assert given(ask(PAGE))[1] != given(ask(PAGE))[1]


def test_over_https_the_cookie_is_of_this_host_alone(ask: Ask) -> None:
    name, value, flags = given(ask(PAGE, scheme="https"))
    assert name == SECURE_COOKIE == "__Host-headline_lab_visitor"
    assert "Secure" in flags.split("; ")
    assert "Domain" not in flags
    assert ask(("cookie", f"{name}={value}"), kind="websocket", scheme="wss").asked_headers(HEADER)
    # One that another host of the domain, or plain http, has set is nobody's.
    assert not ask(("cookie", f"{COOKIE}={value}"), kind="websocket", scheme="wss").asked_headers(HEADER)


@pytest.mark.parametrize("value", ["a", "", "a.b", "x" * 32, "x" * 32 + "." + "y" * 43, '"', "\u00e9"])
def test_a_value_that_this_server_did_not_sign_is_nobody(ask: Ask, value: str) -> None:
    for kind in ("http", "websocket"):
        assert ask(("cookie", f"{COOKIE}={value}"), kind=kind).asked_headers(HEADER) == []
    assert given(ask(PAGE, ("cookie", f"{COOKIE}={value}")))[1] != value


def test_another_server_s_cookie_is_nobody(ask: Ask, tmp_path: Path) -> None:
    value = Visitors(server_secret(tmp_path / "other" / "cookie_secret"), tmp_path / "visitors").new_cookie()
    assert ask(("cookie", f"{COOKIE}={value}")).asked_headers(HEADER) == []


def test_the_cookie_holds_when_the_server_starts_again(visitors: Visitors, tmp_path: Path) -> None:
    value = visitors.new_cookie()
    again = Visitors(server_secret(tmp_path / "cookie_secret"), tmp_path / "visitors")
    assert again.token(value) == value.rpartition(".")[0]
    assert (tmp_path / "cookie_secret").stat().st_mode & 0o077 == 0


def test_a_visitor_of_version_0_2_0_is_known_and_gets_a_signed_cookie(ask: Ask, tmp_path: Path) -> None:
    token = "A-z_" * 8
    assert ask(("cookie", f"{COOKIE}={token}")).asked_headers(HEADER) == []  # who never chose anything
    record = tmp_path / "visitors" / f"{visitor_name(token)}.json"
    record.parent.mkdir()
    record.write_text("{}")
    exchange = ask(PAGE, ("cookie", f"{COOKIE}={token}"))
    assert exchange.asked_headers(HEADER) == [visitor_name(token)]
    assert given(exchange)[1].startswith(f"{token}.")
    over_https = ask(PAGE, ("cookie", f"{COOKIE}={token}"), scheme="https")
    assert over_https.asked_headers(HEADER) == [visitor_name(token)]
    assert given(over_https)[:2] == (SECURE_COOKIE, given(exchange)[1])


def test_a_short_cookie_with_a_record_is_nobody(ask: Ask, tmp_path: Path) -> None:
    (tmp_path / "visitors").mkdir()
    (tmp_path / "visitors" / f"{visitor_name('a')}.json").write_text("{}")
    assert ask(("cookie", f"{COOKIE}=a")).asked_headers(HEADER) == []


@pytest.mark.parametrize("name", [HEADER, HEADER.title(), HEADER.upper()])
def test_a_browser_cannot_say_who_it_is(ask: Ask, visitors: Visitors, name: str) -> None:
    assert ask((name, "b" * 32)).asked_headers(HEADER) == []
    value = visitors.new_cookie()
    asked = ask((name, "b" * 32), ("cookie", f"{COOKIE}={value}"), kind="websocket")
    assert asked.asked_headers(HEADER) == [visitor_name(value.rpartition(".")[0])]


@pytest.mark.parametrize("accept", [[], [("accept", "application/json")]])
def test_who_asks_for_no_page_gets_no_cookie(ask: Ask, accept: list[tuple[str, str]]) -> None:
    assert ask(*accept).header("set-cookie") == []


def test_a_storage_that_cannot_be_written_still_serves(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    visitors = Visitors(server_secret(tmp_path / "file" / "cookie_secret"), tmp_path)
    assert visitors.token(visitors.new_cookie())
