import { directionOf, mount, put, tint } from "./elements.js"

export default function ({ data, parentElement }) {
  const list = mount(parentElement, "ol")
  list.setAttribute("aria-label", data.label)
  list.replaceChildren()
  for (const row of data.rows) {
    const item = put(list, "li")
    put(item, "span", "value", row.figure)
    const text = put(item, "span", "text")
    text.dir = directionOf(row.words)
    row.words.forEach((word, position) => {
      const state = row.states[position]
      const strength = Math.round(Math.min(1, Math.abs(state) / data.high) * 70)
      const span = put(text, position === row.strongest ? "mark" : "span", "", word)
      span.style.backgroundColor = tint(state < 0 ? data.against : data.for, strength)
      span.title = state.toFixed(2)
      text.append(" ")
    })
  }
}
