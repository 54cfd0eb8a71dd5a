"""Each component in Chromium without Streamlit: what it draws, what keys do, and that no text becomes markup."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from core.settings.network import Cell
from pages.components import cell_drawing
from pages.components.assets import PAGES, joined
from tests.components.conftest import HOSTILE, Drawn
from tests.present import present

pytestmark = pytest.mark.browser
Draw = Callable[..., Drawn]


def token(
    word: str, number: int | str | None = None, status: str = "plain", weight: float | None = None
) -> dict[str, Any]:
    return {"word": word, "number": number, "status": status, "weight": weight}


def bar(label: str, share: float) -> dict[str, Any]:
    return {"label": label, "share": share, "figure": f"{100 * share:.1f} %", "hue": "rgb(0, 0, 255)"}


HUES = {"for": "rgb(0, 128, 0)", "against": "rgb(128, 0, 128)"}
MATRIX_HUES = {"right": "rgb(0, 128, 0)", "wrong": "rgb(128, 0, 128)"}


# --- token_row ---


def test_token_row_draws_words_numbers_and_statuses(component: Draw) -> None:
    words = [token("rain", 7), token(HOSTILE, 1, "unknown"), token("stops", None, "cut", -0.5)]
    drawn = component("components/token_row", {"tokens": words, "label": "Words", **HUES})
    assert drawn.texts(".word") == ["rain", HOSTILE, "stops"]
    assert drawn.texts(".number") == ["7", "1", ""]
    assert drawn.texts(".read-aloud") == [" (unknown)", " (cut off)"]
    assert "rgb(128, 0, 128) 35%" in str(drawn.page.locator(".word").last.get_attribute("style"))


def test_token_row_is_updated_in_place_and_leaves_out_numbers_that_none_has(component: Draw) -> None:
    drawn = component("components/token_row", {"tokens": [token("a", 1)], "label": "Words", **HUES})
    drawn.draw({"tokens": [token("b"), token("c")], "label": "Read", **HUES})
    assert drawn.texts(".word") == ["b", "c"]
    assert drawn.page.locator(".number").count() == 0
    assert drawn.page.locator("ol").get_attribute("aria-label") == "Read"


ARABIC = ["الفريق", "يفوز", "2026", "Cup"]


def _from_right_to_left(drawn: Drawn, selector: str) -> bool:
    """Whether each word stands left of the one before it."""
    lefts = [present(word.bounding_box())["x"] for word in drawn.page.locator(selector).all()]
    assert len(lefts) == 4
    assert lefts == sorted(lefts) or lefts == sorted(lefts, reverse=True)
    return lefts[0] > lefts[-1]


def test_numbers_below_arabic_words_keep_their_sign_in_front(component: Draw) -> None:
    tokens = [token(word, "\u22120.08") for word in ARABIC]
    drawn = component("components/token_row", {"tokens": tokens, "label": "Words", **HUES})
    assert drawn.page.locator("ol").get_attribute("dir") == "rtl"
    directions = drawn.page.locator(".number").evaluate_all(
        "all => all.map(each => getComputedStyle(each).direction)"
    )
    assert directions == ["ltr"] * 4


@pytest.mark.parametrize(
    ("words", "expected"), [([*ARABIC[:3], "بالكأس"], True), (["a", "b", "الفريق", "c"], False)]
)
def test_words_stand_in_the_direction_of_most_of_them(
    component: Draw, words: list[str], expected: bool
) -> None:
    drawn = component("components/token_row", {"tokens": [token(w) for w in words], "label": "Words", **HUES})
    assert _from_right_to_left(drawn, ".word") == expected


def test_arabic_is_read_along_from_the_right(component: Draw) -> None:
    steps = [[bar("SPORTS", 0.5)] for _ in ARABIC]
    drawn = component("components/read_along", {"words": ARABIC, "steps": steps, "right": False})
    assert _from_right_to_left(drawn, ".words li")
    drawn.page.get_by_role("slider").press("ArrowLeft")
    assert drawn.page.locator(".unread").text_content() == "Cup"  # the last word is the leftmost


def test_the_words_of_an_arabic_text_are_coloured_from_the_right(component: Draw) -> None:
    row = {"words": ARABIC, "states": [0.1, 0.2, 0.3, 1.0], "strongest": 3, "figure": "1.00"}
    drawn = component("components/activation_rows", {"rows": [row], "label": "Texts", "high": 1, **HUES})
    assert _from_right_to_left(drawn, ".text > *")


# --- download_button ---


def button(**changed: Any) -> dict[str, Any]:
    return {"label": "Take it", "address": "download/1", "primary": False, "stretch": False, **changed}


def test_download_button_is_reached_by_the_tab_key_and_downloads_at_enter(component: Draw) -> None:
    drawn = component("components/download_button", button(label=HOSTILE))
    assert drawn.texts("a") == [HOSTILE]
    drawn.page.keyboard.press("Tab")
    with drawn.page.expect_download() as downloading:
        drawn.page.keyboard.press("Enter")
    assert downloading.value.url == "http://component.test/download/1"


def test_download_button_without_an_address_is_disabled(component: Draw) -> None:
    drawn = component("components/download_button", button(address=None))
    link = drawn.page.get_by_role("link", name="Take it", disabled=True)
    expect(link).to_have_count(1)
    assert link.get_attribute("href") is None
    kept = link.element_handle()
    drawn.draw(button(label="Take another"))
    expect(drawn.page.get_by_role("link", name="Take another", disabled=False)).to_have_attribute(
        "href", "download/1"
    )
    assert kept.is_visible()  # the same element
    assert drawn.page.locator("svg").count() == 1


def test_download_button_takes_no_more_than_its_container(component: Draw) -> None:
    drawn = component("components/download_button", button(label="word " * 60, stretch=True, primary=True))
    drawn.page.set_viewport_size({"width": 320, "height": 600})
    box = drawn.page.get_by_role("link").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 320


# --- activation_rows ---


def test_activation_rows_frame_the_strongest_word(component: Draw) -> None:
    row = {"words": ["one", HOSTILE], "states": [-1.0, 0.25], "strongest": 1, "figure": "+0.25"}
    drawn = component("components/activation_rows", {"rows": [row], "label": "Texts", "high": 2, **HUES})
    assert drawn.texts("mark") == [HOSTILE]
    assert drawn.texts(".value") == ["+0.25"]
    first = drawn.page.locator(".text span")
    assert first.get_attribute("title") == "-1.00"
    assert "rgb(128, 0, 128) 35%" in str(first.get_attribute("style"))  # half of the largest, of 70 %


# --- ranking_bars, read_along ---


def test_ranking_bars_move_in_place(component: Draw) -> None:
    rows = [bar("SPORTS", 0.75), bar(HOSTILE, 0.25)]
    drawn = component("components/ranking_bars", {"rows": rows, "label": "Labels"})
    assert drawn.texts(".label") == ["SPORTS", HOSTILE]
    assert [item.get_attribute("style") for item in drawn.page.locator(".bar").all()] == [
        f"width: {width}%; background: rgb(0, 0, 255);" for width in (75, 25)
    ]
    kept = drawn.page.locator("li").first.element_handle()
    drawn.draw({"rows": [bar("FOOD", 1.0)], "label": "Labels"})
    assert drawn.texts(".figure") == ["100.0 %"]
    assert kept.is_visible()  # the same element: its width moves


@pytest.mark.parametrize(
    ("right", "classes"), [(False, ["", "now", "unread"]), (True, ["unread", "now", ""])]
)
def test_read_along_steps_from_either_end(component: Draw, right: bool, classes: list[str]) -> None:
    steps = [[bar(f"after {count}", 0.5)] for count in (1, 2, 3)]
    drawn = component("components/read_along", {"words": ["a", HOSTILE, "c"], "steps": steps, "right": right})
    assert drawn.texts(".label") == ["after 3"]
    drawn.page.get_by_role("slider").press("ArrowLeft")
    assert drawn.texts("output") == ["2 of 3"]
    assert drawn.texts(".label") == ["after 2"]
    words = drawn.page.locator(".words li")
    assert [str(word.get_attribute("class")) for word in words.all()] == classes
    assert words.nth(1).text_content() == HOSTILE


def test_read_along_plays_to_the_end_and_stops(component: Draw) -> None:
    steps = [[bar(f"after {count}", 0.5)] for count in (1, 2)]
    drawn = component("components/read_along", {"words": ["a", "b"], "steps": steps, "right": False})
    button = drawn.page.get_by_role("button")
    button.click()
    expect(drawn.page.locator("output")).to_have_text("2 of 2")
    expect(button).to_have_text("Play")


# --- confusion_grid ---


def matrix(**changed: Any) -> dict[str, Any]:
    return {
        "names": ["SPORTS", HOSTILE],
        "ids": [4, 9],
        "counts": [[3, 1], [0, 0]],
        "chosen": [4, 9],
        "alt": "A matrix",
        "hint": "Click",
        **MATRIX_HUES,
        **changed,
    }


def test_confusion_grid_says_each_cell(component: Draw) -> None:
    drawn = component("components/confusion_grid", matrix())
    labels = [cell.get_attribute("aria-label") for cell in drawn.page.locator("td").all()]
    assert labels == [
        "3 of 4 articles of SPORTS (75.0\u00a0%) are called rightly",
        f"1 of 4 articles of SPORTS (25.0\u00a0%) are called {HOSTILE}",
        f"0 of 0 articles of {HOSTILE} are called SPORTS",
        f"0 of 0 articles of {HOSTILE} are called rightly",
    ]
    assert drawn.texts("td") == ["75", "25", "", ""]
    assert drawn.texts("output") == labels[1:2]  # the chosen one


def test_confusion_grid_keeps_the_figures_behind_an_arabic_name(component: Draw) -> None:
    drawn = component("components/confusion_grid", matrix(names=["علوم", "SPORTS"]))
    assert drawn.texts("output") == ["1 of 4 articles of \u2068علوم\u2069 (25.0\u00a0%) are called SPORTS"]


def test_confusion_grid_is_reached_by_keys(component: Draw) -> None:
    drawn = component("components/confusion_grid", matrix())
    keys = drawn.page.keyboard
    drawn.page.locator('td[tabindex="0"]').focus()
    keys.press("ArrowDown")
    keys.press("ArrowDown")  # the last row
    keys.press("ArrowLeft")
    assert drawn.texts("output") == [f"0 of 0 articles of {HOSTILE} are called SPORTS"]
    keys.press("Enter")
    assert drawn.triggers == [["cell", [9, 4]]]
    keys.press("-")
    assert drawn.page.locator("td").first.evaluate("(cell) => cell.clientWidth") == 32  # 46 / 1.45


def test_confusion_grid_follows_the_choice_without_building_anew(component: Draw) -> None:
    drawn = component("components/confusion_grid", matrix())
    kept = drawn.page.locator("td").first.element_handle()
    drawn.draw(matrix(chosen=[4, 4]))
    assert kept.get_attribute("aria-selected") == "true"
    assert drawn.page.locator('td[aria-selected="true"]').count() == 1


# --- heat_grid ---


def heat(**changed: Any) -> dict[str, Any]:
    return {
        "words": ["rain", HOSTILE],
        "unknown": [False, True],
        "values": [[500, -1000], [0, 250]],
        "order": [1, 0],
        "word": 0,
        "unit": 1,
        "high": 1,
        "share": False,
        "ink": "rgb(0, 0, 255)",
        "alt": "States.",
        **HUES,
        **changed,
    }


def test_heat_grid_says_and_sends_the_cell_of_the_keys(component: Draw) -> None:
    drawn = component("components/heat_grid", heat())
    assert drawn.texts("output") == ["rain · unit 2 · \u22121.000"]
    assert drawn.texts(".words button") == ["rain", HOSTILE]
    scroll = drawn.page.get_by_role("application")
    scroll.press("ArrowDown")
    scroll.press("End")
    assert drawn.texts("output") == [f"{HOSTILE} · unit 1 · 0.000"]
    scroll.press("Enter")
    assert drawn.triggers == [["cell", [1, 0]]]


def test_heat_grid_is_clicked_at_word_number_and_cell(component: Draw) -> None:
    drawn = component("components/heat_grid", heat())
    canvas = drawn.page.locator("canvas")
    drawn.page.locator(".words button").first.click()
    canvas.click(position={"x": 5, "y": 5})
    canvas.click(position={"x": 30, "y": 50})  # second row, second column: cells are 26 wide, rows 20 high
    assert drawn.triggers == [["cell", [0, None]], ["cell", [None, 1]], ["cell", [1, 0]]]


def test_heat_grid_paints_each_value_in_its_hue(component: Draw) -> None:
    drawn = component("components/heat_grid", heat(word=9, unit=9))
    pixel = "(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3)"
    canvas = drawn.page.locator("canvas")
    drawn.page.wait_for_function(
        "() => document.querySelector('#host').shadowRoot.querySelector('canvas').width > 300"
    )
    # Wait for two frames: the first paints.
    drawn.page.evaluate(
        "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )
    assert canvas.evaluate(pixel, [10, 30]) == [128, 0, 128]  # -1: all of the hue against
    assert canvas.evaluate(pixel, [10, 200]) == [0xFB, 0xF8, 0xF1]  # paper


# --- live_chart ---


def live(**changed: Any) -> dict[str, Any]:
    return {
        "title": HOSTILE,
        "alt": "Accuracy.",
        "height": 236,
        "right": 68,
        "x": {"low": 0, "high": 2, "step": 1, "title": "epochs"},
        "y": {"low": 0, "high": 1, "step": 0.5, "title": "accuracy", "share": True},
        "lines": [
            {"name": "training", "hue": "red", "dash": "solid", "points": [[0, 0], [1, 1]]},
            {"name": "validation", "hue": "blue", "dash": "dash", "points": []},
        ],
        "baselines": [
            {"value": 0.5, "name": "half", "hue": "grey", "until": 2, "first": False, "below": True}
        ],
        "marks": [{"at": 1, "name": "learning rate 0.1", "hue": "grey", "above": False}],
        **changed,
    }


def test_live_chart_draws_lines_names_and_ticks(component: Draw) -> None:
    drawn = component("components/live_chart", live())
    assert drawn.texts(".title") == [HOSTILE]
    assert drawn.texts(".tick") == ["0 %", "50 %", "100 %", "0", "1", "2"]
    assert drawn.texts(".name") == ["half", "learning rate 0.1", "training"]
    # 900 pixels less the body's margins: the plot is 50 to 816, and 34 to 196 high.
    width = drawn.page.locator("svg").evaluate("(svg) => svg.clientWidth")
    middle = 50 + (width - 68 - 50) / 2
    assert drawn.page.locator("polyline").get_attribute("points") == f"50,196 {middle:g},34"
    assert drawn.page.get_by_role("img").get_attribute("aria-label") == "Accuracy."


@pytest.mark.parametrize("count", [2, 4])
def test_live_chart_moves_names_apart(component: Draw, count: int) -> None:
    lines = [{"name": f"line {n}", "hue": "red", "dash": "solid", "points": [[1, 0.5]]} for n in range(count)]
    drawn = component("components/live_chart", live(lines=lines, baselines=[], marks=[]))
    levels = sorted(float(str(name.get_attribute("y"))) for name in drawn.page.locator(".name").all())
    assert all(lower - upper >= 13 for upper, lower in itertools.pairwise(levels))
    assert len(levels) == count


# --- loop_drawing ---


def loop(**changed: Any) -> dict[str, Any]:
    return {
        "words": ["rain", HOSTILE, "stops"],
        "known": [True, False, True],
        "states": [[0, 0], [0.5, -1], [0.25, 0], [1, 1]],
        "changes": [0.75, 0.625, 0.875],
        "widest": 1,
        "weights": "1,234",
        "cell": "GRU",
        "rolled": False,
        **HUES,
        **changed,
    }


def test_loop_drawing_shows_the_state_before_and_after_a_word(component: Draw) -> None:
    drawn = component("components/loop_drawing", loop())
    assert drawn.texts(".controls output") == ["word 2 of 3"]
    assert drawn.texts(".sentence") == ["word 2: a unit changes by 0.63 on average"]
    assert drawn.texts(".step .word") == ["rain", HOSTILE, "stops"]
    drawn.page.locator(".step").first.click()
    drawn.page.locator(".units").last.locator("span").nth(1).hover()
    assert drawn.texts(".sentence") == ["unit 2: 0.0000 before “rain”, -1.0000 after it"]
    drawn.page.get_by_role("slider").press("End")
    assert drawn.texts(".controls output") == ["word 3 of 3"]


def test_loop_drawing_keeps_the_word_when_it_is_rolled(component: Draw) -> None:
    drawn = component("components/loop_drawing", loop())
    drawn.page.get_by_role("slider").press("End")
    drawn.draw(loop(rolled=True))
    assert drawn.texts(".step .word") == ["stops"]
    assert drawn.texts("small") == ["1,234 weights"]
    assert drawn.texts(".back text") == ["the state", "goes back in"]


# --- unrolled_gradient ---


def unrolled() -> dict[str, Any]:
    return {
        "boxes": [{"word": f"word {n}", "state": "0.1", "gradient": f"g{n}"} for n in (1, 8, 9)],
        "factors": [{"text": "× 0.2", "between": 6}, {"text": "× 0.8", "between": 0}],
        "moments": ["one", "eight", "nine", "loss", "back to eight", "back to one"],
        "hue": "rgb(0, 0, 255)",
    }


def test_unrolled_gradient_goes_forward_and_back(component: Draw) -> None:
    drawn = component("components/unrolled_gradient", unrolled())
    slider = drawn.page.get_by_role("slider")

    def arrived() -> list[str]:
        return drawn.texts(".box.arrived .word")

    # At first everything is drawn.
    assert drawn.texts(".sentence") == ["back to one"]
    assert arrived() == ["word 1", "word 8", "word 9"]
    assert drawn.texts(".back text") == ["× 0.2", "× 0.8", "starts at 1"]
    assert drawn.texts(".between") == ["6 more"]
    slider.press("Home")
    assert slider.get_attribute("aria-valuetext") == "one"
    assert arrived() == []
    assert drawn.texts(".box.ahead .word") == ["word 8", "word 9"]
    for step, boxes in enumerate((2, 3), 1):
        slider.press("ArrowRight")
        assert len(drawn.texts(".box:not(.ahead) .word")) == boxes, step
    slider.press("ArrowRight")
    assert drawn.texts(".sentence") == ["loss"]
    assert arrived() == ["word 9"]
    slider.press("ArrowRight")
    assert arrived() == ["word 8", "word 9"]
    assert drawn.texts(".back:not(.ahead) text") == ["× 0.8", "starts at 1"]
    # Other numbers keep the moment; another number of words shows everything.
    drawn.draw(unrolled())
    assert drawn.texts(".sentence") == ["back to eight"]
    shorter = unrolled()
    shorter |= {
        "boxes": shorter["boxes"][1:],
        "factors": shorter["factors"][1:],
        "moments": ["a", "b", "c", "d"],
    }
    drawn.draw(shorter)
    assert drawn.texts(".sentence") == ["d"]


# --- cell_drawing ---


@pytest.mark.parametrize(
    ("cell", "gates"),
    [("LSTM", ["forget", "input", "output"]), ("GRU", ["update", "reset"]), ("minGRU", ["update"])],
)
def test_cell_drawing_names_its_parts_and_a_key_lights_one(
    component: Draw, cell: Cell, gates: list[str]
) -> None:
    sentences = cell_drawing.sentences(cell)
    drawn = component("components/cell_drawing", {"cell": cell, "parts": sentences, "hue": "rgb(0, 0, 255)"})
    names = drawn.texts(".name")
    assert set(gates) < set(names)
    assert "candidate" in names
    assert any("carry" in name for name in names) == (cell == "LSTM")
    assert len(drawn.texts("circle.gate")) == len(gates)
    # Each part can be reached by the keyboard and says its sentence.
    read = set()
    for _ in sentences:
        drawn.page.keyboard.press("Tab")
        assert drawn.page.locator(".lit").count() == 1
        read.add(drawn.texts(".sentence")[0])
    assert read == set(sentences.values())
    # A pointer does the same.
    drawn.page.locator(".letter").first.hover()
    assert drawn.texts(".sentence")[0].lower().startswith(f"{drawn.texts('.lit .name')[0]} gate")


# --- text_direction ---


@pytest.mark.parametrize(("text", "side"), [("rain stops", "left"), ("فاز اللاعب", "right")])
@pytest.mark.parametrize("box", ["input", "textarea"])
def test_a_box_takes_the_direction_of_its_text(browser: Browser, box: str, text: str, side: str) -> None:
    """A click at the side where the text begins puts the caret before it, one in the empty middle behind it."""
    page = browser.new_page()
    style = joined(PAGES / "components/text_direction.css")
    page.set_content(f"<style>{style} {box} {{ width: 600px }}</style><{box}></{box}>")
    field = page.locator(box)
    field.fill(text)
    bounds = present(field.bounding_box())
    across = bounds["x"] + (5 if side == "left" else bounds["width"] - 5)  # the side where the text begins
    page.mouse.click(across, bounds["y"] + 8)
    starts = field.evaluate("box => box.selectionStart")
    page.mouse.click(bounds["x"] + bounds["width"] / 2, bounds["y"] + 8)
    ends = field.evaluate("box => box.selectionStart")
    page.close()
    assert (starts, ends) == (0, len(text))
