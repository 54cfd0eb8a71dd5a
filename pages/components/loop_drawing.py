"""The loop of a recurrent layer as a drawing: rolled into one step, or unrolled into a chain over the words.

A slider, a player or a click chooses a word; below stand the hidden state before and after it, a cell for each unit.
Words reach the browser as data and are set as text.
"""

from typing import Any

from core.insight.lessons.loop.compute import StateSequence
from core.insight.plot_style import AGAINST, FOR
from pages.components import assets
from pages.wording import plain

MOST_STEPS = 40  # words drawn


def loop_drawing(walk: StateSequence, cell: str, *, rolled: bool, key: str) -> None:
    """Draw the loop over the first MOST_STEPS words; a change of ``rolled`` keeps the chosen word.

    Args:
        cell: the text in the box.
    """
    assets.component(__file__)(data=_data(walk, cell, rolled), key=key)


def _data(walk: StateSequence, cell: str, rolled: bool) -> dict[str, Any]:
    return {
        "words": [plain(word) for word in walk.words[:MOST_STEPS]],
        "known": walk.known[:MOST_STEPS],
        "states": walk.states[: MOST_STEPS + 1].round(4).tolist(),
        "changes": walk.changes[:MOST_STEPS].round(4).tolist(),
        "widest": walk.largest,
        "weights": f"{walk.weight_count:,}",
        "cell": cell,
        "rolled": rolled,
        "for": FOR,
        "against": AGAINST,
    }
