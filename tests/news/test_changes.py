"""Changes beside a news file: applied in their order, undone, written and read back."""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import NewsFileError
from core.news.changes import (
    MAX_BYTES,
    MAX_EDITS,
    Changes,
    Edit,
    apply,
    choices,
    export_changes,
    import_changes,
    unrecognised,
)
from core.news.news import News, mend, read_news
from core.news.reading import Reading


@dataclass(frozen=True)
class Row:
    headline: str
    category: str
    day: date | None = None


def table_of(rows: list[Row]) -> pd.DataFrame:
    """The rows as ``read_news`` gives them."""
    names = sorted({row.category for row in rows})
    days = [np.datetime64(row.day, "us") if row.day else np.datetime64("NaT", "us") for row in rows]
    return pd.DataFrame(
        {
            "headline": pd.Series([row.headline for row in rows], dtype="str"),
            "short_description": pd.Series([""] * len(rows), dtype="str"),
            "category": pd.Categorical(
                [row.category for row in rows], categories=pd.Index(names, dtype="str")
            ),
            "date": pd.Series(np.array(days, dtype="datetime64[us]")),
            "text": pd.Series([row.headline for row in rows], dtype="str"),
        }
    )


def rows_of(table: pd.DataFrame) -> list[tuple[int, str, str]]:
    return list(
        zip(table["row"].tolist(), table["headline"].tolist(), table["category"].tolist(), strict=True)
    )


WEEK = [
    Row("Rain ahead", "WEATHER", date(2020, 1, 1)),
    Row("Goal at last", "SPORT", date(2020, 1, 2)),
    Row("Snow again", "WEATHER", date(2020, 1, 3)),
    Row("Soup of the day", "FOOD", None),
    Row("Cup final lost", "SPORT", date(2020, 1, 5)),
    Row("Storm at noon", "WEATHER", date(2020, 1, 6)),
]


def test_no_change_keeps_every_row_and_its_number() -> None:
    left = apply(table_of(WEEK), Changes())
    assert rows_of(left) == [(n, row.headline, row.category) for n, row in enumerate(WEEK)]


def test_edits_correct_and_delete_rows_and_the_last_of_a_row_counts() -> None:
    changes = (
        Changes()
        .with_edit(Edit.of(0, "Rain ahead", "SPORT"))
        .with_edit(Edit.of(4, "Cup final lost", None))
        .with_edit(Edit.of(0, "Rain ahead", "CLIMATE"))
    )
    left = apply(table_of(WEEK), changes)
    assert left["row"].tolist() == [0, 1, 2, 3, 5]
    assert left["category"].tolist() == ["CLIMATE", "SPORT", "WEATHER", "FOOD", "WEATHER"]
    assert left["category"].cat.categories.tolist() == ["CLIMATE", "FOOD", "SPORT", "WEATHER"]
    undone = apply(table_of(WEEK), changes.without_edit(2).without_edit(1))
    assert undone["category"].tolist() == ["SPORT", "SPORT", "WEATHER", "FOOD", "SPORT", "WEATHER"]


def test_an_edit_of_another_headline_is_not_applied_and_is_named() -> None:
    edits = (Edit.of(1, "Rain ahead", None), Edit.of(99, "Rain ahead", None), Edit.of(0, "Rain ahead", None))
    changes = Changes(edits=edits)
    assert apply(table_of(WEEK), changes)["row"].tolist() == [1, 2, 3, 4, 5]
    assert unrecognised(table_of(WEEK), changes) == edits[:2]


def test_a_period_keeps_both_of_its_days_and_no_article_without_a_date() -> None:
    period = Changes(first_day=date(2020, 1, 2), last_day=date(2020, 1, 5))
    assert apply(table_of(WEEK), period)["row"].tolist() == [1, 2, 4]
    assert apply(table_of(WEEK), Changes(first_day=date(2020, 1, 5)))["row"].tolist() == [4, 5]
    assert apply(table_of(WEEK), Changes(last_day=date(2020, 1, 2)))["row"].tolist() == [0, 1]


def test_the_last_day_counts_to_its_midnight() -> None:
    table = table_of(WEEK[:2])
    table["date"] = pd.Series([datetime(2020, 1, 1, 23, 59), datetime(2020, 1, 2)]).astype("datetime64[us]")
    assert apply(table, Changes(last_day=date(2020, 1, 1)))["row"].tolist() == [0]


