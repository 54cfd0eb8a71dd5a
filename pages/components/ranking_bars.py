"""Labels with their probabilities as bars, redrawn in place at every keystroke.

Labels reach the browser as data and are set as text. For a chart with hovers that stands still there is
core/insight/prediction/label_figures.py; ``st.plotly_chart`` is built anew at every change and flickers.
"""

from collections.abc import Sequence

import streamlit as st

from core.insight.plot_style import INK, QUIET
from pages.wording import percent, plain

# Also of the player (read_along.py), which draws the bars of one word after the other.
BARS_CSS = """
ol.bars { margin: 0; padding: 0; list-style: none; font-family: var(--st-font); color: var(--st-text-color); }
ol.bars li { display: grid; grid-template-columns: minmax(6rem, 34%) 1fr 4.2rem; gap: 0.6rem; align-items: center;
             height: 1.9rem; }
.label { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: right; }
ol.bars li:first-child .label, ol.bars li:first-child .figure { font-weight: 700; }
.track { height: 1.1rem; border-left: 1px solid var(--st-border-color); }
.bar { height: 100%; min-width: 1px; transition: width 0.15s; }
.figure { font-family: var(--st-code-font); font-size: 0.9rem; text-align: right; }
@media (prefers-reduced-motion: reduce) { .bar { transition: none; } }
"""

BARS_JS = """
function drawBars(parent, rows, named) {
  let list = parent.querySelector("ol.bars")
  if (!list) { list = document.createElement("ol"); list.className = "bars"; parent.appendChild(list) }
  list.setAttribute("aria-label", named)
  while (list.children.length > rows.length) list.lastChild.remove()
  rows.forEach((row, place) => {
    let item = list.children[place]
    if (!item) {
      item = list.appendChild(document.createElement("li"))
      for (const name of ["label", "track", "figure"])
        item.appendChild(document.createElement("span")).className = name
      item.children[1].appendChild(document.createElement("div")).className = "bar"
    }
    const [label, track, figure] = item.children
    label.textContent = row.label
    label.title = row.label
    label.dir = "auto"
    track.firstChild.style.width = `${100 * row.share}%`
    track.firstChild.style.background = row.hue
    figure.textContent = row.figure
  })
}
"""

_JS = f"""{BARS_JS}
export default function ({{ data, parentElement }}) {{ drawBars(parentElement, data.rows, data.label) }}
"""


def ranking_bars(ranking: Sequence[tuple[str, float]], key: str, *, most: int = 6) -> None:
    """The likeliest labels, the likeliest on top, on an axis from 0 to 1; the rest in one grey bar.

    Args:
        ranking: (label, probability) of all labels, probability falling.
        key: stable and unique on the page.
        most: bars at most, the grey one included.
    """
    # Declared at every call: the registry belongs to the running server; declaring again is free.
    bars = st.components.v2.component("headline_lab_ranking", css=BARS_CSS, js=_JS)
    bars(data={"rows": bar_rows(ranking, most), "label": "Labels and their probabilities"}, key=key)


def bar_rows(ranking: Sequence[tuple[str, float]], most: int) -> list[dict[str, str | float]]:
    """The bars as the browser draws them: name, length, figure and hue of each."""
    rows = [(label, share, INK) for label, share in ranking]
    if len(rows) > most:
        rest = rows[most - 1 :]
        rows = [*rows[: most - 1], (f"{len(rest)} others", sum(share for _, share, _ in rest), QUIET)]
    return [
        {"label": plain(label), "share": round(share, 4), "figure": percent(share), "hue": hue}
        for label, share, hue in rows
    ]
