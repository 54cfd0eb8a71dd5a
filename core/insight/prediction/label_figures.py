"""Figure of the predicted labels of a file of headlines and their shares."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.insight.plot_style import INK, QUIET, escape, finish, share_axis

MOST_BARS = 8
HEIGHT = 340


def labels_chart(shares: Sequence[tuple[str, float]], *, most: int = MOST_BARS) -> go.Figure:
    """The most frequent labels as horizontal bars, the most frequent on top; the rest in one grey bar.

    Args:
        shares: (label, its share of the headlines) in descending order, at least one.
        most: largest number of bars, the grey one included; the axis always has room for it.
    """
    bars = [(escape(label, most=24), escape(label), share) for label, share in shares]
    hues = [INK] * len(bars)
    if len(bars) > most:
        rest = bars[most - 1 :]
        together = f"{len(rest)} others together"
        bars = [*bars[: most - 1], (together, together, sum(share for *_, share in rest))]
        hues = [INK] * (most - 1) + [QUIET]
    positions = list(range(len(bars)))
    figure = go.Figure(
        go.Bar(
            x=[share for *_, share in bars],
            y=positions,  # numbers, not names: two labels may be equal once shortened
            orientation="h",
            marker={"color": hues},
            text=[f"{100 * share:.1f} %" for *_, share in bars],
            textposition="auto",
            cliponaxis=False,
            hovertext=[label for _, label, _ in bars],
            hovertemplate="%{hovertext}: %{text}<extra></extra>",
        )
    )
    figure.update_yaxes(
        tickmode="array",
        tickvals=positions,
        ticktext=[f"{name} " for name, *_ in bars],
        range=[most - 0.4, -0.6],
        showgrid=False,
    )
    share_axis(figure, axis="x", title="share of the headlines")
    first, _, share = bars[0]
    finish(figure, title=f"{100 * share:.1f} % are labelled {first}", height=HEIGHT)
    return figure.update_layout(margin_r=28)  # room for "100 %" at the axis's end
