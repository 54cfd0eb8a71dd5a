import { directionOf, mount, put, tint } from "./elements.js"

const STATUS = { unknown: "unknown", cut: "cut off", removed: "removed", changed: "changed", added: "added" }

export default function ({ data, parentElement }) {
  const list = mount(parentElement, "ol")
  list.setAttribute("aria-label", data.label)
  list.dir = directionOf(data.tokens.map((token) => token.word))
  list.replaceChildren()
  const numbered = data.tokens.some((token) => token.number !== null)
  for (const token of data.tokens) {
    const item = put(list, "li", token.status)
    const word = put(item, "span", "word", token.word)
    word.dir = "auto"
    if (token.weight !== null) {
      const strength = Math.round(Math.min(1, Math.abs(token.weight)) * 70)
      word.style.backgroundColor = tint(token.weight < 0 ? data.against : data.for, strength)
    }
    if (numbered) put(item, "span", "number", token.number === null ? "" : String(token.number)).dir = "auto" // \u22120.08
    if (STATUS[token.status]) {
      item.title = STATUS[token.status]
      put(item, "span", "read-aloud", ` (${STATUS[token.status]})`)
    }
  }
}
