"""The order of the queue: first come, first served, in rounds, so that no address keeps the others out.

A round holds at most ten runs of one address, and a run that comes joins the round after the one that is being served.
So a visitor waits behind twenty runs of any other address at most, however many it has queued. Nobody waits for ever:
each round ends. A class behind one address, with nobody else there, is served in the order in which it came. Plain
round-robin by address would give one visitor at home as much as a class of thirty. Leaves out: how many may wait
(``queue_limits.py``).
"""

import time
from typing import NamedTuple

from core.runs.lease import QueueEntry
from core.runs.run import Run
from core.runs.run_store import RunStore

RUNS_IN_ROUND = 10  # of one address


class Rank(NamedTuple):
    """What orders the queue: the round, and within it the time."""

    since: int  # nanoseconds, about ``time.time_ns()``
    round_number: int


def waiting_runs(store: RunStore) -> list[tuple[Run, QueueEntry]]:
    """Return the runs that wait, oldest first, each with its queue entry."""
    return [(run, entry) for run in store.open_runs() if (entry := run.queue_entry())]


def in_order(runs: list[Run]) -> list[Run]:
    """Return those of the runs that wait, in order."""
    ranks = {run.id: (entry.round_number, entry.since) for run in runs if (entry := run.queue_entry())}
    return sorted((run for run in runs if run.id in ranks), key=lambda run: (ranks[run.id], run.id))


def newcomer(run: Run, waiting: list[tuple[Run, QueueEntry]]) -> Rank:
    """Return the rank of a run that joins those who wait."""
    # A suspended process does not take its turn, and must not hold up its round.
    served = [entry.round_number for _, entry in waiting if entry.takes_turn()]
    return _rank_from(min(served) + 1 if served else 0, run, waiting)


def behind_all(run: Run, waiting: list[tuple[Run, QueueEntry]]) -> Rank:
    """Return the rank behind all who wait, for a run that has had its turn."""
    return _rank_from(max((entry.round_number for _, entry in waiting), default=0), run, waiting)


def before_later_runs(run: Run, waiting: list[tuple[Run, QueueEntry]]) -> Rank:
    """Return a rank in the first round, by the time of the run's creation: for one that was at work already."""
    first_round = min((entry.round_number for _, entry in waiting), default=0)
    return Rank(int(run.created.timestamp() * 1e9), first_round)


def _rank_from(round_number: int, run: Run, waiting: list[tuple[Run, QueueEntry]]) -> Rank:
    """Return the rank behind those who wait, in the first round from this one on with room for the run's address."""
    of_address = [
        entry.round_number for other, entry in waiting if run.address and other.address == run.address
    ]
    while of_address.count(round_number) >= RUNS_IN_ROUND:
        round_number += 1
    # If the clock was set back since, a time behind theirs.
    since = max([time.time_ns(), *(entry.since + 1 for _, entry in waiting)])
    return Rank(since, round_number)
