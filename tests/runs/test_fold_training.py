"""The networks of a cross-validation: what each learns from, what it predicts, and how far the job is."""

from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from core import paths
from core.files import sha256
from core.insight.evaluation.cross_validation import CrossValidation, load
from core.model.classifier import Classifier
from core.news.news import read_news
from core.runs import fold_training, jobs, memory_budget, scheduler, worker
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.run import RunSettings
from core.settings.training import RunOverrides, TrainingSettings
from core.training.events import BatchEnd
from core.training.preparation import TrainingData, prepare
from tests.classifiers import random_classifier
from tests.pages.opening import end_run

TRAINING = TrainingSettings(learning_rate=0.02, batch_size=16, epochs=2, patience=0, folds=3)


@pytest.fixture
def run(small_news: Path) -> Run:
    """A finished run whose network has learnt nothing: its file, settings and vocabulary are all that is asked for."""
    network = NetworkSettings(
        vocabulary_size=200, sequence_length=12, embedding_size=4, layers=(RecurrentLayer(units=3),)
    )
    made = RunStore(paths.runs()).create(
        RunSettings(network=network, training=TRAINING),
        news=small_news,
        news_name=small_news.name,
        fingerprint=sha256(small_news),
        owner="ada",
    )
    data = prepare(read_news(small_news), made.settings)
    random_classifier(
        network, labels=data.labels, cleaning=made.settings.cleaning, known=data.vocabulary.words
    ).save(made.classifier_folder)
    return made


class Trainings:
    """In the place of the training: networks that know all answers of every second fold and none of the others."""

    def __init__(self) -> None:
        self.data: list[TrainingData] = []
        self.settings: list[RunSettings] = []

    def train(
        self, data: TrainingData, settings: RunSettings, *, vectors: object
    ) -> Generator[BatchEnd, None, Any]:
        self.data.append(data)
        self.settings.append(settings)
        assert vectors is None
        figures = {"rows": 1, "loss": 1.0, "accuracy": 0.5, "rows_per_second": 1.0, "seconds": 1.0}
        yield BatchEnd(
            epoch=2,
            step=1,
            steps=2,
            validation_loss=None,
            validation_accuracy=None,
            **figures,  # type: ignore[arg-type]
        )
        y = (data.y[data.split.test] + len(self.data) - 1) % len(data.labels)
        return SimpleNamespace(test_logits=np.eye(len(data.labels), dtype=np.float32)[y])


@pytest.fixture
def trainings(monkeypatch: pytest.MonkeyPatch) -> Trainings:
    made = Trainings()
    monkeypatch.setattr("core.training.trainer.train", made.train)
    monkeypatch.setattr(worker, "start_tensorflow", dict)
    return made


def test_each_fold_is_predicted_by_a_network_that_learnt_from_the_others(
    run: Run, trainings: Trainings
) -> None:
    reports: list[tuple[str, float]] = []
    measured = CrossValidation.from_arrays(
        fold_training.compute(run.classifier_folder, lambda stage, share: reports.append((stage, share)))
    )
    assert measured.each == (1.0, 0.0, 0.0)
    tested = np.concatenate([data.split.test for data in trainings.data])
    assert sorted(tested.tolist()) == list(range(measured.articles))
    assert measured.articles == len(prepare(read_news(run.news), run.settings).y)
    vocabularies = {data.vocabulary.words for data in trainings.data}
    assert len(vocabularies) > 1  # each of its own training part
    assert dict(reports)["fold 2 of 3"] == pytest.approx((1 + 0.75) / 3)  # its last report


def test_the_folds_learn_with_what_the_run_was_given_last(run: Run, trainings: Trainings) -> None:
    run.set_overrides(RunOverrides(learning_rate=0.005, epochs=7, continue_after=2))
    fold_training.compute(run.classifier_folder, lambda stage, share: None)
    last = replace(run.settings, training=replace(TRAINING, learning_rate=0.005, epochs=7))
    assert trainings.settings == [last] * 3


@pytest.mark.slow
def test_the_folds_of_a_small_run_are_trained_and_stored(run: Run) -> None:
    stages: list[str] = []
    jobs.compute_here(run.classifier_folder, "folds", lambda stage, share: stages.append(stage))
    measured = load(run.classifier_folder)
    assert len(measured.each) == 3
    assert measured.mean > measured.majority  # they have learnt
    assert list(dict.fromkeys(stages))[-3:] == ["fold 1 of 3", "fold 2 of 3", "fold 3 of 3"]
    assert jobs.state(run.classifier_folder, "folds").status == "done"


@pytest.mark.parametrize(("folds", "requested"), [(3, ["folds"]), (0, [])])
def test_the_worker_of_a_run_that_has_ended_starts_its_folds(
    run: Run, monkeypatch: pytest.MonkeyPatch, folds: int, requested: list[str]
) -> None:
    asked = replace(run, settings=replace(run.settings, training=replace(TRAINING, folds=folds)))
    end_run(asked, Classifier.load(run.classifier_folder))
    names: list[str] = []
    monkeypatch.setattr("sys.argv", ["worker", str(run.folder), "1"])
    monkeypatch.setattr("os.nice", lambda by: 0)
    monkeypatch.setattr(memory_budget, "prefer_as_oom_victim", lambda: None)
    monkeypatch.setattr(RunStore, "open", lambda self, run_id: asked)
    monkeypatch.setattr(worker, "work", lambda run: asked.result())
    monkeypatch.setattr(scheduler, "advance", lambda store, *, leaving: None)
    monkeypatch.setattr(jobs, "request_job", lambda folder, name: names.append(name))
    worker.main()
    assert names == requested
