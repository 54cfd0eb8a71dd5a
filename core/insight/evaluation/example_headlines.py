"""A few test articles' headlines, for a visitor to try: in the file's language, and new to the network."""

import numpy as np

from core.insight.evaluation.held_out import HeldOutPart

_LONGEST = 100  # characters that a button holds on a projector


def example_headlines(part: HeldOutPart, number: int = 3, *, seed: int = 1) -> tuple[str, ...]:
    """Up to ``number`` different headlines in a drawn order, of different categories where the part has as many.

    Headlines of more than 100 characters are left out; () where the texts are not stored.
    """
    if part.articles is None:
        return ()
    headlines = part.articles.headlines
    category_of: dict[str, int] = {}  # of each headline, in the drawn order
    for row in np.random.default_rng(seed).permutation(len(part)).tolist():
        headline = " ".join(headlines[row].split())
        if headline and len(headline) <= _LONGEST:
            category_of.setdefault(headline, int(part.y[row]))
    first_of: dict[int, str] = {}
    for headline, category in category_of.items():
        first_of.setdefault(category, headline)
    firsts = list(first_of.values())
    return tuple([*firsts, *(headline for headline in category_of if headline not in set(firsts))][:number])
