"""Tasks computed in the test's own process, and files that hold a task where it is until the test lets it go on."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from core import paths
from core.tasks.news_tasks import CleanTexts, ReadNews
from core.tasks.task import StoredFile, Task
from core.text.cleaning import CleaningSettings
from tests.waiting import wait_until

Result = TypeVar("Result")


def compute_here(task: Task[Result]) -> Result:
    """The result of a task and of all that it needs."""
    return task.compute(compute_here, lambda stage, share: None)


def reading(path: Path = paths.SAMPLE, name: str = "news.json") -> ReadNews:
    return ReadNews(file=StoredFile.of(path), name=name)


def cleaning(news: ReadNews, *steps: str) -> CleanTexts:
    return CleanTexts(news=news, cleaning=CleaningSettings(steps=steps))


def write_articles(path: Path, articles: int = 40) -> Path:
    """A news file of two categories; each article has a word of its own."""
    lines = [
        {
            "category": "AB"[n % 2],
            "headline": f"Word{n} The show",
            "short_description": "of all",
            "date": "2014-05-01",
        }
        for n in range(articles)
    ]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def held(path: Path) -> ReadNews:
    """A task that stays where it is, reading a pipe, until :func:`let_go`; then it fails."""
    os.mkfifo(path)
    return reading(path)


@contextmanager
def being_read(task: ReadNews) -> Iterator[None]:
    """Begin when a process has opened the task's pipe; until the end it waits for bytes."""
    writer = None

    def opened() -> bool:
        nonlocal writer
        try:
            writer = os.open(task.file.path, os.O_WRONLY | os.O_NONBLOCK)
        except OSError as error:
            if error.errno != errno.ENXIO:  # nobody reads it yet
                raise
        return writer is not None

    wait_until(opened)
    assert writer is not None
    yield
    os.close(writer)


def let_go(task: ReadNews) -> None:
    Path(task.file.path).open("wb").close()
