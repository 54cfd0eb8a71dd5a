"""What a visitor brought is his alone."""

from pathlib import Path

import pytest

from core import paths
from core.errors import ClassifierError
from core.model.classifier_archive import pack
from core.runs.imported_classifiers import MOST, ImportedClassifiers


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.zip"
    with path.open("wb") as stream:
        pack(paths.STARTER, stream)
    return path


def test_each_visitor_has_his_own(tmp_path: Path, file: Path) -> None:
    imported = ImportedClassifiers(tmp_path / "imported")
    classifier = imported.add("ada", file, name="a.zip")
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
        imported.add("ada", file, name="a.zip")
    with pytest.raises(ClassifierError, match="Remove one first"):
        imported.add("ada", file, name="a.zip")
    assert len(imported.of_owner("ada")) == MOST
