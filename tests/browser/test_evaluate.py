"""A visitor whose run has ended looks at what it takes for what: a cell is clicked, and its headlines stand there."""

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from core.insight.evaluation.held_out import HeldOut
from core.model.classifier import Classifier
from core.runs.run import Run
from tests.browser.test_path import PHONE, picture, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def look(page: Page, view: str) -> None:
    page.get_by_role("radio", name=view, exact=True).click()
    settled(page, "Evaluate")


@pytest.mark.long
def test_a_cell_is_clicked_and_its_headlines_are_read(
    trained: Run, page: Page, pictures: Path | None
) -> None:
    labels = Classifier.load(trained.classifier_folder).labels
    test = HeldOut.load(trained.classifier_folder, categories=len(labels)).test
    assert test.articles
    answers = test.logits.argmax(axis=1)
    page.goto("/evaluate")
    settled(page, "Evaluate")
    expect(page.get_by_text(f"{100 * (answers == test.y).mean():.1f} %").first).to_be_visible()
    picture(page, pictures, "evaluate_scores")

    look(page, "Confusion")
    counts = np.zeros((len(labels), len(labels)), int)
    np.add.at(counts, (test.y, answers), 1)
    for own, named in (
        (2, 2),
        np.unravel_index((counts - np.diag(counts.diagonal())).argmax(), counts.shape),
    ):
        rows = np.flatnonzero((test.y == own) & (answers == named))
        what = "rightly" if own == named else labels[named]
        told = f"{len(rows)} of {counts[own].sum()} articles of {labels[own]} ("
        cell = page.get_by_role("gridcell", name=re.compile(re.escape(told) + rf".*called {what}$"))
        cell.click()
        expect(page.get_by_text(f"{len(rows)} of {counts[own].sum()} articles (")).to_be_visible()
        expect(cell).to_have_attribute("aria-selected", "true")
        shown = page.get_by_test_id("stMarkdownContainer").get_by_role("listitem")
        expect(shown).to_have_count(min(len(rows), 40))
        settled(page, "Evaluate")
        kept = {" ".join(test.articles.headlines[row].split()) for row in rows}
        read = [one.replace("\u2060", "").split("%", 1)[1].strip() for one in shown.all_inner_texts()]
        assert set(read) <= kept
    picture(page, pictures, "evaluate")

    # By the keyboard alone: from the chosen cell one down, and back.
    chosen = page.locator('td[aria-selected="true"]')
    before = chosen.get_attribute("aria-label")
    row = int(chosen.get_attribute("data-row") or 0)
    there, back = ("ArrowUp", "ArrowDown") if row else ("ArrowDown", "ArrowUp")
    for key in (there, back):
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        if key == there:
            expect(chosen).not_to_have_attribute("aria-label", before or "")
    expect(chosen).to_have_attribute("aria-label", before or "")
    width = chosen.bounding_box()
    page.get_by_role("button", name="Smaller cells").click()
    smaller = chosen.bounding_box()
    assert width
    assert smaller
    assert smaller["width"] < width["width"]

    look(page, "Calibration")
    # The input itself is not to be seen; its label is what a person clicks.
    page.get_by_text("Temperature scaling", exact=True).click()
    expect(page.get_by_text(re.compile(r"which makes every answer (surer|less sure)"))).to_be_visible()
    picture(page, pictures, "evaluate_calibration")
    look(page, "Confusable")
    picture(page, pictures, "evaluate_twins")
    look(page, "Word order")
    page.get_by_role("button", name="Change the order and ask again").click()
    expect(page.get_by_text("With the words shuffled, the network is right for")).to_be_visible()
    picture(page, pictures, "evaluate_order")


@pytest.mark.long
def test_the_starters_41_categories_on_a_phone(visitor: BrowserContext, page: Page) -> None:
    """A fresh visitor's: no view is wider than the phone, and the matrix is scrolled inside its frame."""
    page.set_viewport_size(PHONE)
    page.goto("/evaluate")
    settled(page, "Evaluate")
    for view in ("Scores", "Confusion", "Calibration", "Where it fails", "Confusable", "Word order"):
        look(page, view)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0, f"{view} is {wide} pixels wider than the phone"
        if view == "Confusion":
            expect(page.get_by_role("gridcell")).to_have_count(41 * 41)
            cell = page.get_by_role("gridcell", name=re.compile("articles of TASTE .*called FOOD & DRINK$"))
            cell.scroll_into_view_if_needed()
            cell.click()
            expect(page.get_by_text("headlines of these articles were not kept")).to_be_visible()


@pytest.mark.long
def test_a_file_of_ones_own_is_scored_and_its_rows_are_accounted_for(
    trained: Run, page: Page, tmp_path: Path, pictures: Path | None
) -> None:
    """Each category written otherwise than in training, one that is unknown, and a line that is no article."""
    labels = Classifier.load(trained.classifier_folder).labels
    test = HeldOut.load(trained.classifier_folder, categories=len(labels)).test
    assert test.articles
    rows = [
        {"headline": headline, "short_description": description, "category": f" {labels[label].lower()} "}
        for headline, description, label in zip(
            test.articles.headlines[:300],
            test.articles.descriptions[:300],
            test.y[:300].tolist(),
            strict=True,
        )
    ]
    rows += [{"headline": "An engine of the future", "category": "Zeppelins"}] * 12
    file = tmp_path / "my test articles.jsonl"
    file.write_text("\n".join([*map(json.dumps, rows), "no article"]), encoding="utf-8")
    page.goto("/evaluate")
    settled(page, "Evaluate")
    look(page, "Own file")
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(file)
    accounting = page.get_by_text("313 rows given, 300 scored, 13 left out:")
    expect(accounting).to_be_visible(timeout=60_000)
    expect(accounting).to_contain_text("12 of category 'Zeppelins', which the network does not know")
    right = float((test.logits[:300].argmax(axis=1) == test.y[:300]).mean())
    expect(page.get_by_text(f"right for {100 * right:.1f} % of 300 articles of this file")).to_be_visible()
    settled(page, "Evaluate")
    picture(page, pictures, "evaluate_own_file")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the answers (CSV)").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as stream:
        answers = list(csv.DictReader(stream))
    assert len(answers) == 300
    predicted = [labels[label] for label in test.logits[:300].argmax(axis=1)]
    assert [row["predicted"] for row in answers] == predicted
    page.reload()
    settled(page, "Evaluate")
