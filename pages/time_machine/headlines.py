"""Time machine, Headlines: what each of some unseen headlines was called at every snapshot."""

import numpy as np
import streamlit as st

from core.insight.history import captions as sentences
from core.insight.history.replay import Replay
from core.insight.plot_style import AGAINST, FOR, INK, QUIET
from pages.components.player import time_player
from pages.components.ranking_bars import BARS_CSS, BARS_JS
from pages.wording import literal, plain

_BARS = 5

_CSS = (
    BARS_CSS
    + """
.two { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.6rem; }
.list { height: 22rem; overflow-y: auto; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius); }
.list button { display: grid; grid-template-columns: 1.4rem minmax(0, 1fr); column-gap: 0.3rem; width: 100%;
  font: inherit; font-size: 0.9rem; color: inherit; text-align: left; background: none; border: 0; cursor: pointer;
  padding: 0.3rem 0.5rem;
  border-bottom: 1px solid color-mix(in srgb, var(--st-border-color) 50%, transparent); }
.list button > * { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.list button[aria-pressed="true"] { box-shadow: inset 4px 0 var(--st-primary-color); }
.list button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: -2px; }
.sign { font-weight: 700; }
.called { grid-column: 2; font-family: var(--st-code-font); font-size: 0.78rem; opacity: 0.8; }
.turned { background: color-mix(in srgb, var(--st-primary-color) 18%, transparent) !important; }
.headline { font-size: 1.05rem; font-weight: 600; min-height: 3.1rem; max-height: 6.2rem; overflow-y: auto; }
.about { font-size: 0.9rem; min-height: 2.6rem; margin: 0.3rem 0 0.6rem; }
.strip { display: flex; gap: 2px; margin-top: 0.9rem; }
.strip button { flex: 1; min-width: 3px; height: 1.5rem; padding: 0; border: 0; border-radius: 2px; cursor: pointer; }
.strip button.wrong { height: 0.8rem; align-self: flex-end; }
.strip button.now { outline: 2px solid var(--st-text-color); outline-offset: 1px; }
.under { font-size: 0.8rem; opacity: 0.8; margin-top: 0.3rem; }
@media (max-width: 640px) { .two { grid-template-columns: minmax(0, 1fr); } .list { height: 15rem; } }
"""
)

