"""Studies of a run's classifier that need its news file again: read, cleaned and split as the run had it.

Leaves out: the process that they are made in (``study.py``).
"""

from collections.abc import Callable
from pathlib import Path

from core.errors import StudyError
from core.insight.held_out import Articles, HeldOut
from core.insight.studies import Arrays
from core.rnn.classifier import Classifier
from core.rnn.preparation import Cleaned, TrainingData, prepare
from core.runs.store import Run, RunStore
from core.text.news import News, read_news

Report = Callable[[str, float], None]


def run_of(classifier: Path) -> Run:
    """The run whose classifier stands in this folder.

    Raises:
        StudyError: it is no run's.
    """
    folder = classifier.parent
    if not (folder / "run.json").exists():
        raise StudyError(
            "This classifier did not come out of a run on this server, so its articles are not here."
        )
    return RunStore(folder.parent).open(folder.name)


def prepared_again(run: Run, report: Report, cleaned: Cleaned | None = None) -> tuple[News, TrainingData]:
    """The run's articles as it had them.

    Raises:
        StudyError, NewsFileError: the file has gone or has changed.
    """
    news = read_news(run.news, name=run.news_name, progress=lambda share: report("reading the news", share))
    if news.fingerprint != run.fingerprint:
        raise StudyError(
            f"{run.news_name} has changed since this run was trained, so its parts are not known."
        )
    return news, prepare(news, run.settings, progress=report, cleaned=cleaned)


def held_out(classifier: Path, report: Report) -> Arrays:
    """The held-out parts of a run from before they were kept."""
    run = run_of(classifier)
    news, data = prepared_again(run, report)
    network = Classifier.load(classifier)
    parts = data.split.validation, data.split.test
    answers = [
        network.logits_of(data.sequences.take(rows), lambda share: report("answering", share))
        for rows in parts
    ]
    validation, test = (Articles.of(news.table, data.rows[rows]) for rows in parts)
    found = HeldOut.of(data, validation=validation, test=test, logits=(answers[0], answers[1]))
    return found.to_arrays()
