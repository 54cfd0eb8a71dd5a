"""The Data page in a browser: columns confirmed by hand and learnt from, a column asked for, a label corrected."""

import csv
import random
import re
import zipfile
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.test_path import PHONE, drawn, picture, scored, settled, start

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ASKED = "Is the file read correctly?"
ROW = 35  # pixels of a table's row, and of its header
# A made-up world of four sections, as AG News has them, each with words of its own.
WORDS = {
    "1": "embassy border treaty minister talks summit refugees ceasefire",
    "2": "striker coach playoffs goal league sprinter final referee",
    "3": "shares bank profit airline debt merger prices retailer",
    "4": "comet chip telescope software robot crater browser genome",
}
NAMES = {"1": "World", "2": "Sports", "3": "Business", "4": "Sci/Tech"}


def write_table(path: Path, header: tuple[str, ...], rows: int = 320) -> Path:
    """A CSV of category, title and description under this header."""
    rng = random.Random(17)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
        writer.writerow(header)
        for n in range(rows):
            category = rng.choice("1234")
            words = rng.sample(WORDS[category].split(), 4)
            title = f"{words[0].title()} and {words[1]} in town {n}"
            writer.writerow((category, title, f"It was about {words[2]} and the {words[3]}."))
    return path


def upload(page: Page, file: Path) -> None:
    page.goto("/data")
    settled(page, "Data")
    page.get_by_test_id("stFileUploader").first.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text(f"Chosen: {file.name}")).to_be_visible()
    drawn(page, "Data")


def choose(page: Page, label: str, option: str) -> None:
    """Choose the option in the select box with this label."""
    page.get_by_role("combobox", name=label, exact=True).click()
    page.get_by_role("option", name=option, exact=True).click()


def tick(page: Page, row: int) -> None:
    """Tick a row of the articles; a table is painted on a canvas, with the box in its first 30 pixels."""
    articles = page.get_by_test_id("stDataFrame").filter(has=page.get_by_label("Articles found")).last
    articles.click(position={"x": 16, "y": ROW * (row + 1.5)})
    expect(page.get_by_text("1 article ticked")).to_be_visible()


def ranking_of_a_trained_network(page: Page) -> Locator:
    """Train on the chosen file, and rank the categories of a headline about sports."""
    page.get_by_role("link", name="Train", exact=True).click()
    settled(page, "Train")
    start(page)
    scored(page)
    page.get_by_role("button", name="Predict").click()
    settled(page, "Predict")
    page.get_by_role("textbox", name="Headline").fill("Striker and goalkeeper lose the final, coach says")
    return page.get_by_role("list", name="Labels and their probabilities")


@pytest.mark.long
def test_a_table_as_ag_news_has_it_from_upload_to_prediction(
    page: Page, tmp_path: Path, pictures: Path | None
) -> None:
    upload(page, write_table(tmp_path / "train.csv", ("Class Index", "Title", "Description")))
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    picture(page, pictures, "data_columns")
    choose(page, "Description", "none")
    choose(page, "Headline", "Description")
    for number, name in NAMES.items():
        page.get_by_role("textbox", name=f"{number} is", exact=True).fill(name)
    page.get_by_role("button", name="read it like this").click()
    expect(page.get_by_role("heading", name=ASKED)).to_have_count(0)
    page.get_by_text("How the file is read:").click()
    expect(page.get_by_text("Column “Title” is not used.")).to_be_visible()
    choose(page, "Headline", "Title")
    choose(page, "Description", "Description")
    page.get_by_role("button", name="Read it like this").click()
    expect(page.get_by_text("headline from “Title”, description from “Description”")).to_be_visible()
    drawn(page, "Data")

    ranking = ranking_of_a_trained_network(page)
    expect(ranking.get_by_role("listitem")).to_have_count(4)
    for name in NAMES.values():
        expect(ranking).to_contain_text(name)


