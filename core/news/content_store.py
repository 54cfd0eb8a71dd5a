"""The content-addressed folder of uploads: ``folder/<SHA-256>/<safe name>``, one stored copy per content.

Leaves out what is in the file: ``news.py`` reads it. A folder appears under its fingerprint
complete or not at all, because it is filled under another name and then renamed.
"""

import contextlib
import errno
import hashlib
import re
import shutil
import tempfile
import time
import unicodedata
from pathlib import Path
from typing import BinaryIO

from core.news.decompression import NEWS, ExpectedFile

MAX_STORED = 250 * 1024 * 1024  # bytes; the page's upload limit
_NAME_BYTES = 200  # of 255 that file systems take
_BLOCK = 1 << 20
_INCOMING = ".incoming-"
_STALE = 24 * 3600  # seconds after which a half-filled folder is one that a crash left


def safe_name(name: str, *, longest: int = 100) -> str:
    """The last part of a file name without anything that a file system or a reader could trip over.

    Folders, control, bidi and zero-width characters go; what is too long loses its middle, so that
    the ending stays. Never empty, never hidden, never a path.

    >>> safe_name("../../news.json")
    'news.json'
    """
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(c for c in last if not unicodedata.category(c).startswith("C"))
    shown = re.sub(r'[<>:"|?*]', "_", shown).strip(" .")
    if len(shown) > longest:
        shown = shown[: longest - 21] + "…" + shown[-20:]
    while len(shown.encode(errors="replace")) > _NAME_BYTES:  # signs of three and four bytes
        middle = len(shown) // 2
        shown = shown[: middle - 1] + "…" + shown[middle + 2 :]
    return shown or "news"


def store(
    stream: BinaryIO, name: str, folder: Path, *, max_bytes: int = MAX_STORED, expected: ExpectedFile = NEWS
) -> Path:
    """Store what ``stream`` yields, once, and return where it stands.

    The same bytes from many visitors give one file, under the first visitor's file name. Memory: one
    block of 1 MiB. Cost: one pass over the bytes.

    Raises:
        ``wanted.error``: more than ``max_bytes``, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        incoming = Path(tempfile.mkdtemp(prefix=_INCOMING, dir=folder))
        try:
            return _fill(stream, safe_name(name), folder, incoming, max_bytes, expected)
        finally:
            shutil.rmtree(incoming, ignore_errors=True)  # gone already when the rename went through
    except OSError as error:
        raise expected.error(f"{safe_name(name)} cannot be stored: {_why(error)}") from error


def find(fingerprint: str, folder: Path, *, expected: ExpectedFile = NEWS) -> Path:
    """The stored file with this SHA-256 (64 hex digits).

    Raises:
        ``wanted.error``: there is none.
    """
    if re.fullmatch(r"[0-9a-f]{64}", fingerprint) and (stored := _stored(folder / fingerprint)):
        return stored
    raise expected.error(f"This file of {expected.what} is no longer on the server. Upload it again.")


def remove(path: Path, folder: Path) -> None:
    """Take a shelved file away again, as a page does with one that turned out not to be news."""
    if path.parent.parent == folder:
        shutil.rmtree(path.parent, ignore_errors=True)


def _fill(
    stream: BinaryIO, name: str, folder: Path, incoming: Path, max_bytes: int, wanted: ExpectedFile
) -> Path:
    digest, size = hashlib.sha256(), 0
    with (incoming / name).open("wb") as out:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > max_bytes:
                raise wanted.error(
                    f"{name} is larger than {max_bytes // 2**20:,} MB. "
                    f"Pack it as .gz, .xz or .zip. {wanted.fewer}"
                )
            digest.update(block)
            out.write(block)
    shelf = folder / digest.hexdigest()
    if stored := _stored(shelf):
        return stored
    try:
        incoming.rename(shelf)
    except OSError:
        # Another visitor's copy of the same bytes was renamed first; theirs serves.
        if stored := _stored(shelf):
            return stored
        raise
    return shelf / name


def _stored(shelf: Path) -> Path | None:
    return next((one for one in shelf.iterdir() if one.is_file()), None) if shelf.is_dir() else None


def _sweep(folder: Path) -> None:
    """Remove what a crash in the middle of an upload left a day ago or earlier."""
    for left in folder.glob(f"{_INCOMING}*"):
        with contextlib.suppress(FileNotFoundError):  # another visitor's upload has just been renamed
            if time.time() - left.stat().st_mtime > _STALE:
                shutil.rmtree(left, ignore_errors=True)


def _why(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):  # Windows has no quotas' number
        return "the server's disk is full. Ask the person who runs the server to make room."
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return "the server's folder for uploads is read-only. Ask the person who runs the server."
    return f"{error.strerror or error}. Try once more, then ask the person who runs the server."
