"""Inside, one timestep: the cell's equations with their numbers."""

import streamlit as st

from core.insight.activations import captions
from core.insight.activations.equations import equations
from core.insight.activations.trace import HeadlineTrace
from pages.inside.heatmap import ChosenCell, choose_word
from pages.inside.inspection import Inspection
from pages.wording import literal

_FEW, _ALL = 3, 7  # digits behind the point
_LINE = 96  # pixels of an equation on two lines with its sentence
_SQUEEZED = "sigmoid squeezes a number between 0 and 1", "tanh between −1 and 1"
_SQUEEZES: dict[str, str] = {
    "SimpleRNN": "tanh squeezes a number between −1 and 1.",
    "LSTM": ", ".join(_SQUEEZED) + ".",
    "GRU": ", ".join(_SQUEEZED) + ".",
    "minGRU": f"{_SQUEEZED[0]}.",
}


def draw_step(inspection: Inspection, headline_trace: HeadlineTrace, cell: ChosenCell) -> None:
    """Draw the equations of the chosen unit at the chosen word, with a sentence for each."""
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left:
        choose_word(cell, inspection.words)
    with right:
        digits = _ALL if st.toggle("More digits", key="inside_digits", persist_state="session") else _FEW
    network = inspection.classifier.network
    lines = equations(
        inspection.classifier.weights,
        network,
        headline_trace,
        timestep=cell.word,
        unit=cell.unit,
        interventions=inspection.interventions,
    )
    st.caption(_symbols_caption(inspection, headline_trace, cell))
    with st.container(height=_LINE * len(lines), border=False):
        for line in lines:
            st.markdown(f"`{line.text(digits)}`  \n{literal(captions.equation(line))}")


def _symbols_caption(inspection: Inspection, headline_trace: HeadlineTrace, cell: ChosenCell) -> str:
    """What the letters stand for at this step; Markdown."""
    kind, word = inspection.classifier.network.cell, inspection.words[cell.word]
    size, units = headline_trace.inputs.shape[1], headline_trace.trace.states.shape[2]
    sentences = [
        f"Unit {cell.unit + 1} at “{literal(word)}”.",
        f"**x**: {_input_text(inspection, headline_trace, word)}.",
        f"**W·x**: these {size} numbers times this unit's weights, added up.",
        f"**h₋₁**: {_previous_text(headline_trace, inspection.words, cell.word, 'state')}.",
    ]
    if kind == "LSTM":
        sentences.append(f"**c₋₁**: {_previous_text(headline_trace, inspection.words, cell.word, 'cell')}.")
    if kind != "minGRU":
        sentences.append(f"**U·h₋₁**: the {units} numbers of h₋₁ times weights, added up.")
    sentences.append("**b** and **b′**: learnt numbers." if kind == "GRU" else "**b**: a learnt number.")
    return " ".join([*sentences, _SQUEEZES[kind]])


def _input_text(inspection: Inspection, headline_trace: HeadlineTrace, word: str) -> str:
    """What the layer reads at a word; Markdown."""
    size = headline_trace.inputs.shape[1]
    if headline_trace.location.layer:
        return f"the {size} states of the layer below at “{literal(word)}”"
    if word not in inspection.classifier.vocabulary:
        return f"the {size} numbers in the embedding that all unknown {inspection.token_name}s share"
    return f"the {size} numbers of “{literal(word)}” in the embedding"


def _previous_text(headline_trace: HeadlineTrace, words: tuple[str, ...], word: int, vector: str) -> str:
    """The hidden state or the cell state of the previous timestep, as ``vector`` calls it; Markdown."""
    previous = word + 1 if headline_trace.location.backward else word - 1
    if not 0 <= previous < len(words):
        return f"the {vector} before the first word, all 0"
    return f"the {vector} after “{literal(words[previous])}”"
