"""The loop: a step by hand, Keras's own states word by word, and two beginnings that are read one after the other."""

import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from core.insight.lessons.loop import by_hand, captions, compute
from core.insight.lessons.loop.compute import SharedEnding, StateSequence
from core.insight.lessons.loop.figures import ending_chart
from core.settings.network import CELLS
from tests.insight.word_maps import tiny_classifier

WORDS = ("the", "cat", "sat", "on", "zebra", "mat")


@pytest.mark.claim("loop", "one step, computed with its numbers")
def test_a_step_by_hand() -> None:
    classifier = tiny_classifier(cell="SimpleRNN")
    weights = classifier.weights
    sequence = compute.state_sequence(classifier, ["cat", "zebra"])
    kernel, recurrent, bias = (
        weights[f"layers/0/forward/{name}"] for name in ("kernel", "recurrent_kernel", "bias")
    )
    row = weights["embedding"]
    first = np.tanh(row[classifier.vocabulary.token_id("cat")] @ kernel + bias)
    second = np.tanh(row[1] @ kernel + first @ recurrent + bias)  # an unknown word is number 1
    assert sequence.states == pytest.approx(np.array([0 * first, first, second]), abs=1e-6)
    assert sequence.changes == pytest.approx([np.abs(first).mean(), np.abs(second - first).mean()], abs=1e-6)
    assert sequence.known == (True, False)
    assert sequence.units == 3
    assert sequence.weight_count == 4 * 3 + 3 * 3 + 3
    assert sequence.largest == 1


@pytest.mark.claim("loop", "the state after some words depends on the beginning alone")
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("more", [{}, {"ensemble_size": 2}, {"pooling": "last"}])
def test_a_state_after_some_words_is_that_of_the_beginning_alone(cell: str, more: dict[str, Any]) -> None:
    classifier = tiny_classifier(cell=cell, **more)
    sequence = compute.state_sequence(classifier, WORDS)
    for size in range(1, len(WORDS)):
        assert compute.state_sequence(classifier, WORDS[:size]).states == pytest.approx(
            sequence.states[: size + 1], abs=1e-6
        )


@pytest.mark.claim("loop", "one step, computed with its numbers")
@pytest.mark.slow
@pytest.mark.parametrize("cell", ["SimpleRNN", "LSTM", "GRU"])
def test_equals_keras(cell: str) -> None:
    import keras

    classifier = tiny_classifier(cell=cell)
    layer = getattr(keras.layers, cell)(3, return_sequences=True)
    sequence = compute.state_sequence(classifier, WORDS)
    rows = classifier.weights["embedding"][list(sequence.token_ids)][None]
    layer(rows)
    layer.set_weights(
        [array for name, array in classifier.weights.items() if name.startswith(compute._LAYER)]
    )
    assert sequence.states[1:] == pytest.approx(np.asarray(layer(rows))[0], abs=1e-5)


@pytest.mark.claim("loop", "how much of two different beginnings is left")
def test_the_difference_of_two_beginnings() -> None:
    classifier = tiny_classifier(cell="GRU")
    ending = compute.compare_endings(classifier, ("the", "cat"), ("on",), ("sat", "mat"))
    first_states = compute.state_sequence(classifier, ("the", "cat", "sat", "mat")).states
    second_states = compute.state_sequence(classifier, ("on", "sat", "mat")).states
    expected = [np.abs(first_states[2 + step] - second_states[1 + step]).mean() for step in range(3)]
    assert ending.differences == pytest.approx(expected, abs=1e-6)
    assert ending.shared == ("sat", "mat")
    same = compute.compare_endings(classifier, ("the",), ("the",), ("sat",))
    assert same.differences.tolist() == [0, 0]
    # Nothing was read before: the state is the zeros that reading begins with.
    no_beginning = compute.compare_endings(classifier, (), ("cat",), ("sat",))
    assert no_beginning.differences[0] == pytest.approx(
        np.abs(compute.state_sequence(classifier, ("cat",)).states[1]).mean(), abs=1e-6
    )


