"""A stored file -> its decompressed bytes, block by block, and its SHA-256 in the same pass.

The first bytes decide the file's type, never its name. Memory holds one block at a time, so a decompression bomb costs
time up to the caps and no memory; only a packed table that needs random access, and a compressed tar of several files
that are all read, are unpacked to disk.

Leaves out: each way of packing (``unpacking.py``), archives (``archives.py``), which of their files are read
(``archive_contents.py``).
"""

import contextlib
import hashlib
import itertools
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, BinaryIO, TypeVar

from core.news import archive_contents
from core.news.archive_contents import ClassFile, Contents, class_files, listed, train_and_test
from core.news.archives import (
    ZIP,
    File,
    TarEntry,
    Zip,
    directory_size,
    is_tar,
    plain_tar_file,
    tar_entries,
    tar_files,
)
from core.news.caps import BLOCK, MAX_CATEGORIES, NEWS, Caps, ExpectedFile
from core.news.file_kinds import is_table, is_workbook, refuse_model, reject_binary
from core.news.unpacking import DamagedError, HashingStream, unpacker

__all__ = [
    "MAX_CATEGORIES",
    "NEWS",
    "Caps",
    "Decompressor",
    "ExpectedFile",
    "directory_size",
    "reject_binary",
    "unpacks_to_at_most",
]

_HEAD = 512
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Layout:
    """What a stored file is at its outermost.

    Attributes:
        table: of a format that needs random access.
        names: the files of an archive, None if it is none.
        tar: where they lie in a tar; None if it is none.
        damage: of a tar, where it ends too early.
    """

    packed: bool
    table: bool
    names: Collection[str] | None = None
    tar: Mapping[str, TarEntry] | None = None
    damage: str = ""


_last_tar: dict[tuple[object, ...], _Layout] = {}


@dataclass
class _Total:
    """Bytes unpacked in one pass over a file."""

    unpacked: int = 0


