"""A starter for the chapters whose tests ask for one."""

from pathlib import Path

import pytest

from core import paths
from core.model.classifier import Classifier
from tests.insight.word_maps import save_with_map, tiny_classifier
from tests.pages.learn.reading import KNOWN


@pytest.fixture
def starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Classifier:
    """A small random classifier in place of the starter, and no recorded network."""
    classifier = tiny_classifier(40, known=KNOWN)
    save_with_map(classifier, tmp_path / "starter", held_out=False, initial_rows=False, computed=False)
    monkeypatch.setattr(paths, "STARTER", tmp_path / "starter")
    monkeypatch.setattr(paths, "WHO_BEAT_WHOM_CLASSIFIERS", tmp_path / "none")
    return classifier
