"""A heatmap of words and units to click: a row a word, a column a unit; mouse, finger and arrow keys reach each cell.

The words are buttons at the side; the cells are painted on a canvas no larger than what is in sight, so that 500
characters of 512 units scroll as lightly as ten words of eight. Words reach the browser as data and are set as text.
"""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from core.insight.activations.trace import SHARES, Heatmap
from core.insight.plot_style import AGAINST, FOR, INK
from pages.wording import plain

_CSS = """
:host, .all { font-family: var(--st-font); color: var(--st-text-color); }
.bar { display: flex; gap: 0.6rem; align-items: center; min-height: 2.2rem; font-size: 0.85rem; flex-wrap: wrap; }
.bar output { flex: 1; min-width: 12rem; font-family: var(--st-code-font); }
.scale { display: flex; gap: 0.4rem; align-items: center; font-family: var(--st-code-font); }
.scale i { width: 7rem; height: 0.8rem; border: 1px solid var(--st-border-color); }
.scroll { position: relative; overflow: auto; height: 21rem; border: 1px solid var(--st-border-color);
  outline-offset: 1px; }
.scroll:focus-visible { outline: 2px solid var(--st-primary-color); }
.whole { position: relative; }
.words { position: sticky; left: 0; width: var(--names); z-index: 2; padding-top: var(--head);
  background: var(--st-background-color); }
.words button { display: block; box-sizing: border-box; width: 100%; height: var(--row); padding: 0 6px 0 2px;
  overflow: hidden; text-overflow: ellipsis; white-space: nowrap; text-align: right; cursor: pointer; border: 0;
  background: transparent; color: inherit; font: 13px var(--st-code-font); }
.words button:hover { text-decoration: underline; }
.words .unknown { font-style: italic; opacity: 0.75; text-decoration: underline dashed; }
.words .on { font-weight: 700; color: var(--st-primary-color); }
canvas { position: absolute; z-index: 1; cursor: pointer; }
.corner { position: sticky; left: 0; top: 0; z-index: 3; height: 0; }
.corner span { display: block; box-sizing: border-box; width: var(--names); height: var(--head); padding: 3px 6px;
  text-align: right; font-size: 11px; font-style: italic; background: var(--st-background-color); }
"""

