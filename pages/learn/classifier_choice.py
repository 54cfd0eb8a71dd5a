"""Who reads the visitor's sentence in a chapter: their own classifier, the starter, or one that nobody has trained."""

from dataclasses import dataclass
from pathlib import Path

from core import paths
from core.errors import ClassifierError
from core.insight.lessons.random_classifier import stand_in
from core.insight.prediction.attribution import words_read
from core.model.classifier import Classifier
from core.text.cleaning_steps import MARK
from pages import caches
from pages.learn.chapters import Material
from pages.session import STARTER
from pages.wording import literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A classifier and where it comes from.

    Attributes:
        folder: None for the one that nobody has trained.
        said: who reads, in a sentence; Markdown.
    """

    classifier: Classifier
    folder: Path | None
    said: str

    @property
    def key(self) -> tuple[object, ...]:
        """Of what is computed from its weights, together with the file."""
        return caches.stamp(self.folder / "classifier.json") if self.folder else ("nobody's",)

    def words(self, sentence: str) -> tuple[str, ...]:
        """What it reads of a sentence, the mark behind a headline included; () where cleaning leaves no word."""
        words = words_read(self.classifier, sentence)
        return words if any(word != MARK for word in words) else ()


def at_hand(material: Material) -> Reader:
    """The chosen run's classifier or the starter; where there is neither, a small one with random weights.

    Raises:
        NewsFileError, SettingsError: there is neither, and the file gives no words to make one of.
    """
    visit = material.visit
    try:
        classifier, name = visit.classifier()
    except ClassifierError as error:
        study, cleaning = material.studied(), visit.settings.cleaning
        made = caches.shelf("stand-ins", 2).get(
            (material.news.fingerprint, cleaning, visit.settings.training),
            lambda: stand_in(study.vocabulary, study.drawn.labels, cleaning),
        )
        said = (
            f"{literal(str(error))} So a small network reads here whose weights are drawn at random: it has learnt "
            "nothing."
        )
        return Reader(classifier=made, folder=None, said=said)
    if name == STARTER:
        return Reader(
            classifier=classifier, folder=paths.STARTER, said="The starter reads your sentence here."
        )
    folder = visit.store.open(name, owner=visit.visitor).classifier_folder
    return Reader(classifier=classifier, folder=folder, said="Your own classifier reads your sentence here.")
