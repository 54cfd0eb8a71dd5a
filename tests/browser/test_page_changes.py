"""Typing and leaving within the same moment."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_path import settled

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]


@pytest.mark.parametrize("attempt", range(4))  # which message comes first is a matter of milliseconds
def test_who_types_and_leaves_at_once_gets_the_other_page(page: Page, attempt: int) -> None:
    page.goto("/")
    settled(page, "Headline Lab")
    page.get_by_label("Type a headline").fill("Senate votes on climate bill")
    page.get_by_role("link", name="Learn", exact=True).click()  # pressed for no time, as by a touch
    settled(page, "Learn")
    page.get_by_role("link", name="Home", exact=True).click()
    settled(page, "Headline Lab")
    page.get_by_label("Type a headline").fill("Striker scores twice")
    expect(page.get_by_role("list", name="Words as the network reads them")).to_contain_text("striker")