def test_categories_are_left_out_then_the_largest_are_counted() -> None:
    assert apply(table_of(WEEK), Changes(largest=2))["row"].tolist() == [0, 1, 2, 4, 5]
    without = apply(table_of(WEEK), Changes(left_out=("WEATHER", "NO SUCH"), largest=1))
    assert without["row"].tolist() == [1, 4]
    assert without["category"].cat.categories.tolist() == ["SPORT"]


def test_of_categories_of_one_size_the_first_in_the_alphabet_are_kept() -> None:
    rows = [Row("a", "C"), Row("b", "A"), Row("c", "B")]
    assert apply(table_of(rows), Changes(largest=2))["category"].tolist() == ["A", "B"]


def test_an_equal_number_is_what_the_smallest_category_has() -> None:
    assert Counter(apply(table_of(WEEK), Changes(per_category=3))["category"]) == {
        "FOOD": 1,
        "SPORT": 1,
        "WEATHER": 1,
    }
    assert Counter(apply(table_of(WEEK), Changes(per_category=3, left_out=("FOOD",)))["category"]) == {
        "SPORT": 2,
        "WEATHER": 2,
    }


def test_a_test_file_s_rows_are_neither_counted_nor_drawn_from() -> None:
    rows = [Row("a", "A"), Row("b", "A"), Row("c", "B"), Row("d", "B"), Row("e", "B"), Row("f", "A")]
    left = apply(table_of(rows), Changes(per_category=1), test_rows=3)
    assert left["row"].tolist()[-3:] == [3, 4, 5]
    assert Counter(left["category"][:-3]) == {"A": 1, "B": 1}
    assert set(apply(table_of(rows), Changes(largest=1), test_rows=3)["category"]) == {"A"}


def test_nothing_left_is_refused() -> None:
    with pytest.raises(NewsFileError, match="leave no article"):
        apply(table_of(WEEK), Changes(first_day=date(2031, 1, 1)))


days = st.dates(date(2020, 1, 1), date(2020, 1, 20))
words = st.text(max_size=5)
rows_strategy = st.lists(
    st.builds(Row, headline=words, category=st.sampled_from("ABCDé"), day=st.none() | days),
    min_size=1,
    max_size=40,
)


@st.composite
def files(draw: st.DrawFn) -> tuple[list[Row], Changes]:
    rows = draw(rows_strategy)
    row_numbers = st.integers(0, len(rows) - 1)
    edits = [
        Edit.of(row, rows[row].headline, category)
        for row, category in draw(
            st.lists(st.tuples(row_numbers, st.none() | st.sampled_from("ABX")), max_size=8)
        )
    ]
    first, last = sorted((draw(days), draw(days)))
    return rows, Changes(
        edits=tuple(edits),
        first_day=draw(st.sampled_from((None, first))),
        last_day=draw(st.sampled_from((None, last))),
        left_out=tuple(draw(st.sets(st.sampled_from("ABCDX"), max_size=2))),
        largest=draw(st.integers(0, 4)),
        per_category=draw(st.integers(0, 5)),
        seed=draw(st.integers(0, 99)),
    )


def candidates(rows: list[Row], changes: Changes) -> list[tuple[int, str, str]]:
    """What every change but the draw leaves, row by row: a second implementation."""
    last_edit = {edit.row: edit for edit in changes.edits}
    left = []
    for number, row in enumerate(rows):
        edit = last_edit.get(number)
        if edit and edit.category is None:
            continue
        category = edit.category if edit and edit.category else row.category
        if (changes.first_day or changes.last_day) and row.day is None:
            continue
        if row.day and not (changes.first_day or date.min) <= row.day <= (changes.last_day or date.max):
            continue
        if category not in changes.left_out:
            left.append((number, row.headline, category))
    if changes.largest:
        counts = Counter(category for _, _, category in left)
        largest = sorted(counts, key=lambda name: (-counts[name], name))[: changes.largest]
        left = [row for row in left if row[2] in largest]
    return left


