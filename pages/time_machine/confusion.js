import { clamp, percentage, put } from "../components/elements.js"
import {
  buildMatrix,
  cellSentence,
  fillCell,
  moveFocus,
  pointAtCells,
  positionOf,
} from "../components/matrix.js"
import { playerOf, unpack } from "../components/player.js"

const SMALLEST = 7 // pixels of a cell
const LARGEST = 44
const LISTED = 8 // mistakes

export default playerOf((view, data) => {
  const size = data.names.length
  const counts = unpack(data.counts, Uint32Array)
  const beside = put(view, "div", "beside")
  const matrix = buildMatrix(beside, data.names, data.drawn)
  const { body, cells } = matrix
  cells[0][0].tabIndex = 0
  const worst = put(beside, "div", "worst")
  put(worst, "h4", "", "Largest mistakes at this snapshot")
  const list = put(worst, "ol")
  const output = put(worst, "div", "read")

  let snapshot = 0
  let cellSize = 12
  let pointedCell = null
  // The last number of a row counts the articles that are called a category which is not drawn.
  const countOf = (row, column) => counts[(snapshot * size + row) * (size + 1) + column]
  const totalOf = (row) => {
    let total = 0
    for (let column = 0; column <= size; column++) total += countOf(row, column)
    return total
  }
  const point = pointAtCells(matrix, (cell) => {
    pointedCell = cell
    if (!cell) {
      output.textContent = data.hint
      return
    }
    const [row, column] = positionOf(cell)
    output.textContent = `${cellSentence(data.names, row, column, countOf(row, column), totalOf(row))}.`
  })
  body.onclick = (event) => event.target.closest("td")?.focus()
  body.onkeydown = (event) => moveFocus(event, cells)

  const draw = () => {
    const mistakes = []
    cells.forEach((line, row) => {
      const total = totalOf(row)
      line.forEach((cell, column) => {
        const count = countOf(row, column)
        const right = row === column
        fillCell(cell, right ? data.right : data.wrong, count, total, cellSize)
        if (count && !right && total >= data.enough[snapshot])
          mistakes.push({ share: count / total, row, column })
      })
    })
    mistakes.sort((larger, smaller) => smaller.share - larger.share || larger.row - smaller.row)
    list.replaceChildren()
    for (const { share, row, column } of mistakes.slice(0, LISTED)) {
      const item = put(list, "li")
      const text = `${data.names[row]} called ${data.names[column]}`
      put(item, "span", "", text).title = text
      put(item, "span", "", percentage(share))
    }
    if (!mistakes.length) put(list, "li", "", "None")
    point(pointedCell)
  }
  const show = (index) => {
    snapshot = index
    draw()
  }
  show.fit = () => {
    const narrow = view.clientWidth < 620
    const names = clamp(view.clientWidth * 0.2, 78, 150)
    const width = (narrow ? view.clientWidth : view.clientWidth * 0.68) - names - 18
    const height = size > 20 ? 400 : 310
    const before = cellSize
    cellSize = clamp(Math.floor(Math.min(width, height) / size) - 1, SMALLEST, LARGEST)
    view.style.setProperty("--names", `${names}px`)
    view.style.setProperty("--cell", `${cellSize}px`)
    view.style.setProperty("--letters", `${Math.min(12, cellSize + 1)}px`)
    if (before !== cellSize) draw()
  }
  return show
})
