"""A gated cell as a drawing: the state that is carried along, the gates that act on it, and what flows into them.

Circles are gates, boxes make candidates, × multiplies and + adds. A gate that is pointed at or has the focus lights up
with its lines, and a sentence says what it does.
"""

from core.insight.activations.captions import MEANINGS, NAMES
from core.insight.lessons.gates import captions
from core.insight.lessons.gates.formulas import FORMULAS
from core.insight.plot_style import INK
from core.settings.network import Cell
from pages.components import assets


def cell_drawing(cell: Cell, key: str) -> None:
    """Draw the LSTM, the GRU or the minGRU."""
    assets.component(__file__)(data={"cell": cell, "parts": sentences(cell), "hue": INK}, key=key)


def sentences(cell: Cell) -> dict[str, str]:
    """What each part of the drawing does, by its name."""
    texts = {}
    for name, _ in FORMULAS[cell]:
        if name == "cell":
            texts[name] = f"Carry, or cell state. {MEANINGS[name]}"
        elif name == "state":
            texts[name] = "Hidden state. What the cell passes on after each word."
        else:
            texts[name] = f"{NAMES[name].capitalize()}. {captions.meaning(cell, name)}"
    return texts
