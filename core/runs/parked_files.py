"""Temporary files of visitors, for what is made once and downloaded later; as many bytes as a quota allows.

Where there is no room the oldest goes: of the visitor, of the address, and where all together have too much, of the
address that has most. So whoever drops the cookie each time takes nothing from others. What has gone can be made again.
"""

import os
import shutil
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import BinaryIO
from weakref import WeakKeyDictionary, finalize

from core.errors import HeadlineLabError
from core.runs.quotas import Client, Quota


class ParkedFile:
    """Bytes in a temporary file, which is removed with the last reference to this object, or to make room.

    Raises:
        OSError: the disk has no room for them.
    """

    def __init__(self, content: bytes) -> None:
        descriptor, name = tempfile.mkstemp(prefix="headline-lab-")
        self._path = Path(name)
        self._finalizer = finalize(self, self._path.unlink, missing_ok=True)
        self.bytes = len(content)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)

    @property
    def is_there(self) -> bool:
        return self._finalizer.alive

    def remove(self) -> None:
        self._finalizer()

    def copy_to(self, stream: BinaryIO) -> None:
        """Copy the bytes.

        Raises:
            HeadlineLabError: they had to make room.
        """
        try:
            with self._path.open("rb") as parked:
                shutil.copyfileobj(parked, stream)
        except FileNotFoundError:
            raise HeadlineLabError(
                "This file was removed to make room for newer ones. Make it again on its page."
            ) from None


class ParkedFiles:
    """All parked files of one kind."""

    def __init__(self, quota: Quota) -> None:
        self._quota = quota
        self._clients: WeakKeyDictionary[ParkedFile, Client] = WeakKeyDictionary()  # the oldest first
        self._guard = threading.Lock()  # scripts run in threads

    def park(self, client: Client, content: bytes) -> ParkedFile:
        """Park ``content`` for a client; older files make room.

        Raises:
            HeadlineLabError: it is larger than all that one visitor may park.
            OSError: the disk has no room.
        """
        if len(content) > self._quota.visitor:
            most = self._quota.visitor // 2**20
            raise HeadlineLabError(f"The file would take more than {most:,} MB, which is more than is kept.")
        with self._guard:
            parked = ParkedFile(content)
            self._clients[parked] = client
            files = list(self._clients.items())
            _shrink([file for file, by in files if by.visitor == client.visitor], self._quota.visitor)
            _shrink([file for file, by in files if by.address == client.address], self._quota.address)
            *older, _ = files
            while sum(file.bytes for file, _ in files if file.is_there) > self._quota.total:
                sizes = Counter[str]()
                for file, by in older:
                    sizes[by.address] += file.bytes * file.is_there
                [(address, size)] = sizes.most_common(1)
                _shrink([file for file, by in older if by.address == address], size - 1)
        return parked


def _shrink(files: list[ParkedFile], most: int) -> None:
    """Remove the oldest files until all have ``most`` bytes together."""
    there = [file for file in files if file.is_there]
    size = sum(file.bytes for file in there)
    for file in there:
        if size <= most:
            break
        file.remove()
        size -= file.bytes
