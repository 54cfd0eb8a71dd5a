"""A visitor whose run has ended looks at its words: the map gets its colours, a word is searched and found."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import RUN_HANGS
from tests.browser.test_path import PHONE, picture, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def searched(page: Page, word: str) -> None:
    """Type a word; the map names it, and the line under the map begins with it."""
    page.get_by_label("Search a word").fill(word)
    expect(page.get_by_text(f"“{word}” and the words nearest to it")).to_be_visible()
    names = page.locator(".js-plotly-plot .annotation-text")
    expect(names.filter(has_text=word).first).to_be_visible()


@pytest.mark.long
@pytest.mark.usefixtures("trained")
def test_a_word_is_searched_on_the_map(
    visitor: BrowserContext, page: Page, browser: Browser, address: str, pictures: Path | None
) -> None:
    page.goto("/word_map")
    settled(page, "Word map")
    expect(page.get_by_text("Two axes show")).to_be_visible()  # PCA needs no waiting
    # The study is asked for by the page, and its views appear without a reload.
    tsne = page.get_by_role("radio", name="t-SNE")
    expect(tsne).to_be_visible(timeout=RUN_HANGS)
    tsne.click()
    expect(page.get_by_text("nearest point to its category")).to_be_visible()
    settled(page, "Word map")  # else what was there before the study may still stand beside what is
    picture(page, pictures, "word_map")

    searched(page, "goal")
    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    expect(page.get_by_text("Before training, its nearest")).to_be_visible()
    picture(page, pictures, "word_map_search")
    page.get_by_label("Search a word").fill("zyzzyva")
    expect(page.get_by_text("is not in the vocabulary")).to_be_visible()
    expect(table).to_have_count(0)
    searched(page, "senate")
    for view in ("PCA in 3D", "Before training", "PCA"):
        page.get_by_role("radio", name=view, exact=True).click()
        settled(page, "Word map")
        expect(page.get_by_test_id("stPlotlyChart")).to_have_count(1)  # the one before has gone

    phone = browser.new_context(
        base_url=address, viewport=PHONE, is_mobile=True, has_touch=True, color_scheme="dark",
        storage_state=visitor.storage_state(),
    )  # fmt: skip
    small = phone.new_page()
    small.goto("/word_map")
    settled(small, "Word map")
    expect(small.get_by_test_id("stPlotlyChart")).to_be_visible()
    wide = small.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
    picture(small, pictures, "word_map_phone")
    phone.close()
