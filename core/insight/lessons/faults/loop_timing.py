"""Times the tutorial's loop over the words against the same loop without its two slow habits.

As printed, the loop builds a list of the stop words for every word, searches it linearly, and creates a lemmatizer for
every word. Both loops give the same words. For a whole file: ``python -m benchmarks.cleaning``.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nltk.stem import WordNetLemmatizer

from core.text.lexicon import STOP_WORDS, lemma

_ROUNDS = 3  # of each loop; the shortest time counts
_lemmatizer = WordNetLemmatizer()


def at_every_word(words: Sequence[str]) -> list[str]:
    """The loop as printed, with the lemma fault fixed."""
    sentence = []
    for word in words:
        if word not in list(STOP_WORDS):
            lemmatizer = WordNetLemmatizer()
            sentence.append(lemmatizer.lemmatize(word))
    return sentence


def once(words: Sequence[str]) -> list[str]:
    """The same loop with a set and a lemmatizer that exist before the loop."""
    sentence = []
    for word in words:
        if word not in STOP_WORDS:
            sentence.append(_lemmatizer.lemmatize(word))
    return sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopTiming:
    """Processor seconds of both loops over the same texts."""

    texts: int
    words: int
    at_every_word: float
    once: float

    @property
    def slowdown(self) -> float:
        """How many times as long the printed loop takes."""
        return self.at_every_word / self.once

    def seconds_for(self, texts: int) -> tuple[float, float]:
        """Extrapolated seconds for this many similar texts, as printed and fixed."""
        share = texts / max(self.texts, 1)
        return self.at_every_word * share, self.once * share


def time_loops(texts: Sequence[str]) -> LoopTiming:
    """Time both loops. Cost: a few tenths of a second for 300 texts.

    Args:
        texts: cleaned except for stop words and lemmas.
    """
    lemma("women")  # loads WordNet, about a second that the loop must not pay for
    rows = [text.split() for text in texts]
    seconds = {loop: min(_seconds(loop, rows) for _ in range(_ROUNDS)) for loop in (at_every_word, once)}
    return LoopTiming(
        texts=len(rows),
        words=sum(map(len, rows)),
        at_every_word=seconds[at_every_word],
        once=max(seconds[once], 1e-9),
    )


def _seconds(loop: Callable[[Sequence[str]], list[str]], rows: Sequence[Sequence[str]]) -> float:
    began = time.thread_time()  # of this thread, so other load does not count
    for row in rows:
        loop(row)
    return time.thread_time() - began
