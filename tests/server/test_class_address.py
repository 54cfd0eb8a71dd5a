"""The address that a class types: of the right network card, printed and drawn so that a camera reads it."""

import io
import socket

import pytest
import streamlit as st

from server import class_address
from server.class_address import (
    VARIABLE,
    Cards,
    addresses_for,
    announce,
    announcement,
    class_addresses,
    network_cards,
    qr_code,
    qr_svg,
    reachable_hosts,
    routed_address,
    terminal_rows,
)

LAPTOP: Cards = {
    "lo": ["127.0.0.1", "::1"],
    "docker0": ["172.17.0.1"],
    "eth0": ["192.168.1.7", "fe80::1%eth0", "2001:db8::7"],
    "wlan0": ["10.0.0.9"],
}


def test_the_card_on_the_way_to_other_networks_comes_first_and_a_container_s_last() -> None:
    assert reachable_hosts(None, LAPTOP, "10.0.0.9") == [
        "10.0.0.9",
        "192.168.1.7",
        "[2001:db8::7]",
        "172.17.0.1",
    ]
    assert reachable_hosts(None, LAPTOP, "192.168.1.7")[0] == "192.168.1.7"


def test_without_a_way_out_the_private_address_of_ipv4_comes_first() -> None:
    cards = {"eth0": ["2001:db8::7", "192.168.1.7"], "eth1": ["203.0.113.5", "169.254.3.4"]}
    assert reachable_hosts("::", cards)[0] in ("192.168.1.7", "203.0.113.5")
    assert reachable_hosts("::", cards)[-1] == "169.254.3.4"


def test_a_server_of_ipv4_is_not_reached_by_ipv6() -> None:
    assert reachable_hosts("0.0.0.0", LAPTOP) == ["10.0.0.9", "192.168.1.7", "172.17.0.1"]


def test_ipv6_alone_stands_in_brackets() -> None:
    assert reachable_hosts(None, {"eth0": ["fd00::2", "fe80::2%eth0"]}) == ["[fd00::2]"]


@pytest.mark.parametrize("listening", ["127.0.0.1", "127.0.0.5", "::1", "localhost", "unix:///run/lab.sock"])
def test_a_server_of_this_machine_alone_has_no_address_for_others(listening: str) -> None:
    assert reachable_hosts(listening, LAPTOP) == []


@pytest.mark.parametrize(
    ("listening", "host"), [("10.0.0.9", "10.0.0.9"), ("fd00::2", "[fd00::2]"), ("lab", "lab")]
)
def test_a_server_of_one_address_has_that_one(listening: str, host: str) -> None:
    assert reachable_hosts(listening, LAPTOP, "192.168.1.7") == [host]


def test_a_machine_without_a_network_has_none() -> None:
    assert reachable_hosts(None, {"lo": ["127.0.0.1", "::1"]}) == []
    assert reachable_hosts(None, {}) == []


def test_this_machine_s_own_cards_are_addresses() -> None:
    hosts = [address for cards in network_cards().values() for address in cards]
    families = {socket.AF_INET6 if ":" in host else socket.AF_INET for host in hosts}
    assert families <= {socket.AF_INET, socket.AF_INET6}
    assert routed_address() is None or routed_address() in hosts


@pytest.fixture
def options(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """Streamlit's options, as a test changes them; the machine is LAPTOP."""
    values: dict[str, object] = {
        "server.address": None,
        "server.port": 8501,
        "server.baseUrlPath": "",
        "server.sslCertFile": None,
    }
    monkeypatch.setattr(st, "get_option", values.__getitem__)
    monkeypatch.setattr(class_address, "network_cards", lambda: LAPTOP)
    monkeypatch.setattr(class_address, "routed_address", lambda: "192.168.1.7")
    monkeypatch.delenv(VARIABLE, raising=False)
    return values


def test_the_address_has_scheme_port_and_path(options: dict[str, object]) -> None:
    assert class_addresses()[0] == "http://192.168.1.7:8501"
    options |= {"server.port": 80}
    assert class_addresses()[0] == "http://192.168.1.7"
    options |= {"server.port": 8443, "server.sslCertFile": "lab.pem", "server.baseUrlPath": "/class/7b/"}
    assert class_addresses()[0] == "https://192.168.1.7:8443/class/7b"


@pytest.mark.usefixtures("options")
def test_the_operator_s_address_goes_before_all_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, " https://lab.school/ ")
    assert class_addresses() == ["https://lab.school"]


