"""Texts that occur more than once: copies, contradictions, near-duplicates of one part in another.

Leaves out: what is said about them (``file_warnings.py``).
"""

import itertools
import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

# A text of fewer words is another when one word differs: "Team wins cup", "Team wins race".
_FEWEST_WORDS = 6
_BATCH = 1 << 19  # words
_WORD = re.compile(r"[^\s\d!-/:-@\[-`{-~…–—“”‘’„«»、。，！？：；।]+")
# Scripts without blanks between words: each character counts as one.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def text_hashes(headlines: Iterable[str], descriptions: Iterable[str]) -> Iterator[int]:
    """A hash of each article's text, equal for those that differ in case and in runs of white space alone.

    Of headlines and descriptions without outer white space. Every article of a file passes here: 0.3 µs each.
    """
    for headline, description in zip(headlines, descriptions, strict=True):
        text = (
            f"{headline} {description}" if headline and description else headline or description
        ).casefold()
        uneven = "  " in text or "\n" in text or "\t" in text
        yield hash(" ".join(text.split()) if uneven else text)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Repeats:
    """Texts that occur more than once in a table.

    Attributes:
        copies: articles whose text an earlier one of the same category has.
        contradictions: for each text that is in several categories the positions of one article of each,
            the most frequent category first; in the order in which the texts first occur.
        contradicted: articles with such a text.
    """

    copies: int
    contradictions: tuple[tuple[int, ...], ...]
    contradicted: int


def find_repeats(hashes: np.ndarray, categories: np.ndarray) -> Repeats:
    """Compare articles by the hashes of their texts: (articles,) int64, and their categories: (articles,) int.

    Cost: one sort.
    """
    order = np.lexsort((categories, hashes))  # stable: the first in the file leads its text and category
    same_text = hashes[order[1:]] == hashes[order[:-1]]
    same_label = categories[order[1:]] == categories[order[:-1]]
    # Of each text and category: where they begin in ``order``, the number of articles, the number of the text.
    begins = np.flatnonzero(np.concatenate(([True], ~(same_text & same_label)))[: len(order)])
    counts = np.diff(begins, append=len(order))
    texts = np.concatenate(([0], np.cumsum(~same_text)))[begins]
    firsts = order[begins]
    several = np.bincount(texts)[texts] > 1
    firsts, counts, texts = firsts[several], counts[several], texts[several]
    rows = firsts[np.lexsort((-counts, texts))].tolist()
    bounds = np.flatnonzero(np.diff(texts, prepend=-1, append=-1)).tolist()
    contradictions = [tuple(rows[start:end]) for start, end in itertools.pairwise(bounds)]
    return Repeats(
        copies=int(np.count_nonzero(same_text & same_label)),
        contradictions=tuple(sorted(contradictions, key=min)),
        contradicted=int(counts.sum()),
    )


def near_duplicates(given: Iterable[str], asked: Iterable[str]) -> np.ndarray:
    """Which of the texts asked about are nearly one of those given: (asked,) bool.

    Two texts are near-duplicates if they have the same words in any order, but for case, digits and punctuation; from
    six words on one word may be added, left out or replaced. Cost: linear in the words; 180,000 texts take seconds.
    Memory: some 40 bytes for each word of ``asked``, and that of a batch of ``given``.
    """
    asked_values, asked_owners, rows = [], [], 0
    for words, counts in _batches(asked):
        values, owners = _bags(words, counts)
        asked_values.append(values)
        asked_owners.append(rows + owners)
        rows += len(counts)
    near = np.zeros(rows, dtype=bool)
    if rows:
        values, owners = np.concatenate(asked_values), np.concatenate(asked_owners)
        order = np.argsort(values)  # so that looking them up goes through memory in one direction
        values, owners = values[order], owners[order]
        for words, counts in _batches(given):
            near[owners[_among(values, np.sort(_bags(words, counts)[0]))]] = True
    return near


def _batches(texts: Iterable[str]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Hashes of the words, (words,) uint64, and how many each text has, (texts,): of half a million words each time."""
    words, counts = array("q"), array("q")
    for text in texts:
        of_text = _WORD.findall(text.casefold())
        if not text.isascii() and _UNSPACED.search(text):
            of_text = list("".join(of_text))
        words.extend(map(hash, of_text))
        counts.append(len(of_text))
        if len(words) > _BATCH:
            yield np.array(words).view(np.uint64), np.array(counts)
            words, counts = array("q"), array("q")
    if counts:
        yield np.array(words).view(np.uint64), np.array(counts)


def _bags(words: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each text as the sum of its words' hashes, long ones without each of their words too; and whose each sum is.

    A text without a word has no sum.
    """
    sums = np.concatenate(
        (np.zeros(1, dtype=np.uint64), np.cumsum(words, dtype=np.uint64))
    )  # they wrap around
    ends = np.cumsum(counts)
    bags = sums[ends] - sums[ends - counts]
    owners = np.repeat(np.arange(len(counts)), counts)
    long = counts[owners] >= _FEWEST_WORDS
    some = np.flatnonzero(counts)
    return (
        np.concatenate((bags[some], bags[owners[long]] - words[long])),
        np.concatenate((some, owners[long])),
    )


def _among(values: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """Which values are in a sorted array: (values,) bool. ``np.isin`` takes ten times as long."""
    if not len(ordered):
        return np.zeros(len(values), dtype=bool)
    positions = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    among: np.ndarray = ordered[positions] == values
    return among
