"""Sentences on the cost of each tokenization; plain text, or Markdown where it says so."""

from collections.abc import Sequence

from core.insight.lessons.numbers.compute import CHARACTER, WORD, TokenizationCost
from core.insight.wording import percent
from core.text.vocabulary import OOV_ID


def n_grams(costs: Sequence[TokenizationCost], n: int) -> str:
    """N-grams of ``n`` words compared with single words."""
    word, gram = costs[WORD], costs[n]
    if gram.unseen is None or word.unseen is None:
        return f"No held-out text has {n} words."
    times = gram.different / max(word.different, 1)
    return (
        f"There are {times:,.1f} times as many different n-grams of {n} words as words. In a new text, "
        f"{percent(word.unseen)} of the words were never seen before, and {percent(gram.unseen)} of the "
        "n-grams."
    )


def tokenization(cost: TokenizationCost) -> str:
    """The name in a list: "characters", "words", "2 words"."""
    return {CHARACTER: "characters", WORD: "words"}.get(cost.words, f"{cost.words} words")


def title(n: int, chosen: TokenizationCost | None) -> str:
    """The title of the chart of the trade-off; ``chosen``: the n-grams of ``n`` words, None if no new text has one."""
    return f"n = {n}: {percent(chosen.unseen or 0)} never seen" if chosen else f"No new text has {n} words"


def tokens(tokenization: str, token_ids: Sequence[int], *, most: int | None = None) -> str:
    """The heading of a row of tokens, of which ``most`` are drawn (None: all); Markdown."""
    if not token_ids:
        return f"**{tokenization}**: none, the sentence is too short"
    unknown = token_ids.count(OOV_ID)
    known_text = f"{unknown:,} of them never seen: number {OOV_ID}, dashed" if unknown else "all seen before"
    limit_text = f"; the first {most} are shown" if most and len(token_ids) > most else ""
    return f"**{tokenization}**: {len(token_ids):,}, {known_text}{limit_text}"
