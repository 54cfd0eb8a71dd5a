"""The player of the Time machine: a slider over a run's snapshots, a button that plays them, where the run stands.

All moments of a view go to the browser at once, so playing asks nothing of the server. Each view brings its own
drawing in JavaScript (``time_headlines.py``, ``time_words.py``, ``time_confusion.py``): ``build(view, data)``, which
makes the elements below the player and returns ``show(at, moving)``; ``show.fit`` is called when the width has
changed. The moment that one looks at is kept in the browser, for all views of a run.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.insight.history import captions as sentences
from core.insight.history.replay import Replay
from pages.wording import plain

_CSS = """
.time { font-family: var(--st-font); color: var(--st-text-color); }
.controls { display: flex; gap: 0.9rem; align-items: flex-end; }
.controls button { font: inherit; color: inherit; padding: 0.3rem 0.9rem; border: 1px solid var(--st-border-color);
                   border-radius: var(--st-button-radius); background: var(--st-background-color); cursor: pointer;
                   min-width: 5.5rem; }
.controls button:hover, .controls button:focus-visible { border-color: var(--st-primary-color); }
.rail { flex: 1; min-width: 4rem; }
.rail svg { display: block; width: 100%; height: 38px; overflow: visible; }
.rail input { display: block; width: 100%; margin: 0; accent-color: var(--st-primary-color); }
.curve { fill: none; stroke: var(--st-text-color); stroke-opacity: 0.35; stroke-width: 1.5; }
.dot { fill: var(--st-background-color); stroke: var(--st-text-color); stroke-opacity: 0.55; cursor: pointer; }
.dot.whole { fill: var(--st-text-color); fill-opacity: 0.55; }
.dot.now { fill: var(--st-primary-color); fill-opacity: 1; stroke: var(--st-primary-color); stroke-opacity: 1; }
.moment { margin: 0.35rem 0 0.6rem; min-height: 1.4rem; }
.said { margin: 0.6rem 0 0; font-size: 0.9rem; line-height: 1.35; min-height: 2.45rem; }
.view { position: relative; }
@media (max-width: 640px) { .moment { min-height: 2.7rem; } .said { min-height: 4.9rem; } }
"""

_JS = """
const PACE = 1000  // milliseconds a snapshot
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches
const put = (parent, name, kind, text) => {
  const made = parent.appendChild(document.createElement(name))
  if (kind) made.className = kind
  if (text !== undefined) made.textContent = text
  return made
}
const unpack = (text, Numbers) => {
  const raw = atob(text), bytes = new Uint8Array(raw.length)
  for (let at = 0; at < raw.length; at++) bytes[at] = raw.charCodeAt(at)
  return new Numbers(bytes.buffer)
}
const share = (number) => `${(100 * number).toFixed(1)}\\u00a0%`
// Where one looks: the snapshot's place in the run, or nothing for the newest, which a run at work makes anew.
const kept = {
  read: (run) => { try { return sessionStorage.getItem(`headline_lab_moment/${run}`) } catch { return null } },
  write: (run, place) => { try { sessionStorage.setItem(`headline_lab_moment/${run}`, place) } catch { } },
}
function svg(parent, name, attributes) {
  const made = parent.appendChild(document.createElementNS("http://www.w3.org/2000/svg", name))
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  return made
}
function play(root, data) {
  const playing = root.playing
  clearInterval(root.timer)
  root.leave?.()
  root.replaceChildren()
  const last = data.moments.length - 1
  const controls = put(root, "div", "controls"), button = put(controls, "button")
  button.type = "button"
  const track = put(controls, "div", "rail"), drawn = svg(track, "svg", { "aria-hidden": "true" })
  const slider = put(track, "input")
  slider.type = "range"; slider.min = 0; slider.max = last; slider.disabled = !last
  button.disabled = !last
  slider.setAttribute("aria-label", "Snapshot")
  const moment = put(root, "div", "moment"), name = put(moment, "strong"), right = put(moment, "span")
  const view = put(root, "div", "view"), said = put(root, "div", "said")
  said.setAttribute("aria-live", "polite")
  const show = data.build(view, data)
  // The curve of the accuracy, each point above the thumb's place.
  const curve = svg(drawn, "polyline", { class: "curve" })
  const dots = data.moments.map((one, at) => {
    const dot = svg(drawn, "circle", { r: one.whole ? 4 : 3 })
    dot.onclick = () => { stop(); go(at, true) }
    svg(dot, "title", {}).textContent = `${one.name}: ${share(one.accuracy)}`
    return dot
  })
  const place = () => {
    const wide = track.clientWidth - 16, most = Math.max(...data.moments.map((one) => one.accuracy), 1e-9)
    const points = data.moments.map((one, at) => [8 + (last ? at / last : 0.5) * wide, 33 - 28 * one.accuracy / most])
    curve.setAttribute("points", points.map((point) => point.join(",")).join(" "))
    dots.forEach((dot, at) => { dot.setAttribute("cx", points[at][0]); dot.setAttribute("cy", points[at][1]) })
  }
  const go = (at, moving) => {
    slider.value = at
    const one = data.moments[at]
    slider.setAttribute("aria-valuetext", `${one.name}, ${one.right}`)
    name.textContent = one.name
    right.textContent = `: ${one.right}${one.kept ? ". The classifier has these weights" : ""}`
    said.textContent = one.said
    dots.forEach((dot, each) => dot.setAttribute(
      "class", `dot${data.moments[each].whole ? " whole" : ""}${each === at ? " now" : ""}`))
    kept.write(data.run, at === last ? "" : one.place)
    show(at, moving && !still())
  }
  root.go = (at) => { stop(); go(at, true) }
  const stop = () => { clearInterval(root.timer); root.playing = false; button.textContent = "Play" }
  const start = () => {
    root.playing = true
    button.textContent = "Pause"
    root.timer = setInterval(() => {
      if (!root.isConnected) return clearInterval(root.timer)
      if (Number(slider.value) >= last) return stop()
      go(Number(slider.value) + 1, true)
      if (Number(slider.value) >= last) stop()
    }, PACE)
  }
  button.onclick = () => {
    if (root.playing) return stop()
    if (Number(slider.value) >= last) go(0, false)
    start()
  }
  slider.oninput = () => { stop(); go(Number(slider.value), true) }
  stop()
  const seen = new ResizeObserver(() => { place(); show.fit?.() })
  seen.observe(root)
  root.leave = () => seen.disconnect()
  // Of a long run the moment may have been thinned away: then the one before it.
  const numbers = (place) => place.split("-").map(Number), here = kept.read(data.run)
  const until = here ? numbers(here) : [Infinity, 0]
  const before = data.moments.findLastIndex(({ place }) => {
    const [epochs, step] = numbers(place)
    return epochs < until[0] || (epochs === until[0] && step <= until[1])
  })
  go(Math.max(0, before), false)
  place()
  if (playing) start()
}
export default function ({ data, parentElement, setTriggerValue }) {
  let root = parentElement.querySelector(".time")
  if (!root) root = put(parentElement, "section", "time")
  root.setAttribute("aria-label", data.alt)
  root.send = (name, value) => setTriggerValue(name, value)
  if (root.stamp === data.stamp) return
  root.stamp = data.stamp
  play(root, { ...data, build })
}
"""


def time_player(
    view: str,
    shown: Replay,
    *,
    run: str,
    best_epoch: int,
    said: Sequence[str],
    alt: str,
    css: str,
    js: str,
    data: dict[str, Any],
    on_word_change: Callable[[], None] | None = None,
) -> None:
    """Draw the player with a view below it.

    Args:
        view: its name, for the component's.
        run: its id, under which the browser keeps the moment.
        best_epoch: whose weights the classifier has; 0: of none so far.
        said: a sentence of each moment.
        alt: what the whole shows, for who cannot see it.
        css, js: the view's own.
        data: what its JavaScript reads.
    """
    moments = [
        {
            "place": f"{one.epochs}-{one.step}",
            "name": sentences.moment(shown, at),
            "right": sentences.accuracy(shown, at),
            "accuracy": shown.accuracy(at),
            "whole": one.whole,
            "kept": one.whole and one.epochs == best_epoch,
            "said": plain(said[at]),
        }
        for at, one in enumerate(shown.moments)
    ]
    sent = {"run": run, "moments": moments, **data}
    # The browser draws anew where this is another one, and reads nothing else of what is sent again.
    stamp = hashlib.sha256(json.dumps(sent, sort_keys=True).encode()).hexdigest()
    # Declared at every call: the registry belongs to the running server; declaring again is free.
    player = st.components.v2.component(f"headline_lab_time_{view}", css=_CSS + css, js=js + _JS)
    listening: dict[str, Any] = {"on_word_change": on_word_change} if on_word_change else {}
    player(data=sent | {"stamp": stamp, "alt": plain(alt)}, key=f"time_{view}", **listening)


def packed(numbers: np.ndarray) -> str:
    """The numbers' bytes, as text that the browser unpacks."""
    return base64.b64encode(np.ascontiguousarray(numbers).tobytes()).decode()
