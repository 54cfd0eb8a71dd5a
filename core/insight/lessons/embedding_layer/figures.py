"""Charts of the embedding matrix with the layer's output for one text, and of the looked-up vectors."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from core.insight.lessons.embedding_layer import captions
from core.insight.lessons.embedding_layer.compute import TUTORIAL, EmbeddingLayer
from core.insight.lessons.random_embeddings import FARTHEST
from core.insight.plot_style import BASELINE, DIVERGING, INK, QUIET, UNKNOWN, escape, finish
from core.model.forward import Array
from core.settings.fields import limits
from core.settings.network import NetworkSettings
from core.text import vocabulary

HEIGHT, ROWS_HEIGHT = 225, 300  # pixels
MAX_POSITIONS, MAX_DIMENSIONS = 12, 40  # drawn of a text and of a vector
_WIDEST = 0.42  # of the picture: the widest table
_TEXT = 0.56  # where the text's rectangle begins
MOST_LINKS = 40  # words with a line to their position


def side(value: float, setting: str) -> float:
    """A side's length, 0 to 1 of the largest setting, by the cube root: 30,000 by 64 to scale would be a hairline."""
    return float((value / limits(NetworkSettings, setting).high) ** (1 / 3))


def depth(token_id: int, rows: int) -> float:
    """Position of a word's row in the matrix, 0 to 1, on a logarithmic scale, because frequent words come first."""
    return math.log1p(token_id) / math.log1p(rows)


def embedding_layer_chart(layer: EmbeddingLayer, token_ids: Sequence[int]) -> go.Figure:
    """The embedding matrix on the left, one text's output on the right, a line from each token's row to its position.

    Each side is relative to its own largest setting. The dotted frames are the tutorial's layer.

    Args:
        token_ids: of the text, ``input_length`` at most.
    """
    figure = go.Figure()
    width = _WIDEST * side(layer.output_dim, "embedding_size")
    height = side(layer.input_dim, "vocabulary_size")
    length = side(layer.input_length, "sequence_length")
    filled = length * len(token_ids) / layer.input_length
    for left, top, right, bottom, hue in (
        (0, 0, width, height, INK),
        (_TEXT, 0, _TEXT + width, filled, INK),
        (_TEXT, filled, _TEXT + width, length, QUIET),
    ):
        figure.add_shape(
            type="rect", x0=left, y0=top, x1=right, y1=bottom, fillcolor=hue, opacity=0.45, line_width=0
        )
    tutorial_width = _WIDEST * side(TUTORIAL.output_dim, "embedding_size")
    for left, bottom in (
        (0, side(TUTORIAL.input_dim, "vocabulary_size")),
        (_TEXT, side(TUTORIAL.input_length, "sequence_length")),
    ):
        figure.add_shape(
            type="rect",
            x0=left,
            y0=0,
            x1=left + tutorial_width,
            y1=bottom,
            line={"color": BASELINE, "dash": "dot", "width": 1},
        )
    for position, token_id in enumerate(token_ids[:MOST_LINKS]):
        row = height * depth(token_id, layer.input_dim)
        unknown = token_id == vocabulary.OOV_ID
        figure.add_scatter(
            x=[width, _TEXT],
            y=[row, length * (position + 0.5) / layer.input_length],
            mode="lines",
            line={"color": UNKNOWN if unknown else INK, "width": 1, "dash": "dash" if unknown else "solid"},
            hovertemplate=f"place {position + 1}: row {token_id:,}<extra></extra>",
        )
    figure.add_annotation(
        x=0,
        y=side(TUTORIAL.input_dim, "vocabulary_size"),
        text=f"tutorial: {TUTORIAL.input_dim:,} × {TUTORIAL.output_dim}",
        showarrow=False,
        xanchor="left",
        yanchor="top",
        font={"size": 11, "color": BASELINE},
    )
    for left, name in (
        (0, f"table: {layer.input_dim:,} × {layer.output_dim:,}"),
        (_TEXT, f"one text: {layer.input_length:,} × {layer.output_dim:,}"),
    ):
        figure.add_annotation(
            x=left, y=-0.02, text=name, showarrow=False, xanchor="left", yanchor="bottom", font={"size": 12}
        )
    figure.update_xaxes(range=[-0.01, 1], visible=False, fixedrange=True)
    figure.update_yaxes(range=[1.04, -0.12], visible=False, fixedrange=True)
    return finish(figure, title=captions.layer_title(layer), height=HEIGHT)


def lookup_chart(words: Sequence[str], rows: Array) -> go.Figure:
    """A heatmap of the embedding vectors of a text's first positions.

    Args:
        words: of the first positions; "" for padding.
        rows: (positions, dimensions), MAX_POSITIONS by MAX_DIMENSIONS at most.
    """
    figure = go.Figure()
    figure.add_heatmap(
        z=rows,
        y=list(range(len(words))),
        x=list(range(1, rows.shape[1] + 1)),
        colorscale=DIVERGING,
        zmin=-FARTHEST,
        zmax=FARTHEST,
        showscale=False,
        xgap=1,
        ygap=2,
        hovertemplate="place %{y}, number %{x}: %{z:.3f}<extra></extra>",
    )
    figure.update_yaxes(
        range=[MAX_POSITIONS - 0.5, -0.5],
        tickvals=list(range(len(words))),
        ticktext=[f"{escape(word, most=18) or 'padding'} " for word in words],
        showgrid=False,
    )
    figure.update_xaxes(range=[0.5, rows.shape[1] + 0.5], title="numbers of a row", showgrid=False)
    return finish(figure, title=captions.lookup_title(rows), height=ROWS_HEIGHT)
