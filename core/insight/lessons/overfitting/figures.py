"""A chart of training and validation loss over the epochs of a run, before and after the stop."""

import plotly.graph_objects as go

from core.insight.lessons.overfitting import captions
from core.insight.lessons.overfitting.compute import History
from core.insight.plot_style import (
    BASELINE,
    QUIET,
    TRAINING,
    VALIDATION,
    add_vertical_mark,
    finish,
    line_style,
    thin_indices,
)
from core.training.early_stopping import EarlyStop

HEIGHT = 320  # pixels
_NAMES = 72  # pixels to the right of the plot for the lines' names


def loss_chart(history: History, epoch: int, stop: EarlyStop) -> go.Figure:
    """Both losses at the end of each epoch; after ``epoch`` they are grey. A vertical line marks early stopping.

    Args:
        epoch: of the stop by hand, from 1.
        stop: of early stopping.
    """
    figure = go.Figure()
    last = len(history)
    training = [epoch_end.loss for epoch_end in history.epochs]
    validation = [epoch_end.validation_loss for epoch_end in history.epochs]
    for name, hue, values in (("training", TRAINING, training), ("validation", VALIDATION, validation)):
        for part, colour in ((range(epoch, last + 1), BASELINE), (range(1, epoch + 1), hue)):
            if len(part) == 1 and colour == BASELINE:
                continue
            drawn_epochs = [part[index] for index in thin_indices(len(part))]
            figure.add_scatter(
                x=drawn_epochs,
                y=[values[drawn_epoch - 1] for drawn_epoch in drawn_epochs],
                mode="lines+markers" if last <= 30 else "lines",
                line=line_style(hue) | {"color": QUIET if colour == BASELINE else hue},
                marker={"size": 5, "color": QUIET if colour == BASELINE else hue},
                name=name if colour == hue else f"{name}, had it gone on",
                hovertemplate=f"{name} loss %{{y:.2f}} after epoch %{{x}}<extra></extra>",
            )
    lowest = history.lowest
    highest = max(*training, *validation)
    figure.add_scatter(
        x=[epoch],
        y=[validation[epoch - 1]],
        mode="markers+text",
        marker={"size": 11, "color": VALIDATION},
        text=[f"you stop: {validation[epoch - 1]:.2f}"],
        textposition="top right" if epoch <= 0.7 * last else "top left",
        textfont={"size": 12, "color": VALIDATION},
        name="you stop",
        hoverinfo="skip",
        cliponaxis=False,
    )
    figure.add_scatter(
        x=[lowest],
        y=[validation[lowest - 1]],
        mode="markers",
        marker={"size": 13, "symbol": "circle-open", "color": VALIDATION, "line": {"width": 2}},
        name="lowest",
        hovertemplate=f"lowest: {validation[lowest - 1]:.2f} after epoch {lowest}<extra></extra>",
        cliponaxis=False,
    )
    if stop.early:
        add_vertical_mark(figure, stop.after, "early stopping", above=True)
    for name, hue, values in (("training", TRAINING, training), ("validation", VALIDATION, validation)):
        figure.add_annotation(
            x=last,
            y=values[-1],
            text=name,
            font={"color": hue, "size": 12},
            showarrow=False,
            xanchor="left",
            xshift=6,
            yanchor="middle",
        )
    step = 1 if last <= 20 else 5 if last <= 50 else 10
    figure.update_xaxes(title="epochs", range=[0.7, last + 0.1], tick0=0, dtick=step)
    figure.update_yaxes(title="loss", range=[0, 1.1 * highest])
    finish(figure, title=captions.title(history, epoch), height=HEIGHT)
    return figure.update_layout(margin_r=_NAMES)
