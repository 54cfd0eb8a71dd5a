"""A chart of the recorded training: accuracy after each epoch, and what needs no network."""

import plotly.graph_objects as go

from core.insight.lessons.article import captions
from core.insight.lessons.article.compute import RecordedTraining
from core.insight.plot_style import (
    BASELINE,
    BASELINE_NAME,
    TRAINING,
    VALIDATION,
    finish,
    line_style,
    share_axis,
)

HEIGHT = 320  # pixels
_NAMES = 76  # pixels to the right of the plot for the lines' names


def accuracy_chart(training: RecordedTraining) -> go.Figure:
    """Training and validation accuracy after each epoch; the epoch whose weights are kept; two thin baselines."""
    figure = go.Figure()
    epochs = list(range(1, len(training.epochs) + 1))
    accuracies = {
        "training": (TRAINING, [epoch.accuracy for epoch in training.epochs]),
        "validation": (VALIDATION, [epoch.val_accuracy for epoch in training.epochs]),
    }
    for name, (hue, values) in accuracies.items():
        figure.add_scatter(
            x=epochs,
            y=values,
            mode="lines+markers",
            line=line_style(hue),
            marker={"size": 5, "color": hue},
            name=name,
            hovertemplate=f"{name} accuracy %{{y:.1%}} after epoch %{{x}}<extra></extra>",
        )
    kept = training.best_epoch
    figure.add_scatter(
        x=[kept],
        y=[training.epochs[kept - 1].val_accuracy],
        mode="markers",
        marker={"size": 13, "symbol": "circle-open", "color": VALIDATION, "line": {"width": 2}},
        name="kept",
        hovertemplate=f"epoch {kept}: its weights are kept<extra></extra>",
        cliponaxis=False,
    )
    for name, accuracy in (
        ("linear model, test part", training.linear_model),
        ("most frequent category, test part", training.most_frequent_category),
    ):
        figure.add_hline(y=accuracy, line={"color": BASELINE, "width": 1}, name=BASELINE_NAME)
        figure.add_annotation(
            x=0,
            xref="paper",
            y=accuracy,
            text=name,
            font={"color": BASELINE, "size": 12},
            showarrow=False,
            xanchor="left",
            yanchor="bottom",
        )
    last = {name: values[-1] for name, (_, values) in accuracies.items()}
    upper = max(last, key=last.__getitem__)  # names of lines that end close together stand apart
    for name, (hue, values) in accuracies.items():
        figure.add_annotation(
            x=epochs[-1],
            y=values[-1],
            text=name,
            font={"color": hue, "size": 12},
            showarrow=False,
            xanchor="left",
            xshift=8,
            yanchor="bottom" if name == upper else "top",
        )
    figure.update_xaxes(title="epochs", range=[0.7, epochs[-1] + 0.1], tick0=0, dtick=1)
    share_axis(figure, title="accuracy")
    finish(figure, title=captions.training_title(training), height=HEIGHT)
    return figure.update_layout(margin_r=_NAMES)
