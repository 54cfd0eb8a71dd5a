"""The two other ways of making text into numbers: by characters and by n-grams of words.

A character index is tiny and knows every headline, but a character says little; an n-gram says
a lot, but there are so many that most of a new headline's were never seen. Leaves out: vectors.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from core.text.vocabulary import FIRST_WORD_ID, OOV_ID

Word = TypeVar("Word")


def characters(text: str) -> list[str]:
    """The Unicode characters of ``text``, blanks included: ``"a b"`` has three."""
    return list(text)


SPACE = "␣"  # how a blank is written where characters stand in the place of words


def as_characters(text: str) -> str:
    """``text`` with its characters in the place of its words: "a cat" becomes "a ␣ c a t"."""
    return " ".join(text.replace(" ", SPACE))


def ngrams(words: Sequence[Word], n: int) -> list[tuple[Word, ...]]:
    """Every ``n`` neighbouring words, or their numbers: ``max(0, len(words) - n + 1)`` of them."""
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    return [tuple(words[start : start + n]) for start in range(len(words) - n + 1)]


def count_characters(words: Counter[str], texts: int) -> Counter[str]:
    """How often every character occurs in ``texts`` non-empty texts that hold ``words``.

    Each different word is looked at once, so a whole file takes a fraction of a second; the
    blanks are those between the words of a cleaned text.
    """
    found: Counter[str] = Counter()
    for word, count in words.items():
        for character in word:
            found[character] += count
    if (blanks := words.total() - texts) > 0:
        found[" "] += blanks
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NGramIndex:
    """The different n-grams of numbered texts, each with a number: most frequent first, from 2 on.

    An n-gram is kept as one whole number: the place of its first n - 1 words among the different
    (n - 1)-grams, times ``base``, plus its last word's number. No n-gram is ever a string, which
    for millions of them would take a gigabyte.

    Attributes:
        n: words in an n-gram, at least 2.
        base: rows of the word index whose numbers the n-grams are made of.
        levels: for 2, 3, ... n words the different codes, rising, int64.
        numbers: (n-grams,) int32, parallel to the last level.
        counts: (n-grams,) int64, parallel to the last level.
    """

    n: int
    vocabulary_size: int
    levels: tuple[npt.NDArray[np.int64], ...]
    ids: npt.NDArray[np.int32]
    counts: npt.NDArray[np.int64]

    @classmethod
    def fit(
        cls, ids: npt.NDArray[np.int32], offsets: npt.NDArray[np.int64], *, n: int, vocabulary_size: int
    ) -> "NGramIndex":
        """Find the different n-grams; none reaches from one text into the next.

        Args:
            ids, offsets: the texts, as :meth:`Vocabulary.encode_texts` gives them.
            n: words in an n-gram, at least 2.
            base: rows of the word index; every id is below it.

        Cost: n - 1 times sorting all the words; O(words) memory.
        """
        if n < 2:
            raise ValueError(f"n must be at least 2, got {n}")
        lengths = np.diff(offsets)
        left = np.repeat(offsets[1:], lengths) - np.arange(len(ids))  # words from here to the text's end
        starts = np.arange(len(ids))
        grams = ids.astype(np.int64)  # (starts,) the k-gram that begins at each start, as a number
        levels = []
        counts = np.empty(0, dtype=np.int64)
        for size in range(2, n + 1):
            goes_on = left[starts] >= size
            starts = starts[goes_on]
            codes = grams[goes_on] * vocabulary_size + ids[starts + size - 1]
            if size < n:
                level, grams = np.unique(codes, return_inverse=True)
            else:
                level, counts = np.unique(codes, return_counts=True)
            levels.append(level)
        numbers = np.empty(len(counts), dtype=np.int32)
        numbers[np.argsort(-counts, kind="stable")] = np.arange(FIRST_WORD_ID, FIRST_WORD_ID + len(counts))
        return cls(n=n, vocabulary_size=vocabulary_size, levels=tuple(levels), ids=numbers, counts=counts)

    def __len__(self) -> int:
        """How many different n-grams there are."""
        return len(self.counts)

    @property
    def share_seen_once(self) -> float:
        """Share of the different n-grams that occur a single time, 0 to 1."""
        return float(np.mean(self.counts == 1)) if len(self) else 0.0

    def unseen_shares(
        self, ids: npt.NDArray[np.int32], offsets: npt.NDArray[np.int64]
    ) -> tuple[float | None, ...]:
        """Share of other texts' 2-, 3-, ... n-grams that the index's texts never had; None where there are none.

        Args:
            ids, offsets: the other texts, in the same word numbers; a word without one is ``base`` or more.

        Cost: n - 1 binary searches for each word.
        """
        lengths = np.diff(offsets)
        left = np.repeat(offsets[1:], lengths) - np.arange(len(ids))  # words from here to the text's end
        starts = np.flatnonzero(ids < self.vocabulary_size)
        places = ids[starts].astype(np.int64)  # (starts,) of the k-gram that begins there, among those seen
        shares: list[float | None] = []
        for size, level in enumerate(self.levels, 2):
            goes_on = left[starts] >= size
            starts, places = starts[goes_on], places[goes_on]
            last = ids[starts + size - 1]
            codes = places * self.vocabulary_size + last
            places = np.searchsorted(level, codes)
            seen = (np.append(level, -1)[places] == codes) & (last < self.vocabulary_size)  # no code is -1
            starts, places = starts[seen], places[seen]  # no longer n-gram is seen where a shorter is not
            there = int(np.maximum(lengths - size + 1, 0).sum())
            shares.append(1 - len(starts) / there if there else None)
        return tuple(shares)

    def ngram_id(self, ids: Sequence[int]) -> int:
        """Number of the n-gram of these ``n`` word numbers; UNKNOWN when the texts did not have it."""
        if len(ids) != self.n:
            raise ValueError(f"ids must be {self.n} word numbers, got {len(ids)}")
        place = int(ids[0])
        for level, word in zip(self.levels, ids[1:], strict=True):
            code = place * self.vocabulary_size + int(word)
            place = int(np.searchsorted(level, code))
            if place == len(level) or level[place] != code:
                return OOV_ID
        return int(self.ids[place])