_JS = """
const HEAD = 20, ROW = 20, SMALLEST = 8, LARGEST = 26
const fine = (number) => number.toFixed(3).replace("-", "\\u2212")
function build(all, send) {
  all.replaceChildren()
  const put = (parent, name, kind) => {
    const made = parent.appendChild(document.createElement(name))
    if (kind) made.className = kind
    return made
  }
  const bar = put(all, "div", "bar"), told = put(bar, "output"), scale = put(bar, "span", "scale")
  const [low, ramp, high] = ["span", "i", "span"].map((name) => put(scale, name))
  const scroll = put(all, "div", "scroll"), whole = put(scroll, "div", "whole")
  const corner = put(whole, "div", "corner")
  put(corner, "span").textContent = "word \\u2193 unit \\u2192"
  const names = put(whole, "div", "words"), canvas = put(whole, "canvas")
  scroll.tabIndex = 0
  scroll.setAttribute("role", "application")
  let data = null, cell = SMALLEST, left = 0, cursor = [0, 0], hover = null, painting = 0
  const value = (row, column) => data.values[row][data.order[column]] / 1000
  const said = ([row, column]) =>
    `${data.words[row]} \\u00b7 unit ${data.order[column] + 1} \\u00b7 ${fine(value(row, column))}`
  const tell = () => { told.textContent = said(hover ?? cursor) }
  function colour(number) {
    const share = Math.max(-1, Math.min(1, number / data.high))
    const hue = data.share ? data.ink : share < 0 ? data.against : data.for
    return [hue, Math.abs(share)]
  }
  function paint() {
    painting = 0
    if (!data) return
    const wide = scroll.clientWidth - left, tall = scroll.clientHeight
    const ratio = window.devicePixelRatio || 1
    canvas.style.left = `${scroll.scrollLeft + left}px`
    canvas.style.top = `${scroll.scrollTop}px`
    canvas.style.width = `${wide}px`; canvas.style.height = `${tall}px`
    if (canvas.width !== Math.round(wide * ratio)) canvas.width = Math.round(wide * ratio)
    if (canvas.height !== Math.round(tall * ratio)) canvas.height = Math.round(tall * ratio)
    const style = getComputedStyle(all), pen = canvas.getContext("2d")
    const paper = style.getPropertyValue("--st-background-color"), ink = style.color
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.globalAlpha = 1
    pen.fillStyle = paper
    pen.fillRect(0, 0, wide, tall)
    const columns = data.order.length, rows = data.words.length
    const first = Math.floor(scroll.scrollLeft / cell)
    const last = Math.min(columns, Math.ceil((scroll.scrollLeft + wide) / cell))
    const top = Math.floor(scroll.scrollTop / ROW), bottom = Math.min(rows, Math.ceil((scroll.scrollTop + tall) / ROW))
    const x = (column) => column * cell - scroll.scrollLeft, y = (row) => HEAD + row * ROW - scroll.scrollTop
    const gap = cell > 11 ? 1 : 0
    for (let row = top; row < bottom; row++)
      for (let column = first; column < last; column++) {
        const [hue, depth] = colour(value(row, column))
        pen.globalAlpha = depth
        pen.fillStyle = hue
        pen.fillRect(x(column), y(row), cell - gap, ROW - 1)
      }
    pen.globalAlpha = 1
    pen.fillStyle = paper
    pen.fillRect(0, 0, wide, HEAD)
    pen.fillStyle = ink
    pen.font = `11px ${style.getPropertyValue("--st-code-font") || "monospace"}`
    pen.textAlign = "center"
    const every = Math.ceil(30 / cell)
    for (let column = first; column < last; column++)
      if (column % every === 0) {
        const name = String(data.order[column] + 1), half = pen.measureText(name).width / 2 + 1
        pen.fillText(name, Math.max(half, Math.min(wide - half, x(column) + cell / 2)), HEAD - 6)
      }
    const frame = (place, width) => {
      pen.lineWidth = width
      pen.strokeStyle = ink
      pen.strokeRect(...place)
    }
    const chosen = data.order.indexOf(data.unit)
    const across = Math.max(0.75, x(chosen) - 0.5)
    if (chosen >= 0) frame([across, HEAD - 3, cell + 1, Math.min(tall, y(rows)) - HEAD + 3], 1.5)
    if (data.word < rows) frame([0.75, y(data.word) - 0.5, Math.min(wide - 1.5, x(columns)), ROW], 1.5)
    if (hover || document.activeElement === scroll || all.getRootNode().activeElement === scroll) {
      const [row, column] = hover ?? cursor
      frame([x(column) - 1, y(row) - 1, cell + 2, ROW + 1], 2.5)
    }
  }
  const soon = () => { if (!painting) painting = requestAnimationFrame(paint) }
  function lay() {
    if (!data || !all.clientWidth) return
    const longest = Math.max(...data.words.map((word) => word.length), 6)
    left = Math.round(Math.max(84, Math.min(160, all.clientWidth * 0.3, longest * 8 + 14)))
    const beside = scroll.clientWidth - left
    cell = Math.max(SMALLEST, Math.min(LARGEST, Math.floor(beside / data.order.length)))
    all.style.setProperty("--names", `${left}px`)
    all.style.setProperty("--head", `${HEAD}px`)
    all.style.setProperty("--row", `${ROW}px`)
    whole.style.width = `${left + cell * data.order.length}px`
    whole.style.height = `${HEAD + ROW * data.words.length}px`
    soon()
  }
  const at = (event) => {
    const box = canvas.getBoundingClientRect()
    const column = Math.floor((event.clientX - box.left + scroll.scrollLeft) / cell)
    const down = event.clientY - box.top
    const row = down < HEAD ? -1 : Math.floor((down - HEAD + scroll.scrollTop) / ROW)
    return column >= 0 && column < data.order.length && row < data.words.length ? [row, column] : null
  }
  canvas.onmousemove = (event) => {
    const place = at(event)
    hover = place && place[0] >= 0 ? place : null
    tell(); soon()
  }
  canvas.onmouseleave = () => { hover = null; tell(); soon() }
  const choose = (row, column) => send([row, column === null ? null : data.order[column]])
  canvas.onclick = (event) => {
    const place = at(event)
    if (!place) return
    const [row, column] = place
    cursor = [Math.max(row, 0), column]
    tell()
    if (row < 0) send([null, data.order[column]])
    else choose(row, column)
  }
  const follow = () => {
    const [row, column] = cursor
    const wide = scroll.clientWidth - left, tall = scroll.clientHeight - HEAD
    scroll.scrollLeft = Math.max(Math.min(scroll.scrollLeft, column * cell), (column + 1) * cell - wide)
    scroll.scrollTop = Math.max(Math.min(scroll.scrollTop, row * ROW), (row + 1) * ROW - tall)
    hover = null
    tell(); soon()
  }
  scroll.onkeydown = (event) => {
    if (event.target !== scroll || event.ctrlKey || event.metaKey || event.altKey) return
    const [row, column] = cursor, last = [data.words.length - 1, data.order.length - 1]
    const moves = {
      ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1], Home: [row, 0], End: [row, last[1]], PageUp: [0, column],
      PageDown: [last[0], column],
    }
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(row, column) }
    else if (moves[event.key]) {
      event.preventDefault()
      cursor = moves[event.key].map((one, axis) => Math.max(0, Math.min(last[axis], one)))
      follow()
    }
  }
  scroll.onfocus = () => { tell(); soon() }
  scroll.onblur = soon
  scroll.onscroll = soon
  all.show = (given) => {
    const same = data && data.words.length === given.words.length && data.order.length === given.order.length
    data = given
    scroll.setAttribute("aria-label", `${data.alt} Arrow keys move, Enter chooses.`)
    cursor = [Math.min(data.word, data.words.length - 1), Math.max(0, data.order.indexOf(data.unit))]
    names.replaceChildren(...data.words.map((word, row) => {
      const one = document.createElement("button")
      one.type = "button"; one.tabIndex = -1; one.dir = "auto"; one.textContent = word; one.title = word
      one.className = [data.unknown[row] ? "unknown" : "", row === data.word ? "on" : ""].join(" ")
      one.onclick = () => choose(row, null)
      return one
    }))
    low.textContent = data.share ? "0 shut" : `\\u2212${data.high}`
    high.textContent = data.share ? "1 open" : `${data.high}`
    ramp.style.background = data.share
      ? `linear-gradient(to right, transparent, ${data.ink})`
      : `linear-gradient(to right, ${data.against}, transparent, ${data.for})`
    if (!same) hover = null
    tell(); lay()
    if (!same) scroll.scrollTop = Math.max(0, HEAD + ROW * (cursor[0] + 1) - scroll.clientHeight)
  }
  const seen = new ResizeObserver(lay)
  seen.observe(all)
  return () => { seen.disconnect(); cancelAnimationFrame(painting) }
}
export default function ({ data, parentElement, setTriggerValue }) {
  let all = parentElement.querySelector(".all")
  if (!all) {
    all = document.createElement("div"); all.className = "all"; parentElement.appendChild(all)
    all.leave = build(all, (cell) => all.send(cell))
  }
  all.send = (cell) => setTriggerValue("cell", cell)
  all.show(data)
}
"""


