"""The vocabulary: every known word has a token id, which is its row of the embedding.

Id 0 is padding and 1 is the out-of-vocabulary token, as in Keras's ``TextVectorization``; the most
frequent word is 2. Leaves out: how a text becomes words (``cleaning.py``) and how token ids
become batches (``core/training/batches.py``).
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
FIRST_WORD_ID = 2  # token id of the most frequent word
OOV_TOKEN = "[UNK]"  # Keras's name of the out-of-vocabulary token

TokenIds = npt.NDArray[np.int32]
Offsets = npt.NDArray[np.int64]

_NO_WORD = ("",)  # encodes as OOV_ID: str.split never returns the empty word, so no vocabulary has it
_TEXTS_PER_CHUNK = 4096  # bounds the memory for words as Python strings


def count_words(texts: Iterable[str]) -> Counter[str]:
    """The frequency of every word; words are separated by white space (``str.split``). O(tokens)."""
    return Counter(chain.from_iterable(map(str.split, texts)))


def words_read(words: Sequence[str], length: int | None) -> Sequence[str]:
    """The words of a text that a network reads: the first ``length`` (None: all).

    A recurrent network needs at least one timestep, so a text without words becomes one out-of-vocabulary word.
    """
    return words[:length] or _NO_WORD


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The known words, most frequent first, ties in alphabetical order.

    Attributes:
        words: known words; the word at position ``i`` has the token id ``i + 2``.
        counts: each word's frequency in the texts that it was fitted on; parallel to ``words``.
    """

    words: tuple[str, ...]
    counts: tuple[int, ...]
    _token_ids: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.words) != len(self.counts):
            raise ValueError(
                f"words and counts must be parallel, got {len(self.words)} and {len(self.counts)}"
            )
        token_ids = {word: token_id for token_id, word in enumerate(self.words, start=FIRST_WORD_ID)}
        if len(token_ids) != len(self.words):
            raise ValueError("words must be different from one another")
        object.__setattr__(self, "_token_ids", token_ids)

    @classmethod
    def fit(cls, texts: Iterable[str], *, size: int) -> "Vocabulary":
        """The vocabulary of ``texts``.

        Args:
            texts: cleaned texts of the training part only: held-out text must not shape the vocabulary.
            size: rows of the embedding at most, padding and out-of-vocabulary included; at least 2.
        """
        return cls.from_counts(count_words(texts), size=size)

    @classmethod
    def from_counts(cls, counts: Counter[str], *, size: int | None = None) -> "Vocabulary":
        """The ``size - 2`` most frequent words of ``counts``; all of them when ``size`` is None."""
        if size is not None and size < FIRST_WORD_ID:
            raise ValueError(f"size must be at least {FIRST_WORD_ID} (padding and unknown), got {size}")
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
        entries = ranked if size is None else ranked[: size - FIRST_WORD_ID]
        return cls(words=tuple(word for word, _ in entries), counts=tuple(count for _, count in entries))

    def __len__(self) -> int:
        """Rows of the embedding: the words, padding and out-of-vocabulary."""
        return len(self.words) + FIRST_WORD_ID

    def __contains__(self, word: object) -> bool:
        return word in self._token_ids

    def token_id(self, word: str) -> int:
        """The word's token id; ``OOV_ID`` for an out-of-vocabulary word."""
        return self._token_ids.get(word, OOV_ID)

    def encode(self, words: Sequence[str]) -> list[int]:
        """The token id of each word."""
        return [self._token_ids.get(word, OOV_ID) for word in words]

    def decode(self, ids: Iterable[int]) -> list[str]:
        """The word of each token id; padding is the empty word, out-of-vocabulary is ``[UNK]``.

        Raises:
            ValueError: a token id is outside this vocabulary.
        """
        special_tokens = ("", OOV_TOKEN)
        words = []
        for token_id in ids:
            if not 0 <= token_id < len(self):
                raise ValueError(f"ids must be from 0 to {len(self) - 1}, got {token_id}")
            is_word = token_id >= FIRST_WORD_ID
            words.append(self.words[token_id - FIRST_WORD_ID] if is_word else special_tokens[token_id])
        return words

    def encode_texts(self, texts: Iterable[str], *, length: int | None = None) -> tuple[TokenIds, Offsets]:
        """The token ids of all texts in one flat array; text ``i`` is ``ids[offsets[i]:offsets[i + 1]]``.

        Args:
            texts: cleaned texts.
            length: words used of each text at most, from its start; None uses all.

        Returns:
            ids (total,) int32 and offsets (texts + 1,) int64. A text without words becomes one ``OOV_ID``.
        """
        id_chunks: list[TokenIds] = []
        lengths: list[int] = []
        for chunk in _chunks(texts):
            words = [words_read(text.split(), length) for text in chunk]
            chunk_lengths = list(map(len, words))
            token_ids = map(self._token_ids.get, chain.from_iterable(words), repeat(OOV_ID))
            id_chunks.append(np.fromiter(token_ids, dtype=np.int32, count=sum(chunk_lengths)))
            lengths += chunk_lengths
        ids = np.concatenate(id_chunks) if id_chunks else np.empty(0, dtype=np.int32)
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
            raise ClassifierError(
                "The vocabulary is from another version of Headline Lab (schema must be 1)."
            )
        words, counts = record.get("words"), record.get("counts")
        if not isinstance(words, list) or not isinstance(counts, list) or len(words) != len(counts):
            raise ClassifierError(
                "The vocabulary is damaged: words and counts must be lists of the same length."
            )
        for position, (word, count) in enumerate(zip(words, counts, strict=True)):
            if not isinstance(word, str) or word.split() != [word]:
                raise ClassifierError(f"The vocabulary is damaged: word {position} is not a word.")
            if type(count) is not int or count < 1 or (position and count > counts[position - 1]):
                raise ClassifierError(
                    f"The vocabulary is damaged: count {position} must be 1 or more and not rise."
                )
        if len(set(words)) != len(words):
            raise ClassifierError("The vocabulary is damaged: it contains a word twice.")
        return cls(words=tuple(words), counts=tuple(counts))


def _chunks(texts: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(texts)
    while chunk := list(islice(remaining, _TEXTS_PER_CHUNK)):
        yield chunk
