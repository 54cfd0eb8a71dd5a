"""A starter for the chapters whose tests ask for one."""

from pathlib import Path

import pytest

from core import paths
from core.model.classifier import Classifier
from tests.insight.mapped import kept, made
from tests.pages.learn.reading import KNOWN


@pytest.fixture
def starter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Classifier:
    """A small random classifier in place of the starter."""
    classifier = made(40, known=KNOWN)
    kept(classifier, tmp_path / "starter", held_out=False, before=False, study=False)
    monkeypatch.setattr(paths, "STARTER", tmp_path / "starter")
    return classifier
