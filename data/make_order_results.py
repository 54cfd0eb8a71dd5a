"""Train the four cells on "Who beat whom" over five seeds: ``data/order_results.json`` and ``models/who_beat_whom``.

    python -m data.make_order_results

One network for all: an embedding, one layer that reads forward, the answer from its last state, no dropout. The cells
have equally many parameters, as in the memory race, and learn for the same epochs at the same rate. Two linear models
learn beside them: on words, and on words and pairs. Each is scored on the test articles of its seed's split, on made
headlines with so many fillers after the second name, and on test articles whose two names change places.

A ``SimpleRNN`` of fewer units that learns for longer is recorded too: it does learn the task in the end. The settings
were chosen on validation articles (docs/accuracy.md). The classifiers of seed 1 are kept for the lesson.
"""

import json
import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

from core import paths
from core.insight import artifacts
from core.insight.evaluation import word_order
from core.insight.evaluation.held_out import Articles, HeldOut
from core.insight.order_task.results import (
    CELL_NAMES,
    LONGER,
    NAMES,
    PAIRS,
    SCHEMA,
    WORDS,
    LearnerResult,
    swap_names,
)
from core.model.classifier import Card, Classifier
from core.model.forward import softmax
from core.news.news import News, read_news
from core.runs import keras_parity
from core.settings.memory_race import with_cell
from core.settings.network import CELLS, NetworkSettings, RecurrentLayer
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.text.cleaning import CleaningSettings, clean_all
from core.text.sequences import Sequences
from core.training.bag_of_words import BagOfWords
from core.training.preparation import TrainingData, prepare
from data.make_who_beat_whom import (
    AFTER_FIRST,
    BEFORE_SECOND,
    LEADS,
    LOST,
    NORTH,
    SOUTH,
    WON,
    ending_of,
    headline,
)

if TYPE_CHECKING:
    from core.training.trainer import Trained

SEEDS = (1, 2, 3, 4, 5)
KEPT_SEED = 1  # whose classifiers the lesson shows
DISTANCES = (2, 5, 10, 15, 20, 25, 30)  # fillers after the second name
REPEATS = 10  # made headlines for each distance, first name, verb and second name
MADE_SEED = 1999  # of the made headlines: none of the file's generator

SETTINGS = RunSettings(
    preset="own",
    cleaning=CleaningSettings(),
    network=NetworkSettings(
        vocabulary_size=1_000,
        sequence_length=40,  # the longest headline has 38 words
        embedding_size=16,
        cell="GRU",
        layers=(RecurrentLayer(units=32, bidirectional=False),),
        pooling="last",
        dropout=0.0,
    ),
    training=TrainingSettings(
        optimizer="Adam",
        embedding_optimizer="same",
        learning_rate=0.003,
        batch_size=64,
        epochs=20,
        patience=0,
        validation_share=0.1,
        test_share=0.2,
    ),
)
LONGER_UNITS, LONGER_EPOCHS = 32, 40


def settings_of(learner: str, seed: int) -> RunSettings:
    """The settings of a cell, or of ``LONGER``."""
    training = replace(SETTINGS.training, seed=seed)
    if learner == LONGER:
        layers = (replace(SETTINGS.network.layers[0], units=LONGER_UNITS),)
        network = replace(SETTINGS.network, cell="SimpleRNN", layers=layers)
        return replace(SETTINGS, network=network, training=replace(training, epochs=LONGER_EPOCHS))
    cell = next(cell for cell in CELLS if cell == learner)
    return replace(SETTINGS, network=with_cell(SETTINGS.network, cell), training=training)


def made_headlines(distance: int) -> tuple[list[str], list[str]]:
    """Headlines with so many fillers after the second name, and their categories: as many of each."""
    rng = random.Random(MADE_SEED + distance)
    texts, categories = [], []
    for north, south, verb in product(NORTH, SOUTH, WON + LOST):
        for first, second in ((north, south), (south, north)):
            for _ in range(REPEATS):
                texts.append(
                    headline(
                        first,
                        verb,
                        second,
                        lead=rng.choice(LEADS),
                        gap=rng.choice(AFTER_FIRST),
                        adjective=rng.choice(BEFORE_SECOND),
                        ending=ending_of(rng, distance),
                    )
                )
                winner = first if verb in WON else second
                categories.append("NORTH" if winner in NORTH else "SOUTH")
    return texts, categories


