import { put, putSvg } from "./elements.js"

// What each cell is drawn of, on a sheet of 430 x 246. A part is lit as a whole. A flow is a line, with an arrow's head
// at its end where it has a direction; a sum is one of ×, + and 1−.
const RAIL = 62 // height of the state that is carried along
const BUS = 190 // height of what flows into the gates
const DRAWINGS = {
  LSTM: {
    rail: { part: "cell", before: ["c", "t−1"], after: ["c", "t"], name: "carry (cell state)" },
    flows: [
      ["bus", `M 8 ${BUS} H 316`],
      ["bus", `M 84 240 V ${BUS}`],
      ["forget", `M 124 ${BUS} V 166`, "up"],
      ["forget", "M 124 134 V 74", "up"],
      ["input", `M 184 ${BUS} V 166`, "up"],
      ["input", "M 184 134 V 108 H 202", "right"],
      ["candidate", `M 246 ${BUS} V 166`, "up"],
      ["candidate", "M 246 134 V 108 H 228", "left"],
      ["candidate", "M 215 96 V 74", "up"],
      ["output", `M 316 ${BUS} V 166`, "up"],
      ["output", "M 316 134 V 112 H 335", "right"],
      ["state", `M 347 ${RAIL} V 100`, "down"],
      ["state", "M 347 124 V 190 H 420", "right"],
    ],
    sums: [
      ["forget", 124, RAIL, "×"],
      ["candidate", 215, RAIL, "+"],
      ["input", 215, 108, "×"],
      ["output", 347, 112, "×"],
    ],
    gates: [
      ["forget", 124, "f"],
      ["input", 184, "i"],
      ["output", 316, "o"],
    ],
    candidate: [246, "c̃"],
    tanh: [347, 82],
    ends: [
      [10, BUS - 8, "h", "t−1", "start"],
      [420, 180, "h", "t", "end"],
      [98, 240, "x", "t", "start"],
    ],
  },
  GRU: {
    rail: { part: "state", before: ["h", "t−1"], after: ["h", "t"], name: "hidden state" },
    flows: [
      ["bus", `M 44 ${RAIL} V ${BUS} H 306`],
      ["bus", `M 84 240 V ${BUS}`],
      ["update", `M 134 ${BUS} V 166`, "up"],
      ["update", "M 134 134 V 74", "up"],
      ["update", "M 134 108 H 199", "right"],
      ["update", "M 225 108 H 294", "right"],
      ["reset", `M 204 ${BUS} V 166`, "up"],
      ["reset", "M 220 150 H 238", "right"],
      ["reset", "M 262 150 H 285", "right"],
      ["reset", `M 250 ${BUS} V 162`, "up"],
      ["candidate", `M 306 ${BUS} V 166`, "up"],
      ["candidate", "M 306 134 V 120", "up"],
      ["candidate", "M 306 96 V 74", "up"],
    ],
    sums: [
      ["update", 134, RAIL, "×"],
      ["update", 212, 108, "1−"],
      ["candidate", 306, 108, "×"],
      ["candidate", 306, RAIL, "+"],
      ["reset", 250, 150, "×"],
    ],
    gates: [
      ["update", 134, "z"],
      ["reset", 204, "r"],
    ],
    candidate: [306, "h̃"],
    ends: [[98, 240, "x", "t", "start"]],
  },
  minGRU: {
    rail: { part: "state", before: ["h", "t−1"], after: ["h", "t"], name: "hidden state" },
    flows: [
      ["bus", `M 84 240 V ${BUS} H 306`],
      ["update", `M 134 ${BUS} V 166`, "up"],
      ["update", "M 134 134 V 120", "up"],
      ["update", "M 134 96 V 74", "up"],
      ["update", "M 150 150 H 212 V 108 H 294", "right"],
      ["candidate", `M 306 ${BUS} V 166`, "up"],
      ["candidate", "M 306 134 V 120", "up"],
      ["candidate", "M 306 96 V 74", "up"],
    ],
    sums: [
      ["update", 134, RAIL, "×"],
      ["update", 134, 108, "1−"],
      ["candidate", 306, 108, "×"],
      ["candidate", 306, RAIL, "+"],
    ],
    gates: [["update", 134, "z"]],
    candidate: [306, "h̃"],
    ends: [[98, 240, "x", "t", "start"]],
  },
}
const HINT = "Point at a part, or go through the parts with the Tab key."

