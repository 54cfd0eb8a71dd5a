"""A news file small enough to train on in seconds, and workers that only stand in for the real ones."""

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import core.runs.worker  # noqa: F401  its annotations subscript Popen, which a fixture replaces
from core.runs.run import Run
from core.runs.run_store import RunStore
from tests.runs.queued_runs import new_run

TOPICS = {
    "SPORT": ("goal", "match", "coach"),
    "FOOD": ("soup", "bread", "cook"),
    "SPACE": ("orbit", "comet", "rocket"),
}
FILLERS = ("today", "we", "saw", "another", "great", "story", "about", "something", "new", "here")


def write_small_news(folder: Path) -> Path:
    """300 articles in three categories, each told by one word of the headline, in a file in the folder."""
    draw = random.Random(0)
    path = folder / "small news.json"
    with path.open("w") as stream:
        for number in range(300):
            category = draw.choice(list(TOPICS))
            words = [*draw.choices(FILLERS, k=4), draw.choice(TOPICS[category])]
            draw.shuffle(words)
            article = {
                "category": category,
                "headline": f"{' '.join(words)} {number}",
                "short_description": "",
            }
            stream.write(json.dumps(article) + "\n")
    return path


@pytest.fixture
def small_news(tmp_path: Path) -> Path:
    """300 articles in three categories, each told by one word of the headline."""
    return write_small_news(tmp_path)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Workers that only wait to be ended stand in for the real one."""
    started: list[subprocess.Popen[bytes]] = []

    def waits(*_: object, **__: object) -> subprocess.Popen[bytes]:
        started.append(popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE))
        return started[-1]

    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", waits)
    yield started
    for process in started:
        process.kill()
        process.communicate()  # reaps it and closes its input


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A run of ada's that was created and not started."""
    return new_run(RunStore(tmp_path / "runs"), "ada")


@pytest.fixture
def one_slot(monkeypatch: pytest.MonkeyPatch) -> None:
    """One run trains at a time."""
    monkeypatch.setenv("HEADLINE_LAB_SLOTS", "1")
