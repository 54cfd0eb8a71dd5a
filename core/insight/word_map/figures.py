"""Word maps in 2D and 3D: words coloured by category; a searched word's neighbours ringed and labelled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from core.insight.plot_style import CATEGORIES, INK, escape, finish
from core.insight.word_map import captions
from core.insight.word_map.label_layout import (
    MOST_LETTERS,
    axis_ranges,
    category_labels,
    densest_point,
    strongest_words,
    words_with_room,
)
from core.insight.word_map.word_map import WordMap
from core.insight.wording import percent

PCA, TSNE, SPACE, BEFORE = "PCA", "t-SNE", "PCA in 3D", "Before training"
LIGHT = ("#211D18", "#FBF8F1")  # letters and paper of the light theme
HEIGHT = 470  # pixels
_OTHER = "#8C867B"  # of other or unknown categories
_FAINT, _CLEAR, _BEHIND = 0.35, 0.85, 0.2  # opacities
CATEGORY_NAME, WORD_NAME, NEIGHBOURS_NAME = "category", "word", "neighbours"  # by which a program finds them


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A searched word and its neighbours, by their positions on the map; ``word`` is None when it is not on it."""

    word: int | None
    neighbours: tuple[int, ...]

    @property
    def positions(self) -> tuple[int, ...]:
        return self.neighbours if self.word is None else (self.word, *self.neighbours)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class View:
    """One view of the words: its points, title and caption.

    Attributes:
        points: (words, 2), or (words, 3) for the view in space.
        title: the finding; plain text.
        caption: plain text, of the view.
        colour_caption: plain text, of the searched word or else of all colours; may be empty.
        axes: titles of the two axes; empty where they mean nothing.
    """

    points: npt.NDArray[np.floating]
    title: str
    caption: str
    colour_caption: str = ""
    axes: tuple[str, str] = ("", "")

    @classmethod
    def build(cls, word_map: WordMap, name: str, word: int | None = None) -> "View":
        """The view of this name that the map can show.

        Args:
            name: PCA, TSNE, SPACE or BEFORE; PCA takes the place of one that cannot be shown.
            word: token id of a searched word.
        """
        shares = word_map.axes.shares
        axes = (f"1st axis: {percent(shares[0])}", f"2nd axis: {percent(shares[1])}")
        if name == TSNE and word_map.computed:
            view = cls(
                points=word_map.computed.tsne,
                title=captions.tsne_title(word_map),
                caption=captions.tsne(word_map),
            )
        elif name == BEFORE and (initial_points := word_map.initial_points()) is not None:
            view = cls(
                points=initial_points[:, :2],
                title=captions.before_training_title(word_map, initial_points),
                caption=captions.before_training(word_map),
                axes=axes,
            )
        elif name == SPACE:
            view = cls(
                points=word_map.points,
                title=captions.pca_title(word_map, 3),
                caption=captions.pca(word_map, 3),
            )
        else:
            view = cls(
                points=word_map.points[:, :2],
                title=captions.pca_title(word_map, 2),
                caption=captions.pca(word_map, 2),
                axes=axes,
            )
        if word is None:
            # The agreement of neighbours is that of the learnt embedding, not of the one before training.
            return (
                view
                if name == BEFORE
                else replace(view, colour_caption=captions.category_agreement(word_map))
            )
        view = replace(view, colour_caption=captions.searched_word(word_map, word))
        return view if name == BEFORE else replace(view, title=captions.searched_word_title(word_map, word))

    @property
    def alt(self) -> str:
        """Alternative text for screen readers."""
        return f"{self.colour_caption} {self.caption}".strip()


def coloured_categories(word_map: WordMap, most: int = len(CATEGORIES)) -> tuple[int, ...]:
    """The categories of the most words, as positions in the labels."""
    known = word_map.categories[word_map.categories >= 0]
    counts = np.bincount(known, minlength=1)
    return tuple(int(category) for category in np.argsort(-counts, kind="stable")[:most] if counts[category])


def plane_chart(
    word_map: WordMap,
    view: View,
    *,
    categories: Sequence[int],
    selection: Selection | None = None,
    close: bool = False,
    ink: tuple[str, str] = LIGHT,
) -> go.Figure:
    """The map in two dimensions.

    Args:
        categories: those that get a colour; all other points are grey.
        close: zoom in on the selected words.
        ink: colours of the words' names and of the paper behind them, on which they must be read among points.
    """
    figure, points = go.Figure(), view.points
    for words, trace in _traces(word_map, categories, faint=selection is not None):
        figure.add_scattergl(x=points[words, 0], y=points[words, 1], **trace)
    low, high = axis_ranges(points, selection.positions if selection and close else None)
    if selection:
        _ring(figure, points, selection)
    named_categories = [] if close else _named_categories(word_map, categories)
    labels = category_labels(
        [name for _, name, _ in named_categories],
        [densest_point(word_map, points, category) for category, _, _ in named_categories],
        low,
        high,
    )
    for (_, name, hue), ((x, y), _) in zip(named_categories, labels, strict=True):
        figure.add_annotation(
            x=low[0] + x * (high[0] - low[0]),
            y=low[1] + y * (high[1] - low[1]),
            text=f"<b>{name}</b>",
            name=CATEGORY_NAME,
            font=_haloed((hue, ink[1])) | {"size": 13},
            showarrow=False,
        )
    candidates = selection.positions if selection else strongest_words(word_map, categories)
    for word in words_with_room(word_map, points, candidates, low, high, labels):
        figure.add_annotation(
            x=points[word, 0],
            y=points[word, 1],
            text=escape(word_map.words[word], most=MOST_LETTERS),
            name=WORD_NAME,
            font=_haloed(ink),
            showarrow=False,
            yshift=11,
        )
    finish(figure, title=escape(view.title), height=HEIGHT)
    figure.update_xaxes(range=[low[0], high[0]], title=view.axes[0], showticklabels=False, showgrid=False)
    figure.update_yaxes(range=[low[1], high[1]], title=view.axes[1], showticklabels=False, showgrid=False)
    figure.update_layout(modebar={"orientation": "v"})
    return figure.update_layout(uirevision=f"{close}{selection if close else ''}")


