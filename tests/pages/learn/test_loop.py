"""The chapter on the loop, alone: its states against the network's, both drawings, every kind of classifier."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.model.classifier import Classifier
from core.model.forward import Array, forward
from core.settings.network import CELLS, RecurrentLayer
from pages.learn.material import SENTENCE_KEY
from pages.session import Session
from tests.insight.word_maps import tiny_classifier
from tests.pages.learn.answering import answer_in_every_way
from tests.pages.learn.reading import KNOWN
from tests.pages.learn.test_vectors import finished
from tests.pages.opening import open_chapter

pytestmark = pytest.mark.usefixtures("starter")

SENTENCE = "the cat sat on a zebra"


def own(classifier: Classifier) -> AppTest:
    return open_chapter("loop", SENTENCE, session=finished(classifier, held_out=False, computed=False))


def drawn(page: AppTest) -> dict[str, Any]:
    every: list[dict[str, Any]] = [json.loads(one.proto.json) for one in page.get("bidi_component")]
    (data,) = every
    return data


def text(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.markdown, *page.caption, *page.info]).replace(
        "\\", ""
    )


@pytest.mark.claim("loop", "the hidden states are the classifier's own")
def test_the_states_are_the_networks_word_by_word(starter: Classifier) -> None:
    page = open_chapter("loop", SENTENCE)
    for sentence in (SENTENCE, "a mat on the cat"):
        page.text_input(key=SENTENCE_KEY).set_value(sentence).run()
        data = drawn(page)
        words = sentence.split()
        assert data["words"] == words
        assert data["known"] == [word in starter.vocabulary for word in words]
        trace = forward(starter.weights, starter.network, np.array([starter.encode(words)]))
        states = trace.members[0].layers[0].forward.states[0]
        assert np.array(data["states"][1:]) == pytest.approx(states, abs=6e-5)
        assert not any(data["states"][0])
    weights = 3 * (4 * 3 + 3 * 3 + 2 * 3)  # of a GRU that reads rows of 4 into 3 units
    assert f"The same {weights} weights at every word" in text(page)


@pytest.mark.claim("loop", "rolled and unrolled give the same hidden states")
def test_rolled_and_unrolled_are_the_same_states() -> None:
    page = open_chapter("loop", SENTENCE)
    unrolled = drawn(page)
    page.segmented_control(key="loop_drawn").set_value("Rolled").run()
    assert not page.exception
    assert drawn(page) == unrolled | {"rolled": True}


def test_another_beginning_moves_the_line(starter: Classifier) -> None:
    page = open_chapter("loop", "the cat sat on")

    def line() -> list[float]:
        (chart,) = page.get("plotly_chart")
        heights: list[float] = json.loads(chart.proto.spec)["data"][0]["y"]
        return heights

    page.text_input(key="loop_other").set_value("a mat").run()
    assert not page.exception

    def state(sentence: str) -> Array:
        ids = np.array([starter.encode(sentence.split())])
        last: Array = forward(starter.weights, starter.network, ids).members[0].layers[0].forward.last[0]
        return last

    pairs = [("the cat", "a mat"), ("the cat sat", "a mat sat"), ("the cat sat on", "a mat sat on")]
    assert line() == pytest.approx([np.abs(state(a) - state(b)).mean() for a, b in pairs], abs=1e-5)
    page.text_input(key="loop_other").set_value("the cat").run()
    assert line() == [0, 0, 0]
    assert "their states are the same" in text(page)
    page.text_input(key="loop_other").set_value("").run()
    assert not page.exception


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell_and_what_is_said_of_each(cell: str) -> None:
    one_way = tiny_classifier(
        40, known=KNOWN, cell=cell, layers=(RecurrentLayer(units=3, bidirectional=False),)
    )
    page = own(one_way)
    assert drawn(page)["cell"] == cell
    assert "reads from the last word back" not in text(page)
    assert "Your own classifier" in text(page)


def test_two_layers_two_readers_and_both_directions_are_said() -> None:
    page = own(
        tiny_classifier(
            40, known=KNOWN, ensemble_size=2, layers=(RecurrentLayer(units=3), RecurrentLayer(units=2))
        )
    )
    assert "reads from the last word to the first" in text(page)
    assert "first of 2 layers" in text(page)
    assert "2 networks" in text(page)


def test_characters_and_more_words_than_are_drawn() -> None:
    letters = tiny_classifier(
        12, known=("t", "h", "e", "c", "a"), tokenization="characters", sequence_length=90
    )
    page = open_chapter("loop", "the cat " * 11, finished(letters, held_out=False, computed=False))
    assert len(drawn(page)["words"]) == 40
    assert "The first 40 of" in text(page)


@pytest.mark.claim("all", "these weights are random, where there is no classifier")
def test_without_any_classifier_the_weights_are_random_and_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = open_chapter("loop", None)
    assert "random weights reads here. It has learnt nothing" in text(page)
    assert len(drawn(page)["states"][0]) == 16


def test_a_file_of_41_categories_without_any_classifier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    path = tmp_path / "many.json"
    lines = [json.dumps({"category": f"C {n % 41}", "headline": "the cat sat"}) for n in range(400)]
    path.write_text("\n".join(lines))
    session = Session("visitor", None)
    session.choose_news(path, "many.json")
    assert drawn(open_chapter("loop", SENTENCE, session=session))["known"][:3] == [True, True, True]


@pytest.mark.parametrize(
    "sentence", ["", "   ", ":red[X] <script> 🙂", "unheard unknown", "cat", "cat " * 40]
)
def test_any_sentence_can_be_followed(sentence: str) -> None:
    page = open_chapter("loop", sentence)
    assert len(drawn(page)["states"]) == len(drawn(page)["words"]) + 1
    for element in [*page.markdown, *page.caption]:
        assert "<script>" not in element.value
        assert ":red[" not in element.value.replace("\u2060", "")


def test_of_nothing_there_is_no_loop() -> None:
    page = open_chapter("loop", "https://example.org")
    assert "no word is left for the network to read" in text(page)
    assert not page.radio


@pytest.mark.claim("all", "in each chapter, a wrong answer is explained and the right one accepted")
def test_every_wrong_answer_is_explained_and_the_right_one_accepted() -> None:
    feedback = answer_in_every_way(open_chapter("loop", SENTENCE), "loop")
    assert feedback["81, the same ones"].startswith("Correct")
    assert any(text.startswith("162") for text in feedback)  # twice 81