@given(files())
def test_what_is_left_is_what_a_loop_over_the_rows_leaves(file: tuple[list[Row], Changes]) -> None:
    rows, changes = file
    table = table_of(rows)
    before = table.copy(deep=True)
    expected = candidates(rows, changes)
    if not expected:
        with pytest.raises(NewsFileError):
            apply(table, changes)
        return
    left = apply(table, changes)
    pd.testing.assert_frame_equal(table, before)
    assert left.index.tolist() == list(range(len(left)))
    assert left["category"].cat.categories.tolist() == sorted(set(left["category"]))
    if not changes.per_category:
        assert rows_of(left) == expected
        return
    assert set(rows_of(left)) <= set(expected)
    assert left["row"].is_monotonic_increasing
    counts = Counter(category for _, _, category in expected)
    number = min(changes.per_category, *counts.values())
    assert Counter(left["category"]) == dict.fromkeys(counts, number)
    pd.testing.assert_frame_equal(left, apply(table, changes))  # the seed decides


@given(rows_strategy, st.integers(0, 9), st.integers(1, 5))
def test_a_smaller_draw_is_part_of_a_larger_and_a_category_less_changes_no_other(
    rows: list[Row], seed: int, number: int
) -> None:
    table = table_of(rows)
    small = apply(table, Changes(per_category=number, seed=seed))
    large = apply(table, Changes(per_category=number + 1, seed=seed))
    assert set(small["row"]) <= set(large["row"])
    smallest = min(Counter(row.category for row in rows).values())
    names = sorted({row.category for row in rows})
    if len(names) > 1 and number <= smallest:
        without = apply(table, Changes(per_category=number, seed=seed, left_out=(names[0],)))
        assert rows_of(without) == [row for row in rows_of(small) if row[2] != names[0]]


def test_another_seed_draws_others() -> None:
    table = table_of([Row(str(n), "AB"[n % 2]) for n in range(200)])
    first, second = (apply(table, Changes(per_category=20, seed=seed))["row"].tolist() for seed in (1, 2))
    assert len(first) == len(second) == 40
    assert first != second


@given(files())
def test_changes_are_written_and_read_back(file: tuple[list[Row], Changes]) -> None:
    _, changes = file
    assert import_changes(export_changes(changes, "n.json", "ab" * 32), "ab" * 32) == changes
    assert msgspec.convert(msgspec.to_builtins(changes), Changes) == changes


def test_a_change_is_readable_json() -> None:
    document = export_changes(Changes(edits=(Edit.of(3, "Sopa", "COMIDA"),)), "n.csv", "f")
    assert json.loads(document) == {
        "format": "Headline Lab changes",
        "schema": 1,
        "file": "n.csv",
        "fingerprint": "f",
        "changes": {"edits": [{"row": 3, "headline": "Sopa", "category": "COMIDA"}]},
    }


def test_changes_of_another_file_are_refused_by_its_name() -> None:
    document = export_changes(Changes(largest=2), "other.csv", "a" * 64)
    with pytest.raises(NewsFileError, match=r"belongs to another file: other\.csv"):
        import_changes(document, "b" * 64)


GOOD = {"format": "Headline Lab changes", "schema": 1, "file": "n", "fingerprint": "f"}


@pytest.mark.parametrize(
    "changes",
    [
        {"edits": [{"row": -1, "headline": "x"}]},
        {"edits": [{"row": 0, "headline": "x" * 81}]},
        {"edits": [{"row": 0, "headline": "x", "category": " "}]},
        {"edits": [{"row": 0, "headline": "x", "category": "a "}]},
        {"edits": [{"row": 0, "headline": "x", "category": "a\x00b"}]},
        {"edits": [{"row": 0, "headline": "x", "category": "a" * 201}]},
        {"edits": [{"row": 0, "headline": "x"}] * (MAX_EDITS + 1)},
        {"first_day": "2020-01-02", "last_day": "2020-01-01"},
        {"first_day": "yesterday"},
        {"largest": -1},
        {"per_category": 10**12},
        {"seed": 2**32},
        {"left_out": ["x" * MAX_BYTES]},
        {"unknown": 1},
    ],
)
def test_what_is_out_of_bounds_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(NewsFileError, match="not a list of changes"):
        import_changes(json.dumps(GOOD | {"changes": changes}).encode(), "f")


@pytest.mark.parametrize("document", [b"", b"\xff", b"[" * 100_000, b"{}", b'"\\ud800"', b"null"])
def test_what_is_no_list_of_changes_is_refused(document: bytes) -> None:
    with pytest.raises(NewsFileError, match="not a list of changes"):
        import_changes(document, "f")


