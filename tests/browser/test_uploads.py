"""Uploads through the whole server: beside each stands who brought it, by visitor and address."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from core.news import content_store
from core.runs.quotas import Client, uploaders

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def uploads(server_storage: Path) -> Path:
    return server_storage / "uploads"


def bring(browser: Browser, address: str, file: Path, forwarded_for: str = "") -> None:
    """Upload the file as a new visitor, behind a proxy on this machine that names an address."""
    headers = {"X-Forwarded-For": forwarded_for} if forwarded_for else None
    with browser.new_context(base_url=address, extra_http_headers=headers) as context:
        page = context.new_page()
        page.goto("/data")
        page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(file)
        expect(page.get_by_text(f"Chosen: {file.name}")).to_be_visible()


def brought_by(uploads: Path, content: bytes) -> list[Client]:
    """Who brought the upload with this content."""
    (path,) = [path for path in content_store.stored(uploads) if path.read_bytes() == content]
    return uploaders(path.parent)


@pytest.mark.long
def test_a_new_cookie_is_a_new_visitor_at_the_same_address(
    browser: Browser, address: str, uploads: Path, tmp_path: Path
) -> None:
    articles = ({"headline": f"Cats win prize {n}", "category": "AB"[n % 2]} for n in range(40))
    file = tmp_path / "cats.json"
    file.write_text("\n".join(map(json.dumps, articles)))
    bring(browser, address, file)
    bring(browser, address, file)
    bring(browser, address, file, "192.0.2.9")
    bring(browser, address, file, "192.0.2.9")
    first, second, third, fourth = brought_by(uploads, file.read_bytes())
    assert len({first.visitor, second.visitor, third.visitor, fourth.visitor}) == 4
    assert first.address == second.address != third.address == fourth.address
    assert {len(first.address), len(third.address)} == {32}
