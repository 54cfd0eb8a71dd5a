"""The learning curves of a run, while it trains and afterwards; and line charts drawn with Plotly.

The x axis is epochs, fractional inside an epoch, so that figures of a batch and of a whole epoch share one axis.
"""

import math
from collections.abc import Sequence

import plotly.graph_objects as go

from core.insight.history.captions import learning_curve_title
from core.insight.history.chart_spec import (
    Axis,
    ChartSpec,
    HorizontalBaseline,
    Line,
    VerticalMark,
    epoch_axis,
    majority_baseline,
    percent_axis,
)
from core.insight.history.learning_curves import Curves, Metric, Points
from core.insight.plot_style import (
    BASELINE,
    BASELINE_NAME,
    DASH,
    MOST_POINTS,
    TRAINING,
    VALIDATION,
    add_vertical_mark,
    finish,
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


def learning_curve_spec(
    curves: Curves, metric: Metric, *, epochs: int, guess: float | None = None
) -> ChartSpec:
    """One metric of training (solid) and validation (dashed) over ``epochs`` epochs; at most 500 points.

    Args:
        guess: the accuracy on unseen articles that the visitor guessed before training, 0 to 1.
    """
    lines = tuple(
        Line(
            name=name, colour=colour, dash=DASH[colour], points=tuple(average(points, (MOST_POINTS - 4) // 2))
        )
        for name, colour, points in (
            ("training", TRAINING, curves.training[metric]),
            ("validation", VALIDATION, sorted(curves.validation[metric] + curves.whole[metric])),
        )
    )
    return ChartSpec(
        title=learning_curve_title(curves, metric),
        height=HEIGHT,
        right_margin=_NAMES,
        x=epoch_axis(epochs),
        y=percent_axis("accuracy") if metric == "accuracy" else _loss_axis(lines),
        lines=lines,
        baselines=_accuracy_baselines(curves, epochs, guess) if metric == "accuracy" else (),
        marks=tuple(
            VerticalMark(name=f"learning rate {rate:g}", x=x, label_at_top=metric == "loss")
            for x, rate in curves.changes
        ),
    )


def _accuracy_baselines(curves: Curves, epochs: int, guess: float | None) -> tuple[HorizontalBaseline, ...]:
    baselines = []
    if curves.majority is not None:
        baselines.append(majority_baseline(curves.majority, epochs=epochs))
    if curves.linear is not None:
        name = f"a linear model: {100 * curves.linear:.1f} %"
        baselines.append(HorizontalBaseline(name=name, value=curves.linear, label_x=epochs))
    if guess is not None:
        name = f"your guess: {100 * guess:.1f} %"
        baselines.append(HorizontalBaseline(name=name, value=guess, label_x=0, label_at_start=True))
    return tuple(baselines)


def _loss_axis(lines: Sequence[Line]) -> Axis:
    highest = max((loss for line in lines for _, loss in line.points), default=4.0)
    step = _round_step(highest)
    return Axis(title="loss", low=0, high=max(highest * 1.08, step), step=step)


def _round_step(highest: float) -> float:
    """A step of 1, 2 or 5 times a power of ten that makes two to five ticks up to ``highest``."""
    power = 10.0 ** math.floor(math.log10(highest / 5)) if highest > 0 else 1.0
    return next(step * power for step in (1, 2, 5, 10) if highest / (step * power) <= 5)


def learning_curve(curves: Curves, metric: Metric, *, epochs: int, guess: float | None = None) -> go.Figure:
    """Draw ``learning_curve_spec`` with Plotly, each line named at its end."""
    figure = line_chart(learning_curve_spec(curves, metric, epochs=epochs, guess=guess))
    _name_lines(figure)
    return figure


def line_chart(spec: ChartSpec) -> go.Figure:
    """Draw ``spec`` with Plotly; the lines' names are left to the caller, which knows how to keep them apart."""
    figure = go.Figure()
    value = "%{y:.1%}" if spec.y.percent else "%{y:.3f}"
    for line in spec.lines:
        figure.add_scatter(
            x=[x for x, _ in line.points],
            y=[y for _, y in line.points],
            name=line.name,
            mode="lines" if len(line.points) > 1 else "markers",
            line={"color": line.colour, "width": 2, "dash": line.dash},
            marker={"color": line.colour},
            cliponaxis=False,  # the last epoch's points are drawn whole
            hovertemplate=f"{line.name}: {value} after %{{x:.2f}} epochs<extra></extra>",
        )
    for baseline in spec.baselines:
        _add_baseline(figure, baseline)
    for mark in spec.marks:
        add_vertical_mark(figure, mark.x, mark.name, above=mark.label_at_top)
    figure.update_xaxes(title=spec.x.title, range=[spec.x.low, spec.x.high], tick0=0, dtick=spec.x.step)
    if spec.y.percent:
        share_axis(figure, title=spec.y.title)
    else:
        figure.update_yaxes(title=spec.y.title, range=[spec.y.low, spec.y.high], tick0=0, dtick=spec.y.step)
    finish(figure, title=spec.title, height=spec.height)
    return figure.update_layout(margin_r=spec.right_margin)


def _add_baseline(figure: go.Figure, baseline: HorizontalBaseline) -> None:
    figure.add_hline(y=baseline.value, line={"color": BASELINE, "width": 1}, name=BASELINE_NAME)
    figure.add_annotation(
        x=baseline.label_x,
        y=baseline.value,
        text=baseline.name,
        name=BASELINE_NAME,
        font={"color": BASELINE, "size": 12},
        showarrow=False,
        xanchor="left" if baseline.label_at_start else "right",
        yanchor="top" if baseline.label_below else "bottom",
    )


def _name_lines(figure: go.Figure) -> None:
    """Name each line at its end, the higher name above and the lower below, so that they never overlap."""
    ends = [trace for trace in figure.data if trace.x]
    ends.sort(key=lambda trace: trace.y[-1], reverse=True)
    for rank, trace in enumerate(ends):
        figure.add_annotation(
            x=trace.x[-1],
            y=trace.y[-1],
            text=trace.name,
            font={"color": trace.line.color, "size": 12},
            showarrow=False,
            xanchor="left",
            yanchor="bottom" if rank == 0 else "top",
            xshift=4,
        )
