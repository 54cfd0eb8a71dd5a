"""Structs in Parquet and Arrow are read as objects in JSON are; what runs of earlier versions chose still opens."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from core.errors import NewsFileError
from core.news.news import read_news
from core.news.reading import Columns, Reading

ROWS: list[dict[str, Any]] = [
    {
        "id": number,
        "article": {"title": f"Rain {number} again", "dates": {"published": f"2020-01-{number + 1:02d}"}},
        "labels": [["WEATHER", "SPORT"][number % 2], "LOCAL"],
    }
    for number in range(12)
]


def to_parquet(rows: list[dict[str, Any]]) -> bytes:
    packed = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), packed)
    return packed.getvalue()


def to_arrow(rows: list[dict[str, Any]]) -> bytes:
    packed = io.BytesIO()
    feather.write_feather(pa.Table.from_pylist(rows), packed)
    return packed.getvalue()


def to_json(rows: list[dict[str, Any]]) -> bytes:
    return "\n".join(map(json.dumps, rows)).encode()


WRITERS: dict[str, Callable[[list[dict[str, Any]]], bytes]] = {
    "parquet": to_parquet,
    "arrow": to_arrow,
    "json": to_json,
}


@pytest.mark.parametrize("shape", WRITERS)
def test_fields_in_a_column_are_columns_and_of_a_list_of_labels_the_first_counts(
    shape: str, tmp_path: Path
) -> None:
    path = tmp_path / "news"
    path.write_bytes(WRITERS[shape](ROWS))
    news = read_news(path)
    assert news.shape.columns == ("id", "article.title", "article.dates.published", "labels")
    assert news.shape.used == Columns(
        headline="article.title", category="labels", date="article.dates.published"
    )
    assert news.table["headline"].tolist() == [f"Rain {number} again" for number in range(12)]
    assert news.categories == ("SPORT", "WEATHER")
    assert str(news.table["date"].max().date()) == "2020-01-12"


@pytest.mark.parametrize("shape", ["parquet", "arrow"])
def test_where_a_struct_is_missing_its_row_is_rejected_for_it(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "news"
    path.write_bytes(WRITERS[shape]([*ROWS, {"id": 12, "article": None, "labels": ["SPORT"]}]))
    news = read_news(path)
    assert [(row.line, row.reason) for row in news.rejected] == [(13, "article.title is null, not text")]


def test_names_of_numbers_in_a_list_are_those_of_the_hub(tmp_path: Path) -> None:
    label = {"names": ["WEATHER", "SPORT"], "_type": "ClassLabel"}
    features = {"text": {"_type": "Value"}, "labels": {"feature": label, "_type": "List"}}
    schema = pa.schema(
        [("text", pa.string()), ("labels", pa.list_(pa.int64()))],
        metadata={"huggingface": json.dumps({"info": {"features": features}})},
    )
    texts = [f"Rain {number} again" for number in range(12)]
    table = pa.table({"text": texts, "labels": [[number % 2, 0] for number in range(12)]}, schema=schema)
    path = tmp_path / "news.parquet"
    parquet.write_table(table, path)
    assert read_news(path).categories == ("SPORT", "WEATHER")


@pytest.mark.parametrize("shape", WRITERS)
def test_a_run_that_chose_an_object_as_its_description_opens_with_none(shape: str, tmp_path: Path) -> None:
    path = tmp_path / "news"
    rows = [
        {"title": f"Rain {number} again", "label": "AB"[number % 2], "source": {"name": "x"}}
        for number in range(12)
    ]
    path.write_bytes(WRITERS[shape](rows))
    news = read_news(
        path, reading=Reading(columns=Columns(headline="title", category="label", description="source"))
    )
    assert len(news) == 12
    assert set(news.table["short_description"]) == {""}
    with pytest.raises(NewsFileError, match="has no column 'elsewhere'"):
        read_news(path, reading=Reading(columns=Columns(headline="title", category="elsewhere")))


@pytest.mark.parametrize("name", ["category", "group"])
def test_a_run_whose_category_is_the_group_of_training_and_test_opens(name: str, tmp_path: Path) -> None:
    path = tmp_path / "news.json"
    rows = [
        {"title": f"Rain {number} again"} | ({"category": "x"} if name == "group" else {})
        for number in range(9)
    ]
    path.write_text(json.dumps({"train": rows, "test": rows[:3]}))
    news = read_news(path, reading=Reading(columns=Columns(headline="title", category=name)))
    assert (len(news), news.categories) == (12, ("test", "train"))
