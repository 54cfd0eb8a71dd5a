"""What the map draws: every word once, at most eight hues, names escaped, the searched word ringed."""

from pathlib import Path
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from core.insight.plot_style import CATEGORIES
from core.insight.word_map.figures import (
    BEFORE,
    CATEGORY_NAME,
    HEIGHT,
    NEIGHBOURS_NAME,
    PCA,
    SPACE,
    TSNE,
    WORD_NAME,
    Selection,
    View,
    coloured_categories,
    plane_chart,
    space_chart,
)
from core.insight.word_map.label_layout import strongest_words
from core.insight.word_map.word_map import WordMap
from tests.insight.word_maps import load_map, tiny_classifier
from tests.present import present

MANY = tuple(f"CATEGORY {number}" for number in range(41))


@pytest.fixture(scope="module")
def word_map(tmp_path_factory: pytest.TempPathFactory) -> WordMap:
    return load_map(tiny_classifier(300, labels=MANY), tmp_path_factory.mktemp("map") / "one")


def draw_view(word_map: WordMap, view: str, **what: Any) -> tuple[View, go.Figure]:
    picture, chart = View.build(word_map, view), space_chart if view == SPACE else plane_chart
    return picture, chart(word_map, picture, categories=coloured_categories(word_map), **what)


@pytest.mark.parametrize("view", [PCA, TSNE, SPACE, BEFORE])
def test_every_word_is_one_point(word_map: WordMap, view: str) -> None:
    picture, figure = draw_view(word_map, view)
    points = [trace for trace in figure.data if trace.customdata is not None]
    assert sum(len(trace.x) for trace in points) == 298
    assert sorted(word for trace in points for word in trace.text) == sorted(word_map.words)
    place = word_map.words.index("cat")
    found = [(trace, list(trace.text).index("cat")) for trace in points if "cat" in trace.text]
    ((trace, at),) = found
    assert (trace.x[at], trace.y[at]) == pytest.approx(tuple(picture.points[place, :2]))
    assert {trace.type for trace in points} == {"scatter3d" if view == SPACE else "scattergl"}
    assert figure.layout.height == HEIGHT
    assert len(figure.layout.title.text) < 55


def test_eight_hues_for_the_largest_and_grey_for_the_rest(word_map: WordMap) -> None:
    hues = coloured_categories(word_map)
    counts = np.bincount(word_map.categories[word_map.categories >= 0], minlength=41)
    assert len(hues) == 8
    assert counts[list(hues)].tolist() == sorted(counts, reverse=True)[:8]
    _, figure = draw_view(word_map, TSNE)
    grey, *rest = (trace for trace in figure.data if trace.customdata is not None)
    assert [trace.marker.color for trace in rest] == list(CATEGORIES)
    assert [len(trace.x) for trace in rest] == counts[list(hues)].tolist()
    names = {note.text for note in figure.layout.annotations if note.name == CATEGORY_NAME}
    assert names == {f"<b>{MANY[hue]}</b>" for hue in hues}
    category = word_map.categories[word_map.words.index(grey.text[0])]
    assert grey.customdata[0] == (
        f"points to {MANY[category]}, {word_map.effect_sizes[word_map.words.index(grey.text[0])]:+.2f}"
        if category >= 0
        else "not measured"
    )


def test_no_name_lies_on_another(word_map: WordMap) -> None:
    _, figure = draw_view(word_map, TSNE)
    (left, right), (low, high) = figure.layout.xaxis.range, figure.layout.yaxis.range
    names = [
        ((note.x - left) / (right - left), (note.y - low) / (high - low))
        for note in figure.layout.annotations
        if note.name == WORD_NAME
    ]
    assert names
    for place, (x, y) in enumerate(names):
        assert all(abs(x - a) > 0.014 or abs(y - b) > 0.05 for a, b in names[:place])


