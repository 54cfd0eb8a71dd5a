"""Charts of words' one-hot and embedding vectors, and of one word's distances to others by both."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.insight.lessons.vectors.compute import ONE_HOT_DISTANCE, Distance, WordVectors
from core.insight.plot_style import BASELINE, DIVERGING, INK, QUIET, VALIDATION, escape, finish

MAX_WORDS = 11  # words drawn
HEIGHT, ROWS_HEIGHT = 330, 190  # pixels
_NAME = 18  # letters of a word


def distance_chart(word: str, distances: Sequence[Distance], second: str, *, learnt: bool) -> go.Figure:
    """Each other word's distance by embedding as a point; the one-hot distance, the same for all, as a line.

    Args:
        distances: at most MAX_WORDS, the nearest first.
        second: the word whose point is marked.
    """
    figure = go.Figure()
    places = list(range(len(distances)))
    figure.add_scatter(  # how far off the one-hot distance is
        x=[at for one in distances for at in (one.distance, ONE_HOT_DISTANCE, None)],
        y=[at for place in places for at in (place, place, None)],
        mode="lines",
        line={"color": QUIET, "width": 2},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[one.distance for one in distances],
        y=places,
        mode="markers",
        marker={
            "color": [VALIDATION if one.word == second else INK for one in distances],
            "size": [14 if one.word == second else 9 for one in distances],
            "opacity": 1,
        },
        customdata=[[escape(one.word), one.cosine] for one in distances],
        hovertemplate="%{customdata[0]}: %{x:.2f}, cosine %{customdata[1]:.2f}<extra></extra>",
        cliponaxis=False,
    )
    figure.add_vline(x=ONE_HOT_DISTANCE, line={"color": BASELINE, "width": 1.5, "dash": "dot"})
    figure.add_annotation(
        x=ONE_HOT_DISTANCE,
        y=1,
        yref="paper",
        text="one-hot",
        showarrow=False,
        xanchor="left",
        yanchor="top",
        xshift=4,
        font={"color": BASELINE, "size": 12},
    )
    figure.update_yaxes(
        range=[max(len(distances), MAX_WORDS) - 0.4, -0.8],
        tickvals=places,
        ticktext=[f"{escape(one.word, most=_NAME)} " for one in distances],
        showgrid=False,
    )
    figure.update_xaxes(range=[0, 2], dtick=0.5, title="distance, every row made 1 long")
    chosen = next((distance for distance in distances if distance.word == second), None)
    kind = "learnt" if learnt else "at random"
    title = f"From “{escape(word, most=_NAME)}”: one-hot {ONE_HOT_DISTANCE:.2f} to all"
    if chosen:
        title = (
            f"“{escape(word, most=_NAME)}” and “{escape(second, most=_NAME)}”: {chosen.distance:.2f} {kind}, "
            f"{ONE_HOT_DISTANCE:.2f} one-hot"
        )
    return finish(figure, title=title, height=HEIGHT)


def vectors_chart(rows: WordVectors, words: Sequence[str]) -> go.Figure:
    """Each word's one-hot vector as a line with its single 1, and below them the embedding vectors as a heatmap.

    Both have the same width; the title gives their dimensions.
    """
    index, size = len(rows.vocabulary), rows.size
    figure = go.Figure()
    for place, word in enumerate(words):
        figure.add_scatter(
            x=[0, 1], y=[place, place], mode="lines", line={"color": QUIET, "width": 6}, hoverinfo="skip"
        )
        number = rows.token_id(word)
        figure.add_scatter(
            x=[(number + 0.5) / index],
            y=[place],
            mode="markers",
            marker={"color": INK, "size": 16, "symbol": "line-ns", "line": {"color": INK, "width": 3}},
            hovertemplate=f"{escape(word)}: 1 at place {number:,}, 0 at all others<extra></extra>",
        )
    cells = np.array([rows.vector(word) for word in words])  # (words, size)
    widest = float(np.abs(cells).max(initial=0)) or 1.0
    figure.add_heatmap(
        z=cells,
        x=(np.arange(size) + 0.5) / size,
        y=[len(words) + place for place in range(len(words))],
        colorscale=DIVERGING,
        zmin=-widest,
        zmax=widest,
        showscale=False,
        xgap=1,
        ygap=6,
        hovertemplate="%{z:.3f}<extra></extra>",
    )
    names = [escape(word, most=_NAME) for word in words]
    short = "learnt" if rows.learnt else "random"
    figure.update_yaxes(
        range=[2 * len(words) - 0.4, -0.6],
        tickvals=list(range(2 * len(words))),
        ticktext=[f"{name}, one-hot " for name in names] + [f"{name}, {short} " for name in names],
        showgrid=False,
    )
    figure.update_xaxes(range=[0, 1], visible=False)
    return finish(figure, title=f"{index:,} numbers with a single 1, or {size:,} numbers", height=ROWS_HEIGHT)
