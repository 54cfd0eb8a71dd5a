"""The recorded networks on "Who beat whom" in the chapters on order and memory, and one's own beside."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from core import paths
from core.insight.order_task.results import EXAMPLE
from core.model.classifier import Classifier
from core.settings.network import CELLS
from pages.learn.chapters import CHAPTERS
from pages.learn.material import MATCH_KEY, SENTENCE_KEY
from tests.insight.word_maps import tiny_classifier
from tests.pages.learn.test_vectors import finished
from tests.pages.opening import open_chapter

ON_MEMORY = ("no_memory", "loop", "vanishing", "gates")


def text(page: AppTest) -> str:
    return "\n".join(element.value for element in [*page.markdown, *page.caption, *page.info]).replace(
        "\\", ""
    )


def network_choice(page: AppTest) -> ButtonGroup[Any]:
    (choice,) = [control for control in page.segmented_control if control.label == "Which network reads"]
    return choice


def moved_points(page: AppTest) -> list[float]:
    """Of both networks of the chapter on order: points of probability that the present order moves."""
    charts = [json.loads(chart.proto.spec)["data"] for chart in page.get("plotly_chart")]
    moved = []
    for traces in charts:
        by_name = {trace["name"]: trace["x"] for trace in traces if "name" in trace}
        pairs = zip(by_name["as typed"], by_name["in this order"], strict=True)
        moved.append(100 * sum(abs(before - after) for before, after in pairs) / 2)
    return moved


def test_four_chapters_show_the_same_networks() -> None:
    assert {name for name, chapter in CHAPTERS.items() if chapter.cells} == set(ON_MEMORY)


@pytest.mark.parametrize("name", ON_MEMORY)
def test_a_fresh_visitor_reads_with_the_recorded_gru(name: str) -> None:
    page = open_chapter(name)
    choice = network_choice(page)
    assert choice.value == "GRU"
    assert choice.options == [cell for cell in CELLS if name != "gates" or cell != "SimpleRNN"]
    assert page.text_input(key=MATCH_KEY).value == EXAMPLE
    assert "A GRU that learnt “Who beat whom” reads your sentence here." in text(page)
    choice.set_value("LSTM").run()
    assert not page.exception
    assert "A LSTM that learnt" not in text(page)
    assert "An LSTM that learnt “Who beat whom” reads your sentence here." in text(page)


@pytest.mark.claim("no_memory", "on the example, a swap of the two names moves the dense network by nothing")
def test_a_swap_of_the_names_moves_the_recurrent_network_alone() -> None:
    page = open_chapter("no_memory")
    page.button(key="order_swap_names").click().run()
    assert not page.exception
    dense, recurrent = moved_points(page)
    assert dense == 0
    assert recurrent >= 40
    page.button(key="order_swap_names").click().run()
    assert moved_points(page)[1] == 0


def test_a_sentence_without_two_names_has_none_to_swap() -> None:
    page = open_chapter("no_memory")
    page.text_input(key=MATCH_KEY).set_value("fans sang").run()
    assert not page.exception
    assert "order_swap_names" not in [button.key for button in page.button]


@pytest.mark.parametrize("name", ON_MEMORY)
def test_ones_own_network_comes_first_and_is_said_to_differ(name: str) -> None:
    own: Classifier = tiny_classifier(40, cell="LSTM")
    page = open_chapter(name, "the cat sat on a mat", session=finished(own))
    choice = network_choice(page)
    assert choice.value == "Your own"
    assert page.text_input(key=SENTENCE_KEY).value == "the cat sat on a mat"
    assert "Your own LSTM reads here." in text(page)
    assert "differ from the recorded ones" in text(page)
    choice.set_value("GRU").run()
    assert not page.exception
    assert "Your own LSTM reads here." not in text(page)
    assert "A GRU that learnt “Who beat whom”" in text(page)


def test_a_damaged_recorded_network_leaves_the_chapter_to_the_starter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "GRU").mkdir()
    (tmp_path / "GRU" / "classifier.json").write_text("{")
    monkeypatch.setattr(paths, "WHO_BEAT_WHOM_CLASSIFIERS", tmp_path)
    assert "The starter reads your sentence here." in text(open_chapter("loop"))
