"""A row of tokens with the id of each below it: what a network reads.

Words reach the browser as data and are set as text, so none is ever markup. Colours come from the theme and from
core/insight/plot_style.py; a screen reader reads each word, id and status.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from core.insight.plot_style import AGAINST, FOR
from pages.components import assets
from pages.wording import plain

Status = Literal["plain", "unknown", "cut", "removed", "changed", "added"]

MOST_TOKENS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token as it is drawn. ``weight`` runs from -1 (against) to 1 (for) and colours the word."""

    word: str
    number: int | str | None = None
    status: Status = "plain"
    weight: float | None = None


def token_row(tokens: Sequence[Token], key: str, *, label: str = "Words") -> None:
    """Draw ``tokens`` as a wrapping row; of more than MOST_TOKENS the rest is only counted.

    Args:
        key: stable and unique on the page; the row is updated in place.
        label: what a screen reader calls the row.
    """
    sent = [asdict(token) | {"word": plain(token.word) or "\u2423"} for token in tokens[:MOST_TOKENS]]
    if len(tokens) > MOST_TOKENS:
        rest = f"… {len(tokens) - MOST_TOKENS} more"
        sent.append({"word": rest, "number": None, "status": "cut", "weight": None})
    assets.component(__file__)(
        data={"tokens": sent, "label": plain(label), "for": FOR, "against": AGAINST}, key=key
    )
