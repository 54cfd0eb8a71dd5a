"""What a file of headlines is about: the labels given and how often."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.insight.plot_style import INK, QUIET, escape, finish, share_axis

MOST_BARS = 8
HEIGHT = 340


def labels_chart(shares: Sequence[tuple[str, float]], *, most: int = MOST_BARS) -> go.Figure:
    """The most frequent labels as horizontal bars, the most frequent on top; the rest in one grey bar.

    Args:
        shares: (label, its share of the headlines), falling. At least one.
        most: bars at most, the grey one included; the chart always has room for so many.
    """
    shown = [(escape(label, most=24), escape(label), share) for label, share in shares]
    hues = [INK] * len(shown)
    if len(shown) > most:
        rest = shown[most - 1 :]
        together = f"{len(rest)} others together"
        shown = [*shown[: most - 1], (together, together, sum(share for *_, share in rest))]
        hues = [INK] * (most - 1) + [QUIET]
    places = list(range(len(shown)))
    figure = go.Figure(
        go.Bar(
            x=[share for *_, share in shown],
            y=places,  # numbers, not names: two labels may look alike once they are cut
            orientation="h",
            marker={"color": hues},
            text=[f"{100 * share:.1f} %" for *_, share in shown],
            textposition="auto",
            cliponaxis=False,
            hovertext=[label for _, label, _ in shown],
            hovertemplate="%{hovertext}: %{text}<extra></extra>",
        )
    )
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[f"{name} " for name, *_ in shown],
        range=[most - 0.4, -0.6],
        showgrid=False,
    )
    share_axis(figure, axis="x", title="share of the headlines")
    first, _, share = shown[0]
    finish(figure, title=f"{100 * share:.1f} % are labelled {first}", height=HEIGHT)
    return figure.update_layout(margin_r=28)  # room for "100 %" at the axis's end
