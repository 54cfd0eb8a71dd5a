"""Word maps without a training: a tiny random classifier, and its folder with its artifacts."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.insight import artifacts
from core.insight.word_map import computed_map
from core.insight.word_map.projection import INITIAL_ROWS
from core.insight.word_map.word_map import WordMap
from core.model.classifier import Classifier
from core.settings.network import NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings
from core.text.vocabulary import Vocabulary
from tests.classifiers import random_classifier
from tests.insight.held_out_parts import random_held_out

LABELS = ("ANIMALS", "HOMES", "SPORTS")
KNOWN = ("the", "cat", "sat", "on", "a", "mat")


def tiny_classifier(
    words: int = 30, *, labels: tuple[str, ...] = LABELS, known: tuple[str, ...] = KNOWN, **network: Any
) -> Classifier:
    """A classifier with random weights; ``words`` rows of its embedding, padding and unknown among them."""
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


def save_with_map(
    classifier: Classifier,
    folder: Path,
    *,
    held_out: bool = True,
    initial_rows: bool = True,
    computed: bool = True,
) -> Path:
    """Save the classifier as a run does, with the artifacts that are asked for."""
    classifier.save(folder)
    rows = len(classifier.vocabulary)
    if held_out:
        random_held_out(len(classifier.labels), articles=200, words=max(rows, 2)).save(folder)
    if initial_rows:
        before_training = np.random.default_rng(8).uniform(-0.05, 0.05, classifier.weights["embedding"].shape)
        artifacts.write(
            folder, INITIAL_ROWS, {"rows": before_training[: 2 + computed_map.MOST_WORDS].astype(np.float32)}
        )
    if computed:
        artifacts.write(
            folder, computed_map.NAME, computed_map.compute_artifact(folder, lambda stage, share: None)
        )
    return folder


def load_map(classifier: Classifier, folder: Path, **artifacts_kept: bool) -> WordMap:
    return WordMap.load(classifier, save_with_map(classifier, folder, **artifacts_kept))
