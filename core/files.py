"""Atomic and durable writes: a file is written completely or not at all."""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

Result = TypeVar("Result")


@contextmanager
def atomic_writer(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """A stream to a temporary file in the same folder, renamed to ``path`` when the block ends.

    Another process reads the old bytes or the new, never a mixture; an exception in the block keeps the old file.
    After the block the new bytes survive a power cut.

    Args:
        durable: False skips the flush to disk and saves milliseconds; a power cut may leave the file missing or empty.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        retry_while_locked(lambda: Path(temporary).replace(path))
        if durable:
            sync_folder(path.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_json(path: Path, record: Any) -> None:
    """Write ``record`` as JSON (UTF-8, indented), atomically and durably."""
    with atomic_writer(path) as stream:
        stream.write(json.dumps(record, ensure_ascii=False, indent=1).encode())


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def retry_while_locked(call: Callable[[], Result]) -> Result:
    """The result of ``call``; on Windows retry for a second while another process has the file open."""
    for _ in range(50 if os.name == "nt" else 0):
        try:
            return call()
        except PermissionError:
            time.sleep(0.02)
    return call()


def unwritable(folders: Iterable[Path]) -> list[Path]:
    """Where ``folders`` cannot be written: each that refuses files, or the nearest above it that is there; each once.

    Cost: a few calls of the system a folder, and nothing is written.
    """
    there = dict.fromkeys(next(path for path in (each, *each.parents) if path.exists()) for each in folders)
    return [path for path in there if not (path.is_dir() and os.access(path, os.W_OK | os.X_OK))]


def sync_folder(folder: Path) -> None:
    """Flush the folder's directory entries to disk; Windows has no such call and does it by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
