"""The learning curves of a run, while it trains and afterwards.

The x axis is epochs, fractional inside an epoch, so that the figures of a batch and of a whole
epoch stand on one axis. Every range and step is explicit, so that another program can draw the
figure as well (pages/components/live_chart.py does, while it moves).
"""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from core.insight.history.learning_curves import Curves, Metric, Points, finding
from core.insight.plot_style import (
    MOST_POINTS,
    TRAINING,
    VALIDATION,
    add_baseline,
    add_vertical_mark,
    finish,
    line_style,
    share_axis,
)

HEIGHT = 236  # pixels; two of them and the progress bar fit on a laptop's screen
_NAMES = 68  # pixels to the right of the plot for the lines' names, on a phone as well


def average(points: Sequence[tuple[float, float]], most: int) -> Points:
    """At most ``most`` points: neighbours are averaged in x and y, so that a mean of the curve stays what it was."""
    if len(points) <= most:
        return list(points)
    groups = [
        points[i * len(points) // most : (i + 1) * len(points) // most] for i in range(most)
    ]  # each of one or more
    return [
        (sum(x for x, _ in group) / len(group), sum(y for _, y in group) / len(group)) for group in groups
    ]


def learning_curve(found: Curves, metric: Metric, *, epochs: int, guessed: float | None = None) -> go.Figure:
    """One metric of training (solid) and validation (dashed) over ``epochs`` epochs; at most 500 points.

    Args:
        guessed: the accuracy on unseen articles that somebody guessed beforehand, 0 to 1.
    """
    figure = go.Figure()
    most = (MOST_POINTS - 4) // 2
    validation = sorted(found.validation[metric] + found.whole[metric])
    named = f"%{{y:{'.1%' if metric == 'accuracy' else '.3f'}}} after %{{x:.2f}} epochs"
    for name, hue, points in (
        ("training", TRAINING, found.training[metric]),
        ("validation", VALIDATION, validation),
    ):
        shown = average(points, most)
        figure.add_scatter(
            x=[x for x, _ in shown],
            y=[y for _, y in shown],
            name=name,
            mode="lines" if len(shown) > 1 else "markers",
            line=line_style(hue),
            marker={"color": hue},
            cliponaxis=False,  # whole up to the last epoch
            hovertemplate=f"{name}: {named}<extra></extra>",
        )
    _name_lines(figure)
    if metric == "accuracy":
        share_axis(figure, title="accuracy")
        if found.majority is not None:
            add_baseline(
                figure,
                found.majority,
                f"always the largest category: {100 * found.majority:.1f} %",
                until=epochs,
            )
        if found.linear is not None:
            add_baseline(figure, found.linear, f"a linear model: {100 * found.linear:.1f} %", until=epochs)
        if guessed is not None:
            add_baseline(figure, guessed, f"your guess: {100 * guessed:.1f} %", until=epochs, first=True)
    else:
        highest = max((y for trace in figure.data for y in trace.y), default=4.0)
        step = _round_step(highest)
        figure.update_yaxes(title="loss", range=[0, max(highest * 1.08, step)], tick0=0, dtick=step)
    for at, rate in found.changes:
        add_vertical_mark(figure, at, f"learning rate {rate:g}", above=metric == "loss")
    whole = 1 if epochs <= 12 else 5 if epochs <= 50 else 10
    figure.update_xaxes(title="epochs", range=[0, epochs], tick0=0, dtick=whole)
    finish(figure, title=finding(found, metric), height=HEIGHT)
    return figure.update_layout(margin_r=_NAMES)


def _round_step(highest: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that makes two to five ticks up to ``highest``."""
    power = 10.0 ** math.floor(math.log10(highest / 5)) if highest > 0 else 1.0
    return next(step * power for step in (1, 2, 5, 10) if highest / (step * power) <= 5)


def _name_lines(figure: go.Figure) -> None:
    """Name each line at its end, the higher name above and the lower below, so that they never overlap."""
    ends = [trace for trace in figure.data if trace.x]
    ends.sort(key=lambda trace: trace.y[-1], reverse=True)
    for place, trace in enumerate(ends):
        figure.add_annotation(
            x=trace.x[-1],
            y=trace.y[-1],
            text=trace.name,
            font={"color": trace.line.color, "size": 12},
            showarrow=False,
            xanchor="left",
            yanchor="bottom" if place == 0 else "top",
            xshift=4,
        )
