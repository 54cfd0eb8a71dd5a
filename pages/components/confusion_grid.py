"""A confusion matrix to click through: a grid of cells that the mouse, a finger and the arrow keys reach.

Plotly's heatmap cannot be selected in Streamlit (github.com/streamlit/streamlit/issues/8760), and its labels shrink
with the matrix; here names stay where they are while the cells scroll. Names reach the browser as data and are set as
text.
"""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from core.insight.evaluation.report import Counts
from core.insight.plot_style import AGAINST, FOR
from pages.wording import plain

# Also of the matrix that the Time machine replays.
GRID_CSS = """
:host, .all { font-family: var(--st-font); color: var(--st-text-color); }
.bar { display: flex; gap: 0.5rem; align-items: center; margin-bottom: 0.4rem; min-height: 2.6rem; }
.bar output { flex: 1; font-size: 0.9rem; line-height: 1.25; }
.bar button { font: inherit; min-width: 2.2rem; height: 2.2rem; color: inherit; cursor: pointer;
  background: var(--st-secondary-background-color); border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); }
.bar button:disabled { opacity: 0.4; cursor: default; }
.scroll { overflow: auto; max-height: 33rem; }
table { border-collapse: separate; border-spacing: 1px; }
th { font-weight: 400; font-size: var(--letters); background: var(--st-background-color); position: sticky;
  padding: 0; }
th span { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
thead th { top: 0; z-index: 1; vertical-align: bottom; }
thead th span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 7.2rem; margin: 0 auto;
  line-height: 1; padding-top: 3px; }
tbody th { left: 0; z-index: 1; text-align: right; }
tbody th span { max-width: var(--names); padding-right: 4px; line-height: var(--cell); }
thead th.corner { left: 0; z-index: 2; text-align: right; font-style: italic; font-size: 11px; }
.corner span { writing-mode: horizontal-tb !important; transform: none !important; white-space: normal !important;
  max-width: var(--names); padding: 0 4px 4px 0 !important; line-height: 1.2 !important; }
td { width: var(--cell); min-width: var(--cell); max-width: var(--cell); height: var(--cell); padding: 0;
  box-sizing: border-box; text-align: center; font: 11px var(--st-code-font); cursor: pointer; overflow: hidden;
  background: color-mix(in srgb, var(--st-border-color) 28%, transparent); border-radius: 1px; }
td:focus-visible, td:hover { outline: 2px solid var(--st-primary-color); outline-offset: -1px; }
td[aria-selected="true"] { outline: 2px solid var(--st-text-color); outline-offset: -1px; }
th.on { font-weight: 700; color: var(--st-primary-color); }
"""