@pytest.mark.long
def test_a_folder_of_texts_for_each_category_in_a_zip_from_upload_to_prediction(
    page: Page, tmp_path: Path, pictures: Path | None
) -> None:
    file, rng = tmp_path / "news.zip", random.Random(23)
    with zipfile.ZipFile(file, "w") as archive:
        for n in range(320):
            category = rng.choice("1234")
            words = rng.sample(WORDS[category].split(), 4)
            text = f"{words[0].title()} and {words[1]} in town {n}\n\nIt was about {words[2]} and the {words[3]}, £5."
            archive.writestr(f"news/{NAMES[category].replace('/', ' ')}/{n:03}.txt", text.encode("cp1252"))
    upload(page, file)
    expect(page.get_by_text("a folder of texts for each category")).to_be_visible()
    expect(page.get_by_text("Windows-1252")).to_be_visible()
    picture(page, pictures, "data_folders")
    ranking = ranking_of_a_trained_network(page)
    expect(ranking.get_by_role("listitem").first).to_contain_text("Sports")


@pytest.mark.long
def test_a_file_whose_category_nobody_can_guess_is_asked_for(
    page: Page, tmp_path: Path, pictures: Path | None
) -> None:
    file = tmp_path / "survey.csv"
    rng = random.Random(5)
    texts = [" ".join(rng.sample(WORDS[category].split(), 6)) for category in "1234" * 20]
    file.write_text(
        "q1,q2,q3\n" + "".join(f"{text} {n},{text[::-1]} {n},{n}\n" for n, text in enumerate(texts))
    )
    upload(page, file)
    expect(page.get_by_role("heading", name=ASKED)).to_be_visible()
    expect(page.get_by_text(re.compile("^Choose which columns? hold"))).to_be_visible()
    expect(page.get_by_text("Articles kept")).to_have_count(0)
    picture(page, pictures, "data_unknown")
    choose(page, "Headline", "q1")
    choose(page, "Description", "none")
    choose(page, "Category", "q3")
    page.get_by_role("button", name="Read it like this").click()
    expect(page.get_by_text("Articles kept")).to_be_visible()
    page.reload()  # what was chosen is kept
    expect(page.get_by_text("headline from “q1”, category from “q3”")).to_be_visible()


@pytest.mark.long
def test_a_label_is_corrected_to_a_typed_category_and_undone(page: Page, tmp_path: Path) -> None:
    upload(page, write_table(tmp_path / "news.csv", ("category", "headline", "short_description")))
    tick(page, 1)
    box = page.get_by_role("combobox", name="Its category is")
    box.fill("Odd <b>news</b>")
    box.press("Enter")
    page.get_by_role("button", name="Correct", exact=True).click()
    expect(page.get_by_text("Your changes leave 320 of 320 articles")).to_be_visible()
    expect(page.get_by_text("is now Odd <b>news</b>")).to_be_visible()
    expect(page.get_by_text("1 article ticked")).to_have_count(0)
    drawn(page, "Data")
    tick(page, 0)
    page.get_by_role("button", name="Delete the article").click()
    expect(page.get_by_text("Your changes leave 319 of 320 articles")).to_be_visible()
    page.get_by_role("button", name="Undo", exact=True).first.click()
    expect(page.get_by_text("Your changes leave 320 of 320 articles")).to_be_visible()
    page.get_by_role("button", name="Undo all").click()
    expect(page.get_by_text("No changes yet")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_confirmation_and_changes_fit_a_phone(
    browser: Browser, address: str, tmp_path: Path, pictures: Path | None, scheme: Literal["light", "dark"]
) -> None:
    with browser.new_context(base_url=address, viewport=PHONE, color_scheme=scheme) as phone:
        page = phone.new_page()
        upload(page, write_table(tmp_path / "train.csv", ("Class Index", "Title", "Description")))
        page.get_by_role("heading", name=ASKED).scroll_into_view_if_needed()
        picture(page, pictures, f"data_phone_{scheme}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide == 0
