import { put } from "../components/elements.js"
import { playerOf, unpack } from "../components/player.js"

const MOVE = 650 // milliseconds from one snapshot to the next
const MARGIN = 14 // pixels around the words
const REACH = 12 // pixels from which a word is pointed at
const LEVELS = 65535 // of a coordinate, as it is sent

export default playerOf((view, data) => {
  const root = view.closest(".time")
  const paper = put(view, "canvas", "paper")
  const pen = paper.getContext("2d")
  paper.setAttribute("role", "img")
  paper.setAttribute("aria-label", data.drawn)
  const pointed = put(view, "div", "pointed")
  pointed.hidden = true
  const near = put(view, "div", "near")
  near.hidden = data.word < 0
  const key = put(view, "div", "key")
  for (const [name, hue] of data.key) put(key, "span", "", name).style.setProperty("--hue", hue)

  const coordinates = unpack(data.points, Uint16Array)
  const words = data.words.length
  const coordinate = (index, number) => coordinates[index * 2 * words + number] / LEVELS
  const points = new Float32Array(2 * words) // where they are drawn now, 0 to 1
  let snapshot = 0
  let nextFrame = 0
  let width = 1
  let height = 1
  const across = (share) => MARGIN + share * (width - 2 * MARGIN)
  const up = (share) => height - MARGIN - share * (height - 2 * MARGIN)
  const x = (word) => across(points[2 * word])
  const y = (word) => up(points[2 * word + 1])
  const style = getComputedStyle(root)
  const font = `13px ${style.getPropertyValue("--st-font") || "sans-serif"}`

  const circle = (left, top, radius) => {
    pen.beginPath()
    pen.arc(left, top, radius, 0, 2 * Math.PI)
  }
  const drawPath = (word) => {
    const at = (index) => [across(coordinate(index, 2 * word)), up(coordinate(index, 2 * word + 1))]
    pen.strokeStyle = style.color
    pen.fillStyle = style.color
    pen.lineWidth = 1.5
    for (const [first, last, opacity] of [
      [0, snapshot, 0.9],
      [snapshot, data.moments.length - 1, 0.25],
    ]) {
      pen.globalAlpha = opacity
      pen.beginPath()
      for (let index = first; index <= last; index++) pen.lineTo(...at(index))
      pen.stroke()
      for (let index = first; index <= last; index++) {
        circle(...at(index), 2)
        pen.fill()
      }
    }
    pen.globalAlpha = 1
  }
  const drawNames = (named) => {
    pen.font = font
    pen.textAlign = "center"
    pen.lineJoin = "round"
    pen.lineWidth = 4
    const drawn = []
    for (const word of named) {
      const half = pen.measureText(data.words[word]).width / 2 + 3
      const left = Math.min(Math.max(x(word), half), width - half)
      const top = Math.max(y(word) - 8, 12)
      const overlaps = (other) =>
        Math.abs(other.left - left) < other.half + half && Math.abs(other.top - top) < 15
      if (drawn.some(overlaps)) continue
      drawn.push({ left, top, half })
      pen.strokeStyle = style.getPropertyValue("--st-background-color") || "#fff"
      pen.strokeText(data.words[word], left, top)
      pen.fillStyle = style.color
      pen.fillText(data.words[word], left, top)
    }
  }
  const draw = () => {
    pen.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0)
    pen.clearRect(0, 0, width, height)
    for (const [hue, opacity, group] of data.groups) {
      pen.fillStyle = hue
      pen.globalAlpha = data.word < 0 ? opacity : opacity * 0.45
      for (const word of group) {
        circle(x(word), y(word), data.sizes[word] / 10)
        pen.fill()
      }
    }
    pen.globalAlpha = 1
    if (data.word < 0) return drawNames(data.named)
    drawPath(data.word)
    const named = [data.word, ...data.neighbours[snapshot]]
    for (const word of named) {
      pen.lineWidth = word === data.word ? 3 : 1.5
      circle(x(word), y(word), word === data.word ? 9 : 6)
      pen.stroke()
    }
    drawNames(named)
  }

  const wordUnder = (event) => {
    const box = paper.getBoundingClientRect()
    let nearest = -1
    let least = REACH ** 2
    for (let word = 0; word < words; word++) {
      const distance = (x(word) - event.clientX + box.left) ** 2 + (y(word) - event.clientY + box.top) ** 2
      if (distance < least) {
        least = distance
        nearest = word
      }
    }
    return nearest
  }
  paper.onpointermove = (event) => {
    const word = wordUnder(event)
    pointed.hidden = word < 0
    if (word < 0) return
    pointed.textContent = data.words[word]
    pointed.style.left = `${Math.min(x(word) + 12, width - pointed.offsetWidth)}px`
    pointed.style.top = `${paper.offsetTop + Math.max(0, y(word) - 30)}px`
  }
  paper.onpointerleave = () => {
    pointed.hidden = true
  }
  paper.onclick = (event) => {
    const word = wordUnder(event)
    if (word >= 0) root.send("word", word)
  }

  const show = (index, moving) => {
    cancelAnimationFrame(nextFrame)
    snapshot = index
    if (data.word >= 0) {
      const names = data.neighbours[index].map((word) => data.words[word]).join(", ")
      near.textContent = `Nearest to “${data.words[data.word]}” at this snapshot: ${names || "no other word"}`
    }
    paper.dataset.moment = index
    const start = points.slice()
    const began = performance.now()
    const step = (time) => {
      const part = moving ? Math.min(1, Math.max(0, (time - began) / MOVE)) : 1
      const eased = part * part * (3 - 2 * part)
      for (let number = 0; number < points.length; number++)
        points[number] = start[number] + eased * (coordinate(index, number) - start[number])
      draw()
      if (part < 1 && paper.isConnected) nextFrame = requestAnimationFrame(step)
    }
    step(began)
  }
  show.fit = () => {
    width = paper.clientWidth
    height = paper.clientHeight
    paper.width = Math.max(1, width * devicePixelRatio)
    paper.height = Math.max(1, height * devicePixelRatio)
    draw()
  }
  document.fonts.load(font, data.words.join(" ")).then(draw) // a canvas does not paint again by itself
  return show
})
