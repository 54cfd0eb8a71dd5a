import { mount, put } from "./elements.js"

/** Rows of label, bar and figure, redrawn in place so that the bars' widths move. */
export function drawBars(parent, rows, listName) {
  const list = mount(parent, "ol", "bars")
  list.setAttribute("aria-label", listName)
  while (list.children.length > rows.length) list.lastChild.remove()
  rows.forEach((row, position) => {
    let item = list.children[position]
    if (!item) {
      item = put(list, "li")
      for (const part of ["label", "track", "figure"]) put(item, "span", part)
      put(item.children[1], "div", "bar")
    }
    const [label, track, figure] = item.children
    label.textContent = row.label
    label.title = row.label
    label.dir = "auto"
    track.firstChild.style.width = `${100 * row.share}%`
    track.firstChild.style.background = row.hue
    figure.textContent = row.figure
  })
}
