"""Time machine, Confusion: the matrix of what is called what, as it settles."""

import numpy as np
import streamlit as st

from core.insight.evaluation.confusion import most_frequent, order
from core.insight.evaluation.figures import MOST_CATEGORIES
from core.insight.history import captions as sentences
from core.insight.history.replay import Replay
from core.insight.plot_style import AGAINST, FOR
from pages.components.confusion_grid import GRID_CSS
from pages.components.player import packed, time_player
from pages.wording import count, literal, plain

_CSS = (
    GRID_CSS
    + """
.beside { display: grid; grid-template-columns: minmax(0, auto) minmax(13rem, 1fr); gap: 1.6rem; }
.scroll { max-height: 31rem; }
.worst h4 { margin: 0.2rem 0 0.5rem; font-size: 0.95rem; }
.worst ol { margin: 0; padding: 0; list-style: none; min-height: 18rem; }
.worst li { display: grid; grid-template-columns: minmax(0, 1fr) 4rem; gap: 0.5rem; font-size: 0.9rem; height: 2.1rem;
  align-items: center; border-bottom: 1px solid color-mix(in srgb, var(--st-border-color) 50%, transparent); }
.worst li span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.worst li span:last-child { font-family: var(--st-code-font); text-align: right; }
.read { font-size: 0.9rem; min-height: 2.6rem; line-height: 1.3; }
td { cursor: default; }
@media (max-width: 640px) { .beside { grid-template-columns: minmax(0, 1fr); } }
"""
)

_JS = """
const WRITTEN = 27, SMALLEST = 7, LARGEST = 44  // pixels of a cell
const LISTED = 8
function build(view, data) {
  const many = data.names.length, all = unpack(data.counts, Uint32Array)
  const beside = put(view, "div", "beside"), scroll = put(beside, "div", "scroll"), worst = put(beside, "div", "worst")
  const table = put(scroll, "table")
  table.setAttribute("role", "grid"); table.setAttribute("aria-label", data.drawn)
  const head = put(put(table, "thead"), "tr"), body = put(table, "tbody")
  put(put(head, "th", "corner"), "span", "", "is ↓  called →")
  const tops = data.names.map((name) => {
    const top = put(head, "th"); top.scope = "col"; top.title = name; put(top, "span", "", name); return top
  })
  const sides = [], cells = data.names.map((name, row) => {
    const line = put(body, "tr"), side = put(line, "th")
    side.scope = "row"; side.title = name; put(side, "span", "", name); sides.push(side)
    return data.names.map((_, column) => {
      const cell = put(line, "td")
      cell.tabIndex = row || column ? -1 : 0
      cell.dataset.row = row; cell.dataset.column = column; cell.setAttribute("role", "gridcell")
      return cell
    })
  })
  put(worst, "h4", "", "Largest mistakes at this snapshot")
  const list = put(worst, "ol"), read = put(worst, "div", "read")
  let now = 0, size = 12, lit = null
  // All columns count, also of categories that are not drawn: they stand in the last number of a row.
  const at = (row, column) => all[(now * many + row) * (many + 1) + column]
  const total = (row) => {
    let sum = 0
    for (let column = 0; column <= many; column++) sum += at(row, column)
    return sum
  }
  const said = (row, column) => {
    const whole = total(row), part = at(row, column), what = row === column ? "rightly" : data.names[column]
    return `${part.toLocaleString("en")} of ${whole.toLocaleString("en")} articles of ${data.names[row]}${
      whole ? ` (${share(part / whole)})` : ""} are called ${what}.`
  }
  const light = (cell) => {
    lit = cell
    for (const one of [...tops, ...sides]) one.classList.remove("on")
    read.textContent = cell ? said(+cell.dataset.row, +cell.dataset.column) : data.hint
    if (cell) { sides[cell.dataset.row].classList.add("on"); tops[cell.dataset.column].classList.add("on") }
  }
  body.onmouseover = (event) => { const cell = event.target.closest("td"); if (cell) light(cell) }
  body.onmouseleave = () => light(null)
  body.onfocusin = (event) => { const cell = event.target.closest("td"); if (cell) light(cell) }
  body.onclick = (event) => event.target.closest("td")?.focus()
  body.onkeydown = (event) => {
    const cell = event.target.closest("td")
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key]
    if (!cell || !move) return
    event.preventDefault()
    const next = cells[+cell.dataset.row + move[0]]?.[+cell.dataset.column + move[1]]
    if (next) { cell.tabIndex = -1; next.tabIndex = 0; next.focus() }
  }
  const draw = () => {
    const wrong = []
    cells.forEach((line, row) => {
      const whole = total(row)
      line.forEach((cell, column) => {
        const part = at(row, column)
        // The root, so that a share of one in a hundred can still be seen.
        cell.style.background = part
          ? `color-mix(in srgb, ${row === column ? data.right : data.wrong} ${
              Math.round(12 + 88 * Math.sqrt(part / whole))}%, transparent)` : ""
        cell.textContent = size >= WRITTEN && part ? Math.round(100 * part / whole) || "<1" : ""
        if (part && row !== column && whole >= data.enough[now]) wrong.push([part / whole, row, column])
      })
    })
    wrong.sort((one, other) => other[0] - one[0] || one[1] - other[1])
    list.replaceChildren()
    for (const [part, row, column] of wrong.slice(0, LISTED)) {
      const item = put(list, "li"), text = put(item, "span", "", `${data.names[row]} called ${data.names[column]}`)
      text.title = text.textContent
      put(item, "span", "", share(part))
    }
    if (!wrong.length) put(list, "li", "", "None")
    light(lit)
  }
  const show = (moment) => { now = moment; draw() }
  show.fit = () => {
    const narrow = view.clientWidth < 620, names = Math.max(78, Math.min(150, view.clientWidth * 0.2))
    const room = (narrow ? view.clientWidth : view.clientWidth * 0.68) - names - 18
    const fits = Math.floor(Math.min(room / many, (many > 20 ? 400 : 310) / many)) - 1
    view.style.setProperty("--names", `${names}px`)
    const before = size
    size = Math.max(SMALLEST, Math.min(LARGEST, fits))
    view.style.setProperty("--cell", `${size}px`)
    view.style.setProperty("--letters", `${Math.min(12, size + 1)}px`)
    if (before !== size) draw()
  }
  return show
}
"""