# --- Networks ---


def train(learner: str, seed: int, news: News) -> tuple[TrainingData, "Trained"]:
    """Train one network, as a run does. Cost: 10 to 60 s on one core."""
    from core.training.trainer import (
        train as learn,
    )  # TensorFlow, which whoever only looks at SETTINGS does not need

    settings = settings_of(learner, seed)
    data = prepare(news, settings)
    events = learn(data, settings)
    while True:
        try:
            next(events)
        except StopIteration as ended:
            trained: Trained = ended.value
            return data, trained


def classifier_of(settings: RunSettings, data: TrainingData, trained: "Trained", news: News) -> Classifier:
    """The classifier with its card."""
    return Classifier(
        cleaning=settings.cleaning,
        network=settings.network,
        vocabulary=data.vocabulary,
        labels=data.labels,
        weights=trained.weights,
        card=Card(
            news_name="who_beat_whom.json.gz",
            fingerprint=news.fingerprint,
            rows=len(data.y),
            categories=len(data.labels),
            trained_at=datetime.now(UTC).date().isoformat(),
            preset=settings.preset,
            seed=settings.training.seed,
            epochs=trained.epochs,
            seconds=round(trained.seconds, 1),
            validation_accuracy=trained.validation_accuracy,
            test=trained.test,
            source="Invented by data/make_who_beat_whom.py",
            versions={name: version(name) for name in ("keras", "numpy")},
        ),
    )


def measure(learner: str, classifier: Classifier, data: TrainingData) -> LearnerResult:
    """Accuracy on test articles, by distance, in other orders; the effect of swapping the names."""
    test = data.sequences.take(data.split.test)
    y = data.y[data.split.test]
    logits = classifier.logits_of(test)
    before = softmax(logits)  # (test, categories)
    after = classifier.probabilities_of(swap_names(test, classifier.vocabulary))
    by_distance = []
    for distance in DISTANCES:
        texts, categories = made_headlines(distance)
        answers = classifier.probabilities(texts).argmax(axis=1)
        by_distance.append(_accuracy(answers, [classifier.labels.index(category) for category in categories]))
    orders = {
        order: _accuracy(
            classifier.logits_of(word_order.reorder_sequences(test, order, separator=None)).argmax(axis=1), y
        )
        for order in word_order.REORDERINGS
    }
    return LearnerResult(
        learner=learner,
        seed=classifier.card.seed,
        units=classifier.network.layers[0].units,
        epochs=classifier.card.epochs,
        validation=classifier.card.validation_accuracy,
        accuracy=_accuracy(logits.argmax(axis=1), y),
        by_distance=tuple(by_distance),
        orders=orders,
        moved=float(np.abs(after - before).sum(axis=1).mean() / 2),
        changed=float((after.argmax(axis=1) != before.argmax(axis=1)).mean()),
    )


def _accuracy(answers: npt.ArrayLike, y: npt.ArrayLike) -> float:
    return round(float((np.asarray(answers) == np.asarray(y)).mean()), 4)


# --- Linear models ---


