"""The effect of cleaning on a whole file: words per text and vocabulary size, before and after."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

_TOP = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class WordCounts:
    """Word counts over all texts; a word is what is separated by white space."""

    lengths: np.ndarray  # (texts,) words of each text
    distinct: int  # vocabulary size: distinct words
    frequent: tuple[str, ...]  # the most frequent words, in descending order; ties alphabetical

    @property
    def median(self) -> float:
        return float(np.median(self.lengths)) if len(self.lengths) else 0.0

    @property
    def tokens(self) -> int:
        """Tokens of all texts: words with repetitions."""
        return int(self.lengths.sum())

    @property
    def empty(self) -> int:
        """Texts without any word."""
        return int((self.lengths == 0).sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class CleaningEffect:
    """The same texts before and after; ``seconds`` is the cleaning alone."""

    before: WordCounts
    after: WordCounts
    seconds: float


def count_words(texts: Sequence[str]) -> WordCounts:
    """Count the words of ``texts``. Cost: a second for 180,000 texts; memory: one dictionary of the distinct words."""
    lengths = np.empty(len(texts), dtype=np.int64)
    counts: Counter[str] = Counter()
    step = 20_000
    for start in range(0, len(texts), step):
        rows = [text.split() for text in texts[start : start + step]]
        lengths[start : start + len(rows)] = [len(row) for row in rows]
        counts.update(chain.from_iterable(rows))
    frequent = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_TOP]
    return WordCounts(lengths=lengths, distinct=len(counts), frequent=tuple(word for word, _ in frequent))
