"""Inside in a browser: a headline typed, a unit and a step clicked, a gate forced and let go, the keyboard."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from core.insight import artifacts
from core.insight.activations.keras_parity import NAME as AGREEMENT
from core.runs.run import Run
from tests.browser.test_path import PHONE, drawn, picture, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HEADLINE = "Senate votes on new climate bill after a long night"
HEAD, ROW = 20, 20  # pixels: the units' numbers on top, and a word


def click_cell(grid: Locator, row: float, across: int) -> None:
    """Click ``across`` pixels right of the words, in the row of a word; -1 is the row of the units' numbers."""
    grid.locator("canvas").click(position={"x": across, "y": 5 if row < 0 else HEAD + ROW * row + 10})


def shown(grid: Locator) -> tuple[str, int, float]:
    """Word, unit and number of the cell that is pointed at."""
    told = grid.page.locator(".all output").inner_text()
    word, unit, number = told.split(" · ")
    return word, int(unit.removeprefix("unit ")), float(number.replace("−", "-"))


@pytest.mark.long
def test_a_headline_is_looked_into(page: Page, trained: Run, pictures: Path | None) -> None:
    assert artifacts.artifact_path(trained.classifier_folder, AGREEMENT).exists()  # the run has measured it
    page.goto("/inside")
    settled(page, "Inside")
    box = page.get_by_label("Headline", exact=True)
    box.fill(HEADLINE)
    grid = page.get_by_role("application")
    expect(grid.get_by_role("button")).to_have_count(11)  # the words, and the mark behind them
    expect(page.get_by_text(re.compile(r"equal Keras's to 10⁻⁵"))).to_be_visible()

    # What excites each unit is looked for once; then any click shows it.
    page.get_by_role("button", name="Find what activates each unit").click()
    articles = page.get_by_role("list", name="Test articles that activate the unit most")
    expect(articles.get_by_role("listitem")).to_have_count(10)
    unit = page.get_by_label("Unit", exact=True)
    before = articles.inner_text()

    # A cell: its unit and its word.
    click_cell(grid, 4, 100)
    word, number, _ = shown(grid)
    assert word == "climate"
    expect(unit).to_have_value(str(number))
    expect(page.get_by_text(f"Unit {number} at “climate”.")).to_be_visible()
    expect(articles).not_to_have_text(before)
    expect(articles.locator("mark")).to_have_count(10)
    # A unit's number alone: the word stays.
    click_cell(grid, -1, 200)
    expect(unit).not_to_have_value(str(number))
    chosen = unit.input_value()
    expect(page.get_by_text(f"Unit {chosen} at “climate”.")).to_be_visible()
    # A word alone: the unit stays.
    grid.get_by_role("button", name="votes", exact=True).click()
    expect(page.get_by_text(f"Unit {chosen} at “votes”.")).to_be_visible()
    picture(page, pictures, "inside")

    # By the keyboard, once nothing comes any more that would set its cursor back.
    drawn(page, "Inside")
    grid.focus()
    grid.press("ArrowDown")
    grid.press("ArrowRight")
    word, number, state = shown(grid)
    assert word == "on"
    grid.press("Enter")
    expect(page.get_by_text(f"Unit {number} at “on”.")).to_be_visible()
    expect(
        page.get_by_text(re.compile(rf"^h = .* = {'−' if state < 0 else ''}{abs(state):.3f}$"))
    ).to_be_visible()

    a_gate_is_forced(page, grid)
    page.set_viewport_size(PHONE)
    settled(page, "Inside")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def a_gate_is_forced(page: Page, grid: Locator) -> None:
    """Held open, the update gate lets nothing in: the state is 0, the answer moves; let go, all is as it was."""
    page.get_by_role("button", name="Force it").click()
    expect(page.get_by_text(re.compile(r"^The answer (changes from|stays) .* before "))).to_be_visible()
    expect(page.get_by_text(re.compile(r"^All 64 numbers of the state are 0"))).to_be_visible()
    expect(page.get_by_text("z = 1, held")).to_be_visible()
    drawn(page, "Inside")
    grid.hover(position={"x": 200, "y": 100})
    assert shown(grid)[2] == 0
    page.get_by_role("button", name="Release all").click()
    expect(page.get_by_text(re.compile(r"^The answer (changes|stays)"))).to_have_count(0)
    expect(page.get_by_text("moves the state most")).to_be_visible()
    settled(page, "Inside")
