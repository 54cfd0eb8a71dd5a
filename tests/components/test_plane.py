"""The plane of the tiny network that learns in the page, in Chromium without Streamlit."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.components.conftest import HOSTILE, Drawn

pytestmark = pytest.mark.browser


def drawing(word: float, *, line: bool) -> dict[str, Any]:
    return {
        "words": [[word, 0.0]],
        "headlines": [[word, 0.5]],
        "correct": [line],
        "line": [[-1, -1], [1, 1]] if line else None,
        "side": [[-1, 0], [1, 0], [1, 4], [-1, 4]],
    }


def plane() -> dict[str, Any]:
    return {
        "run": "learning",
        "stamp": "1",
        "alt": "A training",
        "pace": 50,
        "start": 0,
        "drawn": "A plane",
        "categories": [HOSTILE, "food"],
        "words": [HOSTILE],
        "headlines": [{"text": HOSTILE, "category": 0}],
        "reach": 1.0,
        "drawings": [drawing(0.0, line=True), drawing(0.5, line=True), drawing(1.0, line=False)],
        "moments": [
            {
                "position": f"0-{step}", "name": f"Step {step}", "right": f"{step} of 2 right", "accuracy": step / 2,
                "whole": False, "kept": False, "caption": "Caption",
            }
            for step in range(3)
        ],
    }  # fmt: skip


def style(drawn: Drawn, selector: str) -> str:
    return str(drawn.page.locator(selector).first.get_attribute("style"))


def test_a_step_moves_words_and_headlines(component: Callable[..., Drawn]) -> None:
    drawn = component("learn/learning/plane", plane())
    assert drawn.texts(".moment") == ["Step 0: 0 of 2 right"]
    assert drawn.texts("text.word") == [HOSTILE]
    # The plane is 640 by 400 and shows -1 to 1 over its height, 0 in the middle.
    assert "translate(320px, 200px)" in style(drawn, ".word")
    drawn.page.get_by_role("button", name="Step").click()
    assert drawn.texts(".moment") == ["Step 1: 1 of 2 right"]
    assert "translate(420px, 200px)" in style(drawn, ".word")
    assert "translate(420px, 100px)" in style(drawn, ".headline")


def test_without_a_line_no_side_is_shaded(component: Callable[..., Drawn]) -> None:
    drawn = component("learn/learning/plane", plane())
    for selector in (".boundary", ".side"):
        assert drawn.page.locator(selector).is_visible()
    assert drawn.page.locator(".headline.wrong").count() == 0
    drawn.page.get_by_role("slider").press("End")
    for selector in (".boundary", ".side"):
        assert not drawn.page.locator(selector).is_visible()
    assert drawn.page.locator(".headline.wrong").count() == 1
