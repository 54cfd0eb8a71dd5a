"""Figures of a news file: what is drawn equals what was counted; points and markup are bounded."""

import numpy as np
import pandas as pd
import pytest

from core.insight.dataset import figures
from core.insight.dataset.cleaning_effect import CleaningEffect, count_words
from core.insight.dataset.coverage import VocabularyCoverage, measure_coverage
from core.insight.dataset.figures import cleaning_chart, coverage_chart, truncation_chart, zipf_chart
from core.insight.dataset.overview import Overview
from core.insight.plot_style import INK, MOST_POINTS, QUIET
from core.training.batches import Split
from core.training.preparation import SplitArticles

ODD = "<b>$x$</b>"


def months(first: str, number: int) -> pd.Series:
    return pd.Series(range(1, number + 1), index=pd.date_range(first, periods=number, freq="MS"))


def overview_of(lengths: list[int]) -> Overview:
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
    assert figure.layout.title.text == "C0 alone has 4.4\u00a0% of the articles"


def test_names_of_categories_are_literal_in_title_axis_and_hover() -> None:
    figure = figures.categories_chart(pd.Series([3, 1], index=[ODD, "x" * 300]))
    bars_drawn = figure.to_json()
    assert "<b>" not in bars_drawn
    assert "$x$" not in bars_drawn
    assert figure.layout.yaxis.ticktext[0] == "&lt;b&gt;&#36;x&#36;&lt;/b&gt;"
    assert len(figure.layout.yaxis.ticktext[1]) == 24
    assert not figure.layout.annotations


@pytest.mark.parametrize(
    ("number", "bars_drawn", "unit"), [(1, 1, "month"), (77, 77, "month"), (1_200, 100, "year")]
)
def test_at_most_500_points_over_time(number: int, bars_drawn: int, unit: str) -> None:
    counts = months("1900-01-01", number)
    figure = figures.months_chart(counts)
    assert len(figure.data[0].x) == bars_drawn
    assert sum(figure.data[0].y) == counts.sum()
    assert figure.layout.yaxis.title.text == f"articles a {unit}"


def test_the_title_says_the_time() -> None:
    assert (
        figures.months_chart(months("2012-01-01", 3)).layout.title.text == "From January 2012 to March 2012"
    )
    assert figures.months_chart(months("2012-01-01", 1)).layout.title.text == "All in January 2012"


def test_lengths_by_hand() -> None:
    figure = figures.lengths_chart(overview_of([0, 2, 5, 3]))
    assert list(figure.data[0].x) == [0, 1, 2, 3]
    assert list(figure.data[0].y) == [0, 2, 5, 3]
    assert figure.layout.annotations[0].text == "half have 2 or fewer"
    assert figure.layout.title.text == "The longest text has 3 words"


def test_a_text_of_a_million_words_does_not_flatten_the_others() -> None:
    lengths = np.zeros(1_000_001, dtype=int)
    lengths[:200] = 10
    lengths[1_000_000] = 1
    figure = figures.lengths_chart(overview_of(lengths.tolist()))
    assert len(figure.data[0].x) <= 101
    assert max(figure.data[0].x) < 250
    assert figure.layout.title.text == "The longest text has 1,000,000 words"


@pytest.mark.parametrize("lengths", [[5], [0, 1], [0] * 300 + [1]])
def test_files_of_one_length(lengths: list[int]) -> None:
    figure = figures.lengths_chart(overview_of(lengths))
    assert sum(figure.data[0].y) == sum(lengths)
    assert len(figure.data[0].x) <= 101


def coverage_of(texts: list[str]) -> VocabularyCoverage:
    rows = np.arange(len(texts))
    parts = Split(training=rows[::2], validation=rows[1::4], test=rows[3::4])
    return measure_coverage(
        texts, SplitArticles(rows=rows, labels=("A",), y=np.zeros(len(texts), dtype=np.int32), split=parts)
    )


@pytest.fixture(scope="module")
def zipfian() -> VocabularyCoverage:
    random = np.random.default_rng(5)
    draws = random.zipf(1.3, size=(3000, 20)) % 5000
    sizes = random.integers(1, 21, size=3000)
    return coverage_of(
        [" ".join(f"w{word}" for word in row[:size]) for row, size in zip(draws, sizes, strict=True)]
    )


