"""The tasks of a classifier: on one headline, on a few texts, on a news file.

Those on one headline take longer than half a second of a core. Shorter ones are no tasks: a page computes them with the
classifier that it holds (``insight/prediction/cost.py`` tells which is which). Leaves out: the computations themselves.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from core.errors import ClassifierError
from core.insight.activations.top_activating import unit_states
from core.insight.activations.trace import HeadlineTrace, LayerLocation
from core.insight.evaluation.own_file import OwnFile, answer_file, answers_table
from core.insight.memory_race.forgetting import Forgetting, measure_forgetting
from core.insight.prediction.attribution import Attribution, Method, ReadAlong, attribute_words, read_along
from core.insight.prediction.counterfactuals import (
    Counterfactual,
    smallest_flip,
    substitution_counterfactuals,
)
from core.model.classifier import Classifier, Prediction
from core.model.forward import Array, Intervention
from core.tasks.news_tasks import ReadNews
from core.tasks.task import Need, Report, Result, StoredFile, Task
from core.text.sequences import Sequences


class _PredictionTask(Task[Result], frozen=True, kw_only=True):
    """A task of a classifier; ``card`` is the ``classifier.json`` of the classifier that predicts."""

    card: StoredFile

    def is_small(self, need: Need) -> bool:
        return False

    def classifier(self) -> Classifier:
        """Load the classifier; ClassifierError where it is gone, or another one stands in its place."""
        return _load(self.card)


@lru_cache(maxsize=1)  # the next task is often of the same visitor
def _load(card: StoredFile) -> Classifier:
    path = Path(card.path)
    classifier = Classifier.load(path.parent)
    if StoredFile.of(path) != card:
        raise ClassifierError("This classifier was replaced by another one. Reload the page.")
    return classifier


def _share_of(report: Report, stage: str) -> Callable[[float], None]:
    report(stage, 0.0)
    return lambda share: report(stage, share)


class PredictHeadline(_PredictionTask[Prediction], frozen=True, kw_only=True):
    """Predict one headline."""

    result_type: ClassVar[Any] = Prediction
    headline: str

    def compute(self, need: Need, report: Report) -> Prediction:
        report("predicting", 0.0)
        return self.classifier().predict([self.headline])[0]


class ReadHeadlineAlong(_PredictionTask[ReadAlong], frozen=True, kw_only=True):
    """Predict after every word."""

    result_type: ClassVar[Any] = ReadAlong
    words: tuple[str, ...]
    from_right: bool

    def compute(self, need: Need, report: Report) -> ReadAlong:
        progress = _share_of(report, "reading word by word")
        return read_along(self.classifier(), self.words, from_right=self.from_right, progress=progress)


class TraceHeadline(_PredictionTask[HeadlineTrace], frozen=True, kw_only=True):
    """Read a headline and keep the activations of one direction of one layer."""

    result_type: ClassVar[Any] = HeadlineTrace
    words: tuple[str, ...]
    location: LayerLocation
    interventions: tuple[Intervention, ...]

    def compute(self, need: Need, report: Report) -> HeadlineTrace:
        report("reading the headline", 0.0)
        return HeadlineTrace.read(self.classifier(), self.words, self.location, self.interventions)


class ReadUnitStates(_PredictionTask[list[Array]], frozen=True, kw_only=True):
    """Read some texts, given as token ids, and keep one unit's state after each word."""

    result_type: ClassVar[Any] = list[Array]
    location: LayerLocation
    unit: int
    texts: tuple[tuple[int, ...], ...]

    def compute(self, need: Need, report: Report) -> list[Array]:
        report("reading the test articles", 0.0)
        return unit_states(self.classifier(), self.location, self.unit, Sequences.from_lists(self.texts))


class MeasureForgetting(_PredictionTask[Forgetting], frozen=True, kw_only=True):
    """Measure a word's influence at each distance from the end."""

    result_type: ClassVar[Any] = Forgetting
    word: int
    label: int
    fillers: tuple[tuple[int, ...], ...]

    def compute(self, need: Need, report: Report) -> Forgetting:
        report("measuring how far back it remembers", 0.0)
        return measure_forgetting(self.classifier(), self.word, self.label, self.fillers)


class AttributeWords(_PredictionTask[Attribution], frozen=True, kw_only=True):
    """Attribute a label's logit to the words."""

    result_type: ClassVar[Any] = Attribution
    words: tuple[str, ...]
    label: int
    method: Method
    most_pieces: int

    def compute(self, need: Need, report: Report) -> Attribution:
        return attribute_words(
            self.classifier(),
            self.words,
            label=self.label,
            method=self.method,
            most_pieces=self.most_pieces,
            progress=_share_of(report, "measuring each word's part"),
        )


class SubstituteWord(_PredictionTask[list[Counterfactual]], frozen=True, kw_only=True):
    """Predict the headline with other words in one position."""

    result_type: ClassVar[Any] = list[Counterfactual]
    words: tuple[str, ...]
    position: int

    def compute(self, need: Need, report: Report) -> list[Counterfactual]:
        report("trying other words", 0.0)
        return substitution_counterfactuals(self.classifier(), self.words, self.position)


class FindSmallestFlip(_PredictionTask[tuple[Counterfactual | None, int]], frozen=True, kw_only=True):
    """Search for the smallest change that flips the label."""

    result_type: ClassVar[Any] = tuple[Counterfactual | None, int]
    words: tuple[str, ...]

    def compute(self, need: Need, report: Report) -> tuple[Counterfactual | None, int]:
        return smallest_flip(
            self.classifier(), self.words, _share_of(report, "looking for the smallest change")
        )


class AnswerFile(_PredictionTask[OwnFile], frozen=True, kw_only=True):
    """Answer all articles of a news file whose category the classifier knows."""

    result_type: ClassVar[Any] = OwnFile
    news: ReadNews
    given_names: tuple[tuple[str, str], ...] = ()  # of the run that trained it: ``Reading.category_names``

    def compute(self, need: Need, report: Report) -> OwnFile:
        return answer_file(
            self.classifier(), need(self.news), _share_of(report, "answering"), given_names=self.given_names
        )


class ExportAnswers(Task[npt.NDArray[np.uint8]], frozen=True, kw_only=True):
    """Make a CSV of the answers to a news file, in its order; its bytes."""

    result_type: ClassVar[Any] = npt.NDArray[np.uint8]
    answers: AnswerFile

    def compute(self, need: Need, report: Report) -> npt.NDArray[np.uint8]:
        report("writing the table", 0.0)
        table = answers_table(need(self.answers), need(self.answers.news), self.answers.classifier().labels)
        return np.frombuffer(table, np.uint8)

    def is_small(self, need: Need) -> bool:
        return False
