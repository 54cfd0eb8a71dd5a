"""A chart of one weight's loss, with steps against the gradient."""

import numpy as np
import plotly.graph_objects as go

from core.insight.lessons.learning import captions
from core.insight.lessons.learning.compute import Descent, one_weight_loss
from core.insight.plot_style import INK, QUIET, VALIDATION, finish

HEIGHT = 300  # pixels
_REACH = 7.0  # of the weights that are drawn


def descent_chart(descent: Descent) -> go.Figure:
    """The loss as a curve over the weight, and the places of the steps on it; what lies beyond is cut off."""
    figure = go.Figure()
    weights = np.linspace(-_REACH, _REACH, 141)
    figure.add_scatter(
        x=weights,
        y=[one_weight_loss(float(weight))[0] for weight in weights],
        mode="lines",
        line={"color": INK, "width": 2},
        hovertemplate="w = %{x:.2f}: loss %{y:.2f}<extra></extra>",
    )
    start, gradient = descent.weights[0], descent.gradients[0]
    figure.add_scatter(  # the slope at the start
        x=[start - 1.5, start + 1.5],
        y=[descent.losses[0] - 1.5 * gradient, descent.losses[0] + 1.5 * gradient],
        mode="lines",
        line={"color": QUIET, "width": 4},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=list(descent.weights),
        y=list(descent.losses),
        mode="lines+markers",
        line={"color": VALIDATION, "width": 1, "dash": "dot"},
        marker={"color": VALIDATION, "size": [13] + [8] * (len(descent.weights) - 1)},
        customdata=list(range(len(descent.weights))),
        hovertemplate="step %{customdata}: w = %{x:.2f}, loss %{y:.2f}<extra></extra>",
    )
    figure.update_xaxes(range=[-_REACH, _REACH], title="the weight w", zeroline=False)
    figure.update_yaxes(range=[0, 6], title="loss")
    return finish(figure, title=captions.descent_title(descent), height=HEIGHT)
