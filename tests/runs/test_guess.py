"""A guess from before the run to its end, and what becomes of it when its file or its run does not last."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from core import paths
from core.errors import RunError
from core.runs.guess import FILE, Guess, read_guess, save_guess
from core.runs.run import Run
from core.runs.run_store import RunStore
from core.runs.worker import work
from core.settings.network import NetworkSettings, RecurrentLayer
from core.settings.presets import PRESETS
from core.settings.run import RunSettings
from core.settings.training import TrainingSettings
from core.training.events import Finished, Preparing

GUESS = Guess(accuracy=0.7, hardest="<script>:red[X]")


def made(news: Path = paths.SAMPLE, settings: RunSettings = PRESETS["quick"]) -> Run:
    return RunStore(paths.runs()).create(
        settings,
        news=news,
        news_name=news.name,
        fingerprint=hashlib.sha256(news.read_bytes()).hexdigest(),
        owner="ada",
    )


@pytest.mark.parametrize("guess", [GUESS, Guess(accuracy=0), Guess(accuracy=1.0), Guess(hardest="FOOD")])
def test_what_is_kept_is_what_is_read(guess: Guess) -> None:
    run = made()
    assert read_guess(run) is None
    save_guess(run, guess)
    assert read_guess(run) == guess
    assert read_guess(RunStore(paths.runs()).open(run.id)) == guess


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"accuracy": -0.01},
        {"accuracy": 1.01},
        {"accuracy": float("nan")},
        {"accuracy": True},
        {"accuracy": "0.7"},
        {"hardest": ""},
        {"hardest": 7},
        {"hardest": ["FOOD"]},
    ],
)
def test_what_is_no_guess_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"guess|accuracy|hardest"):
        Guess(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"schema": 1, "accuracy": 0.7',
        b"[1]",
        b"null",
        b'{"schema": 2, "accuracy": 0.7, "hardest": null}',
        b'{"schema": 1, "accuracy": 7, "hardest": null}',
        b'{"schema": 1, "accuracy": NaN, "hardest": null}',
        b'{"schema": 1, "accuracy": null, "hardest": null}',
        b'{"schema": 1, "hardest": "FOOD"}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_damaged_guess_is_said_and_costs_the_run_nothing(content: bytes) -> None:
    run = made()
    (run.folder / FILE).write_bytes(content)
    with pytest.raises(RunError, match=r"damaged: guess\.json cannot be read"):
        read_guess(run)
    assert RunStore(paths.runs()).open(run.id) == run


def test_a_run_that_has_begun_takes_no_guess() -> None:
    run = made()
    save_guess(run, GUESS)
    save_guess(run, Guess(accuracy=0.6))  # nobody has seen anything yet
    with run.lock():
        run.claim(os.getpid())
    with pytest.raises(RunError, match="before the run begins"):
        save_guess(run, Guess(accuracy=0.5))
    assert read_guess(run) == Guess(accuracy=0.6)
    told = made()
    told.append(Preparing(stage="cleaning", share=0.5, seconds=1.0))
    with pytest.raises(RunError, match="before the run begins"):
        save_guess(told, GUESS)
    assert read_guess(told) is None


def test_a_removed_run_takes_its_guess_with_it() -> None:
    run = made()
    save_guess(run, GUESS)
    RunStore(paths.runs()).remove(run)
    assert not list(paths.runs().rglob(FILE))
    with pytest.raises(RunError, match="removed"):
        save_guess(run, GUESS)


@pytest.mark.slow
def test_a_run_to_its_end_leaves_the_guess_as_it_was(small_news: Path) -> None:
    settings = RunSettings(
        network=NetworkSettings(
            vocabulary_size=200, sequence_length=12, embedding_size=4, layers=(RecurrentLayer(units=4),)
        ),
        training=TrainingSettings(batch_size=64, epochs=1),
    )
    run = made(small_news, settings)
    save_guess(run, Guess(accuracy=0.7, hardest="FOOD"))
    before = (run.folder / FILE).read_bytes()
    assert isinstance(work(run), Finished)
    assert (run.folder / FILE).read_bytes() == before
    assert json.loads(before) == {"schema": 1, "accuracy": 0.7, "hardest": "FOOD"}
    with pytest.raises(RunError, match="before the run begins"):
        save_guess(run, GUESS)
