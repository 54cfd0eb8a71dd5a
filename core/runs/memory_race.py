"""A memory race: four runs that belong together, one a cell, of which one trains at a time.

Each of its runs names the race in its ``run.json``, and that is all there is of a race: it is found again by whoever
finds the runs, survives the server, and has gone when they have. Leaves out: what makes the four comparable
(``settings/memory_race.py``), whose turn it is (``launch.py``), and what came out (``insight/memory_race/results.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from core.errors import RunError
from core.runs import scheduler
from core.runs.run import ACTIVE, Run
from core.runs.run_store import RunStore
from core.runs.start import TrainingFile, start_group
from core.settings.network import CELLS
from core.settings.run import RunSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """The runs of one race that are there, in the order of CELLS; at least one."""

    id: str
    runs: tuple[Run, ...]

    @property
    def created(self) -> datetime:
        return min(run.created for run in self.runs)

    @property
    def at_work(self) -> bool:
        """Whether one of its runs trains or waits to."""
        return any(run.status() in ACTIVE for run in self.runs)

    @property
    def resumable_runs(self) -> tuple[Run, ...]:
        """Runs whose process was lost, with the machine's power say: they go on when somebody says so."""
        return tuple(run for run in self.runs if run.status() in ("interrupted", "paused"))


def group_runs(runs: Sequence[Run]) -> list[Race]:
    """The races among some runs, in the order in which the runs first name them."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        if run.race:
            found.setdefault(run.race, []).append(run)
    return [
        Race(id=race, runs=tuple(sorted(some, key=lambda run: CELLS.index(run.settings.network.cell))))
        for race, some in found.items()
    ]


def start_race(store: RunStore, owner: str, settings: Sequence[RunSettings], news: TrainingFile) -> Race:
    """Start a race: all its runs, or none.

    Args:
        settings: as :func:`core.settings.memory_race.equal_budget_settings` gives them.

    Raises:
        RunError: a run of the owner's is at work, or there is no room for all of them.
    """
    return group_runs(start_group(store, owner, settings, news))[0]


def stop(race: Race) -> None:
    """Take those that wait out of the queue, and ask the one at work to stop and keep what it has learnt."""
    waiting = [run for run in race.runs if run.status() == "waiting"]
    for run in (*waiting, *(run for run in race.runs if run not in waiting)):  # else the next one would begin
        if run.status() in ACTIVE:
            scheduler.cancel(run)


def resume(race: Race) -> None:
    """Put those that stand still back into the queue."""
    for run in race.resumable_runs:
        scheduler.start(run)


def remove(store: RunStore, race: Race) -> None:
    """Remove all its runs.

    Raises:
        RunError: one of them is at work; then all stay.
    """
    if race.at_work:
        raise RunError("A race that is at work cannot be removed. Stop it first.")
    for run in race.runs:
        store.remove(run)
