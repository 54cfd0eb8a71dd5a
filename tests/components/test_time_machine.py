"""The player of the Time machine and its three views, in Chromium without Streamlit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from pages.components.player import packed
from tests.components.conftest import HOSTILE, Drawn
from tests.components.test_components import MATRIX_HUES

pytestmark = pytest.mark.browser
Draw = Callable[..., Drawn]


def moments(count: int = 3) -> list[dict[str, Any]]:
    return [
        {
            "position": f"{epoch}-0",
            "name": f"Epoch {epoch}",
            "right": f"{epoch} of 4 right",
            "accuracy": epoch / 4,
            "whole": True,
            "kept": epoch == 1,
            "caption": f"Caption {epoch}",
        }
        for epoch in range(count)
    ]


def player(stamp: str = "1", **view: Any) -> dict[str, Any]:
    return {"run": "run", "moments": moments(), "stamp": stamp, "alt": "A run", **view}


def matrix(**changed: Any) -> dict[str, Any]:
    # (snapshots, categories, categories and one more for those that are not drawn)
    counts = np.array([[[0, 4, 0], [0, 2, 2]], [[2, 2, 0], [4, 0, 0]], [[4, 0, 0], [0, 4, 0]]])
    names = ["SPORTS", HOSTILE]
    view: dict[str, Any] = {
        "names": names,
        "counts": packed(counts.astype("<u4")),
        "enough": [1, 1, 1],
        "drawn": "A matrix",
    }
    return player(**view, hint="Point", **MATRIX_HUES) | changed


def test_the_newest_snapshot_comes_first_and_keys_step_back(component: Draw) -> None:
    drawn = component("time_machine/confusion", matrix())
    slider = drawn.page.get_by_role("slider")
    assert drawn.texts(".moment") == ["Epoch 2: 2 of 4 right"]
    assert drawn.texts(".worst li") == ["None"]
    slider.press("ArrowLeft")
    assert drawn.texts(".moment") == ["Epoch 1: 1 of 4 right. The classifier has these weights"]
    assert drawn.texts(".caption") == ["Caption 1"]
    assert drawn.texts(".worst li") == [
        f"{HOSTILE} called SPORTS100.0\u00a0%",
        f"SPORTS called {HOSTILE}50.0\u00a0%",
    ]
    slider.press("Home")
    cell = drawn.page.locator("td").nth(3)
    cell.hover()
    assert drawn.texts(".read") == [f"2 of 4 articles of {HOSTILE} (50.0\u00a0%) are called rightly."]


def test_the_matrix_is_reached_by_keys(component: Draw) -> None:
    drawn = component("time_machine/confusion", matrix())
    drawn.page.locator("td").first.focus()
    drawn.page.keyboard.press("ArrowDown")
    assert drawn.texts(".read") == [f"0 of 4 articles of {HOSTILE} (0.0\u00a0%) are called SPORTS."]


def test_play_begins_anew_and_stops_at_the_end(component: Draw) -> None:
    drawn = component("time_machine/confusion", matrix())
    button = drawn.page.locator("button").first  # its name changes
    button.click()
    assert button.text_content() == "Pause"
    expect(drawn.page.locator(".moment")).to_have_text("Epoch 2: 2 of 4 right")
    expect(button).to_have_text("Play")


def test_the_snapshot_is_kept_when_the_run_has_gone_on(component: Draw) -> None:
    drawn = component("time_machine/confusion", matrix())
    drawn.page.get_by_role("slider").press("ArrowLeft")
    longer = matrix(stamp="2", moments=[*moments()[:1], *moments()[2:]])  # the one looked at is thinned away
    drawn.draw(longer)
    assert drawn.texts(".moment") == ["Epoch 0: 0 of 4 right"]


def test_the_same_stamp_draws_nothing_anew(component: Draw) -> None:
    drawn = component("time_machine/confusion", matrix())
    drawn.draw(matrix(names=["other", "names"]))
    assert drawn.texts("tbody th") == ["SPORTS", HOSTILE]


def headlines() -> dict[str, Any]:
    return player(
        headlines=[
            {"text": HOSTILE, "truth": 1, "about": "Changes once"},
            {"text": "b", "truth": 0, "about": "Never"},
        ],
        labels=["SPORTS", "FOOD", "MONEY"],
        bars=2,
        top=[0, 1, 0, 1, 1, 0, 0, 1, 1, 2, 0, 1],
        shares=[600, 300, 500, 400, 700, 200, 500, 400, 800, 150, 500, 400],
        ink="rgb(0, 0, 255)",
        quiet="grey",
        **MATRIX_HUES,
    )


def test_headlines_show_answers_and_the_ranking_of_the_chosen_one(component: Draw) -> None:
    drawn = component("time_machine/headlines", headlines())
    assert drawn.texts(".list .text") == [HOSTILE, "b"]
    assert drawn.texts(".headline") == [HOSTILE]
    assert drawn.texts(".bars .label") == ["FOOD", "MONEY", "1 others"]
    assert drawn.texts(".bars .figure") == ["80.0\u00a0%", "15.0\u00a0%", "5.0\u00a0%"]
    assert [cell.get_attribute("class") for cell in drawn.page.locator(".strip button").all()] == [
        "wrong",
        "right",
        "right now",
    ]
    drawn.page.locator(".strip button").first.click()
    assert drawn.texts(".called") == ["SPORTS, is FOOD", "SPORTS"]
    drawn.page.locator(".list button").last.click()
    assert drawn.texts(".about") == ["Never"]


def words(**changed: Any) -> dict[str, Any]:
    # Two words: each snapshot moves the first from the left to the right at the foot; the second stays at the top.
    points = np.array([[0, 0, 65535, 65535], [32767, 0, 65535, 65535], [65535, 0, 65535, 65535]])
    view: dict[str, Any] = {
        "points": packed(points.astype("<u2")),
        "words": [HOSTILE, "rain"],
        "groups": [["rgb(0, 128, 0)", 1, [0, 1]]],
        "sizes": [50, 50],
        "named": [0, 1],
        "key": [["SPORTS", "rgb(0, 128, 0)"]],
        "word": -1,
        "neighbours": [],
        "drawn": "A map",
    }
    return player(**view) | changed


def test_a_word_is_pointed_at_and_sent_when_it_is_clicked(component: Draw) -> None:
    drawn = component("time_machine/words", words())
    paper = drawn.page.locator("canvas.paper")
    box = paper.bounding_box()
    assert box is not None
    right, foot = box["width"] - 16, box["height"] - 16
    paper.hover(position={"x": right, "y": foot})
    assert drawn.texts(".pointed") == [HOSTILE]
    paper.click(position={"x": right, "y": foot})
    paper.click(position={"x": 20, "y": 20})  # nobody is there
    assert drawn.triggers == [["word", 0]]
    assert drawn.texts(".key span") == ["SPORTS"]


def test_the_followed_word_names_its_neighbours_at_each_snapshot(component: Draw) -> None:
    drawn = component("time_machine/words", words(word=0, neighbours=[[1], [], [1]]))
    near = f"Nearest to “{HOSTILE}” at this snapshot: "
    assert drawn.texts(".near") == [f"{near}rain"]
    drawn.page.get_by_role("slider").press("ArrowLeft")
    assert drawn.texts(".near") == [f"{near}no other word"]
    assert drawn.page.locator("canvas.paper").get_attribute("data-moment") == "1"
