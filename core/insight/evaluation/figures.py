"""Figures of the Evaluate page; each says its finding in its title. Names are shown literally."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.insight.evaluation.calibration import Calibration
from core.insight.evaluation.captions import MIN_ARTICLES
from core.insight.evaluation.report import Report
from core.insight.evaluation.slices import Slice
from core.insight.evaluation.word_order import Outcome, Reordering
from core.insight.plot_style import BASELINE, INK, QUIET, TRAINING, VALIDATION, escape, finish, share_axis

HEIGHT = 300  # pixels
MOST_CATEGORIES = 60  # in the chart and in the matrix
_ROW = 19  # pixels of a category
_NAME = 22  # characters
_DONE: dict[Reordering, str] = {"shuffled": "shuffled", "reversed": "reversed", "thinned": "a third gone"}


def categories_chart(report: Report, labels: Sequence[str]) -> go.Figure:
    """The share of each category's articles that is found, with its interval; the best on top.

    At most 60 categories, those with the most articles. The height depends on how many there are, and on nothing else.
    """
    articles = report.articles
    shown = np.argsort(-articles, kind="stable")[:MOST_CATEGORIES]
    shown = shown[articles[shown] > 0]
    shown = shown[np.argsort(-report.recall[shown], kind="stable")]
    places = list(range(len(shown)))
    recall = report.recall[shown]
    figure = go.Figure()
    figure.add_scatter(
        x=recall,
        y=places,
        mode="markers",
        marker={"color": INK, "size": 8},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": report.recall_high[shown] - recall,
            "arrayminus": recall - report.recall_low[shown],
            "color": INK,
            "thickness": 1.5,
            "width": 0,
        },
        customdata=[
            [
                escape(labels[at]),
                f"{100 * report.recall[at]:.1f} % of {articles[at]:,}",
                f"{100 * report.recall_low[at]:.1f} to {100 * report.recall_high[at]:.1f} %",
            ]
            for at in shown
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} articles found<br>"
        "95 % interval %{customdata[2]}<extra></extra>",
        cliponaxis=False,
    )
    overall = report.scores.accuracy
    figure.add_vline(x=overall, line={"color": BASELINE, "width": 1})
    figure.add_annotation(
        x=overall,
        y=len(shown) + 0.6,
        text=f"all articles: {100 * overall:.1f} %",
        font={"color": BASELINE, "size": 12},
        showarrow=False,
        xanchor="left" if overall < 0.6 else "right",
        yanchor="bottom",
        xshift=4 if overall < 0.6 else -4,
    )
    figure.update_yaxes(
        tickvals=places,
        ticktext=[f"{escape(labels[at], most=_NAME)} ({articles[at]:,})" for at in shown],
        tickfont={"size": 11},
        range=[len(shown) + 0.7, -0.8],  # room for the line's name below
        showgrid=False,
    )
    share_axis(figure, axis="x", title="share of its articles that is found")
    enough = recall[articles[shown] >= MIN_ARTICLES]  # of fewer articles, chance speaks
    title = "How many articles of each category are found"
    if len(enough) > 1:
        title = f"{100 * enough[0]:.0f} % found at best, {100 * enough[-1]:.0f} % at worst"
    return finish(figure, title=title, height=110 + _ROW * max(len(shown), 3))


def calibration_chart(found: Calibration, before: Calibration | None = None) -> go.Figure:
    """Claimed against right in bins, with intervals, beside the diagonal on which both are the same.

    Args:
        before: drawn faded behind, when ``found`` is with another temperature.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": BASELINE, "width": 1}, hoverinfo="skip"
    )
    for x, y, name in ((0.22, 0.85, "claims too little"), (0.78, 0.15, "claims too much")):
        figure.add_annotation(
            x=x, y=y, text=name, font={"color": BASELINE, "size": 13}, showarrow=False, xanchor="center"
        )
    for shown, hue in ((before, QUIET), (found, INK)):
        if shown is None:
            continue
        figure.add_scatter(
            x=shown.confidences,
            y=shown.accuracies,
            mode="lines+markers",
            line={"color": hue, "width": 2, "dash": "solid" if shown is found else "dot"},
            marker={"color": hue, "size": 8},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": shown.high - shown.accuracies,
                "arrayminus": shown.accuracies - shown.low,
                "color": hue,
                "thickness": 1.5,
                "width": 0,
            },
            customdata=[
                [f"{rows:,}", f"{100 * claimed:.1f} %", f"{100 * right:.1f} %"]
                for rows, claimed, right in zip(
                    shown.counts, shown.confidences, shown.accuracies, strict=True
                )
            ],
            hovertemplate="%{customdata[0]} answers claim %{customdata[1]},<br>"
            "%{customdata[2]} are right<extra></extra>",
            cliponaxis=False,
        )
    share_axis(figure, axis="x", title="probability that the network claims")
    share_axis(figure, title="share that is right")
    gap = found.mean_confidence - found.accuracy
    said = "Claimed and right agree" if abs(gap) < 0.01 else "Too sure" if gap > 0 else "Not sure enough"
    figure = finish(figure, title=f"{said}: mean gap {100 * found.error:.1f} points", height=370)
    return figure.update_layout(margin_r=28)


