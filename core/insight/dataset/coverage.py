"""What a vocabulary size and a sequence length keep of the texts, and what they lose.

The texts are counted and encoded once, with every word of the training part; each size is then an index into a
cumulative sum, so a slider needs no new fit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.text.ngrams import NGramIndex, count_characters
from core.text.sequences import Sequences
from core.text.vocabulary import FIRST_WORD_ID, OOV_ID, Vocabulary, count_words
from core.training.preparation import SplitArticles

UNSEEN_ID = np.iinfo(np.int32).max  # token id of a word that is out of vocabulary at every size


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VocabularyCoverage:
    """The words of a file, counted on the training part and encoded in all parts.

    Attributes:
        vocabulary: every word of the training part.
        characters: every character of the training part, as a vocabulary of its own.
        sequences: all texts as token ids of ``vocabulary``, not truncated; UNSEEN_ID for a word of held-out
            text alone, and for the single token of a text without words.
        articles: which texts belong to which part.
        training_coverage, held_out_coverage: (len(vocabulary) + 1,) share of the part's tokens that are in a
            vocabulary of that size.
        empty: (texts,) bool, texts without a word.
    """

    vocabulary: Vocabulary
    characters: Vocabulary
    sequences: Sequences
    articles: SplitArticles
    training_coverage: npt.NDArray[np.float64]
    held_out_coverage: npt.NDArray[np.float64]
    empty: npt.NDArray[np.bool_]

    @property
    def token_count(self) -> int:
        """Tokens of all texts."""
        return len(self.sequences.ids) - int(self.empty.sum())

    def known_shares(self, size: int) -> tuple[float, float]:
        """Shares of the training part's and of the held-out tokens that are in a vocabulary of this size."""
        row = min(size, len(self.vocabulary))
        return float(self.training_coverage[row]), float(self.held_out_coverage[row])

    def truncated_texts(self, length: int) -> int:
        """Number of texts longer than ``length`` words, whose end is cut off."""
        return int(np.count_nonzero(self.sequences.lengths > length))

    def truncated_share(self, length: int) -> float:
        """Share of all tokens that truncating to ``length`` drops, 0 to 1."""
        lost = np.maximum(self.sequences.lengths - length, 0).sum()
        return float(lost / max(self.token_count, 1))

    def all_unknown_texts(self, size: int, length: int) -> int:
        """Number of non-empty texts whose first ``length`` tokens are all out of a vocabulary of ``size``."""
        offsets = self.sequences.offsets
        if not len(self.sequences):
            return 0
        ends = np.minimum(offsets[:-1] + length, offsets[1:])
        # Lowest token id between each start and end: every second of the intervals.
        bounds = np.stack([offsets[:-1], ends], axis=1).ravel()  # (2 * texts,)
        lowest = np.minimum.reduceat(np.append(self.sequences.ids, UNSEEN_ID), bounds)[::2]
        return int(np.count_nonzero((lowest >= size) & ~self.empty))

    def encode(self, words: Sequence[str], *, size: int) -> list[int]:
        """Token ids of ``words`` in a vocabulary of ``size``: the network's input."""
        token_ids = self.vocabulary.encode(words)
        return [token_id if token_id < size else OOV_ID for token_id in token_ids]

    def ngrams(self, n: int) -> NGramIndex:
        """The distinct n-grams of the training part. Sorts its tokens n - 1 times."""
        words = self.sequences.take(self.articles.split.training[~self.empty[self.articles.split.training]])
        return NGramIndex.fit(words.ids, words.offsets, n=n, vocabulary_size=len(self.vocabulary))

    def search(self, query: str, *, most: int) -> tuple[list[int], int]:
        """Find the words that contain ``query``.

        Returns:
            positions in ``vocabulary.words`` of the ``most`` most frequent of them, and how many
            there are. An exact match comes first.
        """
        words = self.vocabulary.words
        if not query:
            return list(range(min(most, len(words)))), len(words)
        matches = [position for position, word in enumerate(words) if query in word]
        if query in self.vocabulary:
            exact = self.vocabulary.token_id(query) - FIRST_WORD_ID
            matches.remove(exact)
            matches.insert(0, exact)
        return matches[:most], len(matches)

    def rank_of_share(self, share: float) -> int:
        """How many of the most frequent words make up ``share`` of the training part's tokens."""
        row = int(np.searchsorted(self.training_coverage, share))
        return max(0, min(row, len(self.vocabulary)) - FIRST_WORD_ID)


def measure_coverage(texts: Sequence[str], articles: SplitArticles) -> VocabularyCoverage:
    """Count the words of the training part and encode all texts.

    Args:
        texts: the cleaned texts of ``articles.rows``, in that order.
        articles: the run's articles and their parts.

    Cost: two passes over the words; memory: four bytes a token, and the vocabulary.
    """
    training = articles.split.training
    counts = count_words(texts[row] for row in training.tolist())
    vocabulary = Vocabulary.from_counts(counts)
    empty = np.fromiter((not text for text in texts), dtype=np.bool_, count=len(texts))
    characters = Vocabulary.from_counts(count_characters(counts, int(np.count_nonzero(~empty[training]))))
    ids, offsets = vocabulary.encode_texts(texts)
    ids[ids == OOV_ID] = UNSEEN_ID
    sequences = Sequences(ids=ids, offsets=offsets)
    held_out = np.concatenate([articles.split.validation, articles.split.test])
    return VocabularyCoverage(
        vocabulary=vocabulary,
        characters=characters,
        sequences=sequences,
        articles=articles,
        training_coverage=_cumulative_coverage(sequences, training[~empty[training]], len(vocabulary)),
        held_out_coverage=_cumulative_coverage(sequences, held_out[~empty[held_out]], len(vocabulary)),
        empty=empty,
    )


def _cumulative_coverage(
    sequences: Sequences, rows: npt.NDArray[np.int64], size: int
) -> npt.NDArray[np.float64]:
    """Share of the tokens of ``rows`` with a token id below 0, 1, ... ``size``: (size + 1,)."""
    ids = sequences.take(rows).ids
    occurrences = np.bincount(ids[ids != UNSEEN_ID], minlength=size)
    return np.concatenate([[0.0], np.cumsum(occurrences)]) / max(len(ids), 1)
