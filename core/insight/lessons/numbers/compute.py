"""Tokenizations of a file compared: characters, words, n-grams of words, with vocabulary sizes and unseen shares.

Short tokens are few and all known, but mean little; long ones mean a lot, but most of those in a new text were never
seen. Leaves out: the n-grams themselves (``text/ngrams.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.insight.dataset.coverage import VocabularyCoverage
from core.text.ngrams import NGramIndex, count_characters
from core.text.vocabulary import count_words

MAX_N = 4  # words in an n-gram: longer ones hardly occur twice in a file
CHARACTER, WORD = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenizationCost:
    """The cost of one tokenization.

    Attributes:
        words: in a token: 0 for a character, 1 for a word, n for an n-gram.
        different: number of distinct tokens in the training part.
        pieces: mean tokens of a non-empty training text.
        unseen: share of the held-out texts' tokens that are not in the training part, 0 to 1; None if they have none.
    """

    words: int
    different: int
    pieces: float
    unseen: float | None


def tokenization_costs(
    coverage: VocabularyCoverage, index: NGramIndex, held_out: Sequence[str]
) -> tuple[TokenizationCost, ...]:
    """Characters, words, then n-grams of 2, 3, ... ``index.n`` words.

    Args:
        index: of the training part of ``coverage``.
        held_out: the cleaned texts of its validation and test part.
    """
    parts = coverage.articles.split
    learnt = parts.training[~coverage.empty[parts.training]]
    lengths = coverage.sequences.lengths[learnt]
    texts = max(len(learnt), 1)
    words = count_words(held_out)
    characters = count_characters(words, sum(map(bool, held_out)))
    costs = [
        TokenizationCost(
            words=size,
            different=len(known.words),
            pieces=sum(known.counts) / texts,
            unseen=sum(times for token, times in new.items() if token not in known) / new.total()
            if new
            else None,
        )
        for size, known, new in (
            (CHARACTER, coverage.characters, characters),
            (WORD, coverage.vocabulary, words),
        )
    ]
    others = coverage.sequences.take(np.concatenate([parts.validation, parts.test]))
    shares = index.unseen_shares(others.ids, others.offsets)
    for size, (level, unseen) in enumerate(zip(index.levels, shares, strict=True), 2):
        grams = int((lengths - size + 1).clip(min=0).sum())
        costs.append(TokenizationCost(words=size, different=len(level), pieces=grams / texts, unseen=unseen))
    return tuple(costs)
