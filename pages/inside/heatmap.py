"""Inside, the picture: words x units of the state or of a gate, with what it shows said below it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import streamlit as st

from core.insight.activations.trace import (
    MEANINGS,
    NAMES,
    UPDATE_GATE_MEANINGS,
    HeadlineTrace,
    Heatmap,
    LayerLocation,
    caption,
    heatmap,
    heatmap_names,
    layer_locations,
    state_changes,
    units_by_strength,
)
from core.text.cleaning_steps import SEPARATOR
from pages.components.heat_grid import heat_grid
from pages.inside.inspection import Inspection
from pages.wording import literal, plain


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenCell:
    """The chosen cell of the picture, and the keys of the widgets that choose it."""

    word: int
    unit: int
    word_key: str
    unit_key: str


def choose_location(looked: Inspection) -> LayerLocation:
    """Draw a choice where there is one: reader, layer, direction."""
    there = layer_locations(looked.classifier.network)
    members = sorted({place.member for place in there})
    layers = sorted({place.layer for place in there})
    place = LayerLocation()
    if len(members) > 1:
        place = replace(place, member=_number(looked, "Reader", members))
    if len(layers) > 1:
        place = replace(place, layer=_number(looked, "Layer", layers))
    both = replace(place, backward=True)
    if both not in there:
        return place
    backward = st.segmented_control(
        "Direction",
        (False, True),
        format_func={False: "Forward", True: "Backward"}.__getitem__,
        default=False,
        required=True,
        key=looked.key("direction"),
        persist_state="session",
        label_visibility="collapsed",
    )
    return both if backward else place


def _number(looked: Inspection, name: str, options: Sequence[int]) -> int:
    return st.selectbox(
        name,
        options,
        format_func=lambda one: f"{name} {one + 1}",
        key=looked.key(name.lower()),
        persist_state="session",
        label_visibility="collapsed",
        width=130,
    )


def _where(looked: Inspection, place: LayerLocation) -> str:
    """What the choice of place means; Markdown."""
    network, said = looked.classifier.network, []
    if network.ensemble_size > 1:
        said.append(
            f"{network.ensemble_size} readers stand side by side, and the answer is made of their mean."
        )
    if place.layer:
        said.append(f"Layer {place.layer + 1} reads the states of layer {place.layer}.")
    if network.layers[place.layer].bidirectional:
        side = f"the last {looked.piece} back" if place.backward else f"the first {looked.piece} on"
        said.append(f"This direction reads from {side}.")
    if SEPARATOR in looked.words:
        said.append(f"{SEPARATOR} stands where in the training articles the description begins.")
    said.append("Click a cell: what excites its unit and how its number came about stand below.")
    return " ".join(said)


def chosen_cell(looked: Inspection, place: LayerLocation) -> ChosenCell:
    """The cell that was clicked; before that the strongest unit, and the word that moves the state most."""
    states = looked.inside(place).trace.states[0]
    word_key = looked.key(f"word/{hash(looked.words)}")
    unit_key = looked.key(f"unit/{place.member}/{place.layer}/{place.direction}")
    if word_key not in st.session_state:
        st.session_state[word_key] = int(state_changes(states, backward=place.backward).argmax())
    if unit_key not in st.session_state:
        st.session_state[unit_key] = units_by_strength(states)[0] + 1
    return ChosenCell(
        word=st.session_state[word_key],
        unit=st.session_state[unit_key] - 1,
        word_key=word_key,
        unit_key=unit_key,
    )


def choose_picture(looked: Inspection, inside: HeadlineTrace) -> tuple[Heatmap, list[int]]:
    """Draw the choice of the picture and of the units' order; the picture, and the units from left to right.

    The order is that of the free network, so that nothing changes its place when a gate is forced.
    """
    names = heatmap_names(inside.trace)
    name = st.segmented_control(
        "Picture",
        names,
        format_func=lambda one: NAMES[one].capitalize(),
        default=names[0],
        required=True,
        key=looked.key("picture"),
        persist_state="session",
        label_visibility="collapsed",
    )
    by_number = st.toggle(
        "Units by number",
        key="inside_by_number",
        persist_state="session",
        help="A unit is one number of the state. Off: those with the largest state, whatever its sign, come first.",
    )
    free = looked.inside(inside.location).trace.states[0]  # (words, units)
    order = list(range(free.shape[1])) if by_number else units_by_strength(free)
    return heatmap(inside.trace, name or names[0]), order


def draw_picture(
    looked: Inspection, inside: HeadlineTrace, cell: ChosenCell, shown: Heatmap, order: Sequence[int]
) -> None:
    """The grid, and what it shows."""
    said = caption(shown, looked.words, backward=inside.location.backward, token_name=looked.piece)

    def choose(word: int | None, unit: int | None) -> None:
        if word is not None:
            st.session_state[cell.word_key] = word
        if unit is not None:
            st.session_state[cell.unit_key] = unit + 1

    heat_grid(
        shown,
        looked.words,
        order,
        unknown=[word not in looked.classifier.vocabulary for word in looked.words],
        word=cell.word,
        unit=cell.unit,
        key=looked.key("grid"),
        alt=said,
        on_choose=choose,
    )
    meaning = MEANINGS.get(shown.name) or UPDATE_GATE_MEANINGS[looked.classifier.network.cell]
    st.caption(f"**{literal(said)}** {meaning} {_where(looked, inside.location)}")


def choose_unit(cell: ChosenCell, units: int) -> None:
    """The unit by its number, for who does not click."""
    st.number_input(
        "Unit", 1, units, key=cell.unit_key, persist_state="session", help="Or click a column above."
    )


def choose_word(cell: ChosenCell, words: Sequence[str]) -> None:
    """The step by its word, for who does not click."""
    names = {at: f"{at + 1}. {plain(word)}" for at, word in enumerate(words)}
    st.selectbox("Step", list(names), format_func=names.__getitem__, key=cell.word_key)
