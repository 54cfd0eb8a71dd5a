"""A chart of the trade-off between the size of a vocabulary and the share of unseen tokens in a new text."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.insight.lessons.numbers.compute import TokenizationCost
from core.insight.plot_style import INK, QUIET, VALIDATION, finish, share_axis
from core.insight.wording import percent

HEIGHT = 270  # pixels


def tradeoff_chart(costs: Sequence[TokenizationCost], n: int) -> go.Figure:
    """Share of a new text's tokens never seen, over the number of distinct tokens; ``n`` words are marked."""
    shown = [way for way in costs if way.unseen is not None and way.different]
    figure = go.Figure()
    figure.add_scatter(
        x=[way.different for way in shown],
        y=[way.unseen for way in shown],
        mode="lines+markers+text",
        line={"color": QUIET, "width": 2},
        marker={
            "color": [VALIDATION if way.words == n else INK for way in shown],
            "size": [15 if way.words == n else 9 for way in shown],
            "opacity": 1,
        },
        text=[way.name if way.words < 2 else f"n = {way.words}" for way in shown],
        textposition=["top center" if way.words < 2 else "middle right" for way in shown],
        customdata=[[way.name, f"{way.different:,}", percent(way.unseen or 0)] for way in shown],
        hovertemplate="%{customdata[0]}: %{customdata[1]} different, %{customdata[2]} never seen<extra></extra>",
        cliponaxis=False,
    )
    share_axis(figure, title="never seen")
    # Room for the names at both ends.
    ends = np.log10([way.different for way in shown] or [1])
    figure.update_xaxes(
        type="log", dtick=2, tickangle=0, range=[ends.min() - 0.7, ends.max() + 0.9], title="different pieces"
    )
    chosen = next((way for way in shown if way.words == n), None)
    title = f"n = {n}: {percent(chosen.unseen or 0)} never seen" if chosen else f"No new text has {n} words"
    return finish(figure, title=title, height=HEIGHT)
