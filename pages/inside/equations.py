"""Inside, one step: the cell's equations with the numbers that were in them."""

import streamlit as st

from core.insight.activations.equations import equations
from core.insight.activations.trace import HeadlineTrace
from pages.inside.heatmap import ChosenCell, choose_word
from pages.inside.inspection import Inspection
from pages.wording import literal

_FEW, _ALL = 3, 7  # digits behind the point
_LINE = 96  # pixels of an equation on two lines, with what it says
_SQUEEZED = "sigmoid squeezes a number between 0 and 1", "tanh between −1 and 1"
_SQUEEZES: dict[str, str] = {
    "SimpleRNN": "tanh squeezes a number between −1 and 1.",
    "LSTM": ", ".join(_SQUEEZED) + ".",
    "GRU": ", ".join(_SQUEEZED) + ".",
    "minGRU": f"{_SQUEEZED[0]}.",
}


def draw_step(looked: Inspection, inside: HeadlineTrace, cell: ChosenCell) -> None:
    """The lines of the chosen unit at the chosen word, each with what it says."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        choose_word(cell, looked.words)
    with right:
        digits = _ALL if st.toggle("More digits", key="inside_digits", persist_state="session") else _FEW
    network = looked.classifier.network
    lines = equations(
        looked.classifier.weights,
        network,
        inside,
        timestep=cell.word,
        unit=cell.unit,
        interventions=looked.holds,
    )
    st.caption(_letters(looked, inside, cell))
    with st.container(height=_LINE * len(lines), border=False):
        for line in lines:
            st.markdown(f"`{line.text(digits)}`  \n{literal(line.meaning)}")


def _letters(looked: Inspection, inside: HeadlineTrace, cell: ChosenCell) -> str:
    """What the letters stand for at this step; Markdown."""
    kind, word = looked.classifier.network.cell, looked.words[cell.word]
    size, units = inside.inputs.shape[1], inside.trace.states.shape[2]
    said = [
        f"Unit {cell.unit + 1} at “{literal(word)}”.",
        f"**x**: {_read(looked, inside, word)}.",
        f"**W·x**: its {size} products with this unit's weights, added up.",
        f"**h₋₁**: {_before(inside, looked.words, cell.word, 'state')}.",
    ]
    if kind == "LSTM":
        said.append(f"**c₋₁**: {_before(inside, looked.words, cell.word, 'cell')}.")
    if kind != "minGRU":
        said.append(f"**U·h₋₁**: {units} products with h₋₁, added up.")
    said.append("**b** and **b′**: learnt numbers." if kind == "GRU" else "**b**: a learnt number.")
    return " ".join([*said, _SQUEEZES[kind]])


def _read(looked: Inspection, inside: HeadlineTrace, word: str) -> str:
    """What the layer reads at a word; Markdown."""
    size = inside.inputs.shape[1]
    if inside.location.layer:
        return f"the {size} states of the layer below at “{literal(word)}”"
    if word not in looked.classifier.vocabulary:
        return f"the {size} numbers in the word table that all unknown {looked.piece}s share"
    return f"the {size} numbers of “{literal(word)}” in the word table"


def _before(inside: HeadlineTrace, words: tuple[str, ...], word: int, what: str) -> str:
    """The state or the cell before a step; Markdown."""
    before = word + 1 if inside.location.backward else word - 1
    if not 0 <= before < len(words):
        return f"the {what} before anything is read, all 0"
    return f"the {what} after “{literal(words[before])}”"
