"""The version of a store's queue: has a run come, gone, begun to wait or been taken since a reader last looked?

Every process that changes the queue appends one byte to a file in the store's folder, after its change. Appends of
several processes do not overwrite each other, so each change makes a version that nobody has seen, and the file's size
tells it without reading. Times of files would not do: two changes within one tick of the clock have the same.
"""

import os
from pathlib import Path

FILE = "queue.version"


def queue_version(root: Path) -> tuple[int, int]:
    """Return the version of the queue below ``root``; read it before the queue, so that a change meanwhile shows."""
    try:
        status = (root / FILE).stat()
    except FileNotFoundError:
        return 0, 0
    return status.st_ino, status.st_size  # the first differs once the file was removed by hand


def increase_queue_version(root: Path) -> None:
    """Tell all processes that the queue below ``root`` has changed; call it after the change.

    Raises:
        OSError: the disk is full or cannot be written.
    """
    descriptor = os.open(root / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, b".")
    finally:
        os.close(descriptor)
