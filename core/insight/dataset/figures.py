"""Figures of a news file: its categories and months, what cleaning does to it, its words and their coverage.

Names and words are escaped; at most 500 points a curve.
"""

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from core.insight.dataset import captions
from core.insight.dataset.cleaning_effect import CleaningEffect
from core.insight.dataset.coverage import VocabularyCoverage
from core.insight.dataset.overview import Overview
from core.insight.plot_style import (
    BASELINE,
    INK,
    MOST_POINTS,
    QUIET,
    TRAINING,
    VALIDATION,
    escape,
    finish,
    line_style,
    share_axis,
)
from core.text.vocabulary import FIRST_WORD_ID

CATEGORIES_HEIGHT = 470  # pixels
HEIGHT = 250
HALF_HEIGHT = 240  # two figures are side by side at the sliders
ZIPF_HEIGHT = 390  # as high as the table next to it
MOST_BARS = 20
_NAME = 24  # characters of a category's name at its bar
_POINTS = 200  # of a curve
_BARS = 100


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
    return finish(figure, title=escape(captions.categories_title(counts)), height=CATEGORIES_HEIGHT)


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
    return finish(figure, title=captions.months_title(counts), height=HEIGHT)


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
    return finish(figure, title=captions.lengths_title(counts), height=HEIGHT)


def cleaning_chart(effect: CleaningEffect) -> go.Figure:
    """Texts by their number of words; the longest 0.1 % are not drawn."""
    before, after = effect.before, effect.after
    longest = [int(np.quantile(words.lengths, 0.999)) for words in (before, after) if len(words.lengths)]
    end = max([10, *longest])
    figure = go.Figure()
    histograms = [
        np.bincount(np.minimum(words.lengths, end + 1), minlength=end + 2)[: end + 1]
        for words in (before, after)
    ]
    for name, texts, style in (
        ("before", histograms[0], {"color": BASELINE, "width": 1}),
        ("after", histograms[1], line_style(INK)),
    ):
        figure.add_scatter(
            x=np.arange(end + 1),
            y=texts,
            mode="lines",
            line=style,
            name=name,
            hovertemplate="%{x} words: %{y:,} texts",
        )
    before_texts, after_texts = histograms
    if np.array_equal(before_texts, after_texts):
        labels = [("before and after", after_texts, np.zeros_like(after_texts), INK)]
    else:
        labels = [("before", before_texts, after_texts, BASELINE), ("after", after_texts, before_texts, INK)]
    for name, texts, other_texts, hue in labels:
        label_x = int((texts - other_texts).argmax())  # where it is highest above the other curve
        figure.add_annotation(
            x=label_x,
            y=int(texts[label_x]),
            text=name,
            font={"color": hue},
            showarrow=False,
            xanchor="left",
            xshift=6,
            yanchor="bottom",
        )
    figure.update_xaxes(title="words in a text", range=[-0.5, end + 0.5])
    figure.update_yaxes(title="texts", rangemode="tozero")
    return finish(figure, title=captions.cleaning_title(effect), height=HALF_HEIGHT)


