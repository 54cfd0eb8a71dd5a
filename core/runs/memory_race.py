"""A memory race: four runs that belong together, one a cell, of which one trains at a time.

Each run names the race in its ``run.json``, and nothing else is stored of a race: it survives the server, and is gone
when its runs are. Leaves out: what makes the four comparable (``settings/memory_race.py``), whose turn it
is (``run_queue.py``), and the results (``insight/memory_race/results.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.errors import RunError
from core.runs import run_queue
from core.runs.run import ACTIVE, Run
from core.runs.run_store import RunStore
from core.runs.start import TrainingFile, go_on, start_group
from core.settings.network import CELLS
from core.settings.run import RunSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """The existing runs of one race, in the order of CELLS; at least one."""

    id: str
    runs: tuple[Run, ...]

    @property
    def created(self) -> datetime:
        return min(run.created for run in self.runs)

    @property
    def at_work(self) -> bool:
        """Whether one of its runs trains or waits in the queue."""
        return any(run.status() in ACTIVE for run in self.runs)

    @property
    def resumable_runs(self) -> tuple[Run, ...]:
        """Runs that were paused or interrupted, by a power cut for example; :func:`resume` lets them go on."""
        return tuple(run for run in self.runs if run.status() in ("interrupted", "paused"))


def group_runs(runs: Sequence[Run]) -> list[Race]:
    """Group runs by their memory race, in the order in which the runs first name it."""
    runs_by_race: dict[str, list[Run]] = {}
    for run in runs:
        if run.race:
            runs_by_race.setdefault(run.race, []).append(run)
    return [
        Race(id=race, runs=tuple(sorted(members, key=lambda run: CELLS.index(run.settings.network.cell))))
        for race, members in runs_by_race.items()
    ]


def start_race(
    store: RunStore, owner: str, settings: Sequence[RunSettings], news: TrainingFile, *, address: str = ""
) -> Race:
    """Start a race: all its runs, or none.

    Args:
        settings: as :func:`core.settings.memory_race.equal_budget_settings` gives them.
        address: where its owner comes from; empty where that is not known.

    Raises:
        RunError: a run of the owner's is at work, or there is no room for all of them.
    """
    return group_runs(start_group(store, owner, settings, news, address=address))[0]


def stop(race: Race) -> None:
    """Take the waiting runs out of the queue, and ask the one at work to stop and keep its best weights."""
    waiting = [run for run in race.runs if run.status() == "waiting"]
    others = [run for run in race.runs if run not in waiting]
    for run in (*waiting, *others):  # waiting ones first, else the next would begin
        if run.status() in ACTIVE:
            run_queue.cancel(run)


def resume(race: Race) -> None:
    """Put the paused and interrupted runs back into the queue.

    Raises:
        RunError: another run of the owner's is at work, or the queue has no room.
    """
    for run in race.resumable_runs:
        go_on(run)


def remove(store: RunStore, race: Race) -> None:
    """Remove all its runs.

    Raises:
        RunError: one of them is at work; then all stay.
    """
    if race.at_work:
        raise RunError("You cannot remove a race while it is running. Stop it first.")
    for run in race.runs:
        store.remove(run)
