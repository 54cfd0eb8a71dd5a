import { drawBars } from "./bars.js"

export default function ({ data, parentElement }) {
  drawBars(parentElement, data.rows, data.label)
}
