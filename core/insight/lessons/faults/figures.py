"""A chart of the words that remain with the chosen faults, compared with the fixed code."""

import plotly.graph_objects as go

from core.insight.dataset.cleaning_effect import WordCounts
from core.insight.lessons.faults import captions
from core.insight.lessons.faults.compute import non_empty_texts
from core.insight.plot_style import BASELINE, INK, finish

HEIGHT = 250  # pixels
_ROOM = 2.1  # to the right of the longest bar: on a phone its figures take half of the width


def remaining_words_chart(mended: WordCounts, faulty: WordCounts) -> go.Figure:
    """Three labelled bars as shares of the fixed code's result, which is a line at 100 %."""
    rows = (
        ("texts with a word", non_empty_texts(mended), non_empty_texts(faulty)),
        ("words in all", mended.tokens, faulty.tokens),
        ("different words", mended.distinct, faulty.distinct),
    )
    figure = go.Figure()
    shares = [now / before if before else 0.0 for _, before, now in rows]
    figure.add_bar(
        y=[name for name, *_ in rows],
        x=shares,
        orientation="h",
        marker={"color": INK},
        customdata=[[before, now] for _, before, now in rows],
        hovertemplate="%{y}: %{customdata[1]:,}, mended %{customdata[0]:,}<extra></extra>",
    )
    for (name, before, now), share in zip(rows, shares, strict=True):
        figure.add_annotation(
            x=share,
            y=name,
            text=f"{now:,}" if now == before else f"{now:,} instead of {before:,}",
            showarrow=False,
            xanchor="left",
            xshift=4,
            font={"size": 12},
        )
    figure.add_vline(x=1, line={"color": BASELINE, "width": 1})
    end = max(1.0, *shares)
    step = 0.5 if end <= 2 else 1.0
    ticks = [number * step for number in range(int(end / step) + 1)]
    figure.update_xaxes(
        range=[0, end * _ROOM],
        tickvals=ticks,
        ticktext=[f"{100 * tick:.0f}\u00a0%" for tick in ticks],
        title="of what the mended code leaves",
        showgrid=False,
    )
    figure.update_yaxes(autorange="reversed")
    return finish(figure, title=captions.title(mended, faulty), height=HEIGHT)
