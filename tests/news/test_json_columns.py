"""Columns of JSON lines by any name, and fewer than four of them."""

import json
from pathlib import Path

import pytest

from core.news.decompression import Caps
from core.news.formats.articles import Article
from core.news.formats.json_object import ObjectParser
from core.news.formats.recognition import open_table
from core.news.reading import Columns


@pytest.mark.parametrize("name", ["plain", 'say "x"', "a\\b", "a\nb", "\ud800", "ключ"])
def test_a_column_of_any_name_is_the_category(name: str, tmp_path: Path) -> None:
    columns = Columns(headline="headline", category=name)
    fields = {
        "headline": "Rain ahead",
        columns.category: "WEATHER",
        "short_description": "no role",
        "date": "2020",
    }
    line = json.dumps(fields).encode()
    [article] = ObjectParser(columns).articles(line, 1)
    table = open_table(iter([line + b"\n"]), tmp_path / "n.json", "n.json", Caps())
    for each in (article, *table.articles(columns)):
        assert isinstance(each, Article)
        assert (each.headline, each.category) == ("Rain ahead", "WEATHER")
        assert (each.short_description, each.date) == (None, None)
