import { clamp, mount, put } from "./elements.js"

const HEAD = 20 // pixels: the numbers of the units, and a row
const ROW = 20
const SMALLEST = 8 // pixels of a cell's width
const LARGEST = 26

const fine = (number) => number.toFixed(3).replace("-", "\u2212")

function build(root) {
  const bar = put(root, "div", "bar")
  const output = put(bar, "output")
  const scale = put(bar, "span", "scale")
  const [low, ramp, high] = ["span", "i", "span"].map((tag) => put(scale, tag))
  const scroll = put(root, "div", "scroll")
  const whole = put(scroll, "div", "whole")
  put(put(whole, "div", "corner"), "span", "", "word \u2193 unit \u2192")
  const names = put(whole, "div", "words")
  const canvas = put(whole, "canvas")
  scroll.tabIndex = 0
  scroll.setAttribute("role", "application")

  let data = null
  let cellWidth = SMALLEST
  let left = 0 // width of the words
  let cursor = [0, 0] // row, column: of the keys
  let hover = null // of the mouse
  let nextFrame = 0

  const value = (row, column) => data.values[row][data.order[column]] / 1000
  const describe = () => {
    const [row, column] = hover ?? cursor
    const unit = data.order[column] + 1
    output.replaceChildren()
    put(output, "bdi", "", data.words[row]) // isolated: a word from right to left would move the figures
    output.append(` \u00b7 unit ${unit} \u00b7 ${fine(value(row, column))}`)
  }
  const colour = (number) => {
    const strength = clamp(number / data.high, -1, 1)
    const hue = data.share ? data.ink : strength < 0 ? data.against : data.for
    return [hue, Math.abs(strength)]
  }

  function paint() {
    nextFrame = 0
    if (!data) return
    const width = scroll.clientWidth - left
    const height = scroll.clientHeight
    const ratio = window.devicePixelRatio || 1
    canvas.style.left = `${scroll.scrollLeft + left}px`
    canvas.style.top = `${scroll.scrollTop}px`
    canvas.style.width = `${width}px`
    canvas.style.height = `${height}px`
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio)
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio)
    const style = getComputedStyle(root)
    const paper = style.getPropertyValue("--st-background-color")
    const ink = style.color
    const pen = canvas.getContext("2d")
    pen.setTransform(ratio, 0, 0, ratio, 0, 0)
    pen.globalAlpha = 1
    pen.fillStyle = paper
    pen.fillRect(0, 0, width, height)

    // Only what is in sight.
    const rows = data.words.length
    const columns = data.order.length
    const firstColumn = Math.floor(scroll.scrollLeft / cellWidth)
    const endColumn = Math.min(columns, Math.ceil((scroll.scrollLeft + width) / cellWidth))
    const firstRow = Math.floor(scroll.scrollTop / ROW)
    const endRow = Math.min(rows, Math.ceil((scroll.scrollTop + height) / ROW))
    const x = (column) => column * cellWidth - scroll.scrollLeft
    const y = (row) => HEAD + row * ROW - scroll.scrollTop
    const gap = cellWidth > 11 ? 1 : 0
    for (let row = firstRow; row < endRow; row++)
      for (let column = firstColumn; column < endColumn; column++) {
        const [hue, strength] = colour(value(row, column))
        pen.globalAlpha = strength
        pen.fillStyle = hue
        pen.fillRect(x(column), y(row), cellWidth - gap, ROW - 1)
      }
    pen.globalAlpha = 1
    pen.fillStyle = paper
    pen.fillRect(0, 0, width, HEAD)
    pen.fillStyle = ink
    pen.font = `11px ${style.getPropertyValue("--st-code-font") || "monospace"}`
    pen.textAlign = "center"
    const every = Math.ceil(30 / cellWidth)
    for (let column = firstColumn; column < endColumn; column++)
      if (column % every === 0) {
        const number = String(data.order[column] + 1)
        const half = pen.measureText(number).width / 2 + 1
        pen.fillText(number, Math.max(half, Math.min(width - half, x(column) + cellWidth / 2)), HEAD - 6)
      }

    const frame = (box, lineWidth) => {
      pen.lineWidth = lineWidth
      pen.strokeStyle = ink
      pen.strokeRect(...box)
    }
    const chosen = data.order.indexOf(data.unit)
    const bottom = Math.min(height, y(rows))
    if (chosen >= 0) frame([Math.max(0.75, x(chosen) - 0.5), HEAD - 3, cellWidth + 1, bottom - HEAD + 3], 1.5)
    if (data.word < rows) frame([0.75, y(data.word) - 0.5, Math.min(width - 1.5, x(columns)), ROW], 1.5)
    if (hover || root.getRootNode().activeElement === scroll) {
      const [row, column] = hover ?? cursor
      frame([x(column) - 1, y(row) - 1, cellWidth + 2, ROW + 1], 2.5)
    }
  }
  const paintSoon = () => {
    if (!nextFrame) nextFrame = requestAnimationFrame(paint)
  }
  const update = () => {
    describe()
    paintSoon()
  }

  function fit() {
    if (!data || !root.clientWidth) return
    const longest = Math.max(...data.words.map((word) => word.length), 6)
    left = Math.round(Math.max(84, Math.min(160, root.clientWidth * 0.3, longest * 8 + 14)))
    const width = scroll.clientWidth - left
    cellWidth = clamp(Math.floor(width / data.order.length), SMALLEST, LARGEST)
    root.style.setProperty("--names", `${left}px`)
    root.style.setProperty("--head", `${HEAD}px`)
    root.style.setProperty("--row", `${ROW}px`)
    whole.style.width = `${left + cellWidth * data.order.length}px`
    whole.style.height = `${HEAD + ROW * data.words.length}px`
    paintSoon()
  }

  // [row, column] under the mouse; row -1 is the numbers of the units.
  const cellUnder = (event) => {
    const box = canvas.getBoundingClientRect()
    const column = Math.floor((event.clientX - box.left + scroll.scrollLeft) / cellWidth)
    const down = event.clientY - box.top
    const row = down < HEAD ? -1 : Math.floor((down - HEAD + scroll.scrollTop) / ROW)
    return column >= 0 && column < data.order.length && row < data.words.length ? [row, column] : null
  }
  canvas.onmousemove = (event) => {
    const cell = cellUnder(event)
    hover = cell && cell[0] >= 0 ? cell : null
    update()
  }
  canvas.onmouseleave = () => {
    hover = null
    update()
  }
  canvas.onclick = (event) => {
    const cell = cellUnder(event)
    if (!cell) return
    const [row, column] = cell
    cursor = [Math.max(row, 0), column]
    describe()
    root.send([row < 0 ? null : row, data.order[column]])
  }
  const moveCursor = (row, column) => {
    cursor = [clamp(row, 0, data.words.length - 1), clamp(column, 0, data.order.length - 1)]
    const width = scroll.clientWidth - left
    const height = scroll.clientHeight - HEAD
    const x = cursor[1] * cellWidth
    const y = cursor[0] * ROW
    scroll.scrollLeft = Math.max(Math.min(scroll.scrollLeft, x), x + cellWidth - width)
    scroll.scrollTop = Math.max(Math.min(scroll.scrollTop, y), y + ROW - height)
    hover = null
    update()
  }
  scroll.onkeydown = (event) => {
    if (event.target !== scroll || event.ctrlKey || event.metaKey || event.altKey) return
    const [row, column] = cursor
    const moves = {
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      Home: [row, 0],
      End: [row, data.order.length - 1],
      PageUp: [0, column],
      PageDown: [data.words.length - 1, column],
    }
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault()
      root.send([row, data.order[column]])
    } else if (moves[event.key]) {
      event.preventDefault()
      moveCursor(...moves[event.key])
    }
  }
  scroll.onfocus = update
  scroll.onblur = paintSoon
  scroll.onscroll = paintSoon

  root.draw = (newData) => {
    const sameSize =
      data && data.words.length === newData.words.length && data.order.length === newData.order.length
    data = newData
    scroll.setAttribute("aria-label", `${data.alt} Arrow keys move, Enter chooses.`)
    cursor = [Math.min(data.word, data.words.length - 1), Math.max(0, data.order.indexOf(data.unit))]
    names.replaceChildren()
    data.words.forEach((word, row) => {
      const classes = [data.unknown[row] ? "unknown" : "", row === data.word ? "on" : ""]
      const button = put(names, "button", classes.join(" "), word)
      button.type = "button"
      button.tabIndex = -1
      button.dir = "auto"
      button.title = word
      button.onclick = () => root.send([row, null])
    })
    low.textContent = data.share ? "0 shut" : `\u2212${data.high}`
    high.textContent = data.share ? "1 open" : `${data.high}`
    ramp.style.background = data.share
      ? `linear-gradient(to right, transparent, ${data.ink})`
      : `linear-gradient(to right, ${data.against}, transparent, ${data.for})`
    if (!sameSize) hover = null
    describe()
    fit()
    if (!sameSize) scroll.scrollTop = Math.max(0, HEAD + ROW * (cursor[0] + 1) - scroll.clientHeight)
  }
  new ResizeObserver(fit).observe(root)
}

export default function ({ data, parentElement, setTriggerValue }) {
  const root = mount(parentElement, "div", "all")
  if (!root.draw) build(root)
  root.send = (cell) => setTriggerValue("cell", cell)
  root.draw(data)
}
