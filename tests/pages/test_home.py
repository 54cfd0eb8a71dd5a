"""Home: try the classifier at once, and the four steps."""

import json
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core import paths
from core.model.classifier import Classifier
from core.settings.network import NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings
from pages.session import Session
from tests.classifiers import random_classifier
from tests.pages.opening import open_page

PAGE = str(paths.ROOT / "pages" / "home" / "page.py")


@pytest.fixture
def starter(starter_folder: Path) -> Classifier:
    """A starter that knows four words and names one of three categories."""
    network = NetworkSettings(
        vocabulary_size=20, sequence_length=3, embedding_size=4, layers=(RecurrentLayer(units=3),)
    )
    classifier = random_classifier(
        network,
        labels=("FOOD", "SPORTS", ":red[TRAVEL]"),
        cleaning=CleaningSettings(),
        known=("cup", "final", "soup", "pan"),
    )
    classifier.save(starter_folder)
    return classifier


def component(page: AppTest, key: str) -> Any:
    """What a component of ours sends to the browser."""
    return json.loads(page.get_by_key(key).proto.json)


def test_without_a_starter_the_page_says_what_will_stand_here(starter_folder: Path) -> None:
    page = open_page(PAGE)
    assert page.subheader[0].value == "Type a headline here"
    assert "models/starter is empty" in page.markdown[1].value.replace("\\", "")
    assert not page.text_input


def test_the_path_has_four_steps_and_one_of_them_is_next(starter_folder: Path) -> None:
    page = open_page(PAGE)
    named = [one.value for one in page.markdown if "**" in one.value]
    assert [text.split("**")[1] for text in named] == ["1 File", "2 Words", "3 Model", "4 Predictions"]
    assert [button.label for button in page.button] == [
        "Choose a file",
        "Clean and count",
        "Train a network",
        "Ask it",
        "Open the chapters",
    ]
    assert [button.proto.type for button in page.button] == ["primary", *["secondary"] * 4]


def test_typing_changes_the_ranking_and_marks_unknown_and_cut_words(starter: Classifier) -> None:
    page = open_page(PAGE)
    page.text_input(key="home_headline").set_value("cup zebra final soup").run()
    assert not page.exception
    tokens = component(page, "home_words")["tokens"]
    assert [(one["word"], one["number"], one["status"]) for one in tokens] == [
        ("cup", 2, "plain"),
        ("zebra", 1, "unknown"),
        ("final", 3, "plain"),
        ("soup", None, "cut"),
    ]
    expected = starter.predict(["cup zebra final soup"])[0].ranking
    rows = component(page, "home_ranking")["rows"]
    assert [row["label"] for row in rows] == [label for label, _ in expected]
    assert [row["share"] for row in rows] == pytest.approx([share for _, share in expected], abs=1e-4)


@pytest.mark.parametrize("headline", ["", "   ", "zebra", "<script>alert(1)</script>", "a" * 300])
def test_any_headline_leaves_the_page_alive(starter: Classifier, headline: str) -> None:
    page = open_page(PAGE)
    page.text_input(key="home_headline").set_value(headline).run()
    assert not page.exception


def test_the_next_step_moves_on_once_a_file_is_chosen(starter_folder: Path, tmp_path: Path) -> None:
    session = Session("a", None)
    session.choose_news(tmp_path / "my *news*.json", "my *news*.json")
    page = open_page(PAGE, session)
    assert [button.proto.type for button in page.button] == ["secondary", "primary", *["secondary"] * 3]
    assert r"my \*news\*\.json" in [one.value for one in page.caption]
