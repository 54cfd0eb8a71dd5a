"""A run's baselines: told once, no reason for a run to fail, and no process left behind."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import psutil
import pytest

from core import paths
from core.news.news import read_news
from core.runs import scheduler
from core.runs.baseline_process import Baselines
from core.runs.run import ACTIVE, LINEAR_MODEL_STAGE, Run
from core.runs.run_store import RunStore
from core.runs.worker import work
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.training.batches import Split
from core.training.events import Baseline, Event, Failed, Finished, Prepared, to_json
from core.training.preparation import SplitArticles
from tests.runs.held import hold, wait_for_worker, wait_until_held

StandIn = Callable[[str], list[subprocess.Popen[bytes]]]
SETTINGS = RunSettings(
    network=NetworkSettings(
        vocabulary_size=200, sequence_length=12, embedding_size=8, layers=(RecurrentLayer(units=8),)
    ),
    training=TrainingSettings(learning_rate=0.02, batch_size=16, epochs=3, patience=0),
    baselines=True,
)
LINEAR = Baseline(
    name="linear", validation_accuracy=0.5, test_accuracy=0.25, test_macro_f1=0.125, seconds=2.0
)
TEXTS = ["goal", "soup"] * 10
DRAWN = SplitArticles(
    rows=np.arange(20),
    labels=("A", "B"),
    y=np.array([0, 1] * 10, np.int32),
    split=Split(training=np.arange(10), validation=np.arange(10, 14), test=np.arange(14, 20)),
)


def _quiet(stage: str, share: float) -> None:
    """Nobody looks."""


ANSWERS = f"import sys; sys.stdin.readline(); print({json.dumps(to_json(LINEAR))!r})"
FAILS = "import sys; sys.stdin.readline(); sys.exit(1)"
NEVER_ENDS = "import time; time.sleep(600)"


def _run(news: Path = Path("n.json"), settings: RunSettings = SETTINGS) -> Run:
    fingerprint = read_news(news).fingerprint if news.exists() else "f" * 64
    return RunStore(paths.runs()).create(
        settings, news=news, news_name=news.name, fingerprint=fingerprint, owner="ada"
    )


def _told(run: Run) -> list[str]:
    return [event.name for event in run.events()[0] if isinstance(event, Baseline)]


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """Put a script of a line in the place of the linear model's process; returns those started."""
    popen = subprocess.Popen
    started: list[subprocess.Popen[bytes]] = []

    def stand_in(script: str) -> list[subprocess.Popen[bytes]]:
        def starts(command: list[str], **how: Any) -> subprocess.Popen[bytes]:
            started.append(popen([sys.executable, "-c", script], **how))
            return started[-1]

        monkeypatch.setattr(subprocess, "Popen", starts)
        return started

    yield stand_in
    assert all(one.poll() is not None for one in started)


def test_a_run_that_was_not_asked_starts_nothing(process: StandIn) -> None:
    started = process(ANSWERS)
    run = _run(settings=replace(SETTINGS, baselines=False))
    with Baselines(run, run.append) as baselines:
        baselines.start(TEXTS, DRAWN)
        baselines.wait(_quiet)
    assert started == []
    assert run.events()[0] == []


def test_both_are_told_once_and_in_the_log(process: StandIn, tmp_path: Path) -> None:
    gate = (
        tmp_path / "gate"
    )  # the process answers once the waiting has been reported, however busy the machine is
    os.mkfifo(gate)
    process(f"open({str(gate)!r}).read(); {ANSWERS}")
    run = _run()
    with Baselines(run, run.append) as baselines:
        baselines.start(TEXTS, DRAWN)
        stages: list[tuple[str, float]] = []

        def report(stage: str, share: float) -> None:
            if not stages:
                gate.write_text("", "utf-8")
            stages.append((stage, share))

        baselines.wait(report)
        baselines.wait(_quiet)
    assert set(stages) == {(LINEAR_MODEL_STAGE, 0.0)}
    assert baselines.waited > 0
    majority, linear = run.events()[0]
    assert isinstance(majority, Baseline)
    assert (majority.name, majority.validation_accuracy, majority.test_accuracy) == ("majority", 0.5, 0.5)
    assert linear == LINEAR


@pytest.mark.parametrize("done", [("majority",), ("majority", "linear")])
def test_a_resumed_run_does_only_what_it_has_not_told(process: StandIn, done: tuple[str, ...]) -> None:
    started = process(ANSWERS)
    run = _run()
    for name in done:
        run.append(msgspec.structs.replace(LINEAR, name=name))
    with Baselines(run, run.append) as baselines:
        baselines.start(TEXTS, DRAWN)
        baselines.wait(_quiet)
    assert _told(run) == ["majority", "linear"]
    assert len(started) == (0 if "linear" in done else 1)


def test_a_linear_model_that_fails_fails_no_run(process: StandIn, caplog: pytest.LogCaptureFixture) -> None:
    process(FAILS)
    run = _run()
    with Baselines(run, run.append) as baselines:
        baselines.start(TEXTS, DRAWN)
        baselines.wait(_quiet)
    assert _told(run) == ["majority"]
    assert "ended with 1 and no score" in caplog.text