@pytest.mark.usefixtures("options")
@pytest.mark.parametrize(
    "text", ["lab.school", "javascript:alert(1)", "http://", "http://a:x", "http://a\x1b[2J"]
)
def test_what_is_no_address_is_passed_over(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, text)
    assert class_addresses()[0] == "http://192.168.1.7:8501"


@pytest.mark.usefixtures("options")
@pytest.mark.parametrize(
    "url", ["http://localhost:8501/join", "http://127.0.0.1:8501/join", "http://[::1]/join", None]
)
def test_the_page_on_this_machine_shows_the_machine_s_addresses(url: str | None) -> None:
    assert addresses_for(url)[0] == "http://192.168.1.7:8501"


@pytest.mark.usefixtures("options")
@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://lab.school/join", "https://lab.school"),
        ("https://lab.school/class/join?x=1#y", "https://lab.school/class"),
        ("http://10.0.0.9:8501/join/", "http://10.0.0.9:8501"),
    ],
)
def test_a_visitor_from_elsewhere_sees_the_address_that_led_there_and_no_other(
    url: str, address: str
) -> None:
    assert addresses_for(url) == [address]


@pytest.mark.usefixtures("options")
def test_what_is_printed_names_the_address_and_draws_it_in_a_terminal_alone() -> None:
    addresses = ["http://192.168.1.7:8501", "http://10.0.0.9:8501"]
    text = announcement(addresses, None, colours=False, blocks=True)
    assert "Pupils type: http://192.168.1.7:8501\n  or:          http://10.0.0.9:8501\n" in text
    assert "http://localhost:8501/join" in text
    assert "█" not in text
    assert "█" in announcement(addresses, None, colours=True, blocks=True)
    assert "█" not in announcement(addresses, None, colours=True, blocks=False)


@pytest.mark.usefixtures("options")
def test_a_server_that_only_this_machine_reaches_says_so_and_why() -> None:
    assert "Only this computer can open the app: it listens on 127.0.0.1." in announcement(
        [], "127.0.0.1", colours=True, blocks=True
    )
    assert "Only this computer can open the app: it has no network." in announcement(
        [], None, colours=True, blocks=True
    )


@pytest.mark.usefixtures("options")
def test_it_is_printed_into_an_output_of_any_encoding_and_into_none_at_all() -> None:
    class Console(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    for encoding, drawn in (("utf-8", True), ("cp1252", False), ("ascii", False)):
        buffer = io.BytesIO()
        console = Console(buffer, encoding=encoding)  # closes the buffer when it goes
        announce(console)
        text = buffer.getvalue().decode(encoding)
        assert "Pupils type: http://192.168.1.7:8501" in text
        assert ("█" in text) == drawn
    closed = io.StringIO()
    closed.close()
    with pytest.raises(ValueError, match="closed"):
        closed.isatty()
    announce(closed)


@pytest.mark.parametrize(
    "address",
    ["http://10.0.0.9:8501", "http://192.168.178.203:8501", "http://[2001:db8:1:2:3:4:5:6]:8501/lab"],
)
def test_the_terminal_s_lines_are_the_code_s_squares(address: str) -> None:
    squares = [list(row) for row in qr_code(address).matrix]
    lines = terminal_rows(address)
    upper = {"█": 0, "▀": 0, "▄": 1, " ": 1}
    lower = {"█": 0, "▀": 1, "▄": 0, " ": 1}
    drawn = [[half[sign] for sign in line] for line in lines for half in (upper, lower)]
    inside = [row[4:-4] for row in drawn[4 : 4 + len(squares)]]
    assert inside == squares
    margin = drawn[:4] + drawn[4 + len(squares) :]
    assert {square for row in margin for square in row} == {0}
    assert {square for row in drawn for square in row[:4] + row[-4:]} == {0}


def test_the_picture_is_black_on_white_and_loads_nothing() -> None:
    picture = qr_svg("http://10.0.0.9:8501")
    assert picture.startswith("<svg")
    assert 'fill="#fff"' in picture
    assert "href" not in picture
