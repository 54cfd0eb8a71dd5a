"""A heatmap of words and units to click: a row a word, a column a unit; mouse, finger and arrow keys reach each cell.

The words are buttons at the side; the cells are painted on a canvas no larger than what is in sight, so that 500
characters of 512 units scroll as lightly as ten words of eight. Words reach the browser as data and are set as text.
"""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from core.insight.activations.trace import SIGMOID_GATES, Heatmap
from core.insight.plot_style import AGAINST, FOR, INK
from pages.components import assets
from pages.wording import plain


def heat_grid(
    picture: Heatmap,
    words: Sequence[str],
    order: Sequence[int],
    *,
    unknown: Sequence[bool],
    word: int,
    unit: int,
    key: str,
    alt: str,
    on_choose: Callable[[int | None, int | None], None],
) -> None:
    """Draw one picture; its height never depends on the words.

    Args:
        words, unknown: of each row.
        order: the units, as positions in the picture's columns, from left to right.
        word, unit: the chosen ones, which are framed.
        on_choose: called with the word and the unit that were clicked before the page runs again; None for the one
            that was not: a word at the side, or a number on top.
    """
    rows, columns = picture.values.shape

    def clicked() -> None:
        cell = st.session_state[key]["cell"]
        if not isinstance(cell, list) or len(cell) != 2:
            return
        positions = [
            index if isinstance(index, int) and 0 <= index < size else None
            for index, size in zip(cell, (rows, columns), strict=True)
        ]
        on_choose(*positions)

    assets.component(__file__)(
        data={
            "words": [plain(text) or "\u2423" for text in words],
            "unknown": list(unknown),
            # Thousandths: half the bytes of the numbers themselves.
            "values": np.rint(1000 * picture.values.astype(np.float64)).astype(int).tolist(),
            "order": list(order),
            "word": word,
            "unit": unit,
            "high": picture.high,
            "share": picture.name in SIGMOID_GATES,
            "for": FOR,
            "against": AGAINST,
            "ink": INK,
            "alt": plain(alt),
        },
        key=key,
        on_cell_change=clicked,
    )
