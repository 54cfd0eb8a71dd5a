"""Files of headlines in every supported format, and malformed ones."""

import gzip
import io
import json
import tempfile
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NewsFileError
from core.news import headline_files as module
from core.news.headline_files import PLAIN_TEXT, Headlines, answer_columns, inspect_headlines, read_headlines
from core.news.reading import Columns, Reading


def whole(content: bytes | str, name: str = "list.txt", **columns: str) -> Headlines:
    """What is read of a file with this content."""
    content = content if isinstance(content, bytes) else content.encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "upload"
        path.write_bytes(content)
        reading = Reading(columns=Columns(**columns)) if columns else Reading()
        return read_headlines(path, name, reading)


def read(
    content: bytes | str, name: str = "list.txt"
) -> tuple[str, tuple[str, ...], tuple[tuple[int, str], ...]]:
    """The file's kind, its headlines and its rejected lines."""
    headlines = whole(content, name)
    return headlines.shape.kind, headlines.headlines, headlines.rejected


def refused(content: bytes | str, name: str = "list.txt") -> str:
    with pytest.raises(NewsFileError) as caught:
        read(content, name)
    return str(caught.value)


def test_plain_lines() -> None:
    assert read("First\r\n\n  Second, with a comma \n\ufeffThird") == (
        PLAIN_TEXT,
        ("First", "Second, with a comma", "\ufeffThird"),
        (),
    )
    assert read(b"\xef\xbb\xbfFirst\n")[1] == ("First",)
    assert read("one\u2028still one\x85and on\ntwo")[1] == ("one\u2028still one\x85and on", "two")
    assert read("One cat\rTwo dogs\rThree hens")[1] == ("One cat", "Two dogs", "Three hens")


def test_a_headline_that_begins_with_a_label_in_brackets_is_no_array() -> None:
    assert read("[VIDEO] Watch a cat\n[Photos]Dog, too\n")[:2] == (
        PLAIN_TEXT,
        ("[VIDEO] Watch a cat", "[Photos]Dog, too"),
    )


def test_lines_with_a_comma_each_are_a_table_only_under_names() -> None:
    lines = "Cat, dog win\nHen, goat lose\nFox, owl draw\n"
    assert read(lines)[1] == ("Cat, dog win", "Hen, goat lose", "Fox, owl draw")
    table = whole(f"title,author\n{lines}")
    assert table.headlines == ("Cat", "Hen", "Fox")
    assert table.rows == (("Cat", " dog win"), ("Hen", " goat lose"), ("Fox", " owl draw"))


@pytest.mark.parametrize(
    ("delimiter", "words"), [(",", "commas"), (";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")]
)
def test_csv_with_a_column_headline(delimiter: str, words: str) -> None:
    table = pd.DataFrame({"id": [1, 2], "Headline": ['Say "no"; or, not', "Two\nlines"], "x": ["a", "b"]})
    kind, headlines, rejected = read(table.to_csv(index=False, sep=delimiter))
    assert (kind, headlines, rejected) == (
        f"CSV, separated by {words}",
        ('Say "no"; or, not', "Two\nlines"),
        (),
    )


def test_every_column_is_kept_and_the_rows_stay_in_order() -> None:
    table = whole(
        "sep=;\nid;headline;description;price\n7;A cat sat;It was a mat;1,5\n8;;;2\n9;A dog ran;;\n",
        "list.csv",
    )
    assert table.columns == ("id", "headline", "description", "price")
    assert table.rows == (
        ("7", "A cat sat", "It was a mat", "1,5"),
        ("8", "", "", "2"),
        ("9", "A dog ran", "", ""),
    )
    assert (table.headlines, table.descriptions) == (("A cat sat", "", "A dog ran"), ("It was a mat", "", ""))
    assert table.answered == [0, 2]
    assert (table.rejected, table.rejected_count) == (((4, "headline is empty or no text"),), 1)


def test_any_column_can_be_the_headline() -> None:
    content = "headline,comment,n\nOne,A comment,1\nTwo,,2\n"
    table = whole(content, "list.csv", headline="comment", description="n")
    assert (table.headlines, table.descriptions) == (("A comment", ""), ("1", "2"))
    assert table.answered == [0, 1]
    with pytest.raises(NewsFileError, match="no column 'title'"):
        whole(content, "list.csv", headline="title")


def test_a_row_without_a_headline_is_answered_by_its_description() -> None:
    table = whole("headline,description\nOne,x\n,Only this\n", "list.csv")
    assert (table.answered, table.rejected) == ([0, 1], ())


def test_values_of_json_become_cells() -> None:
    record = {
        "headline": "One",
        "tags": ["a", {"b": None}],
        "n": 2.5,
        "ok": True,
        "no": None,
        "who": {"a": 1},
    }
    table = whole(f'{json.dumps(record)}\n{{"headline": "Two", "later": 3}}\n')
    assert table.columns == ("headline", "tags", "n", "ok", "no", "who.a", "later")
    assert table.rows == (
        ("One", '["a", {"b": null}]', 2.5, "true", "", 1, ""),
        ("Two", "", "", "", "", "", 3),
    )


def test_encodings() -> None:
    lines = "Le café est à côté de l’école\nUn gâteau très léger, s’il vous plaît\n" * 5
    headlines = tuple(lines.splitlines())
    for encoding in ("cp1252", "utf-16", "utf-8-sig"):
        assert read(lines.encode(encoding))[1] == headlines
    table = whole(f"n;titre\n1;{headlines[0]}\n2;{headlines[1]}\n".encode("cp1252"), "list.csv")
    assert (table.headlines, table.shape.encoding) == (headlines[:2], "cp1252")


