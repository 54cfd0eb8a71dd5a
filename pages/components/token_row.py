"""A row of words with the number of each under it: the project's way of showing what a network reads.

Words reach the browser as data and are set as text, so none is ever markup. Colours come from
the theme and from core/insight/plot_style.py; a screen reader hears each word, number and status.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import streamlit as st

from core.insight.plot_style import AGAINST, FOR
from core.model.classifier import Classifier, Prediction
from core.text.vocabulary import OOV_ID
from pages.wording import plain

Status = Literal["plain", "unknown", "cut", "removed", "changed", "added"]

MOST_TOKENS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word as it is shown. ``weight`` runs from -1 (against) to 1 (for) and colours the word."""

    word: str
    number: int | str | None = None
    status: Status = "plain"
    weight: float | None = None


_CSS = """
ol { display: flex; flex-wrap: wrap; gap: 0.35rem; margin: 0; padding: 0; list-style: none;
     font-family: var(--st-code-font); color: var(--st-text-color); }
li { display: flex; flex-direction: column; align-items: center; max-width: 100%; }
.word { padding: 0.1rem 0.4rem; border: 1px solid var(--st-border-color);
        border-radius: var(--st-base-radius);
        background: var(--st-secondary-background-color); overflow-wrap: anywhere; font-size: 0.95rem; }
.number { font-size: 0.75rem; opacity: 0.75; min-height: 1.1em; }
.unknown .word { border: 1px dashed var(--st-text-color); background: transparent; opacity: 0.75; }
.cut .word { background: transparent; opacity: 0.6; }
.removed .word { text-decoration: line-through; background: transparent; opacity: 0.65; }
.changed .word, .added .word { border-color: var(--st-primary-color); border-width: 2px; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
"""

_JS = """
const SAID = { unknown: "unknown", cut: "cut off", removed: "removed", changed: "changed", added: "added" }
export default function ({ data, parentElement }) {
  let list = parentElement.querySelector("ol")
  if (!list) { list = document.createElement("ol"); parentElement.appendChild(list) }
  list.setAttribute("aria-label", data.label)
  const numbered = data.tokens.some((token) => token.number !== null)
  list.replaceChildren(...data.tokens.map((token) => {
    const item = document.createElement("li")
    item.className = token.status
    const word = document.createElement("span")
    word.className = "word"
    word.dir = "auto"
    word.textContent = token.word
    if (token.weight !== null) {
      const share = Math.round(Math.min(1, Math.abs(token.weight)) * 70)
      const hue = token.weight < 0 ? data.against : data.for
      word.style.backgroundColor = `color-mix(in srgb, ${hue} ${share}%, transparent)`
    }
    item.appendChild(word)
    const number = document.createElement("span")
    number.className = "number"
    number.textContent = token.number === null ? "" : String(token.number)
    if (numbered) item.appendChild(number)
    if (SAID[token.status]) {
      item.title = SAID[token.status]
      const said = document.createElement("span")
      said.className = "said"
      said.textContent = ` (${SAID[token.status]})`
      item.appendChild(said)
    }
    return item
  }))
}
"""


def token_row(tokens: Sequence[Token], key: str, *, label: str = "Words") -> None:
    """Draw ``tokens`` as a wrapping row; of more than MOST_TOKENS the rest is only counted.

    Args:
        key: stable and unique on the page; the row is updated in place.
        label: what a screen reader calls the row.
    """
    shown = [asdict(token) | {"word": plain(token.word) or "\u2423"} for token in tokens[:MOST_TOKENS]]
    if len(tokens) > MOST_TOKENS:
        rest = f"… {len(tokens) - MOST_TOKENS} more"
        shown.append({"word": rest, "number": None, "status": "cut", "weight": None})
    # Declared at every call: the registry belongs to the running server; declaring again is free.
    row = st.components.v2.component("headline_lab_tokens", css=_CSS, js=_JS)
    row(data={"tokens": shown, "label": plain(label), "for": FOR, "against": AGAINST}, key=key)


def tokens_of(classifier: Classifier, prediction: Prediction) -> list[Token]:
    """The words of a prediction as the network read them: number, unknown ones and those cut off marked."""
    tokens = []
    for place, word in enumerate(prediction.words):
        number = classifier.vocabulary.token_id(word)
        status: Status = (
            "cut" if place >= prediction.tokens_read else "unknown" if number == OOV_ID else "plain"
        )
        tokens.append(Token(word=word, number=None if status == "cut" else number, status=status))
    return tokens
