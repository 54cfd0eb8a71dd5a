"""Bytes of a text -> its encoding, judged on the whole file, and the text as blocks of UTF-8.

UTF-8 and UTF-16 are told by their rules; the code pages of single languages have none, and chardet compares the text
with what it knows of many languages. All of 720 made-up files of 10 to 2,000 headlines in 29 languages and 25
encodings are read letter by letter, with charset-normalizer 78 % of them (``python -m benchmarks.encodings``).

Leaves out: decompression (``decompression.py``), the ends of lines (``formats/``).
"""

import codecs
import itertools
import unicodedata
from collections.abc import Iterable, Iterator

import chardet

from core.errors import NewsFileError

# Python's name of each encoding that can be chosen, and its name for people. Each is the most inclusive of its kind:
# cp1252 holds all of Latin-1 and the curly quotes besides.
_NAMES: dict[str, str] = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16, little-endian, without a byte order mark",
    "utf-16-be": "UTF-16, big-endian, without a byte order mark",
    "utf-32": "UTF-32",
    "utf-32-le": "UTF-32, little-endian, without a byte order mark",
    "utf-32-be": "UTF-32, big-endian, without a byte order mark",
    "cp1252": "Windows-1252 (Western European)",
    "iso8859-1": "ISO 8859-1 (Latin-1, Western European)",
    "iso8859-15": "ISO 8859-15 (Latin-9, Western European)",
    "mac-roman": "Mac Roman (Western European)",
    "cp850": "DOS 850 (Western European)",
    "cp437": "DOS 437 (United States)",
    "cp1250": "Windows-1250 (Central European)",
    "iso8859-2": "ISO 8859-2 (Latin-2, Central European)",
    "cp852": "DOS 852 (Central European)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "koi8-r": "KOI8-R (Russian)",
    "koi8-u": "KOI8-U (Ukrainian)",
    "iso8859-5": "ISO 8859-5 (Cyrillic)",
    "cp866": "DOS 866 (Cyrillic)",
    "mac-cyrillic": "Mac Cyrillic",
    "cp1253": "Windows-1253 (Greek)",
    "iso8859-7": "ISO 8859-7 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "cp1255": "Windows-1255 (Hebrew)",
    "iso8859-8": "ISO 8859-8 (Hebrew)",
    "cp1256": "Windows-1256 (Arabic)",
    "iso8859-6": "ISO 8859-6 (Arabic)",
    "cp1257": "Windows-1257 (Baltic)",
    "cp1258": "Windows-1258 (Vietnamese)",
    "cp874": "Windows-874 (Thai)",
    "cp932": "Shift JIS (Japanese)",
    "euc_jis_2004": "EUC-JP (Japanese)",
    "gb18030": "GB 18030 (Chinese, simplified; GBK and GB 2312 too)",
    "big5hkscs": "Big5 (Chinese, traditional)",
    "cp949": "EUC-KR (Korean)",
}
CHOICES: tuple[str, ...] = tuple(_NAMES)
_UNICODE = tuple(codec for codec in _NAMES if codec.startswith("utf-"))
_WIDE = _UNICODE[1:]
_CODE_PAGES = tuple(codec for codec in _NAMES if codec not in _UNICODE)

_HEAD = 1 << 16  # bytes that tell UTF-16 and UTF-32 from the others
# Of a UTF-16: share of its NUL bytes that are on one side, of its characters that have one, and that are usual ones.
_ON_ONE_SIDE, _WITH_NUL, _USUAL = 0.98, 0.05, 0.98
_SAMPLE = 150_000  # bytes of text beyond ASCII
_MOST_FIELDS = 10_000
_CONTEXT = 20_000  # bytes of ASCII beside it
_GUESSES = 8  # of chardet's, the most confident ones
_CLOSE = 0.85  # of the highest confidence
_FITTING = 0.9  # share of characters beyond ASCII that stand where they may
_APOSTROPHES = "'’"
_WESTERN_SHARE = 0.95
_WESTERN = frozenset("áàâäãåæçéèêëíìîïñóòôöøœßúùûüÁÀÂÄÅÆÇÉÈÊËÍÎÏÑÓÔÖØŒÚÛÜ‘’“”„‚‹›«»–—…•·€£°§©®™¡¿º½¼¾²\xa0")
_LEADS = bytes(range(0xC2, 0xF5))  # the bytes that begin a sequence of UTF-8 of two and more
_NOT_LEADS = bytes(byte for byte in range(256) if byte not in _LEADS)


class NotUtf8Error(Exception):
    """The bytes are not the UTF-8 that they were taken for; ``detect`` says what they are."""


def encoding_name(codec: str) -> str:
    """The name for people: "Windows-1252 (Western European)" for cp1252."""
    return _NAMES.get(codec, codec)


