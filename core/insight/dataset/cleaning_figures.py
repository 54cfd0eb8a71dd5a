"""Figure of the Cleaning page: how many texts have how many words, before and after."""

import numpy as np
import plotly.graph_objects as go

from core.insight.dataset.cleaning_effect import CleaningEffect
from core.insight.plot_style import BASELINE, INK, finish, line_style

HEIGHT = 240  # pixels


def lengths_chart(effect: CleaningEffect) -> go.Figure:
    """Texts by their number of words; the longest 0.1 % are not drawn."""
    before, after = effect.before, effect.after
    longest = [int(np.quantile(words.lengths, 0.999)) for words in (before, after) if len(words.lengths)]
    end = max([10, *longest])
    figure = go.Figure()
    histograms = [
        np.bincount(np.minimum(words.lengths, end + 1), minlength=end + 2)[: end + 1]
        for words in (before, after)
    ]
    for name, texts, other_texts, style in (
        ("before", histograms[0], histograms[1], {"color": BASELINE, "width": 1}),
        ("after", histograms[1], histograms[0], line_style(INK)),
    ):
        figure.add_scatter(
            x=np.arange(end + 1),
            y=texts,
            mode="lines",
            line=style,
            name=name,
            hovertemplate="%{x} words: %{y:,} texts",
        )
        label_x = int((texts - other_texts).argmax())  # where it is highest above the other curve
        figure.add_annotation(
            x=label_x,
            y=int(texts[label_x]),
            text=name,
            font={"color": style["color"]},
            showarrow=False,
            xanchor="left",
            xshift=6,
            yanchor="bottom",
        )
    figure.update_xaxes(title="words of a text", range=[-0.5, end + 0.5])
    figure.update_yaxes(title="texts", rangemode="tozero")
    title = f"{after.median:g} words in the middle text, {before.median:g} before"
    return finish(figure, title=title, height=HEIGHT)
