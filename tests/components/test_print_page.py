"""On paper a page has no navigation and no controls, and a chapter fits on one sheet."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from pages.components.assets import PAGES, joined

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "components/print_page"
# As much of Streamlit's page as the style and the script know.
STREAMLIT = """
([paragraphs, background]) => {
  const put = (parent, testid) => {
    const element = parent.appendChild(document.createElement("div"))
    element.dataset.testid = testid
    return element
  }
  const app = put(document.body, "stApp")
  app.style.cssText = `position: absolute; inset: 0; overflow: hidden; background: ${background}`
  put(app, "stSidebar").textContent = "Navigation"
  const stMain = put(app, "stMain")
  stMain.style.cssText = "height: 100vh; overflow: auto"
  const main = put(stMain, "stMainBlockContainer")
  const head = put(main, "stVerticalBlock")
  head.className = "st-key-chapter_head"
  head.textContent = "Title"
  put(main, "stButton").textContent = "Press me"
  const field = put(main, "stTextInput")
  put(field, "stTextInputField").appendChild(document.createElement("input")).value = "my sentence"
  for (let n = 1; n <= paragraphs; n += 1) put(main, "stElementContainer").textContent = `Paragraph ${n}. `.repeat(9)
}
"""


def printed(
    component: Callable[..., Any], paragraphs: int, *, background: str = "white"
) -> tuple[Page, PdfReader]:
    page = component(NAME, {"label": "Print", "one_page": True}).page
    page.add_style_tag(content=joined((PAGES / NAME).with_suffix(".css")))
    page.evaluate(STREAMLIT, [paragraphs, background])
    return page, PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))


def test_a_chapter_is_one_page_of_a4(component: Callable[..., Any]) -> None:
    page, pdf = printed(component, 40)
    (sheet,) = pdf.pages
    assert [round(float(side)) for side in sheet.mediabox[2:]] == [595, 842]  # points: 210 mm by 297 mm
    text = sheet.extract_text()
    assert "Paragraph 1." in text
    assert "Paragraph 40." in text
    assert "Navigation" not in text
    assert "Press me" not in text
    assert page.evaluate("document.documentElement.className") == "", "the screen keeps the look of the paper"


def test_what_fits_on_no_page_takes_more_and_loses_nothing(component: Callable[..., Any]) -> None:
    _, pdf = printed(component, 300)
    assert len(pdf.pages) > 1
    text = "".join(sheet.extract_text() for sheet in pdf.pages)
    assert [n for n in range(1, 301) if f"Paragraph {n}." not in text] == []


def test_a_field_shows_its_value_and_a_dark_page_prints_dark_text(component: Callable[..., Any]) -> None:
    page, _ = printed(component, 3, background="#1A1815")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    field = page.get_by_test_id("stTextInput")
    assert field.evaluate("field => getComputedStyle(field, '::after').content") == '"my sentence"'
    assert page.get_by_test_id("stTextInputField").is_hidden()
    paragraph = page.get_by_test_id("stElementContainer").first
    assert paragraph.evaluate("element => getComputedStyle(element).color") == "rgb(33, 29, 24)"


def test_button_and_keys_print(component: Callable[..., Any]) -> None:
    page, _ = printed(component, 3)
    page.evaluate("window.print = () => (window.printed = (window.printed ?? 0) + 1)")
    page.get_by_role("button", name="Print").press("Enter")
    page.wait_for_function("window.printed === 1")
    page.keyboard.press("Control+p")
    page.wait_for_function("window.printed === 2")
    page.wait_for_function("document.documentElement.className === ''")
