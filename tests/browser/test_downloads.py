"""A download in the browser: by click and by key, on a phone and in the dark, and for its visitor alone."""

import zipfile

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
LABEL = "Download this classifier"


def open_expander(page: Page) -> None:
    page.goto("/predict")
    page.get_by_text("Download or upload a classifier").click()
    expect(page.get_by_role("link", name=LABEL)).to_be_visible()


def test_a_classifier_is_downloaded_by_its_visitor_alone(page: Page, browser: Browser, address: str) -> None:
    open_expander(page)
    link = page.get_by_role("link", name=LABEL)
    with page.expect_download() as downloading:
        link.click()
    assert downloading.value.suggested_filename == "classifier.headline-lab.zip"
    assert zipfile.ZipFile(downloading.value.path()).testzip() is None
    link.focus()
    with page.expect_download() as downloading:
        page.keyboard.press("Enter")
    assert downloading.value.failure() is None
    path = f"/{link.get_attribute('href')}"
    assert page.request.get(path).status == 200
    with browser.new_context(base_url=address).new_page() as stranger:
        stranger.goto("/")  # gets a cookie of their own
        assert stranger.request.get(path).status == 404


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])
def test_the_button_on_a_phone(browser: Browser, address: str, scheme: str) -> None:
    with browser.new_context(
        base_url=address,
        viewport={"width": 375, "height": 812},
        has_touch=True,
        color_scheme=scheme,  # type: ignore[arg-type]
    ) as phone:
        page = phone.new_page()
        open_expander(page)
        link = page.get_by_role("link", name=LABEL)
        box = link.bounding_box()
        assert box is not None
        assert 0 <= box["x"] < box["x"] + box["width"] <= 375
        assert box["height"] >= 40  # a finger
        text, paper = link.evaluate(
            "link => [getComputedStyle(link).color, getComputedStyle(link).backgroundColor]"
        )
        assert contrast(text, paper) >= 4.5  # WCAG 2.2, 1.4.3
        with page.expect_download() as downloading:
            link.tap()
        assert downloading.value.failure() is None


def contrast(*colours: str) -> float:
    """The contrast of two colours ``rgb(r, g, b)``, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    luminances = []
    for colour in colours:
        channels = [int(part) / 255 for part in colour.removeprefix("rgb(").removesuffix(")").split(",")]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
        luminances.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(luminances) + 0.05) / (min(luminances) + 0.05)
