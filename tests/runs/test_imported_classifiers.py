"""What a visitor brought belongs to that visitor alone, and is limited."""

import json
import math
import shutil
import threading
import zipfile
from collections import namedtuple
from pathlib import Path

import pytest

from core import paths
from core.errors import ClassifierError
from core.model import classifier_files
from core.model.classifier_archive import MOST_BYTES, pack
from core.model.classifier_files import CARD_FILE
from core.model.forward import weight_shapes
from core.runs import imported_classifiers, retention
from core.runs.imported_classifiers import MOST, ImportedClassifiers
from core.runs.quotas import CLASSIFIER_BYTES, Client, Quota, uploaders
from core.runs.retention import folder_bytes
from core.settings.presets import PRESETS

ADA, BOB = Client("ada", "school"), Client("bob", "school")
CARLO = Client("carlo", "home")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.zip"
    with path.open("wb") as stream:
        pack(paths.STARTER, stream)
    return path


def test_each_visitor_has_his_own(tmp_path: Path, file: Path) -> None:
    imported = ImportedClassifiers(tmp_path / "imported")
    classifier = imported.add(ADA, file, name="a.zip")
    assert [each.id for each in imported.of_owner("ada")] == [classifier.id]
    assert imported.of_owner("bob") == []
    imported.remove("bob", classifier.id)
    imported.remove("ada", "../ada")
    assert [each.id for each in imported.of_owner("ada")] == [classifier.id]
    imported.remove("ada", classifier.id)
    assert imported.of_owner("ada") == []


@pytest.mark.parametrize("owner", ["", "..", "a/b", "a\x00", "x" * 65])
def test_an_owner_leads_nowhere_else(tmp_path: Path, owner: str) -> None:
    with pytest.raises(ClassifierError):
        ImportedClassifiers(tmp_path).of_owner(owner)


def test_no_more_than_a_few(tmp_path: Path, file: Path) -> None:
    imported = ImportedClassifiers(tmp_path / "imported")
    for _ in range(MOST):
        imported.add(ADA, file, name="a.zip")
    with pytest.raises(ClassifierError, match="Remove one first"):
        imported.add(ADA, file, name="a.zip")
    assert len(imported.of_owner("ada")) == MOST


