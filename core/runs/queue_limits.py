"""How much may wait in the queue: runs and what they ask for, by address and of all together.

A visitor is a cookie, which can be dropped; the address stays. An address has room for a class: thirty who race four
cells each, or sixty who train. How long a run takes is not known before it begins; it asks for its articles once an
epoch. Whoever works at the command line of this machine is not limited.
"""

import contextlib

from core.errors import RunError
from core.runs.lease import QueueEntry
from core.runs.run import Run
from core.settings.training import RunOverrides

ADDRESS_RUNS = 120
TOTAL_RUNS = 300
ADDRESS_ARTICLES = 300_000_000  # 60 runs of ten epochs on 200,000 articles are 120,000,000
TOTAL_ARTICLES = 900_000_000


def check(run: Run, waiting: list[tuple[Run, QueueEntry]], overrides: RunOverrides | None = None) -> None:
    """Check that the run may join those who wait. One run may always wait alone, whatever it asks for.

    Args:
        overrides: what it is asked to go on with; None: with those it has.

    Raises:
        RunError: its address or all together have as many there as may wait, or ask for as much.
    """
    everybody = [other for other, entry in waiting if entry.pid is None]
    of_address = [other for other in everybody if run.address and other.address == run.address]
    for others, runs, articles, whose in (
        (of_address, ADDRESS_RUNS, ADDRESS_ARTICLES, "from your network "),
        (everybody, TOTAL_RUNS, TOTAL_ARTICLES, ""),
    ):
        if len(others) >= runs:
            raise RunError(
                f"The queue is full: {len(others)} runs {whose}are waiting. Try again when some have ended."
            )
        if others and sum(map(asked_articles, others)) + asked_articles(run, overrides) > articles:
            s, one_s = ("s", "") if len(others) > 1 else ("", "s")
            raise RunError(
                f"The {len(others)} run{s} {whose}that wait{one_s} for a turn already ask{one_s} for the "
                "most training that may wait. Choose fewer epochs or articles, or try again later."
            )


def asked_articles(run: Run, overrides: RunOverrides | None = None) -> int:
    """Return how many articles the run will read: those that it takes of its file, once an epoch.

    Args:
        overrides: as for :func:`check`.
    """
    training = run.settings.training
    articles = min(training.articles or run.articles, run.articles)
    return articles * (_epochs(run, overrides) or training.epochs)


def _epochs(run: Run, overrides: RunOverrides | None) -> int | None:
    """Return the epochs of the run's overrides; None where they name none."""
    entry = run.queue_entry()
    overrides = overrides or (entry.overrides if entry else None)
    if overrides is None:
        with contextlib.suppress(
            RunError
        ):  # damaged: the run itself fails by it, and must not keep others out
            overrides = run.overrides()
    return overrides.epochs if overrides else None