def confusion(shown: Replay, *, run: str, best_epoch: int) -> None:
    """The matrix with its player; its categories in the order of the last snapshot, those alike side by side."""
    last = shown.confusion(len(shown) - 1)
    kept = most_frequent(last, MOST_CATEGORIES)
    kept = kept[order(last[np.ix_(kept, kept)])]
    counts = []
    for at in range(len(shown)):
        rows = shown.confusion(at)[kept]
        drawn = rows[:, kept]
        counts.append(np.concatenate([drawn, (rows.sum(axis=1) - drawn.sum(axis=1))[:, None]], axis=1))
    said = sentences.of_settling(shown)
    time_player(
        "confusion",
        shown,
        run=run,
        best_epoch=best_epoch,
        said=[sentences.of_matrix(shown, at) for at in range(len(shown))],
        alt=said,
        css=_CSS,
        js=_JS,
        data={
            "names": [plain(shown.labels[at]) for at in kept],
            "counts": packed(np.stack(counts).astype("<u4")),
            "enough": [sentences.FEWEST if one.whole else _FEW for one in shown.moments],
            "hint": "Point at a cell to read it.",
            "drawn": plain(said),
            "right": FOR,
            "wrong": AGAINST,
        },
    )
    rest = len(shown.labels) - len(kept)
    st.caption(literal(said))
    st.caption(
        "Each row is one category's articles: the stronger the colour, the larger the share of the row. Green is "
        f"right, purple is wrong. Inside the first epoch {count(len(shown.header.few))} articles are asked, at an "
        f"epoch's end {count(len(shown.header.y))}."
        + (f" The {count(rest)} smallest categories are not drawn." if rest else "")
    )


_FEW = 5  # articles of a category whose mistakes are listed, where few are asked
