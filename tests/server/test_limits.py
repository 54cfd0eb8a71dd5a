"""Descriptors: the server may have more of them, and refuses a tab before it has none left."""

import json
import logging
import subprocess
import sys

import pytest

from core.paths import ROOT
from server.limits import FULL, TabLimit
from tests.server.asgi import Exchange, request

STREAM, HOST_CONFIG = "/_stcore/stream", "/_stcore/host-config"


def ask(path: str, *, room: bool, kind: str = "http") -> Exchange:
    return request(lambda app: TabLimit(app, lambda: room), kind=kind, path=path)


def test_a_full_server_refuses_a_tab_with_a_sentence(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "server"):
        refused = ask(STREAM, room=False, kind="websocket")
    assert refused.scope is None
    (answer,) = refused.answers
    assert (answer["type"], answer["code"]) == ("websocket.close", 1013)
    assert answer["reason"].startswith("This server is full right now. The page tries again")
    assert len(answer["reason"].encode()) <= 123  # what a closing frame holds
    assert "Refused a tab" in caplog.text


def test_the_frame_in_the_browser_is_told_so_in_json() -> None:
    """Streamlit's frontend shows a refusal's JSON, and of anything else the status alone."""
    refused = ask(HOST_CONFIG, room=False)
    assert refused.scope is None
    assert refused.status == 503
    assert json.loads(refused.answers[1]["body"]) == FULL
    assert refused.header("cache-control") == ["no-store"]


def test_a_full_server_still_serves_everything_else() -> None:
    for path in ("/", "/_stcore/health", "/static/js/index.js"):
        assert ask(path, room=False).status == 200


def test_where_there_is_room_everything_goes_through() -> None:
    assert ask(HOST_CONFIG, room=True).status == 200
    assert ask(STREAM, room=True, kind="websocket").scope is not None


def outcome(program: str, soft: int, hard: int) -> list[int]:
    """The numbers that a program prints, run in a process with these limits."""
    command = ["sh", "-c", f'ulimit -Sn {soft} && ulimit -Hn {hard} && exec "$@"', "sh"]
    done = subprocess.run(
        [*command, sys.executable, "-c", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return [int(number) for number in done.stdout.split()]


RAISE = """
import resource
from server.limits import raise_descriptor_limit
print(raise_descriptor_limit(), *resource.getrlimit(resource.RLIMIT_NOFILE))
"""
ROOM = """
import os
from server.limits import has_room
opened = []
while has_room():
    opened.append(os.open(os.devnull, os.O_RDONLY))
print(len(os.listdir("/proc/self/fd")) - 1)
try:
    while True:
        opened.append(os.open(os.devnull, os.O_RDONLY))
except OSError:
    print(int(has_room()))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_the_soft_limit_is_raised_to_the_hard_one() -> None:
    assert outcome(RAISE, 256, 2_000) == [2_000, 2_000, 2_000]
    assert outcome(RAISE, 2_000, 2_000) == [2_000, 2_000, 2_000]
    assert outcome(RAISE, 1_024, 12_000) == [10_240, 10_240, 12_000]  # more than a server needs
    assert outcome(RAISE, 11_000, 12_000) == [11_000, 11_000, 12_000]


@pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")
def test_a_quarter_of_the_descriptors_is_left_to_everything_else() -> None:
    used, room_without_any = outcome(ROOM, 200, 200)
    assert used == 200 - 50 - 4  # psutil counts the one that it reads the list with
    assert room_without_any == 0
