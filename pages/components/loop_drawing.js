import { clamp, put, putSvg, tint } from "./elements.js"
import { playSteps } from "./steps.js"

const PACE = 800 // milliseconds a word

export default function ({ data, parentElement }) {
  const before = parentElement.querySelector(".loop")
  const sameWords = before && before.words === JSON.stringify(data.words)
  const firstStep = sameWords ? before.step : Math.min(2, data.words.length)
  before?.stop()
  before?.remove()
  const root = put(parentElement, "div", "loop")
  root.words = JSON.stringify(data.words)

  const hueOf = (value) => (value < 0 ? data.against : data.for)
  const strengthOf = (value) => Math.min(1, Math.abs(value) / data.widest)
  const paint = (canvas, state) => {
    const pen = canvas.getContext("2d")
    pen.clearRect(0, 0, canvas.width, 1)
    state.forEach((value, unit) => {
      pen.globalAlpha = strengthOf(value)
      pen.fillStyle = hueOf(value)
      pen.fillRect(unit, 0, 1, 1)
    })
  }

  const controls = put(root, "div", "controls")
  const button = put(controls, "button")
  button.type = "button"
  const slider = put(controls, "input")
  const count = put(controls, "output")
  slider.type = "range"
  slider.min = 1
  slider.max = data.words.length
  slider.setAttribute("aria-label", "Words read")

  const drawing = put(root, "div", "drawing")
  const drawStep = (parent, word, known) => {
    const element = put(parent, data.rolled ? "div" : "button", "step")
    if (!data.rolled) element.type = "button"
    const strip = put(element, "canvas", "strip")
    strip.width = data.states[0].length
    strip.height = 1
    strip.setAttribute("aria-hidden", "true")
    put(element, "span", "up", "↑")
    const box = put(element, "span", "box", data.cell)
    put(box, "small", "", data.rolled ? `${data.weights} weights` : "same weights")
    put(element, "span", "up", "↑")
    const label = put(element, "span", known ? "word" : "word unknown", word)
    label.dir = "auto"
    return { element, strip, label }
  }
  const steps = data.rolled
    ? [drawRolled(put(drawing, "div", "rolled"), (parent) => drawStep(parent, data.words[0], true))]
    : data.words.map((word, position) => {
        const step = drawStep(drawing, word, data.known[position])
        paint(step.strip, data.states[position + 1])
        step.element.setAttribute("aria-label", `Word ${position + 1}, ${word}`)
        if (position + 1 < data.words.length) put(step.element, "span", "on", "→")
        step.element.onclick = () => {
          stop()
          show(position + 1)
        }
        return step
      })

  const stateTable = put(root, "div", "state")
  const rows = ["before", "after"].map((when) => {
    put(stateTable, "span", "", `${when} it`)
    const units = put(stateTable, "div", "units")
    units.setAttribute("role", "img")
    return { when, units, cells: data.states[0].map(() => put(units, "span")) }
  })
  const sentence = put(root, "div", "sentence")
  const exact = (value) => value.toFixed(4)
  const describe = (unit) => {
    const [old, current] = [data.states[root.step - 1], data.states[root.step]]
    const word = data.words[root.step - 1]
    sentence.textContent =
      unit === null
        ? `word ${root.step}: a unit changes by ${data.changes[root.step - 1].toFixed(2)} on average`
        : `unit ${unit + 1}: ${exact(old[unit])} before “${word}”, ${exact(current[unit])} after it`
  }
  for (const { cells } of rows)
    cells.forEach((cell, unit) => {
      cell.onmouseenter = cell.onclick = () => describe(unit)
    })
  stateTable.onmouseleave = () => describe(null)

  const show = (step) => {
    root.step = clamp(step, 1, data.words.length)
    slider.value = root.step
    const word = data.words[root.step - 1]
    count.textContent = `word ${root.step} of ${data.words.length}`
    slider.setAttribute("aria-valuetext", `${word}, word ${root.step} of ${data.words.length}`)
    if (data.rolled) {
      const [{ element, strip, label }] = steps
      element.classList.add("now")
      label.textContent = word
      label.className = data.known[root.step - 1] ? "word" : "word unknown"
      paint(strip, data.states[root.step])
    } else {
      steps.forEach(({ element }, position) => {
        element.classList.toggle("now", position + 1 === root.step)
        element.classList.toggle("ahead", position + 1 > root.step)
      })
      const { element } = steps[root.step - 1]
      const beside = (drawing.clientWidth - element.clientWidth) / 2
      drawing.scrollLeft = element.offsetLeft - drawing.offsetLeft - beside
    }
    rows.forEach(({ when, units, cells }, row) => {
      const values = data.states[root.step - 1 + row]
      cells.forEach((cell, unit) => {
        cell.style.background = tint(hueOf(values[unit]), Math.round(100 * strengthOf(values[unit])))
        cell.title = `unit ${unit + 1}: ${exact(values[unit])}`
      })
      units.setAttribute("aria-label", `The state ${when} “${word}”, ${values.length} units`)
    })
    describe(null)
  }

  const stop = playSteps(root, button, slider, { first: 1, last: data.words.length, pace: PACE, show })
  show(firstStep)
  return stop
}

/** One step, and an arrow out of it at the top right and into it again at its side: the state of the last word. */
function drawRolled(parent, drawStep) {
  const step = drawStep(parent)
  const arrow = putSvg(parent, "svg", { class: "back", viewBox: "0 0 144 144", "aria-hidden": "true" })
  putSvg(arrow, "path", { d: "M 0 34 C 70 14, 70 96, 12 74" })
  putSvg(arrow, "polygon", { points: "2,69 14,68 10,79" })
  putSvg(arrow, "text", { x: 56, y: 52 }, "the state")
  putSvg(arrow, "text", { x: 56, y: 67 }, "goes back in")
  return step
}
