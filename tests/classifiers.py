"""Classifiers that learnt nothing, for tests that need one and no training: weights drawn at random.

The only test module that takes :func:`random_classifier` from the benchmarks, which measure with it too.
"""

from typing import Any

from benchmarks.prediction import random_classifier
from core.model.classifier import Classifier
from core.settings.network import NetworkSettings, RecurrentLayer
from core.text.cleaning import CleaningSettings

__all__ = ["random_classifier", "small_classifier"]


def small_classifier(
    *,
    labels: tuple[str, ...] = ("A", "B", "C"),
    known: tuple[str, ...] = (),
    cleaning: CleaningSettings | None = None,
    seed: int = 1,
    **network: Any,
) -> Classifier:
    """One of 20 rows and 3 units, but for what ``network`` sets otherwise."""
    values: dict[str, Any] = {"vocabulary_size": 20, "sequence_length": 8, "embedding_size": 4}
    settings = NetworkSettings(**values | {"layers": (RecurrentLayer(units=3),)} | network)
    return random_classifier(
        settings, labels=labels, cleaning=cleaning or CleaningSettings(), known=known, seed=seed
    )
