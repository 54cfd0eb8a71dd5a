"""Packed bytes -> plain ones, block by block: gzip, xz, bzip2 and Zstandard, by the first bytes.

Leaves out: caps on what comes of it (``decompression.py``); archives of several files (``archives.py``).
"""

import bz2
import gzip
import hashlib
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

import pyarrow as pa

from core.news.caps import BLOCK

_MEMORY = 256 * 2**20  # of an xz dictionary; ``xz -9`` needs 65 MB
_PART = 1 << 16  # bytes asked of Arrow at once, which gives none of them if it fails within


class DamagedError(Exception):
    """A packed file cannot be unpacked any further."""


class HashingStream:
    """A stream that hashes the bytes read from it and reports progress."""

    closed = False

    def __init__(self, stream: BinaryIO, size: int, report: Callable[[float], None]) -> None:
        self.stream, self.size, self.report = stream, size, report
        self.digest, self.done = hashlib.sha256(), 0

    def read(self, size: int = BLOCK) -> bytes:
        block = self.stream.read(size)
        self.digest.update(block)
        self.done += len(block)
        self.report(min(1.0, self.done / max(1, self.size)))
        return block

    def close(self) -> None:
        """Arrow closes what it reads; the stream is closed by whoever opened it."""


def unpacker(head: bytes) -> Callable[[HashingStream], Iterator[bytes]] | None:
    """What unpacks a file that begins so; None if it is not packed."""
    return next((unpack for magic, unpack in _UNPACKERS if head.startswith(magic)), None)


def _ungzip(raw: HashingStream) -> Iterator[bytes]:
    """Decompress by ``read1``, which returns the bytes before a damaged part instead of losing them."""
    stream = gzip.GzipFile(fileobj=raw, mode="rb")  # type: ignore[call-overload]
    try:
        while block := stream.read1(BLOCK):
            yield block
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise DamagedError(str(error)) from error


class _Decoder(Protocol):
    """What ``lzma`` and ``bz2`` have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


def _unxz(raw: HashingStream) -> Iterator[bytes]:
    return _streams(raw, lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_MEMORY))


def _unbzip2(raw: HashingStream) -> Iterator[bytes]:
    return _streams(raw, bz2.BZ2Decompressor)


def _streams(raw: HashingStream, new_decoder: Callable[[], _Decoder]) -> Iterator[bytes]:
    """Decompress the streams of a file one after the other."""
    rest = b""
    while rest or (rest := raw.read(BLOCK)):
        decoder = new_decoder()
        packed = rest
        while not decoder.eof:
            try:
                block = decoder.decompress(packed, BLOCK)
            except (lzma.LZMAError, OSError) as error:  # bz2 has no error of its own
                raise DamagedError(str(error)) from error
            if block:
                yield block
            packed = b""
            if decoder.needs_input and not decoder.eof and not (packed := raw.read(BLOCK)):
                raise DamagedError("the file ends too early")
        rest = decoder.unused_data.lstrip(b"\0")  # streams may be padded with zeros


def _unzstandard(raw: HashingStream) -> Iterator[bytes]:
    """By Arrow, which brings the codec; it refuses windows above 128 MB."""
    stream = pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), "zstd")
    block = b""
    try:
        while part := stream.read(_PART):
            block += part
            if len(block) >= BLOCK - _PART:
                yield block
                block = b""
    except OSError as error:
        if block:
            yield block
        raise DamagedError(str(error)) from error
    if block:
        yield block


_UNPACKERS: tuple[tuple[bytes, Callable[[HashingStream], Iterator[bytes]]], ...] = (
    (b"\x1f\x8b", _ungzip),
    (b"\xfd7zXZ\x00", _unxz),
    (b"BZh", _unbzip2),
    (b"\x28\xb5\x2f\xfd", _unzstandard),
)
