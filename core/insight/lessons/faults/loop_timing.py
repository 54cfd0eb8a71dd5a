"""Two slow habits of the tutorial's loop over the words, and the same loop without them, timed.

As printed, the stop words are made into a list at every word, which is then read from its start, and a lemmatizer is
made at every word. Both give the same words. A whole file: ``python -m benchmarks.cleaning``.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nltk.stem import WordNetLemmatizer

from core.text.lexicon import STOP_WORDS, lemma

_ROUNDS = 3  # of each way, one after the other in turn; the shortest counts
_lemmatizer = WordNetLemmatizer()


def at_every_word(words: Sequence[str]) -> list[str]:
    """As printed, its fault about the lemma mended."""
    sentence = []
    for word in words:
        if word not in list(STOP_WORDS):
            lemmatizer = WordNetLemmatizer()
            sentence.append(lemmatizer.lemmatize(word))
    return sentence


def once(words: Sequence[str]) -> list[str]:
    """The same with a set and a lemmatizer that are made once, before the loop."""
    sentence = []
    for word in words:
        if word not in STOP_WORDS:
            sentence.append(_lemmatizer.lemmatize(word))
    return sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopTiming:
    """Both ways through the same texts; seconds of the processor."""

    texts: int
    words: int
    at_every_word: float
    once: float

    @property
    def slowdown(self) -> float:
        """How many times as long it takes as printed."""
        return self.at_every_word / self.once

    def seconds_for(self, texts: int) -> tuple[float, float]:
        """Seconds that so many texts of this kind would take, as printed and mended."""
        share = texts / max(self.texts, 1)
        return self.at_every_word * share, self.once * share


def time_loops(texts: Sequence[str]) -> LoopTiming:
    """Time both ways; some tenths of a second for 300 texts.

    Args:
        texts: cleaned but for stop words and lemmas.
    """
    lemma("women")  # reads WordNet, about a second, which is not of the loop
    rows = [text.split() for text in texts]
    seconds = {way: min(_seconds(way, rows) for _ in range(_ROUNDS)) for way in (at_every_word, once)}
    return LoopTiming(
        texts=len(rows),
        words=sum(map(len, rows)),
        at_every_word=seconds[at_every_word],
        once=max(seconds[once], 1e-9),
    )


def _seconds(way: Callable[[Sequence[str]], list[str]], rows: Sequence[Sequence[str]]) -> float:
    began = time.thread_time()  # of this thread: a neighbour's load is not counted
    for row in rows:
        way(row)
    return time.thread_time() - began
