import { drawBars } from "../components/bars.js"
import { percentage, put } from "../components/elements.js"
import { playerOf } from "../components/player.js"

export default playerOf((view, data) => {
  const root = view.closest(".time")
  const columns = put(view, "div", "two")
  const list = put(columns, "div", "list")
  const detail = put(columns, "div")
  list.setAttribute("role", "group")
  list.setAttribute("aria-label", "Headlines, those that change most often first")
  const rows = data.headlines.map((headline, row) => {
    const button = put(list, "button")
    button.type = "button"
    button.title = headline.text
    const sign = put(button, "span", "sign")
    put(button, "span", "text", headline.text).dir = "auto"
    const called = put(button, "span", "called")
    called.dir = "auto"
    button.onclick = () => {
      root.chosen = headline.text
      choose(row)
    }
    return { button, sign, called }
  })
  const text = put(detail, "div", "headline")
  text.dir = "auto"
  const about = put(detail, "div", "about")
  const bars = put(detail, "div", "bars")
  const strip = put(detail, "div", "strip")
  strip.setAttribute("role", "group")
  strip.setAttribute("aria-label", "The answer at every snapshot")
  const cells = data.moments.map((_, index) => {
    const cell = put(strip, "button")
    cell.type = "button"
    cell.onclick = () => root.go(index)
    return cell
  })
  const key = "One bar a snapshot: high and green where the answer is right, low and purple where wrong."
  put(detail, "div", "under", key)

  let snapshot = 0
  const answer = (index, row) => data.top[(index * data.headlines.length + row) * data.bars]
  let chosen = data.headlines.findIndex((headline) => headline.text === root.chosen)
  // At first one that has come to be right.
  const endsRight = ({ truth }, row) => answer(cells.length - 1, row) === truth
  if (chosen < 0) chosen = Math.max(0, data.headlines.findIndex(endsRight))

  const ranking = (row) => {
    const { truth } = data.headlines[row]
    const start = (snapshot * data.headlines.length + row) * data.bars
    const ranked = Array.from({ length: data.bars }, (_, rank) => {
      const label = data.top[start + rank]
      const share = data.shares[start + rank] / 1000
      const hue = label === truth ? data.right : rank ? data.ink : data.wrong
      return { label: data.labels[label], share, figure: percentage(share), hue }
    })
    const others = data.labels.length - data.bars
    if (others <= 0) return ranked
    const rest = ranked.reduce((left, { share }) => left - share, 1)
    const share = Math.max(0, rest)
    return [...ranked, { label: `${others} others`, share, figure: percentage(share), hue: data.quiet }]
  }
  const drawDetail = () => {
    const headline = data.headlines[chosen]
    text.textContent = headline.text
    about.textContent = headline.about
    cells.forEach((cell, index) => {
      const label = answer(index, chosen)
      const right = label === headline.truth
      const name = `${data.moments[index].name}: ${data.labels[label]}`
      cell.className = `${right ? "right" : "wrong"}${index === snapshot ? " now" : ""}`
      cell.style.background = right ? data.right : data.wrong
      cell.setAttribute("aria-label", name)
      cell.title = name
    })
    drawBars(bars, ranking(chosen), "Labels and their probabilities at this snapshot")
  }
  const choose = (row) => {
    rows[chosen].button.setAttribute("aria-pressed", "false")
    chosen = row
    rows[chosen].button.setAttribute("aria-pressed", "true")
    drawDetail()
  }
  rows.forEach(({ button }, row) => button.setAttribute("aria-pressed", String(row === chosen)))
  return (index) => {
    snapshot = index
    rows.forEach(({ button, sign, called }, row) => {
      const { truth } = data.headlines[row]
      const label = answer(index, row)
      const right = label === truth
      sign.textContent = right ? "✓" : "✗"
      sign.style.color = right ? data.right : data.wrong
      called.textContent = right ? data.labels[label] : `${data.labels[label]}, is ${data.labels[truth]}`
      button.classList.toggle("turned", index > 0 && answer(index - 1, row) !== label)
    })
    drawDetail()
  }
})
