"""Figure of the Cleaning page: how many texts have how many words, before and after."""

import numpy as np
import plotly.graph_objects as go

from core.insight.dataset.cleaning_effect import CleaningEffect
from core.insight.plot_style import BASELINE, INK, finish, line_style

HEIGHT = 240  # pixels


def lengths_chart(effect: CleaningEffect) -> go.Figure:
    """Texts by their number of words; the longest one in a thousand is left out of the picture."""
    before, after = effect.before, effect.after
    longest = [int(np.quantile(words.lengths, 0.999)) for words in (before, after) if len(words.lengths)]
    end = max([10, *longest])
    figure = go.Figure()
    counted = [
        np.bincount(np.minimum(words.lengths, end + 1), minlength=end + 2)[: end + 1]
        for words in (before, after)
    ]
    for name, texts, other, style in (
        ("before", counted[0], counted[1], {"color": BASELINE, "width": 1}),
        ("after", counted[1], counted[0], line_style(INK)),
    ):
        figure.add_scatter(
            x=np.arange(end + 1),
            y=texts,
            mode="lines",
            line=style,
            name=name,
            hovertemplate="%{x} words: %{y:,} texts",
        )
        clear = int((texts - other).argmax())  # where it stands highest above the other curve
        figure.add_annotation(
            x=clear,
            y=int(texts[clear]),
            text=name,
            font={"color": style["color"]},
            showarrow=False,
            xanchor="left",
            xshift=6,
            yanchor="bottom",
        )
    figure.update_xaxes(title="words of a text", range=[-0.5, end + 0.5])
    figure.update_yaxes(title="texts", rangemode="tozero")
    said = f"{after.median:g} words in the middle text, {before.median:g} before"
    return finish(figure, title=said, height=HEIGHT)