export default function ({ data, parentElement }) {
  if (parentElement.querySelector(".cell")?.kind === data.cell) return
  parentElement.querySelector(".cell")?.remove()
  const root = put(parentElement, "section", "cell")
  root.kind = data.cell
  root.style.setProperty("--hue", data.hue)
  root.setAttribute("aria-label", `${data.cell}, drawn as a cell`)
  const drawing = DRAWINGS[data.cell]
  const svg = putSvg(root, "svg", { viewBox: "0 0 430 246", role: "group" })
  svg.setAttribute("aria-label", `The parts of the ${data.cell}`)
  putSvg(svg, "rect", { class: "frame", x: 60, y: 32, width: 310, height: 186, rx: 8 })
  const sentence = put(root, "div", "sentence", HINT)
  sentence.setAttribute("aria-live", "polite")

  const groups = new Map()
  const group = (name) => {
    if (!groups.has(name)) groups.set(name, putSvg(svg, "g", { class: name === "bus" ? "bus" : "part" }))
    return groups.get(name)
  }
  const rail = group(drawing.rail.part)
  flow(rail, `M 8 ${RAIL} H 420`, "right", "rail")
  symbol(rail, 10, RAIL - 10, drawing.rail.before, "start")
  symbol(rail, 420, RAIL - 10, drawing.rail.after, "end")
  putSvg(rail, "text", { class: "name", x: 215, y: 22 }, drawing.rail.name)
  for (const [part, path, head] of drawing.flows) flow(group(part), path, head)
  for (const [part, x, y, sign] of drawing.sums) {
    putSvg(group(part), "circle", { class: "sum", cx: x, cy: y, r: 12 })
    putSvg(group(part), "text", { class: "sign", x, y: y + 5 }, sign)
  }
  for (const [part, x, letter] of drawing.gates) {
    putSvg(group(part), "circle", { class: "gate", cx: x, cy: 150, r: 16 })
    putSvg(group(part), "text", { class: "letter", x, y: 155 }, letter)
    putSvg(group(part), "text", { class: "name", x, y: 209 }, part)
  }
  const [x, letter] = drawing.candidate
  putSvg(group("candidate"), "rect", { class: "gate", x: x - 20, y: 134, width: 40, height: 32 })
  putSvg(group("candidate"), "text", { class: "letter", x, y: 155 }, letter)
  putSvg(group("candidate"), "text", { class: "name", x, y: 209 }, "candidate")
  if (drawing.tanh) {
    const [tanhX, y] = drawing.tanh
    putSvg(group("state"), "rect", { class: "gate", x: tanhX - 21, y: y - 10, width: 42, height: 20 })
    putSvg(group("state"), "text", { class: "small", x: tanhX, y: y + 4 }, "tanh")
  }
  for (const [endX, y, name, index, side] of drawing.ends)
    symbol(group(name === "h" && index === "t" ? "state" : "bus"), endX, y, [name, index], side)

  for (const [name, element] of groups) {
    const text = data.parts[name]
    if (!text) continue
    element.setAttribute("tabindex", "0")
    element.setAttribute("role", "img")
    element.setAttribute("aria-label", text)
    const light = () => {
      for (const other of groups.values()) other.classList.toggle("lit", other === element)
      sentence.textContent = text
    }
    element.onmouseenter = element.onfocus = element.onclick = light
  }
}

function flow(parent, path, head, className = "flow") {
  putSvg(parent, "path", { class: className, d: path })
  if (!head) return
  const [dx, dy] = { up: [0, -1], down: [0, 1], left: [-1, 0], right: [1, 0] }[head]
  const [x, y] = endOf(path)
  const corner = (side) => `${x - 8 * dx - side * 4 * dy},${y - 8 * dy + side * 4 * dx}`
  putSvg(parent, "polygon", { class: "tip", points: `${x},${y} ${corner(1)} ${corner(-1)}` })
}

/** Where a path of M, H and V ends. */
function endOf(path) {
  let [x, y] = [0, 0]
  for (const [, command, first, second] of path.matchAll(/([MHV]) ([-\d.]+)(?: ([-\d.]+))?/g)) {
    if (command === "V") y = Number(first)
    else x = Number(first)
    if (command === "M") y = Number(second)
  }
  return [x, y]
}

/** A letter with its index below the line. */
function symbol(parent, x, y, [letter, index], side) {
  const text = putSvg(parent, "text", { class: "symbol", x, y, "text-anchor": side })
  putSvg(text, "tspan", {}, letter)
  putSvg(text, "tspan", { dy: 4, class: "index" }, index)
}