_JS = (
    BARS_JS
    + """
function build(view, data) {
  const root = view.closest(".time"), two = put(view, "div", "two")
  const list = put(two, "div", "list"), one = put(two, "div")
  list.setAttribute("role", "group"); list.setAttribute("aria-label", "Headlines, those that change most often first")
  const many = data.headlines.length
  const rows = data.headlines.map((headline, row) => {
    const button = put(list, "button")
    button.type = "button"
    const sign = put(button, "span", "sign"), text = put(button, "span", "text", headline.text)
    text.dir = "auto"; button.title = headline.text
    const called = put(button, "span", "called")
    button.onclick = () => { root.chosen = headline.text; choose(row) }
    return { button, sign, called }
  })
  const text = put(one, "div", "headline"), about = put(one, "div", "about"), bars = put(one, "div", "bars")
  text.dir = "auto"
  const strip = put(one, "div", "strip")
  strip.setAttribute("role", "group"); strip.setAttribute("aria-label", "The answer at every snapshot")
  const cells = data.moments.map((moment, at) => {
    const cell = put(strip, "button")
    cell.type = "button"
    cell.onclick = () => root.go(at)
    return cell
  })
  put(one, "div", "under", "One bar a snapshot: high and green where the answer is right, low and purple where wrong.")
  let now = 0, chosen = data.headlines.findIndex((headline) => headline.text === root.chosen)
  const answer = (at, row) => data.top[(at * many + row) * data.bars]
  // At first one that has come to be right.
  const settled = ({ truth }, row) => answer(cells.length - 1, row) === truth
  if (chosen < 0) chosen = Math.max(0, data.headlines.findIndex(settled))
  const drawOne = () => {
    const headline = data.headlines[chosen]
    text.textContent = headline.text
    about.textContent = headline.told
    cells.forEach((cell, at) => {
      const called = answer(at, chosen), right = called === headline.truth
      cell.className = `${right ? "right" : "wrong"}${at === now ? " now" : ""}`
      cell.style.background = right ? data.right : data.wrong
      cell.setAttribute("aria-label", `${data.moments[at].name}: ${data.labels[called]}`)
      cell.title = `${data.moments[at].name}: ${data.labels[called]}`
    })
    const from = (now * many + chosen) * data.bars
    let rest = 1
    const drawn = Array.from({ length: data.bars }, (_, place) => {
      const label = data.top[from + place], part = data.shares[from + place] / 1000
      rest -= part
      const hue = label === headline.truth ? data.right : place ? data.ink : data.wrong
      return { label: data.labels[label], share: part, figure: share(part), hue }
    })
    const others = data.labels.length - data.bars
    rest = Math.max(0, rest)
    if (others > 0) drawn.push({ label: `${others} others`, share: rest, figure: share(rest), hue: data.quiet })
    drawBars(bars, drawn, "Labels and their probabilities at this snapshot")
  }
  const choose = (row) => {
    rows[chosen].button.setAttribute("aria-pressed", "false")
    chosen = row
    rows[chosen].button.setAttribute("aria-pressed", "true")
    drawOne()
  }
  rows.forEach(({ button }, row) => button.setAttribute("aria-pressed", String(row === chosen)))
  return (at, moving) => {
    now = at
    rows.forEach(({ button, sign, called }, row) => {
      const headline = data.headlines[row], label = answer(at, row), right = label === headline.truth
      sign.textContent = right ? "✓" : "✗"
      sign.style.color = right ? data.right : data.wrong
      called.textContent = right ? data.labels[label] : `${data.labels[label]}, is ${data.labels[headline.truth]}`
      button.classList.toggle("turned", at > 0 && answer(at - 1, row) !== label)
    })
    drawOne()
  }
}
"""
)


def headlines(shown: Replay, *, run: str, best_epoch: int) -> None:
    """The headlines with their answers, those that change most often first; the chosen one with its probabilities."""
    order = np.argsort(-shown.changes.sum(axis=0), kind="stable")
    bars = min(_BARS, len(shown.labels))
    top, shares = [], []
    for at in range(len(shown)):
        probabilities, answers = shown.probabilities(at)[order], shown.answers[at][order]
        ranked = probabilities.astype(np.float64)
        ranked[np.arange(len(order)), answers] += 2  # first, also where 16 bits cannot tell two apart
        first = np.argsort(-ranked, axis=1, kind="stable")[:, :bars]  # (headlines, bars)
        top.append(first)
        shares.append(np.take_along_axis(probabilities, first, axis=1))
    said = sentences.of_headlines(shown)
    time_player(
        "headlines",
        shown,
        run=run,
        best_epoch=best_epoch,
        said=[sentences.of_answers(shown, at) for at in range(len(shown))],
        alt=said,
        css=_CSS,
        js=_JS,
        data={
            "headlines": [
                {
                    "text": plain(shown.header.headlines[row]) or "(no words)",
                    "truth": int(shown.truth[row]),
                    "told": plain(sentences.of_headline(shown, int(row))),
                }
                for row in order
            ],
            "labels": [plain(label) for label in shown.labels],
            "bars": bars,
            "top": np.concatenate(top).ravel().tolist(),
            "shares": np.rint(1000 * np.concatenate(shares)).astype(int).ravel().tolist(),
            "right": FOR,
            "wrong": AGAINST,
            "ink": INK,
            "quiet": QUIET,
        },
    )
    st.caption(
        literal(said)
        + " They are drawn at random from the articles that the network never learns from, by the run's seed. Shaded: "
        "another answer than at the snapshot before."
    )
