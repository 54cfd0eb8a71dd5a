"""Captions and titles of the charts of a news file, its words and its cleaning, computed from the plotted data.

Plain text, for the line under a chart and for screen readers; category names and words are not escaped.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.insight.dataset.cleaning_effect import CleaningEffect
from core.insight.dataset.coverage import VocabularyCoverage
from core.insight.wording import many, percent, shorten


def categories(counts: pd.Series) -> str:
    """How unevenly the articles are distributed; ``counts`` by category, in descending order."""
    total, names = int(counts.sum()), len(counts)
    if names == 1:
        return f"All {total:,} articles are in one category, so there is nothing to predict."
    half = int(np.searchsorted(np.cumsum(counts.to_numpy()), total / 2)) + 1
    ratio = counts.iloc[0] / counts.iloc[-1]
    if ratio < 1.5:
        return (
            f"The {names} categories have about the same number of articles, {counts.iloc[-1]:,} to "
            f"{counts.iloc[0]:,}."
        )
    half_of = f"One of {names} categories has" if half == 1 else f"{half} of {names} categories have"
    return (
        f"{half_of} half of the articles. The smallest, {counts.index[-1]}, has {counts.iloc[-1]:,}. The "
        f"largest has {ratio:.0f} times as many, so small categories are harder to learn."
    )


def categories_title(counts: pd.Series) -> str:
    """The share of the largest category."""
    share = counts.iloc[0] / counts.sum()
    return f"{shorten(str(counts.index[0]), 40)} alone has {percent(share)} of the articles"


def months(counts: pd.Series) -> str:
    """The fullest month and the gaps; ``counts`` by the first day of the month, without gaps."""
    best = counts.index[int(counts.to_numpy().argmax())]
    caption = f"The fullest month is {best:%B %Y}, with {counts.max():,} articles"
    if len(counts) == 1:
        return f"{caption}. There are no other months."
    if empty := int((counts == 0).sum()):
        return f"{caption}. {empty} of the {len(counts)} months have none."
    return f"{caption}. The median month has {counts.median():,.0f}."


def months_title(counts: pd.Series) -> str:
    """The first and the last year or month."""
    first, last = counts.index[0], counts.index[-1]
    return f"From {first:%B %Y} to {last:%B %Y}" if len(counts) > 1 else f"All in {first:%B %Y}"


def lengths(counts: npt.NDArray[np.integer]) -> str:
    """The median and the 90th percentile of text length; ``counts[n]`` texts have n words."""
    reached = np.cumsum(counts) / counts.sum()
    middle, most = (int(np.searchsorted(reached, share)) for share in (0.5, 0.9))
    return f"Half of the texts have {middle:,} words or fewer. Nine in ten have at most {most:,}."


def lengths_title(counts: npt.NDArray[np.integer]) -> str:
    """The length of the longest text."""
    return f"The longest text has {len(counts) - 1:,} words"


def coverage(measured: VocabularyCoverage, size: int) -> str:
    """The share of held-out tokens in a vocabulary of this size, of twice and of half the size."""
    known = measured.known_shares(size)[1]
    caption = f"With this size, {percent(known)} of the words in new texts have their own number"
    if size >= len(measured.vocabulary):
        return f"{caption}. There are no more words to number."
    more, less = measured.known_shares(2 * size)[1], measured.known_shares(size // 2)[1]
    return f"{caption}. With twice the size it would be {percent(more)}, with half {percent(less)}."


def coverage_title(measured: VocabularyCoverage, size: int) -> str:
    """The share of held-out tokens in a vocabulary of this size."""
    vocabulary = f"with size {size:,}" if size < len(measured.vocabulary) else "with every word"
    return f"{100 * measured.known_shares(size)[1]:.1f} % known {vocabulary}"


def truncation(measured: VocabularyCoverage, length: int) -> str:
    """The texts and tokens lost by truncating to this length."""
    texts = measured.truncated_texts(length)
    if not texts:
        return f"No text is longer than {length} words, so nothing is cut off."
    return (
        f"{texts:,} texts lose their end: {percent(measured.truncated_share(length))} of all words. With "
        f"twice the length it would be {measured.truncated_texts(2 * length):,} texts."
    )


def truncation_title(measured: VocabularyCoverage, length: int) -> str:
    """The share of texts that lose their end."""
    share = measured.truncated_texts(length) / max(len(measured.sequences), 1)
    return f"{100 * share:.1f} % cut after {many(length, 'word')}" if share else "No text is cut"


def zipf(measured: VocabularyCoverage) -> str:
    """The most frequent word's share, and how many words occur once."""
    counts, words = measured.vocabulary.counts, measured.vocabulary.words
    once = counts.count(1)
    return (
        f"“{words[0]}” alone makes up {percent(counts[0] / sum(counts))} of all words in the training part. "
        f"{once:,} of its {len(words):,} different words occur only once."
    )


def zipf_title(measured: VocabularyCoverage) -> str:
    """How many words make up half of the training part."""
    return f"{measured.rank_of_share(0.5):,} words make up half of all text"


def cleaning(effect: CleaningEffect) -> str:
    """The effect of cleaning on the median text length and on the vocabulary size."""
    before, after = effect.before, effect.after
    if before.tokens == after.tokens and before.distinct == after.distinct:
        return "These steps leave every text with the same number of words."
    fewer = 1 - after.distinct / max(before.distinct, 1)
    words = "word" if after.median == 1 else "words"
    caption = f"The median text has {after.median:g} {words}, before {before.median:g}"
    if fewer > 0:
        return f"{caption}. There are {percent(fewer)} fewer different words."
    return f"{caption}. There are no fewer different words."


def cleaning_title(effect: CleaningEffect) -> str:
    """The median text length after and before."""
    return f"The median text has {effect.after.median:g} words ({effect.before.median:g} before)"
