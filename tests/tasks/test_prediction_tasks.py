"""What a worker process computes of one headline is what a page computes, and comes back from its files as it was."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import ClassifierError
from core.insight.activations.top_activating import unit_states
from core.insight.activations.trace import HeadlineTrace, LayerLocation
from core.insight.memory_race.forgetting import measure_forgetting
from core.insight.prediction.attribution import attribute_words, read_along
from core.insight.prediction.counterfactuals import smallest_flip, substitution_counterfactuals
from core.model.classifier import Classifier
from core.model.classifier_files import CARD_FILE
from core.model.forward import Intervention
from core.tasks import result_files
from core.tasks.prediction_tasks import (
    AttributeWords,
    FindSmallestFlip,
    MeasureForgetting,
    PredictHeadline,
    ReadHeadlineAlong,
    ReadUnitStates,
    SubstituteWord,
    TraceHeadline,
)
from core.tasks.task import StoredFile, Task
from core.text.sequences import Sequences
from tests.insight.prediction.test_attribution import made
from tests.tasks.computed import compute_here

WORDS = ("the", "cat", "zebra", "sat")
HELD = (Intervention(gate="update", value=1.0, unit=2),)
LOCATION = LayerLocation(layer=1, backward=True)

Case = tuple[Callable[[StoredFile], Task[Any]], Callable[[Classifier], Any]]
CASES: dict[str, Case] = {
    "prediction": (
        lambda card: PredictHeadline(card=card, headline="The cat zebra sat"),
        lambda classifier: classifier.predict(["The cat zebra sat"])[0],
    ),
    "read-along": (
        lambda card: ReadHeadlineAlong(card=card, words=WORDS, from_right=True),
        lambda classifier: read_along(classifier, WORDS, from_right=True),
    ),
    "trace": (
        lambda card: TraceHeadline(card=card, words=WORDS, location=LOCATION, interventions=HELD),
        lambda classifier: HeadlineTrace.read(classifier, WORDS, LOCATION, HELD),
    ),
    "unit": (
        lambda card: ReadUnitStates(card=card, location=LOCATION, unit=2, texts=((2, 3, 4), (5, 1))),
        lambda classifier: unit_states(classifier, LOCATION, 2, Sequences.from_lists([[2, 3, 4], [5, 1]])),
    ),
    "forgetting": (
        lambda card: MeasureForgetting(card=card, word=3, label=1, fillers=((2, 4, 4), (4, 2, 4))),
        lambda classifier: measure_forgetting(classifier, 3, 1, ((2, 4, 4), (4, 2, 4))),
    ),
    "integrated gradients": (
        lambda card: AttributeWords(
            card=card, words=WORDS, label=1, method="integrated gradients", most_pieces=20
        ),
        lambda classifier: attribute_words(classifier, WORDS, label=1, most_pieces=20),
    ),
    "leave-one-out": (
        lambda card: AttributeWords(card=card, words=WORDS, label=1, method="leave-one-out", most_pieces=20),
        lambda classifier: attribute_words(classifier, WORDS, label=1, method="leave-one-out"),
    ),
    "other words": (
        lambda card: SubstituteWord(card=card, words=WORDS, position=1),
        lambda classifier: substitution_counterfactuals(classifier, WORDS, 1),
    ),
    "smallest change": (
        lambda card: FindSmallestFlip(card=card, words=WORDS),
        lambda classifier: smallest_flip(classifier, WORDS),
    ),
}


@pytest.fixture
def classifier(request: pytest.FixtureRequest, tmp_path: Path) -> Classifier:
    of_a_race = request.node.name.endswith("[forgetting]")
    classifier = made(bidirectional=False, pooling="last") if of_a_race else made(units=(5, 4))
    classifier.save(tmp_path / "classifier")
    return classifier


def same(one: Any, other: Any) -> bool:
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other)
    if is_dataclass(one):
        return type(one) is type(other) and all(
            same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)
        )
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, tuple | list):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


@pytest.mark.parametrize("name", CASES)
def test_a_task_computes_what_the_page_does_and_its_result_is_read_as_it_was(
    name: str, classifier: Classifier, tmp_path: Path
) -> None:
    make_task, compute = CASES[name]
    task = make_task(StoredFile.of(tmp_path / "classifier" / CARD_FILE))
    result = compute_here(task)
    assert same(result, compute(classifier))
    folder = tmp_path / "result"
    folder.mkdir()
    result_files.write(folder, result)
    assert same(result, result_files.read(folder, task.result_type))


def test_another_classifier_in_the_same_folder_does_not_answer(
    classifier: Classifier, tmp_path: Path
) -> None:
    task = PredictHeadline(
        card=StoredFile.of(tmp_path / "classifier" / CARD_FILE), headline="The cat zebra sat on a mat"
    )
    made(units=(5, 4), bidirectional=False).save(tmp_path / "classifier")
    with pytest.raises(ClassifierError, match="replaced by another one"):
        compute_here(task)