def measure_linear_model(learner: str, data: TrainingData, settings: RunSettings) -> LearnerResult:
    """A logistic regression on how often each word, or each word and pair of neighbours, occurs."""

    def words(sequences: Sequences) -> list[str]:
        offsets = sequences.offsets
        return [
            " ".join(data.vocabulary.decode(sequences.ids[start:end].tolist()))
            for start, end in pairwise(offsets)
        ]

    counts = CountVectorizer(
        ngram_range=(1, 2 if learner == PAIRS else 1),
        tokenizer=str.split,
        token_pattern=None,
        lowercase=False,
    )
    split, y = data.split, data.y
    model = LogisticRegression(max_iter=1_000).fit(
        counts.fit_transform(words(data.sequences.take(split.training))), y[split.training]
    )

    def probabilities(texts: Sequence[str]) -> npt.NDArray[np.float64]:
        return np.asarray(model.predict_proba(counts.transform(texts)))

    test = data.sequences.take(split.test)
    before, after = probabilities(words(test)), probabilities(words(swap_names(test, data.vocabulary)))
    by_distance = []
    for distance in DISTANCES:
        texts, categories = made_headlines(distance)
        answers = probabilities(clean_all(texts, settings.cleaning)).argmax(axis=1)
        by_distance.append(_accuracy(answers, [data.labels.index(category) for category in categories]))
    validation = probabilities(words(data.sequences.take(split.validation)))
    return LearnerResult(
        learner=learner,
        seed=settings.training.seed,
        units=None,
        epochs=None,
        validation=_accuracy(validation.argmax(axis=1), y[split.validation]),
        accuracy=_accuracy(before.argmax(axis=1), y[split.test]),
        by_distance=tuple(by_distance),
        orders={
            order: _accuracy(
                probabilities(words(word_order.reorder_sequences(test, order, separator=None))).argmax(
                    axis=1
                ),
                y[split.test],
            )
            for order in word_order.REORDERINGS
        },
        moved=float(np.abs(after - before).sum(axis=1).mean() / 2),
        changed=float((after.argmax(axis=1) != before.argmax(axis=1)).mean()),
    )


# --- What is kept ---


def keep(learner: str, classifier: Classifier, data: TrainingData, news: News) -> None:
    """Store a classifier for the lesson, with its test articles and what their order does, as a run has it.

    The articles are invented, so their texts may be given on.
    """
    split = data.split
    validation, test = (data.sequences.take(rows) for rows in (split.validation, split.test))
    held_out = HeldOut.from_training_data(
        data,
        validation=Articles.from_table(news.table, data.rows[split.validation]),
        test=Articles.from_table(news.table, data.rows[split.test]),
        logits=(classifier.logits_of(validation), classifier.logits_of(test)),
    )
    training = data.sequences.take(split.training)
    bag = BagOfWords.fit(
        training,
        data.y[split.training],
        words=len(data.vocabulary),
        categories=len(data.labels),
        seed=KEPT_SEED,
    )
    folder = paths.WHO_BEAT_WHOM_CLASSIFIERS / learner
    shutil.rmtree(folder, ignore_errors=True)
    classifier.save(folder)
    artifacts.write(folder, "held_out", held_out.to_arrays(), compressed=True)
    orders = word_order.measure_word_order(classifier, held_out.test, bag)
    artifacts.write(folder, word_order.NAME, orders, compressed=True)
    parity = keras_parity.measure(classifier, validation)
    artifacts.write(folder, keras_parity.NAME, parity.to_arrays(), compressed=True)


def results() -> Iterator[LearnerResult]:
    """Train and measure everything, seed by seed; keep the classifiers of one seed. Cost: half an hour on one core."""
    news = read_news(paths.WHO_BEAT_WHOM)
    for seed in SEEDS:
        settings = settings_of("GRU", seed)
        data = prepare(news, settings)
        for learner in (WORDS, PAIRS):
            yield measure_linear_model(learner, data, settings)
        for learner in (*CELL_NAMES, LONGER):
            data, trained = train(learner, seed, news)
            classifier = classifier_of(settings_of(learner, seed), data, trained, news)
            if seed == KEPT_SEED and learner != LONGER:
                keep(learner, classifier, data, news)
            yield measure(learner, classifier, data)


def record(measured: Sequence[LearnerResult]) -> dict[str, Any]:
    """What the file holds."""
    return {
        "schema": SCHEMA,
        "made_by": "python -m data.make_order_results",
        "versions": {name: version(name) for name in ("keras", "numpy", "scikit-learn")},
        "news": "Who beat whom",
        "fingerprint": read_news(paths.WHO_BEAT_WHOM).fingerprint,
        "settings": SETTINGS.to_json(),
        "longer": settings_of(LONGER, 1).to_json(),
        "distances": DISTANCES,
        "made_headlines": len(made_headlines(DISTANCES[0])[0]),
        "results": [entry.to_json() for entry in measured],
    }


def main() -> None:
    measured: list[LearnerResult] = []
    for entry in results():
        measured.append(entry)
        print(
            f"{NAMES[entry.learner]}, seed {entry.seed}: {entry.accuracy:.1%}, moved {entry.moved:.1%}",
            flush=True,
        )
    paths.ORDER_RESULTS.write_text(json.dumps(record(measured), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
