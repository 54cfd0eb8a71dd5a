"""The whole path as a visitor walks it: home, data, cleaning, words, train, predict, on the synthetic sample."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from core.insight.wording import percent
from core.model.classifier import Classifier
from core.runs.run_store import RunStore
from core.settings.presets import PRESETS
from server.visitors import COOKIE
from tests.browser.conftest import PAGE_HANGS, RUN_HANGS, choose, name_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = ("Home", "Data", "Cleaning", "Words", "Train", "Predict")
PHONE: ViewportSize = {"width": 390, "height": 844}


def settled(page: Page, title: str) -> None:
    """Wait until the page with this title is drawn, and see that nothing went wrong on it."""
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_text("Something went wrong")).to_have_count(0)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def step_on(page: Page, title: str) -> None:
    """Press the button at the page's end."""
    page.get_by_role("button", name=f"Next: {title}").click()
    settled(page, title)


def picture(page: Page, folder: Path | None, name: str) -> None:
    """See that all is drawn; take a screenshot of it, when they are wanted."""
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    if folder is None:
        return
    page.mouse.move(0, 0)
    page.wait_for_timeout(700)  # transitions come to rest
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.screenshot(path=folder / f"{name}.png")


# Resolves once nothing on the page, shadow roots included, has changed for 30 frames; a busy machine draws them slower.
AT_REST = """() => new Promise((done, fail) => {
    const roots = (root) => [root, ...[...root.querySelectorAll('*')].flatMap(
        (one) => one.shadowRoot ? roots(one.shadowRoot) : [])]
    let before = "", same = 0, frames = 0
    const look = () => {
        const now = roots(document.body).map((root) => root.innerHTML).join()
        same = now === before ? same + 1 : 0
        before = now
        if (same >= 30) done()
        else if (++frames > 20_000) fail(new Error("the page does not come to rest"))
        else requestAnimationFrame(look)
    }
    look()
})"""


def drawn(page: Page, title: str) -> None:
    """Wait until all of the page is there: its text, then the charts and components that come after it."""
    settled(page, title)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)
    page.evaluate(AT_REST)


def play(page: Page) -> None:
    """Press Play, and see in the page itself that the button says Pause from then on: the player may soon be done."""
    button = page.get_by_role("button", name="Play", exact=True)
    button.evaluate("(one) => one.addEventListener('click', () => { window.played = one.textContent })")
    button.click()
    assert page.evaluate("window.played") == "Pause"


# Points of all the curves on the page, of whichever of the two charts draws them. As JavaScript, for waiting too.
POINTS = """(() => {
    const open = (root) => [...root.querySelectorAll('*')].flatMap(
        (one) => one.shadowRoot ? [one, ...open(one.shadowRoot)] : [one])
    const all = open(document)
    const live = all.filter((one) => one.tagName === 'polyline')
        .map((line) => line.getAttribute('points').trim().split(/\\s+/).length)
    const still = all.filter((one) => one.classList.contains('js-plotly-plot'))
        .flatMap((chart) => (chart.data ?? []).map((trace) => (trace.x ?? []).length))
    return [...live, ...still].reduce((sum, one) => sum + one, 0)
})()"""


def scored(page: Page) -> None:
    """The run has ended and its scores stand on the page."""
    expect(page.get_by_text("Test accuracy", exact=True)).to_be_visible(timeout=RUN_HANGS)


def test_the_whole_path(
    visitor: BrowserContext,
    page: Page,
    browser: Browser,
    address: str,
    server_storage: Path,
    pictures: Path | None,
) -> None:
    page.goto("/")
    settled(page, "Headline Lab")
    expect(page.get_by_text("none chosen yet").first).to_be_visible()

    page.get_by_role("link", name="Data", exact=True).click()
    settled(page, "Data")
    page.get_by_role("button", name="Start with the synthetic sample").click()
    expect(page.get_by_text("Articles kept")).to_be_visible()
    settled(page, "Data")
    picture(page, pictures, "data")

    step_on(page, "Cleaning")
    picture(page, pictures, "cleaning")
    step_on(page, "Words")
    picture(page, pictures, "words")
    step_on(page, "Train")
    start(page)
    page.wait_for_function(
        f"{POINTS} > 60 || document.body.innerText.includes('Test accuracy')", timeout=RUN_HANGS
    )
    picture(page, pictures, "train")
    the_same_run_elsewhere(visitor, browser, address, page)
    scored(page)

    page.get_by_role("button", name="Predict").click()
    settled(page, "Predict")
    [cookie] = [one["value"] for one in visitor.cookies() if one["name"] == COOKIE]
    [run] = RunStore(server_storage / "runs").of_owner(name_of(cookie))
    typing(page, Classifier.load(run.classifier_folder))
    picture(page, pictures, "predict")

    page.get_by_role("link", name="Home", exact=True).click()
    settled(page, "Headline Lab")
    expect(page.get_by_text(re.compile(r"yours · \d+\.\d\s% right")).first).to_be_visible()
    picture(page, pictures, "home")
    on_a_phone(browser, address, whose=visitor)


