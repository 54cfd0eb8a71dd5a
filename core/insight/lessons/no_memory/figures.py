"""One network's answer to two orders of the same words: each category's probability before and after."""

import numpy as np
import plotly.graph_objects as go

from core.insight.lessons.no_memory.compute import Answers
from core.insight.plot_style import BASELINE, INK, QUIET, escape, finish, share_axis

MOST = 5  # categories named
HEIGHT = 260  # pixels


def answers_chart(found: Answers, who: str, *, changed: bool) -> go.Figure:
    """A ring for the probability as typed and a point for that in this order, a line between them.

    Args:
        who: whose answers, the first words of the title.
        changed: whether the order is another one.
    """
    likely = np.maximum(found.before, found.after)
    shown = np.argsort(-likely, kind="stable")[:MOST].tolist()
    places = list(range(len(shown)))
    figure = go.Figure()
    before, after = ([float(values[label]) for label in shown] for values in (found.before, found.after))
    figure.add_scatter(
        x=[x for ends in zip(before, after, strict=True) for x in (*ends, None)],
        y=[y for place in places for y in (place, place, None)],
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
            y=places,
            mode="markers",
            name=name,
            marker=marker,
            hovertemplate=f"{name}: %{{x:.2%}}<extra></extra>",
            cliponaxis=False,
        )
    figure.update_yaxes(
        range=[MOST - 0.5, -0.6],
        tickvals=places,
        ticktext=[f"{escape(found.labels[label], most=15)} " for label in shown],
        showgrid=False,
    )
    share_axis(figure, axis="x", title="ring: as typed, point: in this order")
    finish(figure, title=f"{escape(who)}: {_finding(found, changed)}", height=HEIGHT)
    return figure.update_layout(margin_r=28)  # for half of the last figure of the axis


def _finding(found: Answers, changed: bool) -> str:
    if not changed:
        return "the order as typed"
    if found.same:
        return "nothing moves"
    return f"{100 * found.moved:.1f} points move"
