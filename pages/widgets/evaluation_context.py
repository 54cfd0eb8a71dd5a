"""A classifier, its held-out parts and their report, and results that are cached for all visitors."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from core.insight import artifacts
from core.insight.evaluation.held_out import NAME as HELD_OUT
from core.insight.evaluation.held_out import HeldOut
from core.insight.evaluation.report import Report, evaluate
from core.model.classifier import Classifier
from pages import caches
from pages.loaded_classifier import LoadedClassifier
from pages.single_flight_cache import SingleFlightCache

T = TypeVar("T")

_parts = SingleFlightCache[Any](64)
_reports = SingleFlightCache[tuple[HeldOut, Report]](32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EvaluationContext:
    """A classifier with its predictions on the held-out articles.

    Attributes:
        stamp: identity of the held-out file; changes with it, so that no cached result outlives it.
    """

    loaded: LoadedClassifier
    held_out: HeldOut
    report: Report
    stamp: tuple[str, int, int]

    @property
    def classifier(self) -> Classifier:
        return self.loaded.classifier

    @property
    def labels(self) -> tuple[str, ...]:
        return self.classifier.labels

    def key(self, name: str) -> str:
        """A widget's key, one for every classifier. A component's key must not contain two underscores in a row."""
        return f"{name}/{hashlib.sha256(repr(self.stamp).encode()).hexdigest()[:12]}"

    def cached(self, name: str, build: Callable[[], T]) -> T:
        """The result of ``build`` for this classifier, cached under ``name``."""
        part: T = _parts.get((self.stamp, name), build)
        return part


def load_evaluation(loaded: LoadedClassifier) -> EvaluationContext:
    """Load the held-out parts and evaluate them; cached, so all visitors share one computation.

    Raises:
        AnalysisError: the held-out parts are not there, or are damaged.
    """
    file = artifacts.artifact_path(loaded.folder, HELD_OUT)
    stamp = caches.stamp(file) if file.exists() else loaded.stamp

    def build() -> tuple[HeldOut, Report]:
        held_out = HeldOut.load(loaded.folder, categories=len(loaded.classifier.labels))
        return held_out, evaluate(held_out.test, held_out.training_counts)

    held_out, report = _reports.get(stamp, build)
    return EvaluationContext(loaded=loaded, held_out=held_out, report=report, stamp=stamp)
