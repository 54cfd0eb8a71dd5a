"""Texts whose words are coloured by a unit's activation after them; the word of the strongest one is framed."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.insight.activations.captions import signed
from core.insight.plot_style import AGAINST, FOR
from pages.components import assets
from pages.wording import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationRow:
    """One text: its words, the unit's state after each, and the position of the strongest."""

    words: Sequence[str]
    states: Sequence[float]
    strongest: int


def activation_rows(rows: Sequence[ActivationRow], key: str, *, label: str) -> None:
    """Draw the texts, one below the other; ``label`` is what a screen reader calls them."""
    high = max([1.0, *(abs(state) for row in rows for state in row.states)])
    data = [
        {
            "words": [plain(word) for word in row.words],
            "states": [round(float(state), 3) for state in row.states],
            "strongest": row.strongest,
            "figure": signed(row.states[row.strongest]),
        }
        for row in rows
    ]
    component = assets.component(__file__)
    component(
        data={"rows": data, "label": plain(label), "for": FOR, "against": AGAINST, "high": high}, key=key
    )
