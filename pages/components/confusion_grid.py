"""A confusion matrix to click through: a grid of cells that the mouse, a finger and the arrow keys reach.

Plotly's heatmap cannot be selected in Streamlit (github.com/streamlit/streamlit/issues/8760), and its labels shrink
with the matrix; here names stay where they are while the cells scroll. Names reach the browser as data and are set as
text.
"""

from collections.abc import Callable, Sequence

import numpy as np
import streamlit as st

from core.insight.evaluation.report import Counts
from core.insight.plot_style import AGAINST, FOR
from pages.components import assets
from pages.wording import plain


def confusion_grid(
    counts: Counts,
    labels: Sequence[str],
    order: Sequence[int],
    *,
    chosen: tuple[int, int],
    key: str,
    alt: str,
    on_choose: Callable[[int, int], None],
) -> None:
    """Draw the matrix: rows are true categories, columns predicted ones, colour is the share of the row.

    Args:
        counts: (categories, categories).
        order: the categories drawn, as positions in ``labels``.
        chosen: the cell that is framed, as positions in ``labels``.
        on_choose: called with the cell that was clicked, before the page runs again.
    """
    categories = np.asarray(order)

    def clicked() -> None:
        cell = st.session_state[key]["cell"]
        if isinstance(cell, list) and len(cell) == 2 and all(category in categories for category in cell):
            on_choose(int(cell[0]), int(cell[1]))

    assets.component(__file__)(
        data={
            "names": [plain(labels[category]) for category in categories],
            "ids": categories.tolist(),
            "counts": counts[np.ix_(categories, categories)].tolist(),
            "chosen": list(chosen),
            "alt": alt,
            "hint": "Click a cell to read its headlines.",
            "right": FOR,
            "wrong": AGAINST,
        },
        key=key,
        on_cell_change=clicked,
    )
