"""JSON in the shapes that programs write it: lines, arrays, objects one after the other, wrappers, pandas' orients."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NewsFileError
from core.news.caps import Caps
from core.news.formats import json_comments, json_document
from core.news.formats.articles import Article, Rejected, RepairedArticle
from core.news.formats.csv_layout import column_names
from core.news.formats.raw_table import MAX_COLUMNS, RawTable, Row
from core.news.formats.recognition import open_table
from core.news.news import read_news
from core.news.reading import Columns

ROWS: list[dict[str, Any]] = [
    {"title": "Rain, “ahead” {of} time", "label": "WEATHER", "text": "Bring\na [coat].", "n": 1},
    {"title": 'Team "wins"', "label": "SPORTS", "text": None, "n": 2},
    {"title": "Wind", "label": "WEATHER", "text": "It blows", "n": 3},
]
COLUMNS = Columns(headline="title", category="label", description="text")


def table_of(content: bytes, size: int = 1 << 20, *, caps: Caps | None = None) -> RawTable:
    blocks = [content[at : at + size] for at in range(0, len(content), size)]
    return open_table(blocks, Path("news"), "news", caps or Caps())


def rows(content: bytes, size: int = 1 << 20) -> list[dict[str, Any]]:
    return [dict(row.values) for row in table_of(content, size).rows() if isinstance(row, Row)]


def articles(content: bytes, columns: Columns = COLUMNS) -> list[tuple[str, str]]:
    given_ = table_of(content).articles(columns)
    return [(article.headline, article.category) for article in given_ if isinstance(article, Article)]


def rejected(content: bytes, columns: Columns = COLUMNS) -> list[tuple[int, str]]:
    given_ = table_of(content).articles(columns)
    return [(article.line, article.reason) for article in given_ if isinstance(article, Rejected)]


def joined(parts: list[str]) -> Callable[[list[Any]], str]:
    before, between, after = parts
    return lambda records: before + between.join(map(json.dumps, records)) + after


def orient(name: Any) -> Callable[[list[Any]], str]:
    return lambda records: str(pd.DataFrame(records).to_json(orient=name))


SHAPES: dict[str, Callable[[list[Any]], str]] = {
    "lines": joined(["", "\n", "\n"]),
    "lines that end in CR": joined(["", "\r", "\r"]),
    "lines that end in CR LF": joined(["", "\r\n", ""]),
    "lines with commas": joined(["", ",\n", ""]),
    "objects on one line": joined(["", " ", ""]),
    "objects without anything between them": joined(["", "", ""]),
    "several objects a line": lambda records: "\n".join(json.dumps(one) + "  " + json.dumps(one) for one in records),
    "indented objects": lambda records: "\n".join(json.dumps(one, indent=2) for one in records),
    "indented objects with commas": lambda records: ",\n".join(json.dumps(one, indent="\t") for one in records),
    "array": json.dumps,
    "indented array": lambda records: json.dumps(records, indent=1),
    "wrapped": lambda records: json.dumps({"articles": records}),
    "wrapped with more": lambda records: json.dumps(
        {"status": "ok", "sources": [{"id": 1}], "totalResults": 3, "articles": records, "next": [1, 2]}
    ),
    "wrapped twice": lambda records: json.dumps(
        {"responseHeader": {"status": 1}, "response": {"start": 0, "docs": records}}, indent=1
    ),
    "wrapped, a row a line": joined(['{"data": [\n', ",\n", "\n]}\n"]),
    "wrapped under an escaped name": lambda records: json.dumps({"größe\n": records}),
    "lists": lambda records: json.dumps({key: [one[key] for one in records] for key in records[0]}),
    "tight": lambda records: json.dumps(pd.DataFrame(records).to_dict(orient="tight")).replace("NaN", "null"),
    **{f"pandas {name}": orient(name) for name in ("records", "columns", "index", "split", "table")},
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_rows(shape: str) -> None:
    content = SHAPES[shape](ROWS).encode()
    expected = [row for row in ROWS for _ in range(2)] if shape == "several objects a line" else ROWS
    for size in (1 << 20, 7):
        given_ = [{key: row[key] for key in row if key != "index"} for row in rows(content, size)]
        assert given_ == expected
    table = table_of(content)
    assert [name for name in table.columns if name != "index"] == ["title", "label", "text", "n"]
    assert [row["title"] for row in table.sample] == [row["title"] for row in expected]
    assert articles(content) == [(row["title"], row["label"]) for row in expected]
    assert rejected(content) == []


def test_values_without_names_are_numbered_unless_their_first_row_is_a_header() -> None:
    values = [list(row.values()) for row in ROWS]
    table = table_of(json.dumps(values).encode())
    assert table.columns == ("column 1", "column 2", "column 3", "column 4")
    assert "not a header" in table.remarks[0]
    assert [list(row.values()) for row in rows(json.dumps(values).encode())] == values
    content = json.dumps({"range": "A1:D4", "values": [list(ROWS[0]), *values]}).encode()
    assert rows(content) == ROWS
    assert articles(content) == [(row["title"], row["label"]) for row in ROWS]
    assert rows(b'["Rain", "Wind"]') == [{"column 1": "Rain"}, {"column 1": "Wind"}]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lists_one_a_line(end: str) -> None:
    values = [list(row.values()) for row in ROWS]
    flat = [[value for value in row if isinstance(value, str)][:2] for row in values]
    content = end.join(map(json.dumps, [["title", "label"], *flat])).encode()
    assert articles(content) == [(row["title"], row["label"]) for row in ROWS]
    assert table_of(end.join(map(json.dumps, flat)).encode()).columns == ("column 1", "column 2")
    assert rejected(content + end.encode() + b'["Rain", "X", "Y"]\n"Sun"\n[1') == [
        (5, "3 values, but the other rows have 2"),
        (6, "label is missing"),
        (7, "ends too early"),
    ]


def test_groups_of_rows_or_of_texts_give_their_name_to_each_row() -> None:
    content = json.dumps(
        {"WEATHER": [{"title": "Rain"}, {"title": "Wind"}], "SPORTS": [{"title": "Goal"}]}
    ).encode()
    columns = Columns(headline="title", category="category")
    assert table_of(content).columns == ("title", "category")
    given_ = [(article.headline, article.category) for article in table_of(content).articles(columns)]  # type: ignore[union-attr]
    assert given_ == [("Rain", "WEATHER"), ("Wind", "WEATHER"), ("Goal", "SPORTS")]
    content = json.dumps({"WEATHER": ["Rain is near", "Wind is here"], "SPORTS": ["A goal"]}).encode()
    assert rows(content)[2] == {"headline": "A goal", "category": "SPORTS"}
    parts = {"train": [{"title": "Rain", "category": "X"}] * 2, "test": [{"title": "Sun", "category": "Y"}]}
    assert rows(json.dumps(parts).encode())[2] == {"title": "Sun", "category": "Y", "split": "test"}


def test_arrays_beside_the_articles_are_named() -> None:
    content = json.dumps({"sources": [{"id": 1}, {"id": 2}], "articles": ROWS}).encode()
    assert table_of(content).remarks == ("The file has several arrays. “articles” is read, not “sources”.",)
    large = table_of(json.dumps({"articles": ROWS * 10_000, "sources": [{"id": 1}]}).encode())
    assert len(list(large.articles(COLUMNS))) == 30_000
    assert large.remarks == ("Only the array “articles” is read; another one follows it.",)


def test_an_article_with_a_list_of_objects_is_no_wrapper() -> None:
    article = {
        "title": "Rain",
        "text": "It rains",
        "label": "WEATHER",
        "authors": [{"name": "x"}, {"name": "y"}],
    }
    assert articles(json.dumps(article).encode()) == [("Rain", "WEATHER")]
    assert articles(json.dumps(article, indent=1).encode()) == [("Rain", "WEATHER")]
    by_key = {"a": article, "b": article}
    assert len(table_of(json.dumps(by_key).encode()).columns) >= 1


@pytest.mark.parametrize(
    ("label", "category", "labels"),
    [
        ("2", "2", 1),
        ("2.0", "2", 1),
        ("-1", "-1", 1),
        ('"2.0"', "2", 1),
        ('"2.50"', "2.50", 1),
        ("2.5", "2.5", 1),
        ("true", "true", 1),
        ('"  A B "', "A B", 1),
        ('["A"]', "A", 1),
        ('[" A ", "B"]', "A", 2),
        ("[3, 4]", "3", 2),
        ("\"['A', 'B']\"", "A", 2),
        ('"[\\"A\\", \\"B\\"]"', "A", 2),
        ('"[Video"', "[Video", 1),
        ('"[Video]"', "[Video]", 1),
    ],
)
def test_a_label_becomes_a_category(label: str, category: str, labels: int) -> None:
    for content in (f'{{"title": "x", "label": {label}}}\n', f'[{{"title": "x", "label": {label}}}]'):
        (article,) = table_of(content.encode()).articles(COLUMNS)
        assert isinstance(article, Article)
        assert article.category == category
        assert (article.labels if isinstance(article, RepairedArticle) else 1) == labels


def test_pythons_notation_is_read() -> None:
    content = "\n".join(map(repr, ROWS)).encode()
    assert articles(content) == [(row["title"], row["label"]) for row in ROWS]
    assert rejected(
        b"{'title': 'x', 'label': 'Y'}\n{'title': __import__('os').getcwd(), 'label': 'Y'}\n"
    ) == [(2, "neither JSON, which puts \" around names, nor Python's notation with '")]
    long = b"{'title': '" + b"x" * 70_000 + b"', 'label': 'Y'}\n"
    assert "too long" in rejected(b"{'title': 'x', 'label': 'Y'}\n" + long)[0][1]


@pytest.mark.parametrize(
    "damaged",
    [
        '{\n "title": "Rain",\n "label": "X"\n',
        '{\n "title": "Rain,\n "label": "X"\n}\n',
        "{\n ]}\n",
        "nonsense\n",
    ],
)
def test_a_damaged_object_among_indented_ones_costs_itself(damaged: str) -> None:
    good = json.dumps({"title": "Wind", "label": "Y"}, indent=1) + "\n"
    content = (good * 2 + damaged + good * 3).encode()
    assert articles(content) == [("Wind", "Y")] * 5
    assert [line for line, _ in rejected(content)] == [9]


def test_a_cut_wrapper_keeps_what_was_whole() -> None:
    content = json.dumps({"status": "ok", "articles": ROWS * 3})[:-60].encode()
    assert len(articles(content)) == 8
    assert [reason for _, reason in rejected(content)] == ["article 9: the array ends too early"]


def test_a_damaged_table_in_one_object_is_refused_in_our_words() -> None:
    content = json.dumps({"columns": ["title", "label"], "data": [["Rain", "X"]] * 5})
    with pytest.raises(NewsFileError, match="line 1: ends too early"):
        table_of(content[:-5].encode())


def test_a_table_in_one_object_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_document, "MAX_BYTES", 2**20)
    content = json.dumps({str(number): {"title": "Rain", "label": "X"} for number in range(40_000)}).encode()
    with pytest.raises(NewsFileError, match="one JSON object of more than 1 MB"):
        table_of(content)
    assert len(articles(json.dumps({"articles": ROWS * 10_000}).encode())) == 30_000  # read row by row


def test_rows_of_one_object_that_are_none_are_named() -> None:
    content = json.dumps(
        {"columns": ["title", "label"], "data": [["Rain", "X"], ["Wind"], [None, "Y"]]}
    ).encode()
    assert rejected(content) == [
        (2, "article 2: 1 value, but there are 2 columns"),
        (3, "article 3: title is null, not text"),
    ]


@pytest.mark.parametrize("opening", [b'{"a":', b"[", b"{\n", b'{"a": "x"\n', b'{"a":{"a":[', b'x","\n'])
def test_hostile_nesting_takes_linear_time(opening: bytes) -> None:
    """Any of these takes minutes where each of its objects is looked through to the end of the file."""
    assert len(articles(opening * 100_000)) == 0


# pandas writes a NUL in a name as nothing.
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=6)
texts = st.text(max_size=12)
values = st.one_of(texts, st.none(), st.booleans(), st.integers(-(2**53), 2**53))
tables = st.lists(names, min_size=2, max_size=4, unique=True).flatmap(
    lambda columns: st.lists(st.fixed_dictionaries(dict.fromkeys(columns, values)), min_size=2, max_size=6)
)


@given(tables, st.sampled_from(sorted(set(SHAPES) - {"lists", "tight"})), st.integers(1, 300))
def test_any_table_in_any_shape_is_read_back(table: list[dict[str, Any]], shape: str, size: int) -> None:
    """All scripts, quotes, line ends and halves of surrogate pairs, wherever the blocks are cut."""
    if shape.startswith("pandas"):  # which writes no halves of surrogate pairs, and 1.0 for 1 beside None
        table = [
            {key: f"{value!r}".encode("ascii", "replace").decode() for key, value in row.items()}
            for row in table
        ]
    expected = [row for row in table for _ in range(2)] if shape == "several objects a line" else table
    given_ = rows(SHAPES[shape](table).encode(), size)
    if shape == "pandas table":
        given_ = [{key: row[key] for key in table[0]} for row in given_]
    assert given_ == expected


parts_of_json = st.sampled_from([*list('{}[]":,\n\\a1 '), '"title"', "\r\n", "é"])


@given(st.lists(parts_of_json, max_size=60))
def test_any_damage_gives_rows_or_a_sentence(parts: list[str]) -> None:
    good = b'{"title": "Rain", "label": "X"}'
    for content in (b"{" + "".join(parts).encode(), good + b"\n" + "".join(parts).encode() + b"\n" + good):
        try:
            accounted = list(table_of(content).articles(COLUMNS))
        except NewsFileError:
            continue
        assert all(isinstance(article, Article | Rejected) for article in accounted)


def test_the_sample_holds_no_half_of_a_surrogate_pair() -> None:
    """Found by ``benchmarks.fuzz``: a date with one stopped the guess of the format."""
    table = table_of(b'{"title": "Rain", "label": "X", "date": "2014\\ud800"}\n')
    assert [row["date"] for row in table.sample] == ["2014\ufffd"]


good_or_bad = st.sampled_from(
    [
        b'{"title": "Rain", "label": "X"}',
        b'{"title": "Wind", "label": 3, "text": NaN}',
        b'{"title": null, "label": "X"}',
        b'{"title": "Rain"}',
        b'{"title": "R\xff", "label": "X"}',
        b'{"title": "Rain", "label": "X", "title": "Sun"}',
        b'{"title" "Rain"}',
        b"nonsense",
        b'"text"',
        b"12",
    ]
)


@given(
    st.lists(good_or_bad, max_size=30), st.sampled_from([b"\n", b"\r\n", b"\r", b",\n"]), st.integers(1, 99)
)
def test_each_line_is_an_article_or_a_reason(lines: list[bytes], end: bytes, size: int) -> None:
    content = end.join([b'{"title": "Wind", "label": "X"}', *lines]) + end
    accounted = list(table_of(content, size).articles(COLUMNS))
    assert len(accounted) == len(lines) + 1
    bad = [article.line for article in accounted if isinstance(article, Rejected)]
    assert bad == [number for number, line in enumerate(lines, 2) if not line.startswith(GOOD)]


@given(st.lists(good_or_bad, max_size=30), st.integers(1, 99))
def test_each_element_is_an_article_or_a_reason(elements: list[bytes], size: int) -> None:
    content = b"[" + b",\n".join([b'{"title": "Wind", "label": "X"}', *elements]) + b"]"
    accounted = list(table_of(content, size).articles(COLUMNS))
    assert len(accounted) == len(elements) + 1
    bad = [article.reason for article in accounted if isinstance(article, Rejected)]
    numbers = [number for number, element in enumerate(elements, 2) if not element.startswith(GOOD)]
    assert [reason.partition(":")[0] for reason in bad] == [f"article {number}" for number in numbers]


GOOD = (b'{"title": "Rain", "label": "X"}', b'{"title": "Wind"')


RAIN, WIND, SNOW = (json.dumps({"title": title, "label": "X"}) for title in ("Rain", "Wind", "Snow"))


FAR = "\n" * (3 << 20)  # more than is looked at to tell the format


@pytest.mark.parametrize("size", [1_000, 1 << 20])
@pytest.mark.parametrize("between", ["\n", "", " , ", FAR])
def test_arrays_that_follow_an_array_are_read(between: str, size: int) -> None:
    content = f"[{RAIN},{WIND}]{between}[]{between}[{SNOW}]{between}".encode()
    assert [row["title"] for row in rows(content, size)] == ["Rain", "Wind", "Snow"]


def test_what_follows_an_array_is_rejected_however_far_behind() -> None:
    accounted = list(table_of(f"[{RAIN}]{FAR}{SNOW}".encode()).rows())
    assert accounted[1:] == [Rejected(line=len(FAR) + 1, reason="text after the array's end is not read")]


@pytest.mark.parametrize(
    "content",
    [
        f'{{"0": {RAIN}, "1": {WIND}, "0": {SNOW}}}',
        '{"title": {"0": "Rain", "1": "Wind", "1": "Snow"}, "label": {"0": "X", "1": "X", "1": "X"}}',
        '{"title": ["Rain", "Wind", "Snow"], "label": ["X", "X", "X"], "title": ["Sun"]}',
    ],
)
def test_a_name_that_stands_twice_costs_no_row(content: str) -> None:
    assert articles(content.encode()) == [("Rain", "X"), ("Wind", "X"), ("Snow", "X")]


def test_a_group_that_stands_twice_is_one_category() -> None:
    content = b'{"sport": ["A goal", "A cup"], "food": ["A cake"], "sport": ["A race"]}'
    columns = Columns(headline="headline", category="category")
    assert articles(content, columns)[2:] == [("A cake", "food"), ("A race", "sport")]
    assert len(articles(content, columns)) == 4


def test_groups_whose_rows_have_every_usual_name() -> None:
    row = {"headline": "A goal", "category": "x", "group": "y", "group of rows": "z", "": "q"}
    table = table_of(json.dumps({"sport": [row], "food": [row]}).encode())
    assert [values["group 2"] for values in table.sample] == ["sport", "food"]


def test_a_row_that_is_no_list_costs_itself_and_not_the_names_of_the_columns() -> None:
    content = b'{"columns": ["title", "label"], "data": [["Rain", "X"], ["Wind"], 7, ["Snow", "X"]]}'
    assert articles(content) == [("Rain", "X"), ("Snow", "X")]
    assert [line for line, _ in rejected(content)] == [2, 3]


def test_a_header_of_lists_is_the_first_that_can_be_read() -> None:
    listed = '["title", "label"]', '["Rain", "X"]', '["Wind", "X"]'
    for content in ("[a, b]\n" + "\n".join(listed), f"[,{','.join(listed)}]"):
        accounted = list(table_of(content.encode()).articles(COLUMNS))
        assert [type(article) for article in accounted] == [Rejected, Article, Article]


def test_lines_in_brackets_that_are_no_json_are_rejected() -> None:
    assert [line for line, _ in rejected(b"[INFO]\n[WARN]\n")] == [1, 2]


@pytest.mark.parametrize("content", [b"[]\n[]\n[]\n", b"[]\n[1]\n[]\n"])
def test_empty_lists_are_rows_without_a_value(content: bytes) -> None:
    assert [line for line, _ in rejected(content)] == [1, 2, 3]


def test_columns_of_one_row_each_give_a_row_each() -> None:
    names = [f"c{number}" for number in range(10_000)]
    by_name = table_of(
        json.dumps({name: {"0": 1, str(row): 2} for row, name in enumerate(names, 1)}).encode()
    )
    first, *others = [row.values for row in by_name.rows() if isinstance(row, Row)]
    assert len(first) == len(others) == 10_000
    assert sorted(name for row in others for name in row) == sorted(names)
    assert len(by_name.columns) == MAX_COLUMNS
    lists = table_of(json.dumps({"title": ["Rain"] * 10_000} | {name: ["x"] for name in names}).encode())
    assert [len(row.values) for row in lists.rows() if isinstance(row, Row)] == [10_001, *[1] * 9_999]


def test_a_name_that_many_columns_have_gets_a_number_in_each() -> None:
    numbered = [f"a ({number})" for number in range(2, 20_001)]
    assert column_names(["a"] * 20_000) == ("a", *numbered)
    assert column_names(["a (2)", "a", "a", "a"]) == ("a (2)", "a", "a (3)", "a (4)")


INSIDE = [
    {"source": {"id": n, "name": "Gazette"}, "post": {"title": row["title"], "tags": {"label": row["label"]}}}
    for n, row in enumerate(ROWS)
]
INSIDE_COLUMNS = Columns(headline="post.title", category="post.tags.label")


@pytest.mark.parametrize("shape", ["lines", "array", "wrapped", "indented objects", "wrapped twice"])
def test_fields_of_objects_in_an_article_are_columns(shape: str) -> None:
    content = SHAPES[shape](INSIDE).encode()
    assert table_of(content).columns == ("source.id", "source.name", "post.title", "post.tags.label")
    assert articles(content, INSIDE_COLUMNS) == [(row["title"], row["label"]) for row in ROWS]


def test_a_field_of_the_same_name_as_one_inside_keeps_its_value() -> None:
    assert rows(b'{"a.b": "own", "a": {"b": "inside", "c": 1}}\n{}\n') == [{"a.b": "own", "a.c": 1}, {}]


def test_objects_of_very_many_fields_or_very_deep_stay_whole() -> None:
    many = {str(number): number for number in range(60)}
    deep = {"a": {"b": {"c": {"d": {"e": {"f": 1}}}}}}
    [row, other] = rows((json.dumps({"many": many}) + "\n" + json.dumps(deep)).encode())
    assert list(row) == ["many"]
    assert list(other) == ["a.b.c.d.e"]


def test_an_object_that_is_chosen_as_a_column_is_rejected_for_what_it_is() -> None:
    content = b'{"title": {"main": "Rain"}, "label": "A"}\n{"title": "Wind", "label": "B"}\n'
    assert rejected(content) == [(1, "title is an object, not text")]


COMMENTED = b"""// Written "by hand
/* of [all], {articles} */
[
  {"title": "Rain // and /* wind", "label": "A",}, // the first, "one
  /* , */ {"title": "See http://example.org/*", /* "label": "C", */ "label": "B"},
]
"""


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize("before", [b"", b"  \n"])
def test_comments_and_last_commas_cost_no_article(before: bytes, size: int) -> None:
    content = before + COMMENTED
    assert [tuple(row.values()) for row in rows(content, size)] == [
        ("Rain // and /* wind", "A"),
        ("See http://example.org/*", "B"),
    ]
    assert rejected(content) == []


def test_a_line_after_a_comment_has_its_number() -> None:
    content = b'/* two\nlines */\n{"title": "Rain", "label": "A"}\n{"title": 3, "label": "B"}\n'
    assert rejected(content) == [(4, "title is a number, not text")]


@pytest.mark.parametrize(
    "line",
    [
        b'{"title": "Rain, }", "label": "A",}',
        b'{"title": "Rain, }", "label": "A", "more": [1, 2, ] , }',
        b'{"title": "Rain, }", "label": "A",}{"title": "Rain, }", "label": "A"}',
    ],
)
def test_commas_before_a_closing_bracket_are_passed_over(line: bytes) -> None:
    assert set(articles(line + b"\n" + line)) == {("Rain, }", "A")}
    assert rejected(line + b"\n" + line) == []


def test_slashes_in_a_csv_are_no_comments() -> None:
    table = table_of(b"title,label\n// Rain [now],A\n/* Wind */,B\n")
    assert [dict(row.values) for row in table.rows() if isinstance(row, Row)] == [
        {"title": "// Rain [now]", "label": "A"},
        {"title": "/* Wind */", "label": "B"},
    ]


def test_a_json_with_comments_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_comments, "MAX_BYTES", len(COMMENTED) - 1)
    with pytest.raises(NewsFileError, match="news is JSON with comments of more than"):
        table_of(COMMENTED)


def test_groups_named_train_and_test_are_no_categories() -> None:
    table = table_of(json.dumps({"train": ROWS[:2], "validation": ROWS[2:], "test": ROWS[:1]}).encode())
    assert table.columns == ("title", "label", "text", "n", "split")
    splits = [row.values["split"] for row in table.rows() if isinstance(row, Row)]
    assert splits == ["train", "train", "validation", "test"]


def test_a_json_text_sequence_has_the_rows_of_json_lines() -> None:
    """RFC 7464, as ``jq --seq`` writes it: a mark stands before each object. It was read as CSV."""
    lines = [json.dumps(row) for row in ROWS]
    table = table_of("".join(f"\x1e{line}\n" for line in lines).encode())
    assert table.kind == "JSON lines"
    assert [*table.rows()] == [*table_of("".join(f"{line}\n" for line in lines).encode()).rows()]


@pytest.mark.parametrize(
    ("parts", "remark"),
    [
        (("train", "validation", "test"), ("The rows of “validation” count as training rows.",)),
        (("test", "dev", "training"), ("The rows of “dev” count as training rows.",)),
        (("train", "validation"), ()),
        (("train", "test"), ()),
    ],
)
def test_it_is_said_which_parts_are_joined(parts: tuple[str, ...], remark: tuple[str, ...]) -> None:
    table = table_of(json.dumps(dict.fromkeys(parts, ROWS[:2])).encode())
    assert len(list(table.articles(Columns(headline="title", category="label")))) == 2 * len(parts)
    assert table.remarks == remark
    assert list(table.articles(Columns(headline="title", category="split")))  # the part as the category
    assert table.remarks == ()


def test_a_wrapper_whose_first_megabyte_ends_within_a_text_is_read(tmp_path: Path) -> None:
    """Found by ``benchmarks.bad_input``: the commas of that text were taken for those between values."""
    articles = [
        {"headline": f"{number}" + ", and: {rain}" * 1_000, "category": "AB"[number % 2]}
        for number in range(100)
    ]
    path = tmp_path / "news.json"
    path.write_text(json.dumps({"status": "ok", "articles": articles}))
    assert read_news(path).table["headline"].tolist() == [article["headline"] for article in articles]


@pytest.mark.parametrize("reader", [len, lambda parts: 2 * len(parts)])
def test_texts_and_their_labels_in_one_object_are_rows(reader: Callable[[Any], int]) -> None:
    labels = {f"Rain is falling {number} times": "AB"[number % 2] for number in range(reader("12345678"))}
    assert articles(json.dumps(labels).encode(), Columns(headline="headline", category="category")) == list(
        labels.items()
    )


def test_an_article_of_many_fields_is_no_object_of_labels() -> None:
    article = {f"field {number}": "yes" for number in range(9)} | {"headline": "Rain", "category": "A"}
    assert table_of(json.dumps(article).encode()).kind == "JSON lines"


@pytest.mark.parametrize("shape", ["lists", "objects", "texts"])
def test_parts_for_training_and_test_of_any_rows_have_a_column_of_the_part(shape: str) -> None:
    def row(number: int) -> Any:
        values = {"text": f"Rain falls {number} times", "label": "AB"[number % 2]}
        return {"lists": list(values.values()), "objects": values, "texts": values["text"]}[shape]

    document = {"test": [row(7), row(8)], "dev": [row(6)], "train": [row(number) for number in range(6)]}
    table = table_of(json.dumps(document).encode())
    parts = [values.values["split"] for values in table.rows() if isinstance(values, Row)]
    assert parts == ["train"] * 6 + ["dev"] + ["test"] * 2


def test_coordinates_cost_no_more_than_their_bytes() -> None:
    nested = b"[" + b",".join(b"[[0.1,0.2],[0.3,0.4]]" for _ in range(50)) + b"]"
    lines = b",".join(b'{"type":"Feature","at":%s,"n":"x"}' % nested for _ in range(20))
    table = table_of(b'{"type":"FeatureCollection","features":[' + lines + b"]}")
    assert table.kind == "a JSON object with the array “features”"
    assert len([each for each in table.rows() if isinstance(each, Row)]) == 20
