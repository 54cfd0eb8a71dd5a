"""The prediction while a headline is read: the likeliest categories as stacked areas over the words."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.insight.plot_style import CATEGORIES, QUIET, add_vertical_mark, escape, finish, share_axis
from core.insight.prediction.attribution import ReadAlong

MOST_NAMED = 5
MOST_TICKS = 32  # words named under the axis
HEIGHT = 330  # pixels
_NAMES = 104  # pixels to the right of the plot for the categories' names
_LEAST_NAMED, _LEAST_INSIDE = 0.05, 0.08  # a thinner area has no room for its name


def likeliest_labels(reading: ReadAlong, most: int = MOST_NAMED) -> list[int]:
    """The labels to name, by their highest probability after any word, the final label first."""
    highest = reading.probabilities.max(axis=0)  # (categories,)
    order = np.argsort(-highest, kind="stable").tolist()
    order.remove(reading.label)
    return [reading.label, *order][:most]


def read_along_chart(reading: ReadAlong, labels: Sequence[str]) -> go.Figure:
    """Probabilities after every word as stacked steps, the final label at the bottom, all unnamed labels in grey.

    Args:
        reading: at least one word.
        labels: of the classifier.
    """
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
                xanchor="left",
                xshift=4,
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
        range=[0, words],
        tickvals=[tick + 0.5 for tick in ticks],
        ticktext=[escape(reading.words[reading.word_position(tick)], most=14) for tick in ticks],
        tickangle=-40 if words > 6 else 0,
        showgrid=False,
    )
    share_axis(figure, title="probability")
    finish(figure, title=_title(reading, labels), height=HEIGHT)
    return figure.update_layout(margin_r=_NAMES)


def _hovers(reading: ReadAlong) -> list[str]:
    return [escape(reading.words[reading.word_position(row)], most=40) for row in range(len(reading.words))]


def _title(reading: ReadAlong, labels: Sequence[str]) -> str:
    label = escape(labels[reading.label], most=24)
    if not reading.word_position(reading.settled):
        return f"{label} from the first word on"
    return f"{label} from “{escape(reading.words[reading.settled], most=20)}” on"


def read_along_caption(reading: ReadAlong, labels: Sequence[str]) -> str:
    """Caption of the read-along chart, in one or two sentences; plain text, not escaped."""
    label, final = labels[reading.label], reading.probabilities[-1, reading.label]
    answer = "Read from the right, the answer" if reading.from_right else "The answer"
    row = reading.word_position(reading.settled)
    word = reading.words[reading.settled]
    end = f"in the end it has {100 * final:.1f} %"
    if row == 0:
        return f"{answer} is {label} from the first word, “{word}”, on; {end}."
    before = labels[int(reading.probabilities[row - 1].argmax())]
    turns = int((np.diff(reading.probabilities.argmax(axis=1)) != 0).sum())
    changed = "once" if turns == 1 else f"{turns} times"
    return (
        f"{answer} changes {changed}. Before “{word}” it is {before}; from “{word}” on it stays {label}, "
        f"and {end}."
    )
