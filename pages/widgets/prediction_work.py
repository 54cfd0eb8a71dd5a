"""Predictions and explanations: the small ones computed at once, the others by a worker process, behind a bar."""

from collections.abc import Callable
from typing import TypeVar

from core.insight.prediction.cost import SMALL_WORK, prediction_work
from core.model.classifier import Prediction
from core.tasks.prediction_tasks import PredictHeadline
from core.tasks.task import Task
from pages import tasks
from pages.loaded_classifier import LoadedClassifier
from pages.single_flight_cache import SingleFlightCache

Result = TypeVar("Result")

_predictions = SingleFlightCache[Prediction](32)


def computed(work: float, compute: Callable[[], Result], task: Task[Result]) -> Result:
    """The result of ``compute`` if its ``work``, in multiply-adds, is small; else that of ``task``, which is the same.

    Raises:
        HeadlineLabError: as the task; a page shows it in place of the result.
    """
    return compute() if work <= SMALL_WORK else tasks.result(task)


def predict(loaded: LoadedClassifier, headline: str) -> Prediction:
    """The prediction for one headline; cached, so that a click on its explanation computes none.

    Raises:
        HeadlineLabError: the worker process could not compute it.
    """
    classifier = loaded.classifier
    words = min(len(classifier.words_of(headline)), classifier.network.sequence_length)
    return computed(
        prediction_work(classifier.network, max(words, 1)),
        lambda: _predictions.get((loaded.stamp, headline), lambda: classifier.predict([headline])[0]),
        PredictHeadline(card=loaded.card, headline=headline),
    )