def space_chart(
    word_map: WordMap,
    view: View,
    *,
    categories: Sequence[int],
    selection: Selection | None = None,
    ink: tuple[str, str] = LIGHT,
) -> go.Figure:
    """The map in three dimensions, (words, 3), to be turned with the mouse or a finger."""
    figure, points = go.Figure(), view.points
    for words, trace in _traces(word_map, categories, faint=selection is not None):
        # Plotly scales points in space by another measure, and their opacity is one for all.
        trace["marker"] |= {"size": trace["marker"]["size"] * 0.6, "line": {"width": 0}}
        figure.add_scatter3d(x=points[words, 0], y=points[words, 1], z=points[words, 2], **trace)
    if selection:
        selected = list(selection.positions)
        figure.add_scatter3d(
            x=points[selected, 0],
            y=points[selected, 1],
            z=points[selected, 2],
            mode="markers",
            name=NEIGHBOURS_NAME,
            marker={"symbol": "circle-open", "size": 9, "color": INK, "line": {"width": 3}},
            hoverinfo="skip",
        )
        labels = [
            (points[word], escape(word_map.words[word], most=MOST_LETTERS), WORD_NAME, _haloed(ink))
            for word in selected
        ]
    else:
        labels = [
            (
                densest_point(word_map, points, category),
                f"<b>{name}</b>",
                CATEGORY_NAME,
                _haloed((hue, ink[1])) | {"size": 13},
            )
            for category, name, hue in _named_categories(word_map, categories)
        ]
    annotations = [
        {
            "x": point[0],
            "y": point[1],
            "z": point[2],
            "text": text,
            "name": kind,
            "font": font,
            "showarrow": False,
        }
        for point, text, kind, font in labels
    ]
    finish(figure, title=escape(view.title), height=HEIGHT)
    bare = {"showticklabels": False, "title": "", "showbackground": False, "showspikes": False}
    figure.update_scenes(
        xaxis=bare | {"title": "1st"},
        yaxis=bare | {"title": "2nd"},
        zaxis=bare | {"title": "3rd"},
        annotations=annotations,
        aspectmode="data",
        dragmode="turntable",
        camera_eye={"x": 1.0, "y": 1.0, "z": 0.6},
    )
    return figure.update_layout(uirevision="space")


def _named_categories(word_map: WordMap, categories: Sequence[int]) -> list[tuple[int, str, str]]:
    """(category, its escaped name, its hue) of each coloured category."""
    labels = word_map.classifier.labels
    return [
        (category, escape(labels[category], most=24), hue)
        for category, hue in zip(categories, CATEGORIES, strict=False)
    ]


def _traces(
    word_map: WordMap, categories: Sequence[int], *, faint: bool
) -> list[tuple[npt.NDArray[np.int64], dict[str, Any]]]:
    """Positions of the words of each trace, and the trace's other arguments; the grey words first."""
    words = np.array(word_map.words, dtype=object)
    word_categories, sizes = word_map.categories, word_map.effect_sizes
    labels = [escape(label, most=24) for label in word_map.classifier.labels]
    largest = float(np.quantile(sizes[word_categories >= 0], 0.95)) if word_map.has_effects else 1.0
    grey = np.flatnonzero(~np.isin(word_categories, list(categories)))
    groups = [(grey, _OTHER, _BEHIND if categories or faint else 0.6, "")]
    groups += [
        (np.flatnonzero(word_categories == category), hue, _FAINT if faint else _CLEAR, name)
        for category, name, hue in _named_categories(word_map, categories)
    ]
    return [
        (
            positions,
            {
                "mode": "markers",
                "name": name,
                "text": [escape(word, most=30) for word in words[positions]],
                "customdata": [
                    f"points to {labels[word_categories[position]]}, {sizes[position]:+.2f}"
                    if word_categories[position] >= 0
                    else "not measured"
                    for position in positions
                ],
                "hovertemplate": "%{text}: %{customdata}<extra></extra>",
                "marker": {
                    "color": hue,
                    "opacity": opacity,
                    # From 4 to 10 pixels: the larger the effect, the larger the point.
                    "size": 4 + 6 * np.minimum(sizes[positions] / max(largest, 1e-6), 1),
                    "line": {"width": 0},
                },
            },
        )
        for positions, hue, opacity, name in groups
    ]


def _haloed(ink: tuple[str, str]) -> dict[str, object]:
    """A font with a halo of the background colour."""
    letters, paper = ink
    return {"size": 12, "color": letters, "shadow": ", ".join([f"0px 0px 2px {paper}"] * 4)}


def _ring(figure: go.Figure, points: npt.NDArray[np.floating], selection: Selection) -> None:
    """Draw rings by WebGL like the points, which cover all else on the chart but annotations."""
    searched = [] if selection.word is None else [selection.word]
    for name, words, size, width in (
        (NEIGHBOURS_NAME, list(selection.neighbours), 12, 1.5),
        (WORD_NAME, searched, 20, 3),
    ):
        if words:
            figure.add_scattergl(
                x=points[words, 0],
                y=points[words, 1],
                mode="markers",
                name=name,
                marker={"symbol": "circle-open", "size": size, "color": INK, "line": {"width": width}},
                hoverinfo="skip",
            )
