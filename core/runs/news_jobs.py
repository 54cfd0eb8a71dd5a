"""Jobs on a run's classifier that need its news file again, read, cleaned and split as for the run.

Leaves out: the process that they run in (``jobs.py``).
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.artifacts import Arrays
from core.insight.evaluation import word_order
from core.insight.evaluation.held_out import Articles, HeldOut
from core.insight.evaluation.near_repeats import find_near_repeats
from core.model.classifier import Classifier
from core.news.news import News
from core.runs.run import Run
from core.runs.run_news import read_run_news
from core.runs.run_store import RunStore
from core.training.bag_of_words import BagOfWords
from core.training.baselines import linear_model
from core.training.events import Baseline
from core.training.preparation import (
    SplitArticles,
    TrainingData,
    UseCleanedTexts,
    prepare,
    split_articles,
)

Report = Callable[[str, float], None]
LINEAR = "linear"
_OTHER_PARTS = (
    "This version of Headline Lab cleans or splits files differently from the one that trained this run. "
    "So its parts are not known. Train it again."
)


def run_of(classifier: Path) -> Run:
    """Return the run whose classifier is in this folder.

    Raises:
        AnalysisError: the classifier is not a run's.
    """
    folder = classifier.parent
    if not (folder / "run.json").exists():
        raise AnalysisError("This classifier was not trained on this server, so its articles are not here.")
    return RunStore(folder.parent).open(folder.name)


def prepare_again(
    run: Run, network: Classifier, report: Report, cleaned: UseCleanedTexts | None = None
) -> tuple[News, TrainingData]:
    """Prepare the articles of ``run`` as they were when it trained ``network``.

    Raises:
        NewsFileError, NewsChanged: the file is gone or has changed.
        AnalysisError: this version cleans or splits it differently.
    """
    news = read_run_news(run, lambda share: report("reading the news", share))
    data = prepare(news, run.settings, progress=report, use_cleaned=cleaned)
    if data.labels != network.labels or data.vocabulary.words != network.vocabulary.words:
        raise AnalysisError(_OTHER_PARTS)
    return news, data


def held_out(classifier: Path, report: Report) -> Arrays:
    """Compute the held-out parts of a run of a version that did not store them."""
    run = run_of(classifier)
    network = Classifier.load(classifier)
    news, data = prepare_again(run, network, report)
    parts = data.split.validation, data.split.test
    logits = [
        network.logits_of(data.sequences.take(rows), lambda share: report("answering", share))
        for rows in parts
    ]
    validation, test = (Articles.from_table(news.table, data.rows[rows]) for rows in parts)
    return HeldOut.from_training_data(
        data, validation=validation, test=test, logits=(logits[0], logits[1])
    ).to_arrays()


def linear(classifier: Path, report: Report) -> Arrays:
    """Score the models that ignore word order: the linear model, and a bag of words, stored with its weights.

    The linear model, of words and bigrams, is not fitted again when the run's log has its score. Scores are of the test
    part. The bag of words reads the run's own token ids, so it can classify any text that the network can.
    """
    run = run_of(classifier)
    baseline = next(
        (event for event in run.events()[0] if isinstance(event, Baseline) and event.name == "linear"),
        None,
    )

    def fit(texts: Sequence[str], articles: SplitArticles) -> None:
        nonlocal baseline
        if baseline is None:
            report("fitting the linear model", 0.0)
            baseline = linear_model(texts, articles.y, articles.split, seed=run.settings.training.seed)

    _, data = prepare_again(run, Classifier.load(classifier), report, cleaned=fit)
    assert baseline is not None  # fit has set it
    report("fitting the bag of words", 0.0)
    started = time.perf_counter()
    bag = BagOfWords.fit(
        data.sequences.take(data.split.training),
        data.y[data.split.training],
        words=len(data.vocabulary),
        categories=len(data.labels),
        seed=run.settings.training.seed,
    )
    predicted, y = bag.predict(data.sequences.take(data.split.test)), data.y[data.split.test]
    return bag.to_arrays() | {
        "bag/accuracy": np.array((predicted == y).mean()),
        "bag/macro_f1": np.array(f1_score(y, predicted, average="macro", zero_division=0)),
        "bag/seconds": np.array(time.perf_counter() - started),
        "linear/accuracy": np.array(baseline.test_accuracy),
        "linear/macro_f1": np.array(baseline.test_macro_f1),
        "linear/seconds": np.array(baseline.seconds),
    }


def near_repeats(classifier: Path, report: Report) -> Arrays:
    """Which test articles of a run nearly repeat a training article: ``near``, (articles,) bool.

    Raises:
        NewsFileError, NewsChanged: the file is gone or has changed.
        AnalysisError: this version splits it differently, or the held-out parts are not stored.
    """
    run = run_of(classifier)
    test = HeldOut.load(classifier, categories=len(Classifier.load(classifier).labels)).test
    news = read_run_news(run, lambda share: report("reading the news", share))
    settings = run.settings
    articles = split_articles(
        news.table["category"], settings.training, merged=settings.merged, test_rows=news.test_rows
    )
    test_rows = articles.rows[articles.split.test]
    headlines = tuple(news.table["headline"].iloc[test_rows])
    if test.articles is None or test.articles.headlines != headlines:
        raise AnalysisError(_OTHER_PARTS)
    report("comparing the texts", 0.0)
    return find_near_repeats(news.table["text"], articles.rows[articles.split.training], test_rows)


def order(classifier: Path, report: Report) -> Arrays:
    """Measure accuracy with the words shuffled: of the network, and of the bag of words, fitted first if necessary.

    A classifier without a run has no bag of words to compare with.
    """
    network = Classifier.load(classifier)
    articles = HeldOut.load(classifier, categories=len(network.labels))
    bag = None
    if (classifier.parent / "run.json").exists():
        if not artifacts.artifact_path(classifier, LINEAR).exists():
            artifacts.write(classifier, LINEAR, linear(classifier, report))
        try:
            bag = BagOfWords.from_arrays(artifacts.read(classifier, LINEAR))
        except (KeyError, ValueError) as error:
            raise artifacts.set_aside(classifier, LINEAR, error) from None
    return word_order.measure_word_order(network, articles.test, bag, report)