def test_a_newer_schema_and_a_large_file_are_refused() -> None:
    with pytest.raises(NewsFileError, match="newer version"):
        import_changes(json.dumps(GOOD | {"schema": 2, "changes": {}}).encode(), "f")
    with pytest.raises(NewsFileError, match="too large"):
        import_changes(b" " * (4 * MAX_BYTES + 1), "f")


@given(st.binary(max_size=200))
def test_any_bytes_are_changes_or_refused(document: bytes) -> None:
    with pytest.raises(NewsFileError):
        import_changes(document, "f")


def test_the_seed_alone_is_no_change() -> None:
    assert Changes(seed=7).is_empty
    assert not Changes(largest=3).is_empty


def test_each_choice_is_described_and_undone() -> None:
    first = date(2020, 1, 1)
    changes = Changes(
        first_day=first,
        last_day=first + timedelta(days=1),
        left_out=("FOOD",),
        largest=1,
        per_category=5,
        seed=3,
    )
    sentences, undone = zip(*choices(changes), strict=True)
    assert sentences == (
        "Only articles from 2020-01-01 to 2020-01-02",
        "Without the category FOOD",
        "Only the largest category",
        "5 from each category, or the number in the smallest one, drawn with seed 3",
    )
    assert undone == (
        Changes(left_out=("FOOD",), largest=1, per_category=5, seed=3),
        Changes(first_day=first, last_day=changes.last_day, largest=1, per_category=5, seed=3),
        Changes(first_day=first, last_day=changes.last_day, left_out=("FOOD",), per_category=5, seed=3),
        Changes(first_day=first, last_day=changes.last_day, left_out=("FOOD",), largest=1, seed=3),
    )
    assert [sentence for sentence, _ in choices(Changes(first_day=first))] == [
        "Only articles from 2020-01-01 on"
    ]
    assert [sentence for sentence, _ in choices(Changes(last_day=first))] == [
        "Only articles up to 2020-01-01"
    ]
    assert list(choices(Changes(seed=3))) == []


def test_a_file_is_read_with_its_changes_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    file = tmp_path / "news.csv"
    file.write_text(
        "headline,category\n" + "".join(f"{row.headline},{row.category}\n" for row in WEEK) + "No category,\n"
    )
    changes = Changes(left_out=("WEATHER",), edits=(Edit.of(4, "Cup final lost", "FOOD"),))
    news = read_news(file, reading=Reading(changes=changes))
    assert news.table["row"].tolist() == [1, 3, 4]
    assert news.table["category"].tolist() == ["SPORT", "FOOD", "FOOD"]
    assert (len(news), news.taken_out, news.rejected_count, news.rows_in_file) == (3, 3, 1, 7)
    assert news.reading.changes == changes
    plain = read_news(file)
    assert "row" not in plain.table
    assert (len(plain), plain.taken_out) == (6, 0)
    assert plain.key != news.key
    again = read_news(file, reading=msgspec.json.decode(msgspec.json.encode(news.reading), type=Reading))
    assert again.key == news.key
    pd.testing.assert_frame_equal(again.table, news.table)


def test_a_test_file_s_rows_are_counted_after_changes() -> None:
    news = News(table=table_of(WEEK), fingerprint="f", name="n", test_rows=2)
    mended = mend(news, Changes(left_out=("SPORT",)))
    assert mended.table["row"].tolist() == [0, 2, 3, 5]
    assert mended.test_rows == 1


def test_warnings_are_about_what_is_left(tmp_path: Path) -> None:
    file = tmp_path / "news.csv"
    rows = [f"Text {n},{'AB'[n % 2]}\n" for n in range(40)]
    file.write_text("headline,category\n" + "".join(rows) + "Twice,A\nTwice,B\nAlone,C\n")
    news = read_news(file)
    assert any("in several categories" in warning for warning in news.warnings)
    assert any("“C” has only one article" in warning for warning in news.warnings)
    mended = mend(news, Changes(edits=(Edit.of(40, "Twice", "B"),), left_out=("C",)))
    assert not any("in several categories" in warning for warning in mended.warnings)
    assert not any("only one article" in warning for warning in mended.warnings)
    alone = mend(news, Changes(largest=1))
    assert any("All articles are in one category" in warning for warning in alone.warnings)
