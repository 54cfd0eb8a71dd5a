"""Headlines and categories that would be markup, formulas or scripts, through every page in a real browser."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_path import settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRIPT = "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'>"
CATEGORIES = (f"{SCRIPT} A", ":red[B] **bold**", "$\\href{javascript:window.broken=1}{C}$")
HEADLINES = (
    SCRIPT,
    "[link](javascript:window.broken=1) :rainbow[colour] :material/delete:",
    "$\\href{javascript:window.broken=1}{x}$ $$y$$",
    "\u202egnirts <b>bold</b> &lt;i&gt;",
)
# What must not be there, shadow roots of our own components included.
FOUND = """(() => {
    const open = (root) => [...root.querySelectorAll('*')].flatMap(
        (one) => one.shadowRoot ? [one, ...open(one.shadowRoot)] : [one])
    const all = open(document.body)
    return {
        broken: window.broken ?? 0,
        links: all.filter((one) => (one.getAttribute('href') ?? '').startsWith('javascript:')).length,
        images: all.filter((one) => one.tagName === 'IMG' && one.getAttribute('src') === 'x').length,
        formulas: all.filter((one) => one.classList?.contains('katex') || one.tagName === 'MJX-CONTAINER').length,
    }
})()"""
NOTHING = {"broken": 0, "links": 0, "images": 0, "formulas": 0}


def test_nothing_that_was_uploaded_or_typed_is_markup(page: Page, tmp_path: Path) -> None:
    articles = [
        {
            "headline": f"{HEADLINES[n % 4]} {n}",
            "short_description": HEADLINES[n % 3],
            "category": CATEGORIES[n % 3],
        }
        for n in range(120)
    ]
    file = tmp_path / "<b>news<b> $x$.json"
    file.write_text("\n".join(map(json.dumps, articles)))
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))
    page.goto("/data")
    settled(page, "Data")
    page.locator("input[type=file]").first.set_input_files(file)
    expect(page.get_by_text("Articles kept")).to_be_visible()
    expect(page.get_by_text(":red[B] **bold**").first).to_be_visible()  # as it stands, in the chart
    for title in ("Data", "Cleaning", "Words", "Train", "Predict", "Home"):
        page.get_by_role("link", name=title, exact=True).click()
        settled(page, "Headline Lab" if title == "Home" else title)
        expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
        page.wait_for_timeout(500)  # charts and components come after the text
        assert page.evaluate(FOUND) == NOTHING, title
    page.get_by_role("link", name="Predict", exact=True).click()
    settled(page, "Predict")
    box = page.get_by_role("textbox", name="Headline")
    for headline in HEADLINES:
        box.fill(headline)
        page.wait_for_timeout(500)
        assert page.evaluate(FOUND) == NOTHING, headline
