"""Charts of words' one-hot and embedding vectors, and of one word's distances to others by both."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.insight.lessons.vectors import captions
from core.insight.lessons.vectors.compute import ONE_HOT_DISTANCE, Distance, WordVectors
from core.insight.plot_style import BASELINE, DIVERGING, INK, QUIET, VALIDATION, escape, finish

MAX_WORDS = 11  # words drawn
HEIGHT, ROWS_HEIGHT, ARROWS_HEIGHT = 330, 190, 230  # pixels
_NAME = 18  # letters of a word


def distance_chart(word: str, distances: Sequence[Distance], second: str, *, learnt: bool) -> go.Figure:
    """Each other word's distance by embedding as a point; the one-hot distance, the same for all, as a line.

    Args:
        distances: at most MAX_WORDS, the nearest first.
        second: the word whose point is marked.
    """
    figure = go.Figure()
    positions = list(range(len(distances)))
    figure.add_scatter(  # how far off the one-hot distance is
        x=[x for distance in distances for x in (distance.distance, ONE_HOT_DISTANCE, None)],
        y=[y for position in positions for y in (position, position, None)],
        mode="lines",
        line={"color": QUIET, "width": 2},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=[distance.distance for distance in distances],
        y=positions,
        mode="markers",
        marker={
            "color": [VALIDATION if distance.word == second else INK for distance in distances],
            "size": [14 if distance.word == second else 9 for distance in distances],
            "opacity": 1,
        },
        customdata=[[escape(distance.word), distance.cosine] for distance in distances],
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
        tickvals=positions,
        ticktext=[f"{escape(distance.word, most=_NAME)} " for distance in distances],
        showgrid=False,
    )
    figure.update_xaxes(range=[0, 2], dtick=0.5, title="distance, every row made 1 long")
    pair = next((distance for distance in distances if distance.word == second), None)
    title = captions.distance_title(escape(word, most=_NAME), escape(second, most=_NAME), pair, learnt=learnt)
    return finish(figure, title=title, height=HEIGHT)


def arrows_chart(word: str, second: str, pair: Distance, *, learnt: bool) -> go.Figure:
    """Both words' vectors as arrows in the plane that holds them: one-hot at the left, embedding at the right.

    Every arrow is 1 long, so the angle between two of them is all that differs; its cosine is the vectors' own.
    """
    figure = go.Figure()
    angles = (np.pi / 2, float(np.arccos(np.clip(pair.cosine, -1, 1))))
    for origin, angle, color, name in zip(
        (0.0, 3.0),
        angles,
        (BASELINE, VALIDATION),
        ("one-hot", "learnt" if learnt else "at random"),
        strict=True,
    ):
        for turn, text in ((0.0, word), (angle, second)):
            x, y = origin + np.cos(turn), np.sin(turn)
            figure.add_annotation(
                ax=origin, ay=0, x=x, y=y, axref="x", ayref="y", showarrow=True, arrowhead=2, arrowwidth=2,
                arrowcolor=color, text="",
            )  # fmt: skip
            figure.add_annotation(
                x=x, y=y, text=escape(text, most=_NAME), showarrow=False, font={"size": 13},
                yshift=-14 if y < 0.3 else 12, xanchor="center",
            )  # fmt: skip
        figure.add_annotation(
            x=origin, y=-0.42, text=f"{name}: {np.degrees(angle):.0f}°", showarrow=False, xanchor="center"
        )
    # Nothing but annotations has no axes; these points fix the range.
    figure.add_scatter(x=[-1.2, 4.4], y=[-0.5, 1.2], mode="markers", marker={"opacity": 0}, hoverinfo="skip")
    figure.update_xaxes(range=[-1.2, 4.4], visible=False)
    figure.update_yaxes(range=[-0.6, 1.35], visible=False, scaleanchor="x")
    return finish(figure, title=captions.arrows_title(pair), height=ARROWS_HEIGHT)


def vectors_chart(rows: WordVectors, words: Sequence[str]) -> go.Figure:
    """Each word's one-hot vector as a line with its single 1, and below them the embedding vectors as a heatmap.

    Both have the same width; the title gives their dimensions.
    """
    vocabulary_size, size = len(rows.vocabulary), rows.size
    figure = go.Figure()
    for position, word in enumerate(words):
        figure.add_scatter(
            x=[0, 1],
            y=[position, position],
            mode="lines",
            line={"color": QUIET, "width": 6},
            hoverinfo="skip",
        )
        token_id = rows.token_id(word)
        figure.add_scatter(
            x=[(token_id + 0.5) / vocabulary_size],
            y=[position],
            mode="markers",
            marker={"color": INK, "size": 16, "symbol": "line-ns", "line": {"color": INK, "width": 3}},
            hovertemplate=f"{escape(word)}: 1 at place {token_id:,}, 0 at all others<extra></extra>",
        )
    vectors = np.array([rows.vector(word) for word in words])  # (words, size)
    widest = float(np.abs(vectors).max(initial=0)) or 1.0
    figure.add_heatmap(
        z=vectors,
        x=(np.arange(size) + 0.5) / size,
        y=[len(words) + position for position in range(len(words))],
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
    return finish(figure, title=captions.vectors_title(rows), height=ROWS_HEIGHT)