def test_a_word_and_its_neighbours_are_ringed_and_named_close_up(word_map: WordMap) -> None:
    marked = Selection(word=1, neighbours=(5, 9, 30))
    picture, figure = draw_view(word_map, PCA, selection=marked, close=True)
    rings = {trace.name: list(trace.x) for trace in figure.data if trace.name in (WORD_NAME, NEIGHBOURS_NAME)}
    assert rings == {
        WORD_NAME: pytest.approx(picture.points[[1], 0]),
        NEIGHBOURS_NAME: pytest.approx(picture.points[[5, 9, 30], 0]),
    }
    left, right = figure.layout.xaxis.range
    assert left < picture.points[[1, 5, 9, 30], 0].min()
    assert right > picture.points[[1, 5, 9, 30], 0].max()
    assert {note.text for note in figure.layout.annotations} <= {
        word_map.words[place] for place in (1, 5, 9, 30)
    }
    assert word_map.words[1] in {note.text for note in figure.layout.annotations}
    _, turned = draw_view(word_map, SPACE, selection=marked)
    assert [note.text for note in turned.layout.scene.annotations] == [
        word_map.words[place] for place in (1, 5, 9, 30)
    ]


def test_titles_say_what_is_found(word_map: WordMap) -> None:
    share = 100 * word_map.axes.shares[:2].sum()
    assert View.build(word_map, PCA).title == f"Two axes show {share:.1f}\u00a0% of the differences"
    assert View.build(word_map, PCA).axes[0] == f"1st axis: {100 * word_map.axes.shares[0]:.1f}\u00a0%"
    assert View.build(word_map, TSNE).title.endswith("of a word's 10 nearest point to its category")
    spread = [
        np.hypot(*points[:, :2].std(axis=0))
        for points in (word_map.points, present(word_map.initial_points()))
    ]
    assert f"drawn {spread[0] / spread[1]:.1f} times as large" in View.build(word_map, BEFORE).title
    assert View.build(word_map, PCA, 3).title == "“cat” and the words nearest to it"
    assert View.build(word_map, PCA, 3).alt.startswith("“cat” points to ")
    assert View.build(word_map, BEFORE).colour_caption == ""


def test_names_are_never_markup(tmp_path: Path) -> None:
    odd = ("<b>x</b>", "$\\href{x}{y}$", "a&b")
    odd_map = load_map(tiny_classifier(known=odd, labels=("<i>A</i>", "$B$", "C")), tmp_path / "one")
    for view in (PCA, SPACE):
        picture = View.build(odd_map, view, 2)
        draw = space_chart if view == SPACE else plane_chart
        figure = draw(
            odd_map,
            picture,
            categories=coloured_categories(odd_map),
            selection=Selection(word=0, neighbours=(1, 2)),
        )
        text = figure.to_json()
        assert "<b>x" not in text.replace("\\u003c", "<")
        assert "<i>A" not in text.replace("\\u003c", "<")
        assert "$" not in text


@pytest.mark.parametrize("rows", [3, 4, 5, 32])
def test_hardly_any_words(rows: int, tmp_path: Path) -> None:
    few = load_map(tiny_classifier(rows, known=tuple("etaoin")), tmp_path / "one")
    for view in (PCA, TSNE, SPACE, BEFORE):
        _, figure = draw_view(few, view)
        assert sum(len(trace.x) for trace in figure.data if trace.customdata is not None) == rows - 2
        near = tuple(one - 2 for one, _ in few.neighbours(2))
        draw_view(few, view, selection=Selection(word=0, neighbours=near))


def test_before_the_study_all_points_are_grey(tmp_path: Path) -> None:
    bare = load_map(tiny_classifier(), tmp_path / "one", computed=False)
    assert coloured_categories(bare) == ()
    _, figure = draw_view(bare, PCA)
    (trace,) = figure.data
    assert set(trace.customdata) == {"not measured"}
    assert len(strongest_words(bare, ())) == 28
    far = np.linalg.norm(bare.points, axis=1)
    assert strongest_words(bare, ())[0] == far.argmax()
