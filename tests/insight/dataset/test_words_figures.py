"""Figures of the Words page: what is drawn equals what was counted; points and markup are bounded."""

import numpy as np
import pytest

from core.insight.dataset.coverage import VocabularyCoverage, measure_coverage
from core.insight.dataset.words_figures import coverage_chart, lengths_chart, zipf_chart
from core.insight.plot_style import INK, MOST_POINTS, QUIET
from core.training.batches import Split
from core.training.preparation import SplitArticles


def studied(texts: list[str]) -> VocabularyCoverage:
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
    return studied(
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
    figure = lengths_chart(zipfian, 12)
    bars = figure.data[0]
    assert sum(bars.y) == 3000
    assert sum(
        y for y, hue in zip(bars.y, bars.marker.color, strict=True) if hue == QUIET
    ) == zipfian.truncated_texts(12)
    assert sum(
        y for y, hue in zip(bars.y, bars.marker.color, strict=True) if hue == INK
    ) == 3000 - zipfian.truncated_texts(12)
    assert figure.layout.title.text == f"{zipfian.truncated_texts(12) / 30:.1f} % cut after 12 words"
    assert lengths_chart(zipfian, 20).layout.title.text == "No text is cut"
    assert lengths_chart(zipfian, 1).layout.title.text.endswith("after 1 word")


def test_long_texts_share_bars() -> None:
    figure = lengths_chart(studied(["a b"] * 9 + ["word " * 2000]), 40)
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
    figure = zipf_chart(studied([f"{word} {word}", word, "other", "x"]))
    for trace in (figure.data[1].customdata, figure.data[2].text):
        assert word not in list(trace)
        assert not any(mark in text for text in trace for mark in "<>$")


@pytest.mark.parametrize("texts", [["one"], ["one", "two"], ["one", ""]])
def test_a_tiny_file_is_drawn_too(texts: list[str]) -> None:
    small = studied(texts)
    for figure in (coverage_chart(small, 3), lengths_chart(small, 1), zipf_chart(small)):
        assert figure.layout.title.text