def confidence_chart(found: Calibration) -> go.Figure:
    """How many answers each bin has, so that a bin of few is not taken for much."""
    total = int(found.counts.sum())
    figure = go.Figure(
        go.Bar(
            x=found.confidences,
            y=found.counts / total,
            width=0.06,
            marker={"color": QUIET},
            customdata=[
                [f"{rows:,}", f"{100 * at:.0f} %"]
                for rows, at in zip(found.counts, found.confidences, strict=True)
            ],
            hovertemplate="%{customdata[0]} answers at about %{customdata[1]}<extra></extra>",
        )
    )
    share_axis(figure, axis="x", title="probability that the network claims")
    most = float(found.counts.max() / total)
    ticks = [0, most / 2, most]
    figure.update_yaxes(
        tickvals=ticks,
        ticktext=[f"{100 * tick:.0f} %" for tick in ticks],
        range=[0, most * 1.1],
        title="share of answers",
    )
    sure = float(found.counts[found.confidences > 0.9].sum() / total)
    figure = finish(figure, title=f"{100 * sure:.1f} % of answers claim over 90 %", height=240)
    return figure.update_layout(margin_r=28)


def slices_chart(found: Sequence[Slice], *, axis: str, phrase: str, overall: float) -> go.Figure:
    """Accuracy of each slice with its interval; the number of articles stands under its name.

    Args:
        axis: what the slices are by.
        what: what a slice's name counts, as in "with {} words".
        overall: the accuracy over all articles, drawn as a thin line.
    """
    places = list(range(len(found)))
    figure = go.Figure()
    figure.add_hline(y=overall, line={"color": BASELINE, "width": 1})
    last = max(len(found), 3) - 0.5
    figure.add_annotation(
        x=last,
        y=overall,
        text=f"all:<br>{100 * overall:.1f} %",
        font={"color": BASELINE, "size": 12},
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
    )
    figure.add_scatter(
        x=places,
        y=[one.accuracy for one in found],
        mode="markers",
        marker={"color": INK, "size": 9},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [one.high - one.accuracy for one in found],
            "arrayminus": [one.accuracy - one.low for one in found],
            "color": INK,
            "thickness": 1.5,
            "width": 0,
        },
        customdata=[
            [
                escape(one.name),
                f"{one.articles:,}",
                f"{100 * one.accuracy:.1f} %",
                f"{100 * one.low:.1f} to {100 * one.high:.1f} %",
            ]
            for one in found
        ],
        hovertemplate="%{customdata[0]}: %{customdata[2]} of %{customdata[1]} articles right<br>"
        "95 % interval %{customdata[3]}<extra></extra>",
        cliponaxis=False,
    )
    figure.update_xaxes(
        tickvals=places,
        ticktext=[f"{_short(one)}<br>{one.articles:,}" for one in found],
        tickangle=0,
        range=[-0.6, last + 0.14 * (last + 1.5)],  # room for the line's name
        title=f"{axis}; below it, how many articles",
        showgrid=False,
    )
    share_axis(figure, title="share right")
    worst = min(found, key=lambda one: one.accuracy)
    title = f"Worst {phrase.format(_short(worst))}: {100 * worst.accuracy:.1f} %"
    return finish(figure, title=title, height=HEIGHT)


def _short(one: Slice) -> str:
    """A slice's name where there is little room: "19–26", "40+"."""
    return escape(one.name.replace(" to ", "–").replace(" or more", "+"))


def word_order_chart(found: Sequence[Outcome]) -> go.Figure:
    """What each way of disturbing the words changes, in points: the network's and the bag of words' side by side."""
    figure = go.Figure()
    figure.add_vline(x=0, line={"color": BASELINE, "width": 1})
    for name, hue, side in (("the network", TRAINING, -0.14), ("a bag of words", VALIDATION, 0.14)):
        rows = [
            (place + side, one)
            for place, outcome in enumerate(found)
            if (one := outcome.network if side < 0 else outcome.bag) is not None
        ]
        figure.add_scatter(
            x=[100 * one.difference for _, one in rows],
            y=[place for place, _ in rows],
            mode="markers+text",
            text=[f"{name}: {_points(one.difference)}" for _, one in rows],
            textposition="top center" if side < 0 else "bottom center",
            textfont={"color": hue, "size": 12},
            marker={"color": hue, "size": 10, "symbol": "circle" if side < 0 else "diamond"},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [100 * (one.high - one.difference) for _, one in rows],
                "arrayminus": [100 * (one.difference - one.low) for _, one in rows],
                "color": hue,
                "thickness": 1.5,
                "width": 0,
            },
            name=name,
            customdata=[
                [
                    f"{100 * one.before:.1f} %",
                    f"{100 * one.after:.1f} %",
                    f"{100 * one.low:+.1f} to {100 * one.high:+.1f}",
                ]
                for _, one in rows
            ],
            hovertemplate=f"{name}: %{{customdata[0]}} before, %{{customdata[1]}} after<br>"
            "95 % interval %{customdata[2]} points<extra></extra>",
            cliponaxis=False,
        )
    ends = [end for outcome in found for end in (outcome.network.low, outcome.network.high, 0.0)]
    ends += [end for outcome in found if outcome.bag for end in (outcome.bag.low, outcome.bag.high)]
    room = max(100 * (max(ends) - min(ends)), 2.0)
    figure.update_xaxes(
        title="change of accuracy, in points",
        range=[100 * min(ends) - 0.25 * room, 100 * max(ends) + 0.25 * room],
    )
    figure.update_yaxes(
        tickvals=list(range(len(found))),
        ticktext=[_DONE[one.reordering] for one in found],
        range=[len(found) - 0.4, -0.6],
        showgrid=False,
    )
    worst = min(found, key=lambda one: one.network.difference)
    title = (
        f"{_DONE[worst.reordering].capitalize()}: {_points(worst.network.difference)} points for the network"
    )
    return finish(figure, title=title, height=110 + 80 * len(found))


def _points(change: float) -> str:
    return f"{100 * change:+.1f}" if change else "0"
