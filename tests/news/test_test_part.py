"""A test file behind the file that is learnt from: its rows, the spelling of its categories, what could not be read."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.news.changes import Changes, Edit
from core.news.news import News, mend, read_news
from core.news.reading import Columns, Reading
from core.news.test_part import with_test

TRAIN = [("cat", "ANIMALS", "2020-01-02"), ("roof", "HOMES", "2020-01-03"), ("dog", "ANIMALS", None)]
TEST = [("hen", "Animals", "2021-05-01"), ("vote", "Politics", None), ("door", " homes ", None)]


def written(path: Path, articles: list[tuple[str, str, str | None]], *lines: str) -> News:
    rows = [
        {"headline": headline, "short_description": "x", "category": category}
        | ({"date": date} if date else {})
        for headline, category, date in articles
    ]
    path.write_text("\n".join([*map(json.dumps, rows), *lines]), encoding="utf-8")
    return read_news(path)


def test_the_test_file_s_rows_stand_last_in_the_spelling_of_the_other(tmp_path: Path) -> None:
    news = written(tmp_path / "train.json", TRAIN)
    both = with_test(news, written(tmp_path / "test.json", TEST))
    assert both.test_rows == 3
    assert both.table["headline"].tolist() == ["cat", "roof", "dog", "hen", "vote", "door"]
    assert both.table["category"].tolist() == [
        "ANIMALS",
        "HOMES",
        "ANIMALS",
        "ANIMALS",
        "Politics",
        "HOMES",
    ]
    assert both.categories == ("ANIMALS", "HOMES", "Politics")
    assert both.table["date"].dt.year.fillna(0).tolist() == [2020, 2020, 0, 2021, 0, 0]
    assert len(news) == 3  # as it was


def test_the_table_has_the_columns_and_types_of_one_that_was_read(tmp_path: Path) -> None:
    news = written(tmp_path / "train.json", TRAIN)
    both = with_test(news, written(tmp_path / "test.json", TEST))
    again = written(tmp_path / "both.json", [*TRAIN, *((h, c.strip().upper(), d) for h, c, d in TEST)])
    assert both.table.columns.tolist() == again.table.columns.tolist()
    assert both.table.dtypes.drop("category").tolist() == again.table.dtypes.drop("category").tolist()
    expected = again.table.assign(
        category=again.table["category"].astype(str).replace("POLITICS", "Politics")
    )
    pd.testing.assert_frame_equal(both.table.assign(category=both.table["category"].astype(str)), expected)


def test_rows_of_a_mended_file_keep_their_positions_and_the_test_file_s_stand_behind(tmp_path: Path) -> None:
    news = written(tmp_path / "train.json", TRAIN)
    mended = mend(news, Changes(edits=(Edit.of(1, "roof", None),)))
    both = with_test(mended, written(tmp_path / "test.json", TEST))
    assert both.table["row"].dtype == np.int64
    assert both.table["row"].tolist() == [0, 2, 3, 4, 5]
    assert both.table.columns.tolist() == [*news.table.columns, "row"]
    again = with_test(both, written(tmp_path / "test.json", TEST[:1]))
    assert again.table["row"].tolist() == [0, 2, 3]
    assert "row" not in with_test(news, mended).table


def test_lines_of_both_files_that_cannot_be_read_are_counted(tmp_path: Path) -> None:
    news = written(tmp_path / "train.json", TRAIN, "no json")
    both = with_test(news, written(tmp_path / "test.json", TEST, "no json", "{}", "no json"))
    assert both.rejected_count == 4
    assert [line.reason.startswith("test.json: ") for line in both.rejected] == [False, True, True, True]
    assert [group.rows for group in both.test_rejected] == [2, 1]
    assert sum(rows for _, rows in both.rejected_reasons) == 4
    assert len(both) + both.rejected_count == 3 + 3 + 4


def test_another_test_file_takes_the_first_one_s_place(tmp_path: Path) -> None:
    news = written(tmp_path / "train.json", TRAIN, "no json")
    first = with_test(news, written(tmp_path / "first.json", TEST, "no json", "{}"))
    both = with_test(first, written(tmp_path / "second.json", TEST[:1], "{}"))
    assert both.table["headline"].tolist() == ["cat", "roof", "dog", "hen"]
    assert (both.test_rows, both.rejected_count) == (1, 2)
    assert sum(rows for _, rows in both.rejected_reasons) == 2


def test_of_a_thousand_unreadable_lines_and_more_all_are_counted(tmp_path: Path) -> None:
    test = written(tmp_path / "test.json", TEST, *["no json"] * 1_500)
    both = with_test(written(tmp_path / "train.json", TRAIN), test)
    assert sum(group.rows for group in both.test_rejected) == 1_500
    assert len(both.rejected) == 1_000


def test_another_test_file_takes_the_place_of_the_first_and_of_what_was_said_of_it(tmp_path: Path) -> None:
    path = tmp_path / "both.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, lines in (
            ("train.csv", "cat,A\nroof,B\n,,\ndog,A\n"),
            ("test.csv", "cat,A\ncat,B\n,\n1,2,3\nhen,\n"),
        ):
            archive.writestr(name, f"title,label\n{lines}")
    news = read_news(path)
    assert any("test.csv" in sentence for sentence in news.alerts)
    assert any("test.csv" in sentence for sentence in news.warnings)
    alone = read_news(path, reading=Reading(member="train.csv"))
    given = written(tmp_path / "other.json", TEST)
    both, wanted = with_test(news, given), with_test(alone, given)
    assert (both.alerts, both.warnings, both.lasting_warnings) == (
        wanted.alerts,
        wanted.warnings,
        wanted.lasting_warnings,
    )
    assert (both.rejected, both.rejected_reasons) == (wanted.rejected, wanted.rejected_reasons)
    assert not any("test.csv" in line.reason for line in both.rejected)
    assert both.rows_in_file == wanted.rows_in_file


@pytest.mark.parametrize("shape", ["lists", "objects"])
def test_a_json_object_of_training_and_test_rows_has_a_test_part(shape: str, tmp_path: Path) -> None:
    def rows(start: int, end: int) -> list[object]:
        pairs = [(f"Rain falls {number} times", "AB"[number % 2]) for number in range(start, end)]
        return [
            dict(zip(("text", "label"), pair, strict=True)) if shape == "objects" else pair for pair in pairs
        ]

    path = tmp_path / "news.json"
    path.write_text(json.dumps({"test": [*rows(10, 14), 5], "train": rows(0, 10)}))
    news = read_news(path)
    assert news.table["headline"].tolist() == [f"Rain falls {number} times" for number in range(14)]
    assert (news.test_rows, news.rejected_count, news.rows_in_file) == (4, 1, 15)
    assert [(group.reason, group.rows) for group in news.test_rejected] == [
        ("a number, neither an object nor a text", 1)
    ]
    assert "The file has parts for training and test: its last 4 articles are the test part." in news.warnings
    again = read_news(path, reading=news.reading)
    assert (again.test_rows, again.key) == (4, news.key)
    assert again.table.equals(news.table)
    other = written(tmp_path / "other.csv", [("Snow", "A", None)])
    assert with_test(news, other).table["headline"].tolist()[10:] == ["Snow"]


def test_rows_whose_part_is_their_category_have_no_test_part(tmp_path: Path) -> None:
    path = tmp_path / "news.json"
    texts = [f"Rain falls {number} times" for number in range(9)]
    path.write_text(json.dumps({"train": texts, "test": texts[:3]}))
    news = read_news(path, reading=Reading(columns=Columns(headline="headline", category="split")))
    assert (len(news), news.test_rows, news.categories) == (12, 0, ("test", "train"))
