"""A chart of the gradient at each word, counted back from the end, on a logarithmic axis: one unit and a classifier."""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from core.insight.lessons.vanishing import captions
from core.insight.lessons.vanishing.compute import (
    MOST_WORDS,
    Chain,
    ClassifierGradients,
    Floats,
    relative_gradients,
)
from core.insight.plot_style import BASELINE, INK, VALIDATION, finish, line_style

HEIGHT = 330  # pixels
_SHIFT = 26  # pixels between names
LOWEST, HIGHEST = -12, 6  # powers of ten that are drawn; beyond them a line leaves the chart


def vanishing_chart(chain: Chain, gradients: ClassifierGradients | None) -> go.Figure:
    """Each gradient relative to that at the last word, which therefore is 1."""
    figure = go.Figure()
    figure.add_hline(y=1, line={"color": BASELINE, "width": 1, "dash": "dot"})
    # Keep the names apart where all lines end near 1.
    near_one = 1e-2 < chain.first_gradient < 1e2
    shift = (_SHIFT if chain.first_gradient >= 1 else -_SHIFT) if near_one else 0
    _line(figure, chain.gradients, "one unit", {"color": INK, "width": 3}, "middle", shift)
    if gradients is not None:
        _line(figure, gradients.state, "the classifier's state", line_style(VALIDATION), "top")
        _line(
            figure,
            gradients.answer,
            "the classifier's answer",
            {"color": BASELINE, "width": 1.5, "dash": "dot"},
            "bottom",
        )
    for y, name, anchor in ((HIGHEST, "explodes", "top"), (LOWEST, "vanishes", "bottom")):
        figure.add_annotation(
            x=MOST_WORDS + 9,
            y=y,
            text=name,
            showarrow=False,
            xanchor="right",
            yanchor=anchor,
            font={"color": BASELINE, "size": 12},
        )
    powers = list(range(LOWEST, HIGHEST + 1, 3))
    figure.update_yaxes(
        type="log",
        range=[LOWEST, HIGHEST],
        tickvals=[10.0**power for power in powers],
        ticktext=["1" if not power else f"10<sup>{power}</sup>" for power in powers],
        title="share of the last word's gradient",
    )
    figure.update_xaxes(
        title="words back from the end", range=[-0.5, MOST_WORDS + 9.5], tick0=0, dtick=10, showgrid=False
    )
    return finish(figure, title=captions.title(chain), height=HEIGHT)


def _line(
    figure: go.Figure, gradients: Floats, name: str, style: dict[str, object], side: str, shift: int = 0
) -> None:
    """One line from the end back, labelled at its last visible point, ``shift`` pixels above it."""
    relative = relative_gradients(gradients)[::-1].tolist()
    visible: Sequence[float | None] = [
        value if value > 0 and LOWEST <= math.log10(value) <= HIGHEST else None for value in relative
    ]
    figure.add_scatter(
        x=list(range(len(relative))),
        y=visible,
        name=name,
        mode="lines",
        line=style,
        hovertemplate=f"{name}, %{{x}} words back: %{{y:.3g}}<extra></extra>",
    )
    positions = [position for position, value in enumerate(visible) if value is not None]
    if positions and (last := visible[positions[-1]]):
        figure.add_annotation(
            x=positions[-1],
            y=math.log10(last),
            text=name,
            showarrow=False,
            xanchor="right" if positions[-1] > MOST_WORDS / 3 and side != "middle" else "left",
            yanchor=side,
            xshift=6 * (side == "middle"),
            yshift=shift,
            font={"color": style["color"], "size": 12},
        )
