import { putSvg } from "./elements.js"

const DASH = { dash: "8 5", solid: "", dot: "2 3", dashdot: "8 4 2 4" }
const NAME = 13 // pixels from one name to the next

function draw(svg, data) {
  const { height, x, y } = data
  const width = svg.clientWidth || 560
  const left = 50
  const right = width - data.right
  const top = 34
  const bottom = height - 40
  const across = (value) => left + ((value - x.low) / (x.high - x.low)) * (right - left)
  const up = (value) => bottom - ((value - y.low) / (y.high - y.low)) * (bottom - top)
  svg.replaceChildren()
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  svg.setAttribute("height", height)
  svg.setAttribute("role", "img")
  svg.setAttribute("aria-label", data.alt)
  putSvg(svg, "text", { class: "title", x: 4, y: 18 }, data.title)

  for (let value = y.low; value <= y.high * 1.0001; value += y.step) {
    putSvg(svg, "line", { class: "grid", x1: left, x2: right, y1: up(value), y2: up(value) })
    const text = y.share ? `${Math.round(value * 100)} %` : String(Number(value.toPrecision(3)))
    putSvg(svg, "text", { class: "tick", x: left - 6, y: up(value) + 4, "text-anchor": "end" }, text)
  }
  for (let value = x.low; value <= x.high; value += x.step)
    putSvg(svg, "text", { class: "tick", x: across(value), y: bottom + 17, "text-anchor": "middle" }, value)
  const centre = (left + right) / 2
  putSvg(svg, "text", { class: "axis", x: centre, y: height - 6, "text-anchor": "middle" }, x.title)

  for (const baseline of data.baselines) {
    const level = up(baseline.value)
    putSvg(svg, "line", { x1: left, x2: right, y1: level, y2: level, stroke: baseline.hue })
    const attributes = {
      class: "name",
      x: across(baseline.until),
      y: level + (baseline.below ? NAME : -4),
      "text-anchor": baseline.first ? "start" : "end",
      style: `fill: ${baseline.hue}`,
    }
    putSvg(svg, "text", attributes, baseline.name)
  }
  for (const mark of data.marks) {
    const position = across(mark.at)
    const line = { x1: position, x2: position, y1: top, y2: bottom }
    putSvg(svg, "line", { ...line, stroke: mark.hue, "stroke-dasharray": DASH.dot })
    const level = mark.above ? top + 11 : bottom - 5
    putSvg(svg, "text", { class: "name", x: position + 4, y: level, style: `fill: ${mark.hue}` }, mark.name)
  }

  const ends = []
  for (const line of data.lines.filter(({ points }) => points.length)) {
    const points = line.points.map((point) => [across(point[0]), up(Math.min(point[1], y.high))])
    putSvg(svg, "polyline", {
      points: points.map((point) => point.join(",")).join(" "),
      fill: "none",
      stroke: line.hue,
      "stroke-width": 2,
      "stroke-dasharray": DASH[line.dash] ?? "",
    })
    const [endX, endY] = points[points.length - 1]
    putSvg(svg, "circle", { cx: endX, cy: endY, r: 3, fill: line.hue })
    ends.push({ endX, endY, line })
  }
  ends.sort((higher, lower) => higher.endY - lower.endY)
  const levels = nameLevels(
    ends.map(({ endY }) => endY),
    bottom,
  )
  ends.forEach(({ endX, line }, position) => {
    const attributes = { class: "name", x: endX + 7, y: levels[position], style: `fill: ${line.hue}` }
    putSvg(svg, "text", attributes, line.name)
  })
}

/** Two names stand above and below their lines' ends; more stand beside them, moved apart. */
function nameLevels(endLevels, bottom) {
  const many = endLevels.length > 2
  const levels = endLevels.map((level, position) => level + (many ? 4 : position ? NAME : -5))
  for (let position = 1; position < levels.length; position++)
    levels[position] = Math.max(levels[position], levels[position - 1] + NAME)
  if (many) levels[levels.length - 1] = Math.min(levels[levels.length - 1], bottom + 4)
  for (let position = levels.length - 2; position >= 0; position--)
    levels[position] = Math.min(levels[position], levels[position + 1] - NAME)
  return levels
}

export default function ({ data, parentElement }) {
  const svg = parentElement.querySelector("svg") ?? putSvg(parentElement, "svg", {})
  draw(svg, data)
  const observer = new ResizeObserver(() => {
    if (svg.isConnected) draw(svg, data)
  })
  observer.observe(svg.parentNode.host ?? svg.parentNode)
  return () => observer.disconnect()
}
