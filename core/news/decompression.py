"""A stored file -> its decompressed bytes, block by block, and its SHA-256 in the same pass.

The first bytes decide the file's type, never its name. Nothing is unpacked to disk and memory holds one
block at a time, so a decompression bomb costs time up to the caps and no memory.
"""

import gzip
import hashlib
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from core.errors import HeadlineLabError, NewsFileError

BLOCK = 1 << 20
MAX_CATEGORIES = 1_000  # with more, the column is hardly a category: the file is read, and no run starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """Upper bounds on what is read from a file."""

    line: int = 4 * 2**20  # bytes of one line, or of one article of an array
    unpacked: int = 2**30  # bytes after decompression
    ratio: int = 200  # decompressed bytes per packed byte; news has about 5, a bomb 1,000
    ratio_from: int = 64 * 2**20  # decompressed bytes from which on the ratio is checked
    articles: int = 5_000_000
    categories: int = 100_000  # a category takes more memory than a short article


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFile:
    """The kind of file that an upload should be: wording and type of the error that refuses another."""

    what: str
    readable: str  # what to upload instead
    fewer: str  # what to do about a file that is too large
    error: type[HeadlineLabError]


NEWS = ExpectedFile(
    what="news",
    readable="Upload JSON lines, a JSON array or CSV, plain or packed as .gz, .xz or .zip.",
    fewer="Keep fewer articles.",
    error=NewsFileError,
)

# First bytes and the file type in words. Sources: each format's specification and the list of file(1).
_NOT_TEXT: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a picture, sound or film (RIFF)"),
    (b"%PDF", "a PDF document"),
    (b"\x89HDF\r\n", "an HDF5 file, as .h5 models are"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"PAR1", "a Parquet file"),
    (b"ARROW1", "an Arrow file"),
    (b"SQLite format 3", "an SQLite database"),
    (b"BZh", "packed with bzip2"),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard"),
    (b"\xba\x16O/", "a binary fastText model"),
    (b"7z\xbc\xaf\x27\x1c", "packed with 7-Zip"),
    (b"Rar!", "packed with RAR"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x7fELF", "a program"),
)
_SHORT: tuple[tuple[bytes, str], ...] = (
    (b"BM", "a bitmap image"),
    (b"MZ", "a program"),
)  # also plain letters: used only when the head holds a NUL byte
# UnicodeDecodeError: a zip declares a file name as UTF-8 and it is not.
_DAMAGE = (
    EOFError,
    zlib.error,
    gzip.BadGzipFile,
    lzma.LZMAError,
    zipfile.BadZipFile,
    NotImplementedError,
    UnicodeDecodeError,
)


