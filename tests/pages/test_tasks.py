"""A page gets the result of a large task from a worker process, of a small one at once, and both are the same."""

from dataclasses import replace
from pathlib import Path

import pytest

from core import paths
from core.errors import TaskError
from core.settings.presets import PRESETS
from core.tasks import news_tasks
from core.tasks.news_tasks import CountCategories, ExportCleaned, MeasureCleaning
from core.tasks.result_store import ResultStore
from core.tasks.worker_pool import PendingTask, WorkerPool
from core.tasks.worker_process import TaskFault
from pages import tasks
from pages.single_flight_cache import SingleFlightCache
from pages.task_bar import TaskBar
from tests.pages.opening import fetch_download, metrics_with_deltas, open_visit
from tests.tasks.computed import cleaning, compute_here, reading, write_articles

CLEANING = paths.ROOT / "pages" / "cleaning" / "page.py"


@pytest.fixture(autouse=True)
def _one_pool() -> None:
    """Each test here has a pool of its own, which has computed nothing yet."""


@pytest.fixture
def all_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news_tasks, "SMALL_FILE", -1)
    monkeypatch.setattr(news_tasks, "SMALL_TEXTS", -1)


def test_what_is_small_starts_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_pool", lambda folder: pytest.fail("a process for a small file"))
    task = cleaning(reading(write_articles(tmp_path / "news.json")), "lower_case")
    assert tasks.is_small(task)
    assert tasks.result(task) is tasks.result(task)
    assert tasks.has_result(task)
    assert tasks.peek(task) is tasks.result(task)


@pytest.mark.slow
@pytest.mark.usefixtures("all_is_large")
def test_what_is_large_is_computed_by_a_process_and_stays_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = MeasureCleaning(cleaned=cleaning(reading(write_articles(tmp_path / "news.json")), "lower_case"))
    assert not tasks.is_small(task)
    assert not tasks.has_result(task)
    assert tasks.peek(task) is None
    effect = tasks.result(task)
    assert (paths.results() / task.key()).is_dir()
    assert effect.after.frequent == compute_here(task).after.frequent
    assert tasks.result(task) is effect
    monkeypatch.setattr(tasks, "_results", SingleFlightCache[object](1))  # the memory forgets it
    assert tasks.has_result(task)
    assert tasks.result(task).after.distinct == effect.after.distinct


@pytest.mark.slow
@pytest.mark.usefixtures("all_is_large")
def test_a_large_file_is_cleaned_by_a_press_and_downloaded(tmp_path: Path) -> None:
    news = write_articles(tmp_path / "news.json")
    settings = replace(PRESETS["quick"], cleaning=cleaning(reading(news), "lower_case").cleaning)
    page, _ = open_visit(CLEANING, news, settings)
    assert not page.metric
    button = next(button for button in page.button if button.label == "Clean all 40 texts")
    button.click().run()
    assert not page.exception
    assert metrics_with_deltas(page)["Words per text"] == ("5", "5 before")
    export = ExportCleaned(cleaned=cleaning(reading(news), "lower_case"))
    assert tasks.has_result(export)  # before it is fetched
    assert fetch_download(page, "Download the cleaned file (CSV)").body == compute_here(export).tobytes()
    again, _ = open_visit(CLEANING, news, settings)
    assert again.metric  # nobody presses twice for the same


@pytest.mark.usefixtures("all_is_large")
def test_a_file_that_cannot_be_computed_is_said_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: PendingTask, seconds: float) -> bool:
        raise TaskError(
            "The server's disk is full, so this cannot be computed. Tell whoever runs the server."
        )

    monkeypatch.setattr(PendingTask, "wait", refuse)
    page, _ = open_visit(CLEANING, write_articles(tmp_path / "news.json"))
    assert "disk is full" in page.error[0].value
    assert not page.metric


@pytest.mark.usefixtures("all_is_large")
def test_nobody_waits_for_ever_for_a_result_that_is_not_there_when_it_is_computed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def keep_elsewhere(self: PendingTask, seconds: float) -> bool:
        waits.append(seconds)
        if len(waits) > 10:
            pytest.fail("it waits again and again")
        return True

    pool = WorkerPool(ResultStore(tmp_path / "results"))
    monkeypatch.setattr(tasks, "_pool", lambda folder: pool)
    monkeypatch.setattr(WorkerPool, "_serve", lambda self: None)
    monkeypatch.setattr(PendingTask, "wait", keep_elsewhere)
    with pytest.raises(TaskError, match="could not be saved"):
        tasks.result(reading(write_articles(tmp_path / "news.json")), visitor="anna")


class Slot:
    def __init__(self) -> None:
        self.drawn: list[tuple[float, str]] = []

    def progress(self, share: float, text: str) -> None:
        self.drawn.append((share, text))

    def empty(self) -> None:
        self.drawn.clear()


@pytest.mark.usefixtures("all_is_large")
@pytest.mark.parametrize("error", [TaskError("no memory"), TaskFault("a defect of ours")])
def test_no_bar_is_left_above_an_error(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot, drawn = Slot(), []

    def fail_later(self: PendingTask, seconds: float) -> bool:
        if slot.drawn:
            drawn.extend(slot.drawn)
            raise error
        return False

    pool = WorkerPool(ResultStore(tmp_path / "results"))
    monkeypatch.setattr(tasks, "_pool", lambda folder: pool)
    monkeypatch.setattr(WorkerPool, "_serve", lambda self: None)
    monkeypatch.setattr(PendingTask, "wait", fail_later)
    with pytest.raises(type(error)):
        tasks.result(reading(write_articles(tmp_path / "news.json")), slot=slot, visitor="anna")  # type: ignore[arg-type]
    assert drawn
    assert not slot.drawn


def test_the_bar_says_what_is_done_and_how_many_are_before(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter([0.0, 10.0, 30.0])
    monkeypatch.setattr("time.monotonic", lambda: next(ticks))
    slot = Slot()
    bar = TaskBar(slot)  # type: ignore[arg-type]
    bar.draw_waiting(0)
    bar.draw_waiting(1)
    bar.draw_waiting(2)
    bar.draw("cleaning", 0.0)
    bar.draw("cleaning", 0.25)
    bar.draw("a <b>stage</b>", 1.5)
    assert slot.drawn == [
        (0.0, "Waiting for its turn"),
        (0.0, "Waiting for its turn: 1 before it"),
        (0.0, "Waiting for its turn: 2 before it"),
        (0.0, "Cleaning the texts"),
        (0.25, "Cleaning the texts, about 30 s left"),
        (1.0, r"A \<b\>stage\<\/b\>"),
    ]


def test_categories_are_counted_when_the_file_has_been_read(tmp_path: Path) -> None:
    news = reading(write_articles(tmp_path / "news.json", articles=3))
    assert tasks.result(CountCategories(news=news)) == {"A": 2, "B": 1}
