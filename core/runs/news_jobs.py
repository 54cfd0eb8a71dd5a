"""Studies of a run's classifier that need its news file again: read, cleaned and split as the run had it.

Leaves out: the process that they are made in (``study.py``).
"""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score

from core.errors import AnalysisError
from core.insight import artifacts
from core.insight.artifacts import Arrays
from core.insight.evaluation import word_order as word_order
from core.insight.evaluation.held_out import Articles, HeldOut
from core.model.classifier import Classifier
from core.news.news import News, read_news
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.training.bag_of_words import BagOfWords
from core.training.baselines import linear_model
from core.training.events import Baseline
from core.training.preparation import SplitArticles, TrainingData, UseCleanedTexts, prepare

Report = Callable[[str, float], None]
LINEAR = "linear"


def run_of(classifier: Path) -> Run:
    """The run whose classifier stands in this folder.

    Raises:
        AnalysisError: it is no run's.
    """
    folder = classifier.parent
    if not (folder / "run.json").exists():
        raise AnalysisError(
            "This classifier did not come out of a run on this server, so its articles are not here."
        )
    return RunStore(folder.parent).open(folder.name)


def prepare_again(
    run: Run, network: Classifier, report: Report, cleaned: UseCleanedTexts | None = None
) -> tuple[News, TrainingData]:
    """The articles of ``run`` as it had them when ``network`` came out of it.

    Raises:
        AnalysisError, NewsFileError: the file has gone or has changed, or is cleaned in another way today.
    """
    news = read_news(run.news, name=run.news_name, progress=lambda share: report("reading the news", share))
    if news.fingerprint != run.fingerprint:
        raise AnalysisError(
            f"{run.news_name} has changed since this run was trained, so its parts are not known."
        )
    data = prepare(news, run.settings, progress=report, use_cleaned=cleaned)
    if data.labels != network.labels or data.vocabulary.words != network.vocabulary.words:
        raise AnalysisError(
            "This version of Headline Lab cleans or splits the file in another way than the one that trained this "
            "run, so its parts are not known. Train it again."
        )
    return news, data


def held_out(classifier: Path, report: Report) -> Arrays:
    """The held-out parts of a run from before they were kept."""
    run = run_of(classifier)
    network = Classifier.load(classifier)
    news, data = prepare_again(run, network, report)
    parts = data.split.validation, data.split.test
    answers = [
        network.logits_of(data.sequences.take(rows), lambda share: report("answering", share))
        for rows in parts
    ]
    validation, test = (Articles.from_table(news.table, data.rows[rows]) for rows in parts)
    found = HeldOut.from_training_data(
        data, validation=validation, test=test, logits=(answers[0], answers[1])
    )
    return found.to_arrays()


def linear(classifier: Path, report: Report) -> Arrays:
    """What counts words and knows no order: the linear model's scores, and a bag of words with what it has learnt.

    The linear model, of words and pairs, is not fitted again when the run has told its score. Scores are of the test
    part. The bag reads the run's own word numbers, so that it can be asked about any text that the network is asked.
    """
    run = run_of(classifier)
    told = next(
        (one for one in run.events()[0] if isinstance(one, Baseline) and one.name == "linear"),
        None,
    )

    def fit(texts: Sequence[str], drawn: SplitArticles) -> None:
        nonlocal told
        if told is None:
            report("fitting the linear model", 0.0)
            told = linear_model(texts, drawn.y, drawn.split, seed=run.settings.training.seed)

    _, data = prepare_again(run, Classifier.load(classifier), report, cleaned=fit)
    assert told is not None  # fit has seen to it
    report("fitting the bag of words", 0.0)
    started = time.perf_counter()
    bag = BagOfWords.fit(
        data.sequences.take(data.split.training),
        data.y[data.split.training],
        words=len(data.vocabulary),
        categories=len(data.labels),
        seed=run.settings.training.seed,
    )
    answers, y = bag.answers(data.sequences.take(data.split.test)), data.y[data.split.test]
    return bag.to_arrays() | {
        "bag/accuracy": np.array((answers == y).mean()),
        "bag/macro_f1": np.array(f1_score(y, answers, average="macro", zero_division=0)),
        "bag/seconds": np.array(time.perf_counter() - started),
        "linear/accuracy": np.array(told.test_accuracy),
        "linear/macro_f1": np.array(told.test_macro_f1),
        "linear/seconds": np.array(told.seconds),
    }


def order(classifier: Path, report: Report) -> Arrays:
    """Accuracy with the words in another order: of the network, and of the bag of words, which learns first if need be.

    A classifier without a run has no bag beside it.
    """
    network = Classifier.load(classifier)
    held = HeldOut.load(classifier, categories=len(network.labels))
    bag = None
    if (classifier.parent / "run.json").exists():
        if not artifacts.artifact_path(classifier, LINEAR).exists():
            artifacts.write(classifier, LINEAR, linear(classifier, report))
        try:
            bag = BagOfWords.from_arrays(artifacts.read(classifier, LINEAR))
        except (KeyError, ValueError) as error:
            raise artifacts.set_aside(classifier, LINEAR, error) from None
    return word_order.measure_word_order(network, held.test, bag, report)
