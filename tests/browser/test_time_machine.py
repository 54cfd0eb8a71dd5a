"""The slider of the Time machine: a headline's answer, the map and the matrix as they were, played and stepped."""

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from core.insight.replay import captions
from core.insight.replay.replay import Replay
from core.runs.run import Run
from tests.browser.conftest import RUN_HANGS
from tests.browser.test_path import PHONE, picture, play, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# How much of the paper has ink on it, as a share, and what is drawn, as a picture's address.
INKED = """(paper) => {
    const { data } = paper.getContext("2d").getImageData(0, 0, paper.width, paper.height)
    let inked = 0
    for (let at = 3; at < data.length; at += 4) inked += data[at] > 0
    return inked / (data.length / 4)
}"""
# What is drawn, as a picture's address, once it has been the same for 30 frames.
DRAWN = """(paper) => new Promise((done, fail) => {
    let before = "", same = 0, frames = 0
    const look = () => {
        const now = paper.toDataURL()
        same = now === before ? same + 1 : 0
        before = now
        if (same >= 30) done(now)
        else if (++frames > 20_000) fail(new Error("the map does not come to rest"))
        else requestAnimationFrame(look)
    }
    look()
})"""


def at_rest(page: Page) -> str:
    """What the map shows, once its points have come to where they go."""
    return str(page.locator("canvas.paper").evaluate(DRAWN))


@pytest.mark.long
def test_time_is_turned_back_and_played(
    trained: Run, visitor: BrowserContext, page: Page, browser: Browser, address: str, pictures: Path | None
) -> None:
    shown = Replay.load(trained.snapshots_folder)
    last = len(shown) - 1
    page.goto("/time_machine")
    settled(page, "Time machine")
    # The study that gives the words their colours is asked for by their view, and made meanwhile.
    page.get_by_role("radio", name="Word map").click()
    expect(page.locator("canvas.paper")).to_be_visible()
    page.get_by_role("radio", name="Headlines").click()
    settled(page, "Time machine")
    slider = page.get_by_role("slider", name="Snapshot")
    expect(slider).to_have_value(str(last))

    # The headline that changes most often and ends right is the first to be looked at: what the network answered there.
    order = np.argsort(-shown.changes.sum(axis=0), kind="stable")
    headline = next(int(one) for one in order if shown.right[-1, one])
    rows = page.get_by_role("group", name="Headlines, those that change most often first").get_by_role(
        "button"
    )
    row = rows.nth(order.tolist().index(headline))
    expect(row).to_have_attribute("aria-pressed", "true")
    rows.last.click()
    expect(row).to_have_attribute("aria-pressed", "false")
    row.click()
    expect(page.get_by_text(captions.headline(shown, headline))).to_be_visible()
    bars = page.get_by_role("list", name="Labels and their probabilities at this snapshot").get_by_role(
        "listitem"
    )
    slider.press("Home")
    for at in range(len(shown)):
        expect(slider).to_have_attribute(
            "aria-valuetext",
            f"{captions.moment(shown, at)}, {captions.accuracy(shown, at)}",
        )
        expect(page.get_by_text(captions.predictions(shown, at), exact=True)).to_be_visible()
        label, share = shown.ranking(at, headline)[0]
        expect(row).to_contain_text(label)
        expect(bars.first).to_contain_text(label)
        expect(bars.first).to_contain_text(f"{100 * round(1000 * share) / 1000:.1f}")
        slider.press("ArrowRight")
    changed = [at for at in range(1, last + 1) if shown.changes[at, headline]]
    assert changed  # so what was expected above was not one answer throughout

    # Played, it comes to the end by itself.
    slider.press("End")
    for _ in range(3):
        slider.press("ArrowLeft")
    play(page)
    expect(slider).to_have_value(str(last))
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()

    # The moment that one looks at is that of the other views too.
    middle = last // 2
    page.get_by_role("group", name="The answer at every snapshot").get_by_role("button").nth(middle).click()
    expect(slider).to_have_value(str(middle))
    picture(page, pictures, "time_machine")
    page.get_by_role("radio", name="Word map").click()
    expect(page.locator("canvas.paper")).to_have_attribute("data-moment", str(middle))
    settled(page, "Time machine")

    # The words burst out of the middle: before training they stand closer, and take less of the paper.
    slider.press("End")
    learnt, inked = at_rest(page), page.locator("canvas.paper").evaluate(INKED)
    slider.press("Home")
    before = at_rest(page)
    assert before != learnt
    assert page.locator("canvas.paper").evaluate(INKED) < inked
    # Searched by its name, a word is followed; its neighbours are those of the moment.
    page.get_by_label("Follow a word").fill("goal")
    word = shown.header.words.index("goal")
    for at, key in ((0, "Home"), (last, "End")):
        slider.press(key)
        nearest = ", ".join(shown.neighbours(at, word))
        expect(page.get_by_text(f"Nearest to “goal” at this snapshot: {nearest}")).to_be_visible()
    expect(page.get_by_text(captions.word(shown, word)[:40])).to_be_visible()
    # The study of the word map gives the points their colours; nobody has to press anything.
    expect(page.get_by_text("what a word points to is not measured")).to_have_count(0, timeout=RUN_HANGS)
    picture(page, pictures, "time_machine_words")
    # A click on a point searches its word.
    page.get_by_label("Follow a word").fill("")
    expect(page.get_by_text("Nearest to “goal”")).to_have_count(0)
    paper = page.locator("canvas.paper")
    box = paper.bounding_box()
    assert box
    flat = shown.points.reshape(-1, 2)
    x, y = (shown.points[last, word] - flat.min(axis=0)) / np.ptp(flat, axis=0)
    at_rest(page)
    paper.click(
        position={"x": 14 + x * (box["width"] - 28), "y": box["height"] - 14 - y * (box["height"] - 28)}
    )
    expect(page.get_by_label("Follow a word")).not_to_have_value("")

    # The matrix.
    page.get_by_role("radio", name="Confusion").click()
    cells = page.get_by_role("gridcell")
    expect(cells).to_have_count(len(shown.labels) ** 2)
    slider.press("Home")
    expect(page.get_by_text(captions.confusion(shown, 0), exact=True)).to_be_visible()
    chance = shown.confusion(0)
    slider.press("End")
    expect(page.get_by_text(captions.confusion(shown, last), exact=True)).to_be_visible()
    cells.first.hover()
    name = page.locator("tbody th").first.inner_text()
    own = shown.labels.index(name)
    counts = shown.confusion(last)
    expect(page.get_by_text(f"{counts[own, own]} of {counts[own].sum()} articles of {name}")).to_be_visible()
    assert chance[own, own] != counts[own, own]

    phone = browser.new_context(
        base_url=address, viewport=PHONE, is_mobile=True, has_touch=True, color_scheme="dark",
        storage_state=visitor.storage_state(),
    )  # fmt: skip
    small = phone.new_page()
    small.goto("/time_machine")
    for view in ("Headlines", "Word map", "Confusion"):
        small.get_by_role("radio", name=view).click()
        settled(small, "Time machine")
        expect(small.get_by_role("slider", name="Snapshot")).to_be_visible()
        wide = small.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0
    phone.close()
