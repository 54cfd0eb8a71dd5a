"""Widgets of the chapter on gates: one gate by hand, a classifier's gates, an intervention."""

import streamlit as st

from core import paths
from core.errors import ClassifierError
from core.insight.activations.captions import INTERVENTION_MEANINGS, NAMES, intervention_name
from core.insight.lessons.gates import captions, compute
from core.insight.lessons.gates.compute import GateActivations
from core.insight.lessons.gates.figures import gate_chart, word_shares_chart
from core.model.forward import Intervention
from core.settings.network import Cell
from pages import caches
from pages.components.cell_drawing import cell_drawing
from pages.components.chart import chart
from pages.inside.interventions import draw_effect
from pages.learn.classifier_choice import ChapterClassifier, choose_classifier
from pages.learn.material import Material
from pages.learn.prose import prose
from pages.wording import count, help_text

MOST_WORDS = 40  # of the sentence, in the computation by hand
ALL_UNITS, ONE_UNIT = "All units", "This unit"
FREE = "Do not force it"
_GATE = 0.8  # initial value of the slider


def gate_by_hand(material: Material) -> None:
    """Draw the gate's slider and each word's share in the final hidden state."""
    words = material.sentence.split()[:MOST_WORDS]
    left, right = st.columns([1, 2], gap="large")
    with left:
        gate = st.slider(
            "Update gate: keep everything (1), replace everything (0)",
            0.0,
            1.0,
            _GATE,
            0.01,
            key="lesson_gate",
            persist_state="session",
            help=help_text(
                "By hand: one unit of a GRU, as in Keras. Its state is one number. The gate decides how it is "
                "mixed."
            ),
        )
        st.code(captions.equation(gate), language=None, wrap_lines=True)
        prose(
            "A unit carries one number from word to word. Each word proposes a new number. The **update "
            "gate** says how much of the old one stays. The rest comes from the proposal. The first word comes in "
            "whole: there is no old number yet."
        )
        st.caption(captions.computed_gate(gate))
    with right:
        if len(words) < 2:
            st.info("With one word there is nothing to keep. Type a second word.")
            return
        chart(
            word_shares_chart(words, compute.word_shares(len(words), gate)),
            "lesson_kept",
            "",
            captions.by_hand(words, gate),
        )


def cells_drawn() -> None:
    """Draw LSTM and GRU side by side, and minGRU below, each with its formulas."""
    st.subheader("Three cells with gates", anchor=False)
    prose(
        "A SimpleRNN replaces its whole state at each word. These cells decide with gates how much they keep. An LSTM "
        "has a second state, the carry or cell state. It goes from word to word, and only a gate and a sum touch it. A "
        "GRU has one state and fewer gates. A minGRU computes its gate from the word alone."
    )
    left, right = st.columns(2, gap="large")
    with left:
        _draw_cell("LSTM")
    with right:
        _draw_cell("GRU")
    left, right = st.columns(2, gap="large")
    with left:
        _draw_cell("minGRU")
    with right:
        prose(
            "**How to read them.** A circle with a letter is a gate. A box makes a candidate. × multiplies, + adds, "
            "1− takes a gate from 1. In the formulas $\\odot$ multiplies number by number. Each gate is a sum, as in "
            "a SimpleRNN, but bent by the sigmoid $\\sigma$, so it lies between 0 and 1. Each has weights $W$ and "
            "$U$ and a bias $b$ of its own; $d_h$ is a second bias."
        )
        prose(
            "**What it is good for.** Along the carry, a step back multiplies the gradient by the forget gate. At 1 "
            "nothing of it is lost."
        )
        prose(
            "**What it costs.** With as many units, an LSTM has four times the weights of a SimpleRNN, and a GRU a "
            "little more than three times."
        )


def _draw_cell(cell: Cell) -> None:
    st.markdown(f"**{cell}**")
    cell_drawing(cell, key=f"cell_drawing_{cell}")
    st.markdown(captions.formulas(cell))


