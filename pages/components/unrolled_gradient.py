"""A recurrent unit unrolled over the words: states go forward, and the gradient comes back with a factor at each step.

A slider and a player go through the moments: word by word forward, the loss, word by word back. Of a long text the
first word and the last ones are drawn, and the steps between them as one.
"""

from itertools import pairwise
from typing import Any

from core.insight.lessons.vanishing import captions
from core.insight.lessons.vanishing.compute import Chain
from core.insight.plot_style import INK
from pages.components import assets

MOST_BOXES = 5  # words drawn


def unrolled_gradient(chain: Chain, key: str) -> None:
    """Draw the unrolled unit; at first everything is drawn, up to the gradient at the first word."""
    assets.component(__file__)(data=data(chain), key=key)


def data(chain: Chain) -> dict[str, Any]:
    """What the drawing's JavaScript reads: boxes, factors between neighbours, and the moments in words."""
    words = len(chain.states)
    positions = drawn_positions(words)
    neighbours = list(pairwise(positions))
    return {
        "boxes": [
            {
                "word": f"word {position + 1}",
                "state": captions.format_number(chain.states[position]),
                "gradient": captions.format_number(chain.gradients[position]),
            }
            for position in positions
        ],
        "factors": [
            {
                "text": f"× {captions.format_number(chain.gradients[earlier] / chain.gradients[later])}",
                "between": later - earlier - 1,
            }
            for earlier, later in neighbours
        ],
        "moments": [
            *(captions.forward_step(chain, position) for position in positions),
            captions.gradient_at_the_end(words),
            *(captions.backward_step(chain, later, earlier) for earlier, later in reversed(neighbours)),
        ],
        "hue": INK,
    }


def drawn_positions(words: int) -> tuple[int, ...]:
    """All words, counted from 0; of more than MOST_BOXES the first and the last ones."""
    if words <= MOST_BOXES:
        return tuple(range(words))
    return 0, *range(words - MOST_BOXES + 1, words)
