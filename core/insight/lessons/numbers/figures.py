"""A chart of the trade-off between the size of a vocabulary and the share of unseen tokens in a new text."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from core.insight.lessons.numbers import captions
from core.insight.lessons.numbers.compute import TokenizationCost
from core.insight.plot_style import INK, QUIET, VALIDATION, finish, share_axis
from core.insight.wording import percent

HEIGHT = 270  # pixels


def tradeoff_chart(costs: Sequence[TokenizationCost], n: int) -> go.Figure:
    """Share of a new text's tokens never seen, over the number of distinct tokens; ``n`` words are marked."""
    drawn = [cost for cost in costs if cost.unseen is not None and cost.different]
    figure = go.Figure()
    figure.add_scatter(
        x=[cost.different for cost in drawn],
        y=[cost.unseen for cost in drawn],
        mode="lines+markers+text",
        line={"color": QUIET, "width": 2},
        marker={
            "color": [VALIDATION if cost.words == n else INK for cost in drawn],
            "size": [15 if cost.words == n else 9 for cost in drawn],
            "opacity": 1,
        },
        text=[captions.tokenization(cost) if cost.words < 2 else f"n = {cost.words}" for cost in drawn],
        textposition=["top center" if cost.words < 2 else "middle right" for cost in drawn],
        customdata=[
            [captions.tokenization(cost), f"{cost.different:,}", percent(cost.unseen or 0)] for cost in drawn
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]} different, %{customdata[2]} never seen<extra></extra>",
        cliponaxis=False,
    )
    share_axis(figure, title="never seen")
    # Room for the names at both ends.
    ends = np.log10([cost.different for cost in drawn] or [1])
    figure.update_xaxes(
        type="log", dtick=2, tickangle=0, range=[ends.min() - 0.7, ends.max() + 0.9], title="different tokens"
    )
    chosen = next((cost for cost in drawn if cost.words == n), None)
    return finish(figure, title=captions.title(n, chosen), height=HEIGHT)
