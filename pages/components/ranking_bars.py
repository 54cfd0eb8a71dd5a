"""Labels with their probabilities as bars, redrawn in place at every keystroke.

Labels reach the browser as data and are set as text. ``st.plotly_chart`` would be rebuilt at every change and flicker.
"""

from collections.abc import Sequence

from core.insight.plot_style import INK, QUIET
from core.insight.wording import percent
from pages.components import assets
from pages.wording import plain


def ranking_bars(ranking: Sequence[tuple[str, float]], key: str, *, most: int = 6) -> None:
    """Draw the most probable labels on an axis from 0 to 1, the most probable on top; the rest is one grey bar.

    Args:
        ranking: (label, probability) of all labels, probability falling.
        key: stable and unique on the page.
        most: bars at most, the grey one included.
    """
    assets.component(__file__)(
        data={"rows": bar_rows(ranking, most), "label": "Labels and their probabilities"}, key=key
    )


def bar_rows(ranking: Sequence[tuple[str, float]], most: int) -> list[dict[str, str | float]]:
    """The bars as the browser draws them: label, share, figure and hue of each."""
    rows = [(label, share, INK) for label, share in ranking]
    if len(rows) > most:
        rest = rows[most - 1 :]
        rows = [*rows[: most - 1], (f"{len(rest)} others", sum(share for _, share, _ in rest), QUIET)]
    return [
        {"label": plain(label), "share": round(share, 4), "figure": percent(share), "hue": hue}
        for label, share, hue in rows
    ]
