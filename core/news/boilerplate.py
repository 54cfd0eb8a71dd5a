"""Beginnings that many articles of a category share: header lines, bylines, an agency's name.

A network learns them in place of the text. Leaves out: their removal, which is a matter of cleaning.
"""

import itertools
import re
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.news.table import beginnings_at

_FEWEST_ARTICLES, _SMALLEST_SHARE = 10, 0.2
_SAMPLED = 200  # articles of a category that are looked at, evenly spread
_WORDS_LOOKED_AT = 8
_MARKER = re.compile(r"\w[\w-]*:|\(\w+\)|\[\w+\]")  # From:  (Reuters)  [VIDEO]
_WORDS_OF_A_BYLINE = 6
_LONG = 200  # characters of a text's beginning


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedBeginning:
    """A beginning of texts.

    Attributes:
        beginning: the whole first line, or a word such as ``From:`` among the first eight.
        shares: the categories with it, each with the share of its articles, the largest first.
    """

    beginning: str
    shares: tuple[tuple[str, float], ...]


def shared_beginnings(texts: pd.Series, categories: pd.Series) -> list[SharedBeginning]:
    """What at least ten articles and a fifth of a category begin with; first what most categories have.

    Cost: that of looking at the beginnings of 200 articles of each category.

    Args:
        texts: (articles,) of type ``str``.
        categories: (articles,) of type ``category``.
    """
    codes = categories.cat.codes.to_numpy()
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(categories.cat.categories) + 1))
    sampled = np.concatenate(
        [order[start : end : max(1, (end - start) // _SAMPLED)] for start, end in itertools.pairwise(starts)]
    )
    sampled.sort()
    sizes = Counter(codes[sampled].tolist())
    counted: dict[int, Counter[str]] = defaultdict(Counter)
    for code, text in zip(codes[sampled].tolist(), beginnings_at(texts, sampled, _LONG), strict=True):
        counted[code].update(_beginnings(text))
    shares: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for code, size in sizes.items():
        for beginning, count in counted[code].items():
            if count >= max(_FEWEST_ARTICLES, _SMALLEST_SHARE * size):
                shares[beginning].append((categories.cat.categories[code], count / size))
    return sorted(
        (
            SharedBeginning(
                beginning=beginning, shares=tuple(sorted(of, key=lambda entry: (-entry[1], entry[0])))
            )
            for beginning, of in shares.items()
        ),
        key=lambda shared: (-len(shared.shares), -shared.shares[0][1], shared.beginning),
    )


def _beginnings(text: str) -> set[str]:
    """The first line of several, its first word if it is short, and the marks among the first words."""
    first, line_end, _ = text.strip().partition("\n")
    first_line = first.strip()
    words = text.split(maxsplit=_WORDS_LOOKED_AT)[:_WORDS_LOOKED_AT]
    beginnings = {word for word in words if _MARKER.fullmatch(word)}
    if line_end and first_line:
        beginnings.add(first_line)
        if (
            len(words_of_line := first_line.split()) <= _WORDS_OF_A_BYLINE
            and words_of_line[0].lower() == "by"
        ):
            beginnings.add("By …")
    return beginnings
