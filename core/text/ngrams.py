"""Two other tokenizations: characters and n-grams of words.

A character vocabulary is tiny and has hardly an out-of-vocabulary token, but a character carries little
meaning. An n-gram carries much, but there are so many that most n-grams of a new headline are
out of vocabulary. Leaves out: embeddings.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from core.text.normalisation import graphemes
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID

Word = TypeVar("Word")


def characters(text: str) -> list[str]:
    """The characters of ``text`` as a reader sees them, spaces included: ``"a b"`` has three."""
    return graphemes(text)


SPACE = "␣"  # the token of a space when tokens are characters


def as_characters(text: str) -> str:
    """``text`` as character tokens separated by spaces: "a cat" becomes "a ␣ c a t"."""
    return " ".join(graphemes(text)).replace("   ", f" {SPACE} ")


def ngrams(words: Sequence[Word], n: int) -> list[tuple[Word, ...]]:
    """All runs of ``n`` neighbouring words (or token ids): ``max(0, len(words) - n + 1)`` n-grams."""
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
    return [tuple(words[start : start + n]) for start in range(len(words) - n + 1)]


def count_characters(words: Counter[str], texts: int) -> Counter[str]:
    """The frequency of every character in ``texts`` non-empty cleaned texts whose word counts are ``words``.

    Visits each distinct word once, so a whole file takes a fraction of a second. A cleaned text has one
    space between two words.
    """
    counts: Counter[str] = Counter()
    for word, count in words.items():
        for character in graphemes(word):
            counts[character] += count
    if (spaces := words.total() - texts) > 0:
        counts[" "] += spaces
    return counts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NGramIndex:
    """The vocabulary of the n-grams of encoded texts; ids count from 2, most frequent first.

    An n-gram is stored as one integer code: the rank of its first n - 1 words among the distinct
    (n - 1)-grams, times ``vocabulary_size``, plus the token id of its last word. Strings would take a
    gigabyte for millions of n-grams.

    Attributes:
        n: words in an n-gram, at least 2.
        vocabulary_size: size of the vocabulary whose token ids the n-grams consist of.
        levels: for 2, 3, ... n words the distinct codes, ascending, int64.
        ids: (n-grams,) int32, parallel to the last level.
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
        """Index the distinct n-grams; no n-gram reaches from one text into the next.

        Args:
            ids, offsets: the texts, as :meth:`Vocabulary.encode_texts` returns them.
            n: words in an n-gram, at least 2.
            vocabulary_size: every token id is below it.

        Cost: n - 1 sorts of all tokens; O(tokens) memory.
        """
        if n < 2:
            raise ValueError(f"n must be at least 2, got {n}")
        lengths = np.diff(offsets)
        remaining = np.repeat(offsets[1:], lengths) - np.arange(len(ids))  # (tokens,) up to the text's end
        starts = np.arange(len(ids))
        ranks = ids.astype(np.int64)  # (starts,) rank of the k-gram at each start among the distinct k-grams
        levels = []
        counts = np.empty(0, dtype=np.int64)
        for size in range(2, n + 1):
            fits = remaining[starts] >= size
            starts = starts[fits]
            codes = ranks[fits] * vocabulary_size + ids[starts + size - 1]
            if size < n:
                level, ranks = np.unique(codes, return_inverse=True)
            else:
                level, counts = np.unique(codes, return_counts=True)
            levels.append(level)
        ngram_ids = np.empty(len(counts), dtype=np.int32)
        ngram_ids[np.argsort(-counts, kind="stable")] = np.arange(FIRST_WORD_ID, FIRST_WORD_ID + len(counts))
        return cls(n=n, vocabulary_size=vocabulary_size, levels=tuple(levels), ids=ngram_ids, counts=counts)

    def __len__(self) -> int:
        """The number of distinct n-grams."""
        return len(self.counts)

    @property
    def share_seen_once(self) -> float:
        """Share of the distinct n-grams that occur exactly once, 0 to 1."""
        return float(np.mean(self.counts == 1)) if len(self) else 0.0

    def unseen_shares(
        self, ids: npt.NDArray[np.int32], offsets: npt.NDArray[np.int64]
    ) -> tuple[float | None, ...]:
        """Share of other texts' 2-, 3-, ... n-grams that are not in the index; None where a text has none.

        Args:
            ids, offsets: the other texts, with the same token ids; a word without one is ``vocabulary_size`` or more.

        Cost: n - 1 binary searches for each token.
        """
        lengths = np.diff(offsets)
        remaining = np.repeat(offsets[1:], lengths) - np.arange(len(ids))  # (tokens,) up to the text's end
        starts = np.flatnonzero(ids < self.vocabulary_size)
        ranks = ids[starts].astype(np.int64)  # (starts,) rank of the k-gram at each start in the index
        shares: list[float | None] = []
        for size, level in enumerate(self.levels, 2):
            fits = remaining[starts] >= size
            starts, ranks = starts[fits], ranks[fits]
            last = ids[starts + size - 1]
            codes = ranks * self.vocabulary_size + last
            ranks = np.searchsorted(level, codes)
            seen = (np.append(level, -1)[ranks] == codes) & (last < self.vocabulary_size)  # no code is -1
            starts, ranks = starts[seen], ranks[seen]  # where a k-gram is unseen, so are all longer ones
            total = int(np.maximum(lengths - size + 1, 0).sum())
            shares.append(1 - len(starts) / total if total else None)
        return tuple(shares)

    def ngram_id(self, ids: Sequence[int]) -> int:
        """The id of the n-gram with these ``n`` token ids; ``OOV_ID`` when it is not in the index."""
        if len(ids) != self.n:
            raise ValueError(f"ids must be {self.n} token ids, got {len(ids)}")
        rank = int(ids[0])
        for level, token_id in zip(self.levels, ids[1:], strict=True):
            code = rank * self.vocabulary_size + int(token_id)
            rank = int(np.searchsorted(level, code))
            if rank == len(level) or level[rank] != code:
                return OOV_ID
        return int(self.ids[rank])
