"""A run in the hands of its visitor: paused, given another learning rate, continued, and trained on."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_path import picture, scored, settled, start

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_pause_change_the_rate_go_on_and_learn_more(page: Page, pictures: Path) -> None:
    page.goto("/data")
    settled(page, "Data")
    page.get_by_role("button", name="Start with the synthetic sample").click()
    expect(page.get_by_text("Articles kept")).to_be_visible()
    settled(page, "Data")
    page.get_by_role("link", name="Train", exact=True).click()
    settled(page, "Train")
    page.get_by_role("radio", name="best").click()
    expect(page.get_by_text("Four networks side by side")).to_be_visible()  # and the button has its place
    settled(page, "Train")
    start(page)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("This run is paused")).to_be_visible(timeout=60_000)
    settled(page, "Train")
    picture(page, pictures, "paused")
    rate = page.get_by_role("spinbutton", name="Learning rate from here on")
    rate.fill("0.0007")
    rate.press("Enter")
    settled(page, "Train")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("learning rate 0.0007").first).to_be_visible(timeout=60_000)
    scored(page)
    settled(page, "Train")
    before = page.get_by_text(re.compile(r"\d+ epochs? in")).inner_text()
    page.get_by_role("button", name="Train 3 more epochs").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    scored(page)
    settled(page, "Train")
    assert page.get_by_text(re.compile(r"\d+ epochs? in")).inner_text() != before