def heat_grid(
    shown: Heatmap,
    words: Sequence[str],
    order: Sequence[int],
    *,
    unknown: Sequence[bool],
    word: int,
    unit: int,
    key: str,
    alt: str,
    on_choose: Callable[[int | None, int | None], None],
) -> None:
    """Draw one picture; its height never depends on the words.

    Args:
        words, unknown: of each row.
        order: the units, as positions in the picture's columns, from left to right.
        word, unit: the chosen ones, which are framed.
        on_choose: called with the word and the unit that were clicked before the page runs again; None for the one
            that was not: a word at the side, or a number on top.
    """
    rows, columns = shown.values.shape

    def clicked() -> None:
        cell = st.session_state[key]["cell"]
        if not isinstance(cell, list) or len(cell) != 2:
            return
        found = [
            one if isinstance(one, int) and 0 <= one < most else None
            for one, most in zip(cell, (rows, columns), strict=True)
        ]
        on_choose(*found)

    # Declared at every call: the registry belongs to the running server; declaring again is free.
    grid = st.components.v2.component("headline_lab_heat", css=_CSS, js=_JS)
    grid(
        data={
            "words": [plain(one) or "\u2423" for one in words],
            "unknown": list(unknown),
            # Thousandths: half the bytes of the numbers themselves.
            "values": np.rint(1000 * shown.values.astype(np.float64)).astype(int).tolist(),
            "order": list(order),
            "word": word,
            "unit": unit,
            "high": shown.high,
            "share": shown.name in SHARES,
            "for": FOR,
            "against": AGAINST,
            "ink": INK,
            "alt": plain(alt),
        },
        key=key,
        on_cell_change=clicked,
    )