def start(page: Page) -> int:
    """Press Start, and see the curves gain points while the articles go through; how many there are.

    A run of the sample may be over before one has looked twice; test_faults.py looks at a long one.
    """
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_role("button", name="Start training")).to_be_disabled()
    failed = "document.body.innerText.includes('interrupted')"
    page.wait_for_function(f"{POINTS} > 0 || {failed}", timeout=RUN_HANGS)
    seen = page.evaluate(POINTS)
    assert seen > 0, page.get_by_role("alert").all_inner_texts()
    over = "document.body.innerText.includes('Test accuracy')"
    page.wait_for_function(f"{POINTS} > {seen} || {over}", timeout=PAGE_HANGS)
    return int(page.evaluate(POINTS))


def start_long(page: Page, address: str, storage: Path, epochs: int = 100) -> str:
    """Start a run that takes long enough to be stopped or paused, on the sample; the visitor's name."""
    training = replace(PRESETS["quick"].training, epochs=epochs, batch_size=64)
    visitor = choose(page.context, address, storage, replace(PRESETS["quick"], training=training))
    page.goto("/train")
    settled(page, "Train")
    start(page)
    return visitor


def the_same_run_elsewhere(visitor: BrowserContext, browser: Browser, address: str, page: Page) -> None:
    """A reload and a second tab show the run; another visitor does not, and finds nothing chosen."""
    curve = re.compile("(Accuracy|accuracy).*of training and validation")
    page.reload()
    settled(page, "Train")
    expect(page.get_by_label(curve).first).to_be_visible()

    second = visitor.new_page()
    second.goto("/train")
    settled(second, "Train")
    expect(second.get_by_label(curve).first).to_be_visible()
    second.close()

    stranger = browser.new_context(base_url=address)
    other = stranger.new_page()
    other.goto("/train")
    settled(other, "Train")
    expect(other.get_by_text("No file yet")).to_be_visible()
    expect(other.get_by_label(curve)).to_have_count(0)
    stranger.close()


def typing(page: Page, classifier: Classifier) -> None:
    """The ranking is that of the words typed, with no key pressed to send them."""
    box = page.get_by_role("textbox", name="Headline")
    words = page.get_by_role("list", name="Words as the network reads them").get_by_role("listitem")
    ranking = page.get_by_role("list", name="Labels and their probabilities")
    likeliest = set()
    # The last of the words is the mark behind the headline.
    for headline, read in (("Striker scores twice", 4), ("Senate votes on new climate bill zyzzyva", 8)):
        box.fill("")
        box.press_sequentially(headline, delay=60)
        expect(words).to_have_count(read)
        [prediction] = classifier.predict([headline])
        first = ranking.get_by_role("listitem").first
        expect(first).to_contain_text(prediction.label)
        expect(first).to_contain_text(percent(prediction.probability))
        likeliest.add((prediction.label, percent(prediction.probability)))
    assert len(likeliest) == 2  # so what was expected was not one answer for both
    expect(words.nth(6)).to_contain_text("unknown")


def on_a_phone(browser: Browser, address: str, *, whose: BrowserContext | None = None) -> None:
    """No page is wider than a phone, be it a new visitor's or of ``whose`` file and run."""
    cookies = whose.storage_state() if whose else None
    phone = browser.new_context(
        base_url=address, viewport=PHONE, is_mobile=True, has_touch=True, storage_state=cookies
    )
    page = phone.new_page()
    for title in PAGES:
        page.goto("/" if title == "Home" else f"/{title.lower()}")
        settled(page, "Headline Lab" if title == "Home" else title)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{title} is {wide} pixels wider than the phone"
    phone.close()


@pytest.mark.long
def test_nothing_chosen_on_a_phone(browser: Browser, address: str) -> None:
    on_a_phone(browser, address)
