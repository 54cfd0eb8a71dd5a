import { put, putSvg } from "../../components/elements.js"
import { playerOf } from "../../components/player.js"

// The plane is drawn in units of its own; a phone shows all of it, smaller.
const WIDTH = 640
const HEIGHT = 400

export default playerOf((view, data) => {
  const drawing = putSvg(view, "svg", {
    class: "plane",
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: "img",
    "aria-label": data.drawn,
  })
  const key = put(view, "div", "key")
  data.categories.forEach((name, category) => put(key, "span", `category${category}`, name))

  const x = (value) => WIDTH / 2 + (value * HEIGHT) / (2 * data.reach)
  const y = (value) => HEIGHT / 2 - (value * HEIGHT) / (2 * data.reach)
  const side = putSvg(drawing, "polygon", { class: "side" })
  const line = putSvg(drawing, "line", { class: "boundary" })
  const headlines = data.headlines.map((headline) => {
    const group = putSvg(drawing, "g", { class: `headline category${headline.category}` })
    if (headline.category) putSvg(group, "rect", { x: -5, y: -5, width: 10, height: 10 })
    else putSvg(group, "circle", { r: 6 })
    putSvg(group, "title", {}, headline.text)
    return group
  })
  const words = data.words.map((word) => putSvg(drawing, "text", { class: "word" }, word))

  const place = (element, point) =>
    element.setAttribute("style", `transform: translate(${x(point[0])}px, ${y(point[1])}px)`)
  return (index, moving) => {
    const moment = data.drawings[index]
    drawing.classList.toggle("moving", moving)
    words.forEach((word, number) => place(word, moment.words[number]))
    headlines.forEach((headline, number) => {
      place(headline, moment.headlines[number])
      headline.classList.toggle("wrong", !moment.correct[number])
    })
    for (const drawn of [line, side]) drawn.toggleAttribute("hidden", !moment.line)
    if (!moment.line) return
    const [[x1, y1], [x2, y2]] = moment.line
    for (const [name, value] of Object.entries({ x1: x(x1), y1: y(y1), x2: x(x2), y2: y(y2) }))
      line.setAttribute(name, value)
    const points = moment.side.map((point) => `${x(point[0])},${y(point[1])}`)
    side.setAttribute("points", points.join(" "))
  }
})