def coverage_chart(measured: VocabularyCoverage, size: int) -> go.Figure:
    """Share of the tokens that are in the vocabulary, against its size; ``size`` is marked."""
    rows = _log_spaced(FIRST_WORD_ID + 1, len(measured.vocabulary))
    held_out_share = measured.known_shares(size)[1]
    figure = go.Figure()
    parts = (
        ("training part", TRAINING, measured.training_coverage, -1),
        ("held-out part", VALIDATION, measured.held_out_coverage, 1),
    )
    for name, hue, shares, side in parts:
        figure.add_scatter(
            x=rows,
            y=shares[rows],
            mode="lines",
            line=line_style(hue),
            name=name,
            hovertemplate="%{x:,} rows: %{y:.1%}",
        )
        label_size = rows[len(rows) // (3 if side > 0 else 2)]
        figure.add_annotation(
            x=np.log10(label_size),
            y=shares[label_size],
            text=name,
            font={"color": hue},
            showarrow=False,
            xanchor="left" if side > 0 else "right",
            yanchor="top" if side > 0 else "bottom",
            xshift=6 * side,
        )
    chosen = min(size, len(measured.vocabulary))
    figure.add_vline(x=chosen, line={"color": BASELINE, "width": 1})
    figure.add_scatter(
        x=[chosen],
        y=[held_out_share],
        mode="markers",
        marker={"color": VALIDATION, "size": 10},
        name="chosen",
        hovertemplate="%{x:,} rows: %{y:.1%}",
    )
    figure.update_xaxes(type="log", dtick=1, title="vocabulary size")
    share_axis(figure, title="words known")
    return finish(figure, title=captions.coverage_title(measured, size), height=HALF_HEIGHT)


def truncation_chart(measured: VocabularyCoverage, length: int) -> go.Figure:
    """Histogram of words per text; texts longer than ``length`` are faded."""
    sizes = measured.sequences.lengths
    # The longest few in a hundred thousand would squeeze all others into a corner: the axis ends before them.
    end = int(max(np.quantile(sizes, 0.999), length * 1.1, 10)) if len(sizes) else 10
    width = -(-end // _BARS)
    texts = np.bincount(sizes[sizes <= end], minlength=end + 1)[1 : end + 1]
    starts = np.arange(0, end, width)
    bars = np.add.reduceat(texts, starts)
    figure = go.Figure()
    figure.add_bar(
        x=starts + (width + 1) / 2,
        y=bars,
        width=width * 0.9,
        marker={"color": [INK if start + width <= length else QUIET for start in starts], "line_width": 0},
        customdata=[f"{first + 1}" if width == 1 else f"{first + 1} to {first + width}" for first in starts],
        hovertemplate="%{customdata} words: %{y:,} texts<extra></extra>",
    )
    figure.add_vline(x=length + 0.5, line={"color": BASELINE, "width": 1})
    figure.update_xaxes(title="words in a text", range=[0, end + 1])
    figure.update_yaxes(title="texts")
    return finish(figure, title=captions.truncation_title(measured, length), height=HALF_HEIGHT)


def zipf_chart(measured: VocabularyCoverage) -> go.Figure:
    """Frequency of a word against its rank, both logarithmic, with Zipf's law as a straight line.

    Source: G. K. Zipf, Human Behavior and the Principle of Least Effort (1949).
    """
    words, counts = measured.vocabulary.words, np.array(measured.vocabulary.counts)
    ranks = _log_spaced(1, len(words))
    figure = go.Figure()
    figure.add_scatter(
        x=ranks,
        y=counts[0] / ranks,
        mode="lines",
        line={"color": BASELINE, "width": 1},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=ranks,
        y=counts[ranks - 1],
        mode="lines",
        line=line_style(INK),
        customdata=[escape(words[rank - 1], most=30) for rank in ranks],
        hovertemplate="%{customdata}: rank %{x:,}, %{y:,} times<extra></extra>",
    )
    named = [rank for rank in (1, 10, 100, 1_000, 10_000, 100_000) if rank <= len(words)]
    figure.add_scatter(
        x=named,
        y=counts[np.array(named) - 1],
        mode="markers+text",
        marker={"color": INK, "size": 7},
        text=[escape(words[rank - 1], most=20) for rank in named],
        textposition="top right",
        hoverinfo="skip",
    )
    middle = ranks[len(ranks) // 2]
    figure.add_annotation(
        x=np.log10(middle),
        y=np.log10(counts[0] / middle),
        text="Zipf's law: twice the rank,<br>half as often",
        font={"color": BASELINE, "size": 11},
        showarrow=False,
        xanchor="right",
        yanchor="top",
    )
    # Fixed ends: room for the words' labels; the axes ignore the end of the straight line.
    across, up = np.log10([len(words), counts[0]])
    figure.update_xaxes(
        type="log", dtick=1, range=[-0.2, across + 0.7], title="rank: 1 is the most frequent word"
    )
    figure.update_yaxes(type="log", dtick=1, range=[-0.3, up + 0.7], title="times in the training part")
    return finish(figure, title=captions.zipf_title(measured), height=ZIPF_HEIGHT)


def _log_spaced(first: int, last: int) -> np.ndarray:
    """At most _POINTS integers from ``first`` to ``last``, evenly spaced on a logarithmic axis."""
    return np.unique(np.geomspace(first, max(first, last), _POINTS).round().astype(np.int64))
