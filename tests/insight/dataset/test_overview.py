"""Counts of the Data page against counts by hand."""

import json
from pathlib import Path

from core.insight.dataset.overview import compute_overview
from core.news.news import read_news


def test_counts_by_hand(tmp_path: Path) -> None:
    articles = [
        ("A", "one two", "2014-01-31"),
        ("B", "one", "2014-03-01"),
        ("A", "one two three", None),
        ("A", "one", None),
    ]
    rows = [{"category": name, "headline": text, "date": date} for name, text, date in articles]
    path = tmp_path / "news.json"
    path.write_text("\n".join(map(json.dumps, rows)))
    overview = compute_overview(read_news(path))
    assert overview.per_category.to_dict() == {"A": 3, "B": 1}
    assert overview.per_month.tolist() == [1, 0, 1]
    assert overview.lengths.tolist() == [0, 2, 1, 1]
    assert overview.median_length == 1  # two of four texts have one word
    assert overview.confusable_pairs == ()
