"""Inside, the answer: as the network is, and with gates forced open or shut or numbers held at 0."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.insight.activations import captions
from core.insight.activations.interventions import InterventionEffect
from core.insight.activations.trace import HeadlineTrace
from core.insight.wording import percent
from core.model.forward import Intervention
from core.settings.network import GATES
from pages.components.ranking_bars import ranking_bars
from pages.inside.heatmap import ChosenCell
from pages.inside.inspection import Inspection, add_intervention, remove_interventions
from pages.wording import help_text, literal, plain

_BARS = 6
_MOST_ROWS = 3  # as many as stand below a sentence of three lines
_WIDTHS = {"Category": 84, "Free": 62, "Held": 62, "Change": 60}  # pixels: all four in a third of a projector
_HEIGHT = 256  # pixels of either ranking, so that an intervention moves nothing on the page


def draw_answer(inspection: Inspection, headline_trace: HeadlineTrace) -> None:
    """Draw the ranking; under interventions, draw their effect on it."""
    prediction = inspection.prediction
    with st.container(height=_HEIGHT, border=False):
        if not inspection.interventions:
            st.markdown(f"**{literal(prediction.label)}**, {percent(prediction.probability)}")
            ranking_bars(prediction.ranking, "inside_ranking", most=_BARS)
            return
        labels, probabilities = inspection.classifier.labels, dict(prediction.ranking)
        effect = InterventionEffect.between(
            [probabilities[label] for label in labels], headline_trace.probabilities.tolist()
        )
        draw_effect(effect, labels, key="inside_moved")


def draw_effect(effect: InterventionEffect, labels: Sequence[str], *, key: str) -> None:
    """Draw the effect of the interventions and the most probable categories without and with them."""
    st.markdown(literal(captions.intervention(effect, labels)))
    largest = effect.ranking[:_MOST_ROWS]
    st.dataframe(
        pd.DataFrame(
            {
                "Category": [plain(labels[label]) for label, *_ in largest],
                "Free": [percent(free) for _, free, _ in largest],
                "Held": [percent(forced) for *_, forced in largest],
                "Change": [_points(forced - free) for _, free, forced in largest],
            }
        ),
        key=key,
        hide_index=True,
        height="content",
        column_config={name: st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()},
    )


def _points(difference: float) -> str:
    """0.0466 -> "+4.7", in percentage points."""
    text = f"{100 * difference:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", "−")


def draw_interventions(inspection: Inspection, headline_trace: HeadlineTrace, cell: ChosenCell) -> None:
    """Draw the choice of an intervention, its meaning, the active ones, and the button that removes all."""
    network, location = inspection.classifier.network, headline_trace.location
    meanings = captions.INTERVENTION_MEANINGS[network.cell]
    gate, value = st.selectbox(
        "Force a gate" if GATES[network.cell] > 1 else "Force a number",
        list(meanings),
        format_func=lambda intervention: captions.intervention_name(network.cell, *intervention).capitalize(),
        key=f"inside_hold_{network.cell}",
        persist_state="session",
        help=help_text(
            "Its value is fixed at every word, in the layer and direction shown above. The network cannot "
            "change it."
        ),
    )
    single_unit = st.segmented_control(
        "Of",
        (False, True),
        format_func=lambda intervention: f"Unit {cell.unit + 1} alone" if intervention else "All units",
        default=False,
        required=True,
        key=inspection.key("hold_alone"),
        label_visibility="collapsed",
    )
    all_members = False
    if network.ensemble_size > 1 and not single_unit:
        all_members = st.toggle(
            "In every network of the ensemble",
            True,
            key=inspection.key("hold_readers"),
            persist_state="session",
        )
    intervention = Intervention(
        gate=gate,
        value=value,
        unit=cell.unit if single_unit else None,
        layer=location.layer,
        backward=location.backward,
        member=None if all_members else location.member,
    )
    meaning = meanings[gate, value]
    st.caption(
        f"For unit {cell.unit + 1} alone: {meaning[0].lower()}{meaning[1:]}" if single_unit else meaning
    )
    with st.container(horizontal=True):
        st.button(
            "Force it",
            key="inside_hold",
            icon=":material/lock:",
            on_click=add_intervention,
            args=(inspection.interventions_key, intervention),
        )
        if inspection.interventions:
            st.button(
                "Release all",
                key="inside_let_go",
                icon=":material/lock_open:",
                on_click=remove_interventions,
                args=(inspection.interventions_key, *inspection.interventions),
            )
    _draw_active_interventions(inspection)


def _draw_active_interventions(inspection: Inspection) -> None:
    """Draw each active intervention; a click removes it."""
    network = inspection.classifier.network
    for number, intervention in enumerate(inspection.interventions):
        scope = captions.intervention_scope(
            intervention,
            ensemble_size=network.ensemble_size,
            layers=len(network.layers),
            bidirectional=network.layers[intervention.layer].bidirectional,
        )
        name = captions.intervention_name(network.cell, intervention.gate, intervention.value)
        text = f"{name.capitalize()}: {scope}"
        st.button(
            text,
            key=f"inside_held_{number}",
            type="tertiary",
            icon=":material/close:",
            help=f"Release: {text}",
            on_click=remove_interventions,
            args=(inspection.interventions_key, intervention),
        )
    if inspection.interventions and network.has_bag_of_words:
        st.caption(
            "Words and pairs also vote directly, without these layers. That part of the answer does not change."
        )
