"""A run in the hands of its visitor: paused, given another learning rate, continued, and trained on."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_path import picture, scored, settled, start_best

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_pause_change_the_rate_go_on_and_learn_more(page: Page, pictures: Path) -> None:
    start_best(page)
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
