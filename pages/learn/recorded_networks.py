"""The recorded networks on "Who beat whom", or the visitor's own: the choice in the chapters on order and memory.

All these chapters show the same four networks, one a cell, which learnt the same headlines. So a comparison is one.
"""

from collections.abc import Sequence

import streamlit as st

from core import paths
from core.insight.order_task import captions
from core.model.classifier_files import CARD_FILE
from core.settings.network import Cell
from pages.session import Session
from pages.wording import help_text

OWN = "Your own"
FILE_NAME = "Who beat whom"
_DEFAULT: Cell = "GRU"


def choose_network(visit: Session, cells: Sequence[Cell]) -> Cell | None:
    """Draw the choice of a network; its cell, or None for the classifier that the other chapters use.

    The visitor's own comes first once it is trained; until then the recorded GRU does.

    Args:
        cells: the recorded networks that the chapter can show; none: no choice is drawn.
    """
    available = [cell for cell in cells if (paths.WHO_BEAT_WHOM_CLASSIFIERS / cell / CARD_FILE).exists()]
    if not available:
        return None
    has_own = bool(visit.run and visit.run.result())
    options = [*([OWN] if has_own else []), *available]
    chosen = st.segmented_control(
        "Which network reads",
        options,
        default=OWN if has_own else _DEFAULT if _DEFAULT in available else available[0],
        required=True,
        key=f"lesson_network/{'/'.join(options)}",
        persist_state="session",
        help=help_text(captions.TASK),
    )
    return next((cell for cell in available if cell == chosen), None)
