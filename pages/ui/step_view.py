"""Inside, one step: the cell's equations with the numbers that were in them."""

import streamlit as st

from core.insight.equations import equations
from core.insight.inside import Inside
from pages.ui.inside_view import Cell, choose_word
from pages.ui.looked_into import LookedInto
from pages.ui.text import literal

_FEW, _ALL = 3, 7  # digits behind the point


def draw_step(looked: LookedInto, inside: Inside, cell: Cell) -> None:
    """The lines of the chosen unit at the chosen word, each with what it says."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        choose_word(cell, looked.words)
    with right:
        digits = _ALL if st.toggle("More digits", key="inside_digits", persist_state="session") else _FEW
    network = looked.classifier.network
    lines = equations(
        looked.classifier.weights, network, inside, word=cell.word, unit=cell.unit, held=looked.holds
    )
    st.caption(_letters(looked, inside, cell))
    with st.container(height=430, border=False):
        for line in lines:
            st.markdown(f"`{line.text(digits)}`  \n{literal(line.meaning)}")


def _letters(looked: LookedInto, inside: Inside, cell: Cell) -> str:
    """What the letters stand for at this step; Markdown."""
    place, words = inside.place, looked.words
    size, units = inside.read.shape[1], inside.trace.states.shape[2]
    word = literal(words[cell.word])
    x = (
        f"the {size} states of the layer below at “{word}”"
        if place.layer
        else f"the {size} numbers of “{word}” in the word table"
    )
    said = (
        f"Unit {cell.unit + 1} at “{word}”. **x**: {x}. **W·x**: its {size} products with this unit's weights, added "
        f"up. **h₋₁**: {_before(inside, words, cell.word)}. "
    )
    if looked.classifier.network.cell != "minGRU":
        said += f"**U·h₋₁**: {units} products with it, added up. "
    squeezed = "sigmoid squeezes a number between 0 and 1, tanh between −1 and 1."
    return f"{said}**b**: a learnt number. {squeezed}"


def _before(inside: Inside, words: tuple[str, ...], word: int) -> str:
    before = word + 1 if inside.place.backward else word - 1
    if not 0 <= before < len(words):
        return "the state before anything is read, all 0"
    return f"the state after “{literal(words[before])}”"
