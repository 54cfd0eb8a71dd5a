"""A zip or tar -> its files, one after the other, as streams of bytes. Nothing is unpacked to disk.

Names decide nothing but which file is read: an absolute one or one with ``..`` is refused all the same, as are links,
passwords and archives of very many files. Leaves out: which of the files are read (``archive_contents.py``), caps on
what is unpacked (``decompression.py``).
"""

import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from core.news.caps import BLOCK, Caps, ExpectedFile
from core.news.unpacking import DamagedError

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_DRIVE = re.compile(r"[A-Za-z]:")
# UnicodeDecodeError: a zip declares a file name as UTF-8 and it is not.
_ZIP_DAMAGE = (
    zipfile.BadZipFile,
    NotImplementedError,
    UnicodeDecodeError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    struct.error,
)

File = tuple[str, Iterator[bytes]]  # the name in the archive, with / between folders; the bytes in blocks


def is_tar(head: bytes) -> bool:
    return head[257:262] == b"ustar"


class Zip:
    """A zip, which stays open as long as this object lives: its table of contents is read once."""

    def __init__(self, path: Path, name: str, caps: Caps, expected: ExpectedFile) -> None:
        self._name, self._expected = name, expected
        with path.open("rb") as stream:
            if directory_size(stream, path.stat().st_size) > caps.directory:
                raise expected.error(_too_many(name, caps))
        try:
            self._archive = zipfile.ZipFile(path)
        except _ZIP_DAMAGE as error:
            raise expected.error(f"{name} is a damaged zip file ({error}). Download it again.") from error
        # Not is_dir(): that of an entry without a name is an IndexError in Python 3.11.
        entries = [entry for entry in self._archive.infolist() if not entry.filename.endswith("/")]
        if len(entries) > caps.members:
            raise expected.error(_too_many(name, caps))
        self._entries = {_safe(entry.filename, name, expected): entry for entry in entries}
        if len(self._entries) < len(entries):
            raise expected.error(f"{name} holds two files of the same name. Zip it again.")

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._entries)

    @property
    def unpacked(self) -> int:
        """Bytes of all files together; ``zipfile`` reads no more of a file than it declares."""
        return sum(entry.file_size for entry in self._entries.values())

    def read(self, wanted: Iterable[str], report: Callable[[float], None] | None = None) -> Iterator[File]:
        """The wanted files in their order.

        Raises:
            DamagedError: while the blocks are read.
        """
        for name in wanted:
            entry = self._entries[name]
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise self._expected.error(
                    f"{self._name} contains a link instead of a file. Zip the file itself."
                )
            if entry.flag_bits & 0x1:
                raise self._expected.error(f"{self._name} is locked with a password. Zip it without one.")
            yield name, self._blocks(entry, report)

    def _blocks(self, entry: zipfile.ZipInfo, report: Callable[[float], None] | None) -> Iterator[bytes]:
        done = 0
        try:
            with self._archive.open(entry) as plain:
                while block := plain.read(BLOCK):
                    done += len(block)
                    if report:
                        report(min(1.0, done / max(1, entry.file_size)))
                    yield block
        except (*_ZIP_DAMAGE, OSError) as error:  # OSError: of bzip2 inside
            raise DamagedError(str(error)) from error


class TarEntry(NamedTuple):
    """Where the bytes of a file lie in a tar."""

    start: int
    size: int


def tar_entries(
    blocks: Iterable[bytes], name: str, caps: Caps, expected: ExpectedFile
) -> Iterator[tuple[str, TarEntry]]:
    """The name and place of each file of a tar, from its plain bytes, front to back.

    Raises:
        DamagedError: it ends too early or is no tar any more.
    """
    stream = _Forward(iter(blocks))
    try:
        with tarfile.open(fileobj=cast(BinaryIO, stream), mode="r:") as archive:
            count = 0
            while (entry := archive.next()) is not None:
                archive.members.clear()  # type: ignore[attr-defined]  # or it would keep each
                if entry.isdir():
                    continue
                count += 1
                if count > caps.members:
                    raise expected.error(_too_many(name, caps))
                if not entry.isreg() or entry.issparse():
                    raise expected.error(
                        f"{name} contains a link or device instead of a file. Pack the files themselves."
                    )
                yield _safe(entry.name, name, expected), TarEntry(entry.offset_data, entry.size)
    except (tarfile.TarError, EOFError, ValueError, OverflowError) as error:
        raise DamagedError(str(error)) from error
    # ``tarfile`` takes whatever is no header for the end. Some programs write no blocks of zeros behind the last file.
    if stream.last not in (b"", bytes(tarfile.BLOCKSIZE)):
        raise DamagedError("it ends too early")


def tar_files(blocks: Iterable[bytes], entries: Iterable[tuple[str, TarEntry]]) -> Iterator[File]:
    """The files at these places, which rise. The blocks of one are gone when the next one is asked for."""
    stream = _Forward(iter(blocks))
    for name, entry in entries:
        yield name, _blocks_at(stream, entry)


def plain_tar_file(stream: BinaryIO, entry: TarEntry) -> Iterator[bytes]:
    """The blocks of a file of a tar that is not compressed, without reading what stands before it."""
    stream.seek(entry.start)
    yield from _read(stream, entry.size)


def _read(stream: "BinaryIO | _Forward", size: int) -> Iterator[bytes]:
    while size:
        block = stream.read(min(size, BLOCK))
        if not block:
            raise DamagedError("it ends too early")
        size -= len(block)
        yield block


def _blocks_at(stream: "_Forward", entry: TarEntry) -> Iterator[bytes]:
    try:
        stream.seek(entry.start)
    except tarfile.ReadError as error:
        raise DamagedError(str(error)) from error
    yield from _read(stream, entry.size)


class _Forward:
    """Blocks as a stream that is read and sought forward, as ``tarfile`` does; a read of more than a block is a lie.

    ``tarfile`` reads the header of a long name in one piece of any size that it declares.
    """

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks, self._buffer, self._start, self._position = blocks, b"", 0, 0
        self.last = b""  # what was read last

    def tell(self) -> int:
        return self._position

    def seek(self, position: int, whence: int = 0) -> int:
        if whence or position < self._position:
            raise tarfile.ReadError("it points backwards")
        while self._position < position:
            if not self.read(min(BLOCK, position - self._position)):
                raise tarfile.ReadError("it ends too early")
        return position

    def read(self, size: int) -> bytes:
        if size > BLOCK:
            raise tarfile.ReadError("a name of a megabyte")
        while len(self._buffer) - self._start < size:
            block = next(self._blocks, b"")
            if not block:
                break
            self._buffer, self._start = self._buffer[self._start :] + block, 0
        piece = self._buffer[self._start : self._start + size]
        self._start += len(piece)
        self._position += len(piece)
        self.last = piece
        return piece


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


def _safe(entry: str, name: str, expected: ExpectedFile) -> str:
    """The name with / between its folders.

    Raises:
        ``expected.error``: it leads out of the archive, or is none.
    """
    path = entry.replace("\\", "/")  # some programs on Windows write it so
    parts = [part for part in path.split("/") if part != "."]
    if not any(parts):
        raise expected.error(f"{name} holds a file without a name. Zip the files again.")
    if path.startswith("/") or ".." in parts or _DRIVE.match(path):
        raise expected.error(
            f"{name} holds files with folders or paths outside of it. Zip the files again without them."
        )
    return "/".join(part for part in parts if part)


def _too_many(name: str, caps: Caps) -> str:
    return f"{name} holds more than {caps.members:,} files, or very long names. Pack fewer files."
