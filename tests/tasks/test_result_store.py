"""Results on the disk: kept, used again, bounded by bytes, and nothing left of what was not finished."""

import errno
import logging
import os
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest

from core.errors import TaskError
from core.tasks import result_files
from core.tasks.news_tasks import CountCategories
from core.tasks.result_store import ResultStore
from core.tasks.task import Task
from tests.tasks.computed import cleaning, compute_here, reading, write_articles

STEPS = ("lower_case", "links", "punctuation", "stop_words")
Usage = namedtuple("Usage", "total used free")


@pytest.fixture
def store(tmp_path: Path) -> ResultStore:
    return ResultStore(tmp_path / "results", free_bytes=0)


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task[Any]]:
    news = reading(write_articles(tmp_path / "news.json"))
    return [cleaning(news, step) for step in STEPS]


def compute(store: ResultStore, task: Task[Any]) -> Any:
    return store.compute(task, lambda stage, share: None)


def test_a_result_is_computed_once_with_all_that_it_needs(store: ResultStore, tasks: list[Task[Any]]) -> None:
    task = tasks[0]
    with pytest.raises(LookupError):
        store.load(task)
    assert not store.has(task)
    stages: list[str] = []
    result = store.compute(task, lambda stage, share: stages.append(stage))
    assert result.texts == compute_here(task).texts
    assert {"reading", "cleaning"} <= set(stages)
    assert store.has(task)
    assert len(list(store.root.iterdir())) == 2  # the news too
    again: list[str] = []
    assert store.compute(task, lambda stage, share: again.append(stage)).texts == result.texts
    assert store.load(task).seconds == result.seconds
    assert again == []


def test_the_least_recently_used_go_first(store: ResultStore, tasks: list[Task[Any]]) -> None:
    for age, task in enumerate(tasks[:3]):
        compute(store, task)
        os.utime(store.root / task.key(), (1000 + age, 1000 + age))
    os.utime(store.root / tasks[0].news.key(), (2000, 2000))  # type: ignore[attr-defined]
    store.load(tasks[0])  # used now
    size = sum(file.stat().st_size for file in store.root.rglob("*") if file.is_file())
    store.most_bytes = size
    compute(store, tasks[3])
    assert [store.has(task) for task in tasks] == [True, False, True, True]


def test_a_result_larger_than_all_is_kept_alone(store: ResultStore, tasks: list[Task[Any]]) -> None:
    store.most_bytes = 1
    for task in tasks[:2]:
        compute(store, task)
    assert [folder.name for folder in store.root.iterdir()] == [tasks[1].key()]


def test_so_many_results_are_kept_however_small(store: ResultStore, tasks: list[Task[Any]]) -> None:
    store.most_results = 2
    for age, task in enumerate(tasks[:3]):
        compute(store, task)
        os.utime(store.root / task.key(), (1000 + age, 1000 + age))
    assert len(list(store.root.iterdir())) == 2
    assert [store.has(task) for task in tasks[:3]] == [False, False, True]  # the news is used for each


def test_a_disk_that_is_nearly_full_keeps_only_the_last(
    store: ResultStore, tasks: list[Task[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    compute(store, tasks[0])
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(0, 0, free=10))
    store.free_bytes = 11
    compute(store, tasks[1])
    assert [folder.name for folder in store.root.iterdir()] == [tasks[1].key()]


@pytest.mark.parametrize(
    ("number", "reason"), [(errno.ENOSPC, "is full"), (errno.EACCES, "cannot be written")]
)
def test_a_disk_that_takes_nothing_is_said_and_nothing_is_left(
    store: ResultStore, tasks: list[Task[Any]], monkeypatch: pytest.MonkeyPatch, number: int, reason: str
) -> None:
    def refuse(folder: Path, result: object) -> None:
        (folder / "half").write_bytes(b"half")
        raise OSError(number, "no")

    monkeypatch.setattr(result_files, "write", refuse)
    with pytest.raises(TaskError, match=f"disk {reason}"):
        compute(store, tasks[0])
    assert list(store.root.iterdir()) == []


def test_a_damaged_result_is_removed_logged_and_computed_again(
    store: ResultStore,
    tasks: list[Task[Any]],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(logging.getLogger("core"), "propagate", True)
    task = tasks[0]
    expected = compute(store, task).texts
    (store.root / task.key() / "result.json").write_bytes(b"{")
    with pytest.raises(LookupError):
        store.load(task)
    assert "A result of CleanTexts is removed" in caplog.text
    assert compute(store, task).texts == expected
    news = store.root / task.news.key()  # type: ignore[attr-defined]
    (news / "0.arrow").write_bytes(b"")
    assert compute(store, CountCategories(news=task.news)) == {"A": 20, "B": 20}  # type: ignore[attr-defined]


def test_a_result_that_has_lost_a_file_is_computed_again(store: ResultStore, tasks: list[Task[Any]]) -> None:
    task = tasks[0]
    expected = compute(store, task).texts
    (store.root / task.key() / "result.json").unlink()
    with pytest.raises(LookupError):
        store.load(task)
    assert not store.has(task)
    assert compute(store, task).texts == expected
    assert store.load(task).texts == expected


def test_a_process_that_is_killed_while_it_removes_a_result_leaves_no_half_of_it(
    store: ResultStore, tasks: list[Task[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_killed(folder: Path, ignore_errors: bool) -> None:
        if folder.exists():
            (folder / "result.json").unlink()
            raise KeyboardInterrupt

    compute(store, tasks[0])
    store.most_results = 1
    monkeypatch.setattr(shutil, "rmtree", be_killed)
    with pytest.raises(KeyboardInterrupt):
        compute(store, tasks[1])
    monkeypatch.undo()
    for task in tasks[:2]:
        assert not store.has(task) or store.load(task)
    store.remove_unfinished(os.getpid())
    assert not list(store.root.glob(".*"))


def test_another_process_that_was_faster_is_no_error(
    store: ResultStore, tasks: list[Task[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    write = result_files.write

    def be_overtaken(folder: Path, result: object) -> None:
        write(folder, result)
        if folder.parent == store.root:
            other = store.root / tasks[0].key()
            if not other.exists():
                shutil.copytree(folder, other)

    compute(store, tasks[0].news)  # type: ignore[attr-defined]
    monkeypatch.setattr(result_files, "write", be_overtaken)
    assert compute(store, tasks[0]).texts == compute_here(tasks[0]).texts
    assert sorted(folder.name for folder in store.root.iterdir()) == sorted(
        [tasks[0].key(), tasks[0].news.key()]  # type: ignore[attr-defined]
    )


def test_what_a_killed_process_left_is_removed(store: ResultStore, tasks: list[Task[Any]]) -> None:
    store.root.mkdir()
    (store.root / ".4242-x").mkdir()
    (store.root / ".4243-x").mkdir()
    store.remove_unfinished(4242)
    assert [folder.name for folder in store.root.iterdir()] == [".4243-x"]
    compute(store, tasks[0])
    assert (store.root / ".4243-x").exists()  # its process may be at work
    os.utime(store.root / ".4243-x", (1000, 1000))
    compute(store, tasks[1])
    assert not (store.root / ".4243-x").exists()
