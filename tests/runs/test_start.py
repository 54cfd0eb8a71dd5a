"""Each limit and the roll-back, from each caller: the Train page, a run again, the memory race, the command line."""

import errno
import json
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core import paths
from core.__main__ import main
from core.cli.train import OWNER
from core.errors import RunError
from core.news.news import read_news
from core.runs import memory_budget, memory_race, retention, run_queue, scheduler, start
from core.runs.guess import Guess, read_guess
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.runs.start import AlreadyAtWork, CannotWrite, TrainingFile
from core.settings.memory_race import equal_budget_settings
from core.settings.network import CELLS
from core.settings.presets import PRESETS
from core.settings.training import RunOverrides
from core.training.events import Failed
from pages import starting_runs
from pages.session import Session
from tests.runs.queued_runs import interrupt, new_run

Worker = list[subprocess.Popen[bytes]]
Caller = Callable[[Path], object]
VISITOR = "ada"


@pytest.fixture
def store() -> RunStore:
    return RunStore(paths.runs())


@pytest.fixture(autouse=True)
def _no_worker(worker: Worker) -> None:
    """No caller starts a real training."""


def visitor(news: Path) -> Session:
    session = Session(VISITOR, paths.visitors() / f"{VISITOR}.json")
    session.choose_news(news, news.name)
    return session


def train_page(news: Path) -> object:
    return starting_runs.start(visitor(news))


def run_again(news: Path) -> object:
    session = visitor(news)
    (earlier, *_) = session.runs()
    return starting_runs.start_again(session, earlier, PRESETS["quick"])


def race(news: Path) -> object:
    return starting_runs.start_race(visitor(news), equal_budget_settings())


def command_line(news: Path) -> object:
    """As a test in this process can ask it: the error itself, and not the line that ``main`` makes of it."""
    from core.cli.train import _queue_new_run

    return _queue_new_run(PRESETS["quick"], TrainingFile.of(read_news(news), news))


CALLERS = [train_page, run_again, race, command_line]
OWNERS: dict[Caller, str] = {train_page: VISITOR, run_again: VISITOR, race: VISITOR, command_line: OWNER}
every_caller = pytest.mark.parametrize("caller", CALLERS, ids=lambda caller: caller.__name__)


def ended_run(store: RunStore, owner: str, news: Path) -> Run:
    run = store.create(
        PRESETS["quick"],
        news=news,
        news_name=news.name,
        fingerprint=read_news(news).fingerprint,
        owner=owner,
    )
    run.append(Failed(reason="r", seconds=1.0))
    return run


def ids(store: RunStore, caller: Caller) -> set[str]:
    return {run.id for run in store.of_owner(OWNERS[caller])}


@every_caller
def test_a_start_puts_the_runs_into_the_queue(caller: Caller, store: RunStore, small_news: Path) -> None:
    earlier = ended_run(store, OWNERS[caller], small_news)
    caller(small_news)
    new = [run for run in store.of_owner(OWNERS[caller]) if run.id != earlier.id]
    assert len(new) == (len(CELLS) if caller is race else 1)
    assert {run.status() for run in new} <= {"waiting", "preparing"}
    assert {run.fingerprint for run in new} == {earlier.fingerprint}


