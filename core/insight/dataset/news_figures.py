"""Figures of the Data page: articles per category and per month, words per text. Names are escaped."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.insight.dataset.overview import Overview
from core.insight.plot_style import BASELINE, INK, MOST_POINTS, escape, finish

CATEGORIES_HEIGHT = 470  # pixels
HEIGHT = 250
MOST_BARS = 20
_NAME = 24  # characters of a category's name at its bar


def categories_chart(counts: pd.Series) -> go.Figure:
    """Articles of each category, most frequent at the top; beyond 20 a note counts the rest.

    Args:
        counts: articles by category, in descending order.
    """
    total, drawn_counts = int(counts.sum()), counts.iloc[:MOST_BARS]
    names, values = [str(name) for name in drawn_counts.index], drawn_counts.tolist()
    figure = go.Figure()
    figure.add_bar(
        x=values,
        y=list(range(len(values))),  # positions, not names: two names may be shortened to the same label
        orientation="h",
        marker={"color": INK},
        text=[f"{value:,}" for value in values],
        textposition="outside",
        cliponaxis=False,
        constraintext="none",
        customdata=[escape(name) for name in names],
        hovertemplate="%{customdata}: %{x:,} articles<extra></extra>",
    )
    figure.update_yaxes(
        tickvals=list(range(len(values))),
        ticktext=[escape(name, most=_NAME) for name in names],
        range=[max(len(values), 6) - 0.4, -0.6],
        showgrid=False,
    )
    figure.update_xaxes(title="articles", range=[0, max(values) * 1.12], nticks=6)
    if rest := len(counts) - len(drawn_counts):
        figure.add_annotation(
            text=f"and {rest:,} more categories with {total - int(drawn_counts.sum()):,} articles together",
            font={"color": BASELINE, "size": 12},
            showarrow=False,
            x=1,
            xref="paper",
            xanchor="right",
            y=0,
            yref="paper",
            yanchor="bottom",
        )
    title = f"{escape(names[0], most=40)} alone has {100 * counts.iloc[0] / total:.1f} % of the articles"
    return finish(figure, title=title, height=CATEGORIES_HEIGHT)


def months_chart(counts: pd.Series) -> go.Figure:
    """Articles of each month; of each year beyond 500 months.

    Args:
        counts: articles by the first day of the month, without gaps, at least one.
    """
    unit = "month"
    if len(counts) > MOST_POINTS:
        counts, unit = counts.groupby(counts.index.to_period("Y").to_timestamp()).sum(), "year"
    figure = go.Figure()
    figure.add_bar(
        x=counts.index,
        y=counts.tolist(),
        marker={"color": INK},
        hovertemplate=("%{x|%B %Y}" if unit == "month" else "%{x|%Y}") + ": %{y:,} articles<extra></extra>",
    )
    figure.update_layout(bargap=0.15)
    figure.update_yaxes(title=f"articles a {unit}", rangemode="tozero", nticks=5)
    if len(counts) == 1:  # otherwise Plotly ticks the hours around the one day
        figure.update_xaxes(tickvals=[counts.index[0]], tickformat="%b %Y" if unit == "month" else "%Y")
    first, last = counts.index[0], counts.index[-1]
    title = f"From {first:%B %Y} to {last:%B %Y}" if len(counts) > 1 else f"All in {first:%B %Y}"
    return finish(figure, title=title, height=HEIGHT)


def lengths_chart(overview: Overview) -> go.Figure:
    """Histogram of words per text, without the longest 1 %; the title gives the longest."""
    counts = overview.lengths
    cumulative = np.cumsum(counts) / counts.sum()
    last = int(np.searchsorted(cumulative, 0.99)) if len(counts) > 20 else len(counts) - 1
    step = 1 + last // 100
    edges = np.arange(0, last + 1, step)
    bars = [int(counts[edge : edge + step].sum()) for edge in edges]
    names = [f"{edge} words" if step == 1 else f"{edge} to {edge + step - 1} words" for edge in edges]
    figure = go.Figure()
    figure.add_bar(
        x=edges + (step - 1) / 2,
        y=bars,
        width=step * 0.9,
        marker={"color": INK},
        customdata=names,
        hovertemplate="%{customdata}: %{y:,} texts<extra></extra>",
    )
    median = overview.median_length
    figure.add_vline(
        x=median,
        line={"color": BASELINE, "width": 1},
        annotation={"text": f"half have {median:,} or fewer", "font": {"color": BASELINE, "size": 12}},
        annotation_position="top right",
    )
    figure.update_yaxes(title="texts", range=[0, max(bars) * 1.25], nticks=5)  # room for the label above
    figure.update_xaxes(title="words in headline and description", rangemode="tozero")
    return finish(figure, title=f"The longest text has {len(counts) - 1:,} words", height=HEIGHT)
