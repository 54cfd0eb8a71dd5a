import { mount } from "./elements.js"

// Sizes of the paper against the screen's: 16 pixels of the screen are 8 points at 2/3.
const LARGEST = 0.85
const SMALLEST = 0.5
const TRIES = 7
const DRAWN_AT = 0.66 // charts are drawn anew for columns of this size before the button prints
const PAPER = 726 // pixels: the width of A4 less its margins
const MOST_WIDE = 1100 // pixels of the screen on the width of a page
const STILL = 20 // frames without a change: charts have redrawn themselves
const MOST_FRAMES = 240

// Drawn by scripts for the width that they have.
const DRAWN = '[data-testid="stPlotlyChart"], [data-testid="stDataFrame"]'
const FIELDS = '[data-testid="stTextInput"], [data-testid="stNumberInput"], [data-testid="stSelectbox"]'

const html = document.documentElement
const main = () => document.querySelector('[data-testid="stMainBlockContainer"]')

/** Keep the widths of charts and tables: their scripts draw them anew when a width changes, and paper does not wait. */
function keepWidths() {
  const boxes = [...main().querySelectorAll(DRAWN)].map((drawn) =>
    drawn.closest('[data-testid="stElementContainer"]'),
  )
  const widths = boxes.map((box) => box.clientWidth)
  boxes.forEach((box, index) => {
    box.classList.add("kept-width")
    box.style.setProperty("--kept-width", `${widths[index]}px`)
  })
}

/** What is set in each field, as text beside its name. */
function writeValues() {
  for (const field of main().querySelectorAll(FIELDS)) {
    const value = field.querySelector("input")?.value
    if (value) field.dataset.value = value
    else delete field.dataset.value
  }
}

function setZoom(zoom) {
  html.style.setProperty("--zoom", zoom)
  const boxes = [...main().querySelectorAll(".kept-width")]
  const spaces = boxes.map((box) => box.parentElement.clientWidth)
  boxes.forEach((box, index) => {
    const shrunk = spaces[index] / Number.parseFloat(box.style.getPropertyValue("--kept-width"))
    box.style.setProperty("--shrunk", Math.min(1, shrunk))
  })
}

/** Take the largest size at which the second column does not run over; paper of more pages if there is none. */
function fitOnePage() {
  const fits = (zoom) => {
    setZoom(zoom)
    return main().scrollWidth <= main().clientWidth + 1
  }
  html.classList.remove("too-long")
  if (fits(LARGEST)) return
  let [low, high] = [SMALLEST, LARGEST]
  if (!fits(low)) return html.classList.add("too-long")
  for (let tried = 0; tried < TRIES; tried += 1) {
    const middle = (low + high) / 2
    if (fits(middle)) low = middle
    else high = middle
  }
  setZoom(low)
}

/** Whether the page has light text on a dark ground. */
function isDark() {
  const channels = getComputedStyle(document.querySelector('[data-testid="stApp"]')).backgroundColor.match(
    /[\d.]+/g,
  )
  return channels.slice(0, 3).every((channel) => Number(channel) < 128)
}

function dress(onePage) {
  if (!html.classList.contains("on-paper")) html.classList.toggle("dark", isDark())
  html.classList.add("on-paper")
  html.classList.toggle("one-page", onePage)
}

function undress() {
  html.classList.remove("on-paper", "one-page", "too-long", "dark")
  html.style.removeProperty("--zoom")
  for (const box of document.querySelectorAll(".kept-width")) box.classList.remove("kept-width")
}

/** Resolves when the page has not changed for some frames. */
function still() {
  return new Promise((resolve) => {
    let quiet = 0
    let frames = 0
    const observer = new MutationObserver(() => (quiet = 0))
    observer.observe(main(), { subtree: true, childList: true, attributes: true })
    const frame = () => {
      quiet += 1
      frames += 1
      if (quiet < STILL && frames < MOST_FRAMES) return requestAnimationFrame(frame)
      observer.disconnect()
      resolve()
    }
    requestAnimationFrame(frame)
  })
}

export default function ({ data, parentElement }) {
  const button = mount(parentElement, "button", "print-page")
  button.type = "button"
  button.textContent = data.label

  const prepare = () => {
    const screen = main().clientWidth
    keepWidths()
    writeValues()
    dress(data.one_page)
    if (data.one_page) fitOnePage()
    else setZoom(PAPER / Math.min(MOST_WIDE, Math.max(PAPER, screen)))
  }
  const print = async () => {
    if (data.one_page) {
      dress(true)
      setZoom(DRAWN_AT)
      await still()
    }
    window.print()
    undress() // where a browser does not say that it has printed
  }
  button.onclick = print

  button.listening?.abort() // drawn again: the listeners of the last time go
  button.listening = new AbortController()
  const { signal } = button.listening
  window.addEventListener("beforeprint", prepare, { signal })
  window.addEventListener("afterprint", undress, { signal })
  window.addEventListener(
    "keydown",
    (event) => {
      if (
        event.key.toLowerCase() !== "p" ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return
      event.preventDefault()
      print()
    },
    { signal },
  )
  return () => button.listening.abort()
}
