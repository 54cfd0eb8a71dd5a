"""The classifier that a chapter uses: a recorded one, the visitor's own, the starter, or one with random weights."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core import paths
from core.errors import ClassifierError
from core.insight.lessons.random_classifier import random_classifier
from core.insight.order_task import captions
from core.insight.order_task.results import order_results
from core.insight.prediction.attribution import words_read
from core.insight.prediction.cost import SMALL_WORK, prediction_work
from core.model.classifier import Classifier
from core.settings.network import Cell, NetworkSettings
from core.text.cleaning_steps import SEPARATOR
from pages import caches
from pages.learn.material import MOST_CHARACTERS, Material
from pages.learn.recorded_networks import FILE_NAME
from pages.loaded_classifier import LoadedClassifier
from pages.session import Session
from pages.single_flight_cache import SingleFlightCache
from pages.wording import literal

_READINGS = 4  # of the sentence: a forward pass, and a backward pass, which counts twice

_random_classifiers = SingleFlightCache[Classifier](2)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChapterClassifier:
    """The classifier that a chapter uses, and its origin.

    Attributes:
        loaded: the classifier with its folder; None: untrained, with random weights.
        caption: a sentence that names the classifier; Markdown.
    """

    classifier: Classifier
    loaded: LoadedClassifier | None
    caption: str

    @property
    def key(self) -> tuple[object, ...]:
        """Part of a cache key: identifies trained weights. For random ones add what identifies the file."""
        return self.loaded.stamp if self.loaded else ("nobody's",)

    def words(self, sentence: str) -> tuple[str, ...]:
        """The tokens that the network reads of a sentence, separator included; () if cleaning leaves no word."""
        words = words_read(self.classifier, sentence)
        return words if any(word != SEPARATOR for word in words) else ()


def is_too_large(network: NetworkSettings) -> bool:
    """Whether a chapter with this network would be slow: it reads the sentence several times at every change."""
    words = min(network.sequence_length, MOST_CHARACTERS)
    return _READINGS * prediction_work(network, words) > SMALL_WORK


def choose_classifier(material: Material) -> ChapterClassifier:
    """Return the recorded network if one is chosen, else the chosen run's classifier if it is small enough, else the
    starter, else one with random weights.

    Raises:
        NewsFileError, SettingsError: no classifier loads, and the file gives no vocabulary for a random one.
    """
    visit = material.visit
    if material.cell:
        try:
            recorded = caches.classifier(paths.WHO_BEAT_WHOM_CLASSIFIERS / material.cell)
        except ClassifierError:  # damaged: the others serve
            pass
        else:
            article = "An" if material.cell == "LSTM" else "A"
            caption = f"{article} {material.cell} that learnt “{FILE_NAME}” reads your sentence here."
            return ChapterClassifier(classifier=recorded.classifier, loaded=recorded, caption=caption)
    try:
        loaded = visit.classifier()
        owner = "The starter" if loaded.is_starter else "Your own classifier"
        if not loaded.is_starter and is_too_large(loaded.classifier.network):
            loaded = caches.classifier(paths.STARTER)
            owner = "Your own network is too large to follow every change, so the starter"
    except ClassifierError as error:
        coverage, cleaning = material.coverage(), visit.settings.cleaning
        classifier = _random_classifiers.get(
            (material.news.key, cleaning, visit.settings.training),
            lambda: random_classifier(coverage.vocabulary, coverage.articles.labels, cleaning),
        )
        caption = (
            f"{literal(str(error))} So a small network with random weights reads here. It has learnt nothing."
        )
        return ChapterClassifier(classifier=classifier, loaded=None, caption=caption)
    return ChapterClassifier(
        classifier=loaded.classifier, loaded=loaded, caption=f"{owner} reads your sentence here."
    )


def own_differs(visit: Session, cells: Sequence[Cell]) -> None:
    """Say how the visitor's own classifier differs from the recorded networks; nothing if another one reads instead.

    Args:
        cells: of the recorded networks that the chapter can show.
    """
    try:
        classifier = visit.classifier().classifier
    except ClassifierError:  # the chapter says so itself
        return
    network, card = classifier.network, classifier.card
    if is_too_large(network) or network.cell not in cells:
        return
    text = captions.own_differs(
        order_results(),
        cell=network.cell,
        news_name=card.news_name,
        categories=card.categories,
        accuracy=card.test.accuracy,
    )
    st.info(literal(text), icon=":material/compare_arrows:")
