"""The chapter on order, alone: buttons against the networks themselves, every kind of sentence, file and classifier."""

import json
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.insight import artifacts
from core.insight.evaluation import word_order as orders
from core.model.classifier import Classifier
from pages.learn.material import SENTENCE_KEY
from pages.session import Session
from tests.insight.word_maps import tiny_classifier
from tests.pages.learn.answering import answer_in_every_way
from tests.pages.learn.reading import KNOWN
from tests.pages.learn.test_vectors import finished
from tests.pages.opening import open_chapter

pytestmark = pytest.mark.usefixtures("starter")

SENTENCE = "the cat sat on a mat"


def press(page: AppTest, *buttons: str) -> AppTest:
    for button in buttons:
        page.button(key=f"order_{button}").click().run()
        assert not page.exception
    return page


def words(page: AppTest) -> list[str]:
    (tokens,) = [json.loads(component.proto.json)["tokens"] for component in page.get("bidi_component")]
    return [token["word"] for token in tokens]


def points(page: AppTest) -> list[dict[str, list[float]]]:
    """Of both charts: before and after."""
    charts = [json.loads(chart.proto.spec)["data"] for chart in page.get("plotly_chart")]
    return [{trace["name"]: trace["x"] for trace in data if "name" in trace} for data in charts]


def text(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.markdown, *page.caption, *page.info]).replace(
        "\\", ""
    )


def test_the_dense_network_stands_still_and_the_recurrent_one_moves_as_it_does(starter: Classifier) -> None:
    page = open_chapter("no_memory", SENTENCE)
    assert "Now change the order" in text(page)
    for buttons in (("reverse",), ("shuffle",), ("shuffle", "swap"), ("typed", "swap")):
        press(page, *buttons)
        order = words(page)
        assert sorted(order) == sorted(SENTENCE.split())
        assert order != SENTENCE.split()
        dense, recurrent = points(page)
        assert dense["as typed"] == dense["in this order"]
        asked = starter.predict([SENTENCE, " ".join(order)])
        for name, answer in zip(("as typed", "in this order"), asked, strict=True):
            shares = sorted((share for _, share in answer.ranking), reverse=True)
            assert sorted(recurrent[name], reverse=True)[0] == pytest.approx(shares[0], abs=1e-5)
        assert "No probability moves." in text(page)
    press(page, "typed")
    assert words(page) == SENTENCE.split()


def test_reversing_twice_is_as_typed_and_a_new_sentence_begins_as_typed() -> None:
    page = press(open_chapter("no_memory", SENTENCE), "reverse")
    assert words(page) == SENTENCE.split()[::-1]
    press(page, "reverse")
    assert words(page) == SENTENCE.split()
    press(page, "reverse")
    page.text_input(key=SENTENCE_KEY).set_value("a mat on the cat").run()
    assert words(page) == ["a", "mat", "on", "the", "cat"]


def test_the_example_is_put_into_the_box() -> None:
    page = press(open_chapter("no_memory", SENTENCE), "example")
    assert page.text_input(key=SENTENCE_KEY).value == "A film about a doctor who left the church"


def test_whose_figures_they_are_is_said(starter: Classifier) -> None:
    page = open_chapter("no_memory", SENTENCE)
    assert "articles in the built-in sample" in text(page)
    assert f"It has learnt from {starter.card.news_name}, so it has different categories." in text(page)
    assert "The Evaluate page measures" in text(page)


@pytest.mark.claim("no_memory", "what shuffling costs over the whole test part")
def test_the_whole_test_parts_figures_where_the_study_is_there(starter: Classifier) -> None:
    rows = starter.card.test.rows
    before = [True] * (rows // 2) + [False] * (rows - rows // 2)
    arrays = {f"network/{way}": np.zeros(rows, bool) for way in orders.REORDERINGS}
    arrays["network/before"] = np.array(before)
    artifacts.write(paths.STARTER, orders.NAME, arrays)
    assert f"instead of {100 * (rows // 2) / rows:.1f}" in text(open_chapter("no_memory", SENTENCE))


def test_without_any_classifier_a_network_with_random_weights_reads_and_is_said_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "STARTER", tmp_path / "none")
    page = press(open_chapter("no_memory", None), "reverse")
    assert "random weights reads here. It has learnt nothing" in text(page)
    dense, recurrent = points(page)
    assert dense["as typed"] == dense["in this order"]
    assert recurrent["as typed"] != recurrent["in this order"]


@pytest.mark.parametrize(
    "classifier",
    [
        tiny_classifier(40, known=KNOWN, ensemble_size=2),
        tiny_classifier(12, known=("t", "h", "e", "c", "a"), tokenization="characters"),
    ],
)
def test_a_run_of_ones_own(classifier: Classifier) -> None:
    page = press(
        open_chapter("no_memory", SENTENCE, session=finished(classifier, held_out=False, computed=False)),
        "shuffle",
        "swap",
    )
    assert "Your own classifier reads" in text(page)
    assert ("character by character" in text(page)) == (classifier.network.tokenization == "characters")


@pytest.mark.parametrize(
    "sentence", ["", "   ", "?!", ":red[X] <script> 🙂", "unheard unknown", "cat", "cat " * 40]
)
def test_any_sentence_can_be_put_in_order(sentence: str) -> None:
    page = press(open_chapter("no_memory", sentence), "reverse", "shuffle", "swap")
    for element in [*page.markdown, *page.caption]:
        assert "<script>" not in element.value
        assert ":red[" not in element.value.replace("\u2060", "")


def test_of_nothing_there_is_no_order() -> None:
    assert "no word is left to reorder" in text(open_chapter("no_memory", "https://example.org"))


def test_a_file_of_41_categories(tmp_path: Path) -> None:
    path = tmp_path / "many.json"
    lines = [
        json.dumps({"category": f":red[C] {n % 41}", "headline": f"the cat sat on mat {n}"})
        for n in range(400)
    ]
    path.write_text("\n".join(lines))
    session = Session("visitor", None)
    session.choose_news(path, "*many*.json")
    page = press(open_chapter("no_memory", SENTENCE, session=session), "reverse")
    assert "articles in *many*.json" in text(page)
    assert "× 41 =" in text(page)
    assert not any(":red[" in element.value.replace("\u2060", "") for element in page.caption)


def test_a_file_that_is_gone_is_said(tmp_path: Path) -> None:
    session = Session("visitor", None)
    session.choose_news(tmp_path / "gone.json", "gone.json")
    page = open_chapter("no_memory", SENTENCE, session=session)
    assert "no longer on the server" in page.error[0].value


@pytest.mark.claim("all", "in each chapter, a wrong answer is explained and the right one accepted")
def test_every_wrong_answer_is_explained_and_the_right_one_accepted() -> None:
    feedback = answer_in_every_way(press(open_chapter("no_memory", SENTENCE), "reverse"), "no_memory")
    assert any("moves the dense network by 0.0 points" in shown for shown in feedback.values())
