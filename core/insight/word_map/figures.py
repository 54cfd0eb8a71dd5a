"""Word maps in 2D and 3D: words coloured by category; a searched word's neighbours ringed and labelled."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import plotly.graph_objects as go

from core.insight.plot_style import CATEGORIES, INK, escape, finish
from core.insight.word_map import captions as sentences
from core.insight.word_map.neighbour_preservation import same_category_share
from core.insight.word_map.word_map import WordMap
from core.insight.wording import percent
from core.text.vocabulary import FIRST_WORD_ID

PCA, TSNE, SPACE, BEFORE = "PCA", "t-SNE", "PCA in 3D", "Before training"
LIGHT = ("#211D18", "#FBF8F1")  # letters and paper of the light theme
HEIGHT = 470  # pixels
_REST = "#8C867B"  # of other or unknown categories
_FAINT, _CLEAR, _BEHIND = 0.35, 0.85, 0.2  # opacities
_NAMED = 24  # words labelled on the map while none is searched
# So much of the width a letter takes, and of the height a line, so that names do not lie on one another.
_LETTER, _LINE = 0.014, 0.05
CATEGORY_NAME, WORD_NAME, NEIGHBOURS_NAME = "category", "word", "neighbours"  # by which a program finds them
_BINS = 10  # along an axis, to find where a category's words are densest

Taken = tuple[
    tuple[float, float], float
]  # a name on the map: its middle and half its width, as shares of the axes


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
        title: the finding, escaped.
        caption: plain text, of the view.
        colour_caption: plain text, of the searched word or else of all colours; may be empty.
        axes: titles of the two axes, escaped; empty where they mean nothing.
    """

    points: npt.NDArray[np.floating]
    title: str
    caption: str
    colour_caption: str = ""
    axes: tuple[str, str] = ("", "")

    @classmethod
    def build(cls, shown: WordMap, view: str, word: int | None = None) -> "View":
        """The view of this name, of VIEWS, that the map can show; ``word`` is the id of a searched word."""
        shares = shown.axes.shares
        axes = (f"1st axis: {percent(shares[0])}", f"2nd axis: {percent(shares[1])}")
        about = sentences.category_agreement(shown) if word is None else sentences.searched_word(shown, word)
        if view == TSNE and shown.computed:
            made = cls(points=shown.computed.tsne, title=_alike(shown), caption=sentences.tsne(shown))
        elif view == BEFORE and (before := shown.initial_points()) is not None:
            made = cls(
                points=before[:, :2],
                title=_closer(shown, before),
                caption=sentences.before_training(shown),
                axes=axes,
            )
        elif view == SPACE:
            title = f"Three axes hold {percent(shares.sum())} of the differences"
            made = cls(points=shown.points, title=title, caption=sentences.pca(shown, 3))
        else:
            title = f"Two axes hold {percent(shares[:2].sum())} of the differences"
            made = cls(points=shown.points[:, :2], title=title, caption=sentences.pca(shown, 2), axes=axes)
        if word is not None and view != BEFORE:
            name = escape(shown.classifier.vocabulary.words[word - FIRST_WORD_ID], most=24)
            made = replace(made, title=f"“{name}” and the words nearest to it")
        # What the colours say of neighbours is said of the learnt rows.
        return made if view == BEFORE and word is None else replace(made, colour_caption=about)

    @property
    def alt(self) -> str:
        """Alternative text for screen readers."""
        return f"{self.colour_caption} {self.caption}".strip()


def coloured_categories(shown: WordMap, most: int = len(CATEGORIES)) -> tuple[int, ...]:
    """The categories of the most words, as positions in the labels."""
    known = shown.categories[shown.categories >= 0]
    counts = np.bincount(known, minlength=1)
    return tuple(int(one) for one in np.argsort(-counts, kind="stable")[:most] if counts[one])