def test_tables_that_are_no_text() -> None:
    table = pd.DataFrame({"id": [1, 2], "title": ["A cat sat", "A dog ran"], "score": [0.5, None]})
    content = io.BytesIO()
    table.to_parquet(content)
    read_table = whole(content.getvalue(), "mine.parquet")
    assert read_table.shape.kind == "Parquet"
    assert (read_table.columns, read_table.headlines) == (
        ("id", "title", "score"),
        ("A cat sat", "A dog ran"),
    )
    assert read_table.rows == ((1, "A cat sat", 0.5), (2, "A dog ran", ""))


def test_a_file_of_an_archive_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("in/a.csv", "title,n\nA cat sat,1\n")
        archive.writestr("in/b.csv", "title,n\nA dog ran,2\n")
    shape = inspect_headlines(path, path.name)
    assert (shape.members, shape.columns) == (("in/a.csv", "in/b.csv"), ())
    reading = Reading(member="in/b.csv")
    assert inspect_headlines(path, path.name, reading).columns == ("title", "n")
    assert read_headlines(path, path.name, reading).headlines == ("A dog ran",)
    with pytest.raises(NewsFileError, match="Choose one"):
        read_headlines(path, path.name)


def test_packed_files() -> None:
    assert whole(gzip.compress(b"One cat\nTwo dogs\n")).headlines == ("One cat", "Two dogs")


def test_a_file_that_is_too_large_once_unpacked_is_refused() -> None:
    packed = gzip.compress(b"A cat sat on the mat\n" * 1_200_000)
    assert len(packed) < module.MAX_BYTES
    with pytest.raises(NewsFileError, match="when unpacked"):
        whole(packed)


def test_csv_rows_that_hold_none() -> None:
    assert read("id,headline\n1,One\n2\n3,\n\n4,Four\n") == (
        "CSV, separated by commas",
        ("One", "", "Four"),
        (
            (3, "1 column, but the first line names 2"),
            (4, "headline is empty or no text"),
        ),
    )


def test_json_lines_and_array() -> None:
    records = [{"headline": "One", "category": "A"}, {"headline": "Two\u2028"}]
    lines = "\n".join(map(json.dumps, records))
    assert read(lines)[1:] == read(json.dumps(records))[1:] == (("One", "Two"), ())
    assert read('["One", "Two"]')[1:] == (("One", "Two"), ())


def test_json_lines_that_hold_none() -> None:
    rows = ['{"headline": null}', '{"title": "x"}', '{"headline": ""}', '{"headline": ' + "9" * 5000 + "}"]
    lines = ["[1]", '{"head', "[" * 100_000, '{"headline": "cut off']
    table = whole('{"headline": "One"}\n' + "\n".join([*rows, *lines]))
    assert table.headlines == ("One", "", "", "", "")
    assert [line for line, _ in table.rejected] == list(range(2, 10))
    assert table.rejected[0][1] == "headline is empty or no text"
    assert table.rejected[1][1] == "headline is missing"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n\t\n", "only white space"),
        (b"headline\n", "holds no headline"),
        (b"\x89PNG\r\n\x1a\n\x00", "is a PNG image"),
        (b"PK\x03\x04\x00", "damaged zip"),
        (b"\x80\x04\x95abc", "a Python pickle"),
        (b"[1, 2", "holds no headline. Line 1"),
        (b"[" * 100_000, "holds no headline"),
        (b"[1, 2]", "holds no headline. Line 1"),
        (b"id,n\n1,2\n3,4\n", "Which column of list.txt holds the headline?"),
        (b"x" * (module.MAX_BYTES + 1), "the most is 20 MB"),
    ],
)
def test_what_is_refused(content: bytes, message: str) -> None:
    assert message in refused(content)


def test_the_answer_has_no_column_twice() -> None:
    assert answer_columns(("headline", "Label", "probability_2", "predicted_label"), ranked=2) == (
        "predicted_predicted_label",
        "probability",
        "label_2",
        "predicted_probability_2",
    )


def test_more_headlines_than_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HEADLINES", 3)
    assert len(read("a\nb\nc")[1]) == 3
    assert "more than 3 headlines" in refused("a\nb\nc\nd")


def test_reasons_are_capped_but_counted() -> None:
    headlines = whole(b'{"headline": "One"}\n' + b"{\n" * 1500, "x")
    assert (len(headlines.rejected), headlines.rejected_count) == (1000, 1500)


safe = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\x00\ufeff"), min_size=1).filter(
    str.strip
)


@given(st.lists(safe.map(str.strip), min_size=1))
def test_json_lines_give_every_headline_back(headlines: list[str]) -> None:
    content = "\n".join(json.dumps({"headline": one}, ensure_ascii=False) for one in headlines).encode()
    assert whole(content, "x").headlines == tuple(headlines)


@given(st.lists(safe.map(str.strip), min_size=1))
def test_csv_gives_every_headline_back(headlines: list[str]) -> None:
    out = io.StringIO()
    pd.DataFrame({"headline": headlines, "n": 1}).to_csv(out, index=False)
    assert whole(out.getvalue(), "x").headlines == tuple(headlines)


def test_each_field_of_an_object_is_a_column_of_the_answer_once(tmp_path: Path) -> None:
    path = tmp_path / "headlines.jsonl"
    people = [{"a": 1, "b": {"c": "x"}}, None, {"b": None}, {"d": 2}]
    path.write_text("\n".join(json.dumps({"title": "Rain again today", "who": who}) for who in people))
    headlines = read_headlines(path, path.name)
    assert headlines.columns == ("title", "who.a", "who.b.c", "who.d")
    assert [row[1:] for row in headlines.rows] == [(1, "x", ""), ("", "", ""), ("", "", ""), ("", "", 2)]
