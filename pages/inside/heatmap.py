"""Inside, the picture: words x units of the state or of a gate, with what it shows said below it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core.insight.activations import captions
from core.insight.activations.trace import (
    HeadlineTrace,
    Heatmap,
    LayerLocation,
    heatmap,
    heatmap_names,
    layer_locations,
    state_changes,
    units_by_strength,
)
from core.text.cleaning_steps import SEPARATOR
from pages.components.heat_grid import heat_grid
from pages.inside.inspection import Inspection
from pages.wording import help_text, literal, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCell:
    """The chosen cell of the picture, and the keys of the widgets that choose it."""

    word: int
    unit: int
    word_key: str
    unit_key: str


def choose_location(inspection: Inspection) -> LayerLocation:
    """Draw the choices that the network has: ensemble member, layer, direction."""
    locations = layer_locations(inspection.classifier.network)
    members = sorted({location.member for location in locations})
    layers = sorted({location.layer for location in locations})
    location = LayerLocation()
    if len(members) > 1:
        location = replace(location, member=_choose_index(inspection, "Reader", members))
    if len(layers) > 1:
        location = replace(location, layer=_choose_index(inspection, "Layer", layers))
    backward_location = replace(location, backward=True)
    if backward_location not in locations:
        return location
    backward = st.segmented_control(
        "Direction",
        (False, True),
        format_func={False: "Forward", True: "Backward"}.__getitem__,
        default=False,
        required=True,
        key=inspection.key("direction"),
        persist_state="session",
        label_visibility="collapsed",
    )
    return backward_location if backward else location


def _choose_index(inspection: Inspection, name: str, options: Sequence[int]) -> int:
    return st.selectbox(
        name,
        options,
        format_func=lambda index: f"{name} {index + 1}",
        key=inspection.key(name.lower()),
        persist_state="session",
        label_visibility="collapsed",
        width=130,
    )


def _location_caption(inspection: Inspection, location: LayerLocation) -> str:
    """What the chosen location means; Markdown."""
    network, sentences = inspection.classifier.network, []
    if network.ensemble_size > 1:
        sentences.append(
            f"{network.ensemble_size} networks read side by side, and the answer is their average."
        )
    if location.layer:
        sentences.append(f"Layer {location.layer + 1} reads the states of layer {location.layer}.")
    if network.layers[location.layer].bidirectional:
        side = (
            f"the last {inspection.token_name} back"
            if location.backward
            else f"the first {inspection.token_name} on"
        )
        sentences.append(f"This direction reads from {side}.")
    if SEPARATOR in inspection.words:
        sentences.append(f"{SEPARATOR} marks where the description begins in the training articles.")
    sentences.append("Click a cell. Below you see how its number was computed and what activates its unit.")
    return " ".join(sentences)


def chosen_cell(inspection: Inspection, location: LayerLocation) -> ChosenCell:
    """The clicked cell; by default the strongest unit at the word that changes the hidden state most."""
    states = inspection.trace(location).trace.states[0]
    word_key = inspection.key(f"word/{hash(inspection.words)}")
    unit_key = inspection.key(f"unit/{location.member}/{location.layer}/{location.direction}")
    if word_key not in st.session_state:
        st.session_state[word_key] = int(state_changes(states, backward=location.backward).argmax())
    if unit_key not in st.session_state:
        st.session_state[unit_key] = units_by_strength(states)[0] + 1
    return ChosenCell(
        word=st.session_state[word_key],
        unit=st.session_state[unit_key] - 1,
        word_key=word_key,
        unit_key=unit_key,
    )


def choose_picture(inspection: Inspection, headline_trace: HeadlineTrace) -> tuple[Heatmap, list[int]]:
    """Draw the choice of the picture and of the units' order; the picture, and the units from left to right.

    The order is that of the free network, so that nothing changes its place when a gate is forced.
    """
    names = heatmap_names(headline_trace.trace)
    name = st.segmented_control(
        "Picture",
        names,
        format_func=lambda gate: captions.NAMES[gate].capitalize(),
        default=names[0],
        required=True,
        key=inspection.key("picture"),
        persist_state="session",
        label_visibility="collapsed",
    )
    by_number = st.toggle(
        "Units by number",
        key="inside_by_number",
        persist_state="session",
        help=help_text(
            "A unit is one number of the state. If off, the units with the largest values come first, positive "
            "or negative."
        ),
    )
    free = inspection.trace(headline_trace.location).trace.states[0]  # (words, units)
    order = list(range(free.shape[1])) if by_number else units_by_strength(free)
    return heatmap(headline_trace.trace, name or names[0]), order


def draw_picture(
    inspection: Inspection,
    headline_trace: HeadlineTrace,
    cell: ChosenCell,
    picture: Heatmap,
    order: Sequence[int],
) -> None:
    """The grid, and what it shows."""
    alt = captions.heatmap(
        picture, inspection.words, backward=headline_trace.location.backward, token_name=inspection.token_name
    )

    def choose(word: int | None, unit: int | None) -> None:
        if word is not None:
            st.session_state[cell.word_key] = word
        if unit is not None:
            st.session_state[cell.unit_key] = unit + 1

    heat_grid(
        picture,
        inspection.words,
        order,
        unknown=[word not in inspection.classifier.vocabulary for word in inspection.words],
        word=cell.word,
        unit=cell.unit,
        key=inspection.key("grid"),
        alt=alt,
        on_choose=choose,
    )
    meaning = (
        captions.MEANINGS.get(picture.name)
        or captions.UPDATE_GATE_MEANINGS[inspection.classifier.network.cell]
    )
    st.caption(f"**{literal(alt)}** {meaning} {_location_caption(inspection, headline_trace.location)}")


def choose_unit(cell: ChosenCell, units: int) -> None:
    """Draw the choice of the unit by its number, an alternative to a click."""
    st.number_input(
        "Unit",
        1,
        units,
        key=cell.unit_key,
        persist_state="session",
        help=help_text("Or click a column above."),
    )


def choose_word(cell: ChosenCell, words: Sequence[str]) -> None:
    """Draw the choice of the timestep by its word, an alternative to a click."""
    names = {position: f"{position + 1}. {plain(word)}" for position, word in enumerate(words)}
    st.selectbox("Step", list(names), format_func=names.__getitem__, key=cell.word_key)
