"""Files of headlines in every supported format, and malformed ones."""

import io
import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NewsFileError
from core.news import headline_files as module
from core.news.headline_files import read_headlines


def read(
    content: bytes | str, name: str = "list.txt"
) -> tuple[str, tuple[str, ...], tuple[tuple[int, str], ...]]:
    """The file's kind, its headlines and its rejected lines."""
    content = content if isinstance(content, bytes) else content.encode()
    headlines = read_headlines(content, name)
    return headlines.kind, headlines.headlines, headlines.rejected


def refused(content: bytes | str, name: str = "list.txt") -> str:
    with pytest.raises(NewsFileError) as caught:
        read(content, name)
    return str(caught.value)


def test_plain_lines() -> None:
    assert read("First\r\n\n  Second, with a comma \n\ufeffThird") == (
        "plain text",
        ("First", "Second, with a comma", "\ufeffThird"),
        (),
    )
    assert read(b"\xef\xbb\xbfFirst\n")[1] == ("First",)
    assert read("one\u2028still one\x85and on\ntwo")[1] == ("one\u2028still one\x85and on", "two")


def test_a_headline_that_begins_with_a_label_in_brackets_is_no_array() -> None:
    assert read("[VIDEO] Watch a cat\n[Photos]Dog, too\n")[:2] == (
        "plain text",
        ("[VIDEO] Watch a cat", "[Photos]Dog, too"),
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_with_a_column_headline(delimiter: str) -> None:
    table = pd.DataFrame({"id": [1, 2], "Headline": ['Say "no"; or, not', "Two\nlines"], "x": ["a", "b"]})
    kind, headlines, rejected = read(table.to_csv(index=False, sep=delimiter))
    assert (kind, headlines, rejected) == ("CSV", ('Say "no"; or, not', "Two\nlines"), ())


def test_csv_rows_that_hold_none() -> None:
    assert read("id,headline\n1,One\n2\n3,\n\n4,Four\n") == (
        "CSV",
        ("One", "Four"),
        ((3, "no column headline in this row"), (4, "the headline is empty")),
    )


def test_csv_quotation_mark_never_closed() -> None:
    kind, headlines, rejected = read('headline\nOne\n"' + "x" * 200_000)
    assert (kind, headlines) == ("CSV", ("One",))
    assert rejected == ((3, "a quotation mark that is never closed, or a field that is too long"),)


def test_csv_without_the_column() -> None:
    assert "no column named headline" in refused("id,title\n1,One\n", "list.csv")


def test_json_lines_and_array() -> None:
    records = [{"headline": "One", "category": "A"}, {"headline": "Two\u2028"}]
    lines = "\n".join(map(json.dumps, records))
    assert read(lines) == read(json.dumps(records)) == ("JSON", ("One", "Two"), ())
    assert read('["One", "Two"]') == ("JSON", ("One", "Two"), ())


def test_json_lines_that_hold_none() -> None:
    wrong = ["[1]", '{"headline": null}', '{"headline": 5}', '{"title": "x"}', '{"headline": ""}', '{"head']
    wrong += ["[" * 100_000, '{"headline": ' + "9" * 5000 + "}", '{"headline": "cut off']
    headlines = read('{"headline": "One"}\n' + "\n".join(wrong))
    assert headlines[1] == ("One",)
    assert [line for line, _ in headlines[2]] == list(range(2, 11))
    assert headlines[2][0][1] == "not a JSON object"
    assert headlines[2][2][1] == "the field headline is not text"
    assert headlines[2][3][1] == "no field headline"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no headline"),
        (b" \n\n\t\n", "holds no headline"),
        (b"headline\n", "holds no headline"),
        (b"\x89PNG\r\n\x1a\n\x00", "is a PNG image. Upload plain text"),
        (b"PK\x03\x04\x00", "is packed. Unpack it first. Upload plain text"),
        ("Eins\n".encode("utf-16"), "UTF-16"),
        (b"good\nbad \xff\n", "line 2: not UTF-8"),
        (b"\x80\x04\x95abc", "a Python pickle"),
        (b"[1, 2", "not a JSON array"),
        (b"[" * 100_000, "not a JSON array"),
        (b"[1, 2]", "Line 1: not a JSON object"),
        (b"x" * (module.MAX_BYTES + 1), "the most is 20 MB"),
    ],
)
def test_what_is_refused(content: bytes, message: str) -> None:
    assert message in refused(content)


def test_more_headlines_than_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_HEADLINES", 3)
    assert len(read("a\nb\nc")[1]) == 3
    assert "more than 3 headlines" in refused("a\nb\nc\nd")


def test_reasons_are_capped_but_counted() -> None:
    headlines = read_headlines(b'{"headline": "One"}\n' + b"{\n" * 1500, "x")
    assert (len(headlines.rejected), headlines.rejected_count) == (1000, 1500)


safe = st.text(st.characters(codec="utf-8", exclude_characters="\n\r\x00\ufeff"), min_size=1).filter(
    str.strip
)


@given(st.lists(safe.map(str.strip), min_size=1))
def test_json_lines_give_every_headline_back(headlines: list[str]) -> None:
    content = "\n".join(json.dumps({"headline": one}, ensure_ascii=False) for one in headlines).encode()
    assert read_headlines(content, "x").headlines == tuple(headlines)


@given(st.lists(safe.map(str.strip), min_size=1))
def test_csv_gives_every_headline_back(headlines: list[str]) -> None:
    out = io.StringIO()
    pd.DataFrame({"headline": headlines, "n": 1}).to_csv(out, index=False)
    assert read_headlines(out.getvalue().encode(), "x").headlines == tuple(headlines)
