"""Studies of models that count words, from a run's own file: learnt once, told once, and asked about other orders."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from core import paths
from core.errors import AnalysisError
from core.files import sha256
from core.insight import artifacts
from core.insight.evaluation.held_out import Articles, HeldOut
from core.insight.evaluation.word_order import outcomes_from_arrays
from core.model.classifier import Classifier
from core.news.news import read_news
from core.runs import news_jobs
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.run import RunSettings
from core.training.bag_of_words import BagOfWords
from core.training.events import Baseline
from core.training.preparation import TrainingData, prepare
from tests.classifiers import random_classifier


def quiet(stage: str, share: float) -> None:
    """Nobody listens."""


@pytest.fixture
def run(small_news: Path) -> Run:
    """One whose network has learnt nothing: its file, its settings and its word index are all that is asked for."""
    network = NetworkSettings(
        vocabulary_size=200, sequence_length=12, embedding_size=4, layers=(RecurrentLayer(units=3),)
    )
    made = RunStore(paths.runs()).create(
        RunSettings(network=network),
        news=small_news,
        news_name=small_news.name,
        fingerprint=sha256(small_news),
        owner="ada",
    )
    data, _ = prepared(made)
    random_classifier(
        network, labels=data.labels, cleaning=made.settings.cleaning, known=data.vocabulary.words
    ).save(made.classifier_folder)
    return made


def prepared(run: Run) -> tuple[TrainingData, list[Articles]]:
    news = read_news(run.news)
    data = prepare(news, run.settings)
    parts = data.split.validation, data.split.test
    return data, [Articles.from_table(news.table, data.rows[rows]) for rows in parts]


def store_held_out(run: Run, data: TrainingData, validation: Articles, test: Articles) -> None:
    network = Classifier.load(run.classifier_folder)
    answers = [
        network.logits_of(data.sequences.take(rows)) for rows in (data.split.validation, data.split.test)
    ]
    held = HeldOut.from_training_data(data, validation=validation, test=test, logits=(answers[0], answers[1]))
    held.save(run.classifier_folder)


def test_the_scores_are_of_the_runs_test_part(run: Run) -> None:
    stages: list[str] = []
    found = news_jobs.linear(run.classifier_folder, lambda stage, share: stages.append(stage))
    data, _ = prepared(run)
    bag = BagOfWords.from_arrays(found)
    answers, y = bag.predict(data.sequences.take(data.split.test)), data.y[data.split.test]
    assert found["bag/accuracy"] == pytest.approx(accuracy_score(y, answers))
    assert found["bag/macro_f1"] == pytest.approx(f1_score(y, answers, average="macro"))
    assert found["linear/accuracy"] > data.majority
    assert {"reading the news", "fitting the linear model", "fitting the bag of words"} <= set(stages)


def test_what_the_run_has_told_is_not_learnt_again(run: Run) -> None:
    run.append(
        Baseline(name="linear", validation_accuracy=0.1, test_accuracy=0.25, test_macro_f1=0.125, seconds=9.0)
    )
    found = news_jobs.linear(run.classifier_folder, quiet)
    values = [found[f"linear/{name}"].item() for name in ("accuracy", "macro_f1", "seconds")]
    assert values == [0.25, 0.125, 9.0]


def test_the_bag_learns_first_where_another_order_is_asked_for(run: Run) -> None:
    data, (validation, test) = prepared(run)
    store_held_out(run, data, validation, test)
    found = news_jobs.order(run.classifier_folder, quiet)
    kept = artifacts.read(run.classifier_folder, "linear")
    assert found["bag/before"].mean() == pytest.approx(kept["bag/accuracy"])
    shuffled = outcomes_from_arrays(found)[0]
    assert shuffled.bag
    assert shuffled.bag.low == shuffled.bag.high == 0
    right = (
        Classifier.load(run.classifier_folder).logits_of(data.sequences.take(data.split.test)).argmax(axis=1)
    )
    assert np.array_equal(found["network/before"], right == data.y[data.split.test])


def test_near_repeats_are_test_articles_with_the_words_of_a_training_article(run: Run) -> None:
    """The file's headlines end in a number, which does not count: some are the same five words in another order."""
    data, (validation, test) = prepared(run)
    store_held_out(run, data, validation, test)
    near = news_jobs.near_repeats(run.classifier_folder, quiet)["near"]
    table = read_news(run.news).table

    def bag(headline: str) -> tuple[str, ...]:
        return tuple(sorted(headline.split()[:-1]))

    learnt = {bag(table["headline"].iloc[row]) for row in data.rows[data.split.training]}
    assert near.tolist() == [bag(headline) in learnt for headline in test.headlines]
    assert 0 < near.sum() < len(near)


def test_near_repeats_are_not_counted_of_parts_that_are_not_the_runs(run: Run) -> None:
    data, (validation, test) = prepared(run)
    others = replace(test, headlines=tuple(reversed(test.headlines)))
    store_held_out(run, data, validation, others)
    with pytest.raises(AnalysisError, match="cleans or splits files differently"):
        news_jobs.near_repeats(run.classifier_folder, quiet)


def test_a_file_that_is_cleaned_otherwise_today_is_not_taken_for_what_was_learnt_from(run: Run) -> None:
    """The numbers would name other words, and every figure would be wrong without a word."""
    network = Classifier.load(run.classifier_folder)
    others = replace(network.vocabulary, words=tuple(reversed(network.vocabulary.words)))
    replace(network, vocabulary=others).save(run.classifier_folder)
    for job in (news_jobs.held_out, news_jobs.linear):
        with pytest.raises(AnalysisError, match="cleans or splits files differently"):
            job(run.classifier_folder, quiet)
