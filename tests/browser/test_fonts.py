"""Texts of all scripts are drawn with a font of the app's own, which is asked for where the script occurs."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_path import drawn, picture, settled
from tests.fonts import FAMILY, NAMES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.long]

LACKING = "毖耪谰锨"  # of the common Chinese characters; the Japanese font has none of them either
DRAW = """async ([family, text]) => {
    await document.fonts.load(`16px "${family}"`, text)
    const paragraph = document.body.appendChild(document.createElement("p"))
    paragraph.id = "written"
    paragraph.style.fontFamily = `"${family}"`
    paragraph.textContent = text
}"""


def common(encoding: str, rows: range) -> str:
    """The characters of these rows of a national standard, whose first level holds the most used."""
    pairs = [bytes((row, cell)).decode(encoding, "replace") for row in rows for cell in range(0xA1, 0xFF)]
    return "".join(text for text in pairs if "\N{REPLACEMENT CHARACTER}" not in text)


def fonts_that_draw(page: Page, text: str) -> dict[str, bool]:
    """The fonts with which the browser draws ``text`` in our family, and whether each is the app's own."""
    page.evaluate(DRAW, [FAMILY, text])
    browser = page.context.new_cdp_session(page)
    browser.send("DOM.enable")
    browser.send("CSS.enable")
    root = browser.send("DOM.getDocument")["root"]["nodeId"]
    node = browser.send("DOM.querySelector", {"nodeId": root, "selector": "#written"})["nodeId"]
    fonts = browser.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    browser.detach()
    page.evaluate("document.getElementById('written').remove()")
    return {font["familyName"]: font["isCustomFont"] for font in fonts}


def test_each_script_is_drawn_with_a_font_of_the_app(page: Page) -> None:
    page.goto("/")
    settled(page, "Headline Lab")
    assert list(fonts_that_draw(page, "Latin").values()) == [False]
    for script, names in NAMES.items():
        fonts = fonts_that_draw(page, names.replace(" ", ""))
        assert list(fonts.values()) == [True], (script, fonts)


def test_the_common_characters_of_chinese_and_japanese_are_all_there(page: Page) -> None:
    chinese, japanese = common("gb2312", range(0xB0, 0xD8)), common("euc_jp", range(0xB0, 0xD0))
    assert (len(chinese), len(japanese)) == (3755, 2965)  # of GB 2312 and JIS X 0208
    page.goto("/")
    settled(page, "Headline Lab")
    for characters in (chinese.translate(dict.fromkeys(map(ord, LACKING))), japanese):
        fonts = fonts_that_draw(page, characters)
        assert all(fonts.values()), fonts


def test_a_font_is_asked_for_where_its_script_occurs(page: Page, pictures: Path | None) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/fonts/" in request.url else None)
    page.goto("/data")
    settled(page, "Data")
    page.get_by_role("button", name="Spanish news").click()
    expect(page.get_by_text("Chosen: Spanish news")).to_be_visible()
    drawn(page, "Data")
    assert asked == []
    page.get_by_role("button", name="Hindi news").click()
    expect(page.get_by_text("Chosen: Hindi news")).to_be_visible()
    drawn(page, "Data")
    page.wait_for_function("document.fonts.check('16px \"Headline Lab\"', 'हिन्दी')")
    assert [address.rpartition("/")[2] for address in asked] == ["noto-sans-devanagari.woff2"]
    picture(page, pictures, "data_hindi")
