"""A page in Chromium that draws one component as Streamlit does: styles and elements in a shadow root."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from pages.components.assets import PAGES, joined

# Streamlit's theme, as far as the components read it.
THEME = """
--st-text-color: #211d18; --st-background-color: #fbf8f1; --st-secondary-background-color: #f1ebdd;
--st-border-color: #d9d0be; --st-primary-color: #1e6b52; --st-font: sans-serif; --st-code-font: monospace;
--st-base-radius: 4px; --st-button-radius: 4px;
"""

DRAW = """
async ({ script, style, data }) => {
  if (!window.component) {
    const root = document.querySelector("#host").attachShadow({ mode: "open" })
    root.appendChild(document.createElement("style")).textContent = style
    const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }))
    window.component = (await import(address)).default
    window.triggers = []
  }
  const parentElement = document.querySelector("#host").shadowRoot
  const setTriggerValue = (name, value) => window.triggers.push([name, value])
  window.component({ data, parentElement, setTriggerValue })
}
"""

HOSTILE = '<img src=x onerror="window.hacked = true"><script>window.hacked = true</script>$x$ & <b>bold</b>'


class Drawn:
    """One component on its page, and what it would send to the server."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self._texts = {
            kind: joined((PAGES / name).with_suffix(end))
            for kind, end in (("script", ".js"), ("style", ".css"))
        }

    def draw(self, data: dict[str, Any]) -> None:
        self.page.evaluate(DRAW, self._texts | {"data": json.loads(json.dumps(data))})

    @property
    def triggers(self) -> list[list[Any]]:
        return list(self.page.evaluate("window.triggers"))

    def texts(self, selector: str) -> list[str]:
        return self.page.locator(selector).all_text_contents()


@pytest.fixture
def component(browser: Browser) -> Iterator[Callable[..., Drawn]]:
    """Draw the component whose script stands at ``name`` below pages/; its page fails the test at any error."""
    context = browser.new_context(viewport={"width": 900, "height": 700})
    errors: list[str] = []

    def draw(name: str, data: dict[str, Any]) -> Drawn:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.route(
            "http://component.test/",
            lambda route: route.fulfill(
                content_type="text/html", body=f'<body style="{THEME}"><div id="host"></div>'
            ),
        )
        page.goto("http://component.test/")
        drawn = Drawn(page, name)
        drawn.draw(data)
        return drawn

    yield draw
    for page in context.pages:
        assert page.evaluate("window.hacked") is None
    context.close()
    assert errors == []
