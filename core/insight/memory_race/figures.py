"""Figures of the memory race: the cells' curves together, and what is left of a word at each distance."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
from scipy.optimize import isotonic_regression

from core.insight.history.chart_spec import ChartSpec, Line, epoch_axis, majority_baseline, percent_axis
from core.insight.history.figures import average, line_chart
from core.insight.memory_race import captions
from core.insight.memory_race.forgetting import (
    Forgetting,
)
from core.insight.memory_race.results import Result
from core.insight.plot_style import CELLS, MOST_POINTS, escape, finish, share_axis
from core.settings.network import Cell

HEIGHT = 300  # pixels
NAMES_MARGIN = 76  # pixels to the right of the plot for the cells' names, on a phone as well
_NAME = 14  # pixels that a name is high
_AROUND = 92  # pixels of the height that are not the plot: title, ticks, the axis's name
_TICKS = 5  # of a logarithmic axis
_LEAST = 1e-12  # of the largest gradient: below that a line leaves the chart


def validation_curves_spec(
    results: Sequence[Result], *, epochs: int, title: str, majority: float | None = None
) -> ChartSpec:
    """Validation accuracy of every cell over the epochs; at most 500 points in all."""
    most = (MOST_POINTS - 4) // max(len(results), 1)
    return ChartSpec(
        title=escape(title, most=90),
        height=HEIGHT,
        right_margin=NAMES_MARGIN,
        x=epoch_axis(epochs),
        y=percent_axis("validation accuracy"),
        lines=tuple(
            Line(
                name=result.cell,
                colour=CELLS[result.cell][0],
                dash=CELLS[result.cell][1],
                points=tuple(average(result.curve, most)),
            )
            for result in results
        ),
        baselines=() if majority is None else (majority_baseline(majority, epochs=epochs),),
    )


def validation_chart(
    results: Sequence[Result], *, epochs: int, title: str, majority: float | None = None
) -> go.Figure:
    """Draw ``validation_curves_spec`` with Plotly, each line named at its end."""
    figure = line_chart(validation_curves_spec(results, epochs=epochs, title=title, majority=majority))
    name_lines(figure, low=0.0, high=1.0)
    return figure


def probability_chart(results: Mapping[Cell, Forgetting], category: str) -> go.Figure:
    """The probability of ``category`` against the word's distance from the end; thin, the same without the word."""
    figure = go.Figure()
    for cell, result in results.items():
        figure.add_scatter(
            x=list(range(len(result.without))),
            y=result.without,
            mode="lines",
            line={"color": CELLS[cell][0], "width": 1, "dash": "solid"},
            opacity=0.45,
            hovertemplate=f"{cell} without the word: %{{y:.1%}}<extra></extra>",
        )
    for cell, result in results.items():
        _line(
            figure,
            cell,
            list(range(len(result.probabilities))),
            result.probabilities.tolist(),
            hover=f"{cell}: %{{y:.1%}} with %{{x}} words behind it",
        )
    share_axis(figure, title=f"probability of {escape(category, most=18)}")
    _distance_axis(figure, results)
    name_lines(figure, low=0.0, high=1.0)
    return _finish(figure, captions.forgetting_title(results))


def gradient_chart(results: Mapping[Cell, Forgetting]) -> go.Figure:
    """The size of the gradient from the category's logit back to the word, on a logarithmic axis."""
    figure = go.Figure()
    largest = max((float(result.gradients.max()) for result in results.values()), default=1.0) or 1.0
    least = [
        values[values > _LEAST * largest] for values in (result.gradients for result in results.values())
    ]
    low = math.floor(math.log10(min((values.min() for values in least if len(values)), default=largest)))
    high = math.ceil(math.log10(largest) + 1e-9)
    for cell, result in results.items():
        _line(
            figure,
            cell,
            list(range(len(result.gradients))),
            [float(value) if value > 0 else None for value in result.gradients],  # 0 has no logarithm
            hover=f"{cell}: %{{y:.2g}} with %{{x}} words behind it",
        )
    figure.update_yaxes(
        title="size of the gradient", type="log", range=[low, high], dtick=math.ceil((high - low) / _TICKS)
    )
    _distance_axis(figure, results)
    name_lines(figure, low=float(low), high=float(high), logarithm=True)
    _finish(figure, captions.forgetting_title(results, gradient=True))
    return figure.update_yaxes(exponentformat="power", tickfont={"size": 11})


def _line(
    figure: go.Figure,
    cell: Cell,
    x: Sequence[float],
    y: Sequence[float | None],
    *,
    hover: str,
) -> None:
    hue, dash = CELLS[cell]
    figure.add_scatter(
        x=x,
        y=y,
        name=cell,
        mode="lines",
        line={"color": hue, "width": 2, "dash": dash},
        marker={"color": hue},
        cliponaxis=False,
        hovertemplate=f"{hover}<extra></extra>",
    )


def _distance_axis(figure: go.Figure, results: Mapping[Cell, Forgetting]) -> None:
    last = max(len(result.gradients) for result in results.values()) - 1
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if last / step <= 10)
    figure.update_xaxes(
        title="words between it and the answer", range=[0, max(last, 1)], tick0=0, dtick=step, showgrid=False
    )


def name_lines(figure: go.Figure, *, low: float, high: float, logarithm: bool = False) -> None:
    """Name each line at its end; names that would overlap are moved apart, as little as can be."""
    ends = []
    for trace in figure.data:
        points = [(x, y) for x, y in zip(trace.x, trace.y, strict=True) if y is not None]
        if trace.name and points:
            x, y = points[-1]
            ends.append((math.log10(y) if logarithm else float(y), x, trace))
    ends.sort(key=lambda end: end[0])
    plot = (HEIGHT - _AROUND) / (high - low)  # pixels of a unit, about
    # The nearest heights that rise by a name's height each: isotonic regression of what is left without these.
    rises = _NAME * np.arange(len(ends))
    heights = np.array([(min(max(value, low), high) - low) * plot for value, _, _ in ends])
    moved = isotonic_regression(heights - rises).x + rises if len(ends) else heights
    for (value, x, trace), height, moved_height in zip(ends, heights, moved, strict=True):
        figure.add_annotation(
            x=x,
            y=min(max(value, low), high),
            text=trace.name,
            font={"color": trace.line.color, "size": 12},
            showarrow=False,
            xanchor="left",
            yanchor="middle",
            xshift=5,
            yshift=float(moved_height - height),
        )


def _finish(figure: go.Figure, title: str) -> go.Figure:
    finish(figure, title=escape(title, most=90), height=HEIGHT)
    return figure.update_layout(margin_r=NAMES_MARGIN)
