"""Word maps that were made up: a classifier's folder with its studies, and no training."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.insight import artifacts
from core.insight.evaluation.held_out import HeldOut
from core.insight.word_map import computed_map
from core.insight.word_map.projection import INITIAL_ROWS
from core.insight.word_map.word_map import WordMap
from core.model.classifier import Classifier
from core.settings.network import NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings
from core.text.vocabulary import Vocabulary
from tests.classifiers import random_classifier
from tests.insight.made import drawn

LABELS = ("ANIMALS", "HOMES", "SPORTS")
KNOWN = ("the", "cat", "sat", "on", "a", "mat")


def made(
    words: int = 30, *, labels: tuple[str, ...] = LABELS, known: tuple[str, ...] = KNOWN, **network: Any
) -> Classifier:
    """A classifier of so many rows of its word table, padding and unknown among them; its weights are random."""
    values: dict[str, Any] = {
        "sequence_length": 12,
        "embedding_size": 4,
        "layers": (RecurrentLayer(units=3),),
    }
    settings = NetworkSettings(**values | network, vocabulary_size=max(words, 3))
    whole = random_classifier(
        settings, labels=labels, cleaning=CleaningSettings(), known=known[: max(words, 3) - 2]
    )
    if words >= 3:
        return whole
    weights = {name: array[:words] if name == "embedding" else array for name, array in whole.weights.items()}
    return replace(whole, vocabulary=Vocabulary(words=(), counts=()), weights=weights)


def kept(
    classifier: Classifier, folder: Path, *, held_out: bool = True, before: bool = True, study: bool = True
) -> Path:
    """The classifier's folder as a run leaves it, and with its map."""
    classifier.save(folder)
    rows = len(classifier.vocabulary)
    if held_out:
        parts: HeldOut = drawn(len(classifier.labels), articles=200, words=max(rows, 2))
        parts.save(folder)
    if before:
        table = np.random.default_rng(8).uniform(-0.05, 0.05, classifier.weights["embedding"].shape)
        artifacts.write(
            folder, INITIAL_ROWS, {"rows": table[: 2 + computed_map.MOST_WORDS].astype(np.float32)}
        )
    if study:
        artifacts.write(
            folder, computed_map.NAME, computed_map.compute_artifact(folder, lambda stage, share: None)
        )
    return folder


def mapped(classifier: Classifier, folder: Path, **what: bool) -> WordMap:
    return WordMap.load(classifier, kept(classifier, folder, **what))
