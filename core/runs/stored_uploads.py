"""The uploads that the server keeps, news and word vectors, within the quotas of those who bring them.

What nobody has chosen and no run reads can be reached from no page: it stays while there is room, and the oldest goes
when somebody needs the room. Leaves out: how a file is written (``news/content_store.py``), what goes by age
(``retention.py``).
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from core import paths
from core.news import content_store
from core.news.decompression import ExpectedFile
from core.runs.locks import quota_lock
from core.runs.quotas import UPLOADS, Client, counted, set_uploaders, uploaders
from core.runs.retention import FREE_BYTES, folders_in_use, last_change
from core.runs.run_store import RunStore

_SETTLED = 3600.0  # seconds after which an upload that nobody has chosen is no longer about to be


def keep(
    stream: BinaryIO, size: int, name: str, folder: Path, client: Client, *, expected: ExpectedFile
) -> Path:
    """Store an upload of ``size`` bytes in the content store ``folder``, and note who brought it; returns its path.

    Raises:
        ``expected.error``: the disk or a quota has no room, even without the uploads that nobody uses; or as
            :func:`core.news.content_store.store`.
    """
    name = content_store.safe_name(name)

    @contextmanager
    def permit(fingerprint: str, size: int) -> Iterator[None]:
        with quota_lock(paths.uploads(), expected.error):
            if refusal := _Stored(client).refusal(folder / fingerprint, size):
                raise expected.error(f"{name} cannot be kept: {refusal}")
            yield
            known = [each for each in uploaders(folder / fingerprint) if each != client]
            set_uploaders(folder / fingerprint, [*known, client])

    with content_store.refused_by_disk(name, expected), quota_lock(paths.uploads(), expected.error):
        folder.mkdir(parents=True, exist_ok=True)
        missing = FREE_BYTES + size - shutil.disk_usage(folder).free
        if missing > 0 and not _Stored(client).free(missing):
            raise expected.error(f"{name} cannot be kept: the server's disk is nearly full. {_ASK}")
    return content_store.store(stream, name, folder, expected=expected, permit=permit)


def discard(path: Path, client: Client, *, expected: ExpectedFile) -> None:
    """Remove an upload that could not be read, unless somebody uses the same bytes or has brought them too."""
    with quota_lock(paths.uploads(), expected.error):
        others = any(each.visitor != client.visitor for each in uploaders(path.parent))
        if not others and path.parent.resolve() not in _Stored(client).used:
            content_store.remove(path, path.parent.parent)


_ASK = "Ask the person who runs the server to make room."


@dataclass(frozen=True, slots=True)
class _Upload:
    path: Path
    bytes: int  # that it counts
    changed: float  # seconds since 1970
    uploaders: frozenset[Client]

    @property
    def folder(self) -> Path:
        return self.path.parent


def _any(upload: _Upload) -> bool:
    return True


def _read(path: Path) -> _Upload | None:
    """The upload stored at ``path``; None when it has just been removed."""
    try:
        size, changed = path.stat().st_size, last_change(path.parent)
        return _Upload(path, counted(size), changed, frozenset(uploaders(path.parent)))
    except FileNotFoundError:
        return None


class _Stored:
    """All uploads, as they are while the lock is held, and what of them a client and all others use."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._runs = RunStore(paths.runs())
        self._uploads = [
            upload
            for folder in (paths.uploads(), paths.word_vectors())
            for path in content_store.stored(folder)
            if (upload := _read(path))
        ]

    @cached_property
    def _used_by_client(self) -> set[Path]:
        visitor = self._client.visitor
        return folders_in_use(self._runs.of_owner(visitor), [paths.visitors() / f"{visitor}.json"])

    @cached_property
    def used(self) -> set[Path]:
        """The folders that anybody uses."""
        return folders_in_use(self._runs.all(), paths.visitors().glob("[!.]*.json"))

    def _is_brought_by_visitor(self, upload: _Upload) -> bool:
        return any(each.visitor == self._client.visitor for each in upload.uploaders)

    def _is_unused(self, upload: _Upload) -> bool:
        """Whether nobody uses it, nor is about to: what another visitor has just uploaded is chosen once it is read."""
        is_own = {each.visitor for each in upload.uploaders} == {self._client.visitor}
        settled = is_own or upload.changed < time.time() - _SETTLED
        return settled and upload.folder.resolve() not in self.used

    def _counts_for_visitor(self, upload: _Upload) -> bool:
        return upload.folder.resolve() in self._used_by_client or (
            self._is_brought_by_visitor(upload) and upload.folder.resolve() not in self.used
        )

    def _counts_for_address(self, upload: _Upload) -> bool:
        return any(each.address == self._client.address for each in upload.uploaders)

    def refusal(self, folder: Path, size: int) -> str:
        """Why there is no room for ``size`` bytes in ``folder``; empty where there is, by now."""
        for counts, most, refusal in (
            (
                self._counts_for_visitor,
                UPLOADS.visitor,
                "your runs and choices use {} MB of uploaded files, and one visitor may use {} MB. Remove "
                "a run whose file you no longer need, then upload this one again.",
            ),
            (
                self._counts_for_address,
                UPLOADS.address,
                "everybody on your network has uploaded {} MB of files that are in use. The limit is "
                f"{{}} MB. {_ASK}",
            ),
            (
                _any,
                UPLOADS.total,
                f"the server has {{}} MB of uploaded files that are in use. The limit is {{}} MB. {_ASK}",
            ),
        ):
            charged = [upload for upload in self._uploads if counts(upload)]
            if any(upload.folder == folder for upload in charged):
                continue  # the same bytes once more
            missing = sum(upload.bytes for upload in charged) + counted(size) - most
            if not self.free(missing, counts):
                used = sum(upload.bytes for upload in charged if not self._is_unused(upload))
                return refusal.format(f"{used // 2**20:,}", f"{most // 2**20:,}")
        return ""

    def free(self, missing: int, among: Callable[[_Upload], bool] = _any) -> bool:
        """Remove uploads that nobody uses, the oldest first, until ``missing`` bytes are free; else none of them."""
        unused: list[_Upload] = []
        for upload in sorted(self._uploads, key=lambda each: each.changed):
            if missing <= 0:
                break
            if among(upload) and self._is_unused(upload):
                unused.append(upload)
                missing -= upload.bytes
        if missing > 0:
            return False
        for upload in unused:
            content_store.remove(upload.path, upload.folder.parent)
            self._uploads.remove(upload)
        return True
