"""The address that a class types into its browsers, printed when the server starts, and its QR code.

Leaves out: whether a firewall lets anybody through; that shows when somebody tries.
"""

import ipaddress
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from typing import TextIO
from urllib.parse import urlsplit

import psutil
import segno
import streamlit as st

VARIABLE = "HEADLINE_LAB_ADDRESS"
PAGE = "join"  # the page that shows the address to a class
# How the names of cards begin that lead into this machine, or to another network, but to no classroom.
_VIRTUAL = (
    *("docker", "br-", "veth", "virbr", "vboxnet", "vmnet", "podman", "cni", "flannel", "lxc"),
    *("tun", "tap", "wg", "utun", "zt", "tailscale", "ppp", "vethernet", "virtualbox", "vmware", "bridge"),
)
_WHITE_ON_BLACK, _PLAIN = "\x1b[97;40m", "\x1b[0m"

Cards = Mapping[str, Sequence[str]]  # the name of a network card -> its addresses


def network_cards() -> Cards:
    """The network cards that are up, each with its IPv4 and IPv6 addresses."""
    up = {name for name, state in psutil.net_if_stats().items() if state.isup}
    return {
        name: [card.address for card in cards if card.family in (socket.AF_INET, socket.AF_INET6)]
        for name, cards in psutil.net_if_addrs().items()
        if name in up
    }


def routed_address() -> str | None:
    """This machine's own IPv4 address on the way to other networks; None where there is no way."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(
                ("192.0.2.1", 9)
            )  # an address for documentation; connecting a UDP socket sends nothing
        except OSError:
            return None
        return str(probe.getsockname()[0])


def reachable_hosts(listening: str | None, cards: Cards, routed: str | None = None) -> list[str]:
    """The hosts under which others on the network reach a server, the most promising first; IPv6 in brackets.

    Args:
        listening: the address that the server listens on; None for all of them.
        cards: see ``network_cards``.
        routed: see ``routed_address``; of several cards its card comes first.

    Returns:
        An empty list where the server listens on loopback or a Unix socket, or no card has an address that can be
        typed: an IPv6 address with the name of a card (``fe80::1%eth0``) cannot.
    """
    if listening not in (None, "", "0.0.0.0", "::"):
        return _named_host(listening)
    ranked = []
    for name, addresses in cards.items():
        for text in addresses:
            address = ipaddress.ip_address(text.partition("%")[0])
            if address.is_loopback or (address.version == 6 and address.is_link_local):
                continue
            if address.version == 6 and listening == "0.0.0.0":
                continue
            virtual = name.lower().startswith(_VIRTUAL)
            rank = (
                virtual,
                address.is_link_local,
                str(address) != routed,
                address.version,
                not address.is_private,
            )
            ranked.append((rank, _bracketed(str(address))))
    return list(dict.fromkeys(host for _, host in sorted(ranked)))


def _named_host(listening: str) -> list[str]:
    if listening.startswith("unix:") or is_loopback(listening):
        return []
    return [_bracketed(listening)]


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address


def is_loopback(host: str) -> bool:
    """Whether a host without brackets is this machine's own and nobody else's."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def configured_address() -> str | None:
    """What the operator says by ``HEADLINE_LAB_ADDRESS``; None without it, or if it is no address of http or https."""
    address = os.environ.get(VARIABLE, "").strip().rstrip("/")
    return address if _is_address(address) else None


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port  # raises on a port that is none
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https") and bool(parts.hostname) and text.isprintable() and " " not in text
    )


def class_addresses() -> list[str]:
    """The addresses under which a class reaches this server, the best first; empty where only this machine does."""
    if configured := configured_address():
        return [configured]
    hosts = reachable_hosts(st.get_option("server.address"), network_cards(), routed_address())
    return [own_address(host) for host in hosts]


def own_address(host: str, page: str = "") -> str:
    """The address of this server, or of one of its pages, under a host."""
    scheme, usual = ("https", 443) if st.get_option("server.sslCertFile") else ("http", 80)
    port = st.get_option("server.port")
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    path = "/".join(part for part in (base, page) if part)
    return f"{scheme}://{host}{'' if port == usual else f':{port}'}{f'/{path}' if path else ''}"


def addresses_for(url: str | None) -> list[str]:
    """What a class types, as the page that was opened under ``url`` shows it.

    Whoever comes from this machine gets the machine's addresses on its network. Everybody else has come by an address
    that works, so it is the one to give on; addresses behind a proxy stay unknown.
    """
    host = urlsplit(url).hostname if url and _is_address(url) else None
    if url is None or host is None or is_loopback(host):
        return class_addresses()
    return [url.split("?")[0].split("#")[0].rstrip("/").removesuffix(f"/{PAGE}")]


def qr_code(address: str) -> segno.QRCode:
    """The address as a QR code; a sixth of it may be covered."""
    return segno.make_qr(address, error="m")


def qr_svg(address: str) -> str:
    """The QR code as a picture: black on white, whatever the page's theme, with the margin that cameras need."""
    return str(qr_code(address).svg_inline(border=4, light="white", omitsize=True))


def announcement(addresses: Sequence[str], listening: str | None, colours: bool, blocks: bool) -> str:
    """What the server prints when it starts.

    Args:
        addresses: see ``class_addresses``.
        listening: the address that the server listens on, named where nobody else reaches it.
        colours: whether the output is a terminal, which a QR code can be read from.
        blocks: whether it can show the block signs that a QR code is drawn with.
    """
    if not addresses:
        reason = f"it listens on {listening}" if listening else "it has no network"
        return f"\n  Only this computer can open the app: {reason}.\n"
    lines = ["", f"  Pupils type: {addresses[0]}"]
    lines += [f"  or:          {address}" for address in addresses[1:]]
    lines += [f"  For the projector, with a QR code: {own_address('localhost', PAGE)}", ""]
    if colours and blocks:
        lines += [f"  {_WHITE_ON_BLACK}{row}{_PLAIN}" for row in terminal_rows(addresses[0])] + [""]
    return "\n".join(lines)


def terminal_rows(address: str) -> list[str]:
    """A QR code as lines of text, two rows of squares a line; white squares are drawn, black ones are left out.

    Around it is the margin of four squares that cameras need.
    """
    rows = [list(row) for row in qr_code(address).matrix_iter(border=4)]
    if len(rows) % 2:
        rows.append([0] * len(rows[0]))  # white: the margin is five squares high below
    signs = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
    return [
        "".join(signs[upper, lower] for upper, lower in zip(above, below, strict=True))
        for above, below in zip(rows[::2], rows[1::2], strict=True)
    ]


def announce(stream: TextIO | None = None) -> None:
    """Print the addresses to ``stream`` (default: standard output); a stream that is gone stops no server."""
    stream = stream or sys.stdout
    try:
        "█▀▄".encode(stream.encoding or "ascii")
        blocks = True
    except (UnicodeEncodeError, LookupError):
        blocks = False
    try:
        text = announcement(class_addresses(), st.get_option("server.address"), stream.isatty(), blocks)
        print(text, file=stream, flush=True)
    except (OSError, ValueError):  # closed: a service without an output
        return
