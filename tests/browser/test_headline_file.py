"""A table of one's own on Predict: another column is chosen, and all columns come back with the answers."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from core import paths
from core.model.classifier import Classifier
from tests.browser.test_path import picture, settled

pytestmark = pytest.mark.browser
ROWS = (
    ("4711", "Le café du coin", "The senate votes on the health care bill", "1,5"),
    ("4712", "Une équipe", "The team wins the championship game", "2"),
    ("4713", "Rien", "", ""),
)


def test_a_table_comes_back_with_all_its_columns(page: Page, tmp_path: Path, pictures: Path | None) -> None:
    file = tmp_path / "my table.csv"
    lines = ["sep=;", "nr;title;comment;price", *(";".join(row) for row in ROWS)]
    file.write_bytes("\r\n".join(lines).encode("cp1252"))
    page.goto("/predict")
    settled(page, "Predict")
    uploader = page.get_by_test_id("stFileUploader").filter(has_text="One headline per line")
    uploader.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("Read as CSV, separated by semicolons.")).to_be_visible()
    choice = page.get_by_role("combobox", name="Headline")
    choice.click()
    page.get_by_role("option", name="comment", exact=True).click()
    settled(page, "Predict")
    page.get_by_role("combobox", name="Description").click()
    page.get_by_role("option", name="none", exact=True).click()
    settled(page, "Predict")
    page.get_by_role("button", name="Classify all").click()
    expect(page.get_by_text("2 headlines classified in")).to_be_visible(timeout=60_000)
    expect(page.get_by_text("The first one is line 5: comment is empty or no text.")).to_be_visible()
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the answers (CSV)").click()
    with Path(downloading.value.path()).open(encoding="utf-8-sig", newline="") as stream:
        answers = list(csv.DictReader(stream))
    assert [tuple(row.values())[:4] for row in answers] == list(ROWS)
    expected = Classifier.load(paths.STARTER).predict([ROWS[0][2], ROWS[1][2]])
    assert [row["label"] for row in answers] == [*(one.label for one in expected), ""]
    page.get_by_text("Download the answers (CSV)").scroll_into_view_if_needed()
    picture(page, pictures, "predict_file")