@pytest.mark.claim("loop", "a longer sentence needs no more weights")
def test_what_is_said() -> None:
    sequence = StateSequence(
        words=("a", "b"),
        token_ids=(2, 1),
        states=np.array([[0.0, 0.0], [0.5, -0.5], [0.5, 0.0]], np.float32),
        weight_count=1234,
    )
    assert captions.states(sequence) == (
        "The same 1,234 weights at every word. The state changes most at “a”, by 0.50 a unit on average, and least "
        "at “b”, by 0.25."
    )
    one_word = replace(sequence, words=("a",), states=sequence.states[:2])
    assert (
        captions.states(one_word)
        == "The same 1,234 weights at every word. At “a” a unit changes by 0.50 on average."
    )
    unbounded = replace(sequence, states=np.array([[0.0], [-2.5], [1.0]], np.float32))
    assert unbounded.largest == 2.5


@pytest.mark.parametrize(
    ("differences", "title", "sentence"),
    [
        (
            [0.5, 0.25],
            "50\u00a0% is left after the same one word",
            "50\u00a0% of the difference is still there",
        ),
        ([0.5, 0.4, 0.001], "less than 1\u00a0% is left after the same 2 words", "less than 1\u00a0% of the"),
        ([0.5, 0.0], "Forgotten after one word", "It is forgotten"),
        ([0.5, 1.25], "The difference grows to 250\u00a0%", "the difference has grown to 250\u00a0%"),
        ([0.0, 0.0], "Alike from the beginning", "their states are the same"),
    ],
)
def test_endings_in_words(differences: list[float], title: str, sentence: str) -> None:
    ending = SharedEnding(
        shared=("<b>",) * (len(differences) - 1), differences=np.array(differences, np.float32)
    )
    figure = ending_chart(ending)
    assert figure.layout.title.text == title
    assert sentence in captions.shared_ending(ending)
    assert list(figure.data[0].y) == pytest.approx(differences)
    assert list(figure.layout.xaxis.ticktext) == ["before", *["&lt;b&gt;"] * (len(differences) - 1)]


@pytest.mark.claim("loop", "the worked step of two units, h = tanh(W x + U h + b), is Keras's SimpleRNN")
def test_the_step_by_hand_equals_keras() -> None:
    import keras

    steps = by_hand.read_words()
    layer = keras.layers.SimpleRNN(2, return_sequences=True)
    layer.build((None, None, 3))
    layer.set_weights([by_hand.W.T, by_hand.U.T, by_hand.B])  # Keras multiplies from the other side
    words = np.array([[*by_hand.EMBEDDINGS.values()]])  # (1, words, 3)
    states = np.asarray(layer(words))[0]
    assert [step.word for step in steps] == ["dog", "bites", "man"]
    assert np.stack([step.after for step in steps]) == pytest.approx(states, abs=1e-6)
    assert steps[0].before.tolist() == [0, 0]
    for previous, step in pairwise(steps):
        assert np.array_equal(step.before, previous.after)


@pytest.mark.claim(
    "loop", "W has a row for each unit and a column for each number of the embedding, U is square"
)
def test_the_shapes_of_the_letters_are_those_of_keras() -> None:
    import keras

    layer = keras.layers.SimpleRNN(5)
    layer.build((None, None, 3))
    kernel, recurrent, bias = (weights.shape for weights in layer.get_weights())
    lines = dict(re.findall(r"^- \$(\S+)\$.* Shape: (.*)\.$", captions.letters(5, 3), re.M))
    assert lines["W"] == f"{kernel[1]}\u00a0×\u00a0{kernel[0]}" == "5\u00a0×\u00a03"
    assert lines["U"] == f"{recurrent[1]}\u00a0×\u00a0{recurrent[0]}" == "5\u00a0×\u00a05"
    assert lines["b"] == str(bias[0]) == lines["h_t"] == lines["h_{t-1}"]
    assert lines["x_t"] == "3"


def test_the_worked_step_is_written_with_its_numbers() -> None:
    _, step, _ = by_hand.read_words()
    # dog leaves tanh(0.5 - 0.5 - 0.12 + 0.1) = -0.020 and tanh(0.8 + 0.1 + 0.24 - 0.2) = 0.735.
    lines = captions.worked_step(step).splitlines()
    assert lines[:7] == [
        "x = (-0.5, 1.0, 0.2), old h = (-0.020, 0.735)",
        "",
        "unit 1",
        "W x = 0.5·(-0.5) + (-1.0)·1.0 + 0.3·0.2 = -1.190",
        "U h = 0.6·(-0.020) + 0.1·0.735 = 0.062",
        "sum = -1.190 + 0.062 + 0.1 = -1.028",
        "new h = tanh(-1.028) = -0.773",
    ]
    assert lines[-1] == "new h = tanh(0.148) = 0.147"
