"""A visitor starts runs: one, one more on an earlier run's file, or a memory race.

Leaves out: the limits, and how a run begins (``core/runs/start.py``).
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from core.errors import RunError
from core.runs import memory_race
from core.runs import start as starting
from core.runs.guess import Guess
from core.runs.run import Run, ScoredFile
from core.runs.start import AlreadyAtWork, CannotWrite, TrainingFile
from core.settings.run import RunSettings
from pages import caches
from pages.session import Session

_log = logging.getLogger(__name__)


def start(session: Session, guess: Guess | None = None, test: ScoredFile | None = None) -> Run:
    """Start a run of the draft on the chosen file, or return the visitor's run that is at work.

    Args:
        guess: what the visitor guesses of it, stored before it begins.
        test: the file that it is scored on; None: on a part of the chosen one.

    Raises:
        RunError: no file is chosen, a race is at work, or neither memory nor disk has room for the run.
        NewsFileError: the file cannot be read.
    """
    _need_cookie(session)
    run = starting.at_work(session.store, session.visitor)
    try:
        if run is None:
            file = _training_file(session, test)  # read first: the preset is fitted to it
            with _logged():
                run = starting.start(
                    session.store,
                    session.visitor,
                    session.settings,
                    file,
                    guess=guess,
                    address=session.address,
                )
        elif run.race:
            raise AlreadyAtWork(run)
    except AlreadyAtWork as error:  # another tab may have been faster
        if error.run.race:
            raise
        run = error.run
    session.choose_run(run.id)
    return run


def start_again(session: Session, run: Run, settings: RunSettings) -> Run:
    """Start a run with other ``settings`` on the file of an earlier one; the chosen run stays the chosen one.

    Raises:
        RunError: a run is at work, the file has changed, or there is no room.
        NewsFileError: the file is gone.
    """
    _need_cookie(session)
    news = caches.read_news(caches.news_task(run.news, run.news_name, run.reading))
    if news.fingerprint != run.fingerprint:
        raise RunError(f"{run.news_name} has changed since this run was trained.")
    with _logged():
        file = TrainingFile.of(news, run.news, run.test)
        return starting.start(session.store, session.visitor, settings, file, address=session.address)


def start_race(session: Session, settings: Sequence[RunSettings]) -> memory_race.Race:
    """Start a memory race on the chosen file; the chosen run stays the chosen one.

    Args:
        settings: one run's each, see ``core/settings/memory_race.py``.

    Raises:
        RunError: no file is chosen, a run or a race is at work, or there is no room for all of them.
        NewsFileError: the file cannot be read.
    """
    _need_cookie(session)
    with _logged():
        return memory_race.start_race(
            session.store, session.visitor, settings, _training_file(session), address=session.address
        )


def _need_cookie(session: Session) -> None:
    if not session.has_cookie:
        raise RunError(
            "Your browser does not keep this page's cookie, so you could not find the run again. Allow "
            "cookies for this address and reload the page."
        )


def _training_file(session: Session, test: ScoredFile | None = None) -> TrainingFile:
    news = session.read_news()
    if news is None or session.news_path is None:
        raise RunError("Choose a news file on the Data page first.")
    return TrainingFile.of(news, session.news_path, test)


@contextmanager
def _logged() -> Iterator[None]:
    """Log why the disk refused a run; the visitor reads only that it did."""
    try:
        yield
    except CannotWrite:
        _log.exception("a run could not be started")
        raise
