import { clamp, mount, put } from "./elements.js"
import { buildMatrix, cellSentence, fillCell, moveFocus, pointAtCells, positionOf } from "./matrix.js"

const SMALLEST = 10 // pixels of a cell
const LARGEST = 46
const ZOOM = 1.45

const sum = (numbers) => numbers.reduce((total, number) => total + number, 0)

function build(root, data) {
  root.replaceChildren()
  const totals = data.counts.map(sum)
  const sentence = (cell) => {
    const [row, column] = positionOf(cell)
    return cellSentence(data.names, row, column, data.counts[row][column], totals[row])
  }
  const bar = put(root, "div", "bar")
  const output = put(bar, "output", "", data.hint)
  const zoomButton = (sign, name, factor) => {
    const button = put(bar, "button", "", sign)
    button.type = "button"
    button.setAttribute("aria-label", name)
    button.title = name
    button.onclick = () => zoom(factor)
    return button
  }
  const smaller = zoomButton("−", "Smaller cells", 1 / ZOOM)
  const larger = zoomButton("+", "Larger cells", ZOOM)
  const matrix = buildMatrix(root, data.names, data.alt)
  const { body, sides, cells } = matrix
  for (const cell of cells.flat()) cell.setAttribute("aria-label", sentence(cell))

  let chosenSize = 0 // 0: as large as the width allows
  let fittingSize = 0
  const draw = () => {
    root.style.setProperty("--names", `${clamp(root.clientWidth * 0.24, 78, 150)}px`)
    const sideWidth = Math.max(...sides.map((side) => side.offsetWidth))
    const width = root.clientWidth - sideWidth - 18 // 18: the scroll bar
    fittingSize = clamp(Math.floor(width / data.names.length) - 1, SMALLEST, LARGEST)
    const size = clamp(chosenSize || fittingSize, SMALLEST, LARGEST)
    root.style.setProperty("--cell", `${size}px`)
    root.style.setProperty("--letters", `${Math.min(12, size)}px`)
    smaller.disabled = size <= SMALLEST
    larger.disabled = size >= LARGEST
    cells.forEach((line, row) =>
      line.forEach((cell, column) => {
        const hue = row === column ? data.right : data.wrong
        fillCell(cell, hue, data.counts[row][column], totals[row], size)
      }),
    )
  }
  const zoom = (factor) => {
    chosenSize = clamp(Math.round((chosenSize || fittingSize) * factor), SMALLEST, LARGEST)
    draw()
    const centre = body.querySelector("td:focus") ?? body.querySelector('td[aria-selected="true"]')
    centre?.scrollIntoView({ block: "center", inline: "center" })
  }

  let selectedSentence = null
  pointAtCells(matrix, (cell) => {
    output.textContent = cell ? sentence(cell) : (selectedSentence ?? data.hint)
  })
  const choose = (cell) => root.send(positionOf(cell).map((position) => data.ids[position]))
  body.onclick = (event) => {
    const cell = event.target.closest("td")
    if (!cell) return
    cell.focus()
    choose(cell)
  }
  body.onkeydown = (event) => {
    const cell = event.target.closest("td")
    if (!cell) return
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      choose(cell)
    } else if (event.key === "+") zoom(ZOOM)
    else if (event.key === "-") zoom(1 / ZOOM)
    else moveFocus(event, cells)
  }
  root.select = (chosen) => {
    for (const cell of body.querySelectorAll('td[aria-selected="true"]'))
      cell.removeAttribute("aria-selected")
    for (const cell of body.querySelectorAll('td[tabindex="0"]')) cell.tabIndex = -1
    const [row, column] = (chosen ?? []).map((id) => data.ids.indexOf(id))
    const cell = cells[row]?.[column]
    const reachable = cell ?? cells[0][0]
    reachable.tabIndex = 0
    if (!cell) return
    cell.setAttribute("aria-selected", "true")
    selectedSentence = sentence(cell)
    output.textContent = selectedSentence
  }
  const observer = new ResizeObserver(draw)
  observer.observe(root)
  draw()
  return () => observer.disconnect()
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = mount(parentElement, "div", "all")
  root.send = (cell) => setTriggerValue("cell", cell)
  const drawn = JSON.stringify([data.names, data.counts])
  if (root.drawn !== drawn) {
    root.leave?.()
    root.leave = build(root, data)
    root.drawn = drawn
  }
  root.select(data.chosen)
}
