"""A line chart that is redrawn in place while it moves.

``st.plotly_chart`` builds its chart anew at every change of the figure, which flickers and costs a busy
laptop more than the training it shows. This draws the same Plotly figure as SVG: lines, named
horizontal and vertical lines, axes with explicit range and step. Leaves out everything else that Plotly can do, hovers
included; a chart that stands still goes to ``st.plotly_chart``.
"""

from typing import Any

import streamlit as st

from core.insight.plot_style import BASELINE_NAME, MARK_NAME

_CSS = """
svg { display: block; width: 100%; font-family: var(--st-font); fill: var(--st-text-color); }
.title { font-family: var(--st-heading-font); font-weight: 700; font-size: 15px; }
.tick, .axis, .name { font-size: 12px; }
.tick, .axis { opacity: 0.75; }
.grid { stroke: var(--st-border-color); opacity: 0.6; }
"""

_JS = """
const SVG = "http://www.w3.org/2000/svg"
const DASH = { dash: "8 5", solid: "", dot: "2 3", dashdot: "8 4 2 4" }
function put(parent, name, attributes, text) {
  const node = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value)
  if (text !== undefined) node.textContent = text
  parent.appendChild(node)
  return node
}
function draw(svg, data) {
  const width = svg.clientWidth || 560, height = data.height
  const left = 50, right = width - data.right, top = 34, bottom = height - 40
  const { x, y } = data
  const across = (value) => left + (value - x.low) / (x.high - x.low) * (right - left)
  const up = (value) => bottom - (value - y.low) / (y.high - y.low) * (bottom - top)
  svg.replaceChildren()
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`)
  svg.setAttribute("height", height)
  svg.setAttribute("role", "img")
  svg.setAttribute("aria-label", data.alt)
  put(svg, "text", { class: "title", x: 4, y: 18 }, data.title)
  for (let value = y.low; value <= y.high * 1.0001; value += y.step) {
    put(svg, "line", { class: "grid", x1: left, x2: right, y1: up(value), y2: up(value) })
    const shown = y.share ? `${Math.round(value * 100)} %` : String(Number(value.toPrecision(3)))
    put(svg, "text", { class: "tick", x: left - 6, y: up(value) + 4, "text-anchor": "end" }, shown)
  }
  for (let value = x.low; value <= x.high; value += x.step)
    put(svg, "text", { class: "tick", x: across(value), y: bottom + 17, "text-anchor": "middle" }, value)
  put(svg, "text", { class: "axis", x: (left + right) / 2, y: height - 6, "text-anchor": "middle" }, x.title)
  for (const line of data.baselines) {
    const at = up(line.value)
    put(svg, "line", { x1: left, x2: right, y1: at, y2: at, stroke: line.hue })
    put(svg, "text", { class: "name", x: across(line.until), y: at + (line.below ? 13 : -4),
      "text-anchor": line.first ? "start" : "end", style: `fill: ${line.hue}` }, line.name)
  }
  for (const mark of data.marks) {
    const at = across(mark.at)
    put(svg, "line", { x1: at, x2: at, y1: top, y2: bottom, stroke: mark.hue, "stroke-dasharray": "2 3" })
    put(svg, "text", { class: "name", x: at + 4, y: mark.above ? top + 11 : bottom - 5, style: `fill: ${mark.hue}` },
      mark.name)
  }
  const ends = data.lines.filter((line) => line.points.length).map((line) => {
    const places = line.points.map(([px, py]) => [across(px), up(Math.min(py, y.high))])
    put(svg, "polyline", { points: places.map((place) => place.join(",")).join(" "), fill: "none",
      stroke: line.hue, "stroke-width": 2, "stroke-dasharray": DASH[line.dash] ?? "" })
    const [ex, ey] = places[places.length - 1]
    put(svg, "circle", { cx: ex, cy: ey, r: 3, fill: line.hue })
    return { ex, ey, line }
  }).sort((one, other) => one.ey - other.ey)
  // Two names stand above and below their lines' ends; more stand beside them, moved apart.
  const names = ends.map(({ ey }, place) => ends.length > 2 ? ey + 4 : ey + (place ? 13 : -5))
  for (let place = 1; place < names.length; place++)
    names[place] = Math.max(names[place], names[place - 1] + 13)
  if (ends.length > 2) names[names.length - 1] = Math.min(names[names.length - 1], bottom + 4)
  for (let place = names.length - 2; place >= 0; place--)
    names[place] = Math.min(names[place], names[place + 1] - 13)
  ends.forEach(({ ex, line }, place) => put(svg, "text", { class: "name", x: ex + 7,
    y: names[place], style: `fill: ${line.hue}` }, line.name))
}
export default function ({ data, parentElement }) {
  let svg = parentElement.querySelector("svg")
  if (!svg) { svg = document.createElementNS(SVG, "svg"); parentElement.appendChild(svg) }
  draw(svg, data)
  const seen = new ResizeObserver(() => { if (svg.isConnected) draw(svg, data) })
  seen.observe(svg.parentNode.host ?? svg.parentNode)
  return () => seen.disconnect()
}
"""


def live_chart(figure: Any, key: str, *, alt: str) -> None:
    """Draw a figure of lines; the next call with the same ``key`` redraws it in place."""
    # Declared at every call: the registry belongs to the running server; declaring again is free.
    chart = st.components.v2.component("headline_lab_live_chart", css=_CSS, js=_JS)
    chart(data=drawing(figure) | {"alt": alt}, key=key)


def drawing(figure: Any) -> dict[str, Any]:
    """What the browser needs of a Plotly figure whose axes have explicit ranges and steps."""
    layout = figure.layout
    lines = [
        {
            "name": trace.name,
            "hue": trace.line.color,
            "dash": trace.line.dash,
            "points": [[round(x, 4), round(y, 4)] for x, y in zip(trace.x, trace.y, strict=True)],
        }
        for trace in figure.data
    ]
    (baselines, names), (marks, mark_names) = (
        [[one for one in drawn if one.name == kind] for drawn in (layout.shapes, layout.annotations)]
        for kind in (BASELINE_NAME, MARK_NAME)
    )
    return {
        "title": layout.title.text,
        "height": layout.height,
        "right": layout.margin.r,
        "x": _axis(layout.xaxis),
        "y": _axis(layout.yaxis) | {"share": bool(layout.yaxis.tickformat)},
        "lines": lines,
        "baselines": [
            {
                "value": line.y0,
                "name": name.text,
                "hue": line.line.color,
                "until": name.x,
                "first": name.xanchor == "left",
                "below": name.yanchor == "top",
            }
            for line, name in zip(baselines, names, strict=True)
        ],
        "marks": [
            {"at": line.x0, "name": name.text, "hue": line.line.color, "above": name.y == 1}
            for line, name in zip(marks, mark_names, strict=True)
        ],
    }


def _axis(axis: Any) -> dict[str, Any]:
    return {"low": axis.range[0], "high": axis.range[1], "step": axis.dtick, "title": axis.title.text}
