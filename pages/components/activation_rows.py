"""Texts with a unit's state after each word as colour, and the word at which it is strongest framed."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.insight.activations.trace import signed
from core.insight.plot_style import AGAINST, FOR
from pages.wording import plain

_CSS = """
ol { margin: 0; padding: 0; list-style: none; font-family: var(--st-code-font); color: var(--st-text-color);
     font-size: 0.88rem; line-height: 1.75; }
li { display: grid; grid-template-columns: 4.2rem 1fr; padding: 0.25rem 0;
     border-bottom: 1px solid var(--st-border-color); }
.value { font-weight: 700; }
.text { overflow-wrap: anywhere; }
.text span { padding: 0.05rem 0.15rem; border-radius: 2px; }
.text mark { color: inherit; font-weight: 700; padding: 0.05rem 0.15rem; border-radius: 2px;
             outline: 2px solid var(--st-text-color); outline-offset: -1px; }
"""

_JS = """
export default function ({ data, parentElement }) {
  let list = parentElement.querySelector("ol")
  if (!list) { list = document.createElement("ol"); parentElement.appendChild(list) }
  list.setAttribute("aria-label", data.label)
  list.replaceChildren(...data.rows.map((row) => {
    const item = document.createElement("li")
    const value = item.appendChild(document.createElement("span"))
    value.className = "value"; value.textContent = row.figure
    const text = item.appendChild(document.createElement("span"))
    text.className = "text"; text.dir = "auto"
    row.words.forEach((word, place) => {
      const one = document.createElement(place === row.place ? "mark" : "span")
      const state = row.states[place]
      const share = Math.round(Math.min(1, Math.abs(state) / data.high) * 70)
      one.style.backgroundColor = `color-mix(in srgb, ${state < 0 ? data.against : data.for} ${share}%, transparent)`
      one.textContent = word
      one.title = state.toFixed(2)
      text.append(one, " ")
    })
    return item
  }))
}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationRow:
    """One text: its words, the unit's state after each, and the position of the strongest."""

    words: Sequence[str]
    states: Sequence[float]
    place: int


def activation_rows(rows: Sequence[ActivationRow], key: str, *, label: str) -> None:
    """Draw the texts, one below the other; ``label`` is what a screen reader calls them."""
    high = max([1.0, *(abs(one) for row in rows for one in row.states)])
    shown = [
        {
            "words": [plain(word) for word in row.words],
            "states": [round(float(one), 3) for one in row.states],
            "place": row.place,
            "figure": signed(row.states[row.place]),
        }
        for row in rows
    ]
    # Declared at every call: the registry belongs to the running server; declaring again is free.
    drawn = st.components.v2.component("headline_lab_excited", css=_CSS, js=_JS)
    drawn(data={"rows": shown, "label": plain(label), "for": FOR, "against": AGAINST, "high": high}, key=key)
