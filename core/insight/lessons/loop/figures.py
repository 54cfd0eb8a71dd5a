"""A chart of the difference between two texts' hidden states while both read the same last words."""

import plotly.graph_objects as go

from core.insight.lessons.loop import captions
from core.insight.lessons.loop.compute import SharedEnding
from core.insight.plot_style import INK, escape, finish

HEIGHT = 280  # pixels
MOST_TICKS = 16  # words named under the axis


def ending_chart(ending: SharedEnding) -> go.Figure:
    """Mean absolute difference of a unit before the shared words and after each of them."""
    positions = list(range(len(ending.differences)))
    names = ["before", *(escape(word, most=14) for word in ending.shared)]
    figure = go.Figure()
    figure.add_scatter(
        x=positions,
        y=ending.differences.tolist(),
        mode="lines+markers",
        line={"color": INK, "width": 2},
        marker={"color": INK, "size": 8},
        customdata=names,
        hovertemplate="after %{customdata}: a unit differs by %{y:.3f}<extra></extra>",
        cliponaxis=False,
    )
    step = -(-len(positions) // MOST_TICKS)
    figure.update_xaxes(
        tickvals=positions[::step],
        ticktext=names[::step],
        range=[-0.2, len(positions) - 0.8],
        tickangle=-40 if len(positions) > 6 else 0,
        showgrid=False,
    )
    figure.update_yaxes(
        title="difference of a unit",
        range=[0, 1.1 * max(float(ending.differences.max()), 0.05)],
        tickformat=".2f",
    )
    return finish(figure, title=captions.title(ending), height=HEIGHT)
