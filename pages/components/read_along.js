import { drawBars } from "./bars.js"
import { directionOf, put } from "./elements.js"

const PACE = 700 // milliseconds a word

export default function ({ data, parentElement }) {
  parentElement.querySelector(".read-along")?.remove()
  const root = put(parentElement, "div", "read-along")
  const words = put(root, "ol", "words")
  words.setAttribute("aria-label", "Words, those read so far in full ink")
  words.dir = directionOf(data.words)
  for (const word of data.words) put(words, "li", "", word).dir = "auto"
  const controls = put(root, "div", "controls")
  const button = put(controls, "button")
  const slider = put(controls, "input")
  const count = put(controls, "output")
  slider.type = "range"
  slider.min = 1
  slider.max = data.steps.length
  slider.value = data.steps.length
  slider.setAttribute("aria-label", "Words read")
  let timer = null
  const draw = () => {
    const wordsRead = Number(slider.value)
    slider.setAttribute("aria-valuetext", `${wordsRead} of ${slider.max} words`)
    count.textContent = `${wordsRead} of ${slider.max}`
    for (let position = 0; position < data.words.length; position++) {
      const step = data.right ? data.words.length - 1 - position : position
      words.children[position].className = step >= wordsRead ? "unread" : step === wordsRead - 1 ? "now" : ""
    }
    drawBars(root, data.steps[wordsRead - 1], "Labels and their probabilities so far")
  }
  const stop = () => {
    clearInterval(timer)
    timer = null
    button.textContent = "Play"
  }
  button.onclick = () => {
    if (timer) return stop()
    if (slider.value === slider.max) {
      slider.value = 1
      draw()
    }
    button.textContent = "Pause"
    timer = setInterval(() => {
      slider.value = Number(slider.value) + 1
      draw()
      if (slider.value === slider.max) stop()
    }, PACE)
  }
  slider.oninput = () => {
    stop()
    draw()
  }
  stop()
  draw()
  return stop
}