def known_encoding(name: str) -> str:
    """The member of ``CHOICES`` that a name means, in any spelling Python knows, such as "Latin-1" or "gbk".

    Raises:
        NewsFileError: no encoding of a text, or none of those that are read.
    """
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):  # ValueError: a NUL in the name
        codec = ""
    for choice in CHOICES:
        if codecs.lookup(choice).name == codec:
            return choice
    for choice, names in _INCLUDED.items():
        if codec in names:
            return choice
    raise NewsFileError(f"“{name}” is no encoding that is read here. Choose one of {', '.join(CHOICES)}.")


_INCLUDED = {
    "utf-8": ("ascii", "utf-8-sig"),
    "gb18030": ("gb2312", "gbk"),
    "cp949": ("euc_kr",),
    "cp932": ("shift_jis",),
    "euc_jis_2004": ("euc_jp",),
    "big5hkscs": ("big5", "cp950"),
    "cp1254": ("iso8859-9",),
    "cp874": ("tis-620", "iso8859-11"),
}


def checked_utf8(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """The blocks as they are, while they are UTF-8; so that a file is read once, and again only if it is not.

    A sequence that the file's end cuts is no matter of encoding and passes.

    Raises:
        NotUtf8Error: at the first block that is not UTF-8; what was yielded before may still be ASCII.
    """
    stream, head = _with_head(blocks)
    if _wide_encoding(head):
        raise NotUtf8Error
    decoder = codecs.getincrementaldecoder("utf-8")("surrogatepass")
    between = False  # whether a block ends within a character
    for block in stream:
        if between or not block.isascii():
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                raise NotUtf8Error from error
            between = bool(decoder.getstate()[0])
        yield block


def detect(blocks: Iterable[bytes]) -> str:
    """The encoding, one of ``CHOICES``. Reads all blocks; memory holds one block and a sample.

    A file is UTF-8 if its valid sequences of more than one byte are at least as many as its other bytes above 0x7F,
    or if what no rule excludes makes no words of these bytes: then they are damage, and the formats reject their
    lines.
    """
    stream, head = _with_head(blocks)
    if wide := _wide_encoding(head):
        return wide
    valid = invalid = 0
    decoder, strict = codecs.getincrementaldecoder("utf-8")("surrogatepass"), True
    sample = _Sample()
    for block in stream:
        if strict:
            try:
                decoder.decode(block)
                valid += len(block.translate(None, _NOT_LEADS))
                continue
            except UnicodeDecodeError:
                if block is not head:
                    sample.add(head)
                decoder, strict = codecs.getincrementaldecoder("utf-8")("replace"), False
        text = decoder.decode(block)
        replaced = text.count("\ufffd")
        invalid += replaced
        valid += len(text) - _ascii_characters(text) - replaced
        sample.add(block)
    return "utf-8" if valid >= invalid else _code_page(sample.joined())


def _ascii_characters(text: str) -> int:
    """How many characters are ASCII, piece by piece: a copy of a whole block would be the most that detecting takes."""
    pieces = range(0, len(text), _HEAD)
    return sum(len(text[start : start + _HEAD].encode("ascii", "ignore")) for start in pieces)


def _code_page(sample: bytes) -> str:
    """The code page in which the bytes are words; UTF-8 if there is none.

    With few bytes above 0x7F several code pages come close. Then it is Windows-1252 if what it makes of them is
    usual in the west of Europe: most files with few such bytes are English ones with a name or a curly quote in them.
    """
    ranked = chardet.detect_all(
        sample,
        ignore_threshold=True,
        include_encodings=_CODE_PAGES,
        compat_names=False,
        no_match_encoding="cp1252",
    )
    guesses = [(codec, guess["confidence"]) for guess in ranked[:_GUESSES] if (codec := guess["encoding"])]
    western = sample.decode("cp1252", "replace")
    if min(_western_share(western), _fitting(western)) > _WESTERN_SHARE:
        close = _CLOSE * ranked[0]["confidence"]
        guesses.sort(
            key=lambda guess: guess[0] != "cp1252" or guess[1] < close
        )  # the others keep their order
    best, best_text, most_fitting = "utf-8", "", 0.5
    for codec, _ in guesses:
        if most_fitting > _FITTING:
            break
        text = sample.decode(codec, "replace")
        if (fitting := _fitting(text)) > most_fitting:
            best, best_text, most_fitting = codec, text, fitting
    return "cp1252" if best_text == western else known_encoding(best)


class Utf8Blocks:
    """Iterate once over a text as blocks of UTF-8 without a byte order mark.

    UTF-8 passes as it is. In any other encoding U+FFFD takes the place of what cannot be decoded, counted in
    ``replaced``.
    """

    def __init__(self, blocks: Iterable[bytes], encoding: str) -> None:
        self.encoding, self.replaced = encoding, 0
        self._blocks = blocks

    def __iter__(self) -> Iterator[bytes]:
        start = True
        for block in self._utf8():
            if start and block:
                block = block.removeprefix(codecs.BOM_UTF8)
                start = False
            if block:
                yield block

    def _utf8(self) -> Iterator[bytes]:
        if self.encoding == "utf-8":
            yield from _with_head(self._blocks, len(codecs.BOM_UTF8))[0]
            return
        decoder = codecs.getincrementaldecoder(self.encoding)("replace")
        for block, final in itertools.chain(((block, False) for block in self._blocks), [(b"", True)]):
            text = decoder.decode(block, final)
            self.replaced += text.count("\ufffd")
            yield text.encode()


def to_utf8(blocks: Iterable[bytes], encoding: str) -> Utf8Blocks:
    """The text of ``blocks`` in UTF-8, block by block."""
    return Utf8Blocks(blocks, encoding)


class _Sample:
    """Fields with bytes above 0x7F, evenly from the whole file, and some others that show the language.

    Each second field goes when there are too many. A field ends at a quotation mark or a line end, neither of which
    is part of a character in any of the code pages.
    """

    def __init__(self) -> None:
        self._fields: list[bytes] = []
        self._ascii: dict[bytes, None] = {}  # without repetition: the keys of JSON say little
        self._bytes = self._ascii_bytes = self._seen = 0
        self._stride = 1

    def add(self, block: bytes) -> None:
        for start in range(0, len(block), _HEAD):  # cut into fields, short ones take many times their bytes
            self._add(block[start : start + _HEAD])

    def _add(self, block: bytes) -> None:
        fields = block.replace(b'"', b"\n").split(b"\n")
        if self._ascii_bytes < _CONTEXT:
            for field in itertools.islice(filter(bytes.isascii, fields), _CONTEXT):
                if field not in self._ascii and self._ascii_bytes < _CONTEXT:
                    self._ascii[field[:2_000]] = None
                    self._ascii_bytes += len(field)
        above = [field for field in fields if not field.isascii()]
        for field in above[-self._seen % self._stride :: self._stride]:
            self._fields.append(field[:2_000])
            self._bytes += len(self._fields[-1])
        self._seen += len(above)
        while self._bytes > _SAMPLE or len(self._fields) > _MOST_FIELDS:
            self._fields = self._fields[::2]
            self._stride *= 2
            self._bytes = sum(map(len, self._fields))

    def joined(self) -> bytes:
        return b"\n".join([*self._fields, *self._ascii])


def _with_head(blocks: Iterable[bytes], size: int = _HEAD) -> tuple[Iterator[bytes], bytes]:
    """All blocks, the first of ``size`` bytes at least if there are so many, and that first one."""
    stream = iter(blocks)
    head = b""
    while len(head) < size and (block := next(stream, b"")):
        head += block
    return itertools.chain([head], stream), head


def _wide_encoding(head: bytes) -> str:
    """UTF-16 or UTF-32, by the byte order mark or by where the NUL bytes stand; empty for any other."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" not in head[:_HEAD]:
        return ""
    # First: of many scripts chardet takes one order of the bytes for the other.
    if utf_16 := _utf_16_by_nul_bytes(head):
        return utf_16
    codec = chardet.detect(
        head[:_HEAD], include_encodings=_UNICODE, compat_names=False, no_match_encoding="utf-8"
    )["encoding"]
    return codec if codec in _WIDE else ""


def _utf_16_by_nul_bytes(head: bytes) -> str:
    """UTF-16 of which the blanks, commas and ends of lines have a NUL byte on the same side; empty for any other."""
    head = head[: min(len(head), _HEAD) // 2 * 2]
    for codec, high in (("utf-16-le", 1), ("utf-16-be", 0)):
        nul_bytes = head[high::2].count(0)
        if nul_bytes < max(_ON_ONE_SIDE * head.count(0), _WITH_NUL * len(head) / 2):
            continue
        text = codecs.getincrementaldecoder(codec)("replace").decode(head)
        strange = sum(
            character == "\ufffd" or unicodedata.category(character)[0] == "C" for character in text
        )
        ends = sum(map(text.count, "\t\r\n"))
        if ends and strange - ends <= (1 - _USUAL) * len(text):
            return codec
    return ""


def _western_share(text: str) -> float:
    """Share of the characters beyond ASCII that are usual in the west of Europe."""
    usual = [character in _WESTERN for character in text if not character.isascii()]
    return sum(usual) / max(1, len(usual))


def _fitting(text: str) -> float:
    """Share of the characters beyond ASCII that stand where such a character may.

    A letter stands beside a letter or between blanks, and one of another script not beside a Latin one; another sign
    not between two letters, apostrophes and dashes excepted.
    """
    good = bad = 0
    for before, character, after in zip(" " + text, text, text[1:] + " ", strict=False):
        if character.isascii():
            continue
        kind = unicodedata.category(character)[0]
        beside = _is_letter(before), _is_letter(after)
        if kind in "LM":
            fits = (
                any(beside)
                or before in _APOSTROPHES
                or (" " in (before, after) and (before + after).isspace())
            )
            if "\u0370" <= character < "\u0e80":  # the scripts of the code pages from Greek to Thai
                fits = fits and not any(near.isascii() and near.isalpha() for near in (before, after))
        else:
            fits = (kind in "PNZS" and not all(beside)) or character in "’‘·–—…"
        good, bad = good + fits, bad + (not fits)
    return good / max(1, good + bad)


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"
