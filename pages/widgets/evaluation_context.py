"""What the Evaluate page looks at: a classifier, its held-out parts, and what was computed of them, once for all."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from core.insight import artifacts
from core.insight.evaluation.held_out import NAME as HELD_OUT
from core.insight.evaluation.held_out import HeldOut
from core.insight.evaluation.report import Report, evaluate
from core.model.classifier import Classifier
from core.model.classifier_files import CARD_FILE
from core.runs.run import Run
from pages import caches

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evaluated:
    """A classifier with its answers to what it did not learn from.

    Attributes:
        run: the visitor's run that it came out of; None for the starter.
        stamp: changes with the weights and with the study, so that nothing is taken for another's.
    """

    folder: Path
    classifier: Classifier
    held_out: HeldOut
    report: Report
    run: Run | None
    stamp: tuple[str, int, int]

    @property
    def labels(self) -> tuple[str, ...]:
        return self.classifier.labels

    def key(self, name: str) -> str:
        """A widget's key: another one for every classifier. A component's may hold no two underscores in a row."""
        return f"{name}/{hashlib.sha256(repr(self.stamp).encode()).hexdigest()[:12]}"

    def once(self, name: str, build: Callable[[], T]) -> T:
        """What ``build`` computes of this classifier; kept under ``name``."""
        return caches.shelf("evaluation parts", 64).get((self.stamp, name), build)


def evaluated(folder: Path, classifier: Classifier, run: Run | None) -> Evaluated:
    """Read and evaluated once, however many visitors ask.

    Raises:
        StudyError: the held-out parts are not there, or are damaged.
    """
    file = artifacts.file_of(folder, HELD_OUT)
    stamp = caches.stamp(file if file.exists() else folder / CARD_FILE)

    def build() -> tuple[HeldOut, Report]:
        held_out = HeldOut.load(folder, categories=len(classifier.labels))
        return held_out, evaluate(held_out.test, held_out.training_counts)

    held_out, report = caches.shelf("evaluated", 4).get(stamp, build)
    return Evaluated(
        folder=folder, classifier=classifier, held_out=held_out, report=report, run=run, stamp=stamp
    )
