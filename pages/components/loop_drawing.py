"""The loop of a recurrent layer as a drawing: rolled into one step, or unrolled into a chain over the words.

The words light up one after the other, by a slider, a player or a click; below stand the state before and after the lit
word, a cell for each unit. Words reach the browser as data and are set as text.
"""

from typing import Any

import streamlit as st

from core.insight.lessons.loop.compute import Walk
from core.insight.plot_style import AGAINST, FOR
from pages.wording import plain

MOST_STEPS = 40  # words drawn

_CSS = """
.loop { font-family: var(--st-font); color: var(--st-text-color); font-size: 0.9rem; }
.controls { display: flex; gap: 0.8rem; align-items: center; margin-bottom: 0.5rem; }
.controls button { font: inherit; color: inherit; padding: 0.3rem 0.9rem; border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius); background: var(--st-background-color); cursor: pointer; min-width: 5.5rem; }
.controls button:hover, .controls button:focus-visible { border-color: var(--st-primary-color); }
.controls input { flex: 1; min-width: 4rem; accent-color: var(--st-primary-color); }
.controls output { font-family: var(--st-code-font); white-space: nowrap; }
.drawing { height: 11.6rem; display: flex; align-items: center; overflow-x: auto; overflow-y: hidden; }
.rolled { margin: 0 auto; display: flex; }
.step { display: flex; flex-direction: column; align-items: center; flex: 0 0 auto; position: relative; width: 6.4rem;
  padding: 0; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
.rolled .step { width: 11rem; cursor: default; }
.strip { width: 5rem; height: 1.4rem; border: 1px solid var(--st-border-color); image-rendering: pixelated; }
.rolled .strip { width: 9rem; }
.up { opacity: 0.6; line-height: 1.25rem; }
.box { width: 5rem; height: 2.6rem; border: 2px solid var(--st-border-color); border-radius: var(--st-base-radius);
  background: var(--st-secondary-background-color); display: flex; flex-direction: column; align-items: center;
  justify-content: center; line-height: 1.1; box-sizing: border-box; }
.rolled .box { width: 9rem; }
.box small { font-size: 0.7rem; opacity: 0.75; white-space: nowrap; }
.now .box { border-color: var(--st-primary-color); }
.ahead { opacity: 0.35; }
.word { font-family: var(--st-code-font); max-width: 100%; overflow: hidden; text-overflow: ellipsis;
  white-space: nowrap; padding: 0.05rem 0.3rem; border: 1px solid transparent; border-radius: var(--st-base-radius);
  box-sizing: border-box; }
.now .word { border-color: var(--st-primary-color); background: var(--st-secondary-background-color); }
.unknown { border: 1px dashed var(--st-text-color) !important; }
.on { position: absolute; left: calc(50% + 2.5rem); top: 3.65rem; width: 1.4rem; text-align: center; opacity: 0.7; }
.back { flex: 0 0 auto; width: 9rem; height: 9rem; margin-left: -1rem; }
.back path { fill: none; stroke: var(--st-primary-color); stroke-width: 2; }
.back text { fill: var(--st-text-color); font-size: 12px; font-family: var(--st-font); }
.back polygon { fill: var(--st-primary-color); }
.state { display: grid; grid-template-columns: 5.2rem 1fr; gap: 0.3rem 0.5rem; margin-top: 0.4rem;
  align-items: center; }
.units { display: flex; flex-wrap: nowrap; height: 1.9rem; border: 1px solid var(--st-border-color); min-width: 0; }
.units span { flex: 1 1 0; min-width: 0; }
.units span:hover { outline: 2px solid var(--st-text-color); outline-offset: -1px; }
.told { min-height: 2.6em; margin-top: 0.3rem; font-family: var(--st-code-font); font-size: 0.85rem; }
"""

