"""A run in the hands of its visitor: paused, given another learning rate, continued, stopped, and trained on."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_path import picture, scored, settled, start_long

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def epochs(page: Page) -> int:
    """How many epochs the run that has ended had, by the line under its scores."""
    found = re.search(r"(\d+) epochs? in", page.get_by_text(re.compile(r"\d+ epochs? in")).inner_text())
    assert found
    return int(found[1])


@pytest.mark.long
def test_pause_change_the_rate_go_on_stop_and_learn_more(
    page: Page, address: str, server_storage: Path, pictures: Path | None
) -> None:
    start_long(page, address, server_storage)
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("This run is paused")).to_be_visible()
    settled(page, "Train")
    picture(page, pictures, "paused")
    rate = page.get_by_role("spinbutton", name="Learning rate from here on")
    rate.fill("0.0007")
    rate.press("Enter")
    settled(page, "Train")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("learning rate 0.0007").first).to_be_visible()

    # Stopped before the first epoch is over, it would have no best epoch, and the page would rightly say that.
    expect(page.get_by_text(re.compile(r"Epoch ([2-9]|\d\d+) of 100"))).to_be_visible()
    # Streamlit's own Stop, of the page's script, is in the header.
    page.get_by_role("main").get_by_role("button", name="Stop", exact=True).click()
    scored(page)
    expect(page.get_by_text("You stopped it")).to_be_visible()
    settled(page, "Train")
    before = epochs(page)
    assert before < 97
    page.get_by_role("button", name="Train 3 more epochs").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    scored(page)
    expect(page.get_by_text("All epochs are done")).to_be_visible()
    settled(page, "Train")
    assert epochs(page) == before + 3
