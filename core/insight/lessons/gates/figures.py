"""Charts of the words' shares in a state, and of one unit's gate at each word."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.insight.activations.captions import NAMES
from core.insight.lessons.gates import captions
from core.insight.lessons.gates.compute import GateActivations
from core.insight.plot_style import BASELINE, CATEGORIES, INK, QUIET, escape, finish, share_axis
from core.model.forward import Array

HEIGHT, GATE_HEIGHT = 330, 300  # pixels
MOST_TICKS = 24
_LEAST_INSIDE = 0.12  # smallest bar with room for its label
_MOST_FIGURES = 14  # words up to which bars have labels


def word_shares_chart(words: Sequence[str], shares: Array) -> go.Figure:
    """A stacked bar for each timestep: the first word's share of the state at the bottom, the latest word's on top.

    Args:
        shares: (words, words), as ``compute.word_shares`` returns them.
    """
    figure = go.Figure()
    positions = np.arange(len(words))
    first = shares[:, 0].astype(float)
    latest = np.where(positions > 0, np.diagonal(shares), 0.0).astype(float)
    between = np.clip(1 - first - latest, 0, 1)
    named = escape(words[0], most=20)
    for name, values, hue in (
        (f"first word: {named}", first, INK),
        ("words between", between, QUIET),
        ("word just read", latest, CATEGORIES[1]),
    ):
        figure.add_bar(
            x=positions,
            y=values,
            name=name,
            marker={"color": hue, "line": {"width": 0}},
            hovertemplate=f"{name}: %{{y:.1%}}<extra></extra>",
        )
    if len(words) <= _MOST_FIGURES:
        for position, share in enumerate(first):
            inside = share >= _LEAST_INSIDE
            figure.add_annotation(
                x=position,
                y=float(share),
                text=f"{100 * share:.0f}",  # per cent, as the axis says: a phone has no room for the sign
                font={"color": "#FFFFFF" if inside else INK, "size": 12},
                showarrow=False,
                yanchor="top" if inside else "bottom",
            )
    figure.update_layout(barmode="stack", bargap=0.25)
    _words_axis(figure, words)
    share_axis(figure, title="share of the state")
    figure.update_yaxes(range=[0, 1.02])
    finish(figure, title=captions.shares_title(named, float(first[-1])), height=HEIGHT)
    return figure.update_layout(
        showlegend=True,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 1, "xanchor": "right"},
        margin_t=64,
    )


def gate_chart(gates: GateActivations, gate: str, unit: int) -> go.Figure:
    """One unit's gate at each timestep as bars from 0 to 1; the mean of all units as a thin grey line."""
    values = gates.values(gate)
    own, mean = values[:, unit].astype(float), values.mean(axis=1).astype(float)
    positions = np.arange(len(gates.words))
    figure = go.Figure()
    figure.add_bar(
        x=positions,
        y=own,
        name=f"unit {unit + 1}",
        marker={"color": INK},
        customdata=[escape(word, most=40) for word in gates.words],
        hovertemplate="%{customdata}: %{y:.3f}<extra></extra>",
    )
    figure.add_scatter(
        x=positions,
        y=mean,
        name="mean of all units",
        mode="lines+markers",
        marker={"size": 4, "color": BASELINE},
        line={"color": BASELINE, "width": 1},
        hovertemplate="mean of all units: %{y:.3f}<extra></extra>",
    )
    _words_axis(figure, gates.words)
    figure.update_yaxes(range=[0, 1.02], tickvals=[0, 0.5, 1], title=NAMES[gate])
    finish(figure, title=captions.gate_title(gates, gate, unit), height=GATE_HEIGHT)
    return figure.update_layout(bargap=0.35)


def _words_axis(figure: go.Figure, words: Sequence[str]) -> None:
    step = -(-len(words) // MOST_TICKS)
    ticks = range(0, len(words), step)
    figure.update_xaxes(
        range=[-0.5, len(words) - 0.5],
        tickvals=list(ticks),
        ticktext=[escape(words[position], most=14) for position in ticks],
        tickangle=-40 if len(words) > 6 else 0,
        showgrid=False,
    )
