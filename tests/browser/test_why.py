"""A headline read along, played and stepped through with the keyboard; and the other looks at it."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_path import PHONE, picture, play, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEADLINE = "Striker scores twice after a long night in the Senate"
WORDS = 11  # and the mark behind them


def bars(page: Page) -> str:
    """The likeliest label of the player's bars, and its figure."""
    return (
        page.get_by_role("list", name="Labels and their probabilities so far")
        .get_by_role("listitem")
        .first.inner_text()
    )


@pytest.mark.long
def test_a_headline_is_read_along(page: Page, pictures: Path) -> None:
    page.goto("/predict")
    settled(page, "Predict")
    box = page.get_by_label("Headline", exact=True)
    box.fill(HEADLINE)
    box.press("Enter")
    page.get_by_role("radio", name="Read along").click()
    slider = page.get_by_role("slider", name="Words read")
    expect(slider).to_have_value(str(WORDS))
    whole = bars(page)
    settled(page, "Predict")

    # The steps, by the keyboard.
    slider.press("Home")
    expect(slider).to_have_value("1")
    expect(page.get_by_text(f"1 of {WORDS}", exact=True)).to_be_visible()
    assert bars(page) != whole
    unread = page.get_by_role("list", name="Words, those read so far in full ink").locator(".unread")
    expect(unread).to_have_count(WORDS - 1)
    slider.press("ArrowRight")
    expect(unread).to_have_count(WORDS - 2)

    # Played, it comes to the end by itself, and to the answer to the whole.
    play(page)
    expect(slider).to_have_value(str(WORDS))
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    assert bars(page) == whole
    page.get_by_text("Why this answer").scroll_into_view_if_needed()
    picture(page, pictures, "read_along")

    page.get_by_role("radio", name="What each word adds").click()
    expect(page.get_by_text("speaks most for")).to_be_visible()
    picture(page, pictures, "contributions")
    page.set_viewport_size(PHONE)
    page.get_by_role("radio", name="Try another word").click()
    expect(page.get_by_text("The smallest change that flips the answer")).to_be_visible()
    settled(page, "Predict")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
