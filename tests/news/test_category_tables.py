"""A table for each category: files of an archive, or sheets of a workbook, whose names are the categories."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from core.errors import NewsFileError
from core.news.formats.category_tables import categories_of
from core.news.headline_files import inspect_headlines, read_headlines
from core.news.news import inspect_news, read_news
from core.news.reading import Columns, Reading
from tests.news.case_files import to_csv, to_ods, to_workbook
from tests.news.test_archives import PACKS, zipped

LABELS = ("sport", "food", "science")
NAMES = ("title", "text", "published")
Pack = Callable[[Mapping[str, bytes]], bytes]


def table_of(label: str, number: int = 10) -> list[tuple[str, str, str]]:
    return [
        (f"{label.title()} story {row} today", f"The café of {label} opens again", f"2020-01-{row + 1:02d}")
        for row in range(number)
    ]


def csv_of(label: str) -> bytes:
    return to_csv(NAMES, table_of(label)).encode()


def json_of(label: str) -> bytes:
    return json.dumps([dict(zip(NAMES, row, strict=True)) for row in table_of(label)]).encode()


def lines_of(label: str) -> bytes:
    return "\n".join(row[0] for row in table_of(label)).encode()


FILES: dict[str, Mapping[str, bytes]] = {
    "csv": {f"{label}.csv": csv_of(label) for label in LABELS},
    "in a folder, packed on a Mac": {f"news/{label}.csv": csv_of(label) for label in LABELS}
    | {
        "__MACOSX/news/._sport.csv": b"\x00\x05",
        "news/.DS_Store": b"\x00",
        "news/README.txt": b"Three files",
    },
    "folders": {f"{label}/articles.csv": csv_of(label) for label in LABELS},
    "json": {f"{label}.json": json_of(label) for label in LABELS},
    "formats mixed": {
        "sport.csv": csv_of("sport"),
        "food.json": json_of("food"),
        "science.csv": csv_of("science"),
    },
    "encodings mixed": {
        "sport.csv": csv_of("sport").decode().encode("cp1252"),
        "food.csv": csv_of("food"),
        "science.csv": csv_of("science").decode().encode("utf-16"),
    },
    "lines": {f"{label}.txt": lines_of(label) for label in LABELS},
    "suffixes": {f"news.{label}": lines_of(label) for label in LABELS},
}


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize("kind", FILES)
def test_the_name_of_each_file_is_its_category(kind: str, pack: Pack, tmp_path: Path) -> None:
    path = tmp_path / "news"
    path.write_bytes(pack(FILES[kind]))
    news = read_news(path)
    wanted = [(row[0], label) for label in LABELS for row in table_of(label)]
    assert list(zip(news.table["headline"], news.table["category"], strict=True)) == wanted
    assert (news.rejected_count, news.shape.kind) == (0, "3 files, one for each category")
    if kind not in ("lines", "suffixes"):
        assert set(news.table["short_description"]) == {
            f"The café of {label} opens again" for label in LABELS
        }
        assert news.table["date"].notna().all()
    assert inspect_news(path).used == news.shape.used
    again = read_news(path, reading=news.reading)
    assert again.table.equals(news.table)
    assert again.key == news.key
    assert again.fingerprint == news.fingerprint != ""


@pytest.mark.parametrize("to_book", [to_workbook, to_ods])
def test_the_name_of_each_sheet_is_its_category(to_book: Callable[..., bytes], tmp_path: Path) -> None:
    path = tmp_path / "news"
    path.write_bytes(to_book({label: [NAMES, *table_of(label)] for label in LABELS}))
    news = read_news(path)
    wanted = [(row[0], label) for label in LABELS for row in table_of(label)]
    assert list(zip(news.table["headline"], news.table["category"], strict=True)) == wanted
    assert news.shape.kind == "3 sheets of a workbook, one for each category"
    assert read_news(path, reading=news.reading).table.equals(news.table)


@pytest.mark.parametrize("to_book", [to_workbook, to_ods])
def test_a_sheet_of_notes_beside_those_of_the_categories_is_left_out_by_name(
    to_book: Callable[..., bytes], tmp_path: Path
) -> None:
    path = tmp_path / "news"
    sheets = {label: [NAMES, *table_of(label)] for label in LABELS}
    path.write_bytes(to_book({"Notes": [["Made for class 7b"], ["in May"]], **sheets}))
    news = read_news(path)
    assert (len(news), news.categories) == (30, ("food", "science", "sport"))
    assert "Not read, because other columns or too few rows are in it: Notes." in news.warnings


@pytest.mark.parametrize(
    "other", [b"title,text,published\r\n", b"name,rows\r\nsport,10\r\nfood,10\r\nscience,10\r\n"]
)
def test_a_file_of_something_else_beside_those_of_the_categories_is_left_out_by_name(
    other: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "news.zip"
    path.write_bytes(zipped({**FILES["csv"], "other.csv": other}))
    news = read_news(path)
    assert (len(news), news.categories) == (30, ("food", "science", "sport"))
    assert "Not read, because other columns or too few rows are in it: other.csv." in news.warnings
    assert read_news(path, reading=news.reading).table.equals(news.table)


def test_a_run_that_read_the_first_sheet_alone_reads_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "news.xlsx"
    sheets = {
        label: [
            ("title", "section"),
            *((row[0], "ab"[number % 2]) for number, row in enumerate(table_of(label))),
        ]
        for label in LABELS
    }
    path.write_bytes(to_workbook(sheets))
    news = read_news(path)
    assert (len(news), news.categories) == (10, ("a", "b"))
    assert "The workbook has several sheets. “sport” is read, not “food”, “science”." in news.warnings
    path.write_bytes(to_workbook({label: [("title", "mood"), *sheets[label][1:]] for label in LABELS}))
    chosen = Reading(columns=Columns(headline="title", category="mood"))
    assert read_news(path).categories == ("food", "science", "sport")
    assert (len(read_news(path, reading=chosen)), read_news(path, reading=chosen).categories) == (
        10,
        ("a", "b"),
    )


def test_true_and_fake_news_are_told_by_their_files_and_not_by_their_subjects(tmp_path: Path) -> None:
    path = tmp_path / "archive.zip"
    names = ("title", "text", "subject", "date")
    path.write_bytes(
        zipped(
            {
                f"{label}.csv": to_csv(
                    names,
                    (
                        (*row[:2], subjects[number % 2], "December 31, 2017 ")
                        for number, row in enumerate(table_of(label))
                    ),
                ).encode()
                for label, subjects in (
                    ("Fake", ("News", "politics")),
                    ("True", ("worldnews", "politicsNews")),
                )
            }
        )
    )
    news = read_news(path)
    assert news.categories == ("Fake", "True")
    assert news.shape.used == Columns(headline="title", description="text", category="category", date="date")
    by_subject = read_news(
        path, reading=Reading(columns=Columns(headline="title", description="text", category="subject"))
    )
    assert (len(by_subject), len(by_subject.categories)) == (20, 4)


def test_files_whose_column_says_their_one_category_are_read_together(tmp_path: Path) -> None:
    path = tmp_path / "news.zip"
    path.write_bytes(
        zipped(
            {
                f"part{number}.csv": to_csv(
                    ("title", "category"), ((row[0], label) for row in table_of(label))
                ).encode()
                for number, label in enumerate(LABELS)
            }
        )
    )
    news = read_news(path)
    assert (len(news), news.categories) == (30, ("food", "science", "sport"))
    assert news.shape.columns == ("title", "category", "file")


def test_a_row_that_cannot_be_read_is_named_with_its_file(tmp_path: Path) -> None:
    path = tmp_path / "news.zip"
    path.write_bytes(zipped({**FILES["csv"], "food.csv": csv_of("food") + b"one cell\r\n"}))
    news = read_news(path)
    assert (len(news), news.rejected_count) == (30, 1)
    assert (news.rejected[0].line, news.rejected[0].category) == (12, "food")
    assert news.rejected[0].reason == "food.csv: 1 column, but the first line names 3"


@pytest.mark.parametrize(
    "files",
    [
        {name: to_csv(("title", "label"), ((row[0], "ab"[n % 2]) for n, row in enumerate(table_of("x")))).encode()
         for name in ("one.csv", "two.csv")},  # each has the categories
        {name: to_csv(("Class Index", "Title"), ((n % 4, row[0]) for n, row in enumerate(table_of("x")))).encode()
         for name in ("monday.csv", "tuesday.csv")},  # in a column whose name is not certain
        {"articles.csv": csv_of("sport"), "people.csv": b"name,born\nAda L,1815\nAlan T,1912\nGrace,1906\n"},
        {"sport.csv": csv_of("sport"), "food.csv": b"title,text,published\n"},  # one has no rows
        {"one.txt": b"A text of\ntwo lines", "two.txt": b"Another text\nof two"},
    ],
)  # fmt: skip
def test_other_files_are_asked_about(files: Mapping[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "news.zip"
    path.write_bytes(zipped(files))
    shape = inspect_news(path)
    assert (shape.members, shape.columns) == (tuple(files), ())
    with pytest.raises(NewsFileError, match=r"holds 2 files: .* Choose one of them"):
        read_news(path)


def test_one_of_the_files_can_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "news.zip"
    path.write_bytes(zipped(FILES["csv"]))
    assert inspect_news(path).members == ("sport.csv", "food.csv", "science.csv")
    alone = inspect_news(path, reading=Reading(member="food.csv"))
    assert (alone.member, alone.columns) == ("food.csv", NAMES)


def test_headlines_of_all_files_are_answered(tmp_path: Path) -> None:
    path = tmp_path / "news.zip"
    path.write_bytes(zipped(FILES["csv"]))
    headlines = read_headlines(path, "news.zip")
    assert headlines.columns == (*NAMES, "category")
    assert headlines.rows[10] == (*table_of("food")[0], "food")
    assert inspect_headlines(path, "news.zip").used.headline == "title"


@pytest.mark.parametrize(
    ("names", "categories"),
    [
        (["sport.csv", "food.csv"], ["sport", "food"]),
        (["a/news/sport.csv.gz", "a/news/food.csv.gz"], ["sport", "food"]),
        (["sport/1.csv", "food/2.csv"], ["sport", "food"]),
        (["sport.csv", "food.json"], ["sport", "food"]),
        (["sport.csv", "more/food.csv"], ["sport.csv", "more/food.csv"]),
        (["news.pos", "news.neg"], ["pos", "neg"]),
    ],
)
def test_what_differs_of_the_names_is_the_category(names: list[str], categories: list[str]) -> None:
    assert categories_of(names) == categories
