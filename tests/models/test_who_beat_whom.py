"""The recorded networks on "Who beat whom" as they are shipped: small, and their files are of these weights."""

from pathlib import Path

import numpy as np
import pytest

from core import paths
from core.insight.activations.keras_parity import KerasParity
from core.insight.evaluation.held_out import HeldOut
from core.insight.evaluation.word_order import load_outcomes
from core.model.classifier import Classifier
from core.settings.network import CELLS

FOLDERS = [paths.WHO_BEAT_WHOM_CLASSIFIERS / cell for cell in CELLS]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_each_is_small_and_its_evaluation_is_of_its_weights(folder: Path) -> None:
    classifier = Classifier.load(folder)
    assert classifier.network.cell == folder.name
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < 300_000
    held_out = HeldOut.load(folder, categories=2)
    assert held_out.test.sequences is not None
    logits = classifier.logits_of(held_out.test.sequences)
    assert np.allclose(logits, held_out.test.logits, atol=1e-4)
    accuracy = float((logits.argmax(axis=1) == held_out.test.y).mean())
    assert accuracy == pytest.approx(classifier.card.test.accuracy, abs=1e-3)
    outcomes = load_outcomes(folder, len(held_out.test))
    assert [outcome.network.before for outcome in outcomes] == pytest.approx([accuracy] * 3)
    assert KerasParity.load(folder).largest < 1e-5
