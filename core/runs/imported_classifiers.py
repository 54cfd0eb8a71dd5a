"""The classifiers that visitors imported: a folder for each visitor, in it random ids as names.

Leaves out: what a classifier's zip may hold (``model/classifier_archive.py``).
"""

import contextlib
import re
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import ClassifierError
from core.model.classifier_archive import MOST_BYTES, unpack
from core.model.classifier_files import CARD_FILE
from core.runs.locks import quota_lock
from core.runs.quotas import CLASSIFIER_BYTES, CLASSIFIERS, Client, counted, set_uploaders, uploaders
from core.runs.retention import FREE_BYTES, folder_bytes
from core.runs.run import ID

MOST = 5  # of one visitor
_OWNER = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedClassifier:
    """An imported classifier: its id, its folder, and when it was imported."""

    id: str
    folder: Path
    imported_at: datetime


class ImportedClassifiers:
    """All imported classifiers below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, client: Client, file: Path, *, name: str) -> ImportedClassifier:
        """Import the zip ``file``, whose original name is ``name``; one at a time, for its weights take memory.

        Raises:
            ClassifierError: it is no exported classifier or too large, or there is no room: the visitor has MOST
                already, a quota is full, or the disk nearly is.
        """
        with quota_lock(self.root, ClassifierError):
            if len(self.of_owner(client.visitor)) >= MOST:
                raise ClassifierError(f"You have already uploaded {MOST} classifiers. Remove one first.")
            if shutil.disk_usage(self.root).free < FREE_BYTES + MOST_BYTES:
                raise ClassifierError("The server's disk is nearly full, so no classifier can be kept.")

            def permit(unpacked: Path) -> None:
                self._check_room(client, folder_bytes(unpacked), name)
                set_uploaders(unpacked, [client])

            folder = self._visitor_folder(client.visitor) / secrets.token_urlsafe(16)
            unpack(file, folder, name=name, most_bytes=CLASSIFIER_BYTES, permit=permit)
        return self._imported(folder)

    def _check_room(self, client: Client, size: int, name: str) -> None:
        ask = "Ask the person who runs the server to make room."
        kept: list[tuple[str, list[Client], int]] = []
        for path in self.root.glob("*/[!.]*"):
            with contextlib.suppress(FileNotFoundError):  # its visitor has just removed it
                kept.append((path.parent.name, uploaders(path), counted(folder_bytes(path))))
        for most, refusal, sizes in (
            (
                CLASSIFIERS.visitor,
                "your uploaded classifiers take {} MB, and one visitor may keep {} MB. Remove one first.",
                [bytes_ for owner, _, bytes_ in kept if owner == client.visitor],
            ),
            (
                CLASSIFIERS.address,
                f"uploaded classifiers from your network take {{}} MB. The limit is {{}} MB. {ask}",
                [bytes_ for _, by, bytes_ in kept if any(each.address == client.address for each in by)],
            ),
            (
                CLASSIFIERS.total,
                f"uploaded classifiers on this server take {{}} MB. The limit is {{}} MB. {ask}",
                [bytes_ for _, _, bytes_ in kept],
            ),
        ):
            if sum(sizes) + counted(size) > most:
                sentence = refusal.format(f"{sum(sizes) // 2**20:,}", f"{most // 2**20:,}")
                raise ClassifierError(f"{name} cannot be kept: {sentence}")

    def of_owner(self, owner: str) -> list[ImportedClassifier]:
        """Return the visitor's classifiers, newest first."""
        home = self._visitor_folder(owner)
        classifiers: list[ImportedClassifier] = []
        for folder in home.iterdir() if home.exists() else ():
            if ID.fullmatch(folder.name):
                with contextlib.suppress(FileNotFoundError):  # its removal is under way, or was cut off
                    classifiers.append(self._imported(folder))
        return sorted(classifiers, key=lambda each: (each.imported_at, each.id), reverse=True)

    def remove(self, owner: str, imported_id: str) -> None:
        """Remove the classifier; do nothing when the visitor has none with this id."""
        if ID.fullmatch(imported_id):
            shutil.rmtree(self._visitor_folder(owner) / imported_id, ignore_errors=True)

    def _visitor_folder(self, owner: str) -> Path:
        if not _OWNER.fullmatch(owner):
            raise ClassifierError("There are no classifiers of this visitor.")
        return self.root / owner

    @staticmethod
    def _imported(folder: Path) -> ImportedClassifier:
        imported_at = datetime.fromtimestamp((folder / CARD_FILE).stat().st_mtime, UTC)
        return ImportedClassifier(id=folder.name, folder=folder, imported_at=imported_at)
