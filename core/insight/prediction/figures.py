"""Figures of predictions: one headline's while it is read, as stacked areas; the labels of a file of headlines."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.insight.plot_style import CATEGORIES, INK, QUIET, add_vertical_mark, escape, finish, share_axis
from core.insight.prediction import captions
from core.insight.prediction.attribution import ReadAlong

MOST_NAMED = 5
MOST_TICKS = 32  # words named under the axis
HEIGHT = 330  # pixels
LABELS_HEIGHT = 340
MOST_BARS = 8
_NAMES = 104  # pixels to the right of the plot for the categories' names
_LEAST_NAMED, _LEAST_INSIDE = 0.05, 0.08  # a thinner area has no room for its name


def likeliest_labels(reading: ReadAlong, most: int = MOST_NAMED) -> list[int]:
    """The labels to name, by their highest probability after any word, the final label first."""
    highest = reading.probabilities.max(axis=0)  # (categories,)
    order = np.argsort(-highest, kind="stable").tolist()
    order.remove(reading.label)
    return [reading.label, *order][:most]


def read_along_chart(reading: ReadAlong, labels: Sequence[str], *, right_to_left: bool = False) -> go.Figure:
    """Probabilities after every word as stacked steps, the final label at the bottom, all unnamed labels in grey.

    Args:
        reading: at least one word.
        labels: of the classifier.
        right_to_left: the words are written so, and drawn so if they are read from the first on.
    """
    mirrored = right_to_left and not reading.from_right
    words, shares = len(reading.words), reading.probabilities
    top_labels = likeliest_labels(reading)
    rows = [
        (labels[label], shares[:, label], hue) for label, hue in zip(top_labels, CATEGORIES, strict=False)
    ]
    rest = 1 - shares[:, top_labels].sum(axis=1)  # (words,)
    if len(labels) > len(top_labels):
        rows.append((f"{len(labels) - len(top_labels)} others", np.maximum(rest, 0), QUIET))
    figure, floors = go.Figure(), np.zeros(words)
    for name, share, hue in rows:
        widest = int(share.argmax())
        figure.add_scatter(
            x=list(range(words + 1)),
            y=[*share.tolist(), float(share[-1])],  # a step holds until the next word
            name=escape(name, most=24),
            stackgroup="one",
            mode="lines",
            line={"width": 0.5, "color": hue, "shape": "hv"},
            fillcolor=hue,
            customdata=[*_hovers(reading), ""],
            hovertemplate=f"{escape(name)}: %{{y:.1%}} after %{{customdata}}<extra></extra>",
        )
        if share[-1] >= _LEAST_NAMED:
            figure.add_annotation(
                x=words,
                y=float(floors[-1] + share[-1] / 2),
                text=escape(name, most=16),
                showarrow=False,
                xanchor="right" if mirrored else "left",
                xshift=-4 if mirrored else 4,
                font={"size": 12},
            )
        elif share[widest] >= _LEAST_INSIDE and hue != QUIET:  # likely for some prefix: named there
            figure.add_annotation(
                x=widest + 0.5,
                y=float(floors[widest] + share[widest] / 2),
                text=escape(name, most=16),
                showarrow=False,
                font={"size": 12, "color": "#FFFFFF"},
            )
        floors += share
    row = reading.word_position(reading.settled)
    if row:
        add_vertical_mark(figure, row, "settled", above=True)
    step = -(-words // MOST_TICKS)
    ticks = range(0, words, step)
    figure.update_xaxes(
        range=[words, 0] if mirrored else [0, words],
        tickvals=[tick + 0.5 for tick in ticks],
        ticktext=[escape(reading.words[reading.word_position(tick)], most=14) for tick in ticks],
        tickangle=-40 if words > 6 else 0,
        showgrid=False,
    )
    share_axis(figure, title="probability")
    finish(figure, title=escape(captions.read_along_title(reading, labels)), height=HEIGHT)
    if mirrored:
        figure.update_yaxes(side="right")
        return figure.update_layout(margin_l=_NAMES)
    return figure.update_layout(margin_r=_NAMES)


def _hovers(reading: ReadAlong) -> list[str]:
    return [escape(reading.words[reading.word_position(row)], most=40) for row in range(len(reading.words))]


def labels_chart(shares: Sequence[tuple[str, float]], *, most: int = MOST_BARS) -> go.Figure:
    """The most frequent labels as horizontal bars, the most frequent on top; the rest in one grey bar.

    Args:
        shares: (label, its share of the headlines) in descending order, at least one.
        most: largest number of bars, the grey one included; the axis always has room for it.
    """
    bars = [(escape(label, most=24), escape(label), share) for label, share in shares]
    hues = [INK] * len(bars)
    if len(bars) > most:
        rest = bars[most - 1 :]
        together = f"{len(rest)} others together"
        bars = [*bars[: most - 1], (together, together, sum(share for *_, share in rest))]
        hues = [INK] * (most - 1) + [QUIET]
    positions = list(range(len(bars)))
    figure = go.Figure(
        go.Bar(
            x=[share for *_, share in bars],
            y=positions,  # numbers, not names: two labels may be equal once shortened
            orientation="h",
            marker={"color": hues},
            text=[f"{100 * share:.1f} %" for *_, share in bars],
            textposition="auto",
            cliponaxis=False,
            hovertext=[label for _, label, _ in bars],
            hovertemplate="%{hovertext}: %{text}<extra></extra>",
        )
    )
    figure.update_yaxes(
        tickmode="array",
        tickvals=positions,
        ticktext=[f"{name} " for name, *_ in bars],
        range=[most - 0.4, -0.6],
        showgrid=False,
    )
    share_axis(figure, axis="x", title="share of the headlines")
    finish(figure, title=escape(captions.labels_title(shares)), height=LABELS_HEIGHT)
    return figure.update_layout(margin_r=28)  # room for "100 %" at the axis's end
