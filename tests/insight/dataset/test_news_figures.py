"""Figures of the Data page: what they draw, and that a category's name is never markup."""

import numpy as np
import pandas as pd
import pytest

from core.insight.dataset import news_figures as figures
from core.insight.dataset.overview import Overview

ODD = "<b>$x$</b>"


def months(first: str, number: int) -> pd.Series:
    return pd.Series(range(1, number + 1), index=pd.date_range(first, periods=number, freq="MS"))


def seen(lengths: list[int]) -> Overview:
    empty = pd.Series([], dtype=int)
    return Overview(per_category=empty, per_month=empty, lengths=np.array(lengths), confusable_pairs=())


def test_a_bar_for_each_of_the_twenty_largest_and_a_word_on_the_rest() -> None:
    counts = pd.Series(range(125, 100, -1), index=[f"C{number}" for number in range(25)])
    figure = figures.categories_chart(counts)
    (bars,) = figure.data
    assert list(bars.x) == list(range(125, 105, -1))
    # 105 + 104 + 103 + 102 + 101
    assert figure.layout.annotations[0].text == "and 5 more categories with 515 articles together"
    # 125 of 25 * 113
    assert figure.layout.title.text == "C0 alone has 4.4 % of the articles"


def test_names_of_categories_are_literal_in_title_axis_and_hover() -> None:
    figure = figures.categories_chart(pd.Series([3, 1], index=[ODD, "x" * 300]))
    drawn = figure.to_json()
    assert "<b>" not in drawn
    assert "$x$" not in drawn
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;&#36;x&#36;&lt;/b&gt;"
    assert len(figure.layout.yaxis.ticktext[1]) == 24
    assert not figure.layout.annotations


@pytest.mark.parametrize(
    ("number", "drawn", "unit"), [(1, 1, "month"), (77, 77, "month"), (1_200, 100, "year")]
)
def test_at_most_500_points_over_time(number: int, drawn: int, unit: str) -> None:
    counts = months("1900-01-01", number)
    figure = figures.months_chart(counts)
    assert len(figure.data[0].x) == drawn
    assert sum(figure.data[0].y) == counts.sum()
    assert figure.layout.yaxis.title.text == f"articles a {unit}"


def test_the_title_says_the_time() -> None:
    assert (
        figures.months_chart(months("2012-01-01", 3)).layout.title.text == "From January 2012 to March 2012"
    )
    assert figures.months_chart(months("2012-01-01", 1)).layout.title.text == "All in January 2012"


def test_lengths_by_hand() -> None:
    figure = figures.lengths_chart(seen([0, 2, 5, 3]))
    assert list(figure.data[0].x) == [0, 1, 2, 3]
    assert list(figure.data[0].y) == [0, 2, 5, 3]
    assert figure.layout.annotations[0].text == "half have 2 or fewer"
    assert figure.layout.title.text == "The longest text has 3 words"


def test_a_text_of_a_million_words_does_not_flatten_the_others() -> None:
    lengths = np.zeros(1_000_001, dtype=int)
    lengths[:200] = 10
    lengths[1_000_000] = 1
    figure = figures.lengths_chart(seen(lengths.tolist()))
    assert len(figure.data[0].x) <= 101
    assert max(figure.data[0].x) < 250
    assert figure.layout.title.text == "The longest text has 1,000,000 words"


@pytest.mark.parametrize("lengths", [[5], [0, 1], [0] * 300 + [1]])
def test_files_of_one_length(lengths: list[int]) -> None:
    figure = figures.lengths_chart(seen(lengths))
    assert sum(figure.data[0].y) == sum(lengths)
    assert len(figure.data[0].x) <= 101
