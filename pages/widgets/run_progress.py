"""A run at work: its events, read as they are appended, and its progress in a sentence."""

from dataclasses import dataclass, field

from core.runs import run_queue
from core.runs.run import LINEAR_MODEL_STAGE, Run
from core.runs.run_store import RunStore
from core.training.events import BatchEnd, Event, Prepared, Preparing, Scoring
from pages.wording import count, duration

REFRESH_SECONDS = 0.8  # between two looks at a run's log
_RATE_EVENTS = 30  # batches whose mean rate predicts the time left: about a quarter of a minute
DISK_ERROR = (
    "The server's disk is full or cannot be written. Everything saved so far is safe. Tell the person who "
    "runs the server, and continue when there is room."
)


@dataclass(slots=True)
class RunLog:
    """The events of a run read so far; only what was appended since is read again."""

    run_id: str
    offset: int = 0
    events: list[Event] = field(default_factory=list)

    def update(self, run: Run) -> None:
        fresh, self.offset = run.events(self.offset)
        self.events.extend(fresh)

    def last(self, kind: type) -> Event | None:
        return next((event for event in reversed(self.events) if isinstance(event, kind)), None)


def seconds_between_looks(run: Run) -> float:
    """Seconds between two looks at a run that waits: 2 for the next one or one just starting, up to 5 behind."""
    position = run_queue.read_queue(RunStore(run.folder.parent)).position(run)
    return min(5.0, 1.0 + max(1, position))


def total_epochs(run: Run) -> int:
    """Epochs in all, from the settings or the run's overrides."""
    return run.overrides().epochs or run.settings.training.epochs


def progress(events: list[Event], epochs: int) -> tuple[float, str]:
    """The share done, 0 to 1, and a text: the stage, its speed, the time left. The text is Markdown of ours alone."""
    prepared = next((event for event in events if isinstance(event, Prepared)), None)
    last = next(
        (event for event in reversed(events) if isinstance(event, Preparing | BatchEnd | Scoring | Prepared)),
        None,
    )
    if isinstance(last, Scoring):
        return 1.0, f"Testing on {count(last.rows)} test articles"
    if isinstance(last, BatchEnd):
        share = (last.epoch - 1 + last.step / last.steps) / epochs
        text = f"Epoch {last.epoch} of {epochs} · {count(last.rows_per_second)} articles per second"
        return min(1.0, share), text + (
            _time_left(events, epochs * prepared.training_rows) if prepared else ""
        )
    if isinstance(last, Preparing):
        return min(1.0, max(0.0, last.share)), last.stage[:1].upper() + last.stage[1:] + _time_so_far(
            events, last
        )
    return 0.0, "Building the network" if prepared else "Starting the training process"


def _time_left(events: list[Event], rows: int) -> str:
    """The time until all ``rows`` of all epochs are read, at the mean rate of the last batches."""
    batches = [event for event in events if isinstance(event, BatchEnd)][-_RATE_EVENTS:]
    rate = sum(batch.rows_per_second for batch in batches) / len(batches)
    if rate <= 0:
        return ""
    seconds = max(0.0, rows - batches[-1].rows) / rate
    return f" · {duration(seconds)} left" if seconds >= 1 else " · almost done"


def _time_so_far(events: list[Event], last: Preparing) -> str:
    """How long the linear model has been at work, which reports no share; nothing for other stages."""
    if last.stage != LINEAR_MODEL_STAGE:
        return ""
    started = next(
        event.seconds
        for event in events
        if isinstance(event, Preparing) and event.stage == LINEAR_MODEL_STAGE
    )
    seconds = last.seconds - started
    return f" · {duration(seconds)} so far" if seconds >= 1 else ""
