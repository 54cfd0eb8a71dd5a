"""Inside, the answer: as the network is, and with gates forced open or shut or numbers held at 0."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.insight.activations.interventions import (
    MEANINGS,
    InterventionEffect,
    caption,
    intervention_name,
    intervention_scope,
)
from core.insight.activations.trace import HeadlineTrace
from core.model.forward import Intervention
from core.settings.network import GATES
from pages.components.ranking_bars import ranking_bars
from pages.inside.heatmap import ChosenCell
from pages.inside.inspection import Inspection
from pages.wording import literal, percent, plain

_BARS = 6
_MOVED = 3  # rows: as many as stand below a sentence of three lines
_WIDTHS = {"Category": 84, "Free": 62, "Held": 62, "Change": 60}  # pixels: all four in a third of a projector
_HEIGHT = 256  # pixels of either ranking, so that nothing jumps when something is held


def draw_answer(looked: Inspection, held: HeadlineTrace) -> None:
    """The ranking; with something held both side by side, and what the holding does."""
    prediction = looked.prediction
    with st.container(height=_HEIGHT, border=False):
        if not looked.holds:
            st.markdown(f"**{literal(prediction.label)}**, {percent(prediction.probability)}")
            ranking_bars(prediction.ranking, "inside_ranking", most=_BARS)
            return
        labels, probabilities = looked.classifier.labels, dict(prediction.ranking)
        moved = InterventionEffect.between(
            [probabilities[label] for label in labels], held.probabilities.tolist()
        )
        draw_effect(moved, labels, key="inside_moved")


def draw_effect(moved: InterventionEffect, labels: Sequence[str], *, key: str) -> None:
    """What the holding does to the answer, and the likeliest categories free and held."""
    st.markdown(literal(caption(moved, labels)))
    shown = moved.ranking[:_MOVED]
    st.dataframe(
        pd.DataFrame(
            {
                "Category": [plain(labels[label]) for label, *_ in shown],
                "Free": [percent(free) for _, free, _ in shown],
                "Held": [percent(forced) for *_, forced in shown],
                "Change": [_points(forced - free) for _, free, forced in shown],
            }
        ),
        key=key,
        hide_index=True,
        height="content",
        column_config={name: st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()},
    )


def _points(difference: float) -> str:
    """0.0466 -> "+4.7", in percentage points."""
    shown = f"{100 * difference:+.1f}"
    return "0.0" if shown in ("+0.0", "-0.0") else shown.replace("-", "−")


def draw_interventions(looked: Inspection, inside: HeadlineTrace, cell: ChosenCell) -> None:
    """What to hold, what that means, what is held, and the button that lets all go."""
    network, place = looked.classifier.network, inside.location
    offered = MEANINGS[network.cell]
    chosen = st.selectbox(
        "Force a gate" if GATES[network.cell] > 1 else "Hold a number",
        list(offered),
        format_func=lambda one: intervention_name(*one).capitalize(),
        key=f"inside_hold_{network.cell}",
        persist_state="session",
        help="It is held so at every word, in the layer and direction that you look at, whatever the network would do.",
    )
    alone = st.segmented_control(
        "Of",
        (False, True),
        format_func=lambda one: f"Unit {cell.unit + 1} alone" if one else "All units",
        default=False,
        required=True,
        key=looked.key("hold_alone"),
        label_visibility="collapsed",
    )
    every = False
    if network.ensemble_size > 1 and not alone:
        every = st.toggle("In every reader", True, key=looked.key("hold_readers"), persist_state="session")
    gate, value = chosen
    one = Intervention(
        gate=gate,
        value=value,
        unit=cell.unit if alone else None,
        layer=place.layer,
        backward=place.backward,
        member=None if every else place.member,
    )
    said = offered[chosen]
    st.caption(f"For unit {cell.unit + 1} alone: {said[0].lower()}{said[1:]}" if alone else said)
    with st.container(horizontal=True):
        st.button("Hold it", key="inside_hold", icon=":material/lock:", on_click=looked.hold, args=(one,))
        if looked.holds:
            st.button(
                "Let all go",
                key="inside_let_go",
                icon=":material/lock_open:",
                on_click=looked.let_go,
                args=looked.holds,
            )
    _held(looked)


def _held(looked: Inspection) -> None:
    """Each of what is held, with a click to let it go."""
    network = looked.classifier.network
    for number, one in enumerate(looked.holds):
        place = intervention_scope(
            one,
            ensemble_size=network.ensemble_size,
            layers=len(network.layers),
            bidirectional=network.layers[one.layer].bidirectional,
        )
        said = f"{intervention_name(one.gate, one.value).capitalize()}: {place}"
        st.button(
            said,
            key=f"inside_held_{number}",
            type="tertiary",
            icon=":material/close:",
            help=f"Let go: {said}",
            on_click=looked.let_go,
            args=(one,),
        )
    if looked.holds and network.has_bag_of_words:
        st.caption("Words and pairs vote past these layers: their part of the answer stays as it is.")
