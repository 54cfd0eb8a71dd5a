// What every component draws with. Text is set as text, never as markup.

const SVG = "http://www.w3.org/2000/svg"

/** Append a new element to `parent` and return it. */
export function put(parent, tag, className, text) {
  const element = parent.appendChild(document.createElement(tag))
  if (className) element.className = className
  if (text !== undefined) element.textContent = text
  return element
}

/** The component's outermost element: the one of the last call, else a new one. */
export function mount(parent, tag, className) {
  return parent.querySelector(className ? `${tag}.${className}` : tag) ?? put(parent, tag, className)
}

const RIGHT_TO_LEFT = /^[^\p{L}]*[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Thaana}\p{Script=Syriac}]/u
const LETTER = /\p{L}/u

/** "rtl" where most of the words are written from right to left, else "ltr": the order in which words are drawn. */
export function directionOf(words) {
  const letters = words.filter((word) => LETTER.test(word))
  return 2 * letters.filter((word) => RIGHT_TO_LEFT.test(word)).length > letters.length ? "rtl" : "ltr"
}

/** `text` for the inside of a sentence, where a text from right to left would move the figures beside it. */
export const isolated = (text) => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text)

/** As `put`, for a drawing. */
export function putSvg(parent, tag, attributes, text) {
  const element = parent.appendChild(document.createElementNS(SVG, tag))
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value)
  if (text !== undefined) element.textContent = text
  return element
}

/** A hue with `percent` of its strength; the paper shows through. */
export const tint = (hue, percent) => `color-mix(in srgb, ${hue} ${percent}%, transparent)`

/** 0.5 is 50.0 %. */
export const percentage = (share) => `${(100 * share).toFixed(1)}\u00a0%`

export const clamp = (value, low, high) => Math.max(low, Math.min(high, value))
