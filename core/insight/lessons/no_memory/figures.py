"""A chart of one network's predictions for two orders of the same words: probabilities before and after."""

import numpy as np
import plotly.graph_objects as go

from core.insight.lessons.no_memory import captions
from core.insight.lessons.no_memory.compute import Answers
from core.insight.plot_style import BASELINE, INK, QUIET, escape, finish, share_axis

MAX_CATEGORIES = 5  # categories named
HEIGHT = 260  # pixels


def answers_chart(answers: Answers, network_name: str, *, changed: bool) -> go.Figure:
    """A ring for the probability as typed, a point for that in this order, a line between them.

    Args:
        network_name: first words of the title.
        changed: whether the order differs from the typed one.
    """
    likely = np.maximum(answers.before, answers.after)
    labels = np.argsort(-likely, kind="stable")[:MAX_CATEGORIES].tolist()
    positions = list(range(len(labels)))
    figure = go.Figure()
    before, after = ([float(values[label]) for label in labels] for values in (answers.before, answers.after))
    figure.add_scatter(
        x=[x for ends in zip(before, after, strict=True) for x in (*ends, None)],
        y=[y for position in positions for y in (position, position, None)],
        mode="lines",
        line={"color": QUIET, "width": 6},
        hoverinfo="skip",
    )
    for x, name, marker in (
        (after, "in this order", {"color": INK, "size": 11}),
        (
            before,
            "as typed",
            {"color": BASELINE, "size": 15, "symbol": "circle-open", "line": {"width": 2}},
        ),
    ):
        figure.add_scatter(
            x=x,
            y=positions,
            mode="markers",
            name=name,
            marker=marker,
            hovertemplate=f"{name}: %{{x:.2%}}<extra></extra>",
            cliponaxis=False,
        )
    figure.update_yaxes(
        range=[MAX_CATEGORIES - 0.5, -0.6],
        tickvals=positions,
        ticktext=[f"{escape(answers.labels[label], most=15)} " for label in labels],
        showgrid=False,
    )
    share_axis(figure, axis="x", title="ring: as typed, point: in this order")
    finish(figure, title=captions.title(escape(network_name), answers, changed=changed), height=HEIGHT)
    return figure.update_layout(margin_r=28)  # for half of the last figure of the axis
