"""Worker processes: whose task is next, and that no process outlives who asked for it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import psutil
import pytest

from core.errors import NewsFileError, TaskError
from core.runs import memory_budget
from core.settings.presets import PRESETS
from core.tasks.news_tasks import CountCategories, IndexNgrams, coverage_task
from core.tasks.result_store import ResultStore
from core.tasks.task import Task
from core.tasks.worker_pool import PendingTask, WorkerPool
from core.tasks.worker_process import TaskFault, WorkerProcess
from tests.tasks.computed import being_read, cleaning, held, let_go, reading, write_articles
from tests.waiting import HANG_SECONDS, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def pool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WorkerPool]:
    """One process; a task that nobody waits for ends at once. All processes end with the test."""
    workers: list[WorkerProcess] = []

    class Watched(WorkerProcess):
        def __init__(self, store: ResultStore) -> None:
            super().__init__(store)
            workers.append(self)

    monkeypatch.setattr("core.tasks.worker_pool.WorkerProcess", Watched)
    yield WorkerPool(ResultStore(tmp_path / "results"), size=1, patience=0.0)
    for worker in workers:
        worker.kill()


def wait_for(pending: PendingTask) -> None:
    assert pending.wait(HANG_SECONDS)


def test_a_result_is_computed_in_another_process_and_once_for_all_who_ask(
    tmp_path: Path, pool: WorkerPool
) -> None:
    task = cleaning(reading(write_articles(tmp_path / "news.json")), "lower_case")
    with pool.asked(task, "anna") as pending, pool.asked(task, "berta") as same:
        assert same is pending
        wait_for(pending)
    assert pool.store.load(task).texts[0] == "word0 the show of all"
    with pool.asked(CountCategories(news=task.news), "anna") as pending:
        wait_for(pending)
    assert pool.store.load(CountCategories(news=task.news)) == {"A": 20, "B": 20}


def test_an_error_of_the_file_comes_back_as_itself(tmp_path: Path, pool: WorkerPool) -> None:
    path = tmp_path / "empty.json"
    path.write_bytes(b"")
    with (
        pool.asked(reading(path, "mine.json"), "anna") as pending,
        pytest.raises(NewsFileError, match=r"mine\.json"),
    ):
        pending.wait(HANG_SECONDS)


def test_a_visitor_with_one_task_takes_turns_with_one_who_has_many(tmp_path: Path, pool: WorkerPool) -> None:
    first = held(tmp_path / "held")
    many = [reading(write_articles(tmp_path / f"{n}.json")) for n in range(4)]
    single = reading(write_articles(tmp_path / "single.json"))
    ended: list[Task[Any]] = []

    with ExitStack() as stack:
        holding = stack.enter_context(pool.asked(first, "anna"))
        wait_until(lambda: holding.taken)
        waiting = [stack.enter_context(pool.asked(task, "anna")) for task in many]
        single_pending = stack.enter_context(pool.asked(single, "berta"))
        assert [pool.tasks_before(each) for each in (*waiting, single_pending)] == [1, 2, 3, 4, 0]
        assert pool.tasks_before(holding) == 0

        def watch(pending: PendingTask) -> None:
            wait_for(pending)
            ended.append(pending.task)

        threads = [threading.Thread(target=watch, args=(each,)) for each in (*waiting, single_pending)]
        for thread in threads:
            thread.start()
        let_go(first)
        for thread in threads:
            thread.join()
    assert ended.index(single) <= 1  # two may end between two looks


def test_a_task_that_nobody_waits_for_ends_with_its_process(tmp_path: Path, pool: WorkerPool) -> None:
    with pool.asked(held(tmp_path / "held"), "anna") as pending:
        wait_until(lambda: pending.worker)
        assert pending.worker
        process = psutil.Process(pending.worker.pid)
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    task = reading(write_articles(tmp_path / "news.json"))
    with pool.asked(task, "berta") as after:  # another process computes the next
        wait_for(after)
        assert after.worker
        assert after.worker.pid != process.pid


def test_a_task_that_waits_is_dropped_with_the_last_who_asked(tmp_path: Path, pool: WorkerPool) -> None:
    first, task = held(tmp_path / "held"), reading(write_articles(tmp_path / "news.json"))
    with pool.asked(first, "anna") as holding:
        wait_until(lambda: holding.taken)
        with pool.asked(task, "berta") as pending, pool.asked(task, "carla"):
            pass
        wait_until(pending.ended)
        with pool.asked(task, "berta") as anew:
            assert anew is not pending
    assert not pool.store.has(task)


def test_a_page_that_is_drawn_again_finds_its_task_going_on(tmp_path: Path, pool: WorkerPool) -> None:
    pool.patience = HANG_SECONDS
    task = held(tmp_path / "held")
    with pool.asked(task, "anna") as pending:
        wait_until(lambda: pending.worker)
    with pool.asked(task, "anna") as again:
        assert again is pending
        let_go(task)
        with pytest.raises(NewsFileError):
            again.wait(HANG_SECONDS)


def test_each_time_that_a_page_is_drawn_again_its_task_has_as_long(
    tmp_path: Path, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    timers: list[Callable[[], None]] = []

    def take(seconds: float, function: Callable[..., None], arguments: tuple[Any, ...]) -> Any:
        timers.append(partial(function, *arguments))
        return SimpleNamespace(start=lambda: None)

    monkeypatch.setattr(threading, "Timer", take)
    task = held(tmp_path / "held")
    for _ in range(2):
        with pool.asked(task, "anna") as pending:
            wait_until(lambda: pending.worker)
    first, second = timers
    first()
    assert not pending.ended()
    second()
    assert pending.ended()


def test_a_process_that_is_lost_is_said_and_replaced(tmp_path: Path, pool: WorkerPool) -> None:
    task = held(tmp_path / "held")
    with pool.asked(task, "anna") as pending:
        wait_until(lambda: pending.worker)
        assert pending.worker
        (pool.store.root).mkdir(exist_ok=True)
        (pool.store.root / f".{pending.worker.pid}-half").mkdir()
        psutil.Process(pending.worker.pid).kill()
        with pytest.raises(TaskError, match="stopped before it finished"):
            pending.wait(HANG_SECONDS)
    assert list(pool.store.root.iterdir()) == []
    with pool.asked(reading(write_articles(tmp_path / "news.json")), "anna") as pending:
        wait_for(pending)


def test_a_process_that_the_system_ended_for_want_of_memory(
    tmp_path: Path, pool: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills = iter((0, 1))
    monkeypatch.setattr(memory_budget, "oom_kills", lambda: next(kills))
    with pool.asked(held(tmp_path / "held"), "anna") as pending:
        wait_until(lambda: pending.worker)
        assert pending.worker
        pending.worker.kill()
        with pytest.raises(TaskError, match="too little memory"):
            pending.wait(HANG_SECONDS)


def test_without_a_task_a_process_ends(tmp_path: Path, pool: WorkerPool) -> None:
    pool.idle = 0.0
    task = reading(write_articles(tmp_path / "news.json"))
    with pool.asked(task, "anna") as pending:
        wait_for(pending)
        assert pending.worker
        worker = pending.worker
    wait_until(lambda: not worker.alive())
    with pool.asked(CountCategories(news=task), "anna") as pending:
        wait_for(pending)


def test_a_defect_is_no_sentence_for_the_visitor(tmp_path: Path, pool: WorkerPool) -> None:
    news = reading(write_articles(tmp_path / "news.json"))
    impossible = IndexNgrams(coverage=coverage_task(news, PRESETS["quick"]), n=1)
    with pool.asked(impossible, "anna") as pending, pytest.raises(TaskFault, match="IndexNgrams"):
        pending.wait(HANG_SECONDS)


def test_the_process_ends_with_the_server_in_the_middle_of_a_task(tmp_path: Path) -> None:
    worker = WorkerProcess(ResultStore(tmp_path / "results"))
    task = held(tmp_path / "held")
    failures: list[Exception] = []

    def compute() -> None:
        try:
            worker.compute(task, lambda progress: None)
        except TaskError as error:
            failures.append(error)

    thread = threading.Thread(target=compute)
    thread.start()
    with being_read(task):
        assert worker._process.stdin
        worker._process.stdin.close()  # as when the server has gone
        thread.join()
    assert len(failures) == 1
    assert not worker.alive()


def test_a_process_that_ended_between_two_tasks_is_said(tmp_path: Path) -> None:
    worker = WorkerProcess(ResultStore(tmp_path / "results"))
    worker._process.kill()
    worker._process.wait()
    with pytest.raises(TaskError, match="stopped before it finished"):
        worker.compute(reading(write_articles(tmp_path / "news.json")), lambda progress: None)


class _Overtaken:
    """A process that has computed its first task just when it is killed, and that is not gone at once."""

    made: ClassVar[list["_Overtaken"]] = []

    def __init__(self, store: ResultStore) -> None:
        self.made.append(self)
        self.computed, self.killed, self.ended = list[Task[Any]](), threading.Event(), False

    def alive(self) -> bool:
        return not self.ended

    def compute(self, task: Task[Any], progress: object) -> None:
        self.computed.append(task)
        if self is self.made[0]:
            self.killed.wait()

    def kill(self) -> None:
        self.killed.set()

    def end(self) -> None:
        self.ended = True


def test_a_process_that_was_killed_too_late_gets_no_other_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.tasks.worker_pool.WorkerProcess", _Overtaken)
    monkeypatch.setattr(_Overtaken, "made", [])
    pool = WorkerPool(ResultStore(tmp_path / "results"), size=1, patience=0.0)
    task = reading(write_articles(tmp_path / "news.json"))
    with pool.asked(task, "anna") as pending:
        wait_until(lambda: pending.worker)
    with pool.asked(CountCategories(news=task), "berta") as after:
        wait_for(after)
    assert [worker.computed for worker in _Overtaken.made] == [[task], [after.task]]


def test_a_server_without_threads_says_so_and_computes_the_next_task(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr("core.tasks.worker_pool.WorkerProcess", _Overtaken)
    monkeypatch.setattr(_Overtaken, "made", [_Overtaken(ResultStore(tmp_path))])
    pool = WorkerPool(ResultStore(tmp_path / "results"), size=1)
    task = reading(write_articles(tmp_path / "news.json"))
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", refuse)
        with pytest.raises(TaskError, match="too busy"), pool.asked(task, "anna"):
            pytest.fail("it is asked for, and nobody computes it")
    with pool.asked(task, "anna") as pending:
        wait_for(pending)
