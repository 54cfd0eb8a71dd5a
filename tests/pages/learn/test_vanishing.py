"""The chapter on vanishing gradients, alone: the sliders against powers, the classifier's lines, the question."""

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight.lessons.vanishing import many_units
from core.model.backward import embedding_gradients
from core.model.classifier import Classifier
from core.model.forward import forward_embedded
from core.settings.network import CELLS, RecurrentLayer
from pages.session import Session
from tests.insight.word_maps import tiny_classifier
from tests.pages.learn.answering import answer_in_every_way
from tests.pages.learn.reading import KNOWN
from tests.pages.learn.test_vectors import finished
from tests.pages.opening import open_chapter

pytestmark = pytest.mark.usefixtures("starter")

SENTENCE = "the cat sat on a zebra"


def lines(page: AppTest) -> dict[str, list[float]]:
    chart = page.get("plotly_chart")[0]
    return {trace["name"]: trace["y"] for trace in json.loads(chart.proto.spec)["data"]}


def text(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.markdown, *page.caption]).replace("\\", "")


def test_the_line_follows_the_sliders() -> None:
    page = open_chapter("vanishing", SENTENCE)
    for weight, words in ((0.8, 40), (0.5, 12), (1.2, 30), (1.0, 2)):
        page.slider(key="vanishing_weight").set_value(weight).run()
        page.slider(key="vanishing_words").set_value(words).run()
        assert not page.exception
        assert lines(page)["one unit"] == pytest.approx([weight**back for back in range(words)], rel=1e-9)
        assert page.code[0].value.startswith(f"{weight:.3f}")
    page.slider(key="vanishing_weight").set_value(1.5).run()
    page.slider(key="vanishing_words").set_value(60).run()
    assert "explodes" in text(page)
    # A state that was pushed lies where tanh is flat.
    page.segmented_control(key="vanishing_push").set_value("0.5").run()
    assert not page.exception
    assert "vanishes" in text(page)


def test_the_largest_eigenvalue_moves_the_layers() -> None:
    page = open_chapter("vanishing", SENTENCE)
    page.slider(key="vanishing_words").set_value(30).run()
    for largest in (0.5, 2.4):
        page.slider(key="vanishing_eigenvalue").set_value(largest).run()
        assert not page.exception
        eigenvalues, layers = (
            json.loads(chart.proto.spec)["data"] for chart in page.get("plotly_chart")[1:3]
        )
        sizes = np.hypot(eigenvalues[0]["x"], eigenvalues[0]["y"])
        assert max(sizes) == pytest.approx(largest)
        by_name = {trace["name"]: trace["y"] for trace in layers}
        assert by_name["64 units"][29] == pytest.approx(many_units.layer(64, largest, 30).first_gradient)
        assert f"With a largest eigenvalue of {largest}, this much of the gradient" in text(page)


def test_the_classifiers_lines_are_its_own_gradients(starter: Classifier) -> None:
    page = open_chapter("vanishing", SENTENCE)
    gradients = lines(page)
    words = (SENTENCE.split() * 2)[:12]  # as many as it reads
    ids = np.array([starter.encode(words)])
    mask = np.ones(ids.shape, bool)
    trace = forward_embedded(starter.weights, "", starter.network, starter.weights["embedding"][ids], mask)
    label = trace.logits.argmax(axis=1)
    backpropagated = embedding_gradients(starter.weights, "", starter.network, trace, mask, label)
    norms = np.linalg.norm(backpropagated[0], axis=1)[::-1]
    assert gradients["the classifier's answer"] == pytest.approx(norms / norms[0], rel=1e-3)
    assert gradients["the classifier's state"][0] == 1
    assert "It reads at most 12 words" in text(page)
    page.slider(key="vanishing_words").set_value(5).run()
    assert len(lines(page)["the classifier's answer"]) == 5
    assert "words at most" not in text(page)


@pytest.mark.parametrize("cell", CELLS)
def test_every_cell(cell: str) -> None:
    layers = (RecurrentLayer(units=3, bidirectional=False),)
    classifier = tiny_classifier(40, known=KNOWN, cell=cell, layers=layers, pooling="last")
    page = open_chapter("vanishing", SENTENCE, session=finished(classifier, held_out=False, computed=False))
    assert f"Through the {cell}'s state" in text(page)
    assert "goes this way too" in text(page)


@pytest.mark.parametrize(
    "classifier",
    [
        tiny_classifier(
            40, known=KNOWN, ensemble_size=2, tokenization="words and pairs", bigram_buckets=1_000
        ),
        tiny_classifier(12, known=("t", "h", "e", "c", "a"), tokenization="characters"),
    ],
)
def test_readers_votes_and_characters(classifier: Classifier) -> None:
    page = open_chapter("vanishing", SENTENCE, session=finished(classifier, held_out=False, computed=False))
    assert ("direct votes of words and pairs" in text(page)) == classifier.network.has_bag_of_words
    assert len(lines(page)) == 3


def test_without_any_classifier_the_weights_are_random_and_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = open_chapter("vanishing", None)
    assert "random weights reads here. It has learnt nothing" in text(page)
    assert len(lines(page)["the classifier's answer"]) == 40


def test_a_file_of_41_categories_without_any_classifier(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    path = tmp_path / "many.json"
    rows = [json.dumps({"category": f"C {n % 41}", "headline": "the cat sat"}) for n in range(400)]
    path.write_text("\n".join(rows))
    session = Session("visitor", None)
    session.choose_news(path, "many.json")
    assert len(lines(open_chapter("vanishing", SENTENCE, session=session))) == 3


@pytest.mark.parametrize(
    "sentence", ["", "   ", ":red[X] <script> 🙂", "unheard unknown", "cat", "cat " * 40]
)
def test_any_sentence_can_be_gone_back(sentence: str) -> None:
    page = open_chapter("vanishing", sentence)
    assert len(lines(page)) == 3
    for element in [*page.markdown, *page.caption]:
        assert "<script>" not in element.value
        assert ":red[" not in element.value.replace("\u2060", "")


def test_of_nothing_the_one_unit_is_left() -> None:
    page = open_chapter("vanishing", "https://example.org")
    assert list(lines(page)) == ["one unit"]
    assert "only the one unit is drawn" in text(page)


@pytest.mark.claim("all", "in each chapter, a wrong answer is explained and the right one accepted")
def test_every_wrong_answer_is_explained_and_the_right_one_accepted() -> None:
    page = open_chapter("vanishing", SENTENCE)
    assert f"{0.8**39:.6f}" in text(page).replace("\\", "")
    feedback = answer_in_every_way(page, "vanishing")
    assert any(f"{0.8**-39:,.0f} times" in shown for shown in feedback.values())
