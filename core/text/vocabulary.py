"""The word index: every known word has a number, the rows of the embedding.

Number 0 is padding and 1 is the unknown word, as in Keras's ``TextVectorization``; the most
frequent word is 2. Leaves out: how a text becomes words (``cleaning.py``) and how numbers
become batches (``training/batches.py``).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import ClassifierError

PADDING_ID, OOV_ID = 0, 1
FIRST_WORD_ID = 2  # number of the most frequent word
OOV_TOKEN = "[UNK]"  # how decode writes it, as Keras does

TokenIds = npt.NDArray[np.int32]
Offsets = npt.NDArray[np.int64]

_NO_WORD = [""]  # str.split never gives the empty word, so it is in no word index
_TEXTS_AT_A_TIME = 4096  # so that the words of a whole file never stand in memory as strings


def count_words(texts: Iterable[str]) -> Counter[str]:
    """How often every word occurs; a word is what ``str.split`` gives. O(words)."""
    return Counter(chain.from_iterable(map(str.split, texts)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The known words, most frequent first, ties in alphabetical order.

    Attributes:
        words: known words; the word at position ``i`` has the number ``i + 2``.
        counts: how often each occurred in the texts that it was fitted on; parallel to ``words``.
    """

    words: tuple[str, ...]
    counts: tuple[int, ...]
    _numbers: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.words) != len(self.counts):
            raise ValueError(
                f"words and counts must be parallel, got {len(self.words)} and {len(self.counts)}"
            )
        numbers = {word: number for number, word in enumerate(self.words, start=FIRST_WORD_ID)}
        if len(numbers) != len(self.words):
            raise ValueError("words must be different from one another")
        object.__setattr__(self, "_numbers", numbers)

    @classmethod
    def fit(cls, texts: Iterable[str], *, size: int) -> "Vocabulary":
        """The word index of ``texts``.

        Args:
            texts: cleaned texts, of the training part only: what is held out must stay unknown.
            size: rows of the embedding at most, padding and unknown included; at least 2.
        """
        return cls.from_counts(count_words(texts), size=size)

    @classmethod
    def from_counts(cls, counts: Counter[str], *, size: int | None = None) -> "Vocabulary":
        """The ``size - 2`` most frequent words of ``counts``; all of them when ``size`` is None."""
        if size is not None and size < FIRST_WORD_ID:
            raise ValueError(f"size must be at least {FIRST_WORD_ID} (padding and unknown), got {size}")
        alphabetical = sorted(counts.items())
        ranked = sorted(
            alphabetical, key=lambda pair: pair[1], reverse=True
        )  # stable: ties stay alphabetical
        kept = ranked if size is None else ranked[: size - FIRST_WORD_ID]
        return cls(words=tuple(word for word, _ in kept), counts=tuple(count for _, count in kept))

    def __len__(self) -> int:
        """Rows of the embedding: the words, padding and unknown."""
        return len(self.words) + FIRST_WORD_ID

    def __contains__(self, word: object) -> bool:
        return word in self._numbers

    def token_id(self, word: str) -> int:
        """The word's number; ``UNKNOWN`` for a word that is not in the index."""
        return self._numbers.get(word, OOV_ID)

    def encode(self, words: Sequence[str]) -> list[int]:
        """Words to numbers, one each."""
        return [self._numbers.get(word, OOV_ID) for word in words]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Numbers to words; padding is the empty word, unknown is ``[UNK]``.

        Raises:
            ValueError: a number is not a row of this word index.
        """
        named = ("", OOV_TOKEN)
        words = []
        for number in ids:
            if not 0 <= number < len(self):
                raise ValueError(f"ids must be from 0 to {len(self) - 1}, got {number}")
            words.append(named[number] if number < FIRST_WORD_ID else self.words[number - FIRST_WORD_ID])
        return words

    def encode_texts(self, texts: Iterable[str], *, length: int | None = None) -> tuple[TokenIds, Offsets]:
        """All texts to one flat array; the words of text ``i`` are ``ids[offsets[i]:offsets[i + 1]]``.

        Args:
            texts: cleaned texts.
            length: words kept of each text at most, from its start; None keeps all.

        Returns:
            ids (total,) int32 and offsets (texts + 1,) int64. A text without words becomes one
            UNKNOWN: a recurrent network needs a step to take.
        """
        pieces: list[TokenIds] = []
        lengths: list[int] = []
        for some in _chunks(texts):
            words = [text.split()[:length] or _NO_WORD for text in some]
            sizes = list(map(len, words))
            numbers = map(self._numbers.get, chain.from_iterable(words), repeat(OOV_ID))
            pieces.append(np.fromiter(numbers, dtype=np.int32, count=sum(sizes)))
            lengths += sizes
        ids = np.concatenate(pieces) if pieces else np.empty(0, dtype=np.int32)
        offsets = np.zeros(len(lengths) + 1, dtype=np.int64)
        np.cumsum(lengths, out=offsets[1:])
        return ids, offsets

    def to_json(self) -> dict[str, Any]:
        """``{"schema": 1, "words": [...], "counts": [...]}``; the inverse of :meth:`from_json`."""
        return {"schema": 1, "words": list(self.words), "counts": list(self.counts)}

    @classmethod
    def from_json(cls, record: Any) -> "Vocabulary":
        """Read what :meth:`to_json` wrote.

        Raises:
            ClassifierError: the record is damaged or of another version.
        """
        if not isinstance(record, dict) or record.get("schema") != 1:
            raise ClassifierError("The word index is of another version of Headline Lab (schema must be 1).")
        words, counts = record.get("words"), record.get("counts")
        if not isinstance(words, list) or not isinstance(counts, list) or len(words) != len(counts):
            raise ClassifierError(
                "The word index is damaged: words and counts must be lists of the same length."
            )
        for position, (word, count) in enumerate(zip(words, counts, strict=True)):
            if not isinstance(word, str) or word.split() != [word]:
                raise ClassifierError(f"The word index is damaged: word {position} is not a word.")
            if type(count) is not int or count < 1 or (position and count > counts[position - 1]):
                raise ClassifierError(
                    f"The word index is damaged: count {position} must be 1 or more and not rise."
                )
        if len(set(words)) != len(words):
            raise ClassifierError("The word index is damaged: a word stands in it twice.")
        return cls(words=tuple(words), counts=tuple(counts))


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(texts)
    while some := list(islice(remaining, _TEXTS_AT_A_TIME)):
        yield some
