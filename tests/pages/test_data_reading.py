"""The Data page: how a file is read is shown, confirmed and changed; what cannot be guessed is asked."""

import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Block

from core.news.reading import GUESSED, Columns
from pages.session import Session
from pages.wording import literal
from tests.pages.opening import fetch_download, labelled, metrics, open_visit

PAGE = Path(__file__).parents[2] / "pages" / "data" / "page.py"
ASKED = "Is the file read correctly?"
WORDS = ("rain", "goal", "soup", "vote", "comet", "bread", "storm")


def agnews(rows: int = 40) -> bytes:
    """A table as AG News has it: the category is a number."""
    lines = [
        f'"{1 + n % 4}","{WORDS[n % 7].title()} again for the {n}th time","It was day {n} of the {WORDS[n % 5]}."'
        for n in range(rows)
    ]
    return "\n".join(["Class Index,Title,Description", *lines]).encode()


def unknown(rows: int = 40) -> bytes:
    """A table in which nothing says what is the category: every value of every column occurs once."""
    lines = [f"{WORDS[n % 7]} {n} again,{WORDS[n % 5]} it was {n},{n}x" for n in range(rows)]
    return "\n".join(["q1,q2,q3", *lines]).encode()


def upload(content: bytes, name: str = "news.csv") -> tuple[AppTest, Session]:
    page, session = open_visit(PAGE)
    page.file_uploader[0].upload(name, content).run()
    assert not page.exception
    return page, session


def subheaders(page: AppTest) -> list[str]:
    return [each.value for each in page.subheader]


def preview(page: AppTest) -> pd.DataFrame:
    """The first rows, which stand above all other tables of the form."""
    return page.dataframe[0].value


def read_like_this(page: AppTest) -> None:
    next(button for button in page.button if "ead it like this" in button.label).click().run()
    assert not page.exception


def test_guessed_columns_are_shown_with_five_rows_and_confirmed() -> None:
    page, session = upload(agnews())
    assert ASKED in subheaders(page)
    assert list(preview(page).columns) == [
        "Class Index → category",
        "Title → headline",
        "Description → description",
    ]
    assert len(preview(page)) == 5
    assert metrics(page)["Articles kept"] == "40"  # the guess is used meanwhile
    assert labelled(page, "selectbox", "Headline").options == ["Class Index", "Title", "Description"]
    assert labelled(page, "selectbox", "Date").options[0] == "none"
    assert session.reading == GUESSED
    read_like_this(page)
    assert session.reading.columns == Columns(
        headline="Title", description="Description", category="Class Index"
    )
    assert ASKED not in subheaders(page)
    assert any(
        "headline from “Title”, description from “Description”, category from “Class Index”"
        in expander.label.replace("\\", "")
        for expander in page.expander
    )


def test_columns_named_as_they_are_meant_need_no_confirmation() -> None:
    page, _ = upload(agnews().replace(b"Class Index,Title", b"category,headline"))
    assert ASKED not in subheaders(page)


def test_another_column_is_chosen_and_what_is_not_used_is_said() -> None:
    page, session = upload(agnews())
    labelled(page, "selectbox", "Headline").set_value(2)
    labelled(page, "selectbox", "Description").set_value(0)  # none
    read_like_this(page)
    assert session.reading.columns == Columns(headline="Description", category="Class Index")
    assert literal("Column “Title” is not used.") in [caption.value for caption in page.caption]
    headlines = next(frame.value for frame in page.dataframe if "Headline" in frame.value)["Headline"]
    assert headlines[0] == "It was day 0 of the rain."


def test_a_column_that_cannot_be_guessed_is_asked_for_and_the_file_is_kept() -> None:
    page, session = upload(unknown())
    assert session.news_name == "news.csv"
    assert ASKED in subheaders(page)
    assert "Choose which column" in page.markdown[2].value
    assert not page.metric
    assert not page.error
    labelled(page, "selectbox", "Headline").set_value(0)
    labelled(page, "selectbox", "Description").set_value(2)
    labelled(page, "selectbox", "Category").set_value(2)
    read_like_this(page)
    assert metrics(page)["Rows in the file"] == metrics(page)["Articles kept"] == "40"
    assert metrics(page)["Categories"] == "40"
    assert session.reading.columns == Columns(headline="q1", description="q2", category="q3")


