"""Who may speak to this server: its own pages, under its own names."""

import socket
from functools import partial

import psutil
import pytest

from server.hosts import HostCheck, configured_hosts, host_name, machine_hosts
from tests.server.asgi import Exchange, Pairs, request

CHECK = partial(
    HostCheck, hosts=lambda: {"localhost", "127.0.0.1", "::1", "10.0.0.5"}, configured=lambda: {"lab.school"}
)


def ask(*headers: tuple[str, str], kind: str = "http") -> Exchange:
    return request(CHECK, list(headers), kind=kind)


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "localhost:8501",
        "LOCALHOST:8501",
        "127.0.0.1:8501",
        "[::1]:8501",
        "10.0.0.5",
        "lab.school",
        "lab.school.",
    ],
)
def test_own_names_and_addresses_are_served(host: str) -> None:
    assert ask(("host", host)).status == 200
    assert ask(("host", host), ("origin", f"http://{host}")).status == 200
    assert ask(("host", host), kind="websocket").scope is not None


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "evil.localhost",
        "10.0.0.6",
        "",
        "localhost:x",
        "a@localhost",
        "localhost/x",
        "[::2]",
    ],
)
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_foreign_name_is_refused_though_the_origin_is_the_same(host: str, kind: str) -> None:
    exchange = ask(("host", host), ("origin", f"http://{host}"), kind=kind)
    assert exchange.scope is None
    if kind == "http":
        assert exchange.status == 421
    else:
        assert exchange.answers == [
            {"type": "websocket.close", "code": 1008, "reason": exchange.answers[0]["reason"]}
        ]


@pytest.mark.parametrize("headers", [[], [("host", "localhost"), ("host", "evil.example")]])
def test_no_host_or_two_are_refused(headers: Pairs) -> None:
    assert request(CHECK, headers).status == 421


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://localhost:3000", "http://localhost", ""]
)
def test_a_foreign_origin_is_refused_before_the_app(origin: str) -> None:
    """Another port of this machine is another site too."""
    exchange = ask(("host", "localhost:8501"), ("origin", origin))
    assert exchange.scope is None
    assert exchange.status == 403


def test_a_browser_that_names_no_origin_is_served() -> None:
    assert ask(("host", "localhost")).status == 200


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_cookies_over_4_kb_are_refused(kind: str) -> None:
    served = ask(("host", "localhost"), ("cookie", "a=" + "x" * 4_000), kind=kind)
    refused = ask(
        ("host", "localhost"), ("cookie", "a=" + "x" * 2_500), ("cookie", "b=" + "x" * 2_500), kind=kind
    )
    assert served.scope is not None
    assert refused.scope is None


def test_an_address_that_the_machine_gets_later_is_served() -> None:
    hosts = {"localhost"}
    check = HostCheck(lambda *_: None, hosts=lambda: set(hosts), configured=set)  # type: ignore[arg-type]
    assert not check._is_allowed("192.168.7.7")
    hosts.add("192.168.7.7")
    assert check._is_allowed("192.168.7.7")


def test_the_machine_knows_itself() -> None:
    hosts = machine_hosts()
    assert {"localhost", "127.0.0.1", "::1", socket.gethostname().lower()} <= hosts
    addresses = [
        card.address
        for cards in psutil.net_if_addrs().values()
        for card in cards
        if card.family == socket.AF_INET
    ]
    assert set(addresses) <= hosts


def test_the_operator_names_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADLINE_LAB_HOSTS", " Lab.School, 10.1.1.1 ,")
    assert configured_hosts() == {"lab.school", "10.1.1.1"}
    monkeypatch.delenv("HEADLINE_LAB_HOSTS")
    assert configured_hosts() == set()


def test_an_address_has_one_name() -> None:
    assert host_name("[0:0:0:0:0:0:0:1]:8501") == "::1"
    assert host_name("Lab.School.:80") == "lab.school"
