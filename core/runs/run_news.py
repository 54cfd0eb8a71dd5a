"""The news file of a run, and its test file if it has one, read as they were when the run was asked for."""

from collections.abc import Callable
from pathlib import Path

from core.errors import RunError
from core.news.news import News, read_news
from core.news.test_part import with_test
from core.runs.run import Run


class NewsChanged(RunError):
    """The file's bytes are no longer those that the run was asked for."""


def read_run_news(run: Run, progress: Callable[[float], None]) -> News:
    """Read the file that ``run`` learns from, with the one that it is scored on behind it.

    Args:
        progress: called with the share read, 0 to 1.

    Raises:
        NewsFileError: it cannot be read.
        NewsChanged: the server's own file, or one on the command line, was replaced.
    """
    news = read_news(run.news, name=run.news_name, progress=progress, reading=run.reading)
    if news.fingerprint != run.fingerprint:
        raise NewsChanged(f"{run.news_name} has changed since this run was asked for. Start a new run on it.")
    if run.test is None:
        return news
    test = read_news(Path(run.test.path), name=run.test.name, progress=progress, reading=run.test.reading)
    if test.fingerprint != run.test.fingerprint:
        raise NewsChanged(f"{run.test.name} has changed since this run was asked for. Start a new run on it.")
    return with_test(news, test)