_JS = """
const WRITTEN = 27  // pixels of a cell from which its share is written in it
const SMALLEST = 10, LARGEST = 46
const STEP = 1.45
const share = (part, whole) => whole ? `${(100 * part / whole).toFixed(1)}\\u00a0%` : ""
function said(data, row, column) {
  const total = data.counts[row].reduce((sum, one) => sum + one, 0), count = data.counts[row][column]
  const what = row === column ? "rightly" : data.names[column]
  return `${count.toLocaleString("en")} of ${total.toLocaleString("en")} articles of ${data.names[row]} (${
    share(count, total)}) are called ${what}`.replace(" ()", "")
}
function build(all, data, send) {
  all.replaceChildren()
  const put = (parent, name, text) => {
    const made = parent.appendChild(document.createElement(name))
    if (text !== undefined) made.textContent = text
    return made
  }
  const bar = put(all, "div"); bar.className = "bar"
  const told = put(bar, "output", data.hint)
  const buttons = [["−", "Smaller cells"], ["+", "Larger cells"]].map(([sign, name]) => {
    const one = put(bar, "button", sign)
    one.type = "button"; one.setAttribute("aria-label", name); one.title = name
    return one
  })
  const scroll = put(all, "div"); scroll.className = "scroll"
  const table = put(scroll, "table")
  table.setAttribute("role", "grid"); table.setAttribute("aria-label", data.alt)
  const head = put(put(table, "thead"), "tr"), body = put(table, "tbody")
  const corner = put(head, "th"); corner.className = "corner"; put(corner, "span", "is ↓  called →")
  const tops = data.names.map((name) => {
    const top = put(head, "th"); top.scope = "col"; top.title = name; put(top, "span", name); return top
  })
  const sides = [], cells = []
  data.counts.forEach((counts, row) => {
    const line = put(body, "tr"), side = put(line, "th")
    side.scope = "row"; side.title = data.names[row]; put(side, "span", data.names[row]); sides.push(side)
    const total = counts.reduce((sum, one) => sum + one, 0)
    cells.push(counts.map((count, column) => {
      const cell = put(line, "td")
      cell.tabIndex = -1
      cell.dataset.row = row; cell.dataset.column = column
      cell.setAttribute("role", "gridcell"); cell.setAttribute("aria-label", said(data, row, column))
      if (count && total) {
        // The root, so that a share of one in a hundred can still be seen.
        const hue = row === column ? data.right : data.wrong
        const depth = Math.round(12 + 88 * Math.sqrt(count / total))
        cell.style.background = `color-mix(in srgb, ${hue} ${depth}%, transparent)`
      }
      return cell
    }))
  })
  let size = 0, fit = 0
  const draw = () => {
    const names = Math.max(78, Math.min(150, all.clientWidth * 0.24))
    all.style.setProperty("--names", `${names}px`)
    const beside = all.clientWidth - Math.max(...sides.map((side) => side.offsetWidth)) - 18  // the scroll bar's too
    fit = Math.max(SMALLEST, Math.min(LARGEST, Math.floor(beside / data.names.length) - 1))
    const now = Math.max(SMALLEST, Math.min(LARGEST, size || fit))
    all.style.setProperty("--cell", `${now}px`)
    all.style.setProperty("--letters", `${Math.min(12, now)}px`)
    buttons[0].disabled = now <= SMALLEST; buttons[1].disabled = now >= LARGEST
    cells.forEach((line, row) => {
      const total = data.counts[row].reduce((sum, one) => sum + one, 0)
      line.forEach((cell, column) => {
        const count = data.counts[row][column]
        const percent = Math.round(100 * count / total)
        cell.textContent = now >= WRITTEN && count && total ? percent || "<1" : ""
      })
    })
  }
  const zoom = (by) => {
    size = Math.max(SMALLEST, Math.min(LARGEST, Math.round((size || fit) * by)))
    draw()
    const kept = body.querySelector("td:focus") ?? body.querySelector('td[aria-selected="true"]')
    kept?.scrollIntoView({ block: "center", inline: "center" })
  }
  buttons[0].onclick = () => zoom(1 / STEP)
  buttons[1].onclick = () => zoom(STEP)
  const place = (cell) => [Number(cell.dataset.row), Number(cell.dataset.column)]
  const light = (cell) => {
    for (const one of [...tops, ...sides]) one.classList.remove("on")
    if (!cell) { told.textContent = all.chosen ?? data.hint; return }
    const [row, column] = place(cell)
    sides[row].classList.add("on"); tops[column].classList.add("on")
    told.textContent = said(data, row, column)
  }
  const choose = (cell) => send(place(cell).map((at) => data.ids[at]))
  body.onmouseover = (event) => { const cell = event.target.closest("td"); if (cell) light(cell) }
  body.onmouseleave = () => light(null)
  body.onfocusin = (event) => { const cell = event.target.closest("td"); if (cell) light(cell) }
  body.onclick = (event) => { const cell = event.target.closest("td"); if (cell) { cell.focus(); choose(cell) } }
  body.onkeydown = (event) => {
    const cell = event.target.closest("td")
    if (!cell) return
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(cell) }
    else if (event.key === "+") zoom(STEP)
    else if (event.key === "-") zoom(1 / STEP)
    else if (moves[event.key]) {
      event.preventDefault()
      const [row, column] = place(cell), [down, right] = moves[event.key]
      const next = cells[row + down]?.[column + right]
      if (next) { cell.tabIndex = -1; next.tabIndex = 0; next.focus() }
    }
  }
  all.select = (chosen) => {
    for (const cell of body.querySelectorAll('td[aria-selected="true"]')) cell.removeAttribute("aria-selected")
    for (const cell of body.querySelectorAll('td[tabindex="0"]')) cell.tabIndex = -1
    const [row, column] = (chosen ?? [0, 0]).map((id) => data.ids.indexOf(id))
    const cell = cells[row]?.[column] ?? cells[0][0]
    cell.tabIndex = 0
    if (chosen && cells[row]?.[column]) {
      cell.setAttribute("aria-selected", "true")
      all.chosen = said(data, row, column)
      told.textContent = all.chosen
    }
  }
  const seen = new ResizeObserver(draw)
  seen.observe(all)
  draw()
  return () => seen.disconnect()
}
export default function ({ data, parentElement, setTriggerValue }) {
  let all = parentElement.querySelector(".all")
  if (!all) { all = document.createElement("div"); all.className = "all"; parentElement.appendChild(all) }
  all.send = (cell) => setTriggerValue("cell", cell)
  const drawn = JSON.stringify([data.names, data.counts])
  if (all.drawn !== drawn) {
    all.leave?.()
    all.leave = build(all, data, (cell) => all.send(cell))
    all.drawn = drawn
  }
  all.select(data.chosen)
}
"""


def confusion_grid(
    counts: Counts,
    labels: Sequence[str],
    order: Sequence[int],
    *,
    chosen: tuple[int, int],
    key: str,
    alt: str,
    on_choose: Callable[[int, int], None],
) -> None:
    """Draw the matrix: rows are the articles' own categories, columns what they are called, shares by row as colour.

    Args:
        counts: (categories, categories).
        order: the categories shown, as positions in ``labels``.
        chosen: the cell that is marked, as positions in ``labels``.
        on_choose: called with the cell that was clicked, before the page runs again.
    """
    shown = np.asarray(order)

    def clicked() -> None:
        cell = st.session_state[key]["cell"]
        if isinstance(cell, list) and len(cell) == 2 and all(one in shown for one in cell):
            on_choose(int(cell[0]), int(cell[1]))

    # Declared at every call: the registry belongs to the running server; declaring again is free.
    grid = st.components.v2.component("headline_lab_confusion", css=GRID_CSS, js=_JS)
    grid(
        data={
            "names": [plain(labels[at]) for at in shown],
            "ids": shown.tolist(),
            "counts": counts[np.ix_(shown, shown)].tolist(),
            "chosen": list(chosen),
            "alt": alt,
            "hint": "Click a cell to read its headlines.",
            "right": FOR,
            "wrong": AGAINST,
        },
        key=key,
        on_cell_change=clicked,
    )
