"""A classifier in memory, with the folder of its files; and what names it without holding it."""

from dataclasses import dataclass
from pathlib import Path

from core import paths
from core.model.classifier import Classifier
from core.runs.run import Run
from core.tasks.task import StoredFile


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifierKey:
    """Where a classifier is. What outlives a script's run holds this; ``caches.classifier`` has the weights.

    Streamlit keeps a fragment with its arguments, and a widget's callback with its own, as long as the session lives.

    Attributes:
        folder: its files and its artifacts.
        run: the visitor's run that trained it; None for the starter and for an imported classifier.
    """

    folder: Path
    run: Run | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadedClassifier:
    """A classifier and the folder that it was read from. ``caches.classifier`` makes it.

    Attributes:
        folder: its files and its artifacts.
        run: the visitor's run that trained it; None for the starter and for an imported classifier.
        stamp: identity of the files that were read; changes with the weights.
    """

    classifier: Classifier
    folder: Path
    run: Run | None
    stamp: tuple[str, int, int]

    @property
    def key(self) -> ClassifierKey:
        return ClassifierKey(folder=self.folder, run=self.run)

    @property
    def card(self) -> StoredFile:
        """The file ``classifier.json``, by which a task names the classifier."""
        return StoredFile(*self.stamp)

    @property
    def is_starter(self) -> bool:
        """Whether it is the starter, whose folder is never written."""
        return self.folder == paths.STARTER