def choose_gated_classifier(material: Material) -> ChapterClassifier:
    """Return the chapter's classifier; the starter if the visitor's own is a SimpleRNN, which has no gates.

    Raises:
        NewsFileError, SettingsError: as :func:`choose_classifier`.
    """
    chosen = choose_classifier(material)
    if chosen.classifier.network.cell != "SimpleRNN":
        return chosen
    gateless = "Your own classifier is a SimpleRNN. It has no gates and replaces everything at each word. "
    try:
        starter = caches.classifier(paths.STARTER)
    except ClassifierError:
        return chosen
    return ChapterClassifier(
        classifier=starter.classifier,
        loaded=starter,
        caption=f"{gateless}So the starter reads your sentence here.",
    )


def classifier_gates(material: Material) -> tuple[GateActivations, str, int] | None:
    """Draw the gate activations of one unit and an intervention on them; return activations, chosen gate and unit."""
    chosen = choose_gated_classifier(material)
    words = chosen.words(material.sentence)
    st.subheader("The gates of a real network", anchor=False)
    if chosen.classifier.network.cell == "SimpleRNN":
        st.info("This classifier is a SimpleRNN without gates, and there is no starter classifier here.")
        return None
    if not words:
        st.info("After cleaning, no word is left for the network to read. Type a different sentence.")
        return None
    prose(
        "Force a gate to one number, and see how the answer changes. To set a part to 0 and look at what gets worse is "
        "called ablation."
    )
    free = GateActivations.read(chosen.classifier, words)
    cell = chosen.classifier.network.cell
    left, right = st.columns([1, 2], gap="large")
    with left:
        gate = st.radio(
            "Gate",
            free.names,
            format_func=lambda name: NAMES[name].capitalize(),
            key=f"lesson_which_gate/{cell}",
            horizontal=True,
            persist_state="session",
        )
        st.caption(captions.meaning(cell, gate))
        unit = _unit_input(free, gate)
        interventions = _intervention_controls(free, gate, unit)
    with right:
        chart(gate_chart(free, gate, unit), "lesson_real_gate", "", captions.unit_gate(free, gate, unit))
    _intervention_effect(chosen, free, interventions)
    return free, gate, unit


def _unit_input(free: GateActivations, gate: str) -> int:
    """Draw the choice of a unit; the default is the unit whose gate varies most. Return its index from 0."""
    most_variable = free.most_variable_unit(gate)
    if free.units == 1:
        return 0
    key = f"lesson_unit/{gate}/{free.units}"
    unit = st.number_input(
        "Unit",
        1,
        free.units,
        most_variable + 1,
        key=key,
        persist_state="session",
        help=help_text(
            f"One of {count(free.units)}, at first the one whose gate moves most over your words."
        ),
    )
    return int(unit) - 1


def _intervention_controls(free: GateActivations, gate: str, unit: int) -> tuple[Intervention, ...]:
    """Draw the choice of an intervention: the gate fixed at every timestep, in all units or one; (): none."""
    cell = free.classifier.network.cell
    values = [value for name, value in INTERVENTION_MEANINGS[cell] if name == gate]
    value_by_name = {intervention_name(cell, gate, value).capitalize(): value for value in values}
    choice = st.radio(
        "Force it at every word",
        [*value_by_name, FREE],
        key=f"lesson_force/{cell}/{gate}",
        persist_state="session",
    )
    if choice == FREE:
        return ()
    value = value_by_name[choice]
    scope = st.segmented_control(
        "Of",
        (ALL_UNITS, ONE_UNIT),
        default=ALL_UNITS,
        required=True,
        key="lesson_force_units",
        persist_state="session",
        label_visibility="collapsed",
    )
    st.caption(INTERVENTION_MEANINGS[cell][gate, value])
    if scope == ONE_UNIT:
        return (Intervention(gate=gate, value=value, unit=unit),)
    directions = (False, True) if free.classifier.network.layers[0].bidirectional else (False,)
    return tuple(Intervention(gate=gate, value=value, backward=backward) for backward in directions)


def _intervention_effect(
    chosen: ChapterClassifier, free: GateActivations, interventions: tuple[Intervention, ...]
) -> None:
    """Draw the probabilities without and with the interventions."""
    left, right = st.columns([1, 2], gap="large")
    with right, st.container(height=250, border=False):
        forced = GateActivations.read(chosen.classifier, free.words, interventions) if interventions else free
        draw_effect(free.effect(forced), chosen.classifier.labels, key="lesson_gate_moved")
    inspected = captions.inspected_layer(chosen.classifier.network, free.words)
    left.caption(f"{chosen.caption} {inspected}")