def test_coverage_draws_both_parts_and_marks_the_chosen_size(zipfian: VocabularyCoverage) -> None:
    figure = coverage_chart(zipfian, 100)
    training, held_out, chosen = figure.data
    for curve, part in ((training, 0), (held_out, 1)):
        assert len(curve.x) <= MOST_POINTS
        assert all(
            y == pytest.approx(zipfian.known_shares(int(x))[part])
            for x, y in zip(curve.x, curve.y, strict=True)
        )
        assert list(curve.y) == sorted(curve.y)
    assert (chosen.x[0], chosen.y[0]) == (100, pytest.approx(zipfian.known_shares(100)[1]))
    assert training.line.dash != held_out.line.dash  # grey print tells them apart
    assert figure.layout.title.text == f"{100 * zipfian.known_shares(100)[1]:.1f} % known with size 100"
    beyond = coverage_chart(zipfian, 400_000)
    assert beyond.layout.title.text.endswith("with every word")
    assert beyond.data[2].x[0] == len(zipfian.vocabulary)


def test_every_text_is_in_one_bar_and_what_is_cut_stands_faded(zipfian: VocabularyCoverage) -> None:
    figure = truncation_chart(zipfian, 12)
    bars = figure.data[0]
    assert sum(bars.y) == 3000
    assert sum(
        y for y, hue in zip(bars.y, bars.marker.color, strict=True) if hue == QUIET
    ) == zipfian.truncated_texts(12)
    assert sum(
        y for y, hue in zip(bars.y, bars.marker.color, strict=True) if hue == INK
    ) == 3000 - zipfian.truncated_texts(12)
    assert figure.layout.title.text == f"{zipfian.truncated_texts(12) / 30:.1f} % cut after 12 words"
    assert truncation_chart(zipfian, 20).layout.title.text == "No text is cut"
    assert truncation_chart(zipfian, 1).layout.title.text.endswith("after 1 word")


def test_long_texts_share_bars() -> None:
    figure = truncation_chart(coverage_of(["a b"] * 9 + ["word " * 2000]), 40)
    bars = figure.data[0]
    assert len(bars.x) <= MOST_POINTS
    assert sum(bars.y) in {9, 10}  # the one of 2,000 words may lie beyond the axis


def test_zipf_is_drawn_by_rank(zipfian: VocabularyCoverage) -> None:
    curve = zipf_chart(zipfian).data[1]
    assert len(curve.x) <= MOST_POINTS
    assert curve.x[0] == 1
    assert curve.x[-1] == len(zipfian.vocabulary.words)
    assert curve.y[0] == max(zipfian.vocabulary.counts)
    assert list(curve.y) == sorted(curve.y, reverse=True)


@pytest.mark.parametrize("word", ["<b>bold</b>", "$\\href{javascript:x}{y}$", "a&b"])
def test_no_word_is_markup(word: str) -> None:
    figure = zipf_chart(coverage_of([f"{word} {word}", word, "other", "x"]))
    for trace in (figure.data[1].customdata, figure.data[2].text):
        assert word not in list(trace)
        assert not any(mark in text for text in trace for mark in "<>$")


@pytest.mark.parametrize("texts", [["one"], ["one", "two"], ["one", ""]])
def test_a_tiny_file_is_drawn_too(texts: list[str]) -> None:
    small = coverage_of(texts)
    for figure in (coverage_chart(small, 3), truncation_chart(small, 1), zipf_chart(small)):
        assert figure.layout.title.text


def test_each_name_stands_where_no_curve_is_above_its_own() -> None:
    # Before: one text of 3 words, three of 5. After: three of 3, one of 5.
    before = count_words(["a b c", *["a b c d e"] * 3])
    after = count_words([*["a b c"] * 3, "a b c d e"])
    figure = cleaning_chart(CleaningEffect(before=before, after=after, seconds=0.1))
    places = {note.text: (note.x, note.y) for note in figure.layout.annotations}
    assert places == {"before": (5, 3), "after": (3, 3)}


def test_two_equal_curves_have_one_name() -> None:
    """The cleaning changed no text's number of words: two names would stand on each other."""
    words = count_words(["a b c", *["a b c d e"] * 3])
    figure = cleaning_chart(CleaningEffect(before=words, after=words, seconds=0.1))
    assert [(note.text, note.x, note.y) for note in figure.layout.annotations] == [("before and after", 5, 3)]
