"""A file of word vectors -> the rows that a given word index needs.

Two kinds of text, told apart by the first line: GloVe's, where every line is a word and its numbers, and
word2vec's, which says before that how many words and numbers there are. Plain or .gz, .xz, .zip of one file.
The file is read line by line and only the wanted words' numbers are parsed and kept, so its size costs time
and no memory. Leaves out: binary word2vec and fastText's subwords.

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

from core.errors import WordVectorsError
from core.news.content_store import safe_name
from core.news.decompression import Caps, Decompressor, ExpectedFile
from core.news.formats import Rejected

MAX_LINES = 5_000_000
MAX_KEPT_REJECTED = 20
MAX_ABSOLUTE = 1e6  # beyond this a number is a mistake: GloVe's and word2vec's stay below a hundred
CAPS = Caps(line=64 * 2**10, unpacked=4 * 2**30)  # glove.6B.300d.txt is 1 GB; its longest line has 3 kB

WORD_VECTORS = ExpectedFile(
    what="word vectors",
    readable="Upload GloVe's or word2vec's text format, plain or packed as .gz, .xz or .zip: each line a word and "
    "its numbers.",
    fewer="Take a file with fewer words or fewer numbers a word.",
    error=WordVectorsError,
)

_LOOKED_AT = 100  # lines that decide how many numbers a word has
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1f]")

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of a word index a file of word vectors knows."""

    matched: int  # different words
    words: int  # of so many
    token_share: float  # share of all running words that they make up, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordMatch:
    """What a file of word vectors has of the words asked for, without the numbers.

    Attributes:
        fingerprint: SHA-256 (hex) of the stored bytes.
        name: the file's name, safe to show.
        size: numbers of each word.
        lines: words in the file, those that were not asked for included.
        found: (words,) bool, parallel to the words asked for.
        rejected: the first malformed lines; ``rejected_count`` counts all.
        repeated: lines of a word that an earlier line had; the first is kept.
        warnings: sentences about the file as a whole.
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

    def coverage(self, counts: Sequence[int], *, kept: int | None = None) -> Coverage:
        """Coverage of the first ``kept`` words asked for (default all).

        Args:
            counts: how often each word asked for occurs; all of them are the running words.
        """
        found = self.has_vector[:kept]
        occurs = np.asarray(counts, dtype=np.int64)
        return Coverage(
            matched=int(found.sum()),
            words=len(found),
            token_share=float(occurs[:kept][found].sum() / max(int(occurs.sum()), 1)),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WordVectors:
    """The numbers of the words asked for: ``values`` (words, size) float32, zeros where ``matched.found`` is false."""

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
) -> WordMatch:
    """As :func:`read_vectors`, keeping no numbers: memory is a few bytes a word asked for."""
    reading = _Reading(path, words, sizes, lower, name, progress, caps)
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
) -> WordVectors:
    """The numbers that the file has for ``words``.

    A line is malformed, counted and passed over when it is too long, has another number of numbers than the
    others, is not UTF-8, or, of a wanted word, holds what is no number, NaN, infinity or more than a million.
    Of two lines of a word the first counts.

    Args:
        words: the words wanted, each once.
        sizes: fewest and most numbers a word may have.
        lower: the words are in small letters, so that "Paris" may stand for "paris"; "paris" itself, wherever
            it stands in the file, comes before it.
        progress: called with the share read, 0 to 1.

    Raises:
        WordVectorsError: the file as a whole is not one of word vectors, or is larger than ``caps`` allow.

    Cost: one pass; memory: the wanted words' numbers.
    """
    reading = _Reading(path, words, sizes, lower, name, progress, caps)
    values: npt.NDArray[np.float32] | None = None
    for place, numbers in reading:
        if values is None:  # as many numbers as the file has for a word are known with the first
            values = np.zeros((len(words), reading.size), np.float32)
        values[place] = numbers
    if values is None:
        values = np.zeros((len(words), reading.size), np.float32)
    return WordVectors(values=values, match=reading.matched())


class _Reading:
    """Iterate once for (place of a wanted word, its numbers (size,) float32); a later pair replaces an earlier."""

    def __init__(
        self,
        path: Path,
        words: Sequence[str],
        sizes: tuple[int, int],
        lower: bool,
        name: str | None,
        progress: Progress | None,
        caps: Caps,
    ) -> None:
        self.name, self.caps, self.sizes, self.lower = safe_name(name or path.name), caps, sizes, lower
        self.unpacking = Decompressor(path, self.name, caps=caps, expected=WORD_VECTORS, progress=progress)
        self.places = {word: place for place, word in enumerate(words)}
        self.exact = np.zeros(len(words), np.bool_)  # found as it stands
        self.lowered = np.zeros(len(words), np.bool_)  # found in other letters
        self.size = self.lines = self.rejected_count = self.repeated = 0
        self.announced: int | None = None  # words, as word2vec's first line says
        self.rejected: list[Rejected] = []

    def __iter__(self) -> Iterator[tuple[int, npt.NDArray[np.float32]]]:
        lines = _lines(self.unpacking, self.caps.line)
        head = list(islice(lines, _LOOKED_AT))
        if head and head[0]:
            head[0] = head[0].removeprefix(b"\xef\xbb\xbf")
        self._look_at(head)
        start = 1 if self.announced is None else 2
        for number, line in enumerate(chain(head[start - 1 :], lines), start=start):
            if number > MAX_LINES:
                raise WordVectorsError(f"{self.name} has more than {MAX_LINES:,} lines. {WORD_VECTORS.fewer}")
            if line is None:
                self._reject(number, f"longer than {self.caps.line // 2**10} kB")
                continue
            if self.unpacking.damage and not line.endswith(b"\n"):
                break  # cut off in a number, it may be
            parts = line.split(None, 1)
            if not parts:
                continue
            try:
                word = parts[0].decode()
            except UnicodeDecodeError:
                self._reject(number, "the word is not UTF-8 text")
                continue
            numbers = parts[1].rstrip() if len(parts) == 2 else b""
            # Blanks are counted, not cut at, where the line is as it should be: a file has millions of numbers.
            if numbers.count(b" ") + 1 != self.size and len(numbers.split()) != self.size:
                has = len(numbers.split())
                self._reject(number, f"{has} number{'s' * (has != 1)} where other lines have {self.size}")
                continue
            self.lines += 1
            place, as_it_stands = self.places.get(word), True
            if place is None and self.lower:
                place, as_it_stands = self.places.get(word.lower()), False
            if place is None:
                continue
            if self.exact[place] or (self.lowered[place] and not as_it_stands):
                self.repeated += as_it_stands
                continue
            row = _numbers(numbers)
            if isinstance(row, str):
                self.lines -= 1
                self._reject(number, row)
                continue
            if len(row) != self.size:  # two blanks beside each other had hidden it
                self.lines -= 1
                self._reject(number, f"{len(row)} numbers where other lines have {self.size}")
                continue
            (self.exact if as_it_stands else self.lowered)[place] = True
            yield place, row
        if not self.lines:
            why = [f"line {first.line:,}: {first.reason}" for first in self.rejected[:1]]
            raise self._no_vectors((why or [self.unpacking.damage.rstrip(".")])[0])

    def matched(self) -> WordMatch:
        """What was found; after the last pair."""
        return WordMatch(
            fingerprint=self.unpacking.fingerprint,
            name=self.name,
            size=self.size,
            lines=self.lines,
            has_vector=self.exact | self.lowered,
            rejected=tuple(self.rejected),
            rejected_count=self.rejected_count,
            repeated=self.repeated,
            warnings=tuple(self._warnings()),
        )

    def _warnings(self) -> Iterator[str]:
        if self.unpacking.damage:
            yield self.unpacking.damage
        given = self.lines + self.rejected_count
        if self.announced is not None and self.announced != given:
            yield (
                f"The first line announces {self.announced:,} words; the file has {given:,} lines of words. "
                "It may be cut off."
            )

    def _look_at(self, head: list[bytes | None]) -> None:
        """Decide from the first lines how many numbers a word has, and whether the first line says so."""
        if not any(line and line.strip() for line in head):
            raise WordVectorsError(f"{self.name} is empty. {WORD_VECTORS.readable}")
        said = (head[0] or b"").split()
        header = len(said) == 2 and all(one.isdigit() and len(one) < 12 for one in said)
        rest = head[1:] if header else head
        if header and _binary(rest):
            raise WordVectorsError(
                f"{self.name} is a binary word2vec file, which is not read. Save it as text "
                "(gensim: save_word2vec_format with binary=False) and upload that."
            )
        looked = [_size(line) for line in rest]
        votes = Counter(size for size in looked if size)
        if not votes:
            if header and len(rest) == 0:
                raise self._no_vectors("after its first line, which announces them, there is no word")
            raise self._no_vectors(f"line {2 if header else 1:,} is not a word followed by numbers")
        self.size = votes.most_common(1)[0][0]
        if self.size == 1:
            header = False  # a word of digits and its one number
        if header and int(said[1]) != self.size:
            raise WordVectorsError(
                f"{self.name} announces {int(said[1]):,} numbers a word in its first line and has "
                f"{self.size:,}. It is damaged; fetch it anew."
            )
        self.announced = int(said[0]) if header else None
        fewest, most = self.sizes
        if not fewest <= self.size <= most:
            raise WordVectorsError(
                f"{self.name} has {self.size:,} numbers a word; here a word has {fewest:,} to {most:,}. "
                "Take a file with another size."
            )

    def _reject(self, line: int, reason: str) -> None:
        self.rejected_count += 1
        if len(self.rejected) < MAX_KEPT_REJECTED:
            self.rejected.append(Rejected(line=line, reason=reason))

    def _no_vectors(self, why: str) -> WordVectorsError:
        return WordVectorsError(f"{self.name} is not a file of word vectors: {why}. {WORD_VECTORS.readable}")


def _lines(blocks: Iterable[bytes], longest: int) -> Iterator[bytes | None]:
    """The lines with their end, by \\n only; None for one of more than ``longest`` bytes, which is never held."""
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


def _numbers(text: bytes) -> npt.NDArray[np.float32] | str:
    """The numbers (size,) float32, or what is wrong with them."""
    try:
        if b"_" in text:  # which float() takes for a separator
            raise ValueError
        read = [float(one) for one in text.split()]
    except ValueError:
        return "not all that follows the word are numbers"
    if not all(map(math.isfinite, read)):
        return "holds NaN or infinity"
    if max(map(abs, read), default=0.0) > MAX_ABSOLUTE:
        return f"holds a number beyond {MAX_ABSOLUTE:,.0f}"
    return np.array(read, np.float32)


def _size(line: bytes | None) -> int:
    """How many numbers follow the word; 0 when not all of them are numbers."""
    fields = (line or b"").split()
    read = _numbers(b" ".join(fields[1:]))
    return 0 if isinstance(read, str) else len(read)


def _binary(lines: list[bytes | None]) -> bool:
    """Whether what follows the words are bytes of numbers; a text has digits there, whatever the word."""
    whole = [line for line in lines if line]
    odd = sum(not (line.split(None, 1) or [b""])[-1].isascii() for line in whole)
    return any(_CONTROLS.search(line) for line in whole) or odd * 2 > len(whole)
