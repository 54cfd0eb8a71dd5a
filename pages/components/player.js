import { mount, percentage, put, putSvg } from "./elements.js"

const PACE = 1000 // milliseconds a snapshot, where the data names no other

const prefersStillness = () => matchMedia("(prefers-reduced-motion: reduce)").matches

/** The numbers that pages/components/player.py packed. */
export function unpack(text, NumberArray) {
  return new NumberArray(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer)
}

// The snapshot that a run is looked at, kept in the browser; empty: the newest, which a run at work makes anew.
const storageKey = (run) => `headline_lab_moment/${run}`
function readPosition(run) {
  try {
    return sessionStorage.getItem(storageKey(run))
  } catch {
    return null // a browser that keeps nothing
  }
}
function writePosition(run, position) {
  try {
    sessionStorage.setItem(storageKey(run), position)
  } catch {
    // a browser that keeps nothing
  }
}

/** The last snapshot up to `position`: of a long run the one at it may have been thinned away. */
function snapshotAt(moments, position) {
  const numbers = (text) => text.split("-").map(Number)
  const [lastEpochs, lastStep] = position ? numbers(position) : [Infinity, 0]
  const found = moments.findLastIndex((moment) => {
    const [epochs, step] = numbers(moment.position)
    return epochs < lastEpochs || (epochs === lastEpochs && step <= lastStep)
  })
  return Math.max(0, found)
}

function buildPlayer(root, data, buildView) {
  const wasPlaying = root.playing
  clearInterval(root.timer)
  root.leave?.()
  root.replaceChildren()
  const last = data.moments.length - 1
  const controls = put(root, "div", "controls")
  const button = put(controls, "button")
  button.type = "button"
  button.disabled = !last
  const stepButton = put(controls, "button", "", "Step")
  stepButton.type = "button"
  stepButton.disabled = !last
  const rail = put(controls, "div", "rail")
  const drawing = putSvg(rail, "svg", { "aria-hidden": "true" })
  const slider = put(rail, "input")
  slider.type = "range"
  slider.min = 0
  slider.max = last
  slider.disabled = !last
  slider.setAttribute("aria-label", "Snapshot")
  const heading = put(root, "div", "moment")
  const name = put(heading, "strong")
  const accuracy = put(heading, "span")
  const view = put(root, "div", "view")
  const caption = put(root, "div", "caption")
  caption.setAttribute("aria-live", "polite")
  const showView = buildView(view, data)

  // The curve of the accuracy, each point above the thumb's position.
  const curve = putSvg(drawing, "polyline", { class: "curve" })
  const dots = data.moments.map((moment, index) => {
    const dot = putSvg(drawing, "circle", { r: moment.whole ? 4 : 3 })
    dot.onclick = () => root.go(index)
    putSvg(dot, "title", {}, `${moment.name}: ${percentage(moment.accuracy)}`)
    return dot
  })
  const fit = () => {
    const width = rail.clientWidth - 16
    const highest = Math.max(...data.moments.map((moment) => moment.accuracy), 1e-9)
    const points = data.moments.map((moment, index) => {
      const along = last ? index / last : 0.5
      return [8 + along * width, 33 - (28 * moment.accuracy) / highest]
    })
    curve.setAttribute("points", points.map((point) => point.join(",")).join(" "))
    dots.forEach((dot, index) => {
      dot.setAttribute("cx", points[index][0])
      dot.setAttribute("cy", points[index][1])
    })
  }
  const show = (index, moving) => {
    slider.value = index
    const moment = data.moments[index]
    slider.setAttribute("aria-valuetext", `${moment.name}, ${moment.right}`)
    name.textContent = moment.name
    accuracy.textContent = `: ${moment.right}${moment.kept ? ". The classifier has these weights" : ""}`
    caption.textContent = moment.caption
    dots.forEach((dot, other) => {
      const whole = data.moments[other].whole ? " whole" : ""
      dot.setAttribute("class", `dot${whole}${other === index ? " now" : ""}`)
    })
    writePosition(data.run, index === last ? "" : moment.position)
    showView(index, moving && !prefersStillness())
  }
  const stop = () => {
    clearInterval(root.timer)
    root.playing = false
    button.textContent = "Play"
  }
  const start = () => {
    root.playing = true
    button.textContent = "Pause"
    root.timer = setInterval(() => {
      if (!root.isConnected) return clearInterval(root.timer)
      if (Number(slider.value) >= last) return stop()
      show(Number(slider.value) + 1, true)
      if (Number(slider.value) >= last) stop()
    }, data.pace ?? PACE)
  }
  root.go = (index) => {
    stop()
    show(index, true)
  }
  button.onclick = () => {
    if (root.playing) return stop()
    if (Number(slider.value) >= last) show(0, false)
    start()
  }
  stepButton.onclick = () => root.go(Math.min(Number(slider.value) + 1, last))
  slider.oninput = () => root.go(Number(slider.value))
  stop()
  const observer = new ResizeObserver(() => {
    fit()
    showView.fit?.()
  })
  observer.observe(root)
  root.leave = () => observer.disconnect()
  show(data.start ?? snapshotAt(data.moments, readPosition(data.run)), false)
  fit()
  if (wasPlaying) start()
}

/** The component that draws the player and below it the view that `buildView(element, data)` makes. */
export function playerOf(buildView) {
  return ({ data, parentElement, setTriggerValue }) => {
    const root = mount(parentElement, "section", "time")
    root.setAttribute("aria-label", data.alt)
    root.send = (name, value) => setTriggerValue(name, value)
    if (root.stamp === data.stamp) return
    root.stamp = data.stamp
    buildPlayer(root, data, buildView)
  }
}
