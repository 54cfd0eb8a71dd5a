import { clamp, put, putSvg } from "./elements.js"
import { playSteps } from "./steps.js"

const PACE = 900 // milliseconds a moment
const [LEFT, COLUMN, BOX] = [132, 134, 92] // pixels: middle of the first box, from box to box, width of a box
const [TOP, MIDDLE, BOTTOM] = [58, 86, 114] // of a box: above the gradient, below it the state

export default function ({ data, parentElement }) {
  const before = parentElement.querySelector(".unrolled")
  const step = before?.last === data.moments.length - 1 ? before.step : data.moments.length - 1
  before?.stop()
  before?.remove()
  const root = put(parentElement, "section", "unrolled")
  root.setAttribute("aria-label", "Backpropagation through time, step by step")
  root.last = data.moments.length - 1
  root.style.setProperty("--hue", data.hue)

  const controls = put(root, "div", "controls")
  const button = put(controls, "button")
  button.type = "button"
  const slider = put(controls, "input")
  slider.type = "range"
  slider.min = 0
  slider.max = root.last
  slider.setAttribute("aria-label", "Step")
  const scroller = put(root, "div", "drawing")
  const sentence = put(root, "div", "sentence")
  sentence.setAttribute("aria-live", "polite")

  const count = data.boxes.length
  const width = LEFT + count * COLUMN + 40
  const svg = putSvg(scroller, "svg", { width, height: 172, viewBox: `0 0 ${width} 172`, role: "img" })
  svg.setAttribute("aria-label", data.moments.join(" "))
  for (const [y, text] of [
    [TOP + 19, "gradient"],
    [MIDDLE + 19, "state h"],
  ])
    putSvg(svg, "text", { class: "row", x: 4, y }, text)

  const middle = (index) => LEFT + index * COLUMN
  const group = (className) => putSvg(svg, "g", { class: className })
  const boxes = data.boxes.map((box, index) => {
    const element = group("box")
    const x = middle(index)
    const cell = (y, text, className) => {
      const inside = putSvg(element, "g", { class: className })
      putSvg(inside, "rect", { x: x - BOX / 2, y, width: BOX, height: MIDDLE - TOP })
      putSvg(inside, "text", { x, y: y + 19, class: "number" }, text)
    }
    cell(TOP, box.gradient, "gradient")
    cell(MIDDLE, box.state, "state")
    putSvg(element, "text", { x, y: BOTTOM + 48, class: "word" }, box.word)
    putSvg(element, "path", { class: "forward", d: `M ${x} ${BOTTOM + 32} V ${BOTTOM + 8}` })
    putSvg(element, "polygon", { class: "head", points: tip(x, BOTTOM + 2, 0, -1) })
    return element
  })
  const lossX = middle(count) - 12
  const loss = group("box")
  putSvg(loss, "rect", { class: "loss", x: lossX - 32, y: MIDDLE, width: 64, height: BOTTOM - MIDDLE })
  putSvg(loss, "text", { class: "number", x: lossX, y: MIDDLE + 19 }, "loss")

  // From a box to the next one, or to the loss.
  const forward = data.boxes.map((_, index) => {
    const element = group("on")
    const [from, to] = [middle(index) + BOX / 2, index + 1 < count ? middle(index + 1) - BOX / 2 : lossX - 32]
    const y = (MIDDLE + BOTTOM) / 2
    const skipped = data.factors[index]?.between
    putSvg(element, "path", {
      class: skipped ? "forward skipped" : "forward",
      d: `M ${from} ${y} H ${to - 8}`,
    })
    putSvg(element, "polygon", { class: "head", points: tip(to - 2, y, 1, 0) })
    if (skipped)
      putSvg(element, "text", { class: "between", x: (from + to) / 2, y: BOTTOM + 14 }, `${skipped} more`)
    return element
  })
  // An arc from the top of what comes later to the top of the box before it.
  const back = data.boxes.map((_, index) => {
    const element = group("back")
    const [from, to] = [index + 1 < count ? middle(index + 1) - 10 : lossX, middle(index) + 10]
    const centre = (from + to) / 2
    const start = index + 1 < count ? TOP : MIDDLE
    putSvg(element, "path", { d: `M ${from} ${start} Q ${centre} 6 ${to + 3} ${TOP - 6}` })
    const length = Math.hypot(to - centre, TOP - 6)
    putSvg(element, "polygon", { points: tip(to, TOP - 1, (to - centre) / length, (TOP - 6) / length) })
    putSvg(element, "text", { x: centre, y: 20 }, data.factors[index]?.text ?? "starts at 1")
    return element
  })

  const show = (moment) => {
    root.step = clamp(moment, 0, root.last)
    slider.value = root.step
    slider.setAttribute("aria-valuetext", data.moments[root.step])
    sentence.textContent = data.moments[root.step]
    const forwards = Math.min(root.step, count - 1)
    // The earliest box that the gradient has reached; at the loss it is the last.
    const backTo = root.step < count ? count : 2 * count - 1 - root.step
    const now = root.step < count ? root.step : backTo
    boxes.forEach((box, index) => {
      box.classList.toggle("ahead", index > forwards)
      box.classList.toggle("arrived", index >= backTo)
      box.classList.toggle("now", index === now)
    })
    loss.classList.toggle("ahead", root.step < count)
    forward.forEach((arrow, index) => arrow.classList.toggle("ahead", index >= forwards && root.step < count))
    back.forEach((arc, index) => arc.classList.toggle("ahead", index < backTo))
    scroller.scrollLeft = middle(now) - scroller.clientWidth / 2
  }

  const stop = playSteps(root, button, slider, { first: 0, last: root.last, pace: PACE, show })
  show(step)
  return stop
}

/** The corners of an arrow's head with its point at (x, y), in the direction (dx, dy) of length 1. */
function tip(x, y, dx, dy) {
  const corner = (side) => `${x - 9 * dx - side * 4.5 * dy},${y - 9 * dy + side * 4.5 * dx}`
  return `${x},${y} ${corner(1)} ${corner(-1)}`
}