def test_a_column_with_two_roles_is_refused_and_the_earlier_reading_stays() -> None:
    page, session = upload(agnews())
    labelled(page, "selectbox", "Headline").set_value(0)
    read_like_this(page)
    assert page.error[0].value == literal(
        "The column “Class Index” is chosen twice. Choose another one, or none."
    )
    assert session.reading == GUESSED
    assert metrics(page)["Articles kept"] == "40"


def test_numbers_get_names() -> None:
    page, session = upload(agnews())
    labelled(page, "text_input", "1 is").set_value("World")
    labelled(page, "text_input", "2 is").set_value(" <b>Sports ")
    read_like_this(page)
    named = (("1", "World"), ("2", "<b>Sports"), ("3", "3"), ("4", "4"))
    assert session.reading.category_names == named
    assert labelled(page, "selectbox", "Show").options == ["All categories", "3", "4", "<b>Sports", "World"]
    assert labelled(page, "text_input", "1 is").value == "World"
    assert labelled(page, "text_input", "4 is").value == "4"
    labelled(page, "text_input", "2 is").set_value(" ")
    read_like_this(page)
    assert labelled(page, "selectbox", "Show").options == ["All categories", "2", "3", "4", "World"]


def test_another_encoding_is_chosen_and_kept() -> None:
    content = agnews().replace(b"Rain", "Čas".encode("cp1250")).replace(b"soup", "žena".encode("cp1250"))
    page, session = upload(content)
    labelled(page, "selectbox", "Encoding").set_value("cp1250")
    read_like_this(page)
    assert "Čas again for the 0th time" in list(preview(page)["Title → headline"])
    other = Session("visitor", session._file)
    assert other.reading == session.reading
    labelled(page, "selectbox", "Encoding").set_value("cp1252")
    read_like_this(page)
    assert session.reading.encoding == "cp1252"
    assert "Èas again for the 0th time" in list(preview(page)["Title → headline"])


def test_a_file_that_is_no_text_has_no_encoding_to_choose() -> None:
    content = io.BytesIO()
    pd.read_csv(io.BytesIO(agnews())).to_parquet(content)
    page, _ = upload(content.getvalue(), "news.parquet")
    assert "Category" in [box.label for box in page.selectbox]
    assert "Encoding" not in [box.label for box in page.selectbox]


def test_columns_of_any_name_are_shown_as_they_stand() -> None:
    header = '":red[a] $x$","<script>\u202e","[a](javascript:x)"\n'
    page, _ = upload(header.encode() + b"\n".join(agnews().splitlines()[1:]))
    texts = [text.value for text in (*page.caption, *page.markdown)] + [each.label for each in page.expander]
    for name in (":red[a]", "<script>", "[a](javascript"):
        assert not any(name in text for text in texts)
    assert ":red[a] $x$" in labelled(page, "selectbox", "Headline").options
    assert "<script>⟨U+202E⟩" in labelled(page, "selectbox", "Headline").options


def test_a_table_of_one_column_is_refused() -> None:
    page, session = upload(b"title\nOne thing\nAnother thing\n")
    assert page.error[0].value == literal(
        "news.csv has one column. A news file needs a headline and a category."
    )
    assert session.news_name is None


def dated(days: list[str]) -> bytes:
    lines = [f"{WORDS[n % 7]} {n} again,{'AB'[n % 2]},{day}" for n, day in enumerate(days)]
    return "\n".join(["headline,category,date", *lines]).encode()


def test_dates_that_could_be_either_are_asked_for_and_the_answer_is_kept() -> None:
    page, session = upload(dated(["03/04/2021", "05/06/2021", "07/02/2021"] * 4))
    assert ASKED in subheaders(page)
    assert literal("The dates do not say whether day or month comes first. Choose how they are written.") in [
        text.value for text in page.markdown
    ]
    labelled(page, "selectbox", "Dates").set_value("month-first")
    read_like_this(page)
    assert ASKED not in subheaders(page)
    assert session.reading.date_format == "month-first"
    articles = next(frame.value for frame in page.dataframe if "Headline" in frame.value)
    assert [str(day) for day in articles["Date"][:3]] == ["2021-03-04", "2021-05-06", "2021-07-02"]


