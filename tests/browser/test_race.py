"""A race of two epochs on the sample, run to its end, and one word moved away from the end."""

from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from core.settings.network import CELLS
from core.settings.presets import PRESETS
from tests.browser.conftest import RUN_HANGS, choose
from tests.browser.test_path import PHONE, POINTS, picture, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ARTICLES = 800


def number(page: Page, label: str, value: int) -> None:
    box = page.get_by_role("spinbutton", name=label)
    box.fill(str(value))
    box.press("Enter")
    expect(box).to_have_value(str(value))
    settled(page, "Memory race")


@pytest.mark.long
def test_a_race_is_run_to_its_end(
    visitor: BrowserContext, page: Page, address: str, server_storage: Path, pictures: Path | None
) -> None:
    choose(visitor, address, server_storage, PRESETS["quick"])
    page.goto("/race")
    settled(page, "Memory race")
    # For a picture the whole sample; for the test as little as shows that all of it works.
    number(page, "Articles", ARTICLES if pictures is None else 8000)
    number(page, "Epochs", 2 if pictures is None else 4)
    page.get_by_role("button", name="Start the race").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    curves = page.get_by_role("img", name="Validation accuracy of the four cells by epoch")
    expect(curves).to_be_visible()
    page.wait_for_function(f"{POINTS} > 0", timeout=RUN_HANGS)

    # To its end: all four have a score, the form is back, the distances are there.
    expect(page.get_by_role("button", name="Start the race")).to_be_visible(timeout=4 * RUN_HANGS)
    settled(page, "Memory race")
    expect(page.get_by_role("alert")).to_have_count(0)
    for cell in CELLS:
        expect(page.get_by_role("columnheader", name=cell, exact=True)).to_be_visible()
    scores = page.get_by_role("row", name="Test accuracy").get_by_role("cell")
    assert all("%" in score for score in scores.all_inner_texts()[-4:])
    assert page.evaluate(POINTS) >= 8
    picture(page, pictures, "race")

    gradient = page.get_by_role("figure", name="Size of the gradient from the logit")
    expect(gradient).to_be_visible()
    words = page.get_by_role("combobox", name="Filler words")
    words.scroll_into_view_if_needed()
    before = gradient.get_attribute("aria-label")
    words.click()
    page.get_by_role("option", name="Unknown words").click()
    expect(page.get_by_text("Every word after it is unknown to the network")).to_be_visible()
    expect(gradient).not_to_have_attribute("aria-label", str(before))
    gradient.scroll_into_view_if_needed()
    picture(page, pictures, "race_distance")

    # On the Train page these four stand in nobody's way.
    page.get_by_role("link", name="Train", exact=True).click()
    settled(page, "Train")
    expect(page.get_by_role("button", name="Start training")).to_be_enabled()
    page.set_viewport_size(PHONE)
    page.goto("/race")
    settled(page, "Memory race")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
