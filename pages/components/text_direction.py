"""Boxes take the direction of the text in them: Arabic and Hebrew begin at the right.

A browser decides it by the first letter (CSS ``unicode-bidi: plaintext``), so a box changes while somebody types.
Streamlit has no option for it.
"""

from pages.components import assets


def text_direction() -> None:
    """Give the boxes and buttons of the whole page this rule; nothing is drawn."""
    assets.component(__file__, whole_page=True)(key="text_direction")