class Decompressor:
    """Iterate over the decompressed bytes of ``path`` in blocks of at most 1 MiB.

    Of an archive the bytes of ``member``, or of its only table, or of its training table; of an archive with a folder
    of texts for each category all texts, a line end after each. Afterwards ``fingerprint`` is the SHA-256 (hex) of the
    stored bytes, and ``damage`` is a sentence about where a packed file ends too early, or empty. ``progress`` is
    called with the share read, 0 to 1. ``is_part``: other members are read too, and another hashes the archive.

    Raises (while iterating, and by each method):
        ``expected.error``: not a file, not text, packed in an unsupported way, or over a cap; or an archive of several
            files of which one has to be chosen.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        *,
        caps: Caps | None = None,
        expected: ExpectedFile = NEWS,
        progress: Callable[[float], None] | None = None,
        member: str | None = None,
        is_part: bool = False,
    ) -> None:
        self._is_part = is_part
        self.path, self.name, self.caps = path, name, caps or Caps()
        self.expected, self.member = expected, member
        self.fingerprint = self.damage = ""
        self._report = progress or _silent
        self._temporary: IO[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        contents = self.contents
        if contents and contents.folders:
            for _, text in self.texts():
                yield text
                yield b"\n"
            return
        for blocks in self._file(contents):
            first = next(blocks, b"")
            if not self._layout.table:
                inside = "Unpacked, " if self._layout.packed else ""
                reject_binary(first, self.name, inside=inside, expected=self.expected)
            if first:
                yield first
            yield from blocks

    @property
    def unchosen(self) -> tuple[str, ...]:
        """The files of an archive where several can be read and none is chosen or told by its name; else empty."""
        contents = self.contents
        if not contents or contents.folders or self.member is not None or len(contents.members) < 2:
            return ()
        return () if train_and_test(contents.members) else contents.members

    @cached_property
    def contents(self) -> Contents | None:
        """What can be read of an archive; None if the file is none. Of a tar it costs a pass over all of it."""
        names = self._layout.names
        if names is None:
            return None
        return archive_contents.contents(names, folders=self.expected is NEWS)

    def texts(self) -> Iterator[tuple[ClassFile, bytes]]:
        """The texts of an archive with a folder for each category, each up to the cap on a line and one byte more."""
        files = self._class_files
        for number, (name, blocks) in enumerate(self._files(files), start=1):
            text, damage = b"", self.damage
            for block in blocks:
                text += block
                if len(text) > self.caps.line:
                    break
            self._report(number / len(files))
            if self.damage != damage:
                yield ClassFile(name=name, problem="is damaged or ends too early"), b""
            else:
                yield files[name], text[: self.caps.line + 1]

    def table_file(self) -> Path | None:
        """The file to open if it is of a format that needs random access, such as Parquet; None for a text.

        What is packed is unpacked to a temporary file, which lives as long as this object.
        """
        contents, layout = self.contents, self._layout
        if layout.table and not layout.packed:
            return self.path
        if not layout.packed or (contents and contents.folders):
            return None
        for blocks in self._file(contents):
            first = next(blocks, b"")
            if not is_table(first) and not first.startswith(ZIP):
                break
            unpacked = tempfile.NamedTemporaryFile(prefix="headline-lab-")  # noqa: SIM115  # outlives this call
            for block in itertools.chain([first], blocks):
                unpacked.write(block)
            unpacked.flush()
            path = Path(unpacked.name)
            if Decompressor(path, self.name, caps=self.caps, expected=self.expected).table_file() == path:
                self._temporary = unpacked
                return path
        return None

    def unpacked_tar(self) -> IO[bytes] | None:
        """A temporary file of a compressed tar's plain bytes; None if the file is none.

        Each of its files is read without unpacking those before it again and again.
        """
        if self._layout.tar is None:
            return None
        with self._opened() as stream:
            head = stream.read(_HEAD)
            if unpacker(head) is None:
                return None
            stream.seek(0)
            raw, total = HashingStream(stream, 0, _silent), _Total()
            unpacked = tempfile.NamedTemporaryFile(prefix="headline-lab-")  # noqa: SIM115  # outlives this call
            for block in self._plain(raw, head, total):
                unpacked.write(block)
            unpacked.flush()
        return unpacked

    def table_bytes(self) -> Iterator[bytes]:
        """The bytes of what ``table_file`` opens, for the fingerprint and the caps."""
        for blocks in self._file(self.contents):
            yield from blocks

    @property
    def is_text(self) -> bool:
        """Whether it is one text, neither folders of texts nor a table that needs random access."""
        return not (self.contents and self.contents.folders) and self.table_file() is None

    def unpacks_to_at_most(self, size: int) -> bool:
        """Whether what can be read has so many bytes at most; little more of it is read here."""
        if self._layout.table:
            return False  # a column of one value repeated takes no room
        with self._opened() as stream:
            if self._layout.names is not None and stream.read(_HEAD).startswith(ZIP):
                return self._zip.unpacked <= size
        total = 0
        for _, blocks in self._files(self._layout.names or ()):
            for block in blocks:
                total += len(block)
                if total > size:
                    return False
        return True

    def _chosen(self, contents: Contents) -> str:
        """The file of the archive that is read."""
        names, members = self._layout.names or (), contents.members
        if self.member is not None:
            matching = [name for name in names if name == self.member] or [
                name for name in names if name.rpartition("/")[2] == self.member
            ]
            if len(matching) != 1:
                raise self.expected.error(
                    f"{self.name} holds no file {listed([self.member])}. It holds {listed(members)}."
                )
            return matching[0]
        if len(members) == 1:
            return members[0]
        if self.expected is NEWS and (pair := train_and_test(members)):
            return pair[0]
        if not members:
            raise self.expected.error(f"{self.name} holds 0 files. Pack the file again.")
        raise self.expected.error(
            f"{self.name} holds {len(members):,} files: {listed(members)}. Choose one of them, or pack only one."
        )

    @cached_property
    def _layout(self) -> _Layout:
        with self._opened() as stream:
            head = stream.read(_HEAD)
            if head.startswith(ZIP):
                names = self._zip.names
                if is_workbook(names) and self.expected is NEWS:
                    return _Layout(packed=False, table=True)
                refuse_model(names, self.name, self.expected)
                return _Layout(packed=True, table=False, names=names)
            packed = unpacker(head) is not None
            stream.seek(0)
            raw, total = HashingStream(stream, 0, _silent), _Total()
            plain = self._plain(raw, head, total)
            first = next(plain, b"")
            if is_tar(first):
                return self._tar_layout(itertools.chain([first], plain), total)
            return _Layout(packed=packed, table=is_table(first) and self.expected is NEWS)

    def _tar_layout(self, plain: Iterable[bytes], total: _Total) -> _Layout:
        """By a pass over all of it, unless it was the last tar that was asked for."""
        status = self.path.stat()
        key = (self.path, status.st_ino, status.st_size, status.st_mtime_ns, self.caps)
        layout = _last_tar.get(key)
        if layout is None:
            entries = dict[str, TarEntry]()
            for name, entry in self._undamaged(
                tar_entries(plain, self.name, self.caps, self.expected), total
            ):
                entries.setdefault(name, entry)
            layout = _Layout(packed=True, table=False, names=entries, tar=entries, damage=self.damage)
            _last_tar.clear()
            _last_tar[key] = layout
        return layout

    def _file(self, contents: Contents | None) -> Iterator[Iterator[bytes]]:
        """The blocks of the file itself, or of the chosen one of an archive."""
        return (blocks for _, blocks in self._files((self._chosen(contents),) if contents else ()))

    def _files(self, wanted: Collection[str]) -> Iterator[File]:
        """The wanted files of an archive, or the file itself. At the end sets ``fingerprint``."""
        layout, names = self._layout, self._layout.names
        self.damage = ""
        with self._opened() as stream:
            size, total = self.path.stat().st_size, _Total()
            head = stream.read(_HEAD)
            stream.seek(0)
            if head.startswith(ZIP):  # needs random access
                if names is None:
                    yield "", iter(lambda: stream.read(BLOCK), b"")
                else:
                    report = self._report if len(wanted) == 1 else _silent
                    for name, blocks in self._zip.read(wanted, report):
                        yield name, self._undamaged(self._capped(blocks, size, total), total)
                if not self._is_part:
                    self._hash(stream)
            else:
                raw = HashingStream(stream, size, self._report)
                plain = self._plain(raw, head, total)
                if names is None:
                    yield "", plain
                else:
                    chosen = set(wanted)
                    entries = [(name, entry) for name, entry in (layout.tar or {}).items() if name in chosen]
                    if self._is_part and unpacker(head) is None:  # no need to read the files before
                        for name, entry in entries:
                            blocks = self._capped(plain_tar_file(stream, entry), 0, total)
                            yield name, self._undamaged(blocks, total)
                    else:
                        for name, blocks in tar_files(plain, entries):
                            yield name, self._undamaged(blocks, total)
                if not self._is_part:
                    while raw.read():
                        pass
                    self.fingerprint = raw.digest.hexdigest()
                self.damage = self.damage or layout.damage
        self._report(1.0)

    def hash_file(self) -> None:
        """Set ``fingerprint`` without reading what is in the file."""
        with self._opened() as stream:
            self._hash(stream)

    def _hash(self, stream: BinaryIO) -> None:
        stream.seek(0)
        self.fingerprint = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]

    def _plain(self, raw: HashingStream, head: bytes, total: _Total) -> Iterator[bytes]:
        """The blocks of a file that begins with ``head``, unpacked if it is packed."""
        unpack = unpacker(head)
        if unpack is None:
            return self._capped(iter(raw.read, b""), 0, total)
        return self._undamaged(self._capped(unpack(raw), self.path.stat().st_size, total), total)

    @cached_property
    def _zip(self) -> Zip:
        return Zip(self.path, self.name, self.caps, self.expected)

    @cached_property
    def _class_files(self) -> dict[str, ClassFile]:
        return {file.name: file for file in class_files(self._layout.names or (), self.member or "")}

    @contextlib.contextmanager
    def _opened(self) -> Iterator[BinaryIO]:
        try:
            with self.path.open("rb") as stream:
                yield stream
        except OSError as error:
            raise self.expected.error(f"{self.name} cannot be opened: {error.strerror or error}.") from error

    def _capped(self, blocks: Iterator[bytes], packed: int, total: _Total) -> Iterator[bytes]:
        """Pass blocks until they exceed a cap together; ``packed`` is the packed size, 0 if plain."""
        for block in blocks:
            total.unpacked += len(block)
            if total.unpacked > self.caps.unpacked:
                raise self.expected.error(
                    f"{self.name} is larger than {self.caps.unpacked / 2**30:g} GB"
                    f"{' when unpacked' if packed else ''}. {self.expected.fewer}"
                )
            if packed and total.unpacked > max(self.caps.ratio_from, self.caps.ratio * packed):
                raise self.expected.error(
                    f"{self.name} unpacks to more than {self.caps.ratio} times its size, "
                    f"which {self.expected.what} never does. It is not read."
                )
            yield block

    def _undamaged(self, items: Iterator[T], total: _Total) -> Iterator[T]:
        """Pass items until they end, early or not."""
        try:
            yield from items
        except DamagedError as error:
            if not total.unpacked:
                raise self.expected.error(
                    f"{self.name} is damaged and cannot be unpacked ({error}). Download it again."
                ) from error
            after = f"after {total.unpacked:,} bytes of text"
            self.damage = f"The compressed file is damaged or ends too early {after}. Download it again."


def unpacks_to_at_most(path: Path, size: int, *, expected: ExpectedFile = NEWS) -> bool:
    """Whether what is read of a file has ``size`` bytes at most, unpacked; little more of it is read here."""
    try:
        return Decompressor(path, path.name, expected=expected).unpacks_to_at_most(size)
    except expected.error:  # whoever reads the file comes no further
        return True


def _silent(share: float) -> None:
    """Report to nobody."""
