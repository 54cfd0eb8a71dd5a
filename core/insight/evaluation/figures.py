"""Figures of the Evaluate page; each states its finding in its title. Names are escaped."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.insight.evaluation import captions
from core.insight.evaluation.calibration import Calibration
from core.insight.evaluation.report import Report
from core.insight.evaluation.slices import Slice
from core.insight.evaluation.word_order import Outcome
from core.insight.plot_style import BASELINE, INK, QUIET, TRAINING, VALIDATION, escape, finish, share_axis

HEIGHT = 300  # pixels
MOST_CATEGORIES = 60  # in the chart and in the matrix
_ROW = 19  # pixels per category
_NAME = 22  # characters


def categories_chart(report: Report, labels: Sequence[str]) -> go.Figure:
    """Recall of each category with its interval, the best on top.

    At most 60 categories, those with the most articles. The height depends on their number alone.
    """
    articles = report.articles
    drawn_ids = np.argsort(-articles, kind="stable")[:MOST_CATEGORIES]
    drawn_ids = drawn_ids[articles[drawn_ids] > 0]
    drawn_ids = drawn_ids[np.argsort(-report.recall[drawn_ids], kind="stable")]
    positions = list(range(len(drawn_ids)))
    recall = report.recall[drawn_ids]
    figure = go.Figure()
    figure.add_scatter(
        x=recall,
        y=positions,
        mode="markers",
        marker={"color": INK, "size": 8},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": report.recall_high[drawn_ids] - recall,
            "arrayminus": recall - report.recall_low[drawn_ids],
            "color": INK,
            "thickness": 1.5,
            "width": 0,
        },
        customdata=[
            [
                escape(labels[index]),
                f"{100 * report.recall[index]:.1f} % of {articles[index]:,}",
                f"{100 * report.recall_low[index]:.1f} to {100 * report.recall_high[index]:.1f} %",
            ]
            for index in drawn_ids
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} articles found<br>"
        "95 % interval %{customdata[2]}<extra></extra>",
        cliponaxis=False,
    )
    overall = report.scores.accuracy
    figure.add_vline(x=overall, line={"color": BASELINE, "width": 1})
    figure.add_annotation(
        x=overall,
        y=len(drawn_ids) + 0.6,
        text=f"all articles: {100 * overall:.1f} %",
        font={"color": BASELINE, "size": 12},
        showarrow=False,
        xanchor="left" if overall < 0.6 else "right",
        yanchor="bottom",
        xshift=4 if overall < 0.6 else -4,
    )
    figure.update_yaxes(
        tickvals=positions,
        ticktext=[f"{escape(labels[index], most=_NAME)} ({articles[index]:,})" for index in drawn_ids],
        tickfont={"size": 11},
        range=[len(drawn_ids) + 0.7, -0.8],  # room for the line's label below
        showgrid=False,
    )
    share_axis(figure, axis="x", title="share of its articles that is found")
    title = captions.categories_title(report, drawn_ids)
    return finish(figure, title=title, height=110 + _ROW * max(len(drawn_ids), 3))


def calibration_chart(after: Calibration, before: Calibration | None = None) -> go.Figure:
    """Reliability diagram: accuracy against confidence in bins, with intervals and the diagonal of perfect calibration.

    Args:
        before: drawn faded behind ``after``, where that has another temperature.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": BASELINE, "width": 1}, hoverinfo="skip"
    )
    for x, y, name in ((0.22, 0.85, "claims too little"), (0.78, 0.15, "claims too much")):
        figure.add_annotation(
            x=x, y=y, text=name, font={"color": BASELINE, "size": 13}, showarrow=False, xanchor="center"
        )
    for curve, hue in ((before, QUIET), (after, INK)):
        if curve is None:
            continue
        figure.add_scatter(
            x=curve.confidences,
            y=curve.accuracies,
            mode="lines+markers",
            line={"color": hue, "width": 2, "dash": "solid" if curve is after else "dot"},
            marker={"color": hue, "size": 8},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": curve.high - curve.accuracies,
                "arrayminus": curve.accuracies - curve.low,
                "color": hue,
                "thickness": 1.5,
                "width": 0,
            },
            customdata=[
                [f"{rows:,}", f"{100 * claimed:.1f} %", f"{100 * right:.1f} %"]
                for rows, claimed, right in zip(
                    curve.counts, curve.confidences, curve.accuracies, strict=True
                )
            ],
            hovertemplate="%{customdata[0]} answers claim %{customdata[1]},<br>"
            "%{customdata[2]} are right<extra></extra>",
            cliponaxis=False,
        )
    share_axis(figure, axis="x", title="probability that the network claims")
    share_axis(figure, title="share that is right")
    figure = finish(figure, title=captions.calibration_title(after), height=370)
    return figure.update_layout(margin_r=28)