class Decompressor:
    """Iterate once over the decompressed bytes of ``path`` in blocks of at most 1 MiB.

    Afterwards ``fingerprint`` is the SHA-256 (hex) of the stored bytes, and ``damage`` is a sentence about
    where a packed file breaks off, or empty. ``progress`` is called with the share read, 0 to 1.

    Raises (while iterating):
        ``expected.error``: not a file, not text, packed in an unsupported way, or over a cap.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        *,
        caps: Caps | None = None,
        expected: ExpectedFile = NEWS,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        self.path, self.name, self.caps = path, name, caps or Caps()
        self.expected = expected
        self.fingerprint = self.damage = ""
        self._report = progress or (lambda share: None)

    def __iter__(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as stream:
                yield from self._blocks(stream)
        except OSError as error:
            raise self.expected.error(f"{self.name} cannot be opened: {error.strerror or error}.") from error

    def _blocks(self, stream: BinaryIO) -> Iterator[bytes]:
        size = self.path.stat().st_size
        head = stream.read(512)
        stream.seek(0)
        raw = _HashingStream(stream, size, self._report)
        if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):  # zip needs random access: hash first
            self.fingerprint = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
            yield from self._capped(self._unzip(stream, size), size)
        else:
            if head.startswith(b"\x1f\x8b"):
                yield from self._capped(_ungzip(raw), size)
            elif head.startswith(b"\xfd7zXZ\x00"):
                yield from self._capped(_unxz(raw), size)
            else:
                reject_binary(head, self.name, expected=self.expected)
                yield from self._capped(iter(raw.read, b""), 0)
            while raw.read():  # hash what follows the end of the packed stream
                pass
            self.fingerprint = raw.digest.hexdigest()
        self._report(1.0)

    def _capped(self, plain: Iterator[bytes], packed: int) -> Iterator[bytes]:
        """Yield the blocks until they end, break off or exceed a cap; ``packed`` is the packed size, 0 if plain."""
        total = 0
        try:
            for block in plain:
                if not total and packed:
                    reject_binary(block, self.name, inside="Unpacked, ", expected=self.expected)
                total += len(block)
                if total > self.caps.unpacked:
                    raise self.expected.error(
                        f"{self.name} is larger than {self.caps.unpacked / 2**30:g} GB"
                        f"{' when unpacked' if packed else ''}. {self.expected.fewer}"
                    )
                if packed and total > self.caps.ratio_from and total > self.caps.ratio * packed:
                    raise self.expected.error(
                        f"{self.name} unpacks to more than {self.caps.ratio} times its size, "
                        f"which {self.expected.what} never does. It is not read."
                    )
                yield block
        except _DAMAGE as error:
            if not total:
                raise self.expected.error(
                    f"{self.name} is damaged and cannot be unpacked ({error}). Fetch it anew."
                ) from error
            self.damage = (
                f"The packed file is damaged or breaks off after {total:,} bytes of text; fetch it anew."
            )

    def _unzip(self, stream: BinaryIO, size: int) -> Iterator[bytes]:
        if directory_size(stream, size) > BLOCK:
            raise self.expected.error(f"{self.name} holds thousands of files. Pack one file alone.")
        try:
            archive = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
            raise self.expected.error(
                f"{self.name} is a damaged zip file ({error}). Fetch it anew."
            ) from error
        with archive:
            entry = self._only_entry(archive.infolist())
            with archive.open(entry) as plain:
                done = 0
                while block := plain.read(BLOCK):
                    done += len(block)
                    self._report(min(1.0, done / max(1, entry.file_size)))
                    yield block

    def _only_entry(self, entries: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
        names = {entry.filename for entry in entries}
        if "[Content_Types].xml" in names:
            raise self.expected.error(
                f"{self.name} is an Office document. Save the table as CSV and upload that."
            )
        if "config.json" in names and any(name.endswith(".weights.h5") for name in names):
            raise self.expected.error(
                f"{self.name} is a Keras model, not {self.expected.what}. {self.expected.readable}"
            )
        if any(name.endswith("/data.pkl") for name in names):
            raise self.expected.error(
                f"{self.name} is a PyTorch model, not {self.expected.what}. {self.expected.readable}"
            )
        # What macOS adds to every zip that it packs.
        entries = [
            e
            for e in entries
            if not e.filename.startswith("__MACOSX/") and not e.filename.endswith(".DS_Store")
        ]
        if any("/" in e.filename or "\\" in e.filename or e.filename in ("..", ".") for e in entries):
            raise self.expected.error(
                f"{self.name} holds folders or paths. Pack the file alone, without a folder."
            )
        if len(entries) != 1:
            raise self.expected.error(f"{self.name} holds {len(entries):,} files. Pack one file alone.")
        if stat.S_ISLNK(entries[0].external_attr >> 16):
            raise self.expected.error(f"{self.name} holds a link instead of a file. Pack the file itself.")
        if entries[0].flag_bits & 0x1:
            raise self.expected.error(f"{self.name} is locked with a password. Pack it without one.")
        return entries[0]


def unpacks_to_at_most(path: Path, size: int, *, expected: ExpectedFile = NEWS) -> bool:
    """Whether what is read of a file has ``size`` bytes at most, unpacked; little more of it is read here."""
    total = 0
    try:
        for block in Decompressor(path, path.name, expected=expected):
            total += len(block)
            if total > size:
                return False
    except expected.error:  # whoever reads the file comes no further
        pass
    return True


class _HashingStream:
    """A stream that hashes the bytes read from it and reports progress."""

    def __init__(self, stream: BinaryIO, size: int, report: Callable[[float], None]) -> None:
        self.stream, self.size, self.report = stream, size, report
        self.digest, self.done = hashlib.sha256(), 0

    def read(self, size: int = BLOCK) -> bytes:
        block = self.stream.read(size)
        self.digest.update(block)
        self.done += len(block)
        self.report(min(1.0, self.done / max(1, self.size)))
        return block


def _ungzip(raw: _HashingStream) -> Iterator[bytes]:
    """Decompress by ``read1``, which returns the bytes before a damaged part instead of losing them."""
    stream = gzip.GzipFile(fileobj=raw, mode="rb")  # type: ignore[call-overload]
    while block := stream.read1(BLOCK):
        yield block


def _unxz(raw: _HashingStream) -> Iterator[bytes]:
    """Decompress the streams of an .xz file one after the other; dictionaries up to 256 MB (``xz -9`` needs 65)."""
    rest = b""
    while rest or (rest := raw.read(BLOCK)):
        decoder = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=256 * 2**20)
        packed = rest
        while not decoder.eof:
            block = decoder.decompress(packed, max_length=BLOCK)
            if block:
                yield block
            packed = b""
            if decoder.needs_input and not decoder.eof and not (packed := raw.read(BLOCK)):
                raise EOFError("the file breaks off")
        rest = decoder.unused_data.lstrip(b"\0")  # streams may be padded with zeros


def directory_size(stream: BinaryIO, size: int) -> int:
    """Size in bytes of a zip's central directory, before ``zipfile`` builds an object for each of its entries."""
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    sizes = [0]
    if (position := tail.rfind(b"PK\x05\x06")) >= 0 and len(
        tail
    ) >= position + 16:  # end of central directory
        sizes.append(struct.unpack_from("<I", tail, position + 12)[0])
    if (position := tail.rfind(b"PK\x06\x06")) >= 0 and len(tail) >= position + 48:  # the same of zip64
        sizes.append(struct.unpack_from("<Q", tail, position + 40)[0])
    stream.seek(0)
    return max(size for size in sizes if size != 0xFFFFFFFF)


