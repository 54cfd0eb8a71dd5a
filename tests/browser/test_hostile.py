"""Headlines and categories that would be markup, formulas or scripts, through every page in a real browser."""

import json
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from core import paths
from core.insight import artifacts
from core.insight.activations import top_activating
from core.insight.evaluation.held_out import HeldOut
from core.insight.word_map import computed_map
from core.runs.run_store import RunStore
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.text.cleaning import CleaningSettings
from core.training.events import Finished
from pages.session import Session
from tests.browser.conftest import choose
from tests.browser.test_path import drawn, settled
from tests.classifiers import random_classifier
from tests.insight.held_out_parts import held_out_part

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
        drawn(page, "Headline Lab" if title == "Home" else title)
        assert page.evaluate(FOUND) == NOTHING, title
    page.get_by_role("link", name="Predict", exact=True).click()
    settled(page, "Predict")
    box = page.get_by_role("textbox", name="Headline")
    words = page.get_by_role("list", name="Words as the network reads them")
    before = ""
    for headline in HEADLINES:
        box.fill(headline)
        expect(words).not_to_have_text(before, use_inner_text=True)  # it has been answered
        before = words.inner_text()
        drawn(page, "Predict")
        assert page.evaluate(FOUND) == NOTHING, headline


def hostile_run(owner: str, storage: Path) -> None:
    """A run of this visitor that has ended: categories, words and headlines of its test part would be markup."""
    words = ("<script>", ":red[b]", "$\\href{javascript:x}{y}$", "[a](javascript:x)", "**bold**", "plain")
    network = NetworkSettings(
        vocabulary_size=20, sequence_length=12, embedding_size=4, layers=(RecurrentLayer(units=3),)
    )
    # No cleaning: the words come to the pages as they were typed.
    whole = CleaningSettings(steps=("white_space",))
    classifier = random_classifier(network, labels=CATEGORIES, cleaning=whole, known=words, seed=2)
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 40)
    logits = rng.normal(0, 1, (120, 3)) + 1.5 * np.eye(3)[rng.permutation(y)]
    texts = [rng.integers(2, 8, 5).tolist() for _ in y]
    some = held_out_part(
        y, logits, texts=texts, years=2012 + y, headlines=[HEADLINES[n % 4] for n in range(120)]
    )
    held = HeldOut(validation=some, test=some, training_counts=np.array([400, 400, 400]))
    run = RunStore(storage / "runs").create(
        RunSettings(network=network), news=paths.SAMPLE, news_name=SCRIPT, fingerprint="0" * 64, owner=owner
    )

    def beside(made: Path) -> None:
        held.save(made)
        artifacts.write(
            made, computed_map.NAME, computed_map.compute_artifact(made, lambda stage, share: None)
        )
        artifacts.write(
            made, top_activating.NAME, top_activating.compute_artifact(made, lambda stage, share: None)
        )

    classifier.save(run.classifier_folder, add_files=beside)
    run.append(
        Finished(
            ending="epochs",
            epochs=1,
            best_epoch=1,
            validation_loss=1.0,
            validation_accuracy=0.5,
            test=classifier.card.test,
            seconds=1.0,
        )
    )
    Session(owner, storage / "visitors" / f"{owner}.json").choose_run(run.id)


@pytest.mark.long
def test_nothing_that_was_learnt_is_markup(
    visitor: BrowserContext, page: Page, address: str, server_storage: Path
) -> None:
    hostile_run(choose(visitor, address, server_storage, PRESETS["quick"]), server_storage)
    page.on("dialog", lambda dialog: pytest.fail(f"a dialog: {dialog.message}"))

    def nothing(title: str, where: str) -> None:
        drawn(page, title)
        assert page.evaluate(FOUND) == NOTHING, where

    page.goto("/evaluate")
    settled(page, "Evaluate")
    expect(page.get_by_text(":red[B] **bold**").first).to_be_visible()
    for view in ("Confusion", "Calibration", "Where it fails", "Confusable", "Word order", "Scores"):
        page.get_by_role("radio", name=view, exact=True).click()
        nothing("Evaluate", view)
    page.goto("/word_map")
    settled(page, "Word map")
    page.get_by_label("Search a word").fill("plain")
    for view in ("PCA", "PCA in 3D", "t-SNE"):
        page.get_by_role("radio", name=view, exact=True).click()
        nothing("Word map", view)
    page.goto("/predict")
    settled(page, "Predict")
    headline = ":red[b] <script> plain **bold** $\\href{javascript:x}{y}$ [a](javascript:x)"
    page.get_by_role("textbox", name="Headline").fill(headline)
    for look in ("Read along", "What each word adds", "Try another word", "Two classifiers"):
        page.get_by_role("radio", name=look).click()
        nothing("Predict", look)
    page.goto("/inside")
    settled(page, "Inside")
    page.get_by_role("textbox", name="Headline").fill(headline)
    for word in (":red[b]", "$\\href{javascript:x}{y}$"):
        expect(page.get_by_role("application").get_by_role("button", name=word)).to_be_visible()
    nothing("Inside", headline)
    page.get_by_role("button", name="Force it").click()
    expect(page.get_by_role("button", name="Release all")).to_be_visible()
    nothing("Inside", "held")
