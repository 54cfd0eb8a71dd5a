"""The ranking of one headline as bars."""

from collections.abc import Sequence

import plotly.graph_objects as go

from core.insight.figures.style import INK, QUIET, escape, finish, share_axis

MOST_BARS = 8
HEIGHT = 360

Ranking = Sequence[tuple[str, float]]


def ranking_chart(ranking: Ranking, *, most: int = MOST_BARS) -> go.Figure:
    """The likeliest labels as horizontal bars, the likeliest on top; the rest in one grey bar.

    Args:
        ranking: (label, probability) of all labels, probability falling. At least one.
        most: bars at most, the grey one included. The chart always has room for so many, so that
            nothing jumps while the ranking changes.
    """
    shown = [(escape(label, most=24), escape(label), probability) for label, probability in ranking]
    hues = [INK] * len(shown)
    if len(shown) > most:
        rest = shown[most - 1 :]
        together = f"{len(rest)} others together"
        shown = [*shown[: most - 1], (together, together, sum(probability for *_, probability in rest))]
        hues = [INK] * (most - 1) + [QUIET]
    places = list(range(len(shown)))
    figure = go.Figure(
        go.Bar(
            x=[probability for *_, probability in shown],
            y=places,  # numbers, not names: two labels may look alike once they are cut
            orientation="h",
            marker={"color": hues},
            text=[percent(probability) for *_, probability in shown],
            textposition="auto",
            cliponaxis=False,
            hovertext=[label for _, label, _ in shown],
            hovertemplate="%{hovertext}: %{text}<extra></extra>",
        )
    )
    figure.update_yaxes(
        tickmode="array",
        tickvals=places,
        ticktext=[f"{name} " for name, *_ in shown],
        range=[most - 0.4, -0.6],
        showgrid=False,
    )
    share_axis(figure, axis="x", title="probability")
    return finish(figure, title=finding(ranking), height=HEIGHT)


def finding(ranking: Ranking) -> str:
    """What the chart shows, in a few words; labels escaped for Plotly."""
    (first, probability), *others = ranking
    sentence = f"{escape(first, most=24)} has {percent(probability)}"
    if others:
        second, next_probability = others[0]
        sentence += f", {escape(second, most=24)} {percent(next_probability)}"
    return sentence


def percent(probability: float) -> str:
    """0.6443999 -> "64.4 %"."""
    return f"{100 * probability:.1f} %"