def test_dates_that_decide_themselves_are_not_asked_for_and_can_be_changed() -> None:
    page, session = upload(dated(["03/04/2021", "25/06/2021"] * 4))
    assert ASKED not in subheaders(page)
    assert labelled(page, "selectbox", "Dates").value == "day-first"
    read_like_this(page)
    assert session.reading.date_format is None  # it stays what the file says
    labelled(page, "selectbox", "Dates").set_value("month-first")
    read_like_this(page)
    assert session.reading.date_format == "month-first"


def test_what_is_lost_is_said_above_everything_and_the_reasons_can_be_downloaded() -> None:
    good = [f'{{"headline": "{WORDS[n % 7]} {n}", "category": "{"AB"[n % 2]}"}}' for n in range(40)]
    bad = ['{"headline": "=1+1", "category": ', '{"headline": "no category"}'] * 4
    page, _ = upload("\n".join([*good, *bad]).encode(), "news.json")
    above = page.warning[0].value
    assert above.startswith("8 of 48 rows")
    assert "could not be read" in above
    assert metrics(page) == metrics(page) | {
        "Rows in the file": "48",
        "Rows rejected": "8",
        "Articles kept": "40",
    }
    assert "The charts show only the rows that could be read." in [caption.value for caption in page.caption]
    under_the_sentence = page.main.children[2]
    assert isinstance(under_the_sentence, Block)
    assert [warning.value for warning in under_the_sentence.warning] == [above]
    document = fetch_download(page, "Download the reasons").body.decode("utf-8-sig").splitlines()
    assert document[0] == '"line","reason"'
    assert len(document) == 9
    assert document[1].startswith("41,")


def test_what_is_read_whole_has_no_alert() -> None:
    page, _ = upload(agnews())
    assert not any("could not be read" in warning.value for warning in page.warning)
    assert not any("could be read" in caption.value for caption in page.caption)


def archive(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive_file:
        for name, content in files.items():
            archive_file.writestr(f"{name}.csv", content)
    return packed.getvalue()


def test_of_several_files_in_an_archive_one_is_chosen() -> None:
    page, session = upload(archive(monday=agnews(20), tuesday=agnews(30)), "week.zip")
    assert session.news_name == "week.zip"
    assert ASKED in subheaders(page)
    assert "The archive holds 2 files" in page.markdown[2].value
    assert not page.metric
    members = labelled(page, "selectbox", "File in the archive")
    assert members.options == ["monday.csv", "tuesday.csv"]
    members.set_value(1)
    read_like_this(page)
    assert session.reading.member == "tuesday.csv"
    assert metrics(page)["Articles kept"] == "30"
    read_like_this(page)  # the columns, too
    labelled(page, "selectbox", "File in the archive").set_value(0)
    read_like_this(page)
    assert metrics(page)["Articles kept"] == "20"


def test_a_training_and_a_test_file_are_both_read_and_nothing_is_asked_but_the_columns() -> None:
    page, session = upload(archive(train=agnews(40), test=agnews(12)), "news.zip")
    assert not any("The archive holds" in text.value for text in page.markdown)
    assert metrics(page)["Articles kept"] == "52"
    read_like_this(page)
    assert session.reading.member is None
    assert metrics(page)["Articles kept"] == "52"
    assert ASKED not in subheaders(page)


@pytest.mark.parametrize("name", ["cleaning", "words", "train", "race"])
def test_other_pages_send_to_this_one_where_a_column_is_not_known(name: str, tmp_path: Path) -> None:
    file = tmp_path / "news.csv"
    file.write_bytes(unknown())
    page, _ = open_visit(PAGE.parents[1] / name / "page.py", file)
    if name == "train":
        page.button(key="start").click().run()
    assert not page.exception
    (error,) = page.error
    assert "Name them on the Data page" in error.value.replace("\\", "")
    assert page.button(key="to_data").label == "Open the Data page"
