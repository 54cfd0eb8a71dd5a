"""Sentences on the cost of each tokenization; plain text."""

from collections.abc import Sequence

from core.insight.lessons.numbers.compute import WORD, TokenizationCost
from core.insight.wording import percent


def caption(costs: Sequence[TokenizationCost], n: int) -> str:
    """N-grams of ``n`` words compared with single words; plain text."""
    word, gram = costs[WORD], costs[n]
    if gram.unseen is None or word.unseen is None:
        return f"No held-out text has {n} words."
    times = gram.different / max(word.different, 1)
    return (
        f"There are {times:,.1f} times as many different n-grams of {n} words as words. Of a new text's words "
        f"{percent(word.unseen)} were never seen before, of its n-grams {percent(gram.unseen)}."
    )
