// The table of a confusion matrix: rows are the articles' own categories, columns what they are called.

import { isolated, percentage, put, tint } from "./elements.js"

export const WRITTEN = 27 // pixels of a cell from which its share is written in it

/** The empty table, with `names` at its top and its side. */
export function buildMatrix(parent, names, label) {
  const table = put(put(parent, "div", "scroll"), "table")
  table.setAttribute("role", "grid")
  table.setAttribute("aria-label", label)
  const head = put(put(table, "thead"), "tr")
  const body = put(table, "tbody")
  put(put(head, "th", "corner"), "span", "", "is ↓  called →")
  const heading = (line, name, scope) => {
    const header = put(line, "th")
    header.scope = scope
    header.title = name
    put(header, "span", "", name).dir = "auto"
    return header
  }
  const tops = names.map((name) => heading(head, name, "col"))
  const sides = []
  const cells = names.map((name, row) => {
    const line = put(body, "tr")
    sides.push(heading(line, name, "row"))
    return names.map((_, column) => {
      const cell = put(line, "td")
      cell.tabIndex = -1
      cell.dataset.row = row
      cell.dataset.column = column
      cell.setAttribute("role", "gridcell")
      return cell
    })
  })
  return { body, tops, sides, cells }
}

export const positionOf = (cell) => [Number(cell.dataset.row), Number(cell.dataset.column)]

/** Colour and text of a cell; the root, so that a share of one in a hundred can still be seen. */
export function fillCell(cell, hue, count, total, cellSize) {
  cell.style.background = count && total ? tint(hue, Math.round(12 + 88 * Math.sqrt(count / total))) : ""
  cell.textContent = cellSize >= WRITTEN && count && total ? Math.round((100 * count) / total) || "<1" : ""
}

/** What a cell says: 3 of 10 articles of SPORTS (30.0 %) are called rightly. */
export function cellSentence(names, row, column, count, total) {
  const called = row === column ? "rightly" : isolated(names[column])
  const share = total ? ` (${percentage(count / total)})` : ""
  const counts = `${count.toLocaleString("en")} of ${total.toLocaleString("en")}`
  return `${counts} articles of ${isolated(names[row])}${share} are called ${called}`
}

/** Calls `onPoint` with the cell under the mouse or in focus, and with null when the mouse has left. */
export function pointAtCells({ body, tops, sides }, onPoint) {
  const point = (cell) => {
    for (const header of [...tops, ...sides]) header.classList.remove("on")
    if (cell) {
      sides[cell.dataset.row].classList.add("on")
      tops[cell.dataset.column].classList.add("on")
    }
    onPoint(cell)
  }
  const pointAtTarget = (event) => {
    const cell = event.target.closest("td")
    if (cell) point(cell)
  }
  body.onmouseover = pointAtTarget
  body.addEventListener("focusin", pointAtTarget) // has no "on" property
  body.onmouseleave = () => point(null)
  return point
}

const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }

/** Moves the focus to the neighbour that an arrow key asks for. */
export function moveFocus(event, cells) {
  const cell = event.target.closest("td")
  const move = MOVES[event.key]
  if (!cell || !move) return
  event.preventDefault()
  const [row, column] = positionOf(cell)
  const next = cells[row + move[0]]?.[column + move[1]]
  if (!next) return
  cell.tabIndex = -1
  next.tabIndex = 0
  next.focus()
}