def confidence_chart(measured: Calibration) -> go.Figure:
    """Number of predictions in each bin, which shows how much a bin weighs."""
    total = int(measured.counts.sum())
    figure = go.Figure(
        go.Bar(
            x=measured.confidences,
            y=measured.counts / total,
            width=0.06,
            marker={"color": QUIET},
            customdata=[
                [f"{rows:,}", f"{100 * confidence:.0f} %"]
                for rows, confidence in zip(measured.counts, measured.confidences, strict=True)
            ],
            hovertemplate="%{customdata[0]} answers at about %{customdata[1]}<extra></extra>",
        )
    )
    share_axis(figure, axis="x", title="probability that the network claims")
    most = float(measured.counts.max() / total)
    ticks = [0, most / 2, most]
    figure.update_yaxes(
        tickvals=ticks,
        ticktext=[f"{100 * tick:.0f} %" for tick in ticks],
        range=[0, most * 1.1],
        title="share of answers",
    )
    figure = finish(figure, title=captions.confidence_title(measured), height=240)
    return figure.update_layout(margin_r=28)


def slices_chart(measured: Sequence[Slice], *, axis: str, phrase: str, overall: float) -> go.Figure:
    """Accuracy of each slice with its interval; the number of articles is under its name.

    Args:
        axis: what the slices are by.
        phrase: what a slice's name counts, as in "with {} words".
        overall: the accuracy over all articles, drawn as a thin line.
    """
    positions = list(range(len(measured)))
    figure = go.Figure()
    figure.add_hline(y=overall, line={"color": BASELINE, "width": 1})
    last = max(len(measured), 3) - 0.5
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
        x=positions,
        y=[slice_.accuracy for slice_ in measured],
        mode="markers",
        marker={"color": INK, "size": 9},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [slice_.high - slice_.accuracy for slice_ in measured],
            "arrayminus": [slice_.accuracy - slice_.low for slice_ in measured],
            "color": INK,
            "thickness": 1.5,
            "width": 0,
        },
        customdata=[
            [
                escape(slice_.name),
                f"{slice_.articles:,}",
                f"{100 * slice_.accuracy:.1f} %",
                f"{100 * slice_.low:.1f} to {100 * slice_.high:.1f} %",
            ]
            for slice_ in measured
        ],
        hovertemplate="%{customdata[0]}: %{customdata[2]} of %{customdata[1]} articles right<br>"
        "95 % interval %{customdata[3]}<extra></extra>",
        cliponaxis=False,
    )
    figure.update_xaxes(
        tickvals=positions,
        ticktext=[f"{escape(captions.slice_name(slice_))}<br>{slice_.articles:,}" for slice_ in measured],
        tickangle=0,
        range=[-0.6, last + 0.14 * (last + 1.5)],  # room for the line's name
        title=f"{axis}; below it, how many articles",
        showgrid=False,
    )
    share_axis(figure, title="share right")
    return finish(figure, title=escape(captions.slices_title(measured, phrase)), height=HEIGHT)


def word_order_chart(outcomes: Sequence[Outcome]) -> go.Figure:
    """Change of accuracy by each reordering, in points: the network and the bag of words side by side."""
    figure = go.Figure()
    figure.add_vline(x=0, line={"color": BASELINE, "width": 1})
    for name, hue, side in (("the network", TRAINING, -0.14), ("a bag of words", VALIDATION, 0.14)):
        rows = [
            (position + side, effect)
            for position, outcome in enumerate(outcomes)
            if (effect := outcome.network if side < 0 else outcome.bag) is not None
        ]
        figure.add_scatter(
            x=[100 * effect.difference for _, effect in rows],
            y=[position for position, _ in rows],
            mode="markers+text",
            text=[f"{name}: {captions.signed_points(effect.difference)}" for _, effect in rows],
            textposition="top center" if side < 0 else "bottom center",
            textfont={"color": hue, "size": 12},
            marker={"color": hue, "size": 10, "symbol": "circle" if side < 0 else "diamond"},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [100 * (effect.high - effect.difference) for _, effect in rows],
                "arrayminus": [100 * (effect.difference - effect.low) for _, effect in rows],
                "color": hue,
                "thickness": 1.5,
                "width": 0,
            },
            name=name,
            customdata=[
                [
                    f"{100 * effect.before:.1f} %",
                    f"{100 * effect.after:.1f} %",
                    f"{100 * effect.low:+.1f} to {100 * effect.high:+.1f}",
                ]
                for _, effect in rows
            ],
            hovertemplate=f"{name}: %{{customdata[0]}} before, %{{customdata[1]}} after<br>"
            "95 % interval %{customdata[2]} points<extra></extra>",
            cliponaxis=False,
        )
    ends = [end for outcome in outcomes for end in (outcome.network.low, outcome.network.high, 0.0)]
    ends += [end for outcome in outcomes if outcome.bag for end in (outcome.bag.low, outcome.bag.high)]
    room = max(100 * (max(ends) - min(ends)), 2.0)
    figure.update_xaxes(
        title="change of accuracy, in points",
        range=[100 * min(ends) - 0.25 * room, 100 * max(ends) + 0.25 * room],
    )
    figure.update_yaxes(
        tickvals=list(range(len(outcomes))),
        ticktext=[captions.REORDERING_NAMES[outcome.reordering] for outcome in outcomes],
        range=[len(outcomes) - 0.4, -0.6],
        showgrid=False,
    )
    return finish(figure, title=captions.word_order_title(outcomes), height=110 + 80 * len(outcomes))