def plane_chart(
    shown: WordMap,
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
    figure, points, axes = go.Figure(), view.points, view.axes
    for group in _groups(shown, categories, faint=selection is not None):
        some = group.pop("places")
        figure.add_scattergl(x=points[some, 0], y=points[some, 1], **group)
    low, high = _frame(points, selection if close else None)
    if selection:
        _ring(figure, points, selection)
        chosen: Sequence[int] = selection.positions
    else:
        chosen = strongest_words(shown, categories)
    titles = {} if close else _titles(shown, points, categories)
    taken = _title_places(titles, low, high)
    for (name, hue), (x, y) in zip(titles, (at for at, _ in taken), strict=True):
        figure.add_annotation(
            x=low[0] + x * (high[0] - low[0]),
            y=low[1] + y * (high[1] - low[1]),
            text=f"<b>{name}</b>",
            name=CATEGORY_NAME,
            font=_written((hue, ink[1])) | {"size": 13},
            showarrow=False,
        )
    names = _not_overlapping(shown, points, chosen, low, high, taken)
    for place in names:
        figure.add_annotation(
            x=points[place, 0],
            y=points[place, 1],
            text=escape(shown.words[place], most=20),
            name=WORD_NAME,
            font=_written(ink),
            showarrow=False,
            yshift=11,
        )
    finish(figure, title=view.title, height=HEIGHT)
    figure.update_xaxes(range=[low[0], high[0]], title=axes[0], showticklabels=False, showgrid=False)
    figure.update_yaxes(range=[low[1], high[1]], title=axes[1], showticklabels=False, showgrid=False)
    figure.update_layout(modebar={"orientation": "v"})
    return figure.update_layout(uirevision=f"{close}{selection if close else ''}")


def space_chart(
    shown: WordMap,
    view: View,
    *,
    categories: Sequence[int],
    selection: Selection | None = None,
    ink: tuple[str, str] = LIGHT,
) -> go.Figure:
    """The map in three dimensions, (words, 3), to be turned with the mouse or a finger."""
    figure, points = go.Figure(), view.points
    for group in _groups(shown, categories, faint=selection is not None):
        some = group.pop("places")
        # Plotly scales points in space by another measure, and their opacity is one for all.
        group["marker"] |= {"size": group["marker"]["size"] * 0.6, "line": {"width": 0}}
        figure.add_scatter3d(x=points[some, 0], y=points[some, 1], z=points[some, 2], **group)
    titles = {} if selection else _titles(shown, points, categories)
    named = [
        (at, f"<b>{name}</b>", CATEGORY_NAME, _written((hue, ink[1])) | {"size": 13})
        for (name, hue), at in titles.items()
    ]
    if selection:
        places = list(selection.positions)
        figure.add_scatter3d(
            x=points[places, 0],
            y=points[places, 1],
            z=points[places, 2],
            mode="markers",
            name=NEIGHBOURS_NAME,
            marker={"symbol": "circle-open", "size": 9, "color": INK, "line": {"width": 3}},
            hoverinfo="skip",
        )
        named += [
            (points[place], escape(shown.words[place], most=20), WORD_NAME, _written(ink)) for place in places
        ]
    notes = [
        {"x": at[0], "y": at[1], "z": at[2], "text": text, "name": kind, "font": font, "showarrow": False}
        for at, text, kind, font in named
    ]
    finish(figure, title=view.title, height=HEIGHT)
    bare = {"showticklabels": False, "title": "", "showbackground": False, "showspikes": False}
    figure.update_scenes(
        xaxis=bare | {"title": "1st"},
        yaxis=bare | {"title": "2nd"},
        zaxis=bare | {"title": "3rd"},
        annotations=notes,
        aspectmode="data",
        dragmode="turntable",
        camera_eye={"x": 1.0, "y": 1.0, "z": 0.6},
    )
    return figure.update_layout(uirevision="space")


def _alike(shown: WordMap) -> str:
    """The finding of the map of neighbourhoods."""
    assert shown.computed
    near = shown.computed.nearest.shape[1]
    if not shown.has_effects or not near:
        return f"{shown.computed.preserved_by_tsne:.1f} of a word's {near} nearest stay beside it"
    same, _ = same_category_share(shown.computed.nearest, shown.categories)
    return f"{near * same:.1f} of a word's {near} nearest tell of its category"


def _closer(shown: WordMap, before: npt.NDArray[np.float64]) -> str:
    """How much closer together the words lay, on the first two axes."""
    spreads = [float(np.hypot(*points[:, :2].std(axis=0))) for points in (before, shown.points)]
    if spreads[0] <= 0:
        return "Before training all words lay in one place"
    return f"Before training, drawn {spreads[1] / spreads[0]:.1f} times as large"


def _groups(shown: WordMap, hues: Sequence[int], *, faint: bool) -> list[dict[str, Any]]:
    """Arguments of the points' traces, the grey ones first; ``places`` are the points of each."""
    words, told, sizes = np.array(shown.words, dtype=object), shown.categories, shown.effect_sizes
    labels = [escape(label, most=24) for label in shown.classifier.labels]
    largest = float(np.quantile(sizes[told >= 0], 0.95)) if shown.has_effects else 1.0
    groups = []
    rest = np.flatnonzero(~np.isin(told, list(hues)))
    parts = [(rest, _REST, _BEHIND if hues or faint else 0.6, "")]
    parts += [
        (np.flatnonzero(told == category), hue, _FAINT if faint else _CLEAR, labels[category])
        for category, hue in zip(hues, CATEGORIES, strict=False)
    ]
    for places, hue, opacity, name in parts:
        hovers = [
            f"tells of {labels[told[place]]}, {sizes[place]:+.2f}" if told[place] >= 0 else "not measured"
            for place in places
        ]
        groups.append(
            {
                "places": places,
                "mode": "markers",
                "name": name,
                "text": [escape(word, most=30) for word in words[places]],
                "customdata": hovers,
                "hovertemplate": "%{text}: %{customdata}<extra></extra>",
                "marker": {
                    "color": hue,
                    "opacity": opacity,
                    # From 4 to 10 pixels: who tells more is larger.
                    "size": 4 + 6 * np.minimum(sizes[places] / max(largest, 1e-6), 1),
                    "line": {"width": 0},
                },
            }
        )
    return groups


def _written(ink: tuple[str, str]) -> dict[str, object]:
    """Font with a halo of the background colour."""
    letters, paper = ink
    return {"size": 12, "color": letters, "shadow": ", ".join([f"0px 0px 2px {paper}"] * 4)}


def _ring(figure: go.Figure, points: npt.NDArray[np.floating], marked: Selection) -> None:
    """Draw rings by WebGL like the points, which cover all else on the chart but annotations."""
    word = [] if marked.word is None else [marked.word]
    for name, places, size, width in (
        (NEIGHBOURS_NAME, list(marked.neighbours), 12, 1.5),
        (WORD_NAME, word, 20, 3),
    ):
        if places:
            figure.add_scattergl(
                x=points[places, 0],
                y=points[places, 1],
                mode="markers",
                name=name,
                marker={"symbol": "circle-open", "size": size, "color": INK, "line": {"width": width}},
                hoverinfo="skip",
            )


def strongest_words(shown: WordMap, hues: Sequence[int]) -> list[int]:
    """The words that tell most of the coloured categories, each category in turn; without any, who stands out most."""
    if not hues:
        furthest: list[int] = np.argsort(-np.linalg.norm(shown.points, axis=1), kind="stable").tolist()
        return furthest[: 4 * _NAMED]
    sizes, told = shown.effect_sizes, shown.categories
    each = []
    for category in hues:
        places = np.flatnonzero(told == category)
        each.append(places[np.argsort(-sizes[places], kind="stable")][:_NAMED].tolist())
    turns = (row[turn] for turn in range(_NAMED) for row in each if turn < len(row))
    return [place for place, _ in zip(turns, range(4 * _NAMED), strict=False)]


def _frame(points: npt.NDArray[np.floating], marked: Selection | None) -> tuple[np.ndarray, np.ndarray]:
    """The lower and the upper ends of the two axes, around all points or the selected ones."""
    some = points[list(marked.positions)] if marked and marked.positions else points
    if not len(some):
        return np.full(2, -1.0), np.full(2, 1.0)
    low, high = some.min(axis=0), some.max(axis=0)
    all_round = np.ptp(points, axis=0)
    margin = np.maximum((0.3 if marked else 0.06) * (high - low), 0.005 * all_round) + 1e-6
    return low - margin, high + margin


def _not_overlapping(
    shown: WordMap,
    points: npt.NDArray[np.floating],
    chosen: Sequence[int],
    low: np.ndarray,
    high: np.ndarray,
    before: Sequence[Taken],
) -> list[int]:
    """The chosen words whose labels overlap no earlier label."""
    taken, kept = list(before), []
    for place in chosen:
        x, y = (points[place] - low) / (high - low)
        y += _LINE / 2  # a word's name stands above its point
        wide = _LETTER * min(len(shown.words[place]), 20) / 2
        if _is_free((x, y), wide, taken):
            taken.append(((x, y), wide))
            kept.append(place)
    return kept


def _is_free(at: tuple[float, float], wide: float, taken: Sequence[Taken]) -> bool:
    return all(abs(at[0] - x) > wide + half or abs(at[1] - y) > _LINE for (x, y), half in taken)


def _titles(
    shown: WordMap, points: npt.NDArray[np.floating], hues: Sequence[int]
) -> dict[tuple[str, str], npt.NDArray[np.floating]]:
    """(name, hue) of each coloured category -> where those who tell most of it stand together."""
    found = {}
    for category, hue in zip(hues, CATEGORIES, strict=False):
        own = points[shown.categories == category]
        weights = shown.effect_sizes[shown.categories == category] ** 2  # the name belongs where most is told
        counts, edges = np.histogramdd(
            own,
            bins=_BINS,
            weights=weights if weights.any() else None,
            range=list(zip(points.min(0), points.max(0) + 1e-6, strict=True)),
        )
        fullest = np.unravel_index(counts.argmax(), counts.shape)
        within = np.ones(len(own), bool)
        for axis, at in enumerate(fullest):
            within &= (own[:, axis] >= edges[axis][at]) & (own[:, axis] <= edges[axis][at + 1])
        found[escape(shown.classifier.labels[category], most=24), hue] = own[within].mean(axis=0)
    return found


def _title_places(
    titles: dict[tuple[str, str], npt.NDArray[np.floating]], low: np.ndarray, high: np.ndarray
) -> list[Taken]:
    """Where the categories' names stand, as shares of the axes: each as near to its words as the others leave room."""
    taken: list[Taken] = []
    for (name, _), at in titles.items():
        x, y = (at - low) / (high - low)
        wide = 1.3 * _LETTER * len(name) / 2
        x = float(np.clip(x, wide, max(1 - wide, wide)))
        shifts = (sign * step * _LINE for step in range(20) for sign in (1, -1))
        free = (y + shift for shift in shifts if 0 < y + shift < 1 and _is_free((x, y + shift), wide, taken))
        taken.append(((x, float(next(free, y))), wide))
    return taken
