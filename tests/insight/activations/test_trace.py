"""Pictures of the inside and their sentences, against numbers made by hand."""

import numpy as np
import numpy.typing as npt
import pytest

from core.insight.activations import captions
from core.insight.activations import trace as heatmaps
from core.insight.activations.trace import (
    Heatmap,
    LayerLocation,
    heatmap,
    heatmap_names,
    layer_locations,
    state_changes,
    units_by_strength,
)
from core.model.forward import DirectionTrace, forward
from core.settings.network import CELLS, Cell
from tests.model.test_forward import network, random_weights

WORDS = ("the", "senate", "votes")


def heatmap_of(name: str, values: npt.ArrayLike, low: float = 0.0, high: float = 1.0) -> Heatmap:
    return Heatmap(name=name, values=np.array(values, np.float32), low=low, high=high)


def test_every_name_of_a_heatmap_has_its_words_in_the_same_order() -> None:
    assert list(captions.NAMES) == [heatmaps.STATE, *heatmaps._GATES]


def test_places_are_those_of_the_layers() -> None:
    from dataclasses import replace

    net = replace(network(units=(3, 2), bidirectional=(True, False)), ensemble_size=2)
    assert layer_locations(net) == [
        LayerLocation(member=member, layer=layer, backward=backward)
        for member in (0, 1)
        for layer, backward in ((0, False), (0, True), (1, False))
    ]
    forward_pass = forward(random_weights(net), net, np.array([[3, 4]], np.int32))
    for location in layer_locations(net):
        layer = forward_pass.members[location.member].layers[location.layer]
        assert location.trace_in(forward_pass) is (layer.backward if location.backward else layer.forward)
    with pytest.raises(ValueError, match="reads forward alone"):
        LayerLocation(layer=1, backward=True).trace_in(forward_pass)


@pytest.mark.parametrize("cell", CELLS)
def test_every_gate_has_its_picture_and_its_meaning(cell: Cell) -> None:
    net = network(cell)
    forward_pass = forward(random_weights(net), net, np.array([[3, 4]], np.int32))
    trace = LayerLocation().trace_in(forward_pass)
    assert set(heatmap_names(trace)) == {"state", *trace.gates}
    assert set(heatmap_names(trace)) <= captions.MEANINGS.keys() | (
        {"update"} if cell in captions.UPDATE_GATE_MEANINGS else set()
    )
    for name in heatmap_names(trace):
        picture = heatmap(trace, name)
        assert np.array_equal(picture.values, trace.states[0] if name == "state" else trace.gates[name][0])
        assert picture.low <= picture.values.min() <= picture.values.max() <= picture.high
        assert captions.NAMES[name] in captions.heatmap(picture, ("soup", "day"), backward=False)


def test_the_scale_is_0_to_1_for_shares_and_even_for_the_rest() -> None:
    def scale(name: str, largest: float) -> tuple[float, float]:
        values = np.array([[[largest, -0.1]]], np.float32)
        trace = DirectionTrace(states=values, last=values[:, 0], gates={name: values})
        picture = heatmap(trace, name)
        return picture.low, picture.high

    assert scale("forget", 0.3) == (0, 1)
    assert scale("candidate", 0.3) == (-1, 1)
    assert scale("cell", 1.2) == (-1.5, 1.5)
    assert scale("cell", -3.5) == (-3.5, 3.5)
    assert scale("cell", 3.6) == (-4, 4)
    assert scale("candidate", 1.0000001) == (-1, 1)  # a tanh that rounding brought past its end


def test_units_by_what_they_reach() -> None:
    assert units_by_strength(np.array([[0.1, -0.9, 0.5], [0.2, 0.0, 0.5]])) == [1, 2, 0]


def test_how_far_each_word_moves_the_state() -> None:
    values = np.array([[3.0, 4.0], [3.0, 4.0], [0.0, 0.0]])
    assert state_changes(values, backward=False).tolist() == [5, 0, 5]
    assert state_changes(values, backward=True).tolist() == [0, 5, 0]  # from the last word, of nothing, on
    assert state_changes(np.array([[3.0, 0.0], [3.0, 4.0], [3.0, 4.0]]), backward=True).tolist() == [
        4,
        0,
        5,
    ]
    assert captions.heatmap(heatmap_of("state", values, -5, 5), WORDS, backward=True) == (
        "Reading from the end, “senate” moves the state most: by 5.00. The average word moves it by 1.67 (a "
        "distance over all 2 numbers)."
    )
    assert captions.heatmap(heatmap_of("state", [[0.6, 0.8]]), ("the",), backward=False) == (
        "“the” moves the state by 1.00."
    )


def test_how_far_a_gate_is_open() -> None:
    caption = captions.heatmap(
        heatmap_of("forget", [[0.2, 0.4], [0.9, 0.9], [0.5, 0.3]]), WORDS, backward=False
    )
    assert caption == (
        "On average the forget gate is 53.3\u00a0% open: most at “senate” (90.0\u00a0%), least at “the” (30.0\u00a0%)."
    )
    assert captions.heatmap(heatmap_of("forget", [[0.2, 0.4]]), ("the",), backward=False) == (
        "On average the forget gate is 30.0\u00a0% open."
    )


def test_the_largest_number_of_a_candidate_or_cell() -> None:
    caption = captions.heatmap(
        heatmap_of("cell", [[0.5, -0.5], [0.5, -2.5], [1.0, 1.0]], -3, 3), WORDS, backward=False
    )
    assert caption == (
        "In the cell, the number farthest from 0 is −2.50: unit 2 at “senate”. The average distance from 0 is 1.00."
    )


def test_what_is_held_is_told_as_that() -> None:
    assert captions.heatmap(heatmap_of("update", np.ones((3, 4))), WORDS, backward=False) == (
        "All 4 numbers of the update gate are 1 at every word."
    )
    assert captions.heatmap(heatmap_of("state", np.zeros((3, 1))), WORDS, backward=False) == (
        "The one number of the state is 0 at every word."
    )


def test_a_number_without_size_has_no_sign() -> None:
    assert [captions.signed(value) for value in (0.5, -1.0, 0.004, -0.004, 0.0)] == [
        "+0.50",
        "−1.00",
        "0.00",
        "0.00",
        "0.00",
    ]


def test_characters_are_called_that() -> None:
    values = heatmap_of("state", [[3.0], [0.0], [1.0]], -5, 5)
    assert captions.heatmap(values, ("a", "b", "a"), backward=False, token_name="character") == (
        "“a” (character 1) moves the state most: by 3.00. The average character moves it by 2.33."
    )


def test_a_word_that_stands_there_twice_is_told_by_its_place() -> None:
    caption = captions.heatmap(
        heatmap_of("forget", [[0.1], [0.2], [0.9]]), ("on", "and", "on"), backward=False
    )
    assert "most at “on” (word 3)" in caption
    assert "least at “on” (word 1)" in caption