def test_imports_at_the_same_time_are_no_more_than_a_few(tmp_path: Path, file: Path) -> None:
    imported = ImportedClassifiers(tmp_path / "imported")
    meeting = threading.Barrier(MOST + 2)
    refused: list[str] = []

    def bring() -> None:
        meeting.wait()
        try:
            imported.add(ADA, file, name="a.zip")
        except ClassifierError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=bring) for _ in range(MOST + 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(imported.of_owner("ada")) == MOST
    assert refused == [f"You have already uploaded {MOST} classifiers. Remove one first."] * 2


def limit(monkeypatch: pytest.MonkeyPatch, **most: int) -> None:
    quota = Quota(**({"visitor": 10**12, "address": 10**12, "total": 10**12} | most))
    monkeypatch.setattr(imported_classifiers, "CLASSIFIERS", quota)


def test_what_one_visitor_one_address_and_all_may_bring(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = ImportedClassifiers(tmp_path / "imported")
    first = imported.add(ADA, file, name="a.zip")
    size = folder_bytes(first.folder)
    assert size > 4 * 2**20  # counts as it is

    def refusal(uploader: Client, **most: int) -> str:
        limit(monkeypatch, **most)
        with pytest.raises(ClassifierError) as error:
            imported.add(uploader, file, name="b.zip")
        return str(error.value)

    ask = "Ask the person who runs the server to make room."
    assert refusal(ADA, visitor=2 * size - 1_000) == (
        f"b.zip cannot be kept: your uploaded classifiers take {size // 2**20} MB, and one visitor may keep "
        f"{(2 * size - 1_000) // 2**20} MB. Remove one first."
    )
    assert refusal(BOB, address=2 * size - 1_000).endswith(
        f"The limit is {(2 * size - 1_000) // 2**20} MB. {ask}"
    )
    assert refusal(CARLO, total=2 * size - 1_000).startswith(
        "b.zip cannot be kept: uploaded classifiers on this server take"
    )
    assert list(imported.root.glob("*/*")) == [first.folder]
    limit(monkeypatch, visitor=2 * size + 1_000, address=3 * size, total=4 * size)
    imported.add(ADA, file, name="b.zip")
    imported.add(BOB, file, name="b.zip")
    imported.add(CARLO, file, name="b.zip")


def test_a_removal_that_was_cut_off_leaves_the_others(tmp_path: Path, file: Path) -> None:
    imported = ImportedClassifiers(tmp_path / "imported")
    first, second = (imported.add(ADA, file, name="a.zip") for _ in range(2))
    (first.folder / CARD_FILE).unlink()
    assert imported.of_owner("ada") == [second]
    imported.remove("ada", first.id)
    assert not first.folder.exists()


def test_one_that_is_removed_while_another_is_checked_hinders_nobody(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported = ImportedClassifiers(tmp_path / "imported")
    first = imported.add(ADA, file, name="a.zip")

    def removed_meanwhile(folder: Path) -> int:
        if folder == first.folder:
            imported.remove("ada", first.id)
        return folder_bytes(folder)

    monkeypatch.setattr(imported_classifiers, "folder_bytes", removed_meanwhile)
    second = imported.add(BOB, file, name="b.zip")
    assert imported.of_owner("bob") == [second]


def test_the_address_s_limit_outlives_the_cookie(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ImportedClassifiers(tmp_path / "imported").add(ADA, file, name="a.zip")
    assert uploaders(first.folder) == [ADA]
    limit(monkeypatch, address=folder_bytes(first.folder))
    with pytest.raises(ClassifierError, match="from your network"):
        ImportedClassifiers(tmp_path / "imported").add(BOB, file, name="a.zip")


def test_a_disk_that_is_nearly_full_keeps_none(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    free = retention.FREE_BYTES + MOST_BYTES - 1
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(free, 0, free))
    with pytest.raises(ClassifierError, match="nearly full"):
        ImportedClassifiers(tmp_path / "imported").add(ADA, file, name="a.zip")


def test_a_small_zip_of_large_weights_is_refused_before_they_are_looked_at(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zeros: 232,000 words of 512 numbers, 453 MB, are a few MB in a zip."""
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(file) as archive, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as made:
        card = json.loads(archive.read("classifier.json"))
        card["network"] |= {"tokenization": "words", "vocabulary_size": 232_000, "embedding_size": 512}
        card["network"] |= {"ensemble_size": 1}
        words = [f"w{n}" for n in range(232_000 - 2)]
        made.writestr("classifier.json", json.dumps(card))
        made.writestr(
            "vocabulary.json", json.dumps({"schema": 1, "words": words, "counts": [1] * len(words)})
        )
        made.writestr("weights.npz", archive.read("weights.npz"))
    assert bomb.stat().st_size < 10 * 2**20
    monkeypatch.setattr(classifier_files, "_check_arrays", None)  # not called
    imported = ImportedClassifiers(tmp_path / "imported")
    with pytest.raises(
        ClassifierError,
        match=r"^The network is too large: its weights take 45\d MB of memory, and at most 256 MB are opened here\.$",
    ):
        imported.add(ADA, bomb, name="bomb.zip")
    assert list(imported.root.glob("*/*")) == []


@pytest.mark.parametrize("name", PRESETS)
def test_what_presets_train_can_be_brought(name: str) -> None:
    network = PRESETS[name].network
    shapes = weight_shapes(network, words=network.vocabulary_size, categories=100)
    assert 4 * sum(map(math.prod, shapes.values())) < CLASSIFIER_BYTES
