"""A task's key: the same for equal arguments, another for any other; what a file is called is no part of it."""

import os
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from core.settings.presets import PRESETS
from core.tasks import task as task_module
from core.tasks.all_tasks import AnyTask
from core.tasks.news_tasks import coverage_task
from tests.tasks.computed import cleaning, reading, write_articles


def test_a_key_is_of_the_arguments_and_not_of_the_name(tmp_path: Path) -> None:
    file = write_articles(tmp_path / "one.json")
    task = cleaning(reading(file, "mine"), "lower_case")
    assert task.key() == cleaning(reading(file, "yours"), "lower_case").key()
    assert len(task.key()) == 64
    assert task.key() != cleaning(reading(file, "mine"), "links").key()
    assert task.key() != reading(file, "mine").key()
    os.utime(file, ns=(1, 1))
    assert task.key() != cleaning(reading(file, "mine"), "lower_case").key()  # other bytes may stand there


def test_another_version_of_the_program_has_other_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    key = reading().key()
    monkeypatch.setattr(task_module, "_code_digest", lambda: b"another")
    assert reading().key() != key


def test_sizes_and_names_of_presets_share_one_coverage() -> None:
    settings = PRESETS["quick"]
    other = replace(
        settings,
        preset="own",
        network=replace(settings.network, vocabulary_size=100),
        training=replace(settings.training, epochs=1),
    )
    assert coverage_task(reading(), other) == coverage_task(reading(), settings)
    seed = replace(settings, training=replace(settings.training, seed=settings.training.seed + 1))
    assert coverage_task(reading(), seed) != coverage_task(reading(), settings)


def test_a_task_is_the_same_after_its_way_to_the_worker() -> None:
    task = coverage_task(reading(), PRESETS["article"])
    assert msgspec.json.decode(msgspec.json.encode(task), type=AnyTask) == task
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"task": "Popen", "args": "ls"}', type=AnyTask)
