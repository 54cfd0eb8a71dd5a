"""Figures of the Words page: coverage, lengths, Zipf. Words are escaped; at most 500 points a curve."""

import numpy as np
import plotly.graph_objects as go

from core.insight.dataset.coverage import VocabularyCoverage
from core.insight.plot_style import (
    BASELINE,
    INK,
    QUIET,
    TRAINING,
    VALIDATION,
    escape,
    finish,
    line_style,
    share_axis,
)
from core.text.vocabulary import FIRST_WORD_ID

HEIGHT = 240  # pixels; two figures are side by side at the sliders
ZIPF_HEIGHT = 390  # as high as the table next to it
_POINTS = 200  # of a curve
_BARS = 100


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
    by = f"with size {size:,}" if size < len(measured.vocabulary) else "with every word"
    return finish(figure, title=f"{100 * held_out_share:.1f} % known {by}", height=HEIGHT)


def lengths_chart(measured: VocabularyCoverage, length: int) -> go.Figure:
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
    figure.update_xaxes(title="words of a text", range=[0, end + 1])
    figure.update_yaxes(title="texts")
    share = measured.truncated_texts(length) / max(len(sizes), 1)
    after = f"{length} word{'s' * (length != 1)}"
    title = f"{100 * share:.1f} % cut after {after}" if share else "No text is cut"
    return finish(figure, title=title, height=HEIGHT)


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
    half = measured.rank_of_share(0.5)
    return finish(figure, title=f"{half:,} words make up half of all text", height=ZIPF_HEIGHT)


def _log_spaced(first: int, last: int) -> np.ndarray:
    """At most _POINTS integers from ``first`` to ``last``, evenly spaced on a logarithmic axis."""
    return np.unique(np.geomspace(first, max(first, last), _POINTS).round().astype(np.int64))
