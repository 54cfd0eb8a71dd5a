"""The classifiers that visitors brought with them: each visitor's in a folder of his own, under names of ours.

Leaves out: what a classifier's zip may hold (``model/classifier_archive.py``).
"""

import re
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from core.errors import ClassifierError
from core.model.classifier_archive import MOST_BYTES, unpack
from core.model.classifier_files import CARD_FILE
from core.runs.retention import FREE_BYTES
from core.runs.run import ID

MOST = 5  # of one visitor
_OWNER = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedClassifier:
    """One of them."""

    id: str
    folder: Path
    imported_at: datetime


class ImportedClassifiers:
    """All of them below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, owner: str, file: Path, *, name: str) -> ImportedClassifier:
        """Take the zip ``file``, called ``name`` where it came from.

        Raises:
            ClassifierError: it is not one of ours, or the visitor has as many as he may have.
        """
        if len(self.of_owner(owner)) >= MOST:
            raise ClassifierError(f"You have brought {MOST} classifiers already. Remove one first.")
        self.root.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(self.root).free < FREE_BYTES + MOST_BYTES:
            raise ClassifierError("The server's disk is nearly full, so no classifier can be kept.")
        folder = self._of(owner) / secrets.token_urlsafe(16)
        unpack(file, folder, name=name)
        return self._one(folder)

    def of_owner(self, owner: str) -> list[ImportedClassifier]:
        """The visitor's, newest first."""
        home = self._of(owner)
        found = (
            [self._one(folder) for folder in home.iterdir() if ID.fullmatch(folder.name)]
            if home.exists()
            else []
        )
        return sorted(found, key=lambda one: (one.imported_at, one.id), reverse=True)

    def remove(self, owner: str, imported_id: str) -> None:
        """Remove it; nothing happens when the visitor has none of this id."""
        if ID.fullmatch(imported_id):
            shutil.rmtree(self._of(owner) / imported_id, ignore_errors=True)

    def _of(self, owner: str) -> Path:
        if not _OWNER.fullmatch(owner):
            raise ClassifierError("There are no classifiers of this visitor.")
        return self.root / owner

    @staticmethod
    def _one(folder: Path) -> ImportedClassifier:
        brought = datetime.fromtimestamp((folder / CARD_FILE).stat().st_mtime, UTC)
        return ImportedClassifier(id=folder.name, folder=folder, imported_at=brought)
