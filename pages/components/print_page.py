"""The button that prints the page, and how a page looks on paper: A4, light, without navigation or controls.

The style is no component's own: it holds for the whole document while the browser prints. A chapter is set in two
columns, and the largest type with which it fits on one page is chosen just before it prints.

Leaves out: which page goes on one sheet; the caller says.
"""

from pages.components import assets


def print_button(label: str, *, one_page: bool, key: str = "print_page") -> None:
    """Draw the button, and let the page print well from the browser's menu, too.

    Args:
        one_page: fit the page on one sheet; else it takes as many as it needs.
    """
    assets.component(__file__, whole_page=True)(data={"label": label, "one_page": one_page}, key=key)