def reject_binary(head: bytes, name: str, *, inside: str = "", expected: ExpectedFile = NEWS) -> None:
    """Raise ``expected.error`` if the first bytes are not those of a UTF-8 text; the error names the file type."""
    what = next((words for magic, words in _NOT_TEXT if head.startswith(magic)), None)
    if inside and head.startswith((b"\x1f\x8b", b"\xfd7zXZ", b"PK\x03\x04")):
        what = "packed once more"
    if b"\x00" in head:
        what = what or next((words for magic, words in _SHORT if head.startswith(magic)), None)
        what = what or ("binary data" if not head.strip(b"\x00") else None)
    if head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05" and len(head) > 1:
        what = "a Python pickle, which can run a stranger's program when opened"
    if head[257:262] == b"ustar":
        what = "a tar archive"
    if head[4:8] == b"ftyp":
        what = "a film or picture (MP4, HEIC)"
    if what:
        raise expected.error(f"{inside}{name} is {what}, not {expected.what}. {expected.readable}")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\x00" in head[:4]:
        raise expected.error(
            f"{inside}{name} is UTF-16 or UTF-32 text. Save it as UTF-8 and upload it again."
        )
    start = head[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml", b"<svg")):
        raise expected.error(f"{inside}{name} is a web page or XML, not {expected.what}. {expected.readable}")
