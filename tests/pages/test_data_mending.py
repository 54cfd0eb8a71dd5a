"""The Data page: articles filtered and sorted, corrected and deleted, left out, drawn; the list of changes."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Dataframe

from core import paths
from core.news.changes import NO_CHANGES, Changes, Edit, export_changes
from core.news.news import read_news
from pages.session import Session
from pages.wording import literal
from tests.pages.opening import download_buttons, fetch_download, labelled, open_page, write_news

PAGE = Path(__file__).parents[2] / "pages" / "data" / "page.py"
CATEGORIES = ("SPORT", "FOOD", "SPORT", "WEATHER", "SPORT", "FOOD")


@pytest.fixture
def news_file(tmp_path: Path) -> Path:
    """Thirty articles of three categories, one a day; each has one word more than the one before."""
    return write_news(
        tmp_path / "news.json",
        (
            {
                "headline": f"Headline {n}" + " word" * n,
                "category": CATEGORIES[n % 6],
                "date": str(date(2020, 1, 1) + timedelta(days=n)),
            }
            for n in range(30)
        ),
    )


def open_data(visit: Session) -> AppTest:
    return open_page(PAGE, visit)


def table(page: AppTest) -> Dataframe:
    """The articles drawn."""
    return next(frame for frame in page.dataframe if "Headline" in frame.value)


def numbers(page: AppTest) -> list[int]:
    return list(table(page).value["No."])


def tick(page: AppTest, *places: int) -> None:
    """Tick the rows at these places of the table."""
    page.session_state[table(page).key or ""] = {
        "selection": {"rows": list(places), "columns": [], "cells": []}
    }
    page.run()
    assert not page.exception


def press(page: AppTest, label: str, number: int = 0) -> None:
    [button for button in page.button if button.label == label][number].click().run()
    assert not page.exception


def keep_only_these(page: AppTest) -> None:
    press(page, "Keep only these")


def kept_rows(visit: Session) -> list[int]:
    """The rows of the file that are learnt from, from 0."""
    news = visit.read_news()
    assert news
    return list(news.table["row"]) if "row" in news.table else list(range(len(news)))


def test_articles_are_filtered_by_length_and_date_and_sorted(visit: Session) -> None:
    page = open_data(visit)
    assert numbers(page) == list(range(1, 31))
    labelled(page, "number_input", "At least this many words").set_value(5)  # article n has n + 1 words
    labelled(page, "number_input", "At most this many words").set_value(8)
    labelled(page, "selectbox", "Order").set_value("Longest first").run()
    assert numbers(page) == [7, 6, 5, 4]
    labelled(page, "date_input", "From").set_value(date(2020, 1, 5)).run()
    assert numbers(page) == [7, 6, 5]
    labelled(page, "date_input", "To").set_value(date(2020, 1, 6))
    labelled(page, "selectbox", "Order").set_value("Newest first").run()
    assert numbers(page) == [6, 5]
    labelled(page, "selectbox", "Order").set_value("Category A to Z").run()
    assert numbers(page) == [6, 5]  # FOOD, SPORT


def test_a_label_is_corrected_and_the_correction_undone(visit: Session) -> None:
    page = open_data(visit)
    tick(page, 0, 2)
    labelled(page, "selectbox", "Their category is").set_value("FOOD").run()
    press(page, "Correct")
    assert visit.reading.changes == Changes(
        edits=(
            Edit(row=0, headline="Headline 0", category="FOOD"),
            Edit(row=2, headline="Headline 2 word word", category="FOOD"),
        )
    )
    assert list(table(page).value["Category"][:3]) == ["FOOD", "FOOD", "FOOD"]
    assert literal("No. 1 “Headline 0”: SPORT is now FOOD") in [text.value for text in page.markdown]
    press(page, "Undo", 1)  # the last change stands first
    assert [edit.row for edit in visit.reading.changes.edits] == [2]
    press(page, "Undo all")
    assert visit.reading.changes is NO_CHANGES


def test_the_filter_stays_after_a_correction_and_nothing_is_ticked_any_more(visit: Session) -> None:
    page = open_data(visit)
    labelled(page, "selectbox", "Show").set_value("WEATHER").run()
    tick(page, 1)  # article 10, in the file's order
    labelled(page, "selectbox", "Its category is").set_value("SPORT").run()
    press(page, "Correct")
    assert visit.reading.changes.edits == (Edit.of(9, "Headline 9" + " word" * 9, "SPORT"),)
    assert labelled(page, "selectbox", "Show").value == "WEATHER"
    assert numbers(page) == [4, 16, 22, 28]
    assert not any(button.label == "Correct" for button in page.button)


def test_changes_are_shown_literally(visit: Session) -> None:
    edits = (Edit(row=0, headline="Headline 0", category="<b>$x$\u202e"),)
    visit.choose_reading(type(visit.reading)(changes=Changes(edits=edits, left_out=(":red[x]",))))
    shown_texts = [text.value for text in open_data(visit).markdown]
    assert literal("No. 1 “Headline 0”: SPORT is now <b>$x$⟨U+202E⟩") in shown_texts
    assert literal("Without the category :red[x]") in shown_texts


def test_what_is_deleted_after_a_change_is_the_row_that_was_ticked(visit: Session) -> None:
    page = open_data(visit)
    labelled(page, "multiselect", "Leave these categories out").set_value(["FOOD (10)"])
    keep_only_these(page)
    tick(page, 1)  # SPORT, article 3
    press(page, "Delete the article")
    assert visit.reading.changes == Changes(
        edits=(Edit.of(2, "Headline 2 word word", None),), left_out=("FOOD",)
    )
    assert 2 not in kept_rows(visit)
    assert len(kept_rows(visit)) == 19
    press(page, "Undo")  # the deletion
    assert 2 in kept_rows(visit)


def test_categories_are_left_out_kept_and_drawn_and_the_numbers_are_told(visit: Session) -> None:
    page = open_data(visit)
    labelled(page, "number_input", "Largest categories to keep").set_value(2)
    labelled(page, "number_input", "Articles per category").set_value(4)
    labelled(page, "date_input", "Only from").set_value(date(2020, 1, 7))
    keep_only_these(page)
    rows = kept_rows(visit)
    assert len(rows) == 8
    assert min(rows) >= 6
    assert sorted(CATEGORIES[row % 6] for row in rows) == ["FOOD"] * 4 + ["SPORT"] * 4
    assert any("Your changes leave 8 of 30 articles" in text.value for text in page.markdown)
    assert not any("so 8 from each category are drawn" in caption.value for caption in page.caption)
    labelled(page, "number_input", "Articles per category").set_value(9)  # FOOD has 8 from then on
    keep_only_these(page)
    assert len(kept_rows(visit)) == 16
    assert literal(
        "“FOOD” has only 8, so 8 from each category are drawn. Leave that category out to draw more."
    ) in [caption.value for caption in page.caption]
    labelled(page, "number_input", "Random seed").set_value(1)
    keep_only_these(page)
    assert kept_rows(visit) != rows
    press(page, "Undo", 0)  # the period
    assert min(kept_rows(visit)) < 6


def test_what_leaves_nothing_is_refused_and_the_earlier_changes_stay(visit: Session) -> None:
    page = open_data(visit)
    labelled(page, "number_input", "Largest categories to keep").set_value(1)
    keep_only_these(page)
    labelled(page, "multiselect", "Leave these categories out").set_value(
        ["SPORT (15)", "FOOD (10)", "WEATHER (5)"]
    )
    keep_only_these(page)
    assert page.error[0].value == literal("These changes leave no article. Undo one of them.")
    assert visit.reading.changes == Changes(largest=1)
    labelled(page, "date_input", "Only from").set_value(date(2020, 1, 7))
    labelled(page, "date_input", "Only to").set_value(date(2020, 1, 6))
    keep_only_these(page)
    assert "the period ends before it begins" in page.error[0].value
    assert visit.reading.changes == Changes(largest=1)


def test_the_changes_are_downloaded_and_applied_again(visit: Session, news_file: Path) -> None:
    visit.choose_reading(type(visit.reading)(changes=Changes(largest=2)))
    page = open_data(visit)
    assert download_buttons(page)["Download the changes"]
    document = fetch_download(page, "Download the changes").body
    assert json.loads(document)["changes"] == {"largest": 2}
    press(page, "Undo all")
    assert len(kept_rows(visit)) == 30
    uploader = labelled(page, "file_uploader", "Upload changes.json")
    uploader.upload("changes.json", document).run()
    assert visit.reading.changes == Changes(largest=2)
    other = export_changes(Changes(largest=1), "other.csv", "0" * 64)
    labelled(page, "file_uploader", "Upload changes.json").upload("changes.json", other).run()
    assert page.error[0].value == literal("This list of changes belongs to another file: other.csv.")
    assert visit.reading.changes == Changes(largest=2)


def test_of_many_changes_the_last_ten_are_listed_and_more_on_request(visit: Session, news_file: Path) -> None:
    headlines = read_news(news_file).table["headline"]
    edits = tuple(Edit.of(row, headlines[row], "FOOD") for row in range(25))
    visit.choose_reading(type(visit.reading)(changes=Changes(edits=edits)))
    page = open_data(visit)
    assert sum(button.label == "Undo" for button in page.button) == 10
    press(page, "Show 15 more of 25")
    assert sum(button.label == "Undo" for button in page.button) == 25


def test_an_edit_that_no_longer_matches_its_row_is_named(visit: Session) -> None:
    edits = (Edit(row=0, headline="Another headline", category="FOOD"),)
    visit.choose_reading(type(visit.reading)(changes=Changes(edits=edits)))
    page = open_data(visit)
    assert any("not applied" in text.value for text in page.markdown)


def test_the_changes_outlive_the_tab(visit: Session) -> None:
    visit.choose_reading(type(visit.reading)(changes=Changes(first_day=date(2020, 1, 3), left_out=("FOOD",))))
    again = Session("a", paths.visitors() / "a.json")
    assert again.reading == visit.reading
