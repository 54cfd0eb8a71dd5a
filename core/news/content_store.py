"""The content store of uploads: ``folder/<SHA-256>/<safe name>``, one stored copy per content.

Leaves out the file's content: ``news.py`` reads it. A folder appears under its fingerprint complete or
not at all: it is filled under a temporary name, flushed to the disk and then renamed. What a failing disk does to a
copy later is noticed by its SHA-256 before the copy is used, and mended by the next upload of the same bytes.
"""

import contextlib
import errno
import hashlib
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from core.files import retry_while_locked, sha256, sync_folder
from core.news.decompression import NEWS, ExpectedFile

Permit = Callable[[str, int], AbstractContextManager[None]]

MAX_STORED = 250 * 1024 * 1024  # bytes; the page's upload limit
_MAX_NAME_BYTES = 200  # file systems allow 255
_BLOCK = 1 << 20
_INCOMING = ".incoming-"
_FINGERPRINT = re.compile("[0-9a-f]{64}")
_STALE = 24 * 3600  # seconds; an older half-filled folder is left over from a crash


def safe_name(name: str, *, longest: int = 100) -> str:
    """The last part of a file name, safe for every file system and safe to show.

    Removes folders, control, bidi and zero-width characters; cuts the middle of a long name, so that
    the extension stays. Never empty, never hidden, never a path.

    >>> safe_name("../../news.json")
    'news.json'
    """
    last = re.split(r"[/\\]", name)[-1]
    safe = "".join(c for c in last if not unicodedata.category(c).startswith("C"))
    safe = re.sub(r'[<>:"|?*]', "_", safe).strip(" .")
    if len(safe) > longest:
        safe = safe[: longest - 21] + "…" + safe[-20:]
    while len(safe.encode(errors="replace")) > _MAX_NAME_BYTES:  # characters of three and four bytes
        middle = len(safe) // 2
        safe = safe[: middle - 1] + "…" + safe[middle + 2 :]
    return safe or "news"


def store(
    stream: BinaryIO,
    name: str,
    folder: Path,
    *,
    max_bytes: int = MAX_STORED,
    expected: ExpectedFile = NEWS,
    permit: Permit = lambda fingerprint, size: nullcontext(),
) -> Path:
    """Store the bytes of ``stream`` once and return the file's path.

    The same bytes from many visitors give one file, under the first visitor's file name. A copy that is stored already
    is compared, and replaced where it is damaged. After the call the file survives a power cut. Memory: one block of
    1 MiB. Cost: one pass over the bytes, and one over the copy that is stored already.

    Args:
        permit: called with the SHA-256 and the bytes; entered before the file gets its place, which it may refuse by an
            exception, and left once the file is there.

    Raises:
        ``expected.error``: more than ``max_bytes``, or the folder cannot be written.
    """
    with refused_by_disk(name, expected):
        folder.mkdir(parents=True, exist_ok=True)
        _remove_stale_uploads(folder)
        incoming = Path(tempfile.mkdtemp(prefix=_INCOMING, dir=folder))
        try:
            file = incoming / safe_name(name)
            fingerprint, size = _fill(stream, file, max_bytes, expected)
            with permit(fingerprint, size):
                return _placed(file, folder / fingerprint, size)
        finally:
            shutil.rmtree(incoming, ignore_errors=True)  # no longer there after a successful rename


@contextmanager
def refused_by_disk(name: str, expected: ExpectedFile) -> Iterator[None]:
    """Say what the system's refusal means for the upload: a full disk, a read-only folder."""
    try:
        yield
    except OSError as error:
        raise expected.error(f"{safe_name(name)} cannot be stored: {_reason(error)}") from error


def stored(folder: Path) -> Iterator[Path]:
    """The files that are stored in ``folder``."""
    for content_folder in folder.iterdir() if folder.exists() else ():
        if _FINGERPRINT.fullmatch(content_folder.name) and (path := _stored(content_folder)):
            yield path


def find(fingerprint: str, folder: Path, *, expected: ExpectedFile = NEWS) -> Path:
    """The stored file with this SHA-256 (64 hex digits).

    Raises:
        ``expected.error``: there is none.
    """
    if _FINGERPRINT.fullmatch(fingerprint) and (stored := _stored(folder / fingerprint)):
        return stored
    raise expected.error(f"This file of {expected.what} is no longer on the server. Upload it again.")


def verify(path: Path, name: str, folder: Path, *, expected: ExpectedFile = NEWS) -> None:
    """Refuse a stored copy whose bytes are no longer those of its fingerprint; let files outside ``folder`` pass.

    Cost: one pass over the bytes.

    Raises:
        ``expected.error``: the copy is damaged or cannot be read.
    """
    if path.resolve().parent.parent != folder.resolve():
        return
    try:
        intact = sha256(path) == path.parent.name
    except OSError as error:
        raise expected.error(f"{name} cannot be opened: {error.strerror or error}.") from error
    if not intact:
        raise expected.error(
            f"The server's copy of {name} is damaged on its disk. Upload the file again: that replaces the copy."
        )


def remove(path: Path, folder: Path) -> None:
    """Remove a stored file, for example an upload that turns out not to be news."""
    if path.parent.parent == folder:
        shutil.rmtree(path.parent, ignore_errors=True)


def _fill(stream: BinaryIO, file: Path, max_bytes: int, expected: ExpectedFile) -> tuple[str, int]:
    """Write the bytes of ``stream`` to ``file``; returns their SHA-256 and their number."""
    digest, size = hashlib.sha256(), 0
    with file.open("wb") as out:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > max_bytes:
                raise expected.error(
                    f"{file.name} is larger than {max_bytes // 2**20:,} MB. "
                    f"Pack it as .gz, .xz or .zip. {expected.fewer}"
                )
            digest.update(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest(), size


def _placed(file: Path, content_folder: Path, size: int) -> Path:
    """Give the folder of ``file`` its final name, unless the same bytes are there; returns the stored file."""
    if stored := _stored(content_folder):
        return _mended(stored, file, size)
    sync_folder(file.parent)
    try:
        file.parent.rename(content_folder)
    except OSError:
        # Another upload of the same bytes was renamed first; return its file.
        if stored := _stored(content_folder):
            return _mended(stored, file, size)
        raise
    sync_folder(content_folder.parent)
    return content_folder / file.name


def _mended(stored: Path, incoming: Path, size: int) -> Path:
    """Return ``stored``, replaced by the upload ``incoming`` unless it has the size and bytes of its fingerprint."""
    if stored.stat().st_size != size or sha256(stored) != stored.parent.name:
        retry_while_locked(lambda: incoming.replace(stored))
        sync_folder(stored.parent)
    return stored


def _stored(content_folder: Path) -> Path | None:
    if not content_folder.is_dir():
        return None
    return next(
        (path for path in content_folder.iterdir() if path.is_file() and not path.name.startswith(".")), None
    )


def _remove_stale_uploads(folder: Path) -> None:
    """Remove what uploads that crashed at least a day ago left behind."""
    for incoming in folder.glob(f"{_INCOMING}*"):
        with contextlib.suppress(FileNotFoundError):  # another visitor's upload has just been renamed
            if time.time() - incoming.stat().st_mtime > _STALE:
                shutil.rmtree(incoming, ignore_errors=True)


def _reason(error: OSError) -> str:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):  # Windows lacks EDQUOT
        return "the server's disk is full. Ask the person who runs the server to make room."
    if error.errno in (errno.EACCES, errno.EROFS, errno.EPERM):
        return "the server's folder for uploads is read-only. Ask the person who runs the server."
    return f"{error.strerror or error}. Try once more, then ask the person who runs the server."
