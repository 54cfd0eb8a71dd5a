"""Writing a file whole or not at all."""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

Result = TypeVar("Result")


@contextmanager
def atomic_writer(path: Path, *, durable: bool = True) -> Iterator[BinaryIO]:
    """A stream beside ``path`` that is flushed to disk and renamed over it when the block ends.

    A reader sees the old bytes or the new, never half; an exception in the block leaves the old. When it has ended,
    the new bytes outlast a power cut.

    Args:
        durable: False where that is not worth its milliseconds: after a power cut the file may be missing or empty.
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
    with atomic_writer(path) as stream:
        stream.write(json.dumps(record, ensure_ascii=False, indent=1).encode())


def sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def retry_while_locked(call: Callable[[], Result]) -> Result:
    """``call``, again for a second where Windows refuses it: it does while another process has the file open."""
    for _ in range(50 if os.name == "nt" else 0):
        try:
            return call()
        except PermissionError:
            time.sleep(0.02)
    return call()


def sync_folder(folder: Path) -> None:
    """Have the folder's own list of names reach the disk; Windows has no such call, and does it by itself."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
