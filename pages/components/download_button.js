import { mount, put, putSvg } from "./elements.js"

const ARROW = "M12 4v11m-5-5 5 5 5-5M5 20h14"

export default function ({ data, parentElement }) {
  const link = mount(parentElement, "a")
  link.className = [data.primary ? "primary" : "", data.stretch ? "stretch" : ""].join(" ").trim()
  if (data.address === null) {
    link.removeAttribute("href")
    link.role = "link"
    link.ariaDisabled = "true"
  } else {
    link.href = data.address
    link.removeAttribute("role")
    link.ariaDisabled = null
  }
  link.download = "" // the server names the file
  if (link.childElementCount === 0) {
    const icon = putSvg(link, "svg", { viewBox: "0 0 24 24", "aria-hidden": "true" })
    putSvg(icon, "path", { d: ARROW })
    put(link, "span")
  }
  link.querySelector("span").textContent = data.label
}
