"""Charts of the gradient at each word, counted back from the end, on a logarithmic axis; of a matrix's eigenvalues."""

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.insight.lessons.vanishing import captions
from core.insight.lessons.vanishing.compute import (
    MOST_WORDS,
    Chain,
    ClassifierGradients,
    Floats,
    relative_gradients,
)
from core.insight.lessons.vanishing.many_units import Layer
from core.insight.plot_style import BASELINE, CATEGORIES, INK, VALIDATION, finish, line_style

HEIGHT = 330  # pixels
_SHIFT = 26  # pixels between names
_NAME = 15  # height of a name in pixels
_NAME_DECADES = 2.5  # height of two names in powers of ten
_NEAR_END = 25  # words below whose part of a line its name may stretch
MOST_EIGENVALUE = 3.0  # that can be chosen
# Of layers, from the smallest to the largest.
_LAYERS: tuple[dict[str, object], ...] = (
    {"color": BASELINE, "width": 2},
    {"color": CATEGORIES[1], "width": 2},
    {"color": INK, "width": 3},
)
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
        _line(figure, gradients.state, "the classifier's state", line_style(VALIDATION), "bottom")
        _line(
            figure,
            gradients.answer,
            "the classifier's answer",
            {"color": BASELINE, "width": 1.5, "dash": "dot"},
            "bottom",
        )
        _stack_names(figure, gradients)
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
    _gradient_axes(figure)
    return finish(figure, title=captions.title(chain), height=HEIGHT)


def many_units_chart(layers: Sequence[Layer]) -> go.Figure:
    """The gradient in layers of different size, the largest last; grey: the power that it is while the states are 0."""
    figure = go.Figure()
    figure.add_hline(y=1, line={"color": BASELINE, "width": 1, "dash": "dot"})
    largest = float(abs(layers[-1].eigenvalues[0]))
    power = largest ** np.arange(len(layers[-1].gradients), dtype=float)[::-1]
    _line(figure, power, "states at 0", {"color": BASELINE, "width": 1.5, "dash": "dot"}, "top")
    for layer, style in zip(layers, _LAYERS, strict=True):
        name = f"{layer.units} unit{'s' * (layer.units != 1)}"
        _line(figure, layer.gradients, name, style, "middle")
    _gradient_axes(figure)
    return finish(figure, title=captions.many_units_title(layers[-1]), height=HEIGHT)


def eigenvalues_chart(layer: Layer) -> go.Figure:
    """The eigenvalues of a layer's recurrent matrix as points, and the circle of all numbers of size 1."""
    figure = go.Figure()
    figure.add_shape(
        type="circle", x0=-1, y0=-1, x1=1, y1=1, line={"color": BASELINE, "width": 1.5, "dash": "dot"}
    )
    figure.add_scatter(
        x=layer.eigenvalues.real.tolist(),
        y=layer.eigenvalues.imag.tolist(),
        mode="markers",
        name="eigenvalues",
        marker={"color": INK, "size": 6},
        customdata=np.abs(layer.eigenvalues).tolist(),
        hovertemplate="size %{customdata:.2f}<extra></extra>",
    )
    side = 1.1 * MOST_EIGENVALUE
    figure.update_xaxes(range=[-side, side], title="real part", showgrid=False, tick0=0, dtick=1)
    figure.update_yaxes(
        range=[-side, side], title="imaginary part", showgrid=False, tick0=0, dtick=1, scaleanchor="x"
    )
    return finish(figure, title=captions.eigenvalues_title(layer), height=HEIGHT)


def _gradient_axes(figure: go.Figure) -> None:
    """Words back from the end, and a logarithmic axis of the gradient."""
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


def _stack_names(figure: go.Figure, gradients: ClassifierGradients) -> None:
    """Put the names of the classifier's two lines above both, one above the other: the lines often end together."""
    near_end = [
        relative_gradients(line)[:_NEAR_END].tolist() for line in (gradients.state, gradients.answer)
    ]  # the gradients are in the order of the words, so the chart's end comes first
    tops = [math.log10(value) for values in near_end for value in values if value > 0]
    if not tops:
        return
    top = min(HIGHEST - 3.0, max(LOWEST + 1.0, *tops))
    if -_NAME_DECADES < top < 0:
        top = 0.0  # above the dotted line at 1, which would cross the names
    for number, name in enumerate(("the classifier's state", "the classifier's answer")):
        figure.update_annotations({"y": top, "yshift": 3 + _NAME * number}, selector={"text": name})


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
