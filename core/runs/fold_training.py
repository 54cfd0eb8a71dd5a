"""The job of a k-fold cross-validation: a run's settings trained again, once for each part of its articles.

Imports TensorFlow, so only a job's process and the command line run this. Leaves out: how the articles are cut
(``training/batches.py``), and what the predictions amount to (``insight/evaluation/cross_validation.py``).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.insight.artifacts import Arrays
from core.insight.evaluation.cross_validation import DEFAULT_FOLDS, to_arrays
from core.model.classifier import Classifier
from core.runs.news_jobs import prepare_again, run_of
from core.runs.run import Run
from core.settings.run import RunSettings
from core.training.events import BatchEnd
from core.training.preparation import SplitArticles, TrainingData, encode, folds_of, read_initial_vectors

if TYPE_CHECKING:
    from core.training.trainer import Trained

Report = Callable[[str, float], None]


def compute(classifier: Path, report: Report) -> Arrays:
    """Train a network for each fold and have it predict the articles of that fold, which it has not seen.

    Everything that is learnt is learnt again: the vocabulary too is that of the fold's training part. The settings are
    the run's, with the learning rate and the epochs that it was given last; a run that was stopped by hand had fewer.

    Raises:
        NewsFileError, NewsChanged: the file is gone or has changed.
        AnalysisError: the classifier is not a run's, or this version cleans or splits its file differently.
        SettingsError: the articles cannot be cut into so many parts.
    """
    run = run_of(classifier)
    cleaned: list[tuple[Sequence[str], SplitArticles]] = []
    news, _ = prepare_again(
        run, Classifier.load(classifier), report, lambda texts, articles: cleaned.append((texts, articles))
    )
    ((texts, articles),) = cleaned
    settings = _last_settings(run)
    folds = settings.training.folds or DEFAULT_FOLDS
    parts = folds_of(articles, settings.training, folds=folds, with_test_file=news.test_rows > 0)
    position = np.searchsorted(articles.rows, parts[0].rows)  # of a fold's articles among the run's
    texts = [texts[row] for row in position.tolist()]
    cleaned.clear()
    del news, articles

    report("starting TensorFlow", 0.0)
    from core.runs.worker import start_tensorflow

    start_tensorflow()
    y = parts[0].y
    fold, right = np.zeros(len(y), np.int32), np.zeros(len(y), bool)
    for number, fold_articles in enumerate(parts):
        stage = f"fold {number + 1} of {folds}"
        report(stage, number / folds)
        data = encode(texts, fold_articles, settings, lambda name, share: None)
        trained = _train(
            data,
            settings,
            lambda share, stage=stage, number=number: report(stage, (number + share) / folds),  # type: ignore[misc]
        )
        test = data.split.test
        fold[test], right[test] = number, trained.test_logits.argmax(axis=1) == y[test]
    return to_arrays(fold, y, right)


def _last_settings(run: Run) -> RunSettings:
    """The run's settings, with the overrides that it was given since."""
    overrides = run.overrides()
    training = run.settings.training
    training = replace(
        training,
        learning_rate=overrides.learning_rate or training.learning_rate,
        epochs=overrides.epochs or training.epochs,
    )
    return replace(run.settings, training=training)


def _train(data: TrainingData, settings: RunSettings, report: Callable[[float], None]) -> "Trained":
    """Train a network of ``settings`` on ``data``, without checkpoints and snapshots."""
    from core.training.trainer import train

    events = train(data, settings, vectors=read_initial_vectors(settings, data.vocabulary))
    epochs = settings.training.epochs
    while True:
        try:
            event = next(events)
        except StopIteration as end:  # a generator's return value
            trained: Trained | None = end.value
            break
        if isinstance(event, BatchEnd):
            report((event.epoch - 1 + event.step / event.steps) / epochs)
    if trained is None:
        raise RuntimeError("a training that nobody pauses ends with its weights")
    return trained