@every_caller
def test_memory_that_cannot_hold_the_run_refuses_it(
    caller: Caller, store: RunStore, small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_run(store, OWNERS[caller], small_news)
    before = ids(store, caller)
    monkeypatch.setattr(memory_budget, "total_bytes", lambda: 2**20)
    with pytest.raises(RunError, match="GB of memory"):
        caller(small_news)
    assert ids(store, caller) == before


@every_caller
def test_an_owner_has_one_run_at_work(caller: Caller, store: RunStore, small_news: Path) -> None:
    ended_run(store, OWNERS[caller], small_news)
    run_queue.enqueue(busy := _waiting_run(store, OWNERS[caller], small_news))
    before = ids(store, caller)
    if caller is train_page:  # pressed twice, it shows the run that is at work
        assert starting_runs.start(visitor(small_news)).id == busy.id
    else:
        with pytest.raises(RunError, match="is training"):
            caller(small_news)
    assert ids(store, caller) == before


def _waiting_run(store: RunStore, owner: str, news: Path) -> Run:
    return store.create(
        PRESETS["quick"],
        news=news,
        news_name=news.name,
        fingerprint=read_news(news).fingerprint,
        owner=owner,
    )


@every_caller
def test_an_owner_keeps_a_limited_number_of_runs(
    caller: Caller, store: RunStore, small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        ended_run(store, OWNERS[caller], small_news)
    before = ids(store, caller)
    monkeypatch.setattr(retention, "RUNS", 6 if caller is race else 3)
    advice = "You have 3 of the 6 .* you need 4 more. Remove 1" if caller is race else "You have 3"
    with pytest.raises(RunError, match=advice):
        caller(small_news)
    assert ids(store, caller) == before


@every_caller
def test_a_disk_that_is_nearly_full_refuses_the_run(
    caller: Caller, store: RunStore, small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended_run(store, OWNERS[caller], small_news)
    before = ids(store, caller)
    monkeypatch.setattr(retention, "FREE_BYTES", 2**62)
    with pytest.raises(RunError, match="disk is nearly full"):
        caller(small_news)
    assert ids(store, caller) == before


@every_caller
@pytest.mark.parametrize("fails", ["create", "queue"])
def test_a_disk_error_becomes_advice_and_leaves_nothing(
    caller: Caller,
    fails: str,
    store: RunStore,
    small_news: Path,
    worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A race fails at its third run: the first two go as well."""
    ended_run(store, OWNERS[caller], small_news)
    before = ids(store, caller)
    calls = 0

    def full(self: object, *given: object, **named: object) -> object:
        nonlocal calls
        calls += 1
        if calls == (3 if caller is race else 1):
            raise OSError(errno.ENOSPC, "No space left on device")
        return original(self, *given, **named)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    owner = RunStore if fails == "create" else Run
    original = getattr(owner, fails)
    monkeypatch.setattr(owner, fails, full)
    monkeypatch.setattr(Run, "append", refuse)  # the roll-back writes nothing
    monkeypatch.setattr(Run, "request_stop", refuse)
    with pytest.raises(RunError, match=r"cannot (be )?writ") as caught:
        caller(small_news)
    assert isinstance(caught.value if caller is not command_line else caught.value.__cause__, CannotWrite)
    assert ids(store, caller) == before
    assert {folder.parent.name for folder in store.root.glob("*/run.json")} == before
    assert worker == []


def test_the_command_line_says_a_limit_in_one_line(
    store: RunStore, small_news: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    busy = _waiting_run(store, OWNER, small_news)
    run_queue.enqueue(busy)
    assert main(["train", str(small_news)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"A run from the command line is training: {busy.folder}.")
    busy.unqueue()
    busy.append(Failed(reason="r", seconds=1.0))

    monkeypatch.setattr(retention, "RUNS", 1)
    assert main(["train", str(small_news)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("You have 1")
    assert f"The runs are in {store.root}; python -m core clean removes old ones." in line
    monkeypatch.undo()


def test_a_command_line_that_was_killed_while_it_waited_does_not_count_as_at_work(
    store: RunStore, small_news: Path
) -> None:
    killed = _waiting_run(store, OWNER, small_news)
    run_queue.enqueue_here(killed)
    record = killed.folder / "queued.json"
    record.write_text(json.dumps(json.loads(record.read_bytes()) | {"started": 1.0}))
    assert start.at_work(store, OWNER) is None


def test_of_starts_at_the_same_moment_one_passes(store: RunStore, small_news: Path) -> None:
    news = TrainingFile.of(read_news(small_news), small_news)
    ready, refused = threading.Barrier(4), []

    def press() -> None:
        ready.wait()
        try:
            start.start(RunStore(store.root), VISITOR, PRESETS["quick"], news)
        except AlreadyAtWork as error:
            refused.append(error.run.id)

    threads = [threading.Thread(target=press) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (run,) = store.of_owner(VISITOR)
    assert refused == [run.id] * 3


def test_a_guess_is_stored_before_the_run_begins(
    store: RunStore, small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored: list[Guess | None] = []
    monkeypatch.setattr(scheduler, "start", lambda run: stored.append(read_guess(run)))
    guess = Guess(accuracy=0.5)
    start.start(
        store, VISITOR, PRESETS["quick"], TrainingFile.of(read_news(small_news), small_news), guess=guess
    )
    assert stored == [guess]


def test_a_race_is_one_group_in_the_order_of_its_cells(store: RunStore, small_news: Path) -> None:
    shown = memory_race.start_race(
        store, VISITOR, equal_budget_settings(), TrainingFile.of(read_news(small_news), small_news)
    )
    assert len({run.race for run in shown.runs}) == 1
    assert [run.settings.network.cell for run in shown.runs] == list(CELLS)


def test_a_run_goes_on_only_while_no_other_of_its_owner_is_at_work(store: RunStore) -> None:
    """Else one visitor could put twenty paused runs into the queue."""
    paused, other = new_run(store, VISITOR), new_run(store, VISITOR)
    for run in (paused, other):
        run.checkpoints.write([], best={}, progress={})
        interrupt(run)
    start.go_on(other)
    for overrides in (None, RunOverrides(epochs=3)):
        with pytest.raises(AlreadyAtWork, match="One of your runs is training"):
            start.go_on(paused, overrides)
    assert paused.status() == "interrupted"
    start.go_on(other)  # pressed twice
    start.go_on(new_run(store, "bob"))
    other.append(Failed(reason="r", seconds=1.0))
    start.go_on(paused, RunOverrides(epochs=3))
    assert paused.status() == "waiting"


def test_a_race_goes_on_as_a_whole_or_not_at_all(store: RunStore, small_news: Path) -> None:
    race = memory_race.start_race(
        store, VISITOR, equal_budget_settings(), TrainingFile.of(read_news(small_news), small_news)
    )
    for run in race.runs:
        run.unqueue()
        interrupt(run)
    other = new_run(store, VISITOR)
    start.go_on(other)
    with pytest.raises(AlreadyAtWork):
        memory_race.resume(race)
    assert [run.status() for run in race.runs] == ["interrupted"] * 4
    other.append(Failed(reason="r", seconds=1.0))
    memory_race.resume(race)
    assert {run.status() for run in race.runs} <= {"waiting", "preparing"}
