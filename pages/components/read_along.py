"""A headline read word by word, with a button that plays it and a slider that steps through.

All steps go to the browser at once, so playing asks nothing of the server. Words and labels reach it as data and are
set as text.
"""

from collections.abc import Sequence

from pages.components import assets
from pages.components.ranking_bars import bar_rows
from pages.wording import plain

_BARS = 6


def read_along_player(
    words: Sequence[str], rankings: Sequence[Sequence[tuple[str, float]]], key: str, *, from_right: bool
) -> None:
    """Draw the player.

    Args:
        rankings: after each word that is read, (label, probability) of all labels, probability falling.
        from_right: whether reading begins with the last word.
    """
    steps = [bar_rows(ranking, _BARS) for ranking in rankings]
    data = {"words": [plain(word) for word in words], "steps": steps, "right": from_right}
    assets.component(__file__)(data=data, key=key)