def test_stop_ends_the_process_at_once(process: StandIn) -> None:
    started = process(NEVER_ENDS)
    run = _run()
    with Baselines(run, run.append) as baselines:
        baselines.start(TEXTS, DRAWN)
        assert started[0].poll() is None
        baselines.wait(lambda stage, share: run.request_stop())
        assert started[0].returncode not in (None, 0)  # it was ended, not waited for
    assert _told(run) == ["majority"]


def test_an_order_larger_than_the_pipe_neither_blocks_the_run_nor_its_end(process: StandIn) -> None:
    started = process(NEVER_ENDS)  # reads nothing
    run = _run()
    with Baselines(run, run.append) as baselines:
        baselines.start(TEXTS * 100_000, DRAWN)
        assert started[0].poll() is None
    assert started[0].returncode not in (None, 0)


def test_a_run_that_ends_by_a_fault_leaves_no_process(process: StandIn) -> None:
    started = process(NEVER_ENDS)
    run = _run()

    def faulty() -> None:
        with Baselines(run, run.append) as baselines:
            baselines.start(TEXTS, DRAWN)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        faulty()
    assert started[0].poll() is not None


def test_a_run_stopped_before_it_learns_leaves_no_process(process: StandIn, small_news: Path) -> None:
    started = process(NEVER_ENDS)
    run = _run(small_news)

    def stops(event: Event) -> None:
        if started:
            run.request_stop()

    ending = work(run, stops)
    assert isinstance(ending, Failed)
    assert "before it began" in ending.reason
    assert [one.poll() is not None for one in started] == [True]


@pytest.mark.slow
def test_the_process_leaves_when_its_run_is_gone() -> None:
    """It fits a model that takes long, and the pipe from its run closes."""
    draw = np.random.default_rng(0)
    rows = list(range(20_000))
    order = {
        "texts": [" ".join(map(str, draw.integers(0, 5000, 40))) for _ in rows],
        "y": draw.integers(0, 300, len(rows)).tolist(),
        "training": rows,
        "validation": [0],
        "test": [1],
        "seed": 1,
    }
    command = [sys.executable, "-m", "core.runs.baseline_process"]
    with subprocess.Popen(
        command, cwd=paths.ROOT, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    ) as process:
        assert process.stdin
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        assert process.poll() is None
        process.stdin.close()
        assert process.wait(timeout=300) == 1


@pytest.mark.slow
def test_the_weights_are_those_of_a_run_without_baselines(
    small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, alone = _run(small_news), _run(small_news, replace(SETTINGS, baselines=False))
    seen: list[Event] = []
    waits = Baselines.wait

    def waits_long(self: Baselines, report: Callable[[str, float], None]) -> None:
        waits(self, report)
        self.waited += 1e6

    monkeypatch.setattr(Baselines, "wait", waits_long)
    assert isinstance(work(run, seen.append), Finished)
    monkeypatch.undo()
    assert isinstance(work(alone), Finished)
    kinds = [type(event) for event in seen]
    assert kinds.index(Baseline) < kinds.index(Prepared) < kinds.index(Finished) == len(kinds) - 1
    # The times are told side by side: the network's has none of the linear model's.
    assert seen[kinds.index(Prepared)].seconds < 0  # had it waited for a million seconds
    told = {event.name: event for event in seen if isinstance(event, Baseline)}
    assert list(told) == ["majority", "linear"]
    assert told["linear"].test_accuracy > 0.9  # one word tells the category
    assert told["majority"].test_accuracy < 0.5
    assert _told(alone) == []
    weights = [(one.classifier_folder / "weights.npz").read_bytes() for one in (run, alone)]
    assert weights[0] == weights[1]


@pytest.mark.long
@pytest.mark.slow
def test_a_killed_run_takes_its_linear_model_along_and_tells_each_once_when_it_goes_on(
    small_news: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _run(small_news)
    with monkeypatch.context() as patch:
        patch.setattr(
            subprocess,
            "Popen",
            hold(f"isinstance(event, Preparing) and event.stage == {LINEAR_MODEL_STAGE!r}"),
        )
        scheduler.start(run)
    worker = wait_until_held(run)
    children = worker.children(recursive=True)
    assert len(children) == 1
    worker.kill()
    wait_for_worker(run, lambda: not run.alive())
    assert psutil.wait_procs(children, timeout=300)[1] == []
    with monkeypatch.context() as patch:
        patch.setattr(subprocess, "Popen", hold("isinstance(event, EpochEnd)"))
        scheduler.start(run)
    wait_until_held(run).kill()  # once more, when both are told
    wait_for_worker(run, lambda: not run.alive())
    scheduler.start(run)
    wait_for_worker(run, lambda: run.status() not in ACTIVE)
    assert run.status() == "finished"
    assert _told(run) == ["majority", "linear"]