_JS = """
const PACE = 800  // milliseconds a word
export default function ({ data, parentElement }) {
  const before = parentElement.querySelector(".loop")
  const same = before && before.words === JSON.stringify(data.words)
  const start = same ? before.at : Math.min(2, data.words.length)
  before?.stop()
  before?.remove()
  const make = (parent, name, of, text) => {
    const made = parent.appendChild(document.createElement(name))
    if (of) made.className = of
    if (text !== undefined) made.textContent = text
    return made
  }
  const root = make(parentElement, "div", "loop")
  root.words = JSON.stringify(data.words)
  const ink = (value) => {
    const share = Math.round(100 * Math.min(1, Math.abs(value) / data.widest))
    return `color-mix(in srgb, ${value < 0 ? data.against : data.for} ${share}%, transparent)`
  }
  const strip = (parent) => {
    const canvas = make(parent, "canvas", "strip")
    canvas.width = data.states[0].length
    canvas.height = 1
    canvas.setAttribute("aria-hidden", "true")
    return canvas
  }
  const paint = (canvas, state) => {
    const pen = canvas.getContext("2d")
    pen.clearRect(0, 0, canvas.width, 1)
    state.forEach((value, unit) => {
      pen.globalAlpha = Math.min(1, Math.abs(value) / data.widest)
      pen.fillStyle = value < 0 ? data.against : data.for
      pen.fillRect(unit, 0, 1, 1)
    })
  }
  const controls = make(root, "div", "controls")
  const button = make(controls, "button")
  button.type = "button"
  const slider = make(controls, "input")
  const count = make(controls, "output")
  slider.type = "range"
  slider.min = 1
  slider.max = data.words.length
  slider.setAttribute("aria-label", "Words read")
  const drawing = make(root, "div", "drawing")
  const steps = []
  const step = (parent, word, known) => {
    const one = make(parent, data.rolled ? "div" : "button", "step")
    if (!data.rolled) one.type = "button"
    one.strip = strip(one)
    make(one, "span", "up", "↑")
    const box = make(one, "span", "box", data.cell)
    make(box, "small", "", data.rolled ? `${data.weights} weights` : "same weights")
    make(one, "span", "up", "↑")
    one.word = make(one, "span", known ? "word" : "word unknown", word)
    one.word.dir = "auto"
    steps.push(one)
    return one
  }
  if (data.rolled) {
    const both = make(drawing, "div", "rolled")
    step(both, data.words[0], true)
    const svg = (parent, name, attributes, text) => {
      const made = parent.appendChild(document.createElementNS("http://www.w3.org/2000/svg", name))
      for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
      if (text) made.textContent = text
      return made
    }
    // Out of the step at the top right, and into it again at its side: the state of the last word.
    const back = svg(both, "svg", { class: "back", viewBox: "0 0 144 144", "aria-hidden": "true" })
    svg(back, "path", { d: "M 0 34 C 70 14, 70 96, 12 74" })
    svg(back, "polygon", { points: "2,69 14,68 10,79" })
    svg(back, "text", { x: 56, y: 52 }, "the state")
    svg(back, "text", { x: 56, y: 67 }, "goes back in")
  } else {
    data.words.forEach((word, place) => {
      const one = step(drawing, word, data.known[place])
      paint(one.strip, data.states[place + 1])
      one.setAttribute("aria-label", `Word ${place + 1}, ${word}`)
      if (place + 1 < data.words.length) make(one, "span", "on", "→")
      one.onclick = () => { stop(); show(place + 1) }
    })
  }
  const state = make(root, "div", "state")
  const rows = ["before it", "after it"].map((name) => {
    make(state, "span", "", name)
    const row = make(state, "div", "units")
    row.setAttribute("role", "img")
    return row
  })
  const told = make(root, "div", "told")
  const cells = rows.map((row) => data.states[0].map(() => make(row, "span")))
  const number = (value) => value.toFixed(4)
  const tell = (unit) => {
    const [old, now] = [data.states[root.at - 1], data.states[root.at]]
    told.textContent = unit === null
      ? `word ${root.at}: a unit changes by ${data.changes[root.at - 1].toFixed(2)} on average`
      : `unit ${unit + 1}: ${number(old[unit])} before “${data.words[root.at - 1]}”, ${number(now[unit])} after it`
  }
  cells.forEach((row) => row.forEach((cell, unit) => {
    cell.onmouseenter = cell.onclick = () => tell(unit)
  }))
  state.onmouseleave = () => tell(null)
  const show = (at) => {
    root.at = Math.max(1, Math.min(data.words.length, at))
    slider.value = root.at
    const word = data.words[root.at - 1]
    count.textContent = `word ${root.at} of ${data.words.length}`
    slider.setAttribute("aria-valuetext", `${word}, word ${root.at} of ${data.words.length}`)
    if (data.rolled) {
      steps[0].classList.add("now")
      steps[0].word.textContent = word
      steps[0].word.className = data.known[root.at - 1] ? "word" : "word unknown"
      paint(steps[0].strip, data.states[root.at])
    } else {
      steps.forEach((one, place) => {
        one.classList.toggle("now", place + 1 === root.at)
        one.classList.toggle("ahead", place + 1 > root.at)
      })
      const lit = steps[root.at - 1]
      drawing.scrollLeft = lit.offsetLeft - drawing.offsetLeft - (drawing.clientWidth - lit.clientWidth) / 2
    }
    const names = ["before", "after"]
    cells.forEach((row, which) => {
      const values = data.states[root.at - 1 + which]
      row.forEach((cell, unit) => {
        cell.style.background = ink(values[unit])
        cell.title = `unit ${unit + 1}: ${number(values[unit])}`
      })
      rows[which].setAttribute("aria-label", `The state ${names[which]} “${word}”, ${values.length} units`)
    })
    tell(null)
  }
  let timer = null
  const stop = () => { clearInterval(timer); timer = null; button.textContent = "Play" }
  root.stop = stop
  button.onclick = () => {
    if (timer) return stop()
    if (root.at === data.words.length) show(1)
    button.textContent = "Pause"
    timer = setInterval(() => { show(root.at + 1); if (root.at === data.words.length) stop() }, PACE)
  }
  slider.oninput = () => { stop(); show(Number(slider.value)) }
  stop()
  show(start)
  return stop
}
"""


def loop_drawing(found: Walk, cell: str, *, rolled: bool, key: str) -> None:
    """Draw the loop over the first MOST_STEPS words; a change of ``rolled`` keeps the lit word.

    Args:
        cell: what stands in the box.
    """
    # Declared at every call: the registry belongs to the running server; declaring again is free.
    drawing = st.components.v2.component("headline_lab_loop", css=_CSS, js=_JS)
    drawing(data=_drawn(found, cell, rolled), key=key)


def _drawn(found: Walk, cell: str, rolled: bool) -> dict[str, Any]:
    return {
        "words": [plain(word) for word in found.words[:MOST_STEPS]],
        "known": found.known[:MOST_STEPS],
        "states": found.states[: MOST_STEPS + 1].round(4).tolist(),
        "changes": found.changes[:MOST_STEPS].round(4).tolist(),
        "widest": found.widest,
        "weights": f"{found.weights:,}",
        "cell": cell,
        "rolled": rolled,
        "for": FOR,
        "against": AGAINST,
    }
