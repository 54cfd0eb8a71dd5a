"""A visitor comes to a server that has no descriptors for another tab, and gets in when somebody leaves."""

import socket
import sys
from contextlib import ExitStack
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import free_port, serve

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="limits another process's descriptors"),
]
LIMIT = 200  # of which 50 are left to everything else


@pytest.mark.long
def test_a_full_server_says_so_and_opens_the_page_when_it_can(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    with serve(tmp_path, tmp_path / "server.log", port) as process, browser.new_context() as context:
        server = psutil.Process(process.pid)
        _, hard = server.rlimit(psutil.RLIMIT_NOFILE)
        server.rlimit(psutil.RLIMIT_NOFILE, (LIMIT, hard))
        page = context.new_page()
        with ExitStack() as others:
            for _ in range(LIMIT - 55):
                others.enter_context(socket.create_connection(("127.0.0.1", port)))
            page.goto(f"http://127.0.0.1:{port}/")
            box = page.get_by_role("dialog").locator("pre")
            expect(box).to_contain_text("This server is full right now.")
            assert box.evaluate("box => box.scrollWidth <= box.clientWidth")  # can be read whole
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("link", name="Predict")).to_be_visible()
