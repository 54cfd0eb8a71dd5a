"""Read-along: a headline read word by word, with a button that plays it and a slider that steps through.

All steps go to the browser at once, so playing asks nothing of the server. Words and labels reach it as data and are
set as text.
"""

from typing import Any

import numpy as np
import streamlit as st

from core.insight.prediction.attribution import ReadAlong, read_along
from core.insight.prediction.reading_figures import read_along_chart, reading_sentence
from core.model.classifier import Classifier
from pages.components.chart import chart
from pages.components.ranking_bars import BARS_CSS, BARS_JS, bar_rows
from pages.wording import plain

_BARS = 6
_SIDES = ("From the left", "From the right")

_CSS = (
    BARS_CSS
    + """
.words { display: flex; flex-wrap: wrap; gap: 0.35rem; margin: 0 0 0.6rem; padding: 0; list-style: none;
         font-family: var(--st-code-font); color: var(--st-text-color); }
.words li { padding: 0.1rem 0.4rem; border: 1px solid var(--st-border-color); max-width: 100%;
            border-radius: var(--st-base-radius); background: var(--st-secondary-background-color);
            overflow-wrap: anywhere; font-size: 0.95rem; }
.words .unread { background: transparent; opacity: 0.45; }
.words .now { border: 2px solid var(--st-primary-color); }
.controls { display: flex; gap: 0.8rem; align-items: center; margin-bottom: 0.6rem; font-family: var(--st-font);
            color: var(--st-text-color); }
.controls button { font: inherit; color: inherit; padding: 0.3rem 0.9rem; border: 1px solid var(--st-border-color);
                   border-radius: var(--st-button-radius); background: var(--st-background-color); cursor: pointer;
                   min-width: 5.5rem; }
.controls button:hover, .controls button:focus-visible { border-color: var(--st-primary-color); }
.controls input { flex: 1; min-width: 4rem; accent-color: var(--st-primary-color); }
.controls output { font-family: var(--st-code-font); font-size: 0.9rem; white-space: nowrap; }
"""
)

_JS = (
    BARS_JS
    + """
const PACE = 700  // milliseconds a word
export default function ({ data, parentElement }) {
  parentElement.querySelector(".read-along")?.remove()
  const root = parentElement.appendChild(document.createElement("div"))
  root.className = "read-along"
  const words = root.appendChild(document.createElement("ol"))
  words.className = "words"
  words.setAttribute("aria-label", "Words, those read so far in full ink")
  for (const word of data.words) {
    const item = words.appendChild(document.createElement("li"))
    item.dir = "auto"
    item.textContent = word
  }
  const controls = root.appendChild(document.createElement("div"))
  controls.className = "controls"
  const button = controls.appendChild(document.createElement("button"))
  const slider = controls.appendChild(document.createElement("input"))
  const said = controls.appendChild(document.createElement("output"))
  slider.type = "range"
  slider.min = 1
  slider.max = data.steps.length
  slider.value = data.steps.length
  slider.setAttribute("aria-label", "Words read")
  let timer = null
  const show = () => {
    const read = Number(slider.value)
    slider.setAttribute("aria-valuetext", `${read} of ${slider.max} words`)
    said.textContent = `${read} of ${slider.max}`
    for (let place = 0; place < data.words.length; place++) {
      const row = data.right ? data.words.length - 1 - place : place
      words.children[place].className = row >= read ? "unread" : row === read - 1 ? "now" : ""
    }
    drawBars(root, data.steps[read - 1], "Labels and their probabilities so far")
  }
  const stop = () => { clearInterval(timer); timer = null; button.textContent = "Play" }
  button.onclick = () => {
    if (timer) return stop()
    if (slider.value === slider.max) { slider.value = 1; show() }
    button.textContent = "Pause"
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1
      show()
      if (slider.value === slider.max) stop()
    }, PACE)
  }
  slider.oninput = () => { stop(); show() }
  stop()
  show()
  return stop
}
"""
)


def draw_read_along(classifier: Classifier, words: tuple[str, ...]) -> None:
    """The stack over the words, the player below it, and what to keep in mind."""
    from_right = False
    if any(layer.bidirectional for layer in classifier.network.layers):
        side = st.segmented_control(
            "Where reading begins", _SIDES, default=_SIDES[0], key="read_from", required=True
        )
        from_right = side == _SIDES[1]
    reading = read_along(classifier, words, from_right=from_right)
    said = reading_sentence(reading, classifier.labels)
    figure = read_along_chart(reading, classifier.labels)
    chart(figure, "read_along_chart", "", said)
    # Declared at every call: the registry belongs to the running server; declaring again is free.
    player = st.components.v2.component("headline_lab_player", css=_CSS, js=_JS)
    player(data=_steps(reading, classifier), key="read_along_player")
    st.caption(
        "Each beginning is answered as if it were the whole headline. The network has learnt from whole texts only, "
        "so take the first words' answers for what they are: guesses at texts that it never met."
    )


def _steps(reading: ReadAlong, classifier: Classifier) -> dict[str, Any]:
    """Of each step the bars, as the browser draws them."""
    steps = []
    for row in reading.probabilities:
        ranking = [(classifier.labels[label], float(row[label])) for label in np.argsort(-row, kind="stable")]
        steps.append(bar_rows(ranking, _BARS))
    return {"words": [plain(word) for word in reading.words], "steps": steps, "right": reading.from_right}
