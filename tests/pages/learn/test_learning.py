"""The chapter on learning, alone: its controls, what is sent to the drawing, the questions."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.insight.lessons.learning.compute import HEADLINES, WORDS
from pages.learn.learning.parts import STEPS
from tests.pages.learn.answering import answer_in_every_way
from tests.pages.opening import open_chapter


def sent(page: AppTest) -> dict[str, Any]:
    (component,) = page.get("bidi_component")
    data: dict[str, Any] = json.loads(component.proto.json)
    return data


def test_the_whole_training_is_sent_and_every_control_changes_it() -> None:
    page = open_chapter("learning")
    data = sent(page)
    assert len(data["moments"]) == len(data["drawings"]) == STEPS + 1
    assert data["words"] == list(WORDS)
    assert len(data["headlines"]) == len(HEADLINES)
    assert data["moments"][0]["name"] == "Before training"
    assert all(data["drawings"][-1]["correct"])
    stamps = {data["stamp"]}
    page.segmented_control(key="learning_optimizer").set_value("Adam").run()
    stamps.add(sent(page)["stamp"])
    page.select_slider(key="learning_rate").set_value(0.1).run()
    stamps.add(sent(page)["stamp"])
    page.select_slider(key="learning_batch").set_value(2).run()
    stamps.add(sent(page)["stamp"])
    page.button(key="learning_again").click().run()
    stamps.add(sent(page)["stamp"])
    assert not page.exception
    assert len(stamps) == 5


def test_every_point_of_every_training_is_drawn() -> None:
    page = open_chapter("learning")
    for optimizer in ("SGD", "RMSprop", "Adam"):
        for rate in (0.01, 3.0):
            page.segmented_control(key="learning_optimizer").set_value(optimizer)
            page.select_slider(key="learning_rate").set_value(rate).run()
            data = sent(page)
            for drawing in data["drawings"]:
                points = [*drawing["words"], *drawing["headlines"]]
                assert max(abs(value) for point in points for value in point) < data["reach"]


def test_the_neuron_and_the_weight_follow_their_sliders() -> None:
    page = open_chapter("learning")
    assert "= 0.70" in page.code[0].value
    page.number_input(key="neuron_w1").set_value(-1.0).run()
    assert "= -1.10" in page.code[0].value
    page.select_slider(key="descent_rate").set_value(30.0).run()
    assert not page.exception


@pytest.mark.claim("all", "in each chapter, a wrong answer is explained and the right one accepted")
def test_every_wrong_answer_is_explained_and_the_right_one_accepted() -> None:
    answer_in_every_way(open_chapter("learning"), "learning")
