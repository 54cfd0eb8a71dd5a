"""A file of word vectors -> the embedding rows of a given vocabulary.

Two text formats, distinguished by the first line: in GloVe's every line is a word and its vector; word2vec's
begins with a header of word count and dimension. Plain or .gz, .xz, .zip of one file. The file is read line
by line, and only the vectors of requested words are parsed and stored, so its size costs time and no memory.
Leaves out: binary word2vec and fastText's subwords.

GloVe: Pennington, Socher & Manning, EMNLP 2014. word2vec: Mikolov and others, arXiv 1301.3781.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core import paths
from core.errors import WordVectorsError
from core.news import content_store
from core.news.decompression import Caps, Decompressor, ExpectedFile
from core.news.formats.articles import Rejected

MAX_LINES = 5_000_000
MAX_KEPT_REJECTED = 20
MAX_ABSOLUTE = 1e6  # a larger number is a mistake: GloVe's and word2vec's are below a hundred
CAPS = Caps(line=64 * 2**10, unpacked=4 * 2**30)  # glove.6B.300d.txt is 1 GB; its longest line has 3 kB

WORD_VECTORS = ExpectedFile(
    what="word vectors",
    readable=(
        "Upload the text format of GloVe or word2vec, plain or as .gz, .xz or .zip. Each line has a word and "
        "its numbers."
    ),
    fewer="Choose a file with fewer words or fewer numbers per word.",
    error=WordVectorsError,
)

_HEAD_LINES = 100  # lines that decide the dimension
_EXAMPLES, _LONGEST_EXAMPLE = 3, 40  # words, and characters of one, that are shown of a file
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a vocabulary has a vector in a file of word vectors."""

    matched: int  # words with a vector
    words: int  # words of the vocabulary
    token_share: float  # share of all tokens whose word has a vector, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordMatch:
    """Which of the requested words a file has vectors for, without the vectors.

    Attributes:
        fingerprint: SHA-256 (hex) of the stored bytes.
        name: the file's name, safe to show.
        size: dimension of the vectors.
        lines: words in the file, requested or not.
        has_vector: (words,) bool, parallel to the requested words.
        rejected: the first malformed lines; ``rejected_count`` counts all.
        repeated: lines whose word an earlier line has; the first line counts.
        warnings: sentences about the file as a whole.
        examples: the first words of the file.
    """

    fingerprint: str
    name: str
    size: int
    lines: int
    has_vector: npt.NDArray[np.bool_]
    rejected: tuple[Rejected, ...]
    rejected_count: int
    repeated: int
    warnings: tuple[str, ...]
    examples: tuple[str, ...] = ()

    @property
    def refusal(self) -> str:
        """Why nothing can start from these vectors: none of the requested words has one; else empty."""
        if not len(self.has_vector) or self.has_vector.any():
            return ""
        return (
            f"None of the {len(self.has_vector):,} words of the training articles is in {self.name}, whose "
            f"first words are {', '.join(f'“{word}”' for word in self.examples)}. Choose word vectors "
            "in the same language, with nothing before the words."
        )

    def coverage(self, counts: Sequence[int], *, most_frequent: int | None = None) -> Coverage:
        """Coverage of the first ``most_frequent`` requested words (default all).

        Args:
            counts: frequency of each requested word; their sum is the number of tokens.
            most_frequent: size of the vocabulary without its special tokens.
        """
        mask = self.has_vector[:most_frequent]  # (most_frequent,)
        frequencies = np.asarray(counts, dtype=np.int64)  # (words,)
        return Coverage(
            matched=int(mask.sum()),
            words=len(mask),
            token_share=float(frequencies[:most_frequent][mask].sum() / max(int(frequencies.sum()), 1)),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordVectors:
    """The requested words' vectors: ``values`` (words, size) float32, zeros where ``match.has_vector`` is false."""

    values: npt.NDArray[np.float32]
    match: WordMatch


def match_words(
    path: Path,
    words: Sequence[str],
    *,
    sizes: tuple[int, int],
    lower: bool = False,
    name: str | None = None,
    progress: Progress | None = None,
    caps: Caps = CAPS,
    member: str | None = None,
) -> WordMatch:
    """As :func:`read_vectors` without storing vectors: a few bytes of memory per requested word."""
    reading = _Reading(path, words, sizes, lower, name, progress, caps, member)
    for _ in reading:
        pass
    return reading.matched()


def read_vectors(
    path: Path,
    words: Sequence[str],
    *,
    sizes: tuple[int, int],
    lower: bool = False,
    name: str | None = None,
    progress: Progress | None = None,
    caps: Caps = CAPS,
    member: str | None = None,
) -> WordVectors:
    """The vectors that the file has for ``words``.

    A malformed line is rejected: it is too long, has another dimension than the others, is not UTF-8 or, for a
    requested word, holds something other than numbers, NaN, infinity or a number beyond a million. Of two lines
    with the same word the first counts.

    Args:
        words: the requested words, each once.
        sizes: smallest and largest dimension allowed.
        lower: the words are in lower case, so "Paris" in the file matches "paris"; "paris" itself takes
            precedence wherever it is in the file.
        progress: called with the share read, 0 to 1.
        member: the file inside an archive of several.

    Raises:
        WordVectorsError: the file as a whole is not one of word vectors, or exceeds ``caps``; or it is an upload whose
            stored copy is damaged.

    Cost: one pass; memory: the requested words' vectors.
    """
    reading = _Reading(path, words, sizes, lower, name, progress, caps, member)
    values: npt.NDArray[np.float32] | None = None
    for row, vector in reading:
        if values is None:  # the dimension is known once the first vector is read
            values = np.zeros((len(words), reading.size), np.float32)
        values[row] = vector
    if values is None:
        values = np.zeros((len(words), reading.size), np.float32)
    return WordVectors(values=values, match=reading.matched())


class _Reading:
    """Iterate once over (row of a requested word, its vector (size,) float32); a later pair replaces an earlier."""

    def __init__(
        self,
        path: Path,
        words: Sequence[str],
        sizes: tuple[int, int],
        lower: bool,
        name: str | None,
        progress: Progress | None,
        caps: Caps,
        member: str | None,
    ) -> None:
        self.name, self.caps, self.sizes, self.lower = (
            content_store.safe_name(name or path.name),
            caps,
            sizes,
            lower,
        )
        self.decompressor = Decompressor(
            path, self.name, caps=caps, expected=WORD_VECTORS, progress=progress, member=member
        )
        self.rows = {word: row for row, word in enumerate(words)}
        self.exact = np.zeros(len(words), np.bool_)  # matched in the same letters
        self.lowered = np.zeros(len(words), np.bool_)  # matched after lower-casing
        self.size = self.lines = self.rejected_count = self.repeated = 0
        self.announced: int | None = None  # word count in word2vec's header
        self.rejected: list[Rejected] = []
        self.examples: list[str] = []

    def __iter__(self) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        content_store.verify(self.decompressor.path, self.name, paths.word_vectors(), expected=WORD_VECTORS)
        lines = _lines(self.decompressor, self.caps.line)
        head = list(islice(lines, _HEAD_LINES))
        if head and head[0]:
            head[0] = head[0].removeprefix(b"\xef\xbb\xbf")
        self._read_head(head)
        start = 1 if self.announced is None else 2
        for number, line in enumerate(chain(head[start - 1 :], lines), start=start):
            if number > MAX_LINES:
                raise WordVectorsError(f"{self.name} has more than {MAX_LINES:,} lines. {WORD_VECTORS.fewer}")
            if line is None:
                self._reject(number, f"longer than {self.caps.line // 2**10} kB")
                continue
            if self.decompressor.damage and not line.endswith(b"\n"):
                break  # the last number may be cut off
            parts = line.split(None, 1)
            if not parts:
                continue
            try:
                word = parts[0].decode()
            except UnicodeDecodeError:
                self._reject(number, "the word is not UTF-8 text")
                continue
            numbers = parts[1].rstrip() if len(parts) == 2 else b""
            # Count the spaces first and split only odd lines: a file has millions of numbers.
            if numbers.count(b" ") + 1 != self.size and len(numbers.split()) != self.size:
                count = len(numbers.split())
                self._reject(number, f"{count} number{'s' * (count != 1)} where other lines have {self.size}")
                continue
            self.lines += 1
            if len(self.examples) < _EXAMPLES:
                self.examples.append(word[:_LONGEST_EXAMPLE])
            row, is_exact = self.rows.get(word), True
            if row is None and self.lower:
                row, is_exact = self.rows.get(word.lower()), False
            if row is None:
                continue
            if self.exact[row] or (self.lowered[row] and not is_exact):
                self.repeated += is_exact
                continue
            vector = _parse_numbers(numbers)
            if isinstance(vector, str):
                self.lines -= 1
                self._reject(number, vector)
                continue
            if len(vector) != self.size:  # double spaces hid it from the count
                self.lines -= 1
                self._reject(number, f"{len(vector)} numbers where other lines have {self.size}")
                continue
            (self.exact if is_exact else self.lowered)[row] = True
            yield row, vector
        if not self.lines:
            reasons = [f"line {first.line:,}: {first.reason}" for first in self.rejected[:1]]
            raise self._no_vectors((reasons or [self.decompressor.damage.rstrip(".")])[0])

    def matched(self) -> WordMatch:
        """The match; call it after the iteration."""
        return WordMatch(
            fingerprint=self.decompressor.fingerprint,
            name=self.name,
            size=self.size,
            lines=self.lines,
            has_vector=self.exact | self.lowered,
            rejected=tuple(self.rejected),
            rejected_count=self.rejected_count,
            repeated=self.repeated,
            warnings=tuple(self._warnings()),
            examples=tuple(self.examples),
        )

    def _warnings(self) -> Iterator[str]:
        if self.decompressor.damage:
            yield self.decompressor.damage
        lines = self.lines + self.rejected_count
        if self.announced is not None and self.announced != lines:
            yield (
                f"The first line announces {self.announced:,} words; the file has {lines:,} lines of words. "
                "It may be cut off."
            )

    def _read_head(self, head: list[bytes | None]) -> None:
        """Decide from the first lines the dimension and whether the first line is word2vec's header."""
        if not any(line and line.strip() for line in head):
            raise WordVectorsError(f"{self.name} is empty. {WORD_VECTORS.readable}")
        first_line = (head[0] or b"").split()
        header = len(first_line) == 2 and all(field.isdigit() and len(field) < 12 for field in first_line)
        rest = head[1:] if header else head
        if header and _is_binary(rest):
            raise WordVectorsError(
                f"{self.name} is a binary word2vec file, which is not read. Save it as text "
                "(gensim: save_word2vec_format with binary=False) and upload that."
            )
        dimensions = Counter(dimension for line in rest if (dimension := _dimension(line)))
        if not dimensions:
            if header and len(rest) == 0:
                raise self._no_vectors("after its first line, which announces them, there is no word")
            raise self._no_vectors(f"line {2 if header else 1:,} is not a word followed by numbers")
        self.size = dimensions.most_common(1)[0][0]
        if self.size == 1:
            header = False  # the first line is a word of digits and its one number
        if header and int(first_line[1]) != self.size:
            raise WordVectorsError(
                f"{self.name} announces {int(first_line[1]):,} numbers a word in its first line and has "
                f"{self.size:,}. It is damaged. Download it again."
            )
        self.announced = int(first_line[0]) if header else None
        smallest, largest = self.sizes
        if not smallest <= self.size <= largest:
            raise WordVectorsError(
                f"{self.name} has {self.size:,} numbers a word; here a word can have {smallest:,} to "
                f"{largest:,}. Take a file with another size."
            )

    def _reject(self, line: int, reason: str) -> None:
        self.rejected_count += 1
        if len(self.rejected) < MAX_KEPT_REJECTED:
            self.rejected.append(Rejected(line=line, reason=reason))

    def _no_vectors(self, reason: str) -> WordVectorsError:
        return WordVectorsError(
            f"{self.name} is not a file of word vectors: {reason}. {WORD_VECTORS.readable}"
        )


def _lines(blocks: Iterable[bytes], longest: int) -> Iterator[bytes | None]:
    """Lines ending in \\n, the \\n included; None for a line of more than ``longest`` bytes, which is not stored."""
    rest, too_long = b"", False
    for block in blocks:
        *whole, rest = (rest + block).split(b"\n")
        for line in whole:
            yield None if too_long or len(line) > longest else line + b"\n"
            too_long = False
        if too_long or len(rest) > longest:
            rest, too_long = b"", True
    if rest or too_long:
        yield None if too_long else rest


def _parse_numbers(text: bytes) -> npt.NDArray[np.float32] | str:
    """The vector (size,) float32, or the reason why the line is malformed."""
    try:
        if b"_" in text:  # float() accepts it as a separator of digits
            raise ValueError
        numbers = [float(field) for field in text.split()]
    except ValueError:
        return "not all that follows the word are numbers"
    if not all(map(math.isfinite, numbers)):
        return "holds NaN or infinity"
    if max(map(abs, numbers), default=0.0) > MAX_ABSOLUTE:
        return f"holds a number beyond {MAX_ABSOLUTE:,.0f}"
    return np.array(numbers, np.float32)


def _dimension(line: bytes | None) -> int:
    """Count of numbers after the word; 0 if one of them is not a number."""
    fields = (line or b"").split()
    vector = _parse_numbers(b" ".join(fields[1:]))
    return 0 if isinstance(vector, str) else len(vector)


def _is_binary(lines: list[bytes | None]) -> bool:
    """Whether binary floats follow the words; in a text format digits follow, which are ASCII whatever the word."""
    complete = [line for line in lines if line]
    not_ascii = sum(not (line.split(None, 1) or [b""])[-1].isascii() for line in complete)
    return any(_CONTROLS.search(line) for line in complete) or not_ascii * 2 > len(complete)
